package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/page"
)

const noticesPath = "/notices"

// noticesShown is how many notices the page shows; the command line lists them all.
const noticesShown = 200

// notices shows operators what was sent, what waits and what was given up.
func (s *server) notices(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "notices")
	if err != nil {
		return nil, err
	}
	p := page.Notices{View: v, Saved: v.Query.Get("saved") == "retry"}
	if s.Outbox != nil {
		if p.Rows, err = s.Outbox.Store.Notices(r.Context(), queries.NoticeQuery{Limit: noticesShown}); err != nil {
			return nil, err
		}
	}
	return p.Page(), nil
}

// retryNotice queues a notice again that was given up.
func (s *server) retryNotice(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	if err := posted(w, r, 4096); err != nil {
		s.settle(w, r, "", err)
		return nil, nil
	}
	id := r.PostForm.Get("id")
	if s.Outbox == nil || id == "" {
		return nil, queries.ErrNotFound
	}
	if err := s.record(r, "notice.retry", id); err != nil {
		s.fault(w, r, http.StatusServiceUnavailable, "trail", true, err)
		return nil, nil
	}
	if _, err := s.Outbox.Retry(r.Context(), id); errors.Is(err, queries.ErrNotFound) {
		return nil, queries.ErrNotFound
	} else if err != nil {
		return nil, err
	}
	http.Redirect(w, r, noticesPath+"?saved=retry", http.StatusSeeOther)
	return nil, nil
}

package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/web/page"
)

func (s *server) overview(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "overview")
	if err != nil {
		return nil, err
	}
	data, err := shared{s}.ReadOverview(r.Context())
	if err != nil {
		return nil, err
	}
	p := page.Overview{View: v, Overview: *data}
	if p.Savable, err = s.savable(r.Context()); err != nil {
		return nil, err
	}
	list, err := shared{s}.ReadVerifyList(r.Context())
	if err != nil {
		return nil, err
	}
	for _, i := range list {
		if i.Recommended && i.Outcome == nil {
			p.Waiting++
		}
	}
	outcomes, err := s.outcomes(r.Context())
	if err != nil {
		return nil, err
	}
	p.Tally = page.TallyOf(newestOutcomes(outcomes))
	return p.Page(), nil
}

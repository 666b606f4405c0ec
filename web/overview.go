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
	return p.Page(), nil
}

package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/web/page"
)

func (s *server) sources(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "sources")
	if err != nil {
		return nil, err
	}
	rows, err := cached(r.Context(), s.reads, "sources", s.Reader.ReadSources)
	if err != nil {
		return nil, err
	}
	return page.Sources{View: v, Rows: rows}.Page(), nil
}

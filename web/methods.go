package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/web/page"
)

func (s *server) methods(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "methods")
	if err != nil {
		return nil, err
	}
	p := page.Methods{View: v}
	for _, d := range s.Detectors {
		p.Detectors = append(p.Detectors, page.Method{ID: d.ID, Family: d.Family, Version: d.Version, Evidence: d.Evidence, Thresholds: d.Thresholds})
	}
	return p.Page(), nil
}

package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/web/page"
)

// help explains the way to the first finding, the keys, and every figure.
func (s *server) help(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "help")
	if err != nil {
		return nil, err
	}
	return page.Help{View: v, Step: 1}.Page(), nil
}

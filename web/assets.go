package web

import (
	"net/http"
	"strings"

	"github.com/jianfu/jianfu/web/static"
)

// static serves the style sheet and the icon, which hold nothing to protect. The address of the style sheet changes with
// its content, so browsers may keep it.
func (s *server) static(w http.ResponseWriter, r *http.Request) {
	var body []byte
	switch r.URL.Path {
	case "/static/jianfu.css":
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		body = []byte(static.CSS)
	case "/static/icon.svg":
		w.Header().Set("Content-Type", "image/svg+xml")
		body = static.Icon
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", s.started, strings.NewReader(string(body)))
}

// health says that the process answers. It holds no data.
func (s *server) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := w.Write([]byte("ok\n")); err != nil {
		s.Log.Debug().Err(err).Msg("reader went away")
	}
}

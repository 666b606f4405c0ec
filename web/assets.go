package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"

	"github.com/jianfu/jianfu/web/static"
)

// asset is a file for browsers, as it is and packed.
type asset struct {
	kind          string // Content-Type
	plain, packed []byte
}

// assets are the files under /static/, which hold nothing to protect.
func assets() (map[string]asset, error) {
	out := map[string]asset{
		"jianfu.css": {kind: "text/css; charset=utf-8", plain: []byte(static.CSS)},
		"icon.svg":   {kind: "image/svg+xml", plain: static.Icon},
	}
	for name, script := range static.Scripts {
		out[name] = asset{kind: "text/javascript; charset=utf-8", plain: script}
	}
	for name, a := range out {
		var packed bytes.Buffer
		w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err == nil {
			_, err = w.Write(a.plain)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			return nil, fmt.Errorf("unable to pack %s: %w", name, err)
		}
		a.packed = packed.Bytes()
		out[name] = a
	}
	return out, nil
}

// static serves the assets. Their addresses change with their content, so browsers may keep them.
func (s *server) static(w http.ResponseWriter, r *http.Request) {
	a, ok := s.assets[strings.TrimPrefix(r.URL.Path, "/static/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	http.ServeContent(w, r, "", s.started, bytes.NewReader(body))
}

// health says that the process answers. It holds no data.
func (s *server) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := w.Write([]byte("ok\n")); err != nil {
		s.Log.Debug().Err(err).Msg("reader went away")
	}
}

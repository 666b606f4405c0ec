package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/page"
)

// handler is an action: it loads what a page needs and gives the page, or says what went wrong.
type handler func(w http.ResponseWriter, r *http.Request) (templ.Component, error)

// answer renders what a handler gives. A page is rendered whole before its first byte is sent, so that a fault never
// leaves half a page.
func (s *server) answer(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		component, err := h(w, r)
		switch {
		case errors.Is(err, queries.ErrNotFound):
			s.fault(w, r, http.StatusNotFound, "missing", true, nil)
		case err != nil:
			s.fault(w, r, http.StatusInternalServerError, "internal", true, err)
		case component != nil:
			s.write(w, r, http.StatusOK, component)
		}
	})
}

func (s *server) write(w http.ResponseWriter, r *http.Request, code int, component templ.Component) {
	var body bytes.Buffer
	if err := component.Render(r.Context(), &body); err != nil {
		s.Log.Error().Err(err).Str("path", r.URL.Path).Msg("unable to render a page")
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding")
	// No page holds a secret of the site beside what a request brought, so its length tells nobody anything.
	if body.Len() > leastPacked && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		small, err := packed(body.Bytes())
		if err == nil {
			h.Set("Content-Encoding", "gzip")
			body = small
		}
	}
	w.WriteHeader(code)
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Debug().Err(err).Str("path", r.URL.Path).Msg("reader went away")
	}
}

// leastPacked is how long a page is, in bytes, that is worth compressing: more than one packet.
const leastPacked = 1400

// packed compresses quickly: a page is read once.
func packed(body []byte) (out bytes.Buffer, err error) {
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return out, err
	}
	_, err = w.Write(body)
	return out, errors.Join(err, w.Close())
}

// fault writes a page that says what went wrong. Causes go to the log under a reference, never to the reader.
func (s *server) fault(w http.ResponseWriter, r *http.Request, code int, key string, home bool, cause error) {
	if overAPI(r) {
		s.problem(w, r, code, key, nil, cause)
		return
	}
	v := s.bareView(w, r)
	v.Home = home
	p := page.Fault{View: v, Code: code, Key: key}
	if cause != nil {
		p.Detail = NewToken()[:10]
		s.Log.Error().Err(cause).Str("reference", p.Detail).Str("path", r.URL.Path).Msg("unable to answer a request")
	}
	s.write(w, r, code, p.Page())
}

// failing is an action that went wrong already.
func failing(err error) handler {
	return func(http.ResponseWriter, *http.Request) (templ.Component, error) { return nil, err }
}

func (s *server) missing(http.ResponseWriter, *http.Request) (templ.Component, error) {
	return nil, queries.ErrNotFound
}

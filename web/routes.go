package web

import (
	"bytes"
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/page"
)

// routes is the table of all addresses. Pages need a session; a page is one line here and one file beside it.
func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /static/", s.static)
	mux.HandleFunc("POST /session", s.enter)
	mux.Handle("POST /api/v1/records", s.records())
	for pattern, handler := range map[string]handler{
		"GET /{$}":                      s.overview,
		"GET /findings":                 s.findings,
		"GET /findings.csv":             s.findingsCSV,
		"GET /findings/{id}":            s.finding,
		"GET /verify":                   s.verify,
		"GET /verify.csv":               s.verifyCSV,
		"GET /verify.xlsx":              s.verifyXLSX,
		"GET /verify/sheet":             s.verifySheet,
		"GET /verify/{unit}/{form}":     s.verifyCase,
		"GET /duplicates":               s.duplicates,
		"GET /duplicates.csv":           s.duplicatesCSV,
		"GET /duplicates/{a}/{b}":       s.pair,
		"GET /items":                    s.items,
		"GET /items/{id}":               s.item,
		"GET /plan":                     s.plan,
		"GET /plan/notice":              s.notice,
		"GET /systems":                  s.systems,
		"GET /systems/{id}":             s.system,
		"GET /systems/{id}/letter":      s.letter,
		"GET /systems/{id}/letter.docx": s.letterDocx,
		"GET /systems.csv":              s.systemsCSV,
		"GET /systems.xlsx":             s.systemsXLSX,
		"GET /inbox":                    s.inbox,
		"GET /retirements":              s.retirements,
		"GET /retirements.csv":          s.retirementsCSV,
		"GET /retirements/{id}":         s.retirement,
		"GET /burden":                   s.burden,
		"GET /burden.csv":               s.burdenCSV,
		"GET /units":                    s.units,
		"GET /units/{code}":             s.unit,
		"GET /sources":                  s.sources,
		"GET /methods":                  s.methods,
		"GET /report":                   s.report,
		"GET /":                         s.missing,
	} {
		mux.Handle(pattern, s.gate(s.answer(handler)))
	}
	for pattern, post := range map[string]post{
		"POST /duplicates/{a}/{b}":   s.judgePair,
		"POST /plan":                 s.decidePlan,
		"POST /retirements/{id}":     s.retire,
		"POST /verify/{unit}/{form}": s.recordOutcome,
	} {
		mux.Handle(pattern, s.gate(s.sameSite(s.accept(post))))
	}
	return mux
}

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
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Debug().Err(err).Str("path", r.URL.Path).Msg("reader went away")
	}
}

// fault writes a page that says what went wrong. Causes go to the log under a reference, never to the reader.
func (s *server) fault(w http.ResponseWriter, r *http.Request, code int, key string, home bool, cause error) {
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

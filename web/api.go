package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/interchange"
	"github.com/jianfu/jianfu/web/locale"
)

// apiRoot is where the API begins. Below it nothing is a page: answers and faults are JSON.
const apiRoot = "/api/v1"

// operation is one address of the API with all that the description says of it; the description, the route and the check of
// what is asked are made from it, so that they cannot differ. Its sentence is the text api.op.<id>.
type operation struct {
	method, path string
	id           string
	rule         access.Rule
	params       []parameter // of the query; those of the path are named in the path
	body         any         // zero value of what is posted, nil for none
	answer       any         // zero value of what is answered, nil where it is no JSON
	media        []string    // types of an answer that is no JSON
	status       int         // of success, 200 where zero
	run          func(c *call) (any, error)
	stream       func(c *call) error // instead of run, writes the answer itself
}

// call is one request to the API, checked against its operation.
type call struct {
	*http.Request
	w      http.ResponseWriter
	server *server
	reader Reader
	names  *queries.NameTable
	words  interchange.Words
	// analysed is when the newest analysis ran; cursors hold for one analysis.
	analysed time.Time
}

func (c *call) ctx() context.Context { return c.Context() }

// get is a parameter of the query as it was asked, without space around it.
func (c *call) get(name string) string { return strings.TrimSpace(c.URL.Query().Get(name)) }

// overAPI says that a request is for the API, whose faults are told in JSON.
func overAPI(r *http.Request) bool {
	return r.URL.Path == apiRoot || strings.HasPrefix(r.URL.Path, apiRoot+"/")
}

// apiLanguage is the language of an answer: lang, then Accept-Language, then the configuration. No cookie takes part.
func (s *server) apiLanguage(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); locale.Known(lang) {
		return lang
	}
	return locale.Match(r.Header.Get("Accept-Language"), s.Language)
}

// apiRoutes are the lines of the table that the API adds.
func (s *server) apiRoutes() []route {
	var out []route
	for _, op := range s.operations() {
		h := http.Handler(s.serveOperation(op))
		out = append(out, route{op.method + " " + op.path, op.rule, h})
	}
	missing := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.problem(w, r, http.StatusNotFound, "missing", nil, nil)
	})
	return append(out,
		route{"GET " + apiRoot + "/openapi.json", everybody, s.openapi(false)},
		route{"GET " + apiRoot + "/openapi.yaml", everybody, s.openapi(true)},
		route{"GET " + apiRoot + "/", members, missing},
	)
}

// serveOperation checks what was asked, lets the operation answer and writes it.
func (s *server) serveOperation(op operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := s.newCall(w, r, op)
		if err == nil && op.stream != nil {
			err = op.stream(c)
		}
		var answer any
		if err == nil && op.stream == nil {
			answer, err = op.run(c)
		}
		switch {
		case err != nil:
			s.apiFault(w, r, err)
		case op.stream == nil:
			s.writeJSON(c, op.status, answer)
		}
	}
}

func (s *server) newCall(w http.ResponseWriter, r *http.Request, op operation) (*call, error) {
	if err := checkQuery(r.URL.RawQuery, op.params); err != nil {
		return nil, err
	}
	if op.method == http.MethodPost && s.Writer == nil {
		return nil, refusal{http.StatusForbidden, "read_only"}
	}
	reader := s.reader(r.Context())
	names, err := reader.ReadNames(r.Context())
	if err != nil {
		return nil, err
	}
	overview, err := s.shared.ReadOverview(r.Context())
	if err != nil {
		return nil, err
	}
	return &call{
		Request: r, w: w, server: s, reader: reader, names: names, analysed: overview.Analysed,
		words: interchange.Words{Bundle: s.Bundle, Language: s.apiLanguage(r), Names: names.Name},
	}, nil
}

// apiFault tells what went wrong. Causes go to the log, never to the caller.
func (s *server) apiFault(w http.ResponseWriter, r *http.Request, err error) {
	var wrong refusal
	var late conflict
	var query *queryFault
	switch {
	case errors.Is(err, queries.ErrNotFound):
		s.problem(w, r, http.StatusNotFound, "missing", nil, nil)
	case errors.As(err, &query):
		s.problem(w, r, http.StatusBadRequest, query.key, query.pairs, nil)
	case errors.As(err, &late):
		s.problem(w, r, staleCase.code, staleCase.key, nil, nil)
	case errors.As(err, &wrong):
		s.problem(w, r, wrong.code, wrong.key, nil, nil)
	default:
		s.problem(w, r, http.StatusInternalServerError, "internal", nil, err)
	}
}

// problem is the answer of RFC 9457 to what cannot be done.
type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Instance  string `json:"instance"`
	Code      string `json:"code"`                // the kind of problem for programs: the same in every language
	Reference string `json:"reference,omitempty"` // under which the log has the cause
}

// problem writes what went wrong in the caller's language. The texts are those of the pages, or the API's own.
func (s *server) problem(w http.ResponseWriter, r *http.Request, code int, key string, pairs []any, cause error) {
	lang := s.apiLanguage(r)
	prefix := "fault." + key
	if s.Bundle.Has(lang, "api.fault."+key+".title") {
		prefix = "api.fault." + key
	}
	p := problem{
		Type: "/api#" + key, Title: s.Bundle.Text(lang, prefix+".title", pairs...), Status: code, Detail: s.Bundle.Text(lang, prefix+".next", pairs...),
		Instance: r.URL.Path, Code: key,
	}
	if cause != nil {
		p.Reference = NewToken()[:10]
		s.Log.Error().Err(cause).Str("reference", p.Reference).Str("path", r.URL.Path).Msg("unable to answer a request to the API")
	}
	h := w.Header()
	h.Del("ETag")
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", lang)
	if code == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="jianfu"`)
	}
	body, err := json.Marshal(p)
	if err != nil {
		http.Error(w, http.StatusText(code), code)
		return
	}
	w.WriteHeader(code)
	if _, err := w.Write(append(body, '\n')); err != nil {
		s.Log.Debug().Err(err).Msg("caller went away")
	}
}

// writeJSON writes an answer with its tag: the analysis that it rests on, and its content, since decisions change answers
// between two analyses. Who holds the answer already is told so.
func (s *server) writeJSON(c *call, code int, answer any) {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	if err := e.Encode(answer); err != nil {
		s.apiFault(c.w, c.Request, fmt.Errorf("unable to write an answer: %w", err))
		return
	}
	tag := fmt.Sprintf(`"%x-%x"`, max(0, c.analysed.Unix()), xxhash.Sum64(body.Bytes()))
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Language", c.words.Language)
	h.Set("Vary", "Authorization, Cookie, Accept-Language")
	if c.Method == http.MethodGet || c.Method == http.MethodHead {
		h.Set("Cache-Control", "private, no-cache") // a program that keeps an answer asks whether it still holds
		h.Set("ETag", tag)
		if holds(c.Header.Values("If-None-Match"), tag) {
			c.w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if code == 0 {
		code = http.StatusOK
	}
	c.w.WriteHeader(code)
	if _, err := c.w.Write(body.Bytes()); err != nil {
		s.Log.Debug().Err(err).Msg("caller went away")
	}
}

// holds says that one of the tags of If-None-Match is the tag, weak or not (RFC 9110, 13.1.2).
func holds(headers []string, tag string) bool {
	return slices.ContainsFunc(strings.Split(strings.Join(headers, ","), ","), func(one string) bool {
		one = strings.TrimSpace(one)
		return one == "*" || strings.TrimPrefix(one, "W/") == tag
	})
}

// decode reads a JSON body of at most mostPosted bytes and nothing but the keys of into.
func (c *call) decode(into any) error {
	d := json.NewDecoder(http.MaxBytesReader(c.w, c.Body, mostPosted))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil && d.More() {
		err = errors.New("there is more than one value")
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return refusal{http.StatusRequestEntityTooLarge, "too_large"}
	case err != nil:
		return &queryFault{key: "body", pairs: []any{"reason", err.Error()}}
	}
	return nil
}

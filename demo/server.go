package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Handler answers for the upstream systems that offer their data over HTTP. Every system has an interface of its own style:
//
//	page    GET /{base}/openapi/forms/{form}/records?page=1&size=200      header X-Api-Key
//	offset  GET /{base}/openapi/forms/{form}/records?offset=0&limit=500   header X-Api-Key
//	cursor  GET /{base}/openapi/forms/{form}/records?cursor=…&limit=300   header X-Api-Key
//	next    GET /{base}/openapi/forms/{form}/records?top=250, then the link of the answer; user and password
//	token   POST /{base}/oauth/token, then pages as above with the bearer token, which serves for a number of requests
//	audit   GET /{base}/openapi/audit?cursor=…&limit=2000                 header X-Api-Key
//
// A since parameter leaves out what was submitted earlier. Now and then an interface answers 429 with Retry-After: 1.
func (c *County) Handler() http.Handler {
	s := &server{county: c, asked: map[string]int{}, tokens: map[string]int{}}
	mux := http.NewServeMux()
	for i := range c.systems {
		system := &c.systems[i]
		base := "/" + system.base
		switch system.data {
		case byPage, byOffset, byCursor, byNextLink, byToken:
			mux.HandleFunc("GET "+base+"/openapi/forms/{form}/records", s.guarded(i, s.records))
		}
		if system.data == byToken {
			mux.HandleFunc("POST "+base+"/oauth/token", func(w http.ResponseWriter, r *http.Request) { s.grant(w, r, i) })
		}
		if system.logs == auditLogs {
			mux.HandleFunc("GET "+base+"/openapi/audit", s.guarded(i, s.audit))
		}
	}
	return mux
}

// Serve answers on a listener until the context ends.
func (c *County) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{Handler: c.Handler(), ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		stopped <- srv.Shutdown(grace)
	})
	err := srv.Serve(l)
	if stop() {
		return fmt.Errorf("unable to serve the upstream systems: %w", err) // the context is alive: something else ended it
	}
	if err := <-stopped; err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("unable to stop the upstream systems: %w", err)
	}
	return nil
}

type server struct {
	county *County
	mutex  sync.Mutex
	asked  map[string]int // requests by system
	tokens map[string]int // requests that a token still serves
	grants int
}

const (
	busyEvery     = 41 // one request in so many is told to come again
	requestsToken = 25 // a token serves so many requests
	largestPage   = 2000
	largestAudit  = 5000
)

// apiKey is the key of a system's interface, or its password, or the secret that tokens are granted for.
func (s *systemSpec) apiKey() string { return "demo-" + s.id }

// guarded checks who asks, and is busy now and then.
func (s *server) guarded(system int, next func(w http.ResponseWriter, r *http.Request, system int)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		spec := &s.county.systems[system]
		s.mutex.Lock()
		allowed := s.allowed(spec, r)
		if allowed {
			s.asked[spec.id]++
		}
		busy := s.asked[spec.id]%busyEvery == busyEvery-1
		s.mutex.Unlock()
		switch {
		case !allowed:
			w.Header().Set("WWW-Authenticate", `Basic realm="openapi"`)
			fail(w, http.StatusUnauthorized, "无权访问")
		case busy:
			w.Header().Set("Retry-After", "1")
			fail(w, http.StatusTooManyRequests, "请求过于频繁")
		default:
			next(w, r, system)
		}
	}
}

func (s *server) allowed(spec *systemSpec, r *http.Request) bool {
	switch spec.data {
	case byNextLink:
		user, password, ok := r.BasicAuth()
		return ok && user == "jianfu" && password == spec.apiKey()
	case byToken:
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || s.tokens[token] == 0 {
			return false
		}
		s.tokens[token]--
		return true
	}
	return r.Header.Get("X-Api-Key") == spec.apiKey()
}

// grant gives a token for the client's name and secret (OAuth 2.0 client credentials, RFC 6749, section 4.4).
func (s *server) grant(w http.ResponseWriter, r *http.Request, system int) {
	spec := &s.county.systems[system]
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	if id != "jianfu" || secret != spec.apiKey() {
		fail(w, http.StatusUnauthorized, "client_id 或 client_secret 不正确")
		return
	}
	s.mutex.Lock()
	s.grants++
	token := fmt.Sprintf("%s-%06d", spec.base, s.grants)
	s.tokens[token] = requestsToken
	s.mutex.Unlock()
	answer(w, fmt.Appendf(nil, `{"access_token":%q,"token_type":"Bearer","expires_in":7200}`, token))
}

func fail(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"code":%d,"msg":%q}`, status, message) // a client that has gone needs no answer
}

func answer(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body) // a client that has gone needs no answer
}

// span is the part of a list that a request asks for.
type span struct{ from, to, total, page, size int }

// number reads a parameter; ok is false where it is there and no number from least to most.
func number(r *http.Request, name string, unset, least, most int) (n int, ok bool) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return unset, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= least && n <= most
}

// spanOf reads the parameters of a style. A cursor is the number of the next record, with a check so that a wrong one is
// refused instead of answered with an empty page.
func spanOf(style string, r *http.Request, total, first, largest int) (span, bool) {
	var sp span
	var okSize, okFrom bool
	switch style {
	case byOffset:
		sp.size, okSize = number(r, "limit", 500, 1, largest)
		sp.from, okFrom = number(r, "offset", 0, 0, 1<<40)
		sp.from += first
	case byCursor:
		sp.size, okSize = number(r, "limit", 300, 1, largest)
		sp.from, okFrom = first, true
		if text := r.URL.Query().Get("cursor"); text != "" {
			sp.from, okFrom = parseCursor(text)
		}
	case byNextLink:
		sp.size, okSize = number(r, "top", 250, 1, largest)
		sp.from, okFrom = number(r, "skip", 0, 0, 1<<40)
		sp.from += first
	default:
		sp.size, okSize = number(r, "size", 200, 1, largest)
		sp.page, okFrom = number(r, "page", 1, 1, 1<<40)
		sp.from = first + (sp.page-1)*sp.size
	}
	sp.total = total - first
	sp.from = min(sp.from, total)
	sp.to = min(sp.from+sp.size, total)
	return sp, okSize && okFrom
}

func cursorText(n int) string { return strconv.FormatInt(int64(n)*7919+1, 36) }

func parseCursor(text string) (int, bool) {
	n, err := strconv.ParseInt(text, 36, 64)
	if err != nil || n < 1 || (n-1)%7919 != 0 {
		return 0, false
	}
	return int((n - 1) / 7919), true
}

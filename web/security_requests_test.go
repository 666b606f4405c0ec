package web_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/access"
)

// records is the door for machines, which knows no session and answers by a token of its own.
const records = "POST /api/v1/records"

// TestNoOtherSitePosts sends to every address that takes something what another site can make the browser of a reader send.
func TestNoOtherSitePosts(t *testing.T) {
	c := county()
	h := open(t, options(t, c)).handler
	everyone := access.Local("甲")
	everyone.Roles = access.Roles
	send := func(path string, header map[string]string) int {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("by=x"))
		r.Host = "127.0.0.1:8080"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range header {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r.WithContext(access.With(r.Context(), everyone)))
		return w.Code
	}
	posts := 0
	for pattern := range web.Rules() {
		method, path := address(pattern, c)
		if method == http.MethodGet {
			continue
		}
		posts++
		for _, header := range []map[string]string{
			{"Sec-Fetch-Site": "cross-site"},
			{"Sec-Fetch-Site": "same-site"},
			{"Origin": "http://evil.example"},
			{"Origin": "null"},
			{"Origin": "http://127.0.0.1:9999"},
			{"Origin": "http://127.0.0.1:8080", "Sec-Fetch-Site": "cross-site"},
			{"Sec-Fetch-Site": "cross-site", "X-Requested-With": "XMLHttpRequest", "HX-Request": "true"},
		} {
			if code := send(path, header); code != http.StatusForbidden {
				t.Errorf("%s with %v: %d", pattern, header, code)
			}
		}
		if code := send(path, map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8080"}); code == http.StatusForbidden && pattern != "POST /session" {
			// The pages' own forms get through to their handler, which may still find fault with what is in them.
			if open := send(path, nil); open != code {
				t.Errorf("%s from its own page: %d, without a browser %d", pattern, code, open)
			}
		}
	}
	if posts < 10 {
		t.Errorf("only %d addresses take something", posts)
	}
}

// TestForgedSessions tries every address that is not public with sessions that are none.
func TestForgedSessions(t *testing.T) {
	clock := now
	o := options(t, county())
	o.Clock = func() time.Time { return clock }
	s := open(t, o).enter()
	good := s.cookies[0].Value
	if s.get("/findings").StatusCode != http.StatusOK {
		t.Fatal("the session does not open what it should")
	}
	r := httptest.NewRequest(http.MethodPost, "/signout", nil)
	r.Host = "127.0.0.1:8080"
	if code := s.do(r).StatusCode; code != http.StatusSeeOther {
		t.Fatalf("signing out: %d", code)
	}
	ended := good
	s.enter()
	expired := s.cookies[0].Value
	clock = clock.Add(40 * 24 * time.Hour)
	foreign := open(t, options(t, county())).enter().cookies[0].Value
	for pattern, rule := range web.Rules() {
		if rule.Open {
			continue
		}
		method, path := address(pattern, county())
		for name, value := range map[string]string{"none": "", "ended": ended, "expired": expired, "of another process": foreign, "the token": token, "longer": strings.Repeat("A", 4000)} {
			s.cookies = []*http.Cookie{{Name: "jianfu_session", Value: value}}
			r := httptest.NewRequest(method, path, nil)
			r.Host = "127.0.0.1:8080"
			if code := s.do(r).StatusCode; code != http.StatusUnauthorized {
				t.Errorf("%s with a session that is %s: %d", pattern, name, code)
			}
		}
	}
}

// TestOtherMethods asks every address by methods that it does not have, also by what frameworks take for another method.
func TestOtherMethods(t *testing.T) {
	c := county()
	h := open(t, options(t, c)).handler
	has := map[string][]string{}
	for pattern := range web.Rules() {
		method, path := address(pattern, c)
		has[path] = append(has[path], method)
	}
	who := access.Local("甲")
	for path, methods := range has {
		if strings.HasPrefix(path, "/api/v1/exports/") {
			continue // alike, and long
		}
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace} {
			got := as(h, who, method, path, "")
			switch {
			case slices.Contains(methods, method):
			case method == http.MethodHead && slices.Contains(methods, http.MethodGet):
				if got.Code == http.StatusMethodNotAllowed || got.Code >= http.StatusInternalServerError {
					t.Errorf("HEAD %s: %d", path, got.Code)
				}
			case method == http.MethodGet: // the page that says there is none, or the API's answer
				if got.Code != http.StatusNotFound && got.Code != http.StatusMethodNotAllowed {
					t.Errorf("GET %s: %d", path, got.Code)
				}
			case method == http.MethodHead && got.Code == http.StatusNotFound:
			case got.Code != http.StatusMethodNotAllowed:
				t.Errorf("%s %s: %d", method, path, got.Code)
			}
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/plan?_method=POST&_method=DELETE", nil)
	r.Host = "127.0.0.1:8080"
	r.Header.Set("X-HTTP-Method-Override", "DELETE")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r.WithContext(access.With(r.Context(), who))); w.Code != http.StatusOK || len(c.decisions) > 0 {
		t.Errorf("a method that is overridden: %d", w.Code)
	}
}

// TestOversizedBodies sends every address that takes something more than any of them takes.
func TestOversizedBodies(t *testing.T) {
	c := county()
	h := open(t, options(t, c)).handler
	long := strings.Repeat("x", 9<<20)
	everyone := access.Local("甲")
	everyone.Roles = access.Roles
	for pattern, rule := range web.Rules() {
		method, path := address(pattern, c)
		if method == http.MethodGet || pattern == records || pattern == "POST /signout" { // these read no body
			continue
		}
		body, kind := "by="+long, "application/x-www-form-urlencoded"
		switch {
		case strings.HasPrefix(path, "/api/"):
			body, kind = `{"by":"`+long+`"}`, "application/json"
		case strings.HasSuffix(pattern, "/files"):
			body, kind = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n"+strings.Repeat("x", 40<<20)+"\r\n--b--\r\n", "multipart/form-data; boundary=b"
		}
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Host = "127.0.0.1:8080"
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		if !rule.Open {
			r = r.WithContext(access.With(r.Context(), everyone))
		}
		if h.ServeHTTP(w, r); w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d", pattern, w.Code)
		}
	}
}

// TestLimitsOfConnections asks a server over TCP with headers that are too large, and slower than it waits.
func TestLimitsOfConnections(t *testing.T) {
	server := web.NewServer(open(t, options(t, county())).handler)
	if server.ReadHeaderTimeout <= 0 || server.ReadTimeout <= 0 || server.WriteTimeout <= 0 || server.IdleTimeout <= 0 || server.MaxHeaderBytes <= 0 {
		t.Errorf("a limit is missing: %+v", server)
	}
	server.ReadHeaderTimeout = 100 * time.Millisecond // the same server with less patience, so that the test need have none
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	defer func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-done
	}()
	say := func(words string) string {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(words)) // the server may hang up before all is written
		got := make([]byte, 64)
		n, err := conn.Read(got)
		if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
			t.Error("the server still waits")
		}
		return string(got[:n])
	}
	if got := say("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + strings.Repeat("a", 80<<10) + "\r\n\r\n"); !strings.Contains(got, " 431 ") {
		t.Errorf("headers of 80 KiB: %q", got)
	}
	if got := say("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "); strings.Contains(got, " 200 ") {
		t.Errorf("headers that never end: %q", got)
	}
	if got := say("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); !strings.Contains(got, " 200 ") {
		t.Errorf("an honest request: %q", got)
	}
}

// TestHeadersOfTheTable looks at the headers of every address, answered or refused.
func TestHeadersOfTheTable(t *testing.T) {
	c := county()
	h := open(t, options(t, c)).handler
	for pattern := range web.Rules() {
		for _, role := range []access.Role{access.Inspector, access.Auditor} {
			method, path := address(pattern, c)
			got := as(h, principal(role, "everything"), method, path, "").Header()
			if csp := got.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("%s: policy %q", pattern, csp)
			}
			for name, want := range map[string]string{"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
				if got.Get(name) != want {
					t.Errorf("%s: %s is %q", pattern, name, got.Get(name))
				}
			}
			kept := got.Get("Cache-Control")
			json := strings.HasPrefix(got.Get("Content-Type"), "application/json") && got.Get("ETag") != ""
			if !strings.Contains(kept, "private, no-store") && !(json && kept == "private, no-cache") && !strings.HasPrefix(path, "/api/v1/openapi") {
				t.Errorf("%s as %s may be kept: %q", pattern, role, kept)
			}
			if got.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s lets other sites read", pattern)
			}
			for _, cookie := range (&http.Response{Header: got}).Cookies() {
				if !cookie.HttpOnly || cookie.SameSite < http.SameSiteLaxMode || cookie.Domain != "" {
					t.Errorf("%s: cookie %v", pattern, cookie)
				}
			}
		}
	}
}

package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/web"
)

// site is a handler over the canned county with a clock that can be moved.
type site struct {
	t       *testing.T
	handler http.Handler
	cookies []*http.Cookie
}

func open(t *testing.T, o web.Options) *site {
	t.Helper()
	h, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &site{t: t, handler: h}
}

func (s *site) do(r *http.Request) *http.Response {
	s.t.Helper()
	for _, c := range s.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Result()
}

func (s *site) get(path string, header ...string) *http.Response {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = "127.0.0.1:8080"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return s.do(r)
}

// enter opens the address that the service prints, as a reader does.
func (s *site) enter() *site {
	s.t.Helper()
	s.cookies = nil
	res := s.get("/?token=" + token)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/" {
		s.t.Fatalf("opening with the token: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	s.cookies = res.Cookies()
	return s
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

var allPages = []string{
	"/", "/findings", "/findings.csv", "/findings/x", "/verify", "/systems", "/systems/smart", "/units", "/sources", "/methods", "/report",
	"/duplicates", "/duplicates.csv", "/duplicates/f1/f2", "/items", "/items/item01", "/plan", "/plan/notice", "/nowhere",
}

func TestNothingIsShownWithoutTheToken(t *testing.T) {
	s := open(t, options(t, county()))
	for _, path := range allPages {
		res := s.get(path)
		body := text(t, res)
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		for _, secret := range []string{"青山县", "智慧村务", "柳河镇", token} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows %s to a stranger", path, secret)
			}
		}
		if !strings.Contains(body, "口令") && !strings.Contains(body, "token") {
			t.Errorf("%s does not say where the token is", path)
		}
	}
}

func TestTokenBecomesASession(t *testing.T) {
	s := open(t, options(t, county()))
	res := s.get("/findings?family=unused&token=" + token)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/findings?family=unused" {
		t.Fatalf("%d to %q: the token must leave the address, the rest must stay", res.StatusCode, res.Header.Get("Location"))
	}
	cookies := res.Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode || strings.Contains(cookies[0].Value, token) {
		t.Fatalf("cookies: %v", cookies)
	}
	s.cookies = cookies
	if res := s.get("/findings"); res.StatusCode != http.StatusOK {
		t.Errorf("with the session: %d", res.StatusCode)
	}
	if res := s.get("//evil.example/x?token=" + token); strings.HasPrefix(res.Header.Get("Location"), "//") {
		t.Errorf("redirected to another host: %q", res.Header.Get("Location"))
	}
}

func TestWrongTokensAndForgedSessions(t *testing.T) {
	s := open(t, options(t, county()))
	for _, wrong := range []string{"", "x", token + "x", token[1:], strings.ToLower(token)} {
		res := s.get("/?token=" + wrong)
		if res.StatusCode != http.StatusForbidden || len(res.Cookies()) != 0 {
			t.Errorf("token %q: %d", wrong, res.StatusCode)
		}
	}
	s.enter()
	good := s.cookies[0].Value
	flipped := "A"
	if good[0] == 'A' {
		flipped = "B"
	}
	for name, value := range map[string]string{
		"changed": flipped + good[1:], "cut": good[:len(good)-4], "empty": "", "the token": token, "not base64": "!!!", "longer": good + good,
	} {
		s.cookies = []*http.Cookie{{Name: "jianfu_session", Value: value}}
		if res := s.get("/"); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s session: %d", name, res.StatusCode)
		}
	}
	// Another process, or this one after a restart, has another key.
	other := open(t, options(t, county()))
	other.cookies = []*http.Cookie{{Name: "jianfu_session", Value: good}}
	if res := other.get("/"); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("session of another process: %d", res.StatusCode)
	}
}

func TestSessionsEnd(t *testing.T) {
	clock := now
	o := options(t, county())
	o.Clock = func() time.Time { return clock }
	s := open(t, o).enter()
	for range 24 { // used every 29 minutes, for 11 hours and 36 minutes
		clock = clock.Add(29 * time.Minute)
		if res := s.get("/"); res.StatusCode != http.StatusOK {
			t.Fatalf("after %s: %d", clock.Sub(now), res.StatusCode)
		}
	}
	clock = now.Add(13 * time.Hour)
	if res := s.get("/"); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("after 13 hours: %d", res.StatusCode)
	}
}

func TestPastedToken(t *testing.T) {
	s := open(t, options(t, county()))
	post := func(body string) *http.Response {
		r := httptest.NewRequest(http.MethodPost, "/session", strings.NewReader(body))
		r.Host = "localhost"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return s.do(r)
	}
	if res := post("token=" + token); res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 1 {
		t.Errorf("right token: %d", res.StatusCode)
	}
	if res := post("token=nope"); res.StatusCode != http.StatusForbidden {
		t.Errorf("wrong token: %d", res.StatusCode)
	}
	if res := post("token=" + strings.Repeat("x", 10000)); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a long body: %d", res.StatusCode)
	}
}

func TestForeignHostNames(t *testing.T) {
	s := open(t, options(t, county())).enter()
	for host, want := range map[string]int{
		"127.0.0.1": 200, "127.0.0.1:9999": 200, "127.8.8.8": 200, "localhost:1": 200, "LOCALHOST": 200, "[::1]:8080": 200, "[::1]": 200,
		"audit.example:8080": 200, "audit.example": 200,
		"evil.example": 421, "localhost.evil.example": 421, "10.0.0.1:8080": 421, "127.0.0.1.evil.example": 421, "": 421, "0.0.0.0:8080": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		if res := s.do(r); res.StatusCode != want {
			t.Errorf("host %q: %d, want %d", host, res.StatusCode, want)
		}
	}
	o := options(t, county())
	o.Listen = "0.0.0.0:8080"
	s = open(t, o)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "0.0.0.0:8080"
	if res := s.do(r); res.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("the unspecified address is no name: %d", res.StatusCode)
	}
	r = httptest.NewRequest(http.MethodGet, "/healthz", nil)
	if res := s.do(r); res.StatusCode != http.StatusOK || text(t, res) != "ok\n" {
		t.Errorf("health: %d", res.StatusCode)
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	s := open(t, options(t, county())).enter()
	for _, path := range append([]string{"/healthz", "/static/jianfu.css", "/api/v1/records"}, allPages...) {
		res := s.get(path)
		csp := res.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "img-src 'self' data:"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: policy %q lacks %s", path, csp, part)
			}
		}
		if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "script-src 'self';") {
			t.Errorf("%s: %q", path, csp)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s: %v", path, res.Header)
		}
		if !strings.HasPrefix(path, "/static/") && !strings.Contains(res.Header.Get("Cache-Control"), "private") {
			t.Errorf("%s may be kept by shared caches: %q", path, res.Header.Get("Cache-Control"))
		}
	}
}

func TestRecordsDoor(t *testing.T) {
	o := options(t, county())
	s := open(t, o)
	post := func(authorization string) int {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/records", strings.NewReader("{}"))
		r.Host = "127.0.0.1"
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		return s.do(r).StatusCode
	}
	if code := post("Bearer " + token); code != http.StatusNotFound {
		t.Errorf("a closed door: %d", code)
	}
	o.Records = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	o.RecordsToken = "another token for machines"
	s = open(t, o).enter()
	for authorization, want := range map[string]int{
		"": 401, "Bearer": 401, "Bearer wrong": 401, "Basic " + token: 401, "Bearer ": 401,
		"Bearer " + token: 202, "bearer another token for machines": 202,
	} {
		if code := post(authorization); code != want {
			t.Errorf("%q: %d, want %d; the session of a reader must not open this door", authorization, code, want)
		}
	}
}

func TestWeakOptionsAreRefused(t *testing.T) {
	o := options(t, county())
	o.Token = "short"
	if _, err := web.New(o); err == nil {
		t.Error("a short token was accepted")
	}
	o = options(t, county())
	o.Reader = nil
	if _, err := web.New(o); err == nil {
		t.Error("no reader was accepted")
	}
	if a, b := web.NewToken(), web.NewToken(); a == b || len(a) < 20 {
		t.Errorf("tokens %s and %s", a, b)
	}
}

// A reader whose store fails gets a page that says so, without the cause; the cause is in the log under the reference.
func TestFaultsTellNoSecrets(t *testing.T) {
	c := county()
	o := options(t, c)
	var log strings.Builder
	o.Log = o.Log.Output(&log)
	s := open(t, o).enter()
	c.err = errors.New("password of the database is wrong")
	for _, path := range []string{"/", "/findings", "/systems", "/sources", "/units", "/verify", "/report", "/findings.csv", "/methods", "/duplicates", "/duplicates/f1/f2", "/items", "/items/item01", "/plan", "/plan/notice"} {
		res := s.get(path)
		body := text(t, res)
		if res.StatusCode != http.StatusInternalServerError || strings.Contains(body, "password") || !strings.Contains(body, "<h1>") {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if !strings.Contains(log.String(), "password of the database is wrong") || !strings.Contains(log.String(), `"reference"`) {
		t.Errorf("log: %s", log.String())
	}
}

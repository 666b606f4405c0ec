package httpapi

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func newTLS(t testing.TB, h http.Handler) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func certificate(s *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

// wire answers requests without a network, so that the time between them can be simulated.
type wire func(r *http.Request) (status int, header http.Header, body string)

func (f wire) RoundTrip(r *http.Request) (*http.Response, error) {
	status, header, body := f(r)
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func overWire(t *testing.T, config string, f wire) *Source {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC))) // a bubble begins in 2000
	s, err := build("url: http://api.example/list\n"+config+mapping, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	s.transport = f
	return s
}

// inBubble runs a test in simulated time.
func inBubble(test func(t *testing.T)) func(t *testing.T) {
	return func(t *testing.T) { synctest.Test(t, test) }
}

// TestRetryAfter waits as long as the server asks, in seconds and by date, and no longer than max_wait.
func TestRetryAfter(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		header   func() string
		min, max time.Duration
		fails    bool
	}{
		"seconds":     {429, func() string { return "90" }, 90 * time.Second, 91 * time.Second, false},
		"date":        {503, func() string { return time.Now().Add(2 * time.Minute).UTC().Format(http.TimeFormat) }, 119 * time.Second, 121 * time.Second, false},
		"date passed": {503, func() string { return "Thu, 01 Jan 2026 00:00:00 GMT" }, 0, time.Second, false},
		"too long":    {429, func() string { return "7200" }, 0, time.Second, true},
		"nonsense":    {429, func() string { return "soon" }, firstWait / 2, firstWait, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				s := overWire(t, "", func(*http.Request) (int, http.Header, string) {
					if asked++; asked == 1 {
						return c.status, http.Header{"Retry-After": {c.header()}}, "slow down"
					}
					return 200, nil, `[{"id": 1}]`
				})
				began := time.Now()
				err := s.Collect(t.Context(), nil, &memory{})
				if took := time.Since(began); took < c.min || took > c.max || (err != nil) != c.fails {
					t.Errorf("took %s (want %s to %s), error %v", took, c.min, c.max, err)
				}
			})
		})
	}
}

// TestBackoff fails until the tries are used up; every pause is half to the whole of twice the one before.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		s := overWire(t, "retries: 8\nmax_wait: 20s\n", func(*http.Request) (int, http.Header, string) {
			at = append(at, time.Now())
			return 502, nil, "bad gateway"
		})
		err := s.Collect(t.Context(), nil, &memory{})
		if err == nil || !strings.Contains(err.Error(), "after 9 tries the server still answers 502 Bad Gateway: bad gateway") {
			t.Errorf("error %v", err)
		}
		for i := 1; i < len(at); i++ {
			whole := min(firstWait<<(i-1), 20*time.Second)
			if pause := at[i].Sub(at[i-1]); pause < whole/2 || pause > whole {
				t.Errorf("pause %d is %s, want %s to %s", i, pause, whole/2, whole)
			}
		}
	})
}

// TestCancel ends while a retry is waiting.
func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := overWire(t, "", func(*http.Request) (int, http.Header, string) {
			return 429, http.Header{"Retry-After": {"60"}}, ""
		})
		ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Second, errStop)
		defer cancel()
		began := time.Now()
		if err := s.Collect(ctx, nil, &memory{}); !errors.Is(err, errStop) || time.Since(began) != 10*time.Second {
			t.Errorf("ended after %s with %v", time.Since(began), err)
		}
	})
}

// TestRate keeps to half a request a second.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := overWire(t, "rate: 0.5\npaging: {kind: page, size: 1}\n", func(*http.Request) (int, http.Header, string) {
			asked++
			if asked > 20 {
				return 200, nil, `[]`
			}
			return 200, nil, fmt.Sprintf(`[{"id": %d}]`, asked)
		})
		s.config.Paging.Confirm = 0
		began := time.Now()
		m := &memory{}
		if err := s.Collect(t.Context(), nil, m); err != nil || len(m.stored) != 20 {
			t.Fatalf("%d records, error %v", len(m.stored), err)
		}
		if took := time.Since(began); took < 40*time.Second || took > 41*time.Second {
			t.Errorf("21 requests took %s, want 40 s", took)
		}
	})
}

// TestLogin gets a token, and a new one when the server says in either of two ways that it has expired.
func TestLogin(t *testing.T) {
	for name, c := range map[string]struct{ config, expired string }{
		"by status": {"header: Authorization", ""},
		"inside":    {"param: access_token", `{"code": 40014, "msg": "expired"}`},
		"by header": {"header: X-Token", ""},
	} {
		t.Run(name, inBubble(func(t *testing.T) {
			logins, valid := 0, ""
			s := overWire(t, `
records: rows
status: {path: code, ok: ["0"], expired: ["40014"], message: msg}
paging: {kind: page, size: 1, total_path: total}
auth: {login: {url: http://api.example/login, body: {user: reader, password: pass-word}, token_path: data.token, `+c.config+"}}\n",
				func(r *http.Request) (int, http.Header, string) {
					if r.URL.Path == "/login" {
						body, _ := io.ReadAll(r.Body)
						if string(body) != `{"password":"pass-word","user":"reader"}` {
							t.Errorf("login body %s", body)
						}
						logins++
						valid = fmt.Sprintf("token-%d", logins)
						return 200, nil, fmt.Sprintf(`{"data": {"token": %q}}`, valid)
					}
					got := r.URL.Query().Get("access_token") + strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + r.Header.Get("X-Token")
					if got != valid {
						if c.expired != "" {
							return 200, nil, c.expired
						}
						return 401, nil, "who?"
					}
					page := r.URL.Query().Get("page")
					if page == "2" || page == "4" {
						valid = "expired" // the next one must log in again
					}
					return 200, nil, fmt.Sprintf(`{"code": 0, "total": 5, "rows": [{"id": %s}]}`, page)
				})
			m := &memory{}
			if err := s.Collect(t.Context(), nil, m); err != nil || len(m.stored) != 5 || logins != 3 {
				t.Errorf("%d records, %d logins, error %v", len(m.stored), logins, err)
			}
		}))
	}
}

// TestSecretsStayOut provokes errors whose text would hold credentials.
func TestSecretsStayOut(t *testing.T) {
	for name, auth := range map[string]string{
		"bearer": "bearer: s3cret-key", "basic": "basic: {user: u, password: s3cret-key}", "header": "header: {name: X-Key, value: s3cret-key}",
		"query": "query: {name: key, value: s3cret-key}", "login": "login: {url: http://api.example/login, body: {p: s3cret-key}, token_path: t}",
	} {
		t.Run(name, inBubble(func(t *testing.T) {
			s := overWire(t, "auth: {"+auth+"}\nheaders: {X-Auth-Token: s3cret-key}\n", func(r *http.Request) (int, http.Header, string) {
				echo, _ := json.Marshal(map[string]any{"url": r.URL.String(), "header": r.Header, "key": "s3cret-key"})
				return 403, nil, string(echo)
			})
			err := s.Collect(t.Context(), nil, &memory{})
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("error %v", err)
			}
		}))
	}
}

// TestRedirects follows those on the same host only; credentials do not travel.
func TestRedirects(t *testing.T) {
	other := newAPI(t, 3)
	a := newAPI(t, 3)
	to := ""
	a.before = func(w http.ResponseWriter, r request) bool {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r.Request, to, http.StatusTemporaryRedirect)
			return true
		}
		return false
	}
	config := "url: " + a.URL + "/moved\nrecords: data.items\nauth: {bearer: s3cret-key}"
	to = other.URL + "/none"
	if err := source(t, config).Collect(t.Context(), nil, &memory{}); err == nil || !strings.Contains(err.Error(), "which is another host") {
		t.Errorf("error %v", err)
	}
	if len(other.requests) != 0 {
		t.Error("the other host was asked")
	}
	to = "/none"
	m := &memory{}
	collect(t, source(t, config), m)
	if len(m.stored) != 3 {
		t.Errorf("%d records after a redirect on the same host", len(m.stored))
	}
	to = other.URL + "/none"
	m = &memory{}
	collect(t, source(t, config+"\nallow_hosts: ["+strings.TrimPrefix(other.URL, "http://")+"]"), m)
	if len(m.stored) != 3 {
		t.Errorf("%d records from an allowed host", len(m.stored))
	}
}

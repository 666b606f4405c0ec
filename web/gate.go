package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/page"
)

const (
	sessionCookie = "jianfu_session"
	sessionLife   = 12 * time.Hour
)

// policy forbids everything that the pages do not use: scripts and styles of others or within the page, frames, other hosts.
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// harden sets the headers of every answer and refuses foreign host names, so that a site that points its own name at this
// address (DNS rebinding) cannot read through the browser of a reader.
func (s *server) harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin") // with no-referrer browsers post without their origin
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "private, no-cache")
		if r.URL.Path != "/healthz" && r.URL.Path != "/readyz" && !s.knownHost(r.Host) {
			s.fault(w, r, http.StatusMisdirectedRequest, "host", false, nil)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// knownHost accepts loopback names and addresses, and the host that the configuration listens on. The port is free, so
// that a forwarded port works.
func (s *server) knownHost(hostport string) bool {
	host := hostOf(hostport)
	if strings.EqualFold(host, "localhost") {
		return true
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsLoopback() {
		return true
	}
	listen := hostOf(s.Listen)
	if listen == "" || !strings.EqualFold(host, listen) {
		return false
	}
	ip, err := netip.ParseAddr(listen)
	return err != nil || !ip.IsUnspecified()
}

func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}

// gate lets those in who hold a session, turns a token in the address into a session, and shows everybody else where the
// token is.
func (s *server) gate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if token, given := query["token"]; given {
			if !same(token[0], s.Token) {
				s.refuse(w, r, true)
				return
			}
			s.begin(w)
			query.Del("token")
			http.Redirect(w, r, localAddress(r.URL.Path, query), http.StatusSeeOther)
			return
		}
		if cookie, err := r.Cookie(sessionCookie); err == nil && s.validSession(cookie.Value) {
			who := access.Local("")
			next.ServeHTTP(w, r.WithContext(access.With(r.Context(), who)))
			return
		}
		s.refuse(w, r, false)
	})
}

// enter takes a token that was pasted into the form.
func (s *server) enter(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	if !same(r.PostFormValue("token"), s.Token) {
		s.refuse(w, r, true)
		return
	}
	s.begin(w)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *server) refuse(w http.ResponseWriter, r *http.Request, wrong bool) {
	p := page.Gate{View: s.bareView(w, r), Wrong: wrong}
	// A link from another site arrives without the strict cookie; following it once more from here sends it.
	if !wrong && r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		p.Retry = localAddress(r.URL.Path, r.URL.Query())
	}
	code := http.StatusUnauthorized
	if wrong {
		code = http.StatusForbidden
	}
	s.write(w, r, code, p.Page())
}

// localAddress is an address on this site only: a path that begins with two slashes would lead to another host.
func localAddress(path string, query url.Values) string {
	u := url.URL{Path: "/" + strings.TrimLeft(path, "/\\"), RawQuery: query.Encode()}
	return u.String()
}

// begin hands out a session: random, with its end, under this process's key.
func (s *server) begin(w http.ResponseWriter) {
	body := make([]byte, 24)
	if _, err := rand.Read(body[:16]); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	binary.BigEndian.PutUint64(body[16:], uint64(s.Clock().Add(sessionLife).Unix()))
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: base64.RawURLEncoding.EncodeToString(append(body, s.sign(body)...)), Path: "/",
		MaxAge: int(sessionLife.Seconds()), HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

func (s *server) validSession(value string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil || len(raw) != 24+sha256.Size {
		return false
	}
	if !hmac.Equal(raw[24:], s.sign(raw[:24])) {
		return false
	}
	return s.Clock().Unix() < int64(binary.BigEndian.Uint64(raw[16:24]))
}

func (s *server) sign(body []byte) []byte {
	mac := hmac.New(sha256.New, s.session[:])
	mac.Write(body)
	return mac.Sum(nil)
}

// same compares in constant time, whatever the lengths.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// records guards the door for records: a bearer token, no cookies, so that no other site can post with a reader's session.
func (s *server) records() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Records == nil {
			http.Error(w, "this service does not accept records", http.StatusNotFound)
			return
		}
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		allowed := same(token, s.Token)
		if s.RecordsToken != "" {
			allowed = allowed || same(token, s.RecordsToken)
		}
		if !strings.EqualFold(scheme, "bearer") || !allowed {
			w.Header().Set("WWW-Authenticate", `Bearer realm="jianfu"`)
			http.Error(w, "send the access token as: Authorization: Bearer TOKEN", http.StatusUnauthorized)
			return
		}
		s.Records.ServeHTTP(w, r)
	})
}

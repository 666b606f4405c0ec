package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/page"
)

const sessionCookie = "jianfu_session"

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
		h.Set("Cache-Control", "private, no-store") // on a shared computer nothing stays behind
		if r.URL.Path != "/healthz" && r.URL.Path != "/readyz" && !s.knownHost(r.Host) {
			s.fault(w, r, http.StatusMisdirectedRequest, "host", false, nil)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// knownHost accepts loopback names and addresses, and the hosts that the configuration names. The port is free, so
// that a forwarded port works.
func (s *server) knownHost(hostport string) bool {
	host := hostOf(hostport)
	if strings.EqualFold(host, "localhost") {
		return true
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsLoopback() {
		return true
	}
	if s.Address != nil && strings.EqualFold(host, s.Address.Hostname()) {
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

// gate lets those in who hold a session, turns a token in the address into one, and shows everybody else how to sign in.
func (s *server) gate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		opens, err := s.linkOpens(r.Context())
		if err != nil {
			s.fault(w, r, http.StatusServiceUnavailable, "internal", false, err)
			return
		}
		query := r.URL.Query()
		if token, given := query["token"]; given {
			if !opens || !same(token[0], s.Token) {
				s.refuse(w, r, true)
				return
			}
			s.begin(w, r, s.Accounts.BeginLocal(s.client(r), r.UserAgent()))
			query.Del("token")
			http.Redirect(w, r, localAddress(r.URL.Path, query), http.StatusSeeOther)
			return
		}
		cookie, err := r.Cookie(sessionCookie)
		if err != nil {
			s.refuse(w, r, false)
			return
		}
		who, mustChange, err := s.Accounts.Who(r.Context(), cookie.Value, opens)
		switch {
		case err != nil:
			s.fault(w, r, http.StatusServiceUnavailable, "internal", false, err)
		case who == nil:
			s.refuse(w, r, false)
		case mustChange && r.URL.Path != ownPath && r.URL.Path != "/signout":
			http.Redirect(w, r, ownPath, http.StatusSeeOther)
		default:
			next.ServeHTTP(w, r.WithContext(access.With(r.Context(), who)))
		}
	})
}

// linkOpens says that the token of serve lets its bearer in: while there are no accounts, or where serve was told so.
func (s *server) linkOpens(ctx context.Context) (bool, error) {
	if s.Link {
		return true, nil
	}
	if s.Principals != nil && s.Principals != Principals(s.Accounts) {
		return false, nil
	}
	some, err := s.Accounts.Any(ctx)
	return !some, err
}

// enter takes a token that was pasted into the form.
func (s *server) enter(w http.ResponseWriter, r *http.Request) {
	if err := posted(w, r, 4096); err != nil {
		s.settle(w, r, "", err)
		return
	}
	opens, err := s.linkOpens(r.Context())
	if err != nil {
		s.fault(w, r, http.StatusServiceUnavailable, "internal", false, err)
		return
	}
	if !opens || !same(r.PostForm.Get("token"), s.Token) {
		s.refuse(w, r, true)
		return
	}
	s.begin(w, r, s.Accounts.BeginLocal(s.client(r), r.UserAgent()))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// refuse asks for a name and a password, or for the token where nobody has an account.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, wrong bool) {
	retry := ""
	// A link from another site arrives without the strict cookie; following it once more from here sends it.
	if !wrong && r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		retry = localAddress(r.URL.Path, r.URL.Query())
	}
	code := http.StatusUnauthorized
	if wrong {
		code = http.StatusForbidden
	}
	if opens, err := s.linkOpens(r.Context()); err != nil || !opens {
		next := "/"
		if r.Method == http.MethodGet {
			next = localAddress(r.URL.Path, r.URL.Query())
		}
		p := s.signInForm(w, r)
		p.Next, p.Retry = next, retry
		s.write(w, r, code, p.Page())
		return
	}
	s.write(w, r, code, page.Gate{View: s.bareView(w, r), Wrong: wrong, Retry: retry}.Page())
}

// localAddress is an address on this site only: a path that begins with two slashes would lead to another host.
func localAddress(path string, query url.Values) string {
	u := url.URL{Path: "/" + strings.TrimLeft(path, "/\\"), RawQuery: query.Encode()}
	return u.String()
}

// begin hands the value of a session to the browser.
func (s *server) begin(w http.ResponseWriter, r *http.Request, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: s.secure(r),
	})
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
		opens, err := s.linkOpens(r.Context())
		if err != nil {
			s.Log.Error().Err(err).Msg("unable to read the accounts")
			http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
			return
		}
		allowed := opens && same(token, s.Token)
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

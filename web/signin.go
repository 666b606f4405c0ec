package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/account"
	"github.com/jianfu/jianfu/web/page"
)

// signInPage asks for name and password.
func (s *server) signInPage(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p := s.signInForm(w, r)
	p.Next = localNext(r.URL.Query().Get("next"))
	return p.Page(), nil
}

// signInForm is the form for name and password, with the way to the identity provider where there is one.
func (s *server) signInForm(w http.ResponseWriter, r *http.Request) page.SignIn {
	p := page.SignIn{View: s.bareView(w, r), Next: "/"}
	if s.Provider != nil {
		p.Elsewhere = s.Provider.Label
	}
	return p
}

// localNext is an address on this site to go on to, the first page for any other.
func localNext(text string) string {
	u, err := url.Parse(text)
	if err != nil || text == "" || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") {
		return "/"
	}
	return localAddress(u.Path, u.Query())
}

// signIn opens a session for those who know name, password and, where it is set up, the code. The answer never says which of them
// was wrong.
func (s *server) signIn(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	if err := posted(w, r, 8192); err != nil {
		s.settle(w, r, "", err)
		return nil, nil
	}
	p := s.signInForm(w, r)
	p.Next, p.Name = localNext(r.PostForm.Get("next")), r.PostForm.Get("name")
	value, a, err := s.Accounts.SignIn(r.Context(), account.Attempt{
		Name: p.Name, Password: r.PostForm.Get("password"), Code: r.PostForm.Get("code"), Address: s.client(r), Agent: r.UserAgent(),
	})
	var wait account.ErrWait
	switch {
	case errors.As(err, &wait):
		if err := s.recordOf(r, shortName(p.Name), auditSignInFailed, "waits"); err != nil {
			return nil, err
		}
		p.Wait = wait.For
		s.write(w, r, http.StatusTooManyRequests, p.Page())
		return nil, nil
	case errors.Is(err, account.ErrRefused):
		if err := s.recordOf(r, shortName(p.Name), auditSignInFailed, ""); err != nil {
			return nil, err
		}
		p.Refused = true
		s.write(w, r, http.StatusUnauthorized, p.Page())
		return nil, nil
	case err != nil:
		return nil, err
	}
	if err := s.signedIn(w, r, a.Name, value, ""); err != nil {
		return nil, err
	}
	next, err := s.begins(r.Context(), a.Name, p.Next)
	if err != nil {
		return nil, err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil, nil
}

// signedIn records a new session before it hands it out. One that was there before is not carried over: nobody can have planted it.
func (s *server) signedIn(w http.ResponseWriter, r *http.Request, name, value, detail string) error {
	if err := s.recordOf(r, name, auditSignIn, detail); err != nil {
		s.Accounts.End(value)
		return err
	}
	if old, err := r.Cookie(sessionCookie); err == nil {
		s.Accounts.End(old.Value)
	}
	s.begin(w, r, value)
	return nil
}

// shortName keeps what somebody typed for a name within bounds, in case it was a password or worse.
func shortName(name string) string {
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, strings.ToValidUTF8(name, ""))
	if len(name) > 32 {
		return ""
	}
	return name
}

// signOut ends the session of this browser.
func (s *server) signOut(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		s.Accounts.End(cookie.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: s.secure(r)})
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
	return nil, nil
}

// recordOf records what somebody did before the request had a principal.
func (s *server) recordOf(r *http.Request, name, action, detail string) error {
	return s.record(r.WithContext(access.With(r.Context(), &access.Principal{Account: name})), action, detail)
}

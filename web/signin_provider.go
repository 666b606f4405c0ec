package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/account"
	"github.com/jianfu/jianfu/web/page"
)

// CallbackPath is where the identity provider sends people back to; it is registered there.
const CallbackPath = "/signin/oidc/callback"

// providerCookie ties a sign-in at the provider to the browser that began it, so that nobody is signed in as somebody else.
const providerCookie = "jianfu_signin"

// toProvider sends the reader to the identity provider.
func (s *server) toProvider(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	if s.Provider == nil {
		return nil, queries.ErrNotFound
	}
	address, browser, err := s.Provider.Begin(r.Context(), localNext(r.URL.Query().Get("next")))
	if err != nil {
		s.providerFails(w, r, http.StatusBadGateway, "unreachable", err)
		return nil, nil
	}
	// Lax, because the way back begins at another site.
	http.SetCookie(w, &http.Cookie{Name: providerCookie, Value: browser, Path: CallbackPath, MaxAge: 600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure(r)})
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil, nil
}

// fromProvider opens a session for those whom the identity provider has named and an account is linked to.
func (s *server) fromProvider(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	if s.Provider == nil {
		return nil, queries.ErrNotFound
	}
	http.SetCookie(w, &http.Cookie{Name: providerCookie, Path: CallbackPath, MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure(r)})
	browser := ""
	if cookie, err := r.Cookie(providerCookie); err == nil {
		browser = cookie.Value
	}
	q := r.URL.Query()
	subject, next, err := s.Provider.Finish(r.Context(), browser, q.Get("state"), q.Get("code"))
	if err == nil {
		var a queries.Account
		if a, err = s.Accounts.Linked(r.Context(), subject); err == nil {
			if err := s.signedIn(w, r, a.Name, s.Accounts.Begin(a, s.client(r), r.UserAgent()), "oidc"); err != nil {
				return nil, err
			}
			if next, err = s.begins(r.Context(), a.Name, next); err != nil {
				return nil, err
			}
			// The session's strict cookie is not sent on a redirect that another site began; a page of ours has to begin it.
			w.Header().Set("Refresh", "0; url="+next)
			return page.SignedIn{View: s.bareView(w, r), Next: next}.Page(), nil
		}
	}
	if !errors.Is(err, account.ErrRefused) {
		s.providerFails(w, r, http.StatusBadGateway, "unreachable", err)
		return nil, nil
	}
	if err := s.recordOf(r, "", auditSignInFailed, "oidc"); err != nil {
		return nil, err
	}
	s.providerFails(w, r, http.StatusForbidden, "refused", err)
	return nil, nil
}

// providerFails says why nobody was signed in; the log has what only those who run the service may know.
func (s *server) providerFails(w http.ResponseWriter, r *http.Request, code int, word string, err error) {
	s.Log.Warn().Err(err).Str("client", s.client(r)).Msg("sign-in at the identity provider failed")
	p := s.signInForm(w, r)
	p.Failed = word
	s.write(w, r, code, p.Page())
}

package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/account"
	"github.com/jianfu/jianfu/web/page"
)

// ownPath is the page of one's own account, the only one that a password given by somebody else opens.
const ownPath = "/account"

// own is one's own account: password, second factor, open sessions.
func (s *server) own(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, _, err := s.ownPage(w, r)
	if err != nil {
		return nil, err
	}
	if p.Query.Get("factor") == "new" && !p.Local {
		if p.Factor, err = account.NewFactor(p.Name); err != nil {
			return nil, err
		}
	}
	return p.Page(), nil
}

func (s *server) ownPage(w http.ResponseWriter, r *http.Request) (page.OwnAccount, queries.Account, error) {
	v, _, err := s.view(w, r, "account")
	if err != nil {
		return page.OwnAccount{}, queries.Account{}, err
	}
	p := page.OwnAccount{View: v, Saved: v.Query.Get("saved")}
	who := access.Of(r.Context())
	if who.Account == access.Local("").Account {
		p.Local = true
		return p, queries.Account{}, nil
	}
	a, err := s.Accounts.Account(r.Context(), who.Account)
	if err != nil {
		return p, a, err
	}
	p.Name, p.MustChange, p.HasFactor, p.Recovery, p.HasPassword = a.Name, a.MustChange, a.Factor != "", len(a.Recovery), a.Password != ""
	p.Sessions = s.Accounts.Sessions(a.Name)
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		p.Here = s.Accounts.Here(cookie.Value)
	}
	return p, a, nil
}

// changeOwn changes one's own account. What is shown once is in the answer itself.
func (s *server) changeOwn(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	if err := posted(w, r, 16<<10); err != nil {
		s.settle(w, r, "", err)
		return nil, nil
	}
	p, a, err := s.ownPage(w, r)
	if err != nil {
		return nil, err
	}
	if p.Local {
		s.fault(w, r, http.StatusForbidden, "forbidden", true, nil)
		return nil, nil
	}
	do := r.PostForm.Get("do")
	if do == "end" {
		cookie, err := r.Cookie(sessionCookie)
		if err != nil {
			return nil, err
		}
		s.Accounts.EndOther(a.Name, r.PostForm.Get("session"), cookie.Value)
		http.Redirect(w, r, ownPath+"?saved=end#sessions", http.StatusSeeOther)
		return nil, nil
	}
	// Whoever finds an open browser must not be able to take the account over.
	right, err := s.Accounts.Right(r.Context(), a, r.PostForm.Get("password"))
	var wait account.ErrWait
	switch {
	case errors.As(err, &wait):
		p.Fault = "wait"
	case err != nil:
		return nil, err
	case !right:
		p.Fault = "password"
	}
	if p.Fault != "" {
		s.write(w, r, http.StatusForbidden, p.Page())
		return nil, nil
	}
	var codes []string
	var weak account.ErrWeak
	switch do {
	case "password":
		if r.PostForm.Get("new") != r.PostForm.Get("again") {
			p.Fault = "again"
			break
		}
		if r.PostForm.Get("new") == r.PostForm.Get("password") {
			p.Fault = "same"
			break
		}
		a, err = s.Accounts.Password(a, r.PostForm.Get("new"), false)
	case "factor":
		secret := r.PostForm.Get("secret")
		if a, codes, err = s.Accounts.Confirm(a, secret, r.PostForm.Get("code")); errors.Is(err, account.ErrRefused) {
			p.Fault = "code"
			if p.Factor, err = account.SameFactor(a.Name, secret); err != nil {
				p.Factor, err = nil, nil
			}
		}
	case "unfactor":
		a.Factor, a.Recovery = "", nil
	default:
		p.Fault = "form"
	}
	if errors.As(err, &weak) {
		p.Fault, err = "weak_"+weak.Key, nil
	}
	switch {
	case err != nil:
		return nil, err
	case p.Fault != "":
		s.write(w, r, http.StatusUnprocessableEntity, p.Page())
		return nil, nil
	}
	if err := s.record(r, "account."+do, a.Name); err != nil {
		s.fault(w, r, http.StatusServiceUnavailable, "trail", true, err)
		return nil, nil
	}
	if a, err = s.Accounts.Save(r.Context(), a, a.Name); err != nil {
		return nil, err
	}
	// The change ended all sessions; this browser goes on with a new one.
	s.begin(w, r, s.Accounts.Begin(a, s.client(r), r.UserAgent()))
	if len(codes) > 0 {
		p.Codes, p.HasFactor, p.Recovery = codes, true, len(codes)
		return p.Page(), nil
	}
	http.Redirect(w, r, ownPath+"?saved="+do, http.StatusSeeOther)
	return nil, nil
}

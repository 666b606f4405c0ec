package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/account"
	"github.com/jianfu/jianfu/web/page"
)

// accountList is the list of all accounts, and the form for another one.
func (s *server) accountList(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.accountsPage(w, r)
	if err != nil {
		return nil, err
	}
	return p.Page(), nil
}

func (s *server) accountsPage(w http.ResponseWriter, r *http.Request) (page.Accounts, error) {
	v, names, err := s.view(w, r, "accounts")
	if err != nil {
		return page.Accounts{}, err
	}
	p := page.Accounts{View: v, Called: names, Saved: v.Query.Get("saved"), Chosen: v.Query.Get("name")}
	if s.Provider != nil {
		p.Issuer = s.Provider.Issuer
	}
	if p.All, err = s.Accounts.Accounts(r.Context()); err != nil {
		return p, err
	}
	return p, nil
}

// changeAccounts adds an account or changes one. A password that is given is shown once, in the answer itself.
func (s *server) changeAccounts(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	if err := posted(w, r, 64<<10); err != nil {
		s.settle(w, r, "", err)
		return nil, nil
	}
	p, err := s.accountsPage(w, r)
	if err != nil {
		return nil, err
	}
	who := access.Of(r.Context())
	do, name := r.PostForm.Get("do"), strings.ToLower(strings.TrimSpace(r.PostForm.Get("name")))
	a, err := s.Accounts.Account(r.Context(), name)
	switch {
	case errors.Is(err, account.ErrUnknown) && do == "add":
		a = queries.Account{Name: name}
	case errors.Is(err, account.ErrUnknown):
		return nil, queries.ErrNotFound
	case err != nil:
		return nil, err
	case do == "add":
		p.Fault = p.T("accounts.fault.known", "name", name)
	case name == who.Account && do != "reset":
		// Nobody widens or locks the own account: another security administrator does.
		p.Fault = p.T("accounts.fault.own")
	}
	if p.Fault == "" && do != "add" && r.PostForm.Get("version") != page.AccountVersion(a) {
		p.Fault = p.T("accounts.fault.stale")
	}
	given := ""
	if p.Fault == "" {
		switch do {
		case "add", "rights":
			a.Title, _ = line(r.PostForm, "title", longestName)
			a.Email, _ = line(r.PostForm, "email", 200)
			if s.Provider != nil {
				a.Subject = ""
				if subject, _ := line(r.PostForm, "subject", 300); subject != "" {
					a.Subject = s.Provider.Subject(subject)
				}
			}
			a.Roles = slices.Clone(r.PostForm["role"])
			a.Divisions, a.Systems = split(r.PostForm.Get("divisions")), split(r.PostForm.Get("systems"))
			if fault := s.unknownBounds(p, a); fault != "" {
				p.Fault = fault
			}
		case "disable":
			a.Disabled = true
		case "enable":
			a.Disabled = false
		case "reset":
			a.Factor, a.Recovery = "", nil
		default:
			p.Fault = p.T("fault.form.title")
		}
		// Who signs in at the identity provider needs no password here.
		if do == "add" && a.Subject == "" || do == "reset" {
			given = account.Generate()
			if a, err = s.Accounts.Password(a, given, true); err != nil {
				return nil, err
			}
		}
		if err := account.Valid(a); err != nil && p.Fault == "" {
			p.Fault = page.ValidWords(p.View, a, err)
		}
	}
	p.Typed, p.Chosen = a, name
	if p.Fault != "" {
		s.write(w, r, http.StatusUnprocessableEntity, p.Page())
		return nil, nil
	}
	if err := s.record(r, "account."+do, a.Name+" "+strings.Join(a.Roles, ",")); err != nil {
		s.fault(w, r, http.StatusServiceUnavailable, "trail", true, err)
		return nil, nil
	}
	if a, err = s.Accounts.Save(r.Context(), a, who.Account); err != nil {
		return nil, err
	}
	if given == "" {
		http.Redirect(w, r, "/accounts?saved="+do+"&name="+a.Name, http.StatusSeeOther)
		return nil, nil
	}
	if p.All, err = s.Accounts.Accounts(r.Context()); err != nil {
		return nil, err
	}
	p.Given, p.Typed = given, queries.Account{}
	return p.Page(), nil
}

// split reads codes that were typed with spaces, commas or line breaks between them.
func split(text string) []string {
	return slices.Compact(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n,，;；、", r) }))
}

// unknownBounds says which division or system does not exist: an account that is bound to a slip of the pen would see nothing.
func (s *server) unknownBounds(p page.Accounts, a queries.Account) string {
	for _, code := range a.Divisions {
		if _, known := p.Called.Units[code]; !known && code != access.Everything {
			return p.T("accounts.fault.division", "code", code)
		}
	}
	for _, id := range a.Systems {
		if _, known := p.Called.Systems[id]; !known && id != access.Everything {
			return p.T("accounts.fault.system", "id", id)
		}
	}
	return ""
}

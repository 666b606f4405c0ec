package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/account"
	"github.com/jianfu/jianfu/web/page"
	"github.com/jianfu/jianfu/web/token"
)

const tokensPath = "/tokens"

// tokenDays are the lives of a token that people choose from.
var tokenDays = []int{30, 90, 180, 366}

// tokens lists the tokens of one's own account, and for security administrators those of all.
func (s *server) tokens(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, _, err := s.tokensPage(w, r)
	if err != nil {
		return nil, err
	}
	return p.Page(), nil
}

func (s *server) tokensPage(w http.ResponseWriter, r *http.Request) (page.Tokens, queries.Account, error) {
	v, names, err := s.view(w, r, "tokens")
	if err != nil {
		return page.Tokens{}, queries.Account{}, err
	}
	who := access.Of(r.Context())
	p := page.Tokens{View: v, Called: names, Days: tokenDays, Now: s.Clock(), All: who.Is(access.Security), Saved: v.Query.Get("saved")}
	p.Typed = queries.Token{Abilities: []string{queries.TokenRead}, Expires: p.Now.Add(token.Usual)}
	if who.Local() || s.Tokens == nil {
		p.Local = true
		return p, queries.Account{}, nil
	}
	a, err := s.Accounts.Account(r.Context(), who.Account)
	if err != nil {
		return p, a, err
	}
	p.Account, p.Roles, p.HasPassword = a.Name, a.Roles, a.Password != ""
	p.Rows, err = s.tokenRows(r, p)
	return p, a, err
}

// tokenRows are the tokens that a reader of the page may end, those in force first.
func (s *server) tokenRows(r *http.Request, p page.Tokens) ([]queries.Token, error) {
	of := p.Account
	if p.All {
		of = ""
	}
	rows, err := s.Tokens.Tokens(r.Context(), of)
	slices.SortStableFunc(rows, func(a, b queries.Token) int {
		rank := func(t queries.Token) int {
			if t.Valid(p.Now) {
				return 0
			}
			return 1
		}
		return cmp.Or(rank(a)-rank(b), b.Created.Compare(a.Created))
	})
	return rows, err
}

// changeTokens makes a token for one's own account, whose secret is in the answer alone, or ends one.
func (s *server) changeTokens(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	if err := posted(w, r, 16<<10); err != nil {
		s.settle(w, r, "", err)
		return nil, nil
	}
	p, a, err := s.tokensPage(w, r)
	if err != nil {
		return nil, err
	}
	if p.Local {
		s.fault(w, r, http.StatusForbidden, "forbidden", true, nil)
		return nil, nil
	}
	switch r.PostForm.Get("do") {
	case "revoke":
		return s.revokeToken(w, r, p)
	case "add":
		return s.addToken(w, r, p, a)
	}
	s.fault(w, r, http.StatusBadRequest, "form", true, nil)
	return nil, nil
}

func (s *server) revokeToken(w http.ResponseWriter, r *http.Request, p page.Tokens) (templ.Component, error) {
	id := r.PostForm.Get("id")
	if !slices.ContainsFunc(p.Rows, func(t queries.Token) bool { return t.ID == id }) {
		return nil, queries.ErrNotFound
	}
	if err := s.record(r, "token.revoke", id); err != nil {
		s.fault(w, r, http.StatusServiceUnavailable, "trail", true, err)
		return nil, nil
	}
	of := p.Account
	if p.All {
		of = ""
	}
	if _, err := s.Tokens.RevokeToken(r.Context(), of, id, p.Account, s.Clock()); err != nil {
		return nil, err
	}
	http.Redirect(w, r, tokensPath+"?saved=revoke", http.StatusSeeOther)
	return nil, nil
}

func (s *server) addToken(w http.ResponseWriter, r *http.Request, p page.Tokens, a queries.Account) (templ.Component, error) {
	days, _ := strconv.Atoi(r.PostForm.Get("days"))
	p.Typed = queries.Token{
		Account: a.Name, Name: r.PostForm.Get("name"), Abilities: slices.Clone(r.PostForm["ability"]), Roles: slices.Clone(r.PostForm["role"]),
		Divisions: split(r.PostForm.Get("divisions")), Systems: split(r.PostForm.Get("systems")), Expires: p.Now.AddDate(0, 0, min(days, 367)),
	}
	fault, err := s.tokenFault(r, p, a)
	if err != nil {
		return nil, err
	}
	var made queries.Token
	var text string
	if fault == "" {
		made, text, err = token.Issue(p.Typed, a.Roles, a.Name, p.Now)
		for known, key := range map[error]string{token.ErrName: "name", token.ErrAbilities: "abilities", token.ErrEnd: "end", token.ErrRoles: "roles"} {
			if errors.Is(err, known) {
				fault, err = key, nil
			}
		}
		if err != nil {
			return nil, err
		}
	}
	if fault != "" {
		p.Fault = fault
		s.write(w, r, http.StatusUnprocessableEntity, p.Page())
		return nil, nil
	}
	if err := s.record(r, "token.add", made.ID); err != nil {
		s.fault(w, r, http.StatusServiceUnavailable, "trail", true, err)
		return nil, nil
	}
	if err := s.Tokens.SaveToken(r.Context(), made); err != nil {
		return nil, err
	}
	p.Given, p.Made = text, made
	p.Typed = queries.Token{Abilities: []string{queries.TokenRead}, Expires: p.Now.Add(token.Usual)}
	if p.Rows, err = s.tokenRows(r, p); err != nil {
		return nil, err
	}
	return p.Page(), nil
}

// tokenFault says what is wrong with the asker or with the bounds of a token, before it is made. Whoever finds an open browser must
// not be able to take a key along, so the password is asked for again.
func (s *server) tokenFault(r *http.Request, p page.Tokens, a queries.Account) (string, error) {
	if p.HasPassword {
		right, err := s.Accounts.Right(r.Context(), a, r.PostForm.Get("password"))
		var wait account.ErrWait
		switch {
		case errors.As(err, &wait):
			return "wait", nil
		case err != nil:
			return "", err
		case !right:
			return "password", nil
		}
	}
	who := access.Of(r.Context())
	within := unitsOf(who, p.Called)
	for _, code := range p.Typed.Divisions {
		if _, known := p.Called.Units[code]; !known || within != nil && !within[code] {
			return "division", nil
		}
	}
	for _, id := range p.Typed.Systems {
		if !slices.Contains(who.Systems, access.Everything) && !slices.Contains(who.Systems, id) {
			return "system", nil
		}
	}
	return "", nil
}

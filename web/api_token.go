package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/token"
)

// Tokens keeps the tokens of the API. *queries.Store is one.
type Tokens interface {
	SaveToken(ctx context.Context, t queries.Token) error
	Tokens(ctx context.Context, account string) ([]queries.Token, error)
	TokenByHash(ctx context.Context, hash string) (queries.Token, error)
	RevokeToken(ctx context.Context, account, id, by string, at time.Time) (queries.Token, error)
	UseToken(ctx context.Context, id string, at time.Time) error
}

// Principals says who an account is.
type Principals interface {
	// Principal gives an account as it is now, or queries.ErrNotFound where there is none or it is disabled.
	Principal(ctx context.Context, account string) (*access.Principal, error)
}

// bearer lets those in who send a token of the API; everybody else goes the way of pages. A token opens nothing but the API,
// and there not what is about accounts.
func (s *server) bearer(r route, next, person http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		header := q.Header.Get("Authorization")
		if header == "" {
			if _, err := q.Cookie(sessionCookie); err != nil {
				s.problem(w, q, http.StatusUnauthorized, "unauthorized", nil, nil)
				return
			}
			person.ServeHTTP(w, q)
			return
		}
		who, abilities, err := s.bearing(q.Context(), header)
		switch {
		case err != nil:
			s.problem(w, q, http.StatusServiceUnavailable, "internal", nil, err)
		case who == nil:
			if err := s.record(q, "token.refused", ""); err != nil {
				s.problem(w, q, http.StatusServiceUnavailable, "trail", nil, err)
				return
			}
			s.problem(w, q, http.StatusUnauthorized, "token", nil, nil)
		case !slices.Contains(abilities, abilityFor(r)):
			q = q.WithContext(access.With(q.Context(), who))
			if err := s.record(q, "denied", r.pattern); err != nil {
				s.problem(w, q, http.StatusServiceUnavailable, "trail", nil, err)
				return
			}
			s.problem(w, q, http.StatusForbidden, "token_scope", nil, nil)
		default:
			next.ServeHTTP(w, q.WithContext(access.With(q.Context(), who)))
		}
	})
}

// abilityFor is what a token must be able to do for a route.
func abilityFor(r route) string {
	switch {
	case !strings.HasPrefix(r.pattern, http.MethodGet+" "):
		return queries.TokenWrite
	case r.rule.Audit == auditExport:
		return queries.TokenExport
	}
	return queries.TokenRead
}

// bearing is who speaks through a header, and what the token can do; nobody where the token is none, is not in force, or its
// account is gone.
func (s *server) bearing(ctx context.Context, header string) (*access.Principal, []string, error) {
	scheme, text, _ := strings.Cut(header, " ")
	text = strings.TrimSpace(text)
	if !strings.EqualFold(scheme, "bearer") {
		return nil, nil, nil
	}
	// While there are no accounts, the token of serve opens what its link opens.
	opens, err := s.linkOpens(ctx)
	if err != nil {
		return nil, nil, err
	}
	if opens && same(text, s.Token) {
		who := access.Local("")
		who.Token = "serve"
		return who, queries.TokenAbilities, nil
	}
	hash, ok := token.Hash(text)
	if !ok || s.Tokens == nil {
		return nil, nil, nil
	}
	t, err := s.Tokens.TokenByHash(ctx, hash)
	switch {
	case errors.Is(err, queries.ErrNotFound):
		return nil, nil, nil
	case err != nil:
		return nil, nil, err
	}
	now := s.Clock()
	if !t.Valid(now) {
		return nil, nil, nil
	}
	who, err := s.speaker(ctx, t)
	if err != nil || who == nil {
		return nil, nil, err
	}
	if now.Sub(t.Used) > time.Hour {
		if err := s.Tokens.UseToken(ctx, t.ID, now); err != nil {
			return nil, nil, err
		}
	}
	return who, t.Abilities, nil
}

// speaker is the account of a token within the bounds of the token.
func (s *server) speaker(ctx context.Context, t queries.Token) (*access.Principal, error) {
	if s.Principals == nil {
		return nil, nil
	}
	account, err := s.Principals.Principal(ctx, t.Account)
	if errors.Is(err, queries.ErrNotFound) || err == nil && account == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names, err := s.shared.ReadNames(ctx)
	if err != nil {
		return nil, err
	}
	return narrowedBy(account, t, names), nil
}

// narrowedBy is what an account and a token both allow. What the account has lost since the token was made, the token has lost.
func narrowedBy(account *access.Principal, t queries.Token, names *queries.NameTable) *access.Principal {
	out := &access.Principal{Account: account.Account, Name: account.Name, Token: t.ID}
	for _, r := range account.Roles {
		if len(t.Roles) == 0 || slices.Contains(t.Roles, string(r)) {
			out.Roles = append(out.Roles, r)
		}
	}
	within := unitsOf(account, names)
	out.Divisions = both(account.Divisions, t.Divisions, func(code string) bool { return within == nil || within[code] })
	out.Systems = both(account.Systems, t.Systems, func(id string) bool {
		return slices.Contains(account.Systems, access.Everything) || slices.Contains(account.Systems, id)
	})
	return out
}

// both is what the token names and the account reaches; all of the account's where the token names nothing.
func both(account, token []string, reaches func(string) bool) []string {
	if len(token) == 0 {
		return account
	}
	var out []string
	for _, one := range token {
		switch {
		case one == access.Everything:
			return account
		case reaches(one):
			out = append(out, one)
		}
	}
	return out
}

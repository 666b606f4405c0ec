package queries

import (
	"cmp"
	"context"
	"errors"
	"time"
)

// Token is one token of the API, without its secret: what it may do is at most what its account may.
type Token struct {
	ID      string `json:"id"`
	Account string `json:"account"`
	Name    string `json:"name"` // what it is for
	Hash    string `json:"-"`    // SHA-256 of the secret, in hexadecimal digits
	// Roles, Divisions and Systems narrow those of the account; all of the account's where empty.
	Roles     []string  `json:"roles"`
	Divisions []string  `json:"divisions"`
	Systems   []string  `json:"systems"`
	Abilities []string  `json:"abilities"` // read, write, export
	Created   time.Time `json:"created"`
	CreatedBy string    `json:"created_by"`
	Expires   time.Time `json:"expires"`
	Revoked   time.Time `json:"revoked,omitzero"`
	RevokedBy string    `json:"revoked_by,omitempty"`
	Used      time.Time `json:"used,omitzero"` // last use, to the hour
}

// Abilities of a token.
const (
	TokenRead   = "read"
	TokenWrite  = "write"
	TokenExport = "export"
)

// TokenAbilities lists them.
var TokenAbilities = []string{TokenRead, TokenWrite, TokenExport}

// Valid says that the token is in force at a moment.
func (t Token) Valid(at time.Time) bool { return t.Revoked.IsZero() && at.Before(t.Expires) }

// SaveToken keeps a token. Its hash is kept, its secret never.
func (s *Store) SaveToken(ctx context.Context, t Token) error {
	if t.ID == "" || t.Account == "" || len(t.Hash) != 64 || t.Expires.IsZero() || len(t.Abilities) == 0 {
		return errors.New("unable to keep a token without id, account, hash, abilities and end")
	}
	return s.insert(ctx, "tokens.Insert", columns(
		[]string{t.ID}, []string{t.Account}, []string{t.Name}, []string{t.Hash}, [][]string{orEmpty(t.Roles)}, [][]string{orEmpty(t.Divisions)},
		[][]string{orEmpty(t.Systems)}, [][]string{t.Abilities}, []time.Time{t.Created}, []string{t.CreatedBy}, []time.Time{t.Expires}, []time.Time{orZero(t.Revoked)},
		[]string{t.RevokedBy}, []time.Time{time.Now()}))
}

// Tokens reads the tokens of an account, or of all where it is empty, the oldest first.
func (s *Store) Tokens(ctx context.Context, account string) ([]Token, error) {
	return s.tokens(ctx, account, "", "")
}

// TokenByHash reads the token of a secret, in force or not, or ErrNotFound.
func (s *Store) TokenByHash(ctx context.Context, hash string) (Token, error) {
	return oneToken(s.tokens(ctx, "", "", cmp.Or(hash, "-")))
}

// RevokeToken ends a token, of one account or of any where it is empty, and gives it back. ErrNotFound where there is none;
// one that was revoked before stays as it is.
func (s *Store) RevokeToken(ctx context.Context, account, id, by string, at time.Time) (Token, error) {
	t, err := oneToken(s.tokens(ctx, account, cmp.Or(id, "-"), ""))
	if err != nil || !t.Revoked.IsZero() {
		return t, err
	}
	t.Revoked, t.RevokedBy = at, by
	return t, s.SaveToken(ctx, t)
}

// UseToken keeps that a token was used.
func (s *Store) UseToken(ctx context.Context, id string, at time.Time) error {
	return s.insert(ctx, "tokens.Use", columns([]string{id}, []time.Time{at.Truncate(time.Hour)}))
}

func oneToken(all []Token, err error) (Token, error) {
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Token{}, err
	}
	return all[0], nil
}

func (s *Store) tokens(ctx context.Context, account, id, hash string) ([]Token, error) {
	var out []Token
	err := s.Each(ctx, "tokens.List", Params{"account": account, "id": id, "hash": hash}, func(scan func(...any) error) error {
		var t Token
		err := scan(&t.ID, &t.Account, &t.Name, &t.Hash, &t.Roles, &t.Divisions, &t.Systems, &t.Abilities, &t.Created, &t.CreatedBy, &t.Expires, &t.Revoked, &t.RevokedBy, &t.Used)
		t.Revoked, t.Used = known(t.Revoked), known(t.Used)
		out = append(out, t)
		return err
	})
	return out, err
}

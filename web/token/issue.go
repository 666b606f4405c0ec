package token

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jianfu/jianfu/queries"
)

// Longest is how long a token may be good for, and Usual how long where nobody says.
const (
	Longest = 366 * 24 * time.Hour
	Usual   = 90 * 24 * time.Hour
)

// The faults of a token that is asked for.
var (
	ErrName      = errors.New("say in at most 60 characters what the token is for")
	ErrAbilities = errors.New("choose what the token can do: read, write, export")
	ErrEnd       = errors.New("the token must end within 366 days")
	ErrRoles     = errors.New("the token cannot have a role that its account lacks")
)

// Issue completes a token for an account and makes its secret, which is shown once and kept nowhere. The token's Account, Name,
// Roles, Divisions, Systems, Abilities and Expires are the caller's; its roles have to be among those of the account.
func Issue(t queries.Token, roles []string, by string, now time.Time) (queries.Token, string, error) {
	t.Name = strings.TrimSpace(t.Name)
	switch {
	case t.Name == "" || utf8.RuneCountInString(t.Name) > 60:
		return t, "", ErrName
	case len(t.Abilities) == 0 || slices.ContainsFunc(t.Abilities, func(a string) bool { return !slices.Contains(queries.TokenAbilities, a) }):
		return t, "", ErrAbilities
	case !t.Expires.After(now) || t.Expires.Sub(now) > Longest:
		return t, "", ErrEnd
	case slices.ContainsFunc(t.Roles, func(r string) bool { return !slices.Contains(roles, r) }):
		return t, "", ErrRoles
	}
	text, err := New()
	if err != nil {
		return t, "", fmt.Errorf("unable to make a token: %w", err)
	}
	hash, _ := Hash(text)
	t.ID, t.Hash, t.Created, t.CreatedBy = ID(hash), hash, now.UTC().Truncate(time.Second), by
	return t, text, nil
}

package page

import (
	"strconv"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/account"
	"github.com/jianfu/jianfu/web/component"
)

// SignIn asks for name, password and code.
type SignIn struct {
	component.View
	Name    string // as it was typed
	Next    string // where to go on
	Retry   string // where to go on, when the browser held the session back from another site's link
	Refused bool
	Wait    time.Duration // after too many tries

	Elsewhere string // what the identity provider is called; empty for none
	Failed    string // why the sign-in there failed: refused, unreachable
}

// SignedIn leads on from the identity provider.
type SignedIn struct {
	component.View
	Next string
}

// OwnAccount is the account of the reader.
type OwnAccount struct {
	component.View
	Name        string
	Local       bool // the person at the machine itself, who has no account
	MustChange  bool
	HasPassword bool
	HasFactor   bool
	Recovery    int             // codes that are left
	Factor      *account.Factor // that is being set up
	Codes       []string        // recovery codes, shown once
	Sessions    []account.Session
	Here        string // id of the session that reads this
	Saved       string
	Fault       string // key under accounts.own.fault
}

// Accounts is the list of all accounts and the forms that change them.
type Accounts struct {
	component.View
	Called *queries.NameTable
	All    []queries.Account
	Typed  queries.Account // what was typed into a form that is refused
	Chosen string          // the account that a form was about
	Issuer string          // of the identity provider; empty for none
	Given  string          // the password for the first sign-in, shown once
	Saved  string
	Fault  string
}

// AccountVersion tells the states of an account apart, so that nobody overwrites what another person has just changed.
func AccountVersion(a queries.Account) string { return strconv.FormatInt(a.Changed.UnixMicro(), 10) }

// ValidWords says what account.Valid found wrong in the words of the reader.
func ValidWords(v component.View, a queries.Account, err error) string {
	var roles []access.Role
	for _, r := range a.Roles {
		roles = append(roles, access.Role(r))
	}
	one, other, conflict := access.Conflict(roles)
	who := &access.Principal{Roles: roles}
	switch {
	case conflict:
		return v.T("accounts.fault.conflict", "one", v.T("role."+string(one)), "other", v.T("role."+string(other)))
	case len(roles) == 0:
		return v.T("accounts.fault.no_role")
	case who.Is(access.Inspector, access.Leader) && len(a.Divisions) == 0:
		return v.T("accounts.fault.no_division")
	case who.Is(access.Owner) && len(a.Systems) == 0:
		return v.T("accounts.fault.no_system")
	}
	return v.T("accounts.fault.name")
}

// waitMinutes is a wait in whole minutes, at least one.
func waitMinutes(d time.Duration) int { return max(1, int((d+time.Minute-1)/time.Minute)) }

func (p Accounts) roleNames(roles []string) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = p.Known("role."+r, r)
	}
	return strings.Join(words, p.T("accounts.comma"))
}

// bounds are divisions or systems by their names.
func (p Accounts) bounds(kind string, ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = p.Name(kind, id)
		if id == access.Everything {
			words[i] = p.T("accounts.all")
		}
	}
	return orWord(strings.Join(words, p.T("accounts.comma")), "—")
}

// shown is what the form of an account starts with: what was typed where that was refused, else the account.
func (p Accounts) shown(a queries.Account) queries.Account {
	if p.Fault != "" && p.Chosen == a.Name {
		return p.Typed
	}
	return a
}

// subject is who an account is at the identity provider, as the provider calls it.
func (p Accounts) subject(a queries.Account) string {
	return strings.TrimPrefix(a.Subject, p.Issuer+" ")
}

func (p Accounts) state(a queries.Account) string {
	switch {
	case a.Disabled:
		return p.T("accounts.state.disabled")
	case a.MustChange:
		return p.T("accounts.state.must_change")
	}
	return p.T("accounts.state.active")
}

package page

import (
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// Tokens are the tokens of the API: those of the reader's account, or of all for security administrators.
type Tokens struct {
	component.View
	Called      *queries.NameTable
	Account     string
	Roles       []string // of the account
	Rows        []queries.Token
	All         bool // of all accounts
	Local       bool // the person at the machine itself, who has no account
	HasPassword bool
	Days        []int // lives to choose from
	Now         time.Time
	Typed       queries.Token
	Made        queries.Token
	Given       string // the secret, shown once
	Saved       string
	Fault       string // key under tokens.fault
}

// words joins the names of abilities, roles, divisions or systems.
func (p Tokens) words(prefix string, ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = p.Known(prefix+id, id)
	}
	return strings.Join(out, p.T("accounts.comma"))
}

// bounds says how a token is narrower than its account.
func (p Tokens) bounds(t queries.Token) string {
	var out []string
	if len(t.Roles) > 0 {
		out = append(out, p.words("role.", t.Roles))
	}
	for _, code := range t.Divisions {
		out = append(out, p.Name("unit", code))
	}
	for _, id := range t.Systems {
		out = append(out, p.Name("system", id))
	}
	if len(out) == 0 {
		return p.T("tokens.as_account")
	}
	return strings.Join(out, p.T("accounts.comma"))
}

func (p Tokens) state(t queries.Token) string {
	switch {
	case !t.Revoked.IsZero():
		return p.T("tokens.revoked", "time", p.Moment(t.Revoked), "by", t.RevokedBy)
	case !t.Valid(p.Now):
		return p.T("tokens.over", "date", p.Date(t.Expires))
	}
	return p.T("tokens.until", "date", p.Date(t.Expires))
}

func (p Tokens) used(t queries.Token) string {
	if t.Used.IsZero() {
		return p.T("tokens.never")
	}
	return p.Moment(t.Used)
}

// chosenDays is the life that was typed, or the usual one.
func (p Tokens) chosenDays() int {
	days := int(p.Typed.Expires.Sub(p.Now).Hours()/24 + 0.5)
	if !slices.Contains(p.Days, days) {
		return p.Days[1]
	}
	return days
}

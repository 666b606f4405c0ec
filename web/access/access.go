// Package access says who may see and do what: roles with separated duties, the divisions and systems that an account is
// bound to, and the rule of a route. It decides and keeps nothing; package web enforces it in one place.
package access

import (
	"context"
	"slices"
)

// Role is what an account is there for.
type Role string

// The roles. Operating, security and auditing are separated after GB/T 22239-2019 (等保 2.0), level 3, 8.1.5: one account holds
// at most one of Operator, Security and Auditor, and none of them together with a role that reads findings.
const (
	Inspector Role = "inspector" // 纪检监察: findings, evidence, cases
	Leader    Role = "leader"    // 领导: burden and measures; no individual
	Owner     Role = "owner"     // 系统主管: the systems it is bound to
	Operator  Role = "operator"  // 运维 (system administrator): sources and quarantine
	Security  Role = "security"  // 安全管理员: accounts and rights
	Auditor   Role = "auditor"   // 审计员: the audit trail
)

// Roles lists all roles.
var Roles = []Role{Inspector, Leader, Owner, Operator, Security, Auditor}

// separated are the roles that stand alone.
var separated = []Role{Operator, Security, Auditor}

// Conflict gives two of the roles that one account must not hold together; ok is false where there are none.
func Conflict(roles []Role) (a, b Role, ok bool) {
	for _, one := range roles {
		if !slices.Contains(separated, one) {
			continue
		}
		for _, other := range roles {
			if other != one {
				return one, other, true
			}
		}
	}
	return "", "", false
}

// Everything in Divisions or Systems binds to all of them.
const Everything = "*"

// Principal is who asks, as far as rights go.
type Principal struct {
	Account string // name of the account; "local" for the person at the machine itself
	Name    string // as people call it
	Roles   []Role
	// Divisions are codes of units; the principal sees these and all below them. None where empty.
	Divisions []string
	// Systems are the systems that an owner answers for. None where empty.
	Systems []string
	// Token is the id of the API token that speaks for the account; empty for a person with a session.
	Token string
}

// Local is the person at the machine itself, while there are no accounts: everything that can be read or decided, nothing that
// is about accounts.
func Local(name string) *Principal {
	return &Principal{
		Account: local, Name: name, Roles: []Role{Inspector, Leader, Owner, Operator},
		Divisions: []string{Everything}, Systems: []string{Everything},
	}
}

// local is the name of the account of the person at the machine, which no real account may have.
const local = "local"

// Local says that this is the person at the machine, whose name nobody has proven.
func (p *Principal) Local() bool { return p != nil && p.Account == local }

// Is says whether the principal holds one of the roles. Nobody holds any.
func (p *Principal) Is(roles ...Role) bool {
	return p != nil && slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(p.Roles, r) })
}

// Everywhere says that the principal is bound to no division in particular.
func (p *Principal) Everywhere() bool {
	return p != nil && slices.Contains(p.Divisions, Everything)
}

// Rule is what a route asks of whom. The zero rule lets nobody in.
type Rule struct {
	// Open lets everybody in, signed in or not: the door itself, style sheets, health.
	Open bool
	// Any lets every account in, whatever its roles.
	Any bool
	// Roles lets accounts in that hold one of them.
	Roles []Role
	// Audit is the action under which the audit trail records a request; empty for what it does not record.
	Audit string
}

// Allows says whether the rule lets a principal in; nil is a stranger.
func (r Rule) Allows(p *Principal) bool {
	return r.Open || p != nil && (r.Any || p.Is(r.Roles...))
}

// Declared says that the rule lets somebody in: a route whose rule does not is a fault of the build.
func (r Rule) Declared() bool { return r.Open || r.Any || len(r.Roles) > 0 }

type key struct{}

// With gives a context in which the principal acts.
func With(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, key{}, p)
}

// Of is who acts in a context, nil for a stranger.
func Of(ctx context.Context) *Principal {
	p, _ := ctx.Value(key{}).(*Principal)
	return p
}

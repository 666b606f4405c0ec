package access_test

import (
	"context"
	"testing"

	"github.com/jianfu/jianfu/web/access"
)

func TestConflictingDuties(t *testing.T) {
	for _, c := range []struct {
		roles []access.Role
		want  bool
	}{
		{nil, false},
		{[]access.Role{access.Auditor}, false},
		{[]access.Role{access.Inspector, access.Leader, access.Owner}, false},
		{[]access.Role{access.Security, access.Auditor}, true},
		{[]access.Role{access.Operator, access.Security}, true},
		{[]access.Role{access.Inspector, access.Auditor}, true},
		{[]access.Role{access.Leader, access.Operator}, true},
		{[]access.Role{access.Operator, access.Operator}, false},
	} {
		if _, _, got := access.Conflict(c.roles); got != c.want {
			t.Errorf("%v: conflict %v", c.roles, got)
		}
	}
}

func TestRulesDenyByDefault(t *testing.T) {
	inspector := &access.Principal{Roles: []access.Role{access.Inspector}}
	for _, c := range []struct {
		name string
		rule access.Rule
		who  *access.Principal
		want bool
	}{
		{"the zero rule and an inspector", access.Rule{}, inspector, false},
		{"the zero rule and a stranger", access.Rule{}, nil, false},
		{"members and a stranger", access.Rule{Any: true}, nil, false},
		{"members and an account without a role", access.Rule{Any: true}, &access.Principal{}, true},
		{"an open rule and a stranger", access.Rule{Open: true}, nil, true},
		{"another role", access.Rule{Roles: []access.Role{access.Auditor}}, inspector, false},
		{"the role", access.Rule{Roles: []access.Role{access.Auditor, access.Inspector}}, inspector, true},
		{"roles and a stranger", access.Rule{Roles: []access.Role{access.Inspector}}, nil, false},
	} {
		if got := c.rule.Allows(c.who); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestPrincipalOfAContext(t *testing.T) {
	if access.Of(context.Background()) != nil {
		t.Error("somebody acts in an empty context")
	}
	who := access.Local("x")
	if access.Of(access.With(context.Background(), who)) != who {
		t.Error("the principal is lost")
	}
	if who.Is(access.Auditor) || who.Is(access.Security) || !who.Is(access.Leader) || !who.Everywhere() {
		t.Errorf("local: %+v", who)
	}
}

package analyzer

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/jianfu/jianfu/queries"
)

// UsageRules says what the pages of systems are taken for. A page is asked about in this order: the rules of its system, the
// rules of the local file, those of the built-in one; the first that fits decides, and where none does its action.
type UsageRules struct {
	Rules   []UsageRule            `yaml:"rules"`
	Systems map[string][]UsageRule `yaml:"systems"` // by the id of a system
}

// UsageRule takes the pages whose path fits, and that are asked for with one of the actions, for something. Either may be left out.
type UsageRule struct {
	As      string   `yaml:"as"`      // work, landing, points, background
	Path    string   `yaml:"path"`    // regular expression of RE2 over path templates
	Actions []string `yaml:"actions"` // of docs/interchange.md

	pattern *regexp.Regexp
}

// usageRoles are the words of a rule.
var usageRoles = map[string]uint8{
	"work": queries.RoleWork, "landing": queries.RoleLanding, "points": queries.RolePoints, "background": queries.RoleBackground,
}

// fits says whether a rule speaks of a page. What a log-in shows is looked at and is no form, what belongs to a form does not
// run by itself, and what people do with a form is work whatever words its path holds: the codes of forms look like anything.
func (r UsageRule) fits(p queries.Page) bool {
	switch {
	case r.As == "landing" && (p.Action != "view" || p.Formed), r.As == "background" && p.Formed:
		return false
	case r.As == "points" && p.Formed && slices.Contains(formWork, p.Action):
		return false
	case len(r.Actions) > 0 && !slices.Contains(r.Actions, p.Action):
		return false
	}
	return r.pattern == nil || r.pattern.MatchString(p.Object)
}

// role is what the rules take a page for, 0 where they leave it to the action. A log-in stays one unless a rule names the action.
func (u UsageRules) role(p queries.Page) uint8 {
	for _, rules := range [][]UsageRule{u.Systems[p.System], u.Rules} {
		for _, r := range rules {
			if r.fits(p) && (p.Action != "login" || slices.Contains(r.Actions, "login")) {
				return usageRoles[r.As]
			}
		}
	}
	return 0
}

var formWork = []string{"create", "update", "submit", "approve", "export", "download"}

// check compiles the rules; every fault names the file, the line and the key.
func (u *UsageRules) check(name string, text []byte) []error {
	var faults []error
	one := func(r *UsageRule, path, key string) {
		fault := func(field, what string) {
			faults = append(faults, fmt.Errorf("%s:%d: %s.%s: %s", name, yamlLine(text, path+"."+field, path), key, field, what))
		}
		if usageRoles[r.As] == 0 {
			fault("as", fmt.Sprintf("%q is none of background, landing, points, work", r.As))
		}
		if r.Path == "" && len(r.Actions) == 0 {
			fault("path", "the rule fits every page; give it a path, actions or both")
		}
		var err error
		if r.pattern, err = regexp.Compile(r.Path); err != nil {
			fault("path", fmt.Sprintf("this is no regular expression (RE2): %v", err))
		}
		if r.Path == "" {
			r.pattern = nil
		}
		for _, a := range r.Actions {
			if !slices.Contains(queries.Actions, a) {
				fault("actions", fmt.Sprintf("there is no action %q; known are %s", a, strings.Join(queries.Actions, ", ")))
			}
		}
	}
	for i := range u.Rules {
		one(&u.Rules[i], fmt.Sprintf("$.usage.rules[%d]", i), fmt.Sprintf("usage.rules[%d]", i))
	}
	for system, rules := range u.Systems {
		for i := range rules {
			one(&rules[i], fmt.Sprintf("$.usage.systems.'%s'[%d]", system, i), fmt.Sprintf("usage.systems.%s[%d]", system, i))
		}
	}
	return faults
}

// yamlLine is the line of the first of the paths that the text holds, 1 where it holds none.
func yamlLine(text []byte, paths ...string) int {
	for _, path := range paths {
		p, err := yaml.PathString(path)
		if err != nil {
			continue
		}
		if node, err := p.ReadNode(bytes.NewReader(text)); err == nil && node.GetToken() != nil {
			return node.GetToken().Position.Line
		}
	}
	return 1
}

// over puts the rules of a local file before the built-in ones.
func (u UsageRules) over(base UsageRules) UsageRules {
	out := UsageRules{Rules: append(slices.Clone(u.Rules), base.Rules...), Systems: map[string][]UsageRule{}}
	for _, from := range []UsageRules{u, base} {
		for system, rules := range from.Systems {
			out.Systems[system] = append(out.Systems[system], rules...)
		}
	}
	return out
}

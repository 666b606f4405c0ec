package web

import "github.com/jianfu/jianfu/web/access"

// Rules are the rules of all addresses, for the tests of the table.
func Rules() map[string]access.Rule {
	out := map[string]access.Rule{}
	for _, r := range (&server{}).table() {
		out[r.pattern] = r.rule
	}
	return out
}

package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/jianfu/jianfu/web/access"
)

// Patterns lists the patterns of all addresses in the order of the table, in the form of net/http.ServeMux: "GET /units/{code}".
func Patterns() []string {
	var out []string
	for _, r := range (&server{}).table() {
		out = append(out, r.pattern)
	}
	return out
}

// rules finds the rule of an address, so that pages offer only what their reader may open.
type rules struct {
	mux *http.ServeMux
	of  map[string]access.Rule // by pattern
}

func newRules(table []route) rules {
	out := rules{mux: http.NewServeMux(), of: make(map[string]access.Rule, len(table))}
	for _, r := range table {
		out.mux.HandleFunc(r.pattern, func(http.ResponseWriter, *http.Request) {})
		out.of[r.pattern] = r.rule
	}
	return out
}

// may says whether a page exists at an address and a principal may open it. Which rows it then shows is another question.
func (r rules) may(who *access.Principal, address string) bool {
	path, _, _ := strings.Cut(address, "?")
	path, _, _ = strings.Cut(path, "#")
	_, pattern := r.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: path}, Host: "localhost"})
	// What no other pattern takes falls to the last one, which says that nothing is there.
	return pattern != "" && pattern != "GET /" && r.of[pattern].Allows(who)
}

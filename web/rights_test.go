package web_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/access"
)

var updateRights = flag.Bool("update-rights", false, "write testdata/rights.yaml and the table of docs/rights.md anew, to be read before it is committed")

// The town and the system of the principals inside, and others.
const (
	insideTown, outsideTown     = "330199001000", "330199002000"
	insideUnit, outsideUnit     = "330199001200", "330199002200"
	insideSystem, outsideSystem = "smart", "forest"
)

// scopes are the divisions and systems of principals, by the place of what the matrix asks for.
var scopes = map[string][2]string{"everything": {"*", "*"}, "inside": {insideTown, insideSystem}, "outside": {outsideTown, outsideSystem}}

func principal(role access.Role, scope string) *access.Principal {
	return &access.Principal{Account: "a", Name: "甲", Roles: []access.Role{role}, Divisions: []string{scopes[scope][0]}, Systems: []string{scopes[scope][1]}}
}

// address is an example of a route, about the unit and system inside.
func address(pattern string, c *canned) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	path = strings.ReplaceAll(path, "{$}", "")
	id := "none"
	row := c.verify[slices.IndexFunc(c.verify, func(v queries.VerifyItem) bool { return v.Unit == insideUnit })]
	switch {
	case strings.Contains(path, "/findings/"):
		for _, f := range c.findings {
			if f.Family == "fabrication" && slices.Contains(f.Subject.Units, insideUnit) {
				id = f.ID
			}
		}
	case strings.Contains(path, "/cases/") && len(c.matters) > 0:
		id = c.matters[0].ID
	case strings.Contains(path, "/systems/"), strings.Contains(path, "/retirements/"):
		id = insideSystem
	case strings.Contains(path, "/forms/"):
		id = "f1"
	}
	if strings.Contains(path, "/cases/{id}/files") {
		id = "none"
	}
	return method, strings.NewReplacer("{id}", id, "{unit}", row.Unit, "{form}", row.Form, "{code}", insideUnit, "{a}", "f1", "{b}", "f2", "{name}", "民政局", "{sum}", "none").Replace(path)
}

// as asks as a principal.
func as(h http.Handler, who *access.Principal, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1:8080"
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(access.With(r.Context(), who)))
	return w
}

// answered is what a code says of rights: refused, not known to whoever asks, or let through to the handler. A handler that fails
// says nothing of rights, and must not fail.
func answered(code int) string {
	if code >= http.StatusInternalServerError && code != http.StatusServiceUnavailable {
		return "fails"
	}
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return fmt.Sprint(code)
	}
	return "ok"
}

// TestRightsMatrix asks for every address as every role, bound to what it is about, to something else and to everything.
func TestRightsMatrix(t *testing.T) {
	got := map[string]map[string]string{}
	c := county()
	h := open(t, options(t, c)).handler
	order := []string{"everything", "inside", "outside"}
	for pattern := range web.Rules() {
		got[pattern] = map[string]string{}
		for _, role := range access.Roles {
			var codes []string
			for _, scope := range order {
				method, path := address(pattern, c)
				codes = append(codes, answered(as(h, principal(role, scope), method, path, "").Code))
			}
			got[pattern][string(role)] = strings.Join(codes, " ")
		}
	}
	file := filepath.Join("testdata", "rights.yaml")
	if *updateRights {
		text, err := yaml.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		head := "# What every address answers to every role whose divisions and systems are: everything, those that it is about, others.\n"
		if err := os.WriteFile(file, append([]byte(head), text...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]string{}
	if err := yaml.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for pattern, roles := range got {
		if want[pattern] == nil {
			t.Errorf("%s: a new address; say in %s who may ask for it", pattern, file)
			continue
		}
		for role, codes := range roles {
			if codes != want[pattern][role] {
				t.Errorf("%s as %s (everything, inside, outside): %s, want %s", pattern, role, codes, want[pattern][role])
			}
		}
	}
	for pattern := range want {
		if got[pattern] == nil {
			t.Errorf("%s: in %s but not served", pattern, file)
		}
	}
}

// TestRulesHold checks the recorded matrix against the rules: who is not let in is refused, whatever the binding.
func TestRulesHold(t *testing.T) {
	c := county()
	h := open(t, options(t, c)).handler
	for pattern, rule := range web.Rules() {
		if !rule.Declared() {
			t.Errorf("%s lets nobody in", pattern)
		}
		method, path := address(pattern, c)
		for _, role := range access.Roles {
			code := as(h, principal(role, "everything"), method, path, "").Code
			if !rule.Allows(principal(role, "everything")) && code != http.StatusForbidden {
				t.Errorf("%s as %s: %d", pattern, role, code)
			}
		}
		if rule.Open {
			continue
		}
		r := httptest.NewRequest(method, path, nil)
		r.Host = "127.0.0.1:8080"
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
			t.Errorf("%s as a stranger: %d", pattern, w.Code)
		}
	}
}

// TestEveryReadingIsScoped wants every method of Reader and Writer to be written for the principal, not promoted.
func TestEveryReadingIsScoped(t *testing.T) {
	have := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil {
				continue
			}
			if typ, ok := f.Recv.List[0].Type.(*ast.Ident); ok {
				have[typ.Name+"."+f.Name.Name] = true
			}
		}
	}
	for receiver, of := range map[string]reflect.Type{"scoped": reflect.TypeFor[web.Reader](), "scopedWriter": reflect.TypeFor[web.Writer]()} {
		for i := range of.NumMethod() {
			if name := receiver + "." + of.Method(i).Name; !have[name] {
				t.Errorf("%s is missing: say who may call it", name)
			}
		}
	}
}

// TestLeadersSeeNoIndividual looks for pseudonyms and findings about what units reported.
func TestLeadersSeeNoIndividual(t *testing.T) {
	c := county()
	for i := range c.findings {
		c.findings[i].Subject.Reporters = []string{"pseudonym-of-a-clerk"}
		c.findings[i].Evidence.Look = []queries.Look{{Reporter: "pseudonym-of-a-clerk", Household: "pseudonym-of-a-household"}}
		c.findings[i].Evidence.Table = &queries.Table{Columns: []string{"reporter", "n"}, Rows: [][]any{{"pseudonym-of-a-clerk", 3}}}
	}
	h := open(t, options(t, c)).handler
	for _, role := range []access.Role{access.Leader, access.Owner} {
		for pattern := range web.Rules() {
			method, path := address(pattern, c)
			if method != http.MethodGet {
				continue
			}
			body := as(h, principal(role, "everything"), method, path, "").Body.String()
			if strings.Contains(body, "pseudonym-of-a") {
				t.Errorf("%s shows an individual to a %s", path, role)
			}
		}
		for _, f := range c.findings {
			w := as(h, principal(role, "everything"), http.MethodGet, "/findings/"+f.ID, "")
			if want := map[bool]int{true: http.StatusNotFound, false: http.StatusOK}[f.Family == "fabrication"]; w.Code != want {
				t.Errorf("a %s asks for a finding of family %s: %d", role, f.Family, w.Code)
			}
			if strings.Contains(w.Body.String(), "pseudonym-of-a") {
				t.Errorf("finding %s shows an individual to a %s", f.ID, role)
			}
		}
	}
	if body := as(h, principal(access.Inspector, "everything"), http.MethodGet, "/findings/"+c.findings[0].ID, "").Body.String(); !strings.Contains(body, "pseudonym") {
		t.Error("inspectors do not see who reported; the test looks for nothing")
	}
}

// TestDocumentedRights wants the table of docs/rights.md to be that of the routes.
func TestDocumentedRights(t *testing.T) {
	var b strings.Builder
	b.WriteString("| 地址 Address | 纪检 Inspector | 领导 Leader | 主管 Owner | 运维 Operator | 安全 Security | 审计 Auditor | 留痕 Recorded |\n|---|---|---|---|---|---|---|---|\n")
	rules := web.Rules()
	for _, pattern := range slices.Sorted(maps.Keys(rules)) {
		fmt.Fprintf(&b, "| `%s` |", pattern)
		for _, role := range access.Roles {
			b.WriteString(map[bool]string{true: " ✓ |", false: "  |"}[rules[pattern].Allows(&access.Principal{Roles: []access.Role{role}})])
		}
		fmt.Fprintf(&b, " %s |\n", rules[pattern].Audit)
	}
	file := filepath.Join("..", "docs", "rights.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- routes -->\n", "<!-- /routes -->"
	before, rest, found := strings.Cut(string(text), begin)
	table, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the table", file)
	}
	if *updateRights {
		if err := os.WriteFile(file, []byte(before+begin+b.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != b.String() {
		t.Errorf("the table of %s is not that of the routes; go test ./web -run TestDocumentedRights -update-rights writes it", file)
	}
}

package web_test

import (
	"encoding/csv"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/access"
)

// hostile is what upstream systems and people might call things, to break out of a page.
const hostile = `'"><script>evil()</script><evil onload=evil()>`

// poisoned is the canned county with every name, label and comment changed by a function.
func poisoned(mark func(string) string) *canned {
	c := county()
	for _, all := range []map[string]string{c.names.Systems, c.names.Units, c.names.Forms, c.names.Fields, c.names.Owners} {
		for id := range all {
			all[id] = mark(all[id])
		}
	}
	c.names.Place = mark(c.names.Place)
	for i := range c.systems {
		c.systems[i].Name, c.systems[i].Owner = mark(c.systems[i].Name), mark(c.systems[i].Owner)
	}
	for i := range c.units {
		c.units[i].Name = mark(c.units[i].Name)
	}
	for id, f := range c.forms {
		f.Title, f.Basis, f.Fields = mark(f.Title), mark(f.Basis), slices.Clone(f.Fields)
		for k := range f.Fields {
			f.Fields[k].Label, f.Fields[k].UnitOf, f.Fields[k].Measure = mark(f.Fields[k].Label), mark(f.Fields[k].UnitOf), mark(f.Fields[k].Measure)
		}
		c.forms[id] = f
	}
	for i := range c.sources {
		c.sources[i].Error = mark(c.sources[i].Error)
	}
	for i := range c.items {
		c.items[i].Name = mark(c.items[i].Name)
	}
	for i := range c.differences {
		d := &c.differences[i]
		d.A, d.B, d.Expected, d.Subject = mark(d.A), mark(d.B), mark(d.Expected), mark(d.Subject)
	}
	for i := range c.findings {
		f := &c.findings[i]
		f.Evidence.Message, f.Reason = spoiled(f.Evidence.Message, mark), spoiled(f.Reason, mark)
		for k := range f.Evidence.Look {
			l := &f.Evidence.Look[k]
			l.Household, l.Reporter = mark(l.Household), mark(l.Reporter)
		}
	}
	for i := range c.outcomes {
		c.outcomes[i].Reason, c.outcomes[i].By = mark(c.outcomes[i].Reason), mark(c.outcomes[i].By)
	}
	for i := range c.matters {
		x := &c.matters[i]
		x.AssigneeName = mark(x.AssigneeName)
		for k := range x.Events {
			e := &x.Events[k]
			e.Name, e.Text, e.AssigneeName = mark(e.Name), mark(e.Text), mark(e.AssigneeName)
			if e.File != nil {
				file := *e.File
				file.Name = mark(file.Name)
				e.File = &file
			}
		}
	}
	return c
}

// spoiled is a message with its texts changed, but for those that name a thing whose name is changed already.
func spoiled(m queries.Message, mark func(string) string) queries.Message {
	m.Params = maps.Clone(m.Params)
	for name, value := range m.Params {
		if text, ok := value.(string); ok && !slices.Contains([]string{"system", "form", "unit", "other", "field"}, name) {
			m.Params[name] = mark(text)
		}
	}
	return m
}

// addresses are examples of every address that is read, with all findings, cases and systems of the county.
func addresses(c *canned) []string {
	var out []string
	for pattern := range web.Rules() {
		method, path := address(pattern, c)
		if method != http.MethodGet || strings.HasSuffix(path, ".pdf") { // chromium prints what /report shows
			continue
		}
		out = append(out, path)
	}
	for _, f := range c.findings {
		out = append(out, "/findings/"+url.PathEscape(f.ID))
	}
	for _, x := range c.matters {
		out = append(out, "/cases/"+url.PathEscape(x.ID))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reach is somebody who may read every page.
func reach() *access.Principal {
	who := access.Local("甲")
	who.Roles = access.Roles
	return who
}

// TestNothingIsMadeOfData wants no element, attribute or address of a page to come from what systems, people or addresses say.
func TestNothingIsMadeOfData(t *testing.T) {
	c := poisoned(func(s string) string { return s + hostile })
	h := open(t, options(t, c)).handler
	asked := url.Values{}
	for _, name := range []string{"q", "by", "name", "next", "saved", "object", "account", "kind"} {
		asked.Set(name, hostile)
	}
	shown := 0
	for _, path := range addresses(c) {
		addresses := []string{path}
		if !strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/report") {
			addresses = append(addresses, path+"?"+asked.Encode(), path+"?q=javascript:evil()&next=javascript:evil()")
		}
		for _, one := range addresses {
			got := as(h, reach(), http.MethodGet, one, "")
			body := got.Body.String()
			if got.Code >= http.StatusInternalServerError && got.Code != http.StatusServiceUnavailable {
				t.Errorf("%s: %d", one, got.Code)
			}
			if strings.ContainsAny(got.Header().Get("Content-Disposition"), "\r\n<>") {
				t.Errorf("%s is called %q", one, got.Header().Get("Content-Disposition"))
			}
			if !strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") {
				if strings.Contains(body, "<script>") && got.Header().Get("X-Content-Type-Options") != "nosniff" {
					t.Errorf("%s may be taken for a page", one)
				}
				continue
			}
			if strings.Contains(body, "evil()") {
				shown++
			}
			doc, err := html.Parse(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for n := range doc.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				if n.Data == "evil" || n.Data == "script" && (n.FirstChild != nil || !strings.HasPrefix(attr(n, "src"), "/static/")) {
					t.Errorf("%s: <%s> was made of data", one, n.Data)
				}
				for _, a := range n.Attr {
					leads := slices.Contains([]string{"href", "src", "action", "formaction", "xlink:href"}, a.Key)
					if strings.HasPrefix(a.Key, "on") || strings.ContainsAny(a.Key, `<"'(`) || leads && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
						t.Errorf("%s: <%s %s=%q> was made of data", one, n.Data, a.Key, a.Val)
					}
				}
			}
		}
	}
	if shown < 20 {
		t.Errorf("only %d pages show what they were given; the test looks for nothing", shown)
	}
}

// TestNoFormulas wants no cell of a CSV file to begin as a formula does.
func TestNoFormulas(t *testing.T) {
	begun := 0
	for _, first := range []string{"=", "+", "-", "@", "\t", "\r"} {
		c := poisoned(func(s string) string { return first + "cmd|' /C calc'!A0" + s })
		h := open(t, options(t, c)).handler
		for _, path := range addresses(c) {
			if !strings.HasSuffix(path, ".csv") && !strings.HasPrefix(path, "/api/v1/exports/") {
				continue
			}
			got := as(h, reach(), http.MethodGet, path, "")
			if got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/csv") {
				continue
			}
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.Body.String(), "\ufeff"))).ReadAll()
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if strings.Contains(cell, "cmd|") {
						begun++
					}
					if strings.HasPrefix(cell, first+"cmd|") {
						t.Errorf("%s has the cell %q", path, cell)
					}
				}
			}
		}
	}
	if begun == 0 {
		t.Error("no cell shows what it was given; the test looks for nothing")
	}
}

package queries_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// Two towns and two systems: what a reader sees of them, with totals and facets of exactly that.
func TestFindingsWithinAScope(t *testing.T) {
	s := querytest.New(t)
	finding := func(id, family string, systems, forms, units []string) queries.Finding {
		return queries.Finding{
			ID: id, Detector: "d-" + family, Family: family, Severity: "low", Status: "open",
			Subject:  queries.Subject{Systems: systems, Forms: forms, Units: units},
			Evidence: queries.Evidence{Message: queries.Message{Key: "k", Params: map[string]any{"reporter": "p0f3a"}}},
		}
	}
	list := func(ids ...string) []string { return ids }
	all := []queries.Finding{
		finding("one-data", "fabrication", list("s1"), list("f1"), list("a1")),
		finding("both-data", "fabrication", list("s1"), list("f1"), list("a1", "b1")),
		finding("form-data", "fabrication", list("s1"), list("f1"), nil),
		finding("one-burden", "burden", list("s1"), nil, list("a1")),
		finding("other-burden", "burden", list("s2"), nil, list("b1")),
		finding("pair", "duplicate", nil, list("f1", "f2"), nil),
		finding("idle", "unused", list("s2"), nil, nil),
	}
	if err := s.SaveFindings(t.Context(), queries.Analysis{Run: 1}, list("d-fabrication", "d-burden", "d-duplicate", "d-unused"), all); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		scope queries.FindingScope
		want  string
	}{
		{"nobody bound", queries.FindingScope{}, "both-data form-data idle one-burden one-data other-burden pair"},
		{"bound to nothing", queries.FindingScope{Bound: true}, ""},
		{"an inspector of one town", queries.FindingScope{Bound: true, Data: true, Places: true, Units: list("a1", "a2")}, "idle one-burden one-data pair"},
		{"a leader of one town", queries.FindingScope{Bound: true, Places: true, Units: list("a1", "a2")}, "idle one-burden pair"},
		{"a leader of the county", queries.FindingScope{Bound: true, Places: true, Everywhere: true}, "idle one-burden other-burden pair"},
		{"an owner", queries.FindingScope{Bound: true, Systems: list("s2"), Forms: list("f2")}, "idle other-burden pair"},
		{"an owner of all systems", queries.FindingScope{Bound: true, AllSystems: true}, "idle one-burden other-burden pair"},
	} {
		page, err := s.ReadFindings(t.Context(), queries.FindingQuery{Scope: c.scope, Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		families := map[string]uint64{}
		for _, f := range page.Rows {
			ids = append(ids, f.ID)
			families[f.Family]++
		}
		slices.Sort(ids)
		if got := strings.Join(ids, " "); got != c.want || page.Total != uint64(len(ids)) {
			t.Errorf("%s sees %q of %d, not %q", c.name, got, page.Total, c.want)
		}
		for family, n := range page.Facets["family"] {
			if n != families[family] {
				t.Errorf("%s: %d of %s counted, %d shown", c.name, n, family, families[family])
			}
		}
		var exported []string
		if err := s.EachFinding(t.Context(), queries.FindingQuery{Scope: c.scope}, func(f queries.Finding) error { exported = append(exported, f.ID); return nil }); err != nil {
			t.Fatal(err)
		}
		slices.Sort(exported)
		if !slices.Equal(exported, ids) {
			t.Errorf("%s exports %v and sees %v", c.name, exported, ids)
		}
	}
	// Who may not see people cannot find them by what the evidence holds.
	for scope, want := range map[*queries.FindingScope]int{{Bound: true, Places: true, Everywhere: true}: 0, {Bound: true, Data: true, Places: true, Everywhere: true}: 7} {
		page, err := s.ReadFindings(t.Context(), queries.FindingQuery{Scope: *scope, Text: "P0F3A", Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Rows) != want {
			t.Errorf("%d findings by a pseudonym, not %d", len(page.Rows), want)
		}
	}
}

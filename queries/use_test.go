package queries_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
)

// roles of usageStore's pages: system a has a landing page, system b pages of points.
var usageRoles = []queries.PageRole{
	{System: "a", Object: "/a/index", Action: "view", Role: queries.RoleLanding},
	{System: "b", Object: "/b/home.html", Action: "view", Role: queries.RoleLanding},
	{System: "b", Object: "/b/points/checkin", Action: "submit", Role: queries.RolePoints},
}

func counted(t *testing.T, s *queries.Store, run uint64) int {
	t.Helper()
	n, err := s.CountUse(t.Context(), run, march(0), march(30))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetRoles(t.Context(), run, usageRoles); err != nil {
		t.Fatal(err)
	}
	var all []queries.Span
	for _, system := range []string{"a", "b", "c"} {
		all = append(all, queries.Span{System: system, From: queries.DayNumber(march(0)), To: queries.DayNumber(march(30))})
	}
	if err := s.SumUse(t.Context(), run, all, map[string]uint64{"a": 1, "b": 1}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestUseIsCountedOnceByPage(t *testing.T) {
	s := usageStore(t)
	if n := counted(t, s, 1); n != 5 {
		t.Fatalf("%d days are counted at first", n)
	}
	if n := counted(t, s, 2); n != 0 {
		t.Fatalf("%d days are counted again without cause", n)
	}
	got, err := s.UseDays(t.Context(), march(0), march(30))
	if err != nil {
		t.Fatal(err)
	}
	d := queries.DayNumber(march(0))
	want := []queries.UseDay{
		{System: "a", Day: d, Events: 5, Meaningful: 2, Writes: 1, Handled: 1, People: 5},
		{System: "a", Day: d + 1, Events: 1, Meaningful: 1, People: 1},
		{System: "b", Day: d, Events: 2, People: 2},
		{System: "b", Day: d + 6, Events: 3, Meaningful: 1, People: 3},
		{System: "b", Day: d + 7, Events: 1, Meaningful: 1, People: 1, Unknown: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	pages, err := s.Pages(t.Context(), march(0), march(30), []queries.Span{{System: "b", From: d + 7, To: d + 9}})
	if err != nil || len(pages) != 4 {
		t.Fatal(pages, err)
	}
	if p := pages[1]; p.Object != "/b/home.html" || p.Done != 1 || p.Recent != 0 {
		t.Errorf("%+v", pages)
	}
}

func TestReachAndReadersOverOwnSpans(t *testing.T) {
	s := usageStore(t)
	counted(t, s, 1)
	d := queries.DayNumber(march(0))
	got, err := s.Reach(t.Context(), []queries.Span{{System: "a", From: d + 1, To: d + 29}, {System: "b", From: d + 6, To: d + 6}}, 365)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]queries.Reach{
		"a": {Active: 1, Units: 1, Monthly: 2, DailyMean: 0.1, YearUnits: 2, YearPeople: 2, Readers: queries.Readers{Writers: 1, Written: 1, Read: 2, Others: 1}},
		"b": {Active: 1, Units: 1, Monthly: 1, DailyMean: 1. / 30, YearUnits: 1, YearPeople: 1, Readers: queries.Readers{Read: 1, Others: 1}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

func TestVisitsAreCutAndJudged(t *testing.T) {
	s := usageStore(t)
	counted(t, s, 1)
	d := queries.DayNumber(march(0))
	spans := []queries.Span{{System: "a", From: d, To: d + 9}, {System: "b", From: d, To: d + 9}}
	rules := map[string]uint64{"a": 1, "b": 1}
	for _, want := range []int{5, 0} {
		if n, err := s.CountVisits(t.Context(), 1, spans, rules); err != nil || n != want {
			t.Fatalf("%d days are cut, not %d: %v", n, want, err)
		}
	}
	got, err := s.Visits(t.Context(), spans)
	if err != nil {
		t.Fatal(err)
	}
	hours := func(at map[int]uint64) []uint64 {
		out := make([]uint64, 24)
		for h, n := range at {
			out[h] = n
		}
		return out
	}
	for id, v := range got {
		if len(v.Habits.First) != map[string]int{"a": 1, "b": 2}[id] || v.Habits.Entered != map[string]uint64{"a": 1, "b": 2}[id] || len(v.Habits.Often) != 0 {
			t.Errorf("%s: %+v", id, v.Habits)
		}
		v.Habits = queries.Habits{}
		got[id] = v
	}
	want := map[string]queries.Visits{
		// The failed view comes 31 minutes after the submission: a visit of its own, and no use. 1 March is a Sunday, 7 March a Saturday.
		"a": {Count: 4, Empty: 1, OneEndpoint: 3, Deep: 3, People: 2, DeepPeople: 2, Weekend: 3, Hours: hours(map[int]uint64{8: 3, 10: 1})},
		"b": {Count: 3, Empty: 2, LoginOnly: 2, OneEndpoint: 3, Points: 1, Deep: 1, People: 2, DeepPeople: 1, Weekend: 3, Hours: hours(map[int]uint64{8: 3})},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	// Other rules for one system: its days are cut again, those of the other are not.
	rules["b"] = 2
	if err := s.SetRoles(t.Context(), 2, append(usageRoles[:2:2], queries.PageRole{System: "b", Object: "/b/form/show", Action: "view", Role: queries.RoleBackground})); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CountVisits(t.Context(), 2, spans, rules); err != nil || n != 3 {
		t.Fatalf("%d days are cut again: %v", n, err)
	}
	got, err = s.Visits(t.Context(), spans)
	if b := got["b"]; err != nil || b.Count != 2 || b.Deep != 1 || b.Points != 0 || b.People != 1 {
		t.Fatalf("%+v %v", b, err)
	}
}

// The counts are a cache: whatever happens to the events, the next counting gives what counting everything anew would give.
func TestUseFollowsTheStore(t *testing.T) {
	s := usageStore(t)
	counted(t, s, 1)
	write := func(source string, all ...visit) {
		t.Helper()
		if _, err := s.Write(t.Context(), queries.Batch{Source: source, Usage: []*queries.UsageColumns{visits(all...)}}); err != nil {
			t.Fatal(err)
		}
	}
	state := func() string {
		t.Helper()
		all, err := s.UseDays(t.Context(), march(0), march(30))
		if err != nil {
			t.Fatal(err)
		}
		reach, err := s.Reach(t.Context(), []queries.Span{{System: "a", From: 0, To: queries.DayNumber(march(30))}}, 365)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(all, reach)
	}
	for _, c := range []struct {
		name   string
		change func()
		days   int
	}{
		{"a late event of a counted day", func() { write("late", visit{"a", 0, 300, 7, "u9", "view", "", "/a/list", 0}) }, 1},
		{"a new day", func() { write("new", visit{"a", 20, 0, 1, "u1", "submit", "", "/a/save", 0}) }, 1},
		{"a new system", func() { write("other", visit{"c", 3, 0, 1, "u1", "view", "", "/c", 0}) }, 1},
		{"only machines", func() { write("bots", visit{"a", 21, 0, 0, "", "heartbeat", "health", "/ping", 0}) }, 0},
	} {
		c.change()
		if n := counted(t, s, 2); n != c.days {
			t.Errorf("%s: %d days are counted again, not %d", c.name, n, c.days)
		}
		kept := state()
		if err := s.ForgetUse(t.Context()); err != nil {
			t.Fatal(err)
		}
		counted(t, s, 3)
		if anew := state(); anew != kept {
			t.Errorf("%s: kept %s\nanew %s", c.name, kept, anew)
		}
	}
}

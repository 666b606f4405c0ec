package queries_test

import (
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// The days and units of one system: days with machines only have a log and no use, what pages are taken for counts, and units
// are known by what they did and by what they handed in.
func TestReadSystemCourse(t *testing.T) {
	s := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	registry.DeclareSystem(queries.System{ID: "s1", Name: "民政平台", UsageCovered: true, Declared: true, Launched: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)})
	registry.DeclareForm(queries.Form{ID: "f1", System: "s1", Title: "月报", Cycle: "month", Declared: true})
	if err := registry.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	usage := usageBlock(0, 60)
	for i := range usage.Time {
		day := i / 10 // six days from 2026-03-01 on, ten events each
		usage.Time[i] = time.Date(2026, 3, 1+day, 1, 0, i, 0, time.UTC)
		switch {
		case day == 1:
			usage.Action[i], usage.Traffic[i], usage.Unit[i], usage.Actor[i] = "view", "health", "", 0
		case day == 2:
			usage.Object[i] = "/points/checkin"
		case day == 3 && i%2 == 0:
			usage.Status[i] = 500
		case day == 5:
			usage.Unit[i] = "99010102"
		}
	}
	c := submissionBlock(0, 100)
	if _, err := s.Write(t.Context(), queries.Batch{Source: "gateway", Usage: []*queries.UsageColumns{usage}, Submissions: c}); err != nil {
		t.Fatal(err)
	}
	read := func() *queries.SystemPage {
		t.Helper()
		page, err := s.ReadSystem(t.Context(), "s1")
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	meaningful := func(page *queries.SystemPage) map[int]uint64 {
		out := map[int]uint64{}
		for _, d := range page.Days {
			if d.Events != 10 {
				t.Errorf("%s has %d events", d.Day, d.Events)
			}
			out[d.Day.Day()] = d.Meaningful
		}
		return out
	}
	page := read()
	if got := meaningful(page); len(got) != 6 || got[1] != 10 || got[2] != 0 || got[3] != 10 || got[4] != 5 {
		t.Errorf("before an analysis: %v", got)
	}
	if page.Case != nil || page.Assessment != nil || page.To.Sub(page.From) != 364*24*time.Hour {
		t.Errorf("%+v", page)
	}

	// The analysis takes the third page for points, and judges three days.
	day := time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)
	span := []queries.Span{{System: "s1", From: queries.DayNumber(day) - 90, To: queries.DayNumber(day)}}
	if _, err := s.CountUse(t.Context(), 7, day.AddDate(-1, 0, 0), day); err != nil {
		t.Fatal(err)
	}
	if err := s.SetRoles(t.Context(), 7, []queries.PageRole{{System: "s1", Object: "/points/checkin", Action: "view", Role: queries.RolePoints}}); err != nil {
		t.Fatal(err)
	}
	if err := s.SumUse(t.Context(), 7, span, map[string]uint64{"s1": 1}); err != nil {
		t.Fatal(err)
	}
	err = s.SaveAssessments(t.Context(), 7, []queries.Assessment{{
		System: "s1", AsOf: day, Seen: queries.SeenUsed, Use: queries.Use{From: day.AddDate(0, 0, -5), To: day, LastUse: day, Needed: 3},
	}})
	if err != nil {
		t.Fatal(err)
	}
	page = read()
	if got := meaningful(page); got[1] != 10 || got[2] != 0 || got[3] != 0 || got[4] != 5 || got[6] != 10 {
		t.Errorf("after an analysis: %v", got)
	}
	if !page.To.Equal(day) || page.Assessment == nil || page.Assessment.Use.Needed != 3 {
		t.Errorf("to %s, %+v", page.To, page.Assessment)
	}
	units := map[string]queries.SystemUnit{}
	for _, u := range page.Units {
		units[u.Unit] = u
	}
	// The last three days are 4, 5 and 6 March: fifteen actions of the town, ten of the village. The submissions came later.
	if u := units["990101"]; u.Events != 15 || u.People == 0 || u.LastUse.Day() != 5 || u.Submissions != 0 {
		t.Errorf("the town: %+v", u)
	}
	if u := units["99010102"]; u.Events != 10 || u.LastUse.Day() != 6 {
		t.Errorf("the village: %+v", u)
	}
	if _, ok := units[""]; ok {
		t.Error("machines are no unit")
	}
	rows, err := s.ReadSystems(t.Context())
	if err != nil || len(rows) != 1 || rows[0].Assessment == nil {
		t.Errorf("%+v %v", rows, err)
	}
}

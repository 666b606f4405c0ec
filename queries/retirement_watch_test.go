package queries_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// askedForm declares a form with three questions under given labels.
func askedForm(r *queries.Registry, form, system string, labels ...string) {
	f := queries.Form{ID: form, System: system, Title: form, Cycle: "month", Declared: true, Fields: []queries.Field{{Form: form, ID: "k", Label: "村", Role: "key", Type: "text"}}}
	for i, label := range labels {
		f.Fields = append(f.Fields, queries.Field{Form: form, ID: string(rune('a' + i)), Position: uint16(i + 1), Label: label, Type: "number"})
	}
	r.DeclareForm(f)
}

// through leads a case to a state by the shortest way, a step each week.
func through(t *testing.T, s *queries.Store, system, from string, verbs ...string) {
	t.Helper()
	for i, verb := range verbs {
		if err := decide(t, s, system, verb, day(from).AddDate(0, 0, 7*i).Format(time.DateOnly)); err != nil {
			t.Fatal(verb, err)
		}
	}
}

var toOff = []string{"notify", "accept", "announce", "freeze", "read-only", "archive", "off"} // from 2025-01-06: frozen 01-27, off 02-17

// What comes back is told apart: people, submissions, a form of the same department in its place; and what looks like it but
// is not: one visit, machines, reading before the switch-off, the successor's form, another department's form, an older one.
func TestRetirementWatchesWhatComesBack(t *testing.T) {
	s := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	labels := []string{"低保户数", "特困人数", "发放金额"}
	systems := []string{"visited", "sent", "replaced", "frozen", "merged", "foreign", "older"}
	var all []queries.Assessment
	for _, id := range systems {
		registry.DeclareSystem(queries.System{ID: id, Name: id, Owner: id + "局", Level: "county", Declared: true, UsageCovered: true})
		askedForm(registry, "f-"+id, id, labels...)
		a := retire(id, "2025-01-01")
		if id == "merged" {
			a.Suggestion.Action, a.Suggestion.Into = queries.SuggestMerge, "new-merged"
		}
		all = append(all, a)
		owner := id + "局"
		if id == "foreign" {
			owner = "别的局"
		}
		registry.DeclareSystem(queries.System{ID: "new-" + id, Name: "new-" + id, Owner: owner, Level: "county", Declared: true})
		switch id {
		case "replaced":
			askedForm(registry, "n-"+id, "new-"+id, "低保 户数", "发放金额", "备用")
		case "merged", "foreign", "older":
			askedForm(registry, "n-"+id, "new-"+id, labels...)
		}
	}
	if err := registry.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveAssessments(t.Context(), 1, all); err != nil {
		t.Fatal(err)
	}
	advance(t, s, "2025-01-02")
	for _, id := range systems {
		if id == "frozen" {
			through(t, s, id, "2025-01-06", toOff[:4]...)
			continue
		}
		through(t, s, id, "2025-01-06", toOff...)
	}
	usage(t, s, "visited", "view", "business", "2025-03-01") // one visit
	usage(t, s, "visited", "heartbeat", "health", "2025-03-02", "2025-03-03", "2025-03-04", "2025-03-05", "2025-03-06")
	usage(t, s, "frozen", "export", "business", "2025-02-01", "2025-02-02", "2025-02-03", "2025-02-04", "2025-02-05", "2025-02-06") // reading goes on until off
	handMonths(t, s, "f-sent", "2025-02", 1, 6, 1, 60)
	handMonths(t, s, "n-replaced", "2025-02", 1, 2, 1, 60)
	handMonths(t, s, "n-merged", "2025-02", 1, 2, 1, 60)
	handMonths(t, s, "n-foreign", "2025-02", 1, 2, 1, 60)
	handMonths(t, s, "n-older", "2024-02", 12, 2, 1, 60)
	got := map[string]string{}
	advance(t, s, "2025-03-10")
	cases, err := s.RetirementCases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		got[c.System] = c.State + " " + c.Cause
		if c.System == "replaced" {
			if x := c.Events[len(c.Events)-1].Traffic.Substitutes; len(x) != 1 || x[0].Form != "n-replaced" || x[0].Of != "f-replaced" || math.Abs(x[0].Share-2./3) > 1e-9 {
				t.Errorf("%+v", x)
			}
		}
	}
	want := map[string]string{
		"visited": "off ", "sent": "off ", "replaced": "reopened substitute", "frozen": "frozen ", "merged": "off ", "foreign": "off ", "older": "off ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Six submissions came, but all on one day; those of a second day make it use again. New writes after the freeze do too.
	handMonths(t, s, "f-sent", "2025-03", 1, 6, 1, 60)
	usage(t, s, "frozen", "submit", "business", "2025-03-01", "2025-03-02", "2025-03-03", "2025-03-04", "2025-03-05")
	advance(t, s, "2025-04-10")
	for _, id := range []string{"sent", "frozen"} {
		if c := state(t, s, id); c.State != queries.RetirementReopened || c.Cause != queries.CauseTraffic {
			t.Errorf("%s: %s %s", id, c.State, c.Cause)
		}
	}
	if c := state(t, s, "visited"); c.Events[len(c.Events)-1].Kind != queries.EventMachines {
		t.Errorf("machines that still ask were not reported: %+v", c.Events[len(c.Events)-1])
	}
}

// An owner who stays silent is reminded before the day, marked after it, and put before the level above once.
func TestSilentOwner(t *testing.T) {
	s := querytest.New(t)
	suggested(t, s, "2025-01-01", "old")
	advance(t, s, "2025-01-02")
	through(t, s, "old", "2025-01-06", "notify") // to answer by 2025-02-05
	got := map[string][]string{}
	for d := day("2025-01-06"); d.Before(day("2025-03-01")); d = d.AddDate(0, 0, 1) {
		for range 2 {
			if events := advance(t, s, d.Format(time.DateOnly)); events != nil {
				got[d.Format("01-02")] = append(got[d.Format("01-02")], events...)
			}
		}
	}
	want := map[string][]string{
		"01-29": {"old reminded"}, "02-06": {"old overdue"}, "02-13": {"old reminded"}, "02-19": {"old escalated"}, "02-26": {"old reminded"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	cases, err := s.RetirementCases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	owners := []queries.System{{ID: "old", Owner: "民政局", Level: "county"}}
	notices := queries.DueRetirements(cases, owners, day("2025-02-20"), retirementPolicy)
	if len(notices) != 2 || notices[0].To != "owner" || notices[0].Days != -15 || !notices[0].Overdue || notices[1].To != "above" || notices[1].Level != "city" {
		t.Errorf("%+v", notices)
	}
}

// An exemption is in force from its day until it ends, or until somebody reopens the case.
func TestExemptions(t *testing.T) {
	s := querytest.New(t)
	suggested(t, s, "2025-01-01", "a", "b")
	advance(t, s, "2025-01-02")
	limit := func(c *queries.RetirementCommand) { c.Until = day("2025-06-30") }
	for _, id := range []string{"a", "b"} {
		if err := decide(t, s, id, "exempt", "2025-01-10", limit); err != nil {
			t.Fatal(err)
		}
		if err := decide(t, s, id, "grant", "2025-01-20"); err != nil {
			t.Fatal(err)
		}
	}
	through(t, s, "b", "2025-03-01", "reopen")
	got, err := s.Exemptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	basis := "会议纪要〔2026〕3号"
	want := []queries.Exemption{
		{System: "a", Rule: "idle-system", Basis: basis, From: day("2025-01-20"), Until: day("2025-06-30"), By: "王主任"},
		{System: "b", Rule: "idle-system", Basis: basis, From: day("2025-01-20"), Until: day("2025-02-28"), By: "王主任"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := advance(t, s, "2025-06-30"); !cmp.Equal(got, []string{"a reminded", "b overdue", "b escalated"}) {
		t.Error(got)
	}
	if got := advance(t, s, "2025-07-01"); !cmp.Equal(got, []string{"a reopened"}) {
		t.Error(got)
	}
	if c := state(t, s, "a"); c.Cause != queries.CauseExpired {
		t.Error(c.Cause)
	}
}

// Hours of the forms of an ended system, before the freeze and since.
func TestRetirementSavings(t *testing.T) {
	s := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	registry.DeclareSystem(queries.System{ID: "old", Name: "old", Owner: "民政局", Declared: true})
	askedForm(registry, "ended", "old", "户数")
	askedForm(registry, "lives", "other", "户数")
	if err := registry.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	suggested(t, s, "2025-01-01", "old")
	advance(t, s, "2025-01-02")
	through(t, s, "old", "2025-01-06", toOff...)
	handMonths(t, s, "ended", "2024-01", 12, 20, 1, 3600) // sent from February 2024 to January 2025
	handMonths(t, s, "lives", "2024-01", 18, 20, 1, 3600) // sent until July 2025
	model := queries.BurdenModel{Run: 1, From: day("2024-07-01"), To: day("2025-07-31"), Recent: day("2024-08-01"), Least: 3}
	for _, form := range []string{"ended", "lives"} {
		model.Forms = append(model.Forms, queries.FormPace{Form: form, Method: queries.BurdenEstimated, Seconds: 3600, Spread: 0.2, Common: 0.1})
	}
	units, err := s.SetBurdenForms(t.Context(), model)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetBurden(t.Context(), model, units); err != nil {
		t.Fatal(err)
	}
	cases, err := s.RetirementCases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.RetirementSavings(t.Context(), cases)
	if err != nil || len(got) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	// Twenty villages take an hour a month: 240 hours a year, and none since.
	x := got[0]
	if !x.Measured || math.Abs(x.Before-240) > 3 || x.After != 0 || math.Abs(x.Saved-240) > 3 || x.Promised.Mid != 120 || x.Months != 5 {
		t.Errorf("%+v", x)
	}
}

package queries_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// asks is how many submissions of a form a unit makes a month, before and since the turn of the year 2026.
type asks struct {
	form          string
	before, since int
}

// turnOfTheYear is a store with 18 months of ten units, in which something was done on 1 January 2026, and the hours of it.
func turnOfTheYear(t *testing.T, change func(*queries.SubmissionColumns), all ...asks) *queries.Store {
	t.Helper()
	s := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	registry.DeclareSystem(queries.System{ID: "a", Owner: "民政局", Declared: true})
	registry.DeclareSystem(queries.System{ID: "b", Owner: "卫健局", Declared: true})
	model := queries.BurdenModel{
		Run: 1, From: day("2025-01-01"), Recent: day("2025-07-01"), To: day("2026-06-30"), Least: 3, Most: 7200, Batch: 50, Noise: 0.3, Unpaced: 0.25, Tariff: 40,
	}
	for _, x := range all {
		system := "a"
		if x.form[0] == 'b' {
			system = "b"
		}
		registry.DeclareForm(queries.Form{ID: x.form, System: system, Cycle: "month", Declared: true})
		model.Forms = append(model.Forms, queries.FormPace{Form: x.form, Method: queries.BurdenEstimated, Seconds: 3600, Spread: 0.2, Common: 0.1})
	}
	if err := registry.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	batches := map[string]*queries.SubmissionColumns{"collected": {}, "other": {}}
	for unit := range 10 {
		for month := range 18 {
			for _, x := range all {
				n := x.before
				if month >= 12 {
					n = x.since
				}
				c := filled(x.form, fmt.Sprintf("u%d", unit), day("2025-01-10").AddDate(0, month, 0), make([]int, n)...)
				if change != nil && n > 0 {
					change(c)
				}
				source := "collected"
				if x.form[0] == 'b' {
					source = "other"
				}
				join(batches[source], c)
			}
		}
	}
	for source, c := range batches {
		if _, err := s.Write(t.Context(), queries.Batch{Source: source, Submissions: c}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.SetBurdenForms(t.Context(), model); err != nil {
		t.Fatal(err)
	}
	if err := s.SetBurden(t.Context(), model, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// join appends submissions to others, each with a key of its own.
func join(to, c *queries.SubmissionColumns) {
	to.Form, to.Unit, to.Period = append(to.Form, c.Form...), append(to.Unit, c.Unit...), append(to.Period, c.Period...)
	to.PeriodStart = append(to.PeriodStart, c.PeriodStart...)
	to.SubmittedAt, to.StartedAt = append(to.SubmittedAt, c.SubmittedAt...), append(to.StartedAt, c.StartedAt...)
	to.Reporter, to.Channel, to.Subject = append(to.Reporter, c.Reporter...), append(to.Channel, c.Channel...), append(to.Subject, c.Subject...)
	to.Lat, to.Lon, to.Layout = append(to.Lat, c.Lat...), append(to.Lon, c.Lon...), append(to.Layout, c.Layout...)
	to.Numbers, to.Texts = append(to.Numbers, c.Numbers...), append(to.Texts, c.Texts...)
	for range c.Key {
		to.Key = append(to.Key, uint64(len(to.Key))+1)
	}
}

func claim(t *testing.T, text string) *queries.Claim {
	t.Helper()
	c, err := queries.ParseClaim(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func compare(t *testing.T, s *queries.Store, at string, scope queries.Scope, text string) queries.BurdenChange {
	t.Helper()
	c, err := s.CompareBurden(t.Context(), day(at), scope, claim(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatWasClaimedIsReckonedAgain(t *testing.T) {
	s := turnOfTheYear(t, nil, asks{"a1", 2, 1}, asks{"a2", 2, 0}, asks{"b1", 1, 1})
	all := queries.Scope{Kind: queries.ScopeAll}
	c := compare(t, s, "2026-01-01", all, "-60%")
	if c.Months != 6 || c.Units != 10 || c.Before.Submissions != 300 || c.After.Submissions != 120 || math.Abs(c.Before.Hours.Mid-300) > 1e-6 ||
		math.Abs(c.Change.Mid+0.6) > 1e-9 || !(c.Change.Low < -0.6 && c.Change.High > -0.6) {
		t.Errorf("%+v", c)
	}
	if c.Verdict != queries.ClaimSupported || !slices.Equal(c.Ended, []string{"a2"}) || c.Before.Forms != 3 || c.After.Forms != 2 || c.Before.Fields != 6 || c.After.Fields != 4 {
		t.Errorf("%+v", c)
	}
	for text, want := range map[string]string{
		"-90%": queries.ClaimNotSupported, "3:2": queries.ClaimSupported, "91:39": queries.ClaimNotSupported, "fields:-33%": queries.ClaimSupported,
		"submissions:-60%": queries.ClaimSupported, "submissions:-70%": queries.ClaimNotSupported, "-40%": queries.ClaimSupported, "": queries.ClaimNone,
	} {
		if got := compare(t, s, "2026-01-01", all, text); got.Verdict != want || len(got.Reasons) > 0 {
			t.Errorf("%s: %s %v", text, got.Verdict, got.Reasons)
		}
	}
	// Nothing was done at the other department.
	c = compare(t, s, "2026-01-01", queries.Scope{Kind: queries.ScopeDepartment, Subject: "卫健局"}, "-20%")
	if c.Verdict != queries.ClaimNotSupported || math.Abs(c.Change.Mid) > 1e-9 {
		t.Errorf("%+v", c)
	}
	if c = compare(t, s, "2026-06-01", all, "-60%"); c.Verdict != queries.ClaimUnknown || !slices.Equal(c.Reasons, []string{queries.ReasonFewMonths}) {
		t.Errorf("after a month: %+v", c)
	}
	// In the middle of a month, the next one is the first.
	if c = compare(t, s, "2026-01-02", all, ""); c.Months != 5 || !c.After.From.Equal(day("2026-02-01")) || !c.Before.To.Equal(day("2025-06-30")) {
		t.Errorf("%+v", c)
	}
}

func TestHoursThatGoElsewhereAreNotSaved(t *testing.T) {
	s := turnOfTheYear(t, nil, asks{"a1", 4, 0}, asks{"a2", 0, 3}, asks{"a3", 2, 2}, asks{"b1", 1, 4})
	form := queries.Scope{Kind: queries.ScopeForm, Subject: "a1"}
	c := compare(t, s, "2026-01-01", form, "-100%")
	if c.Verdict != queries.ClaimUnknown || !slices.Equal(c.Reasons, []string{queries.ReasonShifted}) || math.Abs(c.Shifted-180) > 1e-6 ||
		len(c.Rose) != 1 || c.Rose[0].Form != "a2" {
		t.Errorf("%+v", c)
	}
	// What another department asks more is not that measure's doing, and the rest of what was claimed is saved all the same.
	if c = compare(t, s, "2026-01-01", form, "-20%"); c.Verdict != queries.ClaimSupported {
		t.Errorf("%+v", c)
	}
}

// A source that fell silent is no reduction.
func TestSilenceIsNoReduction(t *testing.T) {
	s := turnOfTheYear(t, nil, asks{"a1", 2, 2}, asks{"b1", 3, 0})
	c := compare(t, s, "2026-01-01", queries.Scope{Kind: queries.ScopeSystem, Subject: "b"}, "-100%")
	if c.Verdict != queries.ClaimUnknown || !slices.Contains(c.Reasons, queries.ReasonSilent) {
		t.Errorf("%+v", c)
	}
	if err := s.SaveRun(t.Context(), queries.SourceRun{Source: "other", Kind: "ndjson", Started: day("2026-03-01"), Finished: day("2026-03-01"), Status: "ok"}); err != nil {
		t.Fatal(err)
	}
	if c = compare(t, s, "2026-01-01", queries.Scope{Kind: queries.ScopeSystem, Subject: "b"}, "-100%"); c.Verdict != queries.ClaimSupported {
		t.Errorf("the source ran and had nothing: %+v", c)
	}
}

func TestOnlyUnitsOfBothSidesCount(t *testing.T) {
	late := day("2025-12-31")
	s := turnOfTheYear(t, func(c *queries.SubmissionColumns) {
		// Six of ten units are new since, so their hours are no rise.
		if c.Unit[0] >= "u4" && c.SubmittedAt[0].Before(late) {
			for i := range c.Unit {
				c.Unit[i] = "gone" + c.Unit[i]
			}
		}
	}, asks{"a1", 2, 2})
	c := compare(t, s, "2026-01-01", queries.Scope{Kind: queries.ScopeAll}, "-10%")
	if c.Units != 4 || c.Before.Units != 10 || math.Abs(c.Change.Mid) > 1e-9 || c.Verdict != queries.ClaimUnknown || !slices.Contains(c.Reasons, queries.ReasonFewUnits) {
		t.Errorf("%+v", c)
	}
}

func TestMeasuresAreKept(t *testing.T) {
	s := querytest.New(t)
	m := queries.Measure{Name: "精简报表", Effective: day("2026-01-01"), Scope: queries.Scope{Kind: queries.ScopeDepartment, Subject: "民政局"}, Claimed: "91：39", By: "王主任"}
	saved, err := s.SaveMeasure(t.Context(), m)
	if err != nil || saved.ID == "" || saved.Claimed != "forms:91:39" {
		t.Fatalf("%+v, %v", saved, err)
	}
	m.Source = "民发〔2026〕1号"
	if _, err = s.SaveMeasure(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	all, err := s.Measures(t.Context())
	if err != nil || len(all) != 1 || all[0].Source != m.Source || !all[0].Effective.Equal(m.Effective) {
		t.Fatalf("%+v, %v", all, err)
	}
	if _, err := s.RemoveMeasure(t.Context(), "zzzz"); !errors.Is(err, queries.ErrNotFound) {
		t.Error(err)
	}
	if _, err := s.RemoveMeasure(t.Context(), saved.ID[:6]); err != nil {
		t.Fatal(err)
	}
	if all, err = s.Measures(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("%+v, %v", all, err)
	}
	for name, wrong := range map[string]queries.Measure{
		"no name": {Effective: day("2026-01-01")}, "no day": {Name: "x"}, "no subject": {Name: "x", Effective: time.Now(), Scope: queries.Scope{Kind: queries.ScopeForm}},
		"no such scope": {Name: "x", Effective: time.Now(), Scope: queries.Scope{Kind: "village", Subject: "v"}}, "no claim": {Name: "x", Effective: time.Now(), Claimed: "a lot"},
	} {
		if _, err := s.SaveMeasure(t.Context(), wrong); err == nil {
			t.Errorf("%s was recorded", name)
		}
	}
}

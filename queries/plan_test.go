package queries_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// handMonths writes one submission of a form by each of n units in each month from a month on. Answers says which share of the
// units answer field b, seconds what a submission takes.
func handMonths(t *testing.T, s *queries.Store, form, from string, months, n int, answers float64, seconds int) {
	t.Helper()
	c := &queries.SubmissionColumns{}
	first := day(from + "-01")
	for m := range months {
		start := first.AddDate(0, m, 0)
		for unit := range n {
			sent := start.AddDate(0, 1, 2).Add(time.Duration(unit) * time.Minute)
			b := math.NaN()
			if float64(unit) < answers*float64(n) {
				b = 2
			}
			c.Form, c.Unit, c.Period = append(c.Form, form), append(c.Unit, fmt.Sprintf("u%02d", unit)), append(c.Period, start.Format("2006-01"))
			c.PeriodStart, c.SubmittedAt = append(c.PeriodStart, start), append(c.SubmittedAt, sent)
			c.StartedAt = append(c.StartedAt, sent.Add(-time.Duration(seconds+unit%3)*time.Second))
			c.Reporter, c.Channel, c.Subject = append(c.Reporter, 1), append(c.Channel, "web"), append(c.Subject, 0)
			c.Lat, c.Lon, c.Layout = append(c.Lat, math.NaN()), append(c.Lon, math.NaN()), append(c.Layout, "a\x00b")
			c.Numbers, c.Texts = append(c.Numbers, string(queries.PackNumbers(queries.PackNumbers(nil, 1), b))), append(c.Texts, "")
			c.Key = append(c.Key, uint64(sent.Unix())*1000+uint64(unit)+uint64(len(form))<<50+uint64(form[0])<<56)
		}
	}
	if _, err := s.Write(t.Context(), queries.Batch{Source: form + from, Submissions: c}); err != nil {
		t.Fatal(err)
	}
}

func accepted(action, form, field, effective string, hours, before float64) queries.PlanDecision {
	return queries.PlanDecision{
		Line: queries.PlanLine{
			ID: action + form + field, Action: action, Form: form, Field: field, FromForm: "other", From: "x",
			Hours: queries.Hours{Mid: hours, Low: 0.8 * hours, High: 1.2 * hours},
		},
		Decision: queries.DecisionAccepted, Effective: day(effective), Decided: day("2026-01-01"), Before: before,
	}
}

// Five forms of twenty units: one stops asking, one goes on asking, one is filled in beforehand and takes less time, one ends,
// and one is to stop later.
func TestPlanProgress(t *testing.T) {
	s := querytest.New(t)
	ctx := t.Context()
	registry, err := queries.OpenRegistry(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	model := queries.BurdenModel{Run: 1, From: day("2025-01-01"), To: day("2026-06-30"), Recent: day("2025-07-01"), Least: 3}
	for _, form := range []string{"stops", "asks", "fills", "quits", "later"} {
		registry.DeclareForm(queries.Form{ID: form, Cycle: "month", Declared: true})
		handMonths(t, s, form, "2025-01", 12, 20, 1, 100)
		method := queries.BurdenEstimated
		if form == "fills" {
			method = queries.BurdenObserved
		}
		model.Forms = append(model.Forms, queries.FormPace{Form: form, Fence: 600, Seconds: 100, Method: method})
	}
	handMonths(t, s, "stops", "2026-01", 5, 20, 0, 100)
	handMonths(t, s, "asks", "2026-01", 5, 20, 0.5, 100)
	handMonths(t, s, "fills", "2026-01", 5, 20, 1, 40)
	handMonths(t, s, "later", "2026-01", 5, 20, 1, 100)
	if err := registry.Save(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetBurdenForms(ctx, model); err != nil {
		t.Fatal(err)
	}
	rejected := accepted(queries.ActionDrop, "stops", "a", "2026-01-10", 5, 5)
	rejected.Decision = queries.DecisionRejected
	withdrawn := accepted(queries.ActionDrop, "asks", "a", "2026-01-10", 5, 5)
	again := withdrawn
	again.Decision, again.Decided = queries.DecisionWithdrawn, withdrawn.Decided.Add(time.Hour)
	err = s.Decide(ctx, []queries.PlanDecision{
		accepted(queries.ActionDrop, "stops", "b", "2026-01-10", 10, 10), accepted(queries.ActionDrop, "asks", "b", "2026-01-10", 10, 10),
		accepted(queries.ActionPrefill, "fills", "b", "2026-01-10", 4, 5), accepted(queries.ActionDrop, "quits", "b", "2026-01-10", 6, 6),
		accepted(queries.ActionMerge, "quits", "", "2026-01-10", 3, 9), accepted(queries.ActionDrop, "later", "b", "2026-05-20", 10, 10),
		accepted(queries.ActionDrop, "later", "a", "2026-08-01", 10, 10), accepted(queries.ActionPrefill, "stops", "a2", "2026-01-10", 1, 1),
		accepted(queries.ActionAuthority, "stops", "b", "2026-01-10", 0, 0), rejected, withdrawn, again,
	})
	if err != nil {
		t.Fatal(err)
	}
	progress, err := s.PlanProgress(ctx)
	if err != nil {
		t.Fatal(err)
	}
	type outcome struct {
		state string
		saved float64
		timed bool
	}
	got := map[string]outcome{}
	for _, p := range progress {
		got[p.Decision.Line.ID] = outcome{p.State, math.Round(10*p.Saved.Mid) / 10, p.Timed}
		if p.Saved.Low > p.Saved.Mid || p.Saved.Mid > p.Saved.High {
			t.Errorf("%s: %+v", p.Decision.Line.ID, p.Saved)
		}
	}
	want := map[string]outcome{
		"drop_fieldstopsb":     {queries.ProgressMeasured, 10, false},
		"drop_fieldasksb":      {queries.ProgressStillAsked, 5, false},
		"prefill_fieldfillsb":  {queries.ProgressMeasured, 60. * 240 / 3600, true}, // a minute each of 240 submissions a year
		"drop_fieldquitsb":     {queries.ProgressMeasured, 6, false},
		"merge_formsquits":     {queries.ProgressMeasured, 3, false},
		"drop_fieldlaterb":     {queries.ProgressEarly, 0, false},
		"drop_fieldlatera":     {queries.ProgressPlanned, 0, false},
		"prefill_fieldstopsa2": {queries.ProgressUnmeasured, 0, false},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Error(diff)
	}
}

func TestChoosePlan(t *testing.T) {
	s := querytest.New(t)
	ctx := t.Context()
	d := someDuplicates()
	d.PlanLines[0].ID, d.PlanLines[1].ID = "aaaaaaaa01", "aaaaaaaa02"
	hours := []queries.FieldHours{
		{Form: "f1", Kind: "base", Hours: queries.Hours{Mid: 0.5}},
		{Form: "f1", Field: "sex", Kind: "payload", Hours: queries.Hours{Mid: 2, Low: 1, High: 3}},
		{Form: "f2", Field: "xb", Kind: "payload", Hours: queries.Hours{Mid: 7}},
	}
	if err := errors.Join(s.SaveFieldHours(ctx, 1, hours[:1]), s.SaveFieldHours(ctx, 2, hours), s.SaveDuplicates(ctx, 2, d)); err != nil {
		t.Fatal(err)
	}
	if got, err := s.FieldHours(ctx); err != nil || !cmp.Equal(hours, got) {
		t.Errorf("%v: %s", err, cmp.Diff(hours, got))
	}
	choose := func(decision string, names ...string) ([]queries.PlanDecision, error) {
		return s.ChoosePlan(ctx, queries.PlanChoice{Names: names, Decision: decision, Effective: day("2026-07-01"), By: "王", Now: time.Now()})
	}
	if _, err := choose(queries.DecisionAccepted, "aaaaaaaa"); err == nil {
		t.Error("two lines begin so")
	}
	if _, err := choose(queries.DecisionAccepted, "aaaaaaaa01", "7"); !errors.Is(err, queries.ErrNoSuchLine) {
		t.Error(err)
	}
	if got, err := choose(queries.DecisionAccepted, "1", "f1", "aaaaaaaa01"); err != nil || len(got) != 2 || got[0].Before != 2 || got[1].Before != 7 {
		t.Errorf("%+v, %v", got, err)
	}
	// What was decided can be named even when a later plan no longer has it.
	if err := s.SaveDuplicates(ctx, 3, queries.Duplicates{}); err != nil {
		t.Fatal(err)
	}
	if got, err := choose(queries.DecisionWithdrawn, "f1"); err != nil || len(got) != 1 || got[0].Line.Field != "sex" {
		t.Errorf("%+v, %v", got, err)
	}
	all, err := s.PlanDecisions(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if left := queries.NewestDecisions(all); len(left) != 1 || left[0].Line.Action != queries.ActionAuthority {
		t.Errorf("%+v", left)
	}
}

func TestPlanSteps(t *testing.T) {
	line := func(step uint32, form string, hours float64, needs ...string) queries.PlanLine {
		p := queries.PlanLine{Step: step, Action: queries.ActionDrop, Form: form, Hours: queries.Hours{Mid: hours, Low: hours / 2, High: 2 * hours}}
		for _, key := range needs {
			p.Needs = append(p.Needs, queries.Message{Key: key})
		}
		return p
	}
	authority := queries.PlanLine{Step: 1, Action: queries.ActionAuthority, Form: "source"}
	steps := queries.PlanSteps([]queries.PlanLine{authority, line(1, "a", 4), line(1, "a", 3, "plan.need.legal.persons"), line(2, "b", 5), line(3, "c", 9, "plan.need.legal.law")})
	type short struct {
		Form         string
		Hours, After float64
		Apart        bool
	}
	var got []short
	for _, s := range steps {
		got = append(got, short{s.Form, s.Hours.Mid, s.After.Mid, s.Apart})
	}
	if diff := cmp.Diff([]short{{"a", 7, 7, false}, {"b", 5, 12, false}, {"c", 9, 12, true}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFormSpans(t *testing.T) {
	s := querytest.New(t)
	handMonths(t, s, "form", "2026-01", 3, 2, 1, 60)
	got, err := s.FormSpans(t.Context(), []string{"form", "none"}, day("2026-02-01"), day("2026-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]queries.FormSpan{"form": {
		Units: []string{"u00", "u01"}, Periods: []uint32{2, 2},
		Days: []uint16{uint16(queries.DayNumber(day("2026-02-01"))), uint16(queries.DayNumber(day("2026-03-01")))},
	}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

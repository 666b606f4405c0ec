package queries_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// retirementPolicy is short enough to follow by hand.
var retirementPolicy = queries.RetirementPolicy{
	AnswerDays: 30, DecideDays: 15, StepDays: 10, RemindDays: 7, EscalateDays: 14, CheckDays: 90, MaxExemptDays: 366,
	TrafficAfterOff: 5, TrafficDays: 2, SubstituteShare: 0.5,
}

// suggested saves an assessment that suggests to retire each system.
func suggested(t *testing.T, s *queries.Store, asOf string, systems ...string) {
	t.Helper()
	var all []queries.Assessment
	for _, id := range systems {
		all = append(all, retire(id, asOf))
	}
	if err := s.SaveAssessments(t.Context(), uint64(day(asOf).Unix()), all); err != nil {
		t.Fatal(err)
	}
}

func retire(system, asOf string) queries.Assessment {
	return queries.Assessment{
		System: system, AsOf: day(asOf), Seen: queries.SeenNoUse, Verdict: "unused",
		Suggestion: queries.Suggestion{Action: queries.SuggestRetire, Hours: queries.Hours{Mid: 120, Low: 90, High: 150}},
	}
}

func advance(t *testing.T, s *queries.Store, today string) []string {
	t.Helper()
	events, err := s.AdvanceRetirements(t.Context(), time.Now(), day(today), retirementPolicy)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range events {
		out = append(out, e.System+" "+e.Kind)
	}
	return out
}

func decide(t *testing.T, s *queries.Store, system, verb, effective string, change ...func(*queries.RetirementCommand)) error {
	t.Helper()
	cmd := queries.RetirementCommand{
		System: system, Verb: verb, By: "王主任", Basis: "会议纪要〔2026〕3号", Effective: day(effective), Now: time.Now(), Today: day("2026-11-22"), Policy: retirementPolicy,
	}
	for _, f := range change {
		f(&cmd)
	}
	_, err := s.Retire(t.Context(), cmd)
	return err
}

func state(t *testing.T, s *queries.Store, system string) queries.RetirementCase {
	t.Helper()
	c, err := s.RetirementCase(t.Context(), system)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// usage writes one event a day for a system.
func usage(t *testing.T, s *queries.Store, system, action, traffic string, days ...string) {
	t.Helper()
	c := &queries.UsageColumns{}
	for i, d := range days {
		c.System, c.Time, c.Actor = append(c.System, system), append(c.Time, day(d).Add(4*time.Hour)), append(c.Actor, uint64(i+1))
		c.Unit, c.Action, c.Traffic = append(c.Unit, "u1"), append(c.Action, action), append(c.Traffic, traffic)
		c.Object, c.Form, c.Status = append(c.Object, "/x"), append(c.Form, ""), append(c.Status, 200)
		c.Duration, c.Client = append(c.Duration, 1), append(c.Client, "chrome")
		c.Position = append(c.Position, uint64(day(d).Unix())+uint64(len(action))<<40+uint64(len(system))<<48)
	}
	if _, err := s.Write(t.Context(), queries.Batch{Source: "gate", Usage: []*queries.UsageColumns{c}}); err != nil {
		t.Fatal(err)
	}
}

// A system goes the whole way, is checked by the clock, and is reopened when people come back.
func TestRetirementGoesTheWholeWay(t *testing.T) {
	s := querytest.New(t)
	suggested(t, s, "2025-01-31", "old")
	if got := advance(t, s, "2025-02-01"); !cmp.Equal(got, []string{"old opened"}) {
		t.Fatal(got)
	}
	if got := advance(t, s, "2025-02-01"); got != nil {
		t.Errorf("the second run of a day added %v", got)
	}
	c := state(t, s, "old")
	if c.State != queries.RetirementSuggested || !c.Opened.Equal(day("2025-01-31")) || c.Assessment.Suggestion.Hours.Mid != 120 {
		t.Errorf("%+v", c)
	}
	for _, step := range []struct{ verb, day, state, due string }{
		{"notify", "2025-02-03", queries.RetirementNotified, "2025-03-05"},
		{"accept", "2025-02-20", queries.RetirementAccepted, "2025-03-15"},
		{"announce", "2025-03-20", queries.RetirementAnnounced, "2025-03-30"}, // five days late, and so is the freeze
		{"freeze", "2025-04-01", queries.RetirementFrozen, "2025-04-11"},
		{"read-only", "2025-04-04", queries.RetirementReadOnly, "2025-04-14"},
		{"archive", "2025-04-14", queries.RetirementArchived, "2025-04-24"},
		{"off", "2025-04-20", queries.RetirementOff, "2025-07-19"},
	} {
		if err := decide(t, s, "old", step.verb, step.day); err != nil {
			t.Fatal(step.verb, err)
		}
		if c := state(t, s, "old"); c.State != step.state || c.Due.Format(time.DateOnly) != step.due {
			t.Errorf("%s: %s, due %s, want %s, due %s", step.verb, c.State, c.Due.Format(time.DateOnly), step.state, step.due)
		}
	}
	if got := advance(t, s, "2025-05-01"); got != nil {
		t.Errorf("nothing is due: %v", got)
	}
	// The day of the check passes, but the logs do not reach it: the clock waits and reminds.
	usage(t, s, "old", "view", "business", "2025-01-02")
	usage(t, s, "old", "heartbeat", "health", "2025-04-21", "2025-04-22", "2025-04-23", "2025-04-24", "2025-04-25", "2025-04-26")
	if got := advance(t, s, "2025-07-20"); !cmp.Equal(got, []string{"old machines", "old overdue"}) {
		t.Error(got)
	}
	var refused *queries.RetirementRefusal
	err := decide(t, s, "old", "check", "2025-07-20", func(c *queries.RetirementCommand) { c.Basis = "" })
	if !errors.As(err, &refused) || refused.Code != queries.RefusedUnseen {
		t.Error(err)
	}
	usage(t, s, "another", "view", "business", "2025-07-20")
	if got := advance(t, s, "2025-07-21"); !cmp.Equal(got, []string{"old checked"}) {
		t.Error(got)
	}
	c = state(t, s, "old")
	if c.State != queries.RetirementDone || !c.Closed() || c.Plan[6].Done.IsZero() {
		t.Errorf("%s %+v", c.State, c.Plan)
	}
	if got := advance(t, s, "2025-07-22"); got != nil {
		t.Errorf("a closed case: %v", got)
	}
	usage(t, s, "old", "submit", "business", "2025-08-01", "2025-08-02", "2025-08-03", "2025-08-04", "2025-08-05")
	if got := advance(t, s, "2025-08-06"); !cmp.Equal(got, []string{"old reopened"}) {
		t.Error(got)
	}
	c = state(t, s, "old")
	if last := c.Events[len(c.Events)-1]; c.Cause != queries.CauseTraffic || last.Traffic == nil || last.Traffic.Actions != 5 || last.Reason.Key != "retirement.seen.traffic" {
		t.Errorf("%s %+v", c.Cause, last)
	}
	// A person finds that it was a drill: the case goes on where it was, and what was seen does not count twice.
	if err := decide(t, s, "old", "resume", "2025-08-07"); err != nil {
		t.Fatal(err)
	}
	if got := advance(t, s, "2025-08-08"); got != nil {
		t.Error(got)
	}
}

// Two people decide on what both of them saw: one is taken, the other is told.
func TestRetirementTakesOneOfTwo(t *testing.T) {
	s := querytest.New(t)
	suggested(t, s, "2025-01-31", "old")
	advance(t, s, "2025-02-01")
	if err := decide(t, s, "old", "notify", "2025-02-01"); err != nil {
		t.Fatal(err)
	}
	seen := func(c *queries.RetirementCommand) { c.Last = 2 }
	const n = 12
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			verb := []string{"accept", "dispute"}[i%2]
			errs[i] = decide(t, s, "old", verb, "2025-02-02", seen)
		})
	}
	all.Wait()
	taken := 0
	for _, err := range errs {
		switch {
		case err == nil:
			taken++
		case !errors.Is(err, queries.ErrStaleRetirement):
			t.Error(err)
		}
	}
	if c := state(t, s, "old"); taken != 1 || c.Last != 3 {
		t.Errorf("%d taken, %d events", taken, c.Last)
	}
}

package analyzer

import (
	"context"
	"sync"

	"github.com/jianfu/jianfu/queries"
)

// useModel is what is known of the use of all systems, read once for all detectors that speak of it.
type useModel struct {
	mutex sync.Mutex
	in    Input
	all   []judgedUse
}

// judgedUse is one system with its verdict.
type judgedUse struct {
	*systemUse
	verdict useVerdict
	forced  forcedSigns
}

// of judges the systems of a window, or gives what was judged of it before.
func (m *useModel) of(ctx context.Context, in Input) ([]judgedUse, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.all != nil && m.in == in {
		return m.all, nil
	}
	limits := in.Policy.Of("idle-system")
	uses, err := loadUse(ctx, in, limits)
	if err != nil {
		return nil, err
	}
	if err := loadReach(ctx, in, uses); err != nil {
		return nil, err
	}
	readers, err := readersOf(ctx, in, uses, limits)
	if err != nil {
		return nil, err
	}
	forced := in.Policy.Of("idle-forced")
	all := make([]judgedUse, len(uses))
	for i, u := range uses {
		all[i] = judgedUse{u, judgeUse(u, in.Window, limits, forced, readers), forcedUse(u, forced)}
	}
	m.in, m.all = in, all
	return all, nil
}

// Keep stores what was seen and judged of every system, for the pages and commands that show more than findings.
func (d idleSystem) Keep(ctx context.Context, in Input, run queries.Analysis) error {
	all, err := d.uses.of(ctx, in)
	if err != nil {
		return err
	}
	suggestions, err := suggestAll(ctx, in, all)
	if err != nil {
		return err
	}
	out := make([]queries.Assessment, len(all))
	for i, u := range all {
		out[i] = assess(u, in)
		out[i].Suggestion = suggestions[u.system.ID]
	}
	return in.Store.SaveAssessments(ctx, run.Run, out)
}

// assess writes down what was seen and judged of one system.
func assess(u judgedUse, in Input) queries.Assessment {
	limits := in.Policy.Of("idle-system")
	to := queries.DayNumber(in.Window.To)
	a := queries.Assessment{System: u.system.ID, AsOf: in.Window.To, Seen: queries.SeenNotCovered, Verdict: u.verdict.verdict}
	a.Waived = waivedBy(u.system, "idle-system", in.Window)
	if u.verdict.reason.Key != "" {
		a.Reasons = append(a.Reasons, u.verdict.reason)
	}
	detector := "idle-system"
	if u.forced.holds {
		a.Verdict, detector = "forced", "idle-forced"
	}
	if a.Verdict != "" {
		a.Finding = queries.FindingID(detector, u.system.ID)
	}
	if !u.system.UsageCovered || !u.seen {
		return a
	}
	narrow := narrowOf(u.systemUse, limits)
	last, used := u.lastUse()
	a.Use = queries.Use{
		From: queries.DayOf(u.coverage.first), To: queries.DayOf(u.coverage.mark), Gaps: u.coverage.interruptions(), Silence: u.verdict.silence, Needed: u.need, Cycle: u.cycle,
		Season: u.system.Season, Recent: u.recent, Meaningful: u.recentSum(meaningful),
		Logins: u.recentSum(func(d queries.UsageDay) uint64 { return d.Logins }), Others: u.recentSum(func(d queries.UsageDay) uint64 { return d.Others }),
		Machines: u.recentSum(func(d queries.UsageDay) uint64 { return d.Machines }), Vendor: u.recentSum(func(d queries.UsageDay) uint64 { return d.Vendor }),
		Active: u.reach.Active, Entitled: u.system.EntitledUsers, Reach: narrow.reach, ReachKnown: narrow.known, Stickiness: narrow.sticky,
		Depth: perSession(u.sessions.Deep, u.sessions.Count), Units: u.reach.Units, Coverage: u.coverage.evidence(in.Window),
	}
	a.Use.Weeks, _ = u.weekly()
	switch {
	case u.coverage.stale(to):
		a.Seen = queries.SeenStale
	case used && u.coverage.mark-last < u.need:
		a.Seen = queries.SeenUsed
	default:
		a.Seen = queries.SeenNoUse
	}
	if used {
		a.Use.LastUse = queries.DayOf(last)
	}
	if u.reach.Active > 0 {
		a.Use.CostPerOne = u.system.AnnualCost / float64(u.reach.Active)
	}
	tests := officialTests(u.systemUse, u.verdict, in.Window)
	for _, test := range testOrder {
		a.Tests = append(a.Tests, queries.TestAnswer{Test: test, Answer: tests[test], Evidence: queries.Message{Key: "idle.test." + test}})
	}
	return a
}

package web_test

import (
	"time"

	"github.com/jianfu/jianfu/queries"
)

// addAssessments judges the canned systems: one is unused and has a case, one is only visited to be counted, one is out of
// season, the logs of one stopped, and two have no logs.
func (c *canned) addAssessments() {
	day := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	for i := range c.systems {
		row := &c.systems[i]
		a := queries.Assessment{
			System: row.ID, AsOf: day, Seen: queries.SeenUsed, Suggestion: queries.Suggestion{Action: queries.SuggestKeep},
			Reasons: []queries.Message{key("idle.reason.used", "system", row.ID, "need", 90, "people", 96, "recent", 90, "n", 1514, "last", "2026-06-30")},
			Use: queries.Use{
				From: day.AddDate(0, 0, -520), To: day, LastUse: day, Needed: 90, Cycle: "month", Recent: 90, Meaningful: 1514, Logins: 800, Machines: 9000, Active: 96,
				Entitled: row.EntitledUsers, Reach: 0.3, ReachKnown: true, Stickiness: 0.4, Depth: 3.2, Units: 40, Entitling: 48, Written: 1700, ReadBack: 12, ReadKnown: true,
				CostPerOne: 1875, Trend: 0.1, Weeks: append(append([]float64{}, row.Weeks...), row.Weeks...), Visits: 500, Empty: 0.2, Sent: 300, LastSent: now,
				Gaps:     [][2]time.Time{{day.AddDate(0, 0, -200), day.AddDate(0, 0, -190)}},
				Coverage: &queries.Coverage{From: "2025-07-01", To: "2026-06-30", Share: 0.97, Freshness: "2026-06-30", State: "covered"},
			},
		}
		for _, test := range []string{"detached", "replaceable", "resources_idle", "unmaintained", "narrow"} {
			a.Tests = append(a.Tests, queries.TestAnswer{Test: test, Answer: "no"})
		}
		switch row.ID {
		case "smart":
			c.unused(&a, day)
			row.Case = &queries.RetirementCase{
				System: row.ID, State: queries.RetirementNotified, Step: "answer", Due: day.AddDate(0, 0, 21), Assessment: a,
				Plan: []queries.RetirementStep{{Step: "answer", Planned: day.AddDate(0, 0, 21)}, {Step: "announce", Planned: day.AddDate(0, 0, 30), Done: day}},
			}
		case "study":
			a.Verdict, a.Reasons = "forced", nil
			a.Use.Pages = []queries.PageNote{{Object: "/points/checkin", Action: "view", As: "points", Why: "rule", Requests: 5000}}
			a.Suggestion = queries.Suggestion{Action: queries.SuggestSimplify, Hours: queries.Hours{Mid: 31, Low: 20, High: 44}, People: 40, Units: 12}
		case "env":
			a.Seen, a.Reasons = queries.SeenNoUse, []queries.Message{key("idle.reason.season_begun", "system", row.ID, "from", "06-01", "days", 12)}
		case "agri":
			a.Seen, a.Reasons = queries.SeenStale, []queries.Message{key("idle.reason.stale", "system", row.ID, "last", "2026-03-01", "days", 121, "limit", 14)}
			a.Use.Coverage.State = "stale"
		case "forest", "old":
			a = queries.Assessment{System: row.ID, AsOf: day, Seen: queries.SeenNotCovered, Suggestion: a.Suggestion, Reasons: []queries.Message{key("idle.reason.not_collected", "system", row.ID)}}
		case "grid":
			continue // nothing was judged of it
		}
		row.Assessment, row.Hours = &a, float64(120*i)
	}
}

// unused is the verdict with the fullest suggestion.
func (c *canned) unused(a *queries.Assessment, day time.Time) {
	a.Seen, a.Verdict, a.Reasons = queries.SeenNoUse, "unused", nil
	a.Use.LastUse, a.Use.Silence, a.Use.Meaningful, a.Use.Active, a.Use.Units = day.AddDate(0, 0, -118), 118, 0, 0, 0
	a.Use.Onset, a.Use.MovedTo, a.Use.Moved = day.AddDate(0, 0, -160), "civil", 31
	a.Use.Changes = []queries.LevelChange{{Week: day.AddDate(0, 0, -112), Before: 58, After: 0}}
	a.Tests[0] = queries.TestAnswer{Test: "detached", Answer: "yes", Evidence: key("idle.why.silent", "last", "2026-03-04", "days", 118, "need", 90)}
	a.Suggestion = queries.Suggestion{
		Action: queries.SuggestMerge, Into: "civil", Because: []queries.Message{key("canned.uncovered", "system", "smart")}, People: 88, Units: 41,
		Successors: []queries.Successor{{System: "civil", Share: 0.82, Declared: true, Forms: 2}},
		Dependants: []queries.Dependant{{Kind: "system", ID: "grid", Events: 310, Last: day}, {Kind: "machine", ID: "curl", Events: 9, Last: day}, {Kind: "form", ID: "f1", Events: 1, Last: day}},
		Move:       []queries.DataToMove{{Form: "f1", Submissions: 1780, From: day.AddDate(-3, 0, 0), To: day, Fields: 14, Covered: 11}},
		Hours:      queries.Hours{Mid: 612, Low: 540, High: 690}, Yuan: queries.Hours{Mid: 205000, Low: 200000, High: 211000},
	}
	for i, step := range []string{"answer", "announce", "freeze", "read_only", "archive", "off", "check"} {
		a.Suggestion.Steps = append(a.Suggestion.Steps, queries.PlannedStep{Step: step, Day: day.AddDate(0, 0, 30*(i+1))})
	}
}

// course gives a system the days and units of a year.
func (c *canned) course(p *queries.SystemPage) {
	p.To = time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	p.From = p.To.AddDate(0, 0, -364)
	if p.ID == "forest" || p.ID == "old" {
		return
	}
	for i := range 365 {
		day := queries.SystemDay{Day: p.From.AddDate(0, 0, i), Events: 24}
		if i%7 < 5 && (p.ID != "smart" || i < 240) {
			day.Meaningful = uint64(i % 60)
		}
		if i >= 164 && i <= 174 {
			continue // the interruption
		}
		p.Days = append(p.Days, day)
	}
	for _, unit := range c.units[:20] {
		p.Units = append(p.Units, queries.SystemUnit{Unit: unit.Code, Events: uint64(len(p.Units) % 4), People: 2, LastUse: now, Submissions: 12, LastSent: now})
	}
}

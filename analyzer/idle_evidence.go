package analyzer

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// chartWeeks is how many weeks a picture of use shows: a year and a half, so that a season shows twice.
const chartWeeks = 78

// useFinding writes down a verdict with all that a reader needs to check it.
func useFinding(u *systemUse, v useVerdict, in Input, limits map[string]float64, suggested queries.Suggestion) queries.Finding {
	v.narrow = narrowOf(u, limits)
	tests := officialTests(u, v, in.Window, limits)
	params := map[string]any{
		"system": u.system.ID, "days": v.silence, "suggestion": suggestionWords(suggested), "since": isoDay(u.coverage.first), "to": isoDay(u.coverage.mark),
		"logins": u.recentSum(func(d queries.UsageDay) uint64 { return d.Logins }), "recent": u.recent,
		"machines": u.recentSum(func(d queries.UsageDay) uint64 { return d.Machines }),
		"vendor":   u.recentSum(func(d queries.UsageDay) uint64 { return d.Vendor }),
		"people":   u.reach.Active, "entitled": u.system.EntitledUsers, "need": u.need,
	}
	key := "idle." + map[string]string{"unused": "unused", "underused": "underused", "declining": "declining", "write-only": "write_only", "superseded": "superseded"}[v.verdict]
	f := queries.Finding{
		ID: queries.FindingID("idle-system", u.system.ID), Subject: queries.Subject{Systems: []string{u.system.ID}},
		From: queries.DayOf(u.coverage.first), To: queries.DayOf(u.coverage.mark), Status: "open", Severity: "medium",
	}
	effect := 0.0
	switch v.verdict {
	case "unused":
		effect = float64(v.silence) / float64(u.need)
		f.Score, f.N = 1-0.2/math.Max(1, effect), u.sum(u.coverage.mark-v.silence+1, u.coverage.mark, allEvents)
		if u.system.AnnualCost >= limits["high_cost"] || float64(u.system.EntitledUsers) >= limits["high_entitled"] || effect >= 2 {
			f.Severity = "high"
		}
		if v.never {
			key = "idle.never"
		} else {
			params["last"] = isoDay(u.coverage.mark - v.silence)
		}
	case "underused":
		effect = 1 - v.narrow.reach
		f.Score, f.N = 0.5+0.3*(1-v.narrow.reach/limits["min_reach"]), u.sum(u.coverage.mark-u.need+1, u.coverage.mark, meaningful)
		params["reach"], params["monthly"] = v.narrow.reach, v.narrow.monthly
	case "declining":
		effect = v.drop.share
		f.Score, f.N = 0.4+0.4*v.drop.share, u.sum(u.coverage.first, u.coverage.mark, meaningful)
		params["share"], params["before"], params["now"] = v.drop.share, v.drop.before, v.drop.now
		if v.drop.since > 0 {
			key, params["fell"] = "idle.declining_since", isoDay(v.drop.since)
		}
	case "superseded":
		m := u.moved
		effect = m.drop.share
		f.Score, f.N = 0.5+0.3*math.Max(0, m.drop.share), u.sum(u.coverage.first, u.coverage.mark, meaningful)
		params["share"], params["before"], params["now"], params["into"] = m.drop.share, m.drop.before, m.drop.now, m.to
		if m.how == "people" {
			key, params["moved"], params["left"] = "idle.superseded_people", m.people, m.of
		}
		f.Subject.Systems = append(f.Subject.Systems, m.to)
	case "write-only":
		effect = 1
		f.Score, f.N = 0.5, v.readers.Written
		params["written"], params["writers"], params["span"] = v.readers.Written, v.readers.Writers, int(limits["write_only_days"])
	}
	f.Effect = &effect
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: params}, Table: useTable(u, v, tests), Chart: weeklyChart(u, "idle.chart."+v.verdict),
		Coverage: u.coverage.evidence(in.Window),
		Detail: map[string]any{
			"verdict": v.verdict, "suggestion": suggested.Action, "successor": cmp.Or(suggested.Into, u.system.Successor, u.moved.to), "tests": answers(tests),
			"silence_days": v.silence, "needed_days": u.need, "cycle": u.cycle, "active": u.reach.Active, "entitled": u.system.EntitledUsers,
			"units": u.reach.Units, "reach": v.narrow.reach, "reach_known": v.narrow.known, "stickiness": v.narrow.sticky,
			"annual_cost": u.system.AnnualCost,
		},
	}
	tellSavings(f.Evidence.Detail, suggested)
	if u.sessions.Count > 0 {
		f.Evidence.Detail["depth"] = perSession(u.sessions.Deep, u.sessions.Count)
	}
	if len(u.pages) > 0 {
		f.Evidence.Detail["pages"] = u.pages[:min(len(u.pages), 20)]
	}
	f.Explanations = useExplanations(u, v, in.Window)
	return f
}

func allEvents(d queries.UsageDay) uint64 {
	return d.Meaningful + d.Logins + d.Others + d.Machines + d.Vendor
}

func (u *systemUse) recentSum(count func(queries.UsageDay) uint64) uint64 {
	return u.sum(u.coverage.mark-u.recent+1, u.coverage.mark, count)
}

func perSession(n, sessions uint64) float64 {
	if sessions == 0 {
		return 0
	}
	return float64(n) / float64(sessions)
}

// useTable lists the measures beside their values, then the five tests.
func useTable(u *systemUse, v useVerdict, tests []queries.TestAnswer) *queries.Table {
	last := "idle.answer.never"
	if day, ok := u.lastUse(); ok {
		last = isoDay(day)
	}
	t := &queries.Table{Columns: []string{"idle.column.measure", "idle.column.value"}}
	add := func(measure string, value any) {
		t.Rows = append(t.Rows, []any{"idle.measure." + measure, value})
	}
	add("last_use", last)
	add("meaningful", u.recentSum(meaningful))
	add("logins", u.recentSum(func(d queries.UsageDay) uint64 { return d.Logins }))
	add("others", u.recentSum(func(d queries.UsageDay) uint64 { return d.Others }))
	add("machines", u.recentSum(func(d queries.UsageDay) uint64 { return d.Machines }))
	add("vendor", u.recentSum(func(d queries.UsageDay) uint64 { return d.Vendor }))
	if v.narrow.known {
		add("reach", fmt.Sprintf("%d / %d", u.reach.Active, u.system.EntitledUsers))
	} else {
		add("reach", "idle.answer.unknown")
	}
	add("units", u.reach.Units)
	add("stickiness", fmt.Sprintf("%.0f%%", 100*v.narrow.sticky))
	if u.sessions.Count > 0 {
		add("visits", u.sessions.Count)
		add("depth", perSession(u.sessions.Deep, u.sessions.Count))
	}
	if u.sent.Count > 0 {
		add("sent", u.sent.Count)
	}
	add("coverage", isoDay(u.coverage.first)+" / "+isoDay(u.coverage.mark))
	for _, p := range u.pages[:min(len(u.pages), 8)] {
		t.Rows = append(t.Rows, []any{"idle.page." + p.As, fmt.Sprintf("%s (%d)", p.Object, p.Requests)})
	}
	for _, test := range tests {
		t.Rows = append(t.Rows, []any{"idle.test." + test.Test, "idle.answer." + test.Answer})
	}
	return t
}

// weeklyChart draws the meaningful actions of each week; nil for less than two weeks.
func weeklyChart(u *systemUse, title string) *queries.Chart {
	counts, starts := u.weekly()
	if len(counts) < 2 {
		return nil
	}
	from := max(0, len(counts)-chartWeeks)
	c := &queries.Chart{
		Kind: "line", Title: queries.Message{Key: title, Params: map[string]any{"system": u.system.ID}},
		Series: []queries.Series{{Name: queries.Message{Key: "idle.series.actions"}, Values: counts[from:]}},
	}
	for _, start := range starts[from:] {
		c.X = append(c.X, isoDay(start))
	}
	return c
}

// useExplanations are the innocent causes that were considered, each with its outcome.
func useExplanations(u *systemUse, v useVerdict, w Window) []queries.Message {
	c := u.coverage.evidence(w)
	out := []queries.Message{{Key: "idle.explain.coverage", Params: map[string]any{"to": c.To, "share": c.Share}}}
	switch {
	case u.learnt:
		out = append(out, queries.Message{Key: "idle.explain.learnt", Params: map[string]any{"cycle": strings.TrimSuffix(u.cycle, " year"), "need": u.need}})
	case len(u.system.Season) == 2:
		out = append(out, queries.Message{Key: "idle.explain.season", Params: map[string]any{"from": u.system.Season[0], "to": u.system.Season[1]}})
	case u.cycle != "":
		out = append(out, queries.Message{Key: "idle.explain.cycle", Params: map[string]any{"cycle": strings.TrimSuffix(u.cycle, " year"), "need": u.need}})
	default:
		out = append(out, queries.Message{Key: "idle.explain.no_cycle", Params: map[string]any{"need": u.need}})
	}
	if v.verdict == "declining" || v.verdict == "superseded" {
		key := "idle.explain.no_year"
		if v.drop.seasonAllowed || u.moved.drop.seasonAllowed {
			key = "idle.explain.same_weeks"
		}
		out = append(out, queries.Message{Key: key})
	}
	return append(out, queries.Message{Key: "idle.explain.standby"}, queries.Message{Key: "idle.explain.elsewhere"})
}

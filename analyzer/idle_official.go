package analyzer

import (
	"github.com/jianfu/jianfu/queries"
)

// testOrder is the order in which 国办发〔2017〕39号 lists the tests of a zombie system, any of which makes one.
var testOrder = [...]string{"detached", "replaceable", "resources_idle", "unmaintained", "narrow"}

// officialTests answers the five tests with yes, no or unknown, each with the sentence that it rests on. What logs cannot show
// stays unknown: people answer it.
func officialTests(u *systemUse, v useVerdict, w Window, limits map[string]float64) []queries.TestAnswer {
	seen := u.seen && u.system.UsageCovered && !u.coverage.stale(queries.DayNumber(w.To))
	out := make([]queries.TestAnswer, 0, len(testOrder))
	add := func(test, answer, why string, params map[string]any) {
		if params == nil {
			params = map[string]any{}
		}
		params["system"] = u.system.ID
		out = append(out, queries.TestAnswer{Test: test, Answer: answer, Evidence: queries.Message{Key: "idle.why." + why, Params: params}})
	}
	use := map[string]any{"people": u.reach.Active, "need": u.need, "days": v.silence}
	last, used := u.lastUse()
	if used {
		use["last"] = isoDay(last)
	}
	copied := func(more ...any) map[string]any {
		params := map[string]any{}
		for k, x := range use {
			params[k] = x
		}
		for i := 0; i+1 < len(more); i += 2 {
			params[more[i].(string)] = more[i+1]
		}
		return params
	}
	unused := v.verdict == "unused"
	idle, maintained := int(limits["resources_days"]), int(limits["maintenance_days"])
	switch {
	case !seen:
		add("detached", "unknown", "not_seen", nil)
	case unused && v.never:
		add("detached", "yes", "never_used", copied())
	case unused:
		add("detached", "yes", "silent", copied())
	case u.sent.Count > 0 && v.silence >= u.need:
		add("detached", "no", "sent", map[string]any{"n": u.sent.Count, "days": u.need})
	case v.reason.Key != "" || !used:
		add("detached", "unknown", "not_due", nil)
	default:
		add("detached", "no", "used", copied())
	}
	replaceable(u, limits, add)
	switch {
	case !seen:
		add("resources_idle", "unknown", "not_seen", nil)
	case unused && v.silence >= idle:
		add("resources_idle", "yes", "resources", copied("cost", u.system.AnnualCost))
	case unused || !used:
		add("resources_idle", "unknown", "resources_soon", copied("limit", idle))
	default:
		add("resources_idle", "no", "used", copied())
	}
	to := queries.DayNumber(w.To)
	if n := u.sum(to-maintained, to, func(d queries.UsageDay) uint64 { return d.Vendor }); n > 0 {
		add("unmaintained", "no", "maintained", map[string]any{"n": n, "days": maintained})
	} else {
		add("unmaintained", "unknown", "no_maintenance", map[string]any{"days": maintained})
	}
	reach := map[string]any{"people": u.reach.Active, "entitled": u.system.EntitledUsers, "need": u.need, "monthly": v.narrow.monthly, "reach": v.narrow.reach}
	switch {
	case !seen:
		add("narrow", "unknown", "not_seen", nil)
	case unused:
		add("narrow", "yes", "nobody", copied())
	case !v.narrow.known:
		add("narrow", "unknown", "reach_unknown", nil)
	case v.narrow.pulled > 0:
		add("narrow", "no", "pulled", map[string]any{"n": v.narrow.pulled, "need": u.need})
	case v.narrow.holds:
		add("narrow", "yes", "reach", reach)
	default:
		add("narrow", "no", "reach", reach)
	}
	return out
}

// replaceable rests on what the registry declares, on where people went, and on forms that other systems ask as well.
func replaceable(u *systemUse, limits map[string]float64, add func(test, answer, why string, params map[string]any)) {
	o := u.overlap
	switch {
	case u.system.Successor != "":
		add("replaceable", "yes", "successor", map[string]any{"into": u.system.Successor})
	case u.moved.holds:
		add("replaceable", "yes", "moved", map[string]any{"into": u.moved.to, "moved": u.moved.people, "left": u.moved.of})
	case o.forms > 0 && float64(o.covered) >= limits["replaceable_share"]*float64(o.forms):
		add("replaceable", "yes", "overlap", map[string]any{"n": o.covered, "of": o.forms, "into": o.by})
	case o.forms > 0 && o.compared:
		add("replaceable", "no", "no_overlap", map[string]any{"n": o.covered, "of": o.forms})
	default:
		add("replaceable", "unknown", "no_forms", nil)
	}
}

// answers are the answers by test, as findings carry them.
func answers(tests []queries.TestAnswer) map[string]string {
	out := map[string]string{}
	for _, t := range tests {
		out[t.Test] = t.Answer
	}
	return out
}

// formOverlap is how many of a system's forms are asked by other systems too.
type formOverlap struct {
	forms, covered uint64
	by             string // the system that asks most of them
	compared       bool   // whether forms were compared at all
}

// takeOverlaps notes for every system which of its forms another system asks as well, at least half of their payload.
func takeOverlaps(all []*systemUse, forms []queries.Form, overlaps []queries.FormOverlap, limits map[string]float64) {
	system, bySystem := map[string]string{}, map[string]*systemUse{}
	for _, u := range all {
		bySystem[u.system.ID] = u
		u.overlap.compared = len(overlaps) > 0
	}
	for _, f := range forms {
		system[f.ID] = f.System
		if u := bySystem[f.System]; u != nil {
			u.overlap.forms++
		}
	}
	covered := map[string]map[string]bool{}
	by := map[string]map[string]int{}
	note := func(form, other string, share float64) {
		s, o := system[form], system[other]
		if s == "" || s == o || bySystem[s] == nil || share < limits["replaceable_payload"] {
			return
		}
		if covered[s] == nil {
			covered[s], by[s] = map[string]bool{}, map[string]int{}
		}
		covered[s][form] = true
		by[s][o]++
	}
	for _, o := range overlaps {
		note(o.A, o.B, o.Share[0])
		note(o.B, o.A, o.Share[1])
	}
	for id, list := range covered {
		u := bySystem[id]
		u.overlap.covered = uint64(len(list))
		for other, n := range by[id] {
			if best := by[id][u.overlap.by]; n > best || n == best && other < u.overlap.by {
				u.overlap.by = other
			}
		}
	}
}

package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// burdenSprawl looks for departments that launch systems and forms and hardly ever end one (只增不减).
type burdenSprawl struct{}

// Meta implements Detector.
func (burdenSprawl) Meta() Meta { return Meta{ID: "burden-sprawl", Family: "burden", Version: 1} }

// asked is one system or form of a department with its beginning and end, as far as they are known.
type asked struct {
	system, form string // the form is empty for the system itself
	began, ended time.Time
	declared     bool   // the beginning was declared, rather than seen
	replaced     string // the system that takes its place, if that is why it counts as ended
}

// growth is what one department launched and ended over a span.
type growth struct {
	owner           string
	above           bool // rolled out by a central or provincial body
	months          int
	launched, ended []asked
	running         int // that go on
}

func (g growth) net() int { return len(g.launched) - len(g.ended) }

// asker is a department, apart for what they own themselves and for what came from the centre or the province: a county
// bureau does not answer for a national roll-out that is entered under its name.
type asker struct {
	owner string
	above bool
}

// Detect implements Detector.
func (d burdenSprawl) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	hours, err := hoursOfForms(ctx, in)
	if err != nil {
		return nil, err
	}
	forms, err := in.Store.FormTraces(ctx, in.Window.To, in.Policy.Timezone)
	if err != nil {
		return nil, fmt.Errorf("unable to read when forms were first and last handed in: %w", err)
	}
	systems, err := in.Store.SystemTraces(ctx, in.Window.To)
	if err != nil {
		return nil, fmt.Errorf("unable to read when systems were first and last used: %w", err)
	}
	byAsker, known := lives(in, forms, systems, limits)
	var out []queries.Finding
	for _, a := range slices.SortedFunc(maps.Keys(byAsker), func(a, b asker) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(boolean(a.above), boolean(b.above)))
	}) {
		best, found := growth{}, false
		for _, months := range []int{12, 24} {
			g := growthOf(a, byAsker[a], in.Window.To, months)
			if sprawls(g, limits) && (!found || g.net() > best.net()) {
				best, found = g, true
			}
		}
		switch {
		case found:
			out = append(out, sprawlFinding(best, byAsker[a], hours, in, limits))
		case !known[a]:
			out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Systems: systemsAsked(byAsker[a])}, queries.Message{
				Key: "sprawl.reason.no_beginning", Params: map[string]any{"owner": a.owner, "n": len(byAsker[a])},
			}, a.owner, fmt.Sprint(a.above)))
		}
	}
	return out, nil
}

// sprawls says whether a department only adds: enough more launched than ended, and hardly any ended.
func sprawls(g growth, limits map[string]float64) bool {
	return float64(g.net()) >= limits["min_net"] && float64(len(g.ended)) <= limits["max_ended_share"]*float64(len(g.launched))
}

// lives finds the beginnings and ends of all systems and forms by department. Known says whether the beginning of anything of a
// department can be told.
func lives(in Input, forms, systems map[string]queries.Trace, limits map[string]float64) (byAsker map[asker][]asked, known map[asker]bool) {
	byAsker, known = map[asker][]asked{}, map[asker]bool{}
	replaced := map[string]string{}
	bySystem := map[string][]queries.Form{}
	for _, f := range in.Registry.Forms() {
		bySystem[f.System] = append(bySystem[f.System], f)
	}
	all := in.Registry.Systems()
	launched := map[string]time.Time{}
	for _, s := range all {
		if launched[s.ID] = s.Launched; s.Launched.IsZero() && float64(systems[s.ID].Lead) >= leadOf(s.Cycle, s.Season, limits) {
			launched[s.ID] = systems[s.ID].First
		}
		if s.Successor != "" {
			replaced[s.ID] = s.Successor
		}
	}
	for _, s := range all {
		if s.Owner == "" {
			continue
		}
		who := asker{s.Owner, s.Level == "central" || s.Level == "province"}
		seen := systems[s.ID]
		for _, f := range bySystem[s.ID] {
			seen = around(seen, forms[f.ID])
		}
		own := asked{system: s.ID, began: launched[s.ID], declared: !s.Launched.IsZero()}
		if gone(seen, s.Cycle, s.Season, 0, in.Window.To, limits) {
			own.ended = seen.Last
		}
		if next := replaced[s.ID]; next != "" && !launched[next].IsZero() && !launched[next].After(in.Window.To) {
			own.replaced = next
			if own.ended.IsZero() {
				own.ended = launched[next]
			}
		}
		add := func(a asked) {
			byAsker[who] = append(byAsker[who], a)
			known[who] = known[who] || !a.began.IsZero()
		}
		add(own)
		for _, f := range bySystem[s.ID] {
			trace, ok := forms[f.ID]
			if !ok {
				continue // never handed in: neither launched nor ended as far as anybody can see
			}
			// A form is no older than its system, and begins with its first submission where its system was seen long before.
			one := asked{system: s.ID, form: f.ID, replaced: own.replaced, began: own.began, declared: own.declared}
			if trace.First.Sub(seen.First).Hours()/24 >= leadOf(f.Cycle, s.Season, limits) {
				one.began, one.declared = trace.First, false
			}
			if gone(trace, f.Cycle, s.Season, int(f.DueDays), in.Window.To, limits) {
				one.ended = trace.Last
			} else if own.replaced != "" {
				one.ended = own.ended
			}
			add(one)
		}
	}
	return byAsker, known
}

// leadOf is how many days before the first trace of a thing its logs must begin for the trace to be its beginning: what comes
// once a year or in a season is first seen when its time comes.
func leadOf(cycle string, season []string, limits map[string]float64) float64 {
	lead := max(limits["min_lead_days"], limits["cycle_factor"]*cycleLength(cycle))
	if len(season) > 0 {
		lead = max(lead, 400)
	}
	return lead
}

// gone says whether something was seen once and then no more, for longer than its cycle explains.
func gone(t queries.Trace, cycle string, season []string, due int, to time.Time, limits map[string]float64) bool {
	if t.Last.IsZero() {
		return false
	}
	silence := max(limits["silent_days"], limits["cycle_factor"]*cycleLength(cycle)+float64(max(0, due)))
	if len(season) > 0 {
		silence = max(silence, 400)
	}
	return to.Sub(t.Last).Hours()/24 > silence
}

// around is the trace of two things together.
func around(a, b queries.Trace) queries.Trace {
	switch {
	case a.First.IsZero():
		return b
	case b.First.IsZero():
		return a
	}
	if b.First.Before(a.First) {
		a.First = b.First
	}
	if b.Last.After(a.Last) {
		a.Last = b.Last
	}
	return a
}

// growthOf counts what a department launched and ended in the months before the day that is judged.
func growthOf(a asker, all []asked, to time.Time, months int) growth {
	g := growth{owner: a.owner, above: a.above, months: months}
	from := to.AddDate(0, -months, 0)
	for _, x := range all {
		if !x.began.IsZero() && x.began.After(from) && !x.began.After(to) {
			g.launched = append(g.launched, x)
		}
		if !x.ended.IsZero() && x.ended.After(from) {
			g.ended = append(g.ended, x)
		}
		if x.ended.IsZero() {
			g.running++
		}
	}
	byDay := func(day func(asked) time.Time) func(a, b asked) int {
		return func(a, b asked) int {
			return cmp.Or(day(a).Compare(day(b)), strings.Compare(a.system, b.system), strings.Compare(a.form, b.form))
		}
	}
	slices.SortFunc(g.launched, byDay(func(x asked) time.Time { return x.began }))
	slices.SortFunc(g.ended, byDay(func(x asked) time.Time { return x.ended }))
	return g
}

func systemsAsked(all []asked) []string {
	seen := map[string]bool{}
	for _, x := range all {
		seen[x.system] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// sprawlFinding lists what a department launched and what it ended.
func sprawlFinding(g growth, all []asked, hours map[string]demandHours, in Input, limits map[string]float64) queries.Finding {
	var forms []string
	newHours := 0.0
	table := &queries.Table{Columns: []string{"sprawl.column.what", "sprawl.column.system", "sprawl.column.form", "sprawl.column.day", "sprawl.column.known", "sprawl.column.hours"}}
	row := func(what string, x asked, day time.Time, known string) {
		cost := any("")
		if x.form != "" {
			cost = roundTo(hours[x.form].hours, 1)
		}
		table.Rows = append(table.Rows, []any{what, x.system, x.form, day.Format(time.DateOnly), known, cost})
	}
	for _, x := range g.launched {
		known := "sprawl.known.seen"
		if x.declared {
			known = "sprawl.known.declared"
		}
		row("sprawl.what.launched", x, x.began, known)
		if x.form != "" {
			forms = append(forms, x.form)
			newHours += hours[x.form].hours
		}
	}
	for _, x := range g.ended {
		known := "sprawl.known.silent"
		if x.replaced != "" {
			known = "sprawl.known.replaced"
		}
		row("sprawl.what.ended", x, x.ended, known)
	}
	effect := float64(g.net())
	level := "own"
	if g.above {
		level = "above"
	}
	f := queries.Finding{
		ID: queries.FindingID("burden-sprawl", g.owner, level), Subject: queries.Subject{Systems: systemsAsked(g.launched), Forms: forms},
		From: in.Window.To.AddDate(0, -g.months, 1), To: in.Window.To, Score: effect / (effect + limits["high_net"]), Effect: &effect,
		N: uint64(len(g.launched)), Severity: byHours(newHours, limits),
	}
	if effect >= limits["high_net"] {
		f.Severity = "high"
	}
	year, two := growthOf(asker{g.owner, g.above}, all, in.Window.To, 12), growthOf(asker{g.owner, g.above}, all, in.Window.To, 24)
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "sprawl.message", Params: map[string]any{
			"owner": g.owner, "months": g.months, "launched": len(g.launched), "ended": len(g.ended), "net": g.net(), "running": g.running, "hours": newHours,
		}},
		Table: table,
		Detail: map[string]any{
			"owner": g.owner, "level": level, "months": g.months, "launched": len(g.launched), "ended": len(g.ended), "net": g.net(), "running": g.running,
			"launched_12": len(year.launched), "ended_12": len(year.ended), "launched_24": len(two.launched), "ended_24": len(two.ended), "hours": newHours,
		},
	}
	f.Explanations = []queries.Message{{Key: "sprawl.explain.replace"}, {Key: "sprawl.explain.seen"}, {Key: "sprawl.explain.ended", Params: map[string]any{"days": limits["silent_days"]}}}
	if g.above {
		f.Explanations = append(f.Explanations, queries.Message{Key: "sprawl.explain.above"})
	}
	return f
}

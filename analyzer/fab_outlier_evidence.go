package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// findings are those of units that leap again and again, those of single figures that look mistyped, or, where too many units leap,
// one about the form.
func (o *outlierForm) findings(in Input, limits map[string]float64, tests int) []queries.Finding {
	var flagged []*outlierUnit
	beyond := 0.0
	for _, u := range o.units {
		if u.q <= limits["max_q"] && float64(u.leaps) >= limits["min_leaps"] && u.share()-o.median >= limits["min_effect"] && u.moves() {
			flagged = append(flagged, u)
			continue
		}
		beyond = math.Max(beyond, u.share())
	}
	var out []queries.Finding
	if above(len(flagged), len(o.units), limits) {
		out = append(out, o.aboveFinding(len(flagged)))
		flagged = nil
	}
	clerks := map[uint64]int{}
	for _, u := range flagged {
		clerks[u.about.clerk]++
	}
	for _, u := range flagged {
		out = append(out, u.finding(in, limits, tests, beyond, clerks[u.about.clerk]))
	}
	if f, ok := o.slipFinding(); ok {
		out = append(out, f)
	}
	return out
}

// moves says that the leaps can be told by their fields and go one way: multiplied figures lie above, suppressed ones below, and
// those of a unit that merely varies more than others lie on both sides and in other fields every time.
func (u *outlierUnit) moves() bool {
	one, all := 0, 0
	for _, r := range u.rows {
		if r.leap != 0 && !r.event {
			all++
			if (r.leap > 0) == u.up {
				one++
			}
		}
	}
	fields, _ := u.moved()
	return len(fields) > 0 && 3*one >= 2*all
}

// moved are the fields that leap with the submission, and by what factor they usually do.
func (u *outlierUnit) moved() (fields []int, factor float64) {
	var ratios []float64
	p := u.form.p
	for i, f := range u.form.fields {
		x := &p.fields[f]
		var logs []float64
		for _, r := range u.rows {
			v, mean := p.value(r.row, f)*x.scale, u.level[i]*x.season[r.period]
			if r.leap != 0 && !r.event && mean >= leastLevel && !math.IsNaN(v) {
				logs = append(logs, math.Log((v+0.5)/(mean+0.5)))
			}
		}
		if m := stats.Median(logs); len(logs) > 0 && math.Abs(m) >= math.Log(1.15) && (m > 0) == u.up {
			fields, ratios = append(fields, f), append(ratios, m)
		}
	}
	if len(ratios) == 0 {
		return nil, 1
	}
	return fields, math.Exp(stats.Median(ratios))
}

// lasting says whether the leaps are one step that lasts: from some submission on nearly all lie on one side, and hardly any do
// before, as after a merger, a change of duties or of the person who counts. A level is taken over all periods, so that the
// submissions before the step may themselves lie on the other side.
func (u *outlierUnit) lasting() bool {
	const side = 3 // submissions that a step must have before and after it
	for _, sign := range []int{-1, 1} {
		for step := side; step+side <= len(u.rows); step++ {
			before, fits, early := 0, 0, 0
			for i, r := range u.rows {
				switch {
				case r.leap == 0 || r.event:
				case i >= step && int(r.leap) == sign:
					fits++
				case i < step && int(r.leap) == -sign:
					fits++
					early++
				case i < step:
					before++
				}
			}
			dense := float64(fits-early) >= 0.6*float64(len(u.rows)-step) || float64(early) >= 0.6*float64(step)
			if dense && float64(fits) >= 0.85*float64(u.leaps) && float64(before) <= 0.1*float64(step) {
				return true
			}
		}
	}
	return false
}

// mirrored finds another unit of the town that leaps the other way in most of the same periods: what one gains the other loses.
func (u *outlierUnit) mirrored() string {
	p := u.form.p
	for _, v := range u.form.units {
		if v == u || v.up == u.up || p.towns[v.unit] != p.towns[u.unit] {
			continue
		}
		both := 0
		for i, r := range u.rows {
			if r.leap != 0 && i < len(v.rows) && v.rows[i].period == r.period && v.rows[i].leap == -r.leap {
				both++
			}
		}
		if float64(both) >= 0.6*float64(u.leaps) {
			return p.units[v.unit]
		}
	}
	return ""
}

func (u *outlierUnit) finding(in Input, limits map[string]float64, tests int, beyond float64, sameClerk int) queries.Finding {
	o, p := u.form, u.form.p
	effect := u.share() - o.median
	moved, factor := u.moved()
	circumstances, open := u.about.explain(sameClerk)
	lasting, mirror := u.lasting() || p.stepped(u.unit), u.mirrored()
	open = open || lasting || mirror != ""
	first, last := -1, 0
	for _, r := range u.rows {
		if r.leap != 0 && !r.event {
			if last = r.period; first < 0 {
				first = r.period
			}
		}
	}
	key := "fab.outlier.up"
	if !u.up {
		key = "fab.outlier.down"
	}
	f := queries.Finding{
		ID: queries.FindingID(outlierDetector, p.units[u.unit], p.form.ID), Subject: fabSubject(p.form, p.units[u.unit]),
		Score: math.Min(1, 0.5+effect/2), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: uint64(len(u.rows)),
		Severity: fabSeverity(u.share(), u.q, open),
	}
	f.From, f.To = periodSpan(p.periods, first, last, in.Window)
	shown := u.form.fields[0]
	if len(moved) > 0 {
		shown = moved[0]
	}
	for _, m := range moved {
		f.Subject.Fields = append(f.Subject.Fields, [2]string{p.form.ID + "." + p.fields[m].ID, ""})
	}
	table, look := u.evidence(shown)
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"unit": p.units[u.unit], "form": p.form.ID, "n": u.leaps, "of": len(u.rows), "fields": len(moved), "all": len(o.fields), "times": factor,
			"peers": o.median, "from": p.periods[first].name, "to": p.periods[last].name,
		}},
		Table: table, Chart: bandChart(p, in, u.unit, shown, "fab.chart.outlier"), Look: look,
		Detail: map[string]any{
			"family": "dynamics", "deterministic": false, "beyond_peers": u.share() > beyond, "sustained": float64(u.leaps) >= limits["sustained"],
			"innocent_open": open, "tests": tests, "leaps": u.leaps, "submissions": len(u.rows), "times": factor, "fields_moved": len(moved),
			"upwards": u.up, "lasting": lasting, "peers_most": beyond,
		},
	}
	change, merger := "excluded", "absent"
	if lasting {
		change = "open"
	}
	if mirror != "" {
		merger = "open"
	}
	f.Explanations = append([]queries.Message{
		fabExplain("outlier_lasting", change, nil),
		fabExplain("outlier_merger", merger, map[string]any{"unit": mirror}),
		fabExplain("outlier_event", outcomeOf(len(o.events), "excluded"), map[string]any{"n": len(o.events)}),
		fabExplain("outlier_slip", outcomeOf(len(u.slips), "unlikely"), map[string]any{"n": len(u.slips)}),
		fabExplain("prefilled", outcomeOf(p.prefilled, "excluded"), map[string]any{"n": p.prefilled}),
		fabExplain("smooth_small", "excluded", map[string]any{"n": leastLevel}),
	}, circumstances...)
	return f
}

// evidence lists the submissions in one field: what was reported, and what level and season make of it.
func (u *outlierUnit) evidence(field int) (*queries.Table, []queries.Look) {
	p := u.form.p
	x := &p.fields[field]
	at := slices.Index(u.form.fields, field)
	table := &queries.Table{Columns: []string{"fab.column.period", "fab.column.field", "fab.column.value_here", "fab.column.value_peers", "fab.column.leap"}}
	var look []queries.Look
	for _, r := range u.rows {
		v := p.value(r.row, field)
		if math.IsNaN(v) {
			continue
		}
		usual := rounded(u.level[at]*x.season[r.period]/x.scale, 1)
		leaps := r.leap != 0 && !r.event
		table.Rows = append(table.Rows, []any{p.periods[r.period].name, p.form.ID + "." + x.ID, v, usual, leaps})
		if leaps && len(look) < 10 {
			look = append(look, queries.Look{
				Period: p.periods[r.period].name, Field: p.form.ID + "." + x.ID, Value: figure(v), Compare: figure(usual),
				Reporter: reporterName(p.rows[r.row].reporter),
			})
		}
	}
	return table, look
}

// mostSlips is how many figures a list of slips shows.
const mostSlips = 30

// slipFinding asks about the figures of a form that look mistyped, in one list for all units. It has no p and names no unit as its
// subject: a slip of the pen is to be corrected and no sign of invention.
func (o *outlierForm) slipFinding() (queries.Finding, bool) {
	type one struct {
		unit *outlierUnit
		slip slip
	}
	var all []one
	units := 0
	for _, u := range o.units {
		for _, s := range u.slips {
			all = append(all, one{u, s})
		}
		units += min(1, len(u.slips))
	}
	if len(all) == 0 {
		return queries.Finding{}, false
	}
	slices.SortStableFunc(all, func(a, b one) int { return -cmp.Compare(math.Abs(a.slip.z), math.Abs(b.slip.z)) })
	p := o.p
	f := queries.Finding{
		ID: queries.FindingID(outlierDetector, "slip", p.form.ID), Subject: fabSubject(p.form), Score: 0.1, N: uint64(len(all)), Severity: "low",
	}
	table := &queries.Table{Columns: []string{
		"fab.column.unit", "fab.column.period", "fab.column.field", "fab.column.value_here", "fab.column.value_peers", "fab.column.slip",
	}}
	for i, x := range all[:min(mostSlips, len(all))] {
		field := &p.fields[x.slip.field]
		name, period := p.form.ID+"."+field.ID, p.periods[p.rows[x.slip.row].period].name
		value, usual := p.value(x.slip.row, x.slip.field), rounded(x.slip.usual/field.scale, 1)
		kind := queries.Message{Key: "fab.slip." + x.slip.kind}
		table.Rows = append(table.Rows, []any{p.units[x.unit.unit], period, name, value, usual, kind})
		if i == 0 {
			f.Evidence.Message = queries.Message{Key: "fab.outlier.slip", Params: map[string]any{
				"unit": p.units[x.unit.unit], "form": p.form.ID, "field": name, "period": period, "value": value, "usual": usual, "slip": kind,
				"n": len(all), "units": units,
			}}
		}
	}
	f.Evidence.Table = table
	f.Evidence.Detail = map[string]any{
		"family": "", "deterministic": false, "beyond_peers": false, "sustained": false, "innocent_open": true, "tests": 0, "slips": len(all), "units": units,
	}
	f.Explanations = []queries.Message{fabExplain("outlier_slip", "open", map[string]any{"n": len(all)})}
	return f, true
}

// aboveFinding says that leaps are so common that the form is to be questioned and not the units.
func (o *outlierForm) aboveFinding(flagged int) queries.Finding {
	effect := float64(flagged) / float64(len(o.units))
	return queries.Finding{
		ID: queries.FindingID(outlierDetector, "above", o.p.form.ID), Subject: fabSubject(o.p.form),
		Score: math.Min(1, 0.5+effect/2), Effect: &effect, N: uint64(len(o.units)), Severity: "medium",
		Evidence: queries.Evidence{
			Message: queries.Message{Key: "fab.outlier.above", Params: map[string]any{"form": o.p.form.ID, "n": flagged, "of": len(o.units), "share": effect}},
			Detail: map[string]any{
				"family": "dynamics", "deterministic": false, "beyond_peers": false, "sustained": true, "innocent_open": true, "above": true,
				"units_flagged": flagged, "units_judged": len(o.units),
			},
			NotProof: queries.Message{Key: "fab.not_proof.above"},
		},
		Explanations: []queries.Message{fabExplain("above", "open", nil)},
	}
}

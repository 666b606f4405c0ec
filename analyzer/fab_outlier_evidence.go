package analyzer

import (
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
		if u.q <= limits["max_q"] && float64(u.leaps) >= limits["min_leaps"] && u.share()-o.median >= limits["min_effect"] {
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
	for _, u := range o.units {
		if len(u.slips) > 0 && !slices.Contains(flagged, u) {
			out = append(out, u.slipFinding(in))
		}
	}
	return out
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
	lasting, mirror := u.lasting(), u.mirrored()
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

// slipFinding asks about figures that look mistyped. It has no p: a slip of the pen is no sign of invention.
func (u *outlierUnit) slipFinding(in Input) queries.Finding {
	p := u.form.p
	s := u.slips[0]
	x := &p.fields[s.field]
	period := int(p.rows[s.row].period)
	value, usual := p.value(s.row, s.field), rounded(s.usual/x.scale, 1)
	f := queries.Finding{
		ID: queries.FindingID(outlierDetector, "slip", p.units[u.unit], p.form.ID), Subject: fabSubject(p.form, p.units[u.unit]),
		Score: 0.1 + 0.2*math.Min(1, math.Abs(s.z)/50), Effect: figure(value / math.Max(usual, 1e-9)), N: uint64(len(u.rows)), Severity: "low",
	}
	f.From, f.To = periodSpan(p.periods, period, period, in.Window)
	table := &queries.Table{Columns: []string{"fab.column.period", "fab.column.field", "fab.column.value_here", "fab.column.value_peers", "fab.column.slip"}}
	for _, one := range u.slips[:min(10, len(u.slips))] {
		y := &p.fields[one.field]
		name, v, normal := p.periods[p.rows[one.row].period].name, p.value(one.row, one.field), rounded(one.usual/y.scale, 1)
		table.Rows = append(table.Rows, []any{name, p.form.ID + "." + y.ID, v, normal, queries.Message{Key: "fab.slip." + one.kind}})
		f.Evidence.Look = append(f.Evidence.Look, queries.Look{
			Period: name, Field: p.form.ID + "." + y.ID, Value: figure(v), Compare: figure(normal), Reporter: reporterName(p.rows[one.row].reporter),
		})
	}
	f.Evidence.Table, f.Evidence.Chart = table, bandChart(p, in, u.unit, s.field, "fab.chart.outlier")
	f.Evidence.Message = queries.Message{Key: "fab.outlier.slip", Params: map[string]any{
		"unit": p.units[u.unit], "form": p.form.ID, "field": p.form.ID + "." + x.ID, "period": p.periods[period].name, "value": value, "usual": usual,
		"slip": queries.Message{Key: "fab.slip." + s.kind}, "n": len(u.slips),
	}}
	f.Evidence.Detail = map[string]any{
		"family": "", "deterministic": false, "beyond_peers": false, "sustained": false, "innocent_open": true, "tests": 0,
		"slip": s.kind, "modified_z": s.z, "slips": len(u.slips),
	}
	f.Explanations = []queries.Message{fabExplain("outlier_slip", "open", map[string]any{"n": len(u.slips)})}
	return f
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

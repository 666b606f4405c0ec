package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// findings are those of a form's units or, where too many of them are smooth, one about the form.
func (s *smoothForm) findings(in Input, limits map[string]float64, tests int) []queries.Finding {
	var flagged []*smoothUnit
	beyond := 0.0
	for _, u := range s.units {
		if u.q > limits["max_q"] {
			beyond = math.Max(beyond, u.share())
		}
	}
	// A unit whose share of smooth periods peers reach too, without its being improbable for them, is not named.
	for _, u := range s.units {
		if u.q <= limits["max_q"] && u.share() > beyond && u.share()-s.median >= limits["min_effect"] && float64(u.smooth) >= limits["min_smooth"] {
			flagged = append(flagged, u)
		}
	}
	if above(len(flagged), len(s.units), limits) {
		return []queries.Finding{s.aboveFinding(len(flagged))}
	}
	clerks := map[uint64]int{}
	for _, u := range flagged {
		clerks[u.about.clerk]++
	}
	var out []queries.Finding
	for _, u := range flagged {
		out = append(out, u.finding(in, limits, tests, beyond, clerks[u.about.clerk]))
	}
	return out
}

// kind names what the unit's figures look like: the test with the smallest p.
func (u *smoothUnit) kind() string {
	switch {
	case u.pLine < u.pNear && u.pLine < u.pFlat:
		return "line"
	case u.pNear <= u.pFlat:
		return "near"
	}
	return "flat"
}

func (u *smoothUnit) finding(in Input, limits map[string]float64, tests int, beyond float64, sameClerk int) queries.Finding {
	s := u.form
	p := s.p
	effect := u.share() - s.median
	kind := u.kind()
	circumstances, open := u.about.explain(sameClerk)
	steady := kind == "flat" && u.poisson >= poissonFloor
	open = open || steady
	f := queries.Finding{
		ID: queries.FindingID(smoothDetector, p.units[u.unit], p.form.ID), Subject: fabSubject(p.form, p.units[u.unit]),
		Score: math.Min(1, 0.5+effect/2), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: uint64(len(u.rows)),
		Severity: fabSeverity(u.share(), u.q, open),
	}
	first, last := u.span()
	f.From, f.To = periodSpan(p.periods, first, last, in.Window)
	levels := make([]float64, len(s.units))
	for i, x := range s.units {
		levels[i] = x.level
	}
	ratio := math.Exp(u.level - stats.Median(levels))
	field := u.smoothest()
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "fab.smooth." + kind, Params: map[string]any{
			"unit": p.units[u.unit], "form": p.form.ID, "n": u.smooth, "of": len(u.rows), "fields": len(s.fields), "peers": s.median,
			"from": p.periods[first].name, "to": p.periods[last].name, "ratio": ratio,
		}},
		Table: u.table(), Chart: u.chart(in, field), Look: u.look(field),
		Detail: map[string]any{
			"family": "dynamics", "deterministic": false, "beyond_peers": u.share() > beyond, "sustained": float64(u.smooth) >= limits["sustained"],
			"innocent_open": open, "tests": tests, "smooth": u.smooth, "submissions": len(u.rows), "kind": kind, "p_line": u.pLine,
			"p_near": u.pNear, "p_flat": u.pFlat, "dispersion_ratio": ratio, "poisson_share": u.poisson, "peers_most": beyond,
		},
	}
	outcome := "excluded"
	if steady {
		outcome = "open"
	}
	f.Explanations = append([]queries.Message{
		fabExplain("smooth_steady", outcome, map[string]any{"share": u.poisson}),
		fabExplain("smooth_stock", "excluded", nil),
		fabExplain("smooth_plan", outcomeOf(p.constant+p.derived+p.rates, "excluded"), map[string]any{"n": p.constant + p.derived + p.rates}),
		fabExplain("prefilled", outcomeOf(p.prefilled, "excluded"), map[string]any{"n": p.prefilled}),
		fabExplain("smooth_small", "excluded", map[string]any{"n": leastLevel}),
		fabExplain("smooth_roll", "unlikely", nil),
		fabExplain("smooth_imputed", "unlikely", map[string]any{"n": u.smooth}),
	}, circumstances...)
	return f
}

// marked says whether a submission counts as smooth.
func (u *smoothUnit) marked(i int) bool {
	switch u.kind() {
	case "line":
		return u.onLine[i]
	case "near":
		return u.near[i]
	}
	return true
}

// span is the first and last period of the smooth submissions.
func (u *smoothUnit) span() (first, last int) {
	first = -1
	for i, r := range u.rows {
		if u.marked(i) {
			last = int(u.form.p.rows[r].period)
			if first < 0 {
				first = last
			}
		}
	}
	if first < 0 {
		return int(u.form.p.rows[u.rows[0]].period), int(u.form.p.rows[u.rows[len(u.rows)-1]].period)
	}
	return first, last
}

// smoothest is the field to be shown: that with the largest figures among those compared.
func (u *smoothUnit) smoothest() int {
	best := u.form.fields[0]
	for _, f := range u.form.fields {
		if u.form.p.fields[f].level[u.unit] > u.form.p.fields[best].level[u.unit] {
			best = f
		}
	}
	return best
}

// table lists the submissions with the three largest fields.
func (u *smoothUnit) table() *queries.Table {
	p := u.form.p
	shown := slices.Clone(u.form.fields)
	slices.SortStableFunc(shown, func(a, b int) int {
		return int(math.Copysign(1, p.fields[b].level[u.unit]-p.fields[a].level[u.unit]))
	})
	t := &queries.Table{Columns: []string{"fab.column.period", "fab.column.field", "fab.column.value_here", "fab.column.value_peers", "fab.column.smooth"}}
	for _, f := range shown[:min(3, len(shown))] {
		for i, r := range u.rows {
			x := p.value(r, f)
			if math.IsNaN(x) {
				continue
			}
			period := int(p.rows[r].period)
			t.Rows = append(t.Rows, []any{p.periods[period].name, p.form.ID + "." + p.fields[f].ID, x, rounded(p.fields[f].season[period]*p.fields[f].level[u.unit]/p.fields[f].scale, 1), u.marked(i)})
		}
	}
	return t
}

// chart shows one field of the unit before the spread of its peers, all relative to their own usual level.
func (u *smoothUnit) chart(in Input, field int) *queries.Chart {
	return bandChart(u.form.p, in, u.unit, field, "fab.chart.smooth")
}

// bandChart shows a field of a unit over the periods before the 5th, 25th, 50th, 75th and 95th percentile of its peers, all as
// percentages of each unit's own usual level.
func bandChart(p *panel, in Input, unit, field int, title string) *queries.Chart {
	x := &p.fields[field]
	groups := p.strata(in)
	c := &queries.Chart{Kind: "band", Unit: "%", Title: queries.Message{Key: title, Params: map[string]any{"unit": p.units[unit], "field": p.form.ID + "." + x.ID}}, Bands: make([][]float64, 5)}
	own := queries.Series{Name: queries.Message{Key: "fab.series.unit", Params: map[string]any{"unit": p.units[unit]}}}
	for t := range p.periods {
		r := p.row(unit, t)
		if r < 0 || math.IsNaN(p.value(r, field)) || !(x.level[unit] > 0) {
			continue
		}
		var peers []float64
		for v := range p.units {
			if o := p.row(v, t); v != unit && groups[v] == groups[unit] && o >= 0 && x.level[v] > 0 && !math.IsNaN(p.value(o, field)) {
				peers = append(peers, 100*p.value(o, field)*x.scale/x.level[v])
			}
		}
		if len(peers) == 0 {
			continue
		}
		slices.Sort(peers)
		c.X = append(c.X, p.periods[t].name)
		own.Values = append(own.Values, rounded(100*p.value(r, field)*x.scale/x.level[unit], 1))
		for i, q := range []float64{0.05, 0.25, 0.5, 0.75, 0.95} {
			c.Bands[i] = append(c.Bands[i], rounded(stats.QuantileSorted(peers, q), 1))
		}
	}
	c.Series = []queries.Series{own}
	return c
}

// look lists smooth submissions with their figure, and what the peers' season would make of the unit's level.
func (u *smoothUnit) look(field int) []queries.Look {
	p := u.form.p
	x := &p.fields[field]
	var out []queries.Look
	for i, r := range u.rows {
		v := p.value(r, field)
		if !u.marked(i) || math.IsNaN(v) || len(out) == 10 {
			continue
		}
		period := int(p.rows[r].period)
		out = append(out, queries.Look{
			Period: p.periods[period].name, Field: p.form.ID + "." + x.ID, Value: figure(v),
			Compare: figure(rounded(x.expected(u.unit, period)/x.scale, 1)), Reporter: reporterName(p.rows[r].reporter),
		})
	}
	return out
}

// aboveFinding says that smoothness is so common that the form is to be questioned and not the units.
func (s *smoothForm) aboveFinding(flagged int) queries.Finding {
	effect := float64(flagged) / float64(len(s.units))
	c := &queries.Chart{Kind: "bars", Title: queries.Message{Key: "fab.chart.smooth_form", Params: map[string]any{"form": s.p.form.ID}}, Unit: "%"}
	series := queries.Series{Name: queries.Message{Key: "fab.series.smooth_units"}}
	for t, period := range s.p.periods {
		n, k := 0, 0
		for _, u := range s.units {
			for i, r := range u.rows {
				if int(s.p.rows[r].period) == t {
					n++
					if u.marked(i) {
						k++
					}
				}
			}
		}
		if n > 0 {
			c.X, series.Values = append(c.X, period.name), append(series.Values, rounded(100*float64(k)/float64(n), 1))
		}
	}
	c.Series = []queries.Series{series}
	return queries.Finding{
		ID: queries.FindingID(smoothDetector, "above", s.p.form.ID), Subject: fabSubject(s.p.form),
		Score: math.Min(1, 0.5+effect/2), Effect: &effect, N: uint64(len(s.units)), Severity: "medium",
		Evidence: queries.Evidence{
			Message: queries.Message{Key: "fab.smooth.above", Params: map[string]any{"form": s.p.form.ID, "n": flagged, "of": len(s.units), "share": effect}},
			Chart:   c,
			Detail: map[string]any{
				"family": "dynamics", "deterministic": false, "beyond_peers": false, "sustained": true, "innocent_open": true, "above": true,
				"units_flagged": flagged, "units_judged": len(s.units),
			},
			NotProof: queries.Message{Key: "fab.not_proof.above"},
		},
		Explanations: []queries.Message{fabExplain("above", "open", nil)},
	}
}

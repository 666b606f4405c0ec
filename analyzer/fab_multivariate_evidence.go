package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// findings are those of the units that stand out, the farthest first. Units that were declared genuine have none.
func (t *recordTable) findings(in Input, s *standing, features []feature, reference []bool, declared int) []queries.Finding {
	flagged, bound := s.picked, s.bound
	slices.SortStableFunc(flagged, func(a, b int) int {
		switch {
		case s.score[a] > s.score[b]:
			return -1
		case s.score[a] < s.score[b]:
			return 1
		}
		return 0
	})
	usual := make([]float64, len(features))
	for f := range features {
		var all []float64
		for u, in := range reference {
			if x := features[f].values[u]; in && !math.IsNaN(x) {
				all = append(all, x)
			}
		}
		usual[f] = stats.Median(all)
	}
	out := make([]queries.Finding, len(flagged))
	for i, u := range flagged {
		out[i] = t.finding(in, s, features, usual, u, declared, bound)
	}
	return out
}

func (t *recordTable) finding(in Input, s *standing, features []feature, usual []float64, unit, declared int, bound float64) queries.Finding {
	code := t.units[unit].code
	z := s.score[unit]
	effect := s.distance[unit]
	top := s.telling(unit)
	key, references := "fab.multi.unit", len(t.units)
	if declared > 0 {
		key, references = "fab.multi.against", declared
	}
	f := queries.Finding{
		ID: queries.FindingID("fab-multivariate", code, t.form.ID), Subject: fabSubject(t.form, code),
		Score: z / (z + 3), Effect: &effect, N: uint64(t.units[unit].rows), Severity: "low",
	}
	f.From, f.To = in.verifySpan()
	table := &queries.Table{Columns: []string{"fab.column.feature", "fab.column.field", "fab.column.field_with", "fab.column.value_here", "fab.column.value_usual", "fab.column.robust_z"}}
	for _, i := range top {
		x := &features[i]
		with := ""
		if len(x.fields) > 1 {
			with = x.fields[1]
		}
		here, there := x.read(x.values[unit]), x.read(usual[i])
		table.Rows = append(table.Rows, []any{"fab.feature." + x.kind, x.fields[0], with, rounded(here, 4), rounded(there, 4), rounded(s.z[unit][i], 2)})
		if math.IsNaN(here) || math.IsNaN(there) {
			continue
		}
		f.Evidence.Look = append(f.Evidence.Look, queries.Look{Field: t.form.ID + "." + x.fields[0], Value: figure(rounded(here, 4)), Compare: figure(rounded(there, 4))})
	}
	f.Evidence.Message = queries.Message{Key: key, Params: map[string]any{
		"unit": code, "form": t.form.ID, "n": t.units[unit].rows, "features": len(features), "times": effect, "z": z, "bound": bound,
		"feature": queries.Message{Key: "fab.feature." + features[top[0]].kind}, "field": features[top[0]].fields[0], "reference": references,
	}}
	told := map[string]any{} // robust z by aspect
	f.Evidence.Table, f.Evidence.Chart = table, t.chart(s, unit, bound)
	for name, z := range s.aspectZ {
		told[name] = rounded(z[unit], 2)
	}
	f.Evidence.Detail = map[string]any{
		"family": "", "deterministic": false, "beyond_peers": false, "sustained": false, "innocent_open": true, "tests": 0,
		"standing": z, "bound": bound, "distance": effect, "aspects": told, "distance_z": s.distanceZ[unit], "isolation": s.isolation[unit], "features": len(features),
		"records": t.units[unit].total, "sampled": t.units[unit].rows, "reference_declared": declared, "units": len(t.units),
	}
	declaredOutcome := "open"
	if declared > 0 {
		declaredOutcome = "excluded"
	}
	f.Explanations = []queries.Message{
		fabExplain("multi_other", "open", nil),
		fabExplain("multi_records", "excluded", map[string]any{"n": t.units[unit].rows}),
		fabExplain("multi_reference", declaredOutcome, map[string]any{"n": references}),
	}
	return f
}

// mostTold is how many features a finding lists.
const mostTold = 8

// telling are the features of a unit farthest from the reference.
func (s *standing) telling(unit int) []int {
	order := make([]int, len(s.z[unit]))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := math.Abs(s.z[unit][a]), math.Abs(s.z[unit][b])
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return order[:min(mostTold, len(order))]
}

// read turns a figure back from the scale on which it is compared.
func (x *feature) read(v float64) float64 {
	switch x.kind {
	case "correlation":
		return math.Tanh(v)
	case "difference", "group_difference":
		return math.Sinh(v)
	case "dispersion", "spread_ratio", "group_spread", "ratio":
		return math.Exp(v)
	case "location", "figure":
		switch {
		case x.log:
			return math.Exp(v)
		case x.kind == "figure":
			return math.Sinh(v)
		}
	case "zeros", "round", "share":
		return math.Sin(v) * math.Sin(v)
	case "repeats":
		return v * v
	}
	return v
}

// chart is the funnel of all units: their records and their distance.
func (t *recordTable) chart(s *standing, unit int, bound float64) *queries.Chart {
	c := &queries.Chart{Kind: "funnel", Title: queries.Message{Key: "fab.chart.multi", Params: map[string]any{"form": t.form.ID}}}
	low, high := math.Inf(1), 0.0
	for u := range t.units {
		n := float64(t.units[u].rows)
		low, high = math.Min(low, n), math.Max(high, n)
		c.Points = append(c.Points, queries.Point{X: n, Y: rounded(s.score[u], 2), Label: t.units[u].code, Marked: u == unit})
	}
	c.Sizes = []float64{low, high}
	c.Bands = [][]float64{{-bound, -bound}, {bound, bound}}
	return c
}

package analyzer

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// findings are one about the form, where figures bunch at a target everywhere, or else those of its units.
func (form *targetForm) findings(in Input, limits map[string]float64, tests int) ([]queries.Finding, error) {
	var flagged []*targetUnit
	named := map[string]bool{}
	for _, u := range form.units {
		s := u.series[0]
		one := s.effect() >= limits["min_effect"] && s.cliff()
		several := u.together.effect() >= limits["min_effect_together"] && 2*u.together.below <= u.together.at
		if u.q <= limits["max_q"] && (one || several) {
			flagged = append(flagged, u)
			named[u.unit] = true
		}
	}
	var out []queries.Finding
	for _, field := range form.fields {
		if f, ok := form.pooled(field, named, limits); ok {
			out = append(out, f)
		}
	}
	if above(len(flagged), len(form.units), limits) && len(out) == 0 {
		out = append(out, aboveDigits(targetDetector, "fab.target.above", form.form, "target", len(flagged), len(form.units)))
	}
	if len(out) > 0 {
		return out, nil
	}
	clerks := clerksOf(form.panel, len(flagged), func(i int) string { return flagged[i].unit })
	for _, u := range flagged {
		out = append(out, form.finding(u, named, in, limits, tests, clerks))
	}
	return out, nil
}

// pooled holds the figures of all units together against the target, those of units that bunch by themselves left out. As
// figures of one unit are alike, the jump has to show in most units by itself too.
func (form *targetForm) pooled(field *targetField, named map[string]bool, limits map[string]float64) (queries.Finding, bool) {
	v := targetValues{target: field.Target, step: 1 / field.scale, chance: 1 / field.scale}
	up, down := 0, 0
	reach := max(1, int64(math.Round(field.spread/4)))
	for _, s := range field.units {
		if named[s.unit] {
			continue
		}
		every := 1 + len(s.values)*len(field.units)/mostPooled
		for i := 0; i < len(s.values); i += every {
			v.add(float64(s.values[i]) / field.scale)
		}
		switch at, below := s.within(field.target, reach), s.within(field.target-reach, reach); {
		case at > below:
			up++
		case at < below:
			down++
		}
	}
	slices.Sort(v.others)
	thresholds := DefaultDigitThresholds()
	n := len(v.others) + v.at
	if len(v.others) == 0 || float64(n) < thresholds.DigitMinimum {
		return queries.Finding{}, false
	}
	j := DigitJudgement{DigitResult: DigitResult{Test: DigitTargetBunching, N: n, Verdict: DigitNotAssessed}}.target(&v, thresholds)
	sign := stats.BinomialUpperMidP(up, up+down, 0.5)
	if j.Verdict != DigitDeparts || *j.Effect <= 0 || sign > limits["max_p_units"] || float64(up) < limits["above_share"]*float64(len(field.units)) || up < int(limits["above_units"]) {
		return queries.Finding{}, false
	}
	name := form.form.ID + "." + field.ID
	effect := *j.Effect
	subject := fabSubject(form.form)
	subject.Fields = [][2]string{{name, ""}}
	return queries.Finding{
		ID: queries.FindingID(targetDetector, "above", name), Subject: subject, P: j.P, Effect: &effect, N: uint64(n), Severity: "medium",
		Score: math.Min(1, 0.4+math.Abs(effect)/5),
		Evidence: queries.Evidence{
			Message: queries.Message{Key: "fab.target.pool", Params: map[string]any{
				"form": form.form.ID, "field": name, "target": field.Target, "n": n, "at": v.at, "times": math.Exp(effect), "up": up, "down": down,
			}},
			Chart: field.chart(queries.Message{Key: "fab.chart.target_pool", Params: map[string]any{"field": name}}, nil),
			Detail: map[string]any{
				"family": "target", "deterministic": false, "beyond_peers": false, "sustained": true, "innocent_open": true, "above": true,
				"target": field.Target, "log_ratio": effect, "at_target": v.at, "units_up": up, "units_down": down, "units_judged": len(field.units), "sign_p": sign,
			},
			NotProof: queries.Message{Key: "fab.not_proof.above"},
		},
		Explanations: []queries.Message{fabExplain("target_effort", "open", nil), fabExplain("above", "open", nil)},
	}, true
}

// mostPooled is how many figures of all units together a density is fitted to.
const mostPooled = 20000

func (form *targetForm) finding(u *targetUnit, named map[string]bool, in Input, limits map[string]float64, tests int, clerks clerkCount) queries.Finding {
	s := u.series[0]
	field, n := s.field, len(s.values)
	band := field.bands[s.band]
	beyond := 0.0
	for _, other := range field.units {
		if !named[other.unit] {
			beyond = math.Max(beyond, float64(other.within(field.target, band.width))/float64(len(other.values)))
		}
	}
	share, effect := float64(s.at)/float64(n), s.effect()
	circumstances, open := clerks.of(u.unit)
	name := form.form.ID + "." + field.ID
	subject := fabSubject(form.form, u.unit)
	subject.Fields = [][2]string{{name, ""}}
	f := queries.Finding{
		ID: queries.FindingID(targetDetector, u.unit, form.form.ID), Subject: subject,
		Score: fabScore(u.p, effect), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: uint64(n), Severity: fabSeverity(share, u.q, open),
	}
	f.From, f.To = form.span(in)
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "fab.target.unit", Params: map[string]any{
			"unit": u.unit, "form": form.form.ID, "field": name, "target": field.Target, "n": s.at, "of": n, "share": share,
			"to": float64(field.target+band.width-1) / field.scale, "below": s.below, "peers": s.peers, "bound": s.usual,
		}},
		Table: s.table(), Look: form.lookAt(s),
		Chart: field.chart(queries.Message{Key: "fab.chart.target", Params: map[string]any{"unit": u.unit, "field": name}}, s),
		Detail: map[string]any{
			"family": "target", "deterministic": false, "beyond_peers": share > beyond, "sustained": s.sustained(), "innocent_open": open, "tests": tests,
			"target": field.Target, "band": float64(band.width) / field.scale, "in_band": s.at, "just_below": s.below, "bound": s.usual, "peers_share": s.peers,
			"peers_most": beyond, "spread": field.spread / field.scale, "records": form.panel == nil,
			"fields": len(u.series), "in_bands": u.together.at, "figures": u.together.of, "bound_together": u.together.usual,
		},
	}
	f.Explanations = append([]queries.Message{
		fabExplain("target_effort", "unlikely", nil),
		fabExplain("target_steady", "excluded", map[string]any{"share": band.placed}),
		fabExplain("target_round", "excluded", nil),
		fabExplain("target_standstill", "excluded", nil),
		fabExplain("target_cap", "excluded", nil),
	}, circumstances...)
	return f
}

// span is the days judged.
func (form *targetForm) span(in Input) (from, to time.Time) {
	if p := form.panel; p != nil {
		return periodSpan(p.periods, 0, len(p.periods)-1, in.Window)
	}
	return in.verifySpan()
}

// bins are how many bars lie on either side of the target.
const bins = 8

// histogram is the shares in per cent of figures in bars around the target, a quarter of the spread wide; the outermost hold
// all that lies beyond.
func (x *targetField) histogram(series []*targetSeries) []float64 {
	width := max(1, int64(math.Round(x.spread/4)))
	out := make([]float64, 2*bins)
	n := 0.0
	for _, s := range series {
		for i := range out {
			from := x.target + int64(i-bins)*width
			switch i {
			case 0:
				k, _ := slices.BinarySearch(s.values, from+width)
				out[i] += float64(k)
			case len(out) - 1:
				k, _ := slices.BinarySearch(s.values, from)
				out[i] += float64(len(s.values) - k)
			default:
				out[i] += float64(s.within(from, width))
			}
		}
		n += float64(len(s.values))
	}
	for i := range out {
		out[i] = rounded(100*out[i]/math.Max(1, n), 1)
	}
	return out
}

// chart shows a unit, or all together, around the target; the line is the other units.
func (x *targetField) chart(title queries.Message, unit *targetSeries) *queries.Chart {
	width := max(1, int64(math.Round(x.spread/4)))
	c := &queries.Chart{Kind: "compare", Title: title, Unit: "%"}
	for i := range 2 * bins {
		c.X = append(c.X, strconv.FormatFloat(float64(x.target+int64(i-bins)*width)/x.scale, 'f', -1, 64))
	}
	if unit == nil {
		c.Kind = "bars"
		c.Series = []queries.Series{{Name: queries.Message{Key: "fab.series.share"}, Values: x.histogram(x.units)}}
		return c
	}
	others := slices.DeleteFunc(slices.Clone(x.units), func(s *targetSeries) bool { return s == unit })
	c.Series = []queries.Series{{Name: queries.Message{Key: "fab.series.unit", Params: map[string]any{"unit": unit.unit}}, Values: x.histogram([]*targetSeries{unit})}}
	c.Expected = x.histogram(others)
	return c
}

// table lists the bands: how many of the unit's figures lie in each, and what peers have.
func (s *targetSeries) table() *queries.Table {
	x, n := s.field, float64(len(s.values))
	t := &queries.Table{Columns: []string{"fab.column.band_from", "fab.column.band_to", "fab.column.count", "fab.column.percent", "fab.column.percent_peers"}}
	for _, band := range x.bands {
		k := s.within(x.target, band.width)
		t.Rows = append(t.Rows, []any{
			float64(x.target) / x.scale, float64(x.target+band.width-1) / x.scale, k, rounded(100*float64(k)/n, 1), rounded(100*x.peersAt(s, band), 1),
		})
	}
	return t
}

// lookAt are the newest figures in the band.
func (form *targetForm) lookAt(s *targetSeries) []queries.Look {
	if form.panel == nil {
		return nil
	}
	width := s.field.bands[s.band].width
	var out []queries.Look
	var at []int
	for i, v := range s.values {
		if v >= s.field.target && v < s.field.target+width {
			at = append(at, i)
		}
	}
	slices.SortFunc(at, func(a, b int) int { return int(s.periods[b] - s.periods[a]) })
	for _, i := range at[:min(10, len(at))] {
		value, target := float64(s.values[i])/s.field.scale, s.field.Target
		out = append(out, queries.Look{
			Period: form.panel.periods[s.periods[i]].name, Field: form.form.ID + "." + s.field.ID, Value: &value, Compare: &target,
		})
	}
	return out
}

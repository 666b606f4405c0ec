package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// findings are those of a pair's units or, where differences are common, one about the forms.
func (pair *sourcePair) findings(in Input, limits map[string]float64, tests int) []queries.Finding {
	var flagged []*sourceUnit
	beyond := 0.0
	for _, u := range pair.units {
		if u.q <= limits["max_q"] && len(u.hits) >= int(limits["least_hits"]) {
			flagged = append(flagged, u)
			continue
		}
		beyond = math.Max(beyond, u.share())
	}
	if above(len(flagged), len(pair.units), limits) {
		f := aboveDigits(sourceDetector, "fab.source.above", pair.a.form, "consistency", len(flagged), len(pair.units))
		f.ID = queries.FindingID(sourceDetector, "above", pair.a.form.ID, pair.b.form.ID)
		f.Subject = pair.subject(-1)
		f.Evidence.Message.Params["form_b"] = pair.b.form.ID
		return []queries.Finding{f}
	}
	clerks := clerksOf(pair.a, len(flagged), func(i int) string { return flagged[i].unit })
	var out []queries.Finding
	for _, u := range flagged {
		out = append(out, pair.finding(u, in, limits, tests, beyond, clerks))
	}
	return out
}

// subject names the form in which the evidence lies, or both where the data do not tell.
func (pair *sourcePair) subject(side int, units ...string) queries.Subject {
	both := [2]queries.Form{pair.a.form, pair.b.form}
	s := fabSubject(pair.a.form, units...)
	if side >= 0 {
		s = fabSubject(both[side], units...)
	} else {
		s.Forms = append(s.Forms, pair.b.form.ID)
		if pair.b.form.System != "" && !slices.Contains(s.Systems, pair.b.form.System) {
			s.Systems = append(s.Systems, pair.b.form.System)
		}
	}
	for _, f := range pair.fields {
		other := pair.nameB(f)
		if other == pair.b.form.ID {
			other = ""
		}
		s.Fields = append(s.Fields, [2]string{pair.a.fieldName(f.a), other})
	}
	return s
}

// nameB is the field of b, or the register where its records are counted.
func (pair *sourcePair) nameB(f toldTwice) string {
	if pair.counted && f.b == 0 {
		return pair.b.form.ID
	}
	return pair.b.fieldName(f.b)
}

// differing are the cells that count, the widest apart first.
func (u *sourceUnit) differing() []sourceCell {
	out := slices.DeleteFunc(slices.Clone(u.cells), func(c sourceCell) bool { return c.cause != "" || !slices.Contains(u.hits, c.period) })
	slices.SortStableFunc(out, func(x, y sourceCell) int {
		return cmp.Or(-compareFloat(math.Abs(softLog(x.a)-softLog(x.b)), math.Abs(softLog(y.a)-softLog(y.b))), cmp.Compare(x.period, y.period))
	})
	return out
}

func (pair *sourcePair) finding(u *sourceUnit, in Input, limits map[string]float64, tests int, beyond float64, clerks clerkCount) queries.Finding {
	circumstances, clerk := clerks.of(u.unit)
	side := pair.culprit(u, limits)
	oneWay := max(u.upper, len(u.hits)-u.upper)
	if float64(oneWay) < limits["one_way"]*float64(len(u.hits)) {
		side = -1 // now more, now less: what is made up may lie in either form, and made-up figures are the smoother ones
	}
	worst := u.differing()
	open := clerk || u.reading || u.cutOff || side < 0
	share := u.share()
	own, other, ratio := pair.a, pair.b, u.ratio
	if side == 1 {
		own, other, ratio = pair.b, pair.a, 1/u.ratio
	}
	f := queries.Finding{
		ID:      queries.FindingID(sourceDetector, u.unit, pair.a.form.ID, pair.b.form.ID),
		Subject: pair.subject(side, u.unit), Score: fabScore(u.p, share), P: figure(u.p), Q: figure(u.q), Effect: figure(ratio - 1),
		N: uint64(u.compared), Severity: fabSeverity(share, u.q, open),
	}
	f.From, f.To = periodSpan(pair.a.periods, u.hits[0], u.hits[len(u.hits)-1], in.Window)
	key := "fab.source.unit"
	switch {
	case side < 0:
		key = "fab.source.undecided"
	case pair.counted:
		key = "fab.source.counted"
	}
	field := pair.fields[worst[0].field]
	shown := pair.a.fieldName(field.a)
	if side == 1 {
		shown = pair.nameB(field)
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"unit": u.unit, "form": own.form.ID, "form_b": other.form.ID, "n": len(u.hits), "of": u.compared, "one_way": oneWay,
			"ratio": ratio, "peers": pair.usual(), "field": shown,
		}},
		Table: pair.table(u, side), Chart: pair.chart(u, worst[0].field), Look: pair.look(u, worst, side),
		Detail: map[string]any{
			"family": "consistency", "deterministic": false, "beyond_peers": share > beyond, "sustained": len(u.hits) >= int(limits["sustained"]),
			"innocent_open": open, "tests": tests, "differing": len(u.hits), "compared": u.compared, "one_way": oneWay, "sign_p": u.sign,
			"verification_ratio": ratio, "robust_z": pair.robustZ(u), "peers_rate": pair.rate, "peers_spread": pair.rho, "peers_most": beyond,
			"fields": len(pair.fields), "agreement": field.agreement, "decided": side >= 0, "register": pair.counted,
		},
	}
	f.Explanations = append([]queries.Message{
		fabExplain("source_rounding", "excluded", nil),
		fabExplain("source_delay", outcomeOf(u.causes["delayed"], "excluded"), map[string]any{"n": u.causes["delayed"]}),
		fabExplain("source_revised", outcomeOf(u.causes["revised"], "excluded"), map[string]any{"n": u.causes["revised"]}),
		fabExplain("source_unit", outcomeOf(u.causes["unit"], "excluded"), map[string]any{"n": u.causes["unit"]}),
		fabExplain("source_definition", openIf(u.reading), nil),
		fabExplain("source_cutoff", openIf(u.cutOff), nil),
		fabExplain("source_measured", "excluded", map[string]any{"share": field.agreement}),
		fabExplain("source_which", openIf(side < 0), nil),
		fabExplain("source_careless", "excluded", map[string]any{"share": pair.rate}),
	}, circumstances...)
	return f
}

func openIf(is bool) string {
	if is {
		return "open"
	}
	return "unlikely"
}

// usual is the share of periods in which the middle unit's two sources differ.
func (pair *sourcePair) usual() float64 {
	shares := make([]float64, len(pair.units))
	for i, u := range pair.units {
		shares[i] = u.share()
	}
	return stats.Median(shares)
}

// robustZ is the unit's mean log-ratio over all compared figures against those of its peers, whose spread is held at a
// hundredth at least: where all agree to the digit there is none.
func (pair *sourcePair) robustZ(u *sourceUnit) float64 {
	means := make([]float64, len(pair.units))
	own := 0.0
	for i, x := range pair.units {
		for _, c := range x.cells {
			means[i] += (softLog(c.a) - softLog(c.b)) / float64(len(x.cells))
		}
		if x == u {
			own = means[i]
		}
	}
	middle, spread := stats.MedianMAD(means)
	return (own - middle) / math.Max(0.01, 1.4826*spread)
}

// sourceRows is how many differences a table lists.
const sourceRows = 24

func (pair *sourcePair) table(u *sourceUnit, side int) *queries.Table {
	t := &queries.Table{Columns: []string{"fab.column.period", "fab.column.field", "fab.column.value_form", "fab.column.value_source", "fab.column.ratio"}}
	for _, c := range u.differing() {
		if len(t.Rows) == sourceRows {
			break
		}
		own, other, field := c.a, c.b, pair.a.fieldName(pair.fields[c.field].a)
		if side == 1 {
			own, other, field = c.b, c.a, pair.nameB(pair.fields[c.field])
		}
		ratio := any("—")
		if other > 0 {
			ratio = rounded(own/other, 3)
		}
		t.Rows = append(t.Rows, []any{pair.a.periods[c.period].name, field, rounded(own, 4), rounded(other, 4), ratio})
	}
	return t
}

// chart shows what the two sources tell of one field.
func (pair *sourcePair) chart(u *sourceUnit, field int) *queries.Chart {
	c := &queries.Chart{Kind: "line", Title: queries.Message{Key: "fab.chart.source", Params: map[string]any{"unit": u.unit, "field": pair.a.fieldName(pair.fields[field].a)}}}
	a := queries.Series{Name: queries.Message{Key: "fab.series.form", Params: map[string]any{"form": pair.a.form.ID}}}
	b := queries.Series{Name: queries.Message{Key: "fab.series.form", Params: map[string]any{"form": pair.b.form.ID}}}
	for _, cell := range u.cells {
		if cell.field == field {
			c.X = append(c.X, pair.a.periods[cell.period].name)
			a.Values, b.Values = append(a.Values, rounded(cell.a, 4)), append(b.Values, rounded(cell.b, 4))
		}
	}
	c.Series = []queries.Series{a, b}
	return c
}

func (pair *sourcePair) look(u *sourceUnit, worst []sourceCell, side int) []queries.Look {
	var out []queries.Look
	for _, c := range worst[:min(len(worst), 10)] {
		own, other := rounded(c.a, 4), rounded(c.b, 4)
		f := pair.fields[c.field]
		field, with := pair.a.fieldName(f.a), pair.nameB(f)
		if side == 1 {
			own, other, field, with = other, own, with, field
		}
		out = append(out, queries.Look{Period: pair.a.periods[c.period].name, Field: field, Value: &own, Compare: &other, With: with})
	}
	return out
}

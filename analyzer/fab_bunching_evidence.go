package analyzer

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// findings are those of a form's units or, where repeats are common, one about the form; of forms of records also those of
// fields whose numbers repeat over all units together.
func (form *bunchedForm) findings(in Input, limits map[string]float64, tests int) []queries.Finding {
	var flagged []*bunchedUnit
	beyond := 0.0
	for _, u := range form.units {
		if u.q <= limits["max_q"] && u.excess() >= limits["min_effect"] {
			flagged = append(flagged, u)
			continue
		}
		beyond = math.Max(beyond, u.excess())
	}
	if above(len(flagged), len(form.units), limits) {
		return []queries.Finding{aboveDigits(bunchingDetector, "fab.bunching.above", form.form, "digits", len(flagged), len(form.units))}
	}
	var out []queries.Finding
	if len(flagged) == 0 {
		for _, r := range form.pools {
			if f, ok := form.pooled(r, limits); ok {
				out = append(out, f)
			}
		}
	}
	clerks := clerksOf(form.panel, len(flagged), func(i int) string { return flagged[i].unit })
	for _, u := range flagged {
		out = append(out, form.finding(u, in, tests, beyond, clerks))
	}
	return out
}

// pooled speaks of a field whose numbers repeat over all units together, of no unit.
func (form *bunchedForm) pooled(r queries.Repeats, limits map[string]float64) (queries.Finding, bool) {
	mean, sd := stats.ExpectedPairs(float64(r.N), r.Heads, r.Tails)
	if mean < 2*bunchingLeastExpected || sd <= 0 {
		return queries.Finding{}, false
	}
	excess, z := (r.Pairs-mean)/math.Max(2*float64(r.N), mean), (r.Pairs-mean)/sd
	if excess < limits["min_effect"] || z < pooledZ || float64(r.N) < limits["min_numbers"] {
		return queries.Finding{}, false
	}
	name := form.form.ID + "." + r.Field
	f := aboveDigits(bunchingDetector, "fab.bunching.pool", form.form, "digits", 0, len(form.units))
	f.ID = queries.FindingID(bunchingDetector, "above", name)
	f.Subject.Fields = [][2]string{{name, ""}}
	f.P, f.Effect, f.N, f.Score = figure(stats.NormalTail(z)), &excess, r.N, math.Min(1, 0.4+excess/2)
	f.Evidence.Message.Params = map[string]any{"form": form.form.ID, "field": name, "n": r.N, "pairs": r.Pairs / 2, "expected": mean / 2}
	f.Explanations = append([]queries.Message{fabExplain("fees", "open", nil)}, f.Explanations...)
	return f, true
}

func (form *bunchedForm) finding(u *bunchedUnit, in Input, tests int, beyond float64, clerks clerkCount) queries.Finding {
	slices.SortFunc(u.repeated, func(a, b repeatedValue) int {
		return cmp.Or(-cmp.Compare(float64(len(a.periods))-a.usual, float64(len(b.periods))-b.usual), cmp.Compare(a.field, b.field), cmp.Compare(a.value, b.value))
	})
	circumstances, open := clerks.of(u.unit)
	effect := u.excess()
	subject := fabSubject(form.form, u.unit)
	for _, f := range u.fields {
		subject.Fields = append(subject.Fields, [2]string{form.form.ID + "." + f, ""})
	}
	f := queries.Finding{
		ID: queries.FindingID(bunchingDetector, u.unit, form.form.ID), Subject: subject,
		Score: fabScore(u.p, effect), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: uint64(u.n), Severity: fabSeverity(effect, u.q, open),
	}
	f.From, f.To = in.verifySpan()
	params := map[string]any{"unit": u.unit, "form": form.form.ID, "n": int(u.n), "pairs": int(u.pairs), "expected": u.expected}
	key := "fab.bunching.unit_records"
	if p := form.panel; p != nil && len(u.repeated) > 0 {
		f.From, f.To = periodSpan(p.periods, 0, len(p.periods)-1, in.Window)
		top := u.repeated[0]
		key = "fab.bunching.unit"
		params["field"], params["value"], params["times"] = form.form.ID+"."+p.fields[top.field].ID, top.value, len(top.periods)
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: params}, Table: form.table(u), Chart: form.chart(u), Look: form.lookAt(u),
		Detail: map[string]any{
			"family": "digits", "deterministic": false, "beyond_peers": effect > beyond, "sustained": form.sustained(u), "innocent_open": open, "tests": tests,
			"pairs": u.pairs, "expected": u.expected, "z": u.score, "peers_sd": form.spread.SD, "peers_most": beyond, "standards": form.standards, "records": form.panel == nil,
		},
	}
	f.Explanations = append([]queries.Message{
		fabExplain("bunching_standards", "excluded", map[string]any{"n": form.standards}),
		fabExplain("bunching_close", "excluded", nil),
		fabExplain("round_form", "excluded", map[string]any{"n": 0}),
	}, circumstances...)
	return f
}

// sustained says whether repeats lie in both halves of the periods, or in several fields; counts of records do not tell when.
func (form *bunchedForm) sustained(u *bunchedUnit) bool {
	if form.panel == nil {
		return len(u.fields) > 1
	}
	var halves [2]int
	for _, r := range u.repeated {
		for _, t := range r.periods {
			halves[2*t/len(form.panel.periods)]++
		}
	}
	return halves[0] >= 3 && halves[1] >= 3
}

// mostRepeats is how many values table and picture list.
const mostRepeats = 12

func (form *bunchedForm) table(u *bunchedUnit) *queries.Table {
	if form.panel == nil || len(u.repeated) == 0 {
		return nil
	}
	t := &queries.Table{Columns: []string{"fab.column.field", "fab.column.digits_value", "fab.column.digits_times", "fab.column.digits_expected"}}
	for _, r := range u.repeated[:min(mostRepeats, len(u.repeated))] {
		t.Rows = append(t.Rows, []any{form.form.ID + "." + form.panel.fields[r.field].ID, r.value, len(r.periods), rounded(r.usual, 2)})
	}
	return t
}

// chart shows the most frequent values of a panel, or of counts of records every unit by its excess.
func (form *bunchedForm) chart(u *bunchedUnit) *queries.Chart {
	if form.panel == nil || len(u.repeated) == 0 {
		points := make([]unitShare, len(form.units))
		for i, other := range form.units {
			points[i] = unitShare{other.unit, other.n, math.Min(1, other.pairs/math.Max(1, other.n)), other == u}
		}
		return funnelChart(queries.Message{Key: "fab.chart.bunching_funnel", Params: map[string]any{"unit": u.unit}}, points, math.Min(0.99, u.expected/math.Max(1, u.n)))
	}
	c := &queries.Chart{
		Kind: "compare", Title: queries.Message{Key: "fab.chart.bunching", Params: map[string]any{"unit": u.unit}},
		Series: []queries.Series{{Name: queries.Message{Key: "fab.series.digits_times"}}},
	}
	for _, r := range u.repeated[:min(mostRepeats, len(u.repeated))] {
		c.X = append(c.X, strconv.FormatFloat(r.value, 'f', -1, 64))
		c.Series[0].Values = append(c.Series[0].Values, float64(len(r.periods)))
		c.Expected = append(c.Expected, rounded(r.usual, 2))
	}
	return c
}

// lookAt are the periods in which the most frequent values were reported.
func (form *bunchedForm) lookAt(u *bunchedUnit) []queries.Look {
	if form.panel == nil {
		return nil
	}
	var out []queries.Look
	for _, r := range u.repeated {
		for _, t := range r.periods {
			if len(out) == 10 {
				return out
			}
			value := r.value
			out = append(out, queries.Look{Period: form.panel.periods[t].name, Field: form.form.ID + "." + form.panel.fields[r.field].ID, Value: &value})
		}
	}
	return out
}

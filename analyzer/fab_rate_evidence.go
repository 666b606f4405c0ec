package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// findings are those of a form's units or, where whole percentages are common, one about the form.
func (form *rateForm) findings(in Input, limits map[string]float64, tests int) []queries.Finding {
	var flagged []*rateUnit
	beyond := 0.0
	var observed, rows int
	var expected, variance float64
	for _, u := range form.units {
		if u.q <= limits["max_q"] && u.excess() >= limits["min_effect"] {
			flagged = append(flagged, u)
			continue
		}
		beyond = math.Max(beyond, float64(u.test.Observed)/float64(u.test.Rows))
		observed, rows = observed+u.test.Observed, rows+u.test.Rows
		expected, variance = expected+u.test.Expected, variance+u.test.SD*u.test.SD
	}
	p := form.panel
	if above(len(flagged), len(form.units), limits) {
		return []queries.Finding{aboveDigits(rateDetector, "fab.rate.above", p.form, "digits", len(flagged), len(form.units))}
	}
	var out []queries.Finding
	if share := (float64(observed) - expected) / math.Max(1, float64(rows)); share >= limits["min_pooled"] && float64(observed)-expected >= pooledZ*math.Sqrt(variance) {
		out = append(out, form.pooled(observed, rows, expected, math.Sqrt(variance)))
	}
	clerks := clerksOf(p, len(flagged), func(i int) string { return flagged[i].unit })
	for _, u := range flagged {
		out = append(out, form.finding(u, in, tests, beyond, clerks))
	}
	return out
}

// pooledZ is how many standard deviations whole percentages of all units together must exceed their expectation.
const pooledZ = 5

// pooled says that whole percentages are too many among all units.
func (form *rateForm) pooled(observed, rows int, expected, sd float64) queries.Finding {
	p := form.panel
	effect := (float64(observed) - expected) / float64(rows)
	f := aboveDigits(rateDetector, "fab.rate.pool", p.form, "digits", 0, len(form.units))
	f.Effect, f.N, f.P = &effect, uint64(rows), figure(stats.NormalTail((float64(observed)-expected)/sd))
	f.Score = math.Min(1, 0.4+effect)
	f.Evidence.Message.Params = map[string]any{"form": p.form.ID, "n": rows, "observed": observed, "expected": expected}
	f.Subject.Fields = form.fields()
	return f
}

// fields are the parts, and the stated rates, that were judged.
func (form *rateForm) fields() (out [][2]string) {
	for _, pair := range form.pairs {
		out = append(out, [2]string{form.panel.fieldName(pair.numerator), form.panel.fieldName(pair.denominator)})
	}
	return out
}

func (form *rateForm) finding(u *rateUnit, in Input, tests int, beyond float64, clerks clerkCount) queries.Finding {
	p := form.panel
	circumstances, open := clerks.of(u.unit)
	share, effect := float64(u.test.Observed)/float64(u.test.Rows), u.excess()
	subject := fabSubject(p.form, u.unit)
	subject.Fields = form.fields()
	f := queries.Finding{
		ID: queries.FindingID(rateDetector, u.unit, p.form.ID), Subject: subject,
		Score: fabScore(u.p, effect), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: uint64(u.test.Rows), Severity: fabSeverity(share, u.q, open),
	}
	f.From, f.To = periodSpan(p.periods, u.rows[0].period, u.rows[len(u.rows)-1].period, in.Window)
	points := make([]unitShare, len(form.units))
	for i, other := range form.units {
		points[i] = unitShare{other.unit, float64(other.test.Rows), float64(other.test.Observed) / float64(other.test.Rows), other == u}
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "fab.rate.unit", Params: map[string]any{
			"unit": u.unit, "form": p.form.ID, "n": u.test.Rows, "observed": u.test.Observed, "expected": u.expected,
		}},
		Table: form.table(u), Look: p.lookAtRates(u.rows),
		Chart: funnelChart(queries.Message{Key: "fab.chart.rate", Params: map[string]any{"unit": u.unit}}, points, u.expected/float64(u.test.Rows)),
		Detail: map[string]any{
			"family": "digits", "deterministic": false, "beyond_peers": share > beyond, "sustained": u.sustained(), "innocent_open": open, "tests": tests,
			"observed": u.test.Observed, "expected": u.expected, "z": u.score, "peers_ratio": form.ratio, "peers_most": beyond, "left_out": u.test.LeftOut,
		},
	}
	f.Explanations = append([]queries.Message{
		fabExplain("rate_set", "excluded", nil),
		fabExplain("rate_small", "excluded", nil),
		fabExplain("rate_round", "excluded", map[string]any{"share": u.expected / float64(u.test.Rows)}),
	}, circumstances...)
	return f
}

// sustained says whether both halves of the rates have more whole percentages than expected.
func (u *rateUnit) sustained() bool {
	var whole, n [2]float64
	for i, row := range u.rows {
		half := 2 * i / len(u.rows)
		n[half]++
		if row.wholePercentages {
			whole[half]++
		}
	}
	share := u.expected / float64(u.test.Rows)
	for half := range whole {
		if whole[half] < 2 || whole[half]-n[half]*share < 1.645*math.Sqrt(n[half]*share*(1-share)) {
			return false
		}
	}
	return true
}

// rateRows is how many whole percentages a table lists, the newest first.
const rateRows = 24

func (form *rateForm) table(u *rateUnit) *queries.Table {
	t := &queries.Table{Columns: []string{"fab.column.period", "fab.column.field", "fab.column.numerator", "fab.column.denominator", "fab.column.rate_percent"}}
	for i := len(u.rows) - 1; i >= 0 && len(t.Rows) < rateRows; i-- {
		if row := u.rows[i]; row.wholePercentages {
			t.Rows = append(t.Rows, []any{form.panel.periods[row.period].name, form.panel.fieldName(row.pair.numerator), row.part, row.all, rounded(row.rate, 2)})
		}
	}
	return t
}

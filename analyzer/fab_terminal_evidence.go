package analyzer

import (
	"math"
	"strconv"

	"github.com/jianfu/jianfu/queries"
)

// findings are those of a form's units or, where too many depart, one about the form.
func (form *terminalForm) findings(in Input, limits map[string]float64, t DigitThresholds, tests int) []queries.Finding {
	var flagged []*terminalUnit
	beyond := 0.0
	for _, u := range form.judged {
		if u.q <= limits["max_q"] && u.effect() >= limits["min_effect"] {
			flagged = append(flagged, u)
			continue
		}
		beyond = math.Max(beyond, u.tests[terminalEven].score)
	}
	if above(len(flagged), len(form.judged), limits) {
		return []queries.Finding{form.aboveFinding(len(flagged))}
	}
	out := make([]queries.Finding, len(flagged))
	clerks := form.clerks(len(flagged), func(i int) string { return flagged[i].unit })
	for i, u := range flagged {
		out[i] = u.finding(in, limits, t, tests, beyond, clerks)
	}
	return out
}

func (u *terminalUnit) finding(in Input, limits map[string]float64, t DigitThresholds, tests int, beyond float64, clerks clerkCount) queries.Finding {
	form, effect, n := u.form, u.effect(), u.summary.N()
	circumstances, open := clerks.explain(u.digitUnit)
	counts := u.summary.counts()
	top, more := topDigits(counts, u.expected[:], 0)
	roundShare := (counts[0] + counts[5]) / float64(n)
	f := queries.Finding{
		ID: queries.FindingID(terminalDetector, u.unit, form.form.ID), Subject: u.subject(),
		Score: fabScore(u.p, effect), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: uint64(n), Severity: "medium",
	}
	f.From, f.To = u.span(in.Window)
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "fab.terminal.unit", Params: map[string]any{
			"unit": u.unit, "form": form.form.ID, "n": n, "v": effect, "bound": limits["min_effect"], "top": top, "more": rounded(more, 0),
			"share": counts[top] / float64(n), "peers": u.expected[top], "round": roundShare, "round_peers": u.expected[0] + u.expected[5],
		}},
		Table: u.table(), Chart: u.chart(), Look: u.lookAt(),
		Detail: map[string]any{
			"family": "digits", "deterministic": false, "beyond_peers": u.tests[terminalEven].score > beyond, "sustained": u.sustained(), "innocent_open": open, "tests": tests,
			"chi_square": u.fit.Statistic, "df": u.fit.DF, "cramers_v": u.fit.CramersV, "corrected_v": effect, "round_share": roundShare,
			"z": u.tests[terminalEven].score, "peers_most_z": beyond, "too_few_round_z": u.tests[terminalFew].score, "liking_z": u.tests[terminalLiking].score,
			"too_few_doubled_z": u.tests[terminalDoubled].score, "mixture_log_e": u.tests[terminalMixture].score, "records": form.panel == nil,
		},
	}
	f.Explanations = []queries.Message{
		fabExplain("round_form", outcomeOf(form.rounds, "excluded"), map[string]any{"n": form.rounds}),
		fabExplain("round_unit", "unlikely", map[string]any{"share": roundShare, "peers": u.expected[0] + u.expected[5]}),
		fabExplain("prefilled", "excluded", map[string]any{"n": len(form.form.Prefilled)}),
		fabExplain("small_values", "excluded", map[string]any{"n": t.LargeValue}),
		fabExplain("repeats", outcomeOf(form.copied, "excluded"), map[string]any{"n": form.copied}),
		fabExplain("habits", "excluded", nil),
	}
	f.Explanations = append(f.Explanations, circumstances...)
	return f
}

func (u *terminalUnit) table() *queries.Table {
	t := &queries.Table{Columns: []string{"fab.column.digit", "fab.column.count", "fab.column.percent", "fab.column.percent_peers", "fab.column.excess"}}
	n := float64(u.summary.N())
	for d, c := range u.summary.Last {
		t.Rows = append(t.Rows, []any{
			strconv.Itoa(d), c, rounded(100*float64(c)/n, 1), rounded(100*u.expected[d], 1), rounded(float64(c)-n*u.expected[d], 1),
		})
	}
	return t
}

func (u *terminalUnit) chart() *queries.Chart {
	c := &queries.Chart{
		Kind: "compare", Title: queries.Message{Key: "fab.chart.terminal", Params: map[string]any{"unit": u.unit}}, Unit: "%",
		Series: []queries.Series{{Name: queries.Message{Key: "fab.series.unit", Params: map[string]any{"unit": u.unit}}}},
	}
	for d, n := range u.summary.Last {
		c.X = append(c.X, strconv.Itoa(d))
		c.Series[0].Values = append(c.Series[0].Values, rounded(100*float64(n)/float64(u.summary.N()), 1))
		c.Expected = append(c.Expected, rounded(100*u.expected[d], 1))
	}
	return c
}

// aboveFinding says that departures are so common that the form is to be questioned.
func (form *terminalForm) aboveFinding(flagged int) queries.Finding {
	effect := float64(flagged) / float64(len(form.judged))
	return queries.Finding{
		ID: queries.FindingID(terminalDetector, "above", form.form.ID), Subject: fabSubject(form.form),
		Score: math.Min(1, 0.4+effect/2), Effect: &effect, N: uint64(len(form.judged)), Severity: "low",
		Evidence: queries.Evidence{
			Message: queries.Message{Key: "fab.terminal.above", Params: map[string]any{"form": form.form.ID, "n": flagged, "of": len(form.judged), "share": effect}},
			Detail: map[string]any{
				"family": "digits", "deterministic": false, "beyond_peers": false, "sustained": true, "innocent_open": true,
				"above": true, "units_flagged": flagged, "units_judged": len(form.judged),
			},
			NotProof: queries.Message{Key: "fab.not_proof.above"},
		},
		Explanations: []queries.Message{fabExplain("above", "open", nil)},
	}
}

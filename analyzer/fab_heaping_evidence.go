package analyzer

import (
	"math"
	"strconv"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// findings are those of a form's units or, where too many depart, one about the form.
func (form *heapedForm) findings(in Input, limits map[string]float64, tests int) []queries.Finding {
	var flagged []*heapedUnit
	beyond := 0.0
	for _, u := range form.judged {
		if u.q <= limits["max_q"] && math.Abs(u.excess()) >= limits["min_effect"] {
			flagged = append(flagged, u)
			continue
		}
		beyond = math.Max(beyond, math.Abs(u.excess()))
	}
	if above(len(flagged), len(form.judged), limits) {
		return []queries.Finding{aboveDigits(heapingDetector, "fab.heaping.above", form.form, "digits", len(flagged), len(form.judged))}
	}
	clerks := form.clerks(len(flagged), func(i int) string { return flagged[i].unit })
	out := make([]queries.Finding, len(flagged))
	for i, u := range flagged {
		out[i] = u.finding(form, in, limits, tests, beyond, clerks)
	}
	return out
}

// aboveDigits says that a sign is so common among a form's units that the form is to be questioned.
func aboveDigits(detector, key string, form queries.Form, family string, flagged, judged int) queries.Finding {
	effect := float64(flagged) / float64(judged)
	return queries.Finding{
		ID: queries.FindingID(detector, "above", form.ID), Subject: fabSubject(form),
		Score: math.Min(1, 0.4+effect/2), Effect: &effect, N: uint64(judged), Severity: "low",
		Evidence: queries.Evidence{
			Message: queries.Message{Key: key, Params: map[string]any{"form": form.ID, "n": flagged, "of": judged, "share": effect}},
			Detail: map[string]any{
				"family": family, "deterministic": false, "beyond_peers": false, "sustained": true, "innocent_open": true,
				"above": true, "units_flagged": flagged, "units_judged": judged,
			},
			NotProof: queries.Message{Key: "fab.not_proof.above"},
		},
		Explanations: []queries.Message{fabExplain("above", "open", nil)},
	}
}

func (u *heapedUnit) finding(form *heapedForm, in Input, limits map[string]float64, tests int, beyond float64, clerks clerkCount) queries.Finding {
	circumstances, open := clerks.explain(u.digitUnit)
	key, rounding, effect := "fab.heaping.few", "unlikely", u.excess()
	if effect > 0 {
		// Who rounds more than others may estimate honestly: that is for other evidence to decide.
		key, rounding, open = "fab.heaping.many", "open", true
	}
	low, high := stats.Wilson(int(math.Round(u.share*u.n)), int(u.n), 0.95)
	f := queries.Finding{
		ID: queries.FindingID(heapingDetector, u.unit, form.form.ID), Subject: u.subject(),
		Score: fabScore(u.p, effect), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: uint64(u.n), Severity: fabSeverity(math.Abs(effect), u.q, open),
	}
	f.From, f.To = u.span(in.Window)
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"unit": u.unit, "form": form.form.ID, "n": int(u.n), "share": u.share, "low": low, "high": high, "peers": u.expected,
			"whipple": 5 * u.share, "bound": limits["min_effect"],
		}},
		Table: u.table(), Chart: form.funnel(u), Look: u.lookAt(),
		Detail: map[string]any{
			"family": "digits", "deterministic": false, "beyond_peers": math.Abs(effect) > beyond, "sustained": u.sustained(), "innocent_open": open, "tests": tests,
			"round_share": u.share, "peers_share": u.expected, "z": u.score, "between_units": form.between, "whipple": 5 * u.share, "myers": 100 * u.myers,
			"peers_most": beyond, "records": form.panel == nil,
		},
	}
	f.Explanations = append([]queries.Message{
		fabExplain("round_form", outcomeOf(form.rounds, "excluded"), map[string]any{"n": form.rounds}),
		fabExplain("round_unit", rounding, map[string]any{"share": u.share, "peers": u.expected}),
		fabExplain("prefilled", "excluded", map[string]any{"n": len(form.form.Prefilled)}),
		fabExplain("small_values", "excluded", map[string]any{"n": limits["large_value"]}),
		fabExplain("repeats", outcomeOf(form.copied, "excluded"), map[string]any{"n": form.copied}),
		fabExplain("habits", "excluded", nil),
	}, circumstances...)
	return f
}

// sustained says whether both halves of the periods depart to the same side by themselves.
func (u *heapedUnit) sustained() bool {
	for _, half := range u.halves {
		n := 0.0
		for _, c := range half {
			n += c
		}
		departs := half[0] + half[5] - n*u.expected
		if math.Signbit(departs) != math.Signbit(u.excess()) || math.Abs(departs) < 1.645*math.Sqrt(n*u.expected*(1-u.expected)) {
			return false
		}
	}
	return true
}

func (u *heapedUnit) table() *queries.Table {
	t := &queries.Table{Columns: []string{"fab.column.digit", "fab.column.count", "fab.column.percent", "fab.column.percent_peers", "fab.column.excess"}}
	for d, c := range u.summary.Last {
		t.Rows = append(t.Rows, []any{
			strconv.Itoa(d), c, rounded(100*float64(c)/u.n, 1), rounded(100*u.expectedDigits[d], 1), rounded(float64(c)-u.n*u.expectedDigits[d], 1),
		})
	}
	return t
}

// lookAt are the round figures of a unit with too many of them, of the periods that have most; too few leave nothing to point at.
func (u *heapedUnit) lookAt() []queries.Look {
	p := u.form.panel
	if p == nil || u.excess() < 0 {
		return nil
	}
	byPeriod := make([]float64, len(p.periods))
	for _, s := range u.seen {
		if s.ending%5 == 0 {
			byPeriod[s.period]++
		}
	}
	var out []queries.Look
	unit := p.unitIndex(u.unit)
	for _, period := range topIndexes(byPeriod, 4) {
		listed := 0
		for _, s := range u.seen {
			if int(s.period) != period || s.ending%5 != 0 || listed == 3 || len(out) == 10 {
				continue
			}
			value := p.value(p.row(unit, period), u.form.columns[s.field])
			out = append(out, queries.Look{Period: p.periods[period].name, Field: p.form.ID + "." + u.form.fields[s.field], Value: &value})
			listed++
		}
	}
	return out
}

// funnel draws every unit by the number and the share of its round figures, with the limits within which 99.8 % of
// independent figures lie (Spiegelhalter 2005).
func (form *heapedForm) funnel(marked *heapedUnit) *queries.Chart {
	shares := make([]unitShare, len(form.judged))
	for i, u := range form.judged {
		shares[i] = unitShare{u.unit, u.n, u.share, u == marked}
	}
	return funnelChart(queries.Message{Key: "fab.chart.heaping", Params: map[string]any{"unit": marked.unit}}, shares, marked.expected)
}

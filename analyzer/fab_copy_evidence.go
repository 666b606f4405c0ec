package analyzer

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

const copyDetector = "fab-copy-forward"

// findings are those of a form's units or, where too many of them copy, one about the form.
func (form *copyForm) findings(in Input, limits map[string]float64, tests int) []queries.Finding {
	var flagged []*copyUnit
	beyond, copying := 0.0, 0
	for _, u := range form.units {
		significant := u.q <= limits["max_q"] && float64(u.copied) >= limits["min_copied"]
		if significant && u.share() >= limits["min_effect"] {
			copying++
		}
		if significant && u.share()-form.median >= limits["min_effect"] {
			flagged = append(flagged, u)
			continue
		}
		beyond = math.Max(beyond, u.share())
	}
	var out []queries.Finding
	everywhere := above(copying, len(form.units), limits)
	if everywhere || len(form.events) > 0 {
		out = append(out, form.aboveFinding(copying, everywhere))
	}
	if everywhere {
		return out
	}
	clerks := map[uint64]int{}
	for _, u := range flagged {
		clerks[form.panel.circumstances(u.at).clerk]++
	}
	for _, u := range flagged {
		out = append(out, u.finding(in, limits, tests, beyond, clerks))
	}
	return out
}

// finding writes one unit down.
func (u *copyUnit) finding(in Input, limits map[string]float64, tests int, beyond float64, clerks map[uint64]int) queries.Finding {
	form := u.form
	c := form.panel.circumstances(u.at)
	c.imported, c.batched = u.imported, u.batch // of the copied submissions
	circumstances, byClerk := c.explain(clerks[c.clerk])
	first, last, longest, run, repeated, of := -1, 0, 0, 0, 0, 0
	var shares, usual []float64
	for _, t := range u.transitions {
		if !t.copied || t.event {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
		if first < 0 {
			first = t.period
		}
		last = t.period
		repeated, of = repeated+t.repeated, of+t.of
		shares = append(shares, float64(t.repeated)/float64(t.of))
		usual = append(usual, form.usual[t.period])
	}
	effect := u.share() - form.median
	open := byClerk || form.stocks
	f := queries.Finding{
		ID: queries.FindingID(copyDetector, u.unit, form.form.ID), Subject: fabSubject(form.form, u.unit),
		Score: math.Min(1, 0.5+effect/2), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: uint64(u.judged()),
		Severity: fabSeverity(u.share(), u.q, open),
	}
	f.From, f.To = periodSpan(form.periods, first, last, in.Window)
	if byClerk {
		f.Subject.Reporters = []string{reporterName(c.clerk)}
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "fab.copy.unit", Params: map[string]any{
			"unit": u.unit, "form": form.form.ID, "n": u.copied, "of": u.judged(), "run": longest,
			"share": stats.Median(shares), "peers": stats.Median(usual), "from": form.periods[first].name, "to": form.periods[last].name,
		}},
		Table: u.table(), Chart: u.chart(), Look: u.look(),
		Detail: map[string]any{
			"family": "copying", "deterministic": false, "beyond_peers": u.share() > beyond, "sustained": float64(u.copied) >= limits["sustained"],
			"innocent_open": open, "tests": tests, "copied": u.copied, "transitions": u.judged(), "longest_run": longest,
			"repeated": repeated, "compared": of, "peers_rate": form.rate, "peers_most": beyond, "watched_fields": form.watched, "stocks_only": form.stocks,
		},
	}
	f.Explanations = append(u.explanations(), circumstances...)
	return f
}

// reporterName writes a reporter's pseudonym as the store shows it.
func reporterName(hash uint64) string { return fmt.Sprintf("%d", hash) }

func (u *copyUnit) explanations() []queries.Message {
	form := u.form
	stocks := "excluded"
	if form.stocks {
		stocks = "open"
	}
	return []queries.Message{
		fabExplain("prefilled", outcomeOf(form.prefilled, "excluded"), map[string]any{"n": form.prefilled}),
		fabExplain("constant", outcomeOf(form.constant+form.set, "excluded"), map[string]any{"n": form.constant + form.set}),
		fabExplain("small", "excluded", nil),
		fabExplain("stock", stocks, nil),
		fabExplain("event", outcomeOf(len(form.events), "excluded"), map[string]any{"n": len(form.events)}),
		fabExplain("mistake", "excluded", map[string]any{"share": form.rate}),
	}
}

// look lists the largest repeated figures of the surest copies, two of each.
func (u *copyUnit) look() []queries.Look {
	p := u.form.panel
	copied := slices.DeleteFunc(slices.Clone(u.transitions), func(t copyTransition) bool { return !t.copied || t.event })
	slices.SortStableFunc(copied, func(a, b copyTransition) int { return -cmp.Compare(a.repeated, b.repeated) })
	var out []queries.Look
	for _, t := range copied[:min(len(copied), lookItems/2)] {
		same := slices.DeleteFunc(slices.Clone(u.form.fields), func(f int) bool { return !(p.value(t.now, f) == p.value(t.before, f)) })
		slices.SortStableFunc(same, func(a, b int) int { return -cmp.Compare(p.value(t.now, a), p.value(t.now, b)) })
		for _, f := range same[:min(2, len(same))] {
			v := p.value(t.now, f)
			out = append(out, p.lookAt(t.now, f, &v, u.form.periods[p.rows[t.before].period].name))
		}
	}
	return out
}

func (u *copyUnit) table() *queries.Table {
	t := &queries.Table{Columns: []string{"fab.column.period", "fab.column.repeated", "fab.column.compared", "fab.column.usual", "fab.column.copied"}}
	for _, x := range u.transitions {
		t.Rows = append(t.Rows, []any{
			u.form.periods[x.period].name, x.repeated, x.of, rounded(u.form.usual[x.period], 3), x.copied && !x.event,
		})
	}
	return t
}

func (u *copyUnit) chart() *queries.Chart {
	c := &queries.Chart{Kind: "line", Title: queries.Message{Key: "fab.chart.copy", Params: map[string]any{"unit": u.unit}}, Unit: "%"}
	own := queries.Series{Name: queries.Message{Key: "fab.series.unit", Params: map[string]any{"unit": u.unit}}}
	peers := queries.Series{Name: queries.Message{Key: "fab.series.peers"}}
	for _, x := range u.transitions {
		c.X = append(c.X, u.form.periods[x.period].name)
		own.Values = append(own.Values, rounded(100*float64(x.repeated)/float64(x.of), 1))
		peers.Values = append(peers.Values, rounded(100*u.form.usual[x.period], 1))
	}
	c.Series = []queries.Series{own, peers}
	return c
}

// aboveFinding says that copying is so common that the form, its target or its deadline, or the system, is to be questioned
// and not the units.
func (form *copyForm) aboveFinding(copying int, everywhere bool) queries.Finding {
	key := "fab.copy.above"
	if !everywhere {
		key = "fab.copy.event"
	}
	var periods []string
	for _, e := range form.events {
		periods = append(periods, form.periods[e].name)
	}
	table := &queries.Table{Columns: []string{"fab.column.period", "fab.column.units", "fab.column.copied_units"}}
	c := &queries.Chart{Kind: "bars", Title: queries.Message{Key: "fab.chart.copy_form", Params: map[string]any{"form": form.form.ID}}, Unit: "%"}
	series := queries.Series{Name: queries.Message{Key: "fab.series.copied_units"}}
	copied, judged, worst := make([]int, len(form.periods)), make([]int, len(form.periods)), 0.0
	for _, u := range form.units {
		for _, t := range u.transitions {
			judged[t.period]++
			if t.copied {
				copied[t.period]++
			}
		}
	}
	for t, p := range form.periods {
		if judged[t] == 0 {
			continue
		}
		share := float64(copied[t]) / float64(judged[t])
		worst = math.Max(worst, share)
		table.Rows = append(table.Rows, []any{p.name, judged[t], copied[t]})
		c.X, series.Values = append(c.X, p.name), append(series.Values, rounded(100*share, 1))
	}
	c.Series = []queries.Series{series}
	effect := worst
	if everywhere {
		effect = float64(copying) / float64(len(form.units))
	}
	return queries.Finding{
		ID: queries.FindingID(copyDetector, "above", form.form.ID), Subject: fabSubject(form.form),
		Score: math.Min(1, 0.5+effect/2), Effect: &effect, N: uint64(len(form.units)), Severity: "medium",
		Evidence: queries.Evidence{
			Message: queries.Message{Key: key, Params: map[string]any{
				"form": form.form.ID, "n": copying, "of": len(form.units), "share": effect, "periods": periods,
			}},
			Table: table, Chart: c,
			Detail: map[string]any{
				"family": "copying", "deterministic": false, "beyond_peers": false, "sustained": everywhere, "innocent_open": true,
				"above": true, "units_flagged": copying, "units_judged": len(form.units),
			},
			NotProof: queries.Message{Key: "fab.not_proof.above"},
		},
		Explanations: []queries.Message{fabExplain("above", "open", nil)},
	}
}

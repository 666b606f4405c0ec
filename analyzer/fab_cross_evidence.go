package analyzer

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// crossCase is a pair to report: one unit that likely copied, or both where nothing tells.
type crossCase struct {
	pair     *crossPair
	copier   int // -1: undecided
	evidence copierEvidence
	unit     *crossUnit // that carries the p and q
}

func (x *crossPair) share() float64 { return float64(x.shared) / math.Max(1, float64(len(x.periods))) }

// matched is how many equal figures the shared periods hold together, and the most in one.
func (x *crossPair) matched() (together, most int) {
	for _, t := range x.periods {
		if t.shared {
			together += t.matched
			most = max(most, t.matched)
		}
	}
	return together, most
}

// strong says whether the likeness of two units is large enough to be reported, apart from being no chance.
func (x *crossPair) strong(usual float64, limits map[string]float64) bool {
	together, most := x.matched()
	if together < int(limits["min_fields"]) {
		return false
	}
	return x.share()-usual >= limits["min_effect"] || most >= int(limits["min_fields_once"])
}

// findings name for every significant likeness the unit that likely copied or, where too many are alike, the form.
func (c *crossForm) findings(in Input, limits map[string]float64, all []*crossUnit, tests int) []queries.Finding {
	own := map[int]*crossUnit{}
	var shares []float64
	worst, flagged, alike := 0.0, 0, 0
	for _, u := range all {
		if u.form != c {
			continue
		}
		own[u.unit] = u
		shares = append(shares, u.best.share())
	}
	for len(shares) < c.tested {
		shares = append(shares, 0)
	}
	usual := stats.Median(shares)
	for _, u := range own {
		if u.q <= limits["max_q"] && u.best.strong(0, limits) {
			alike++
			if u.best.strong(usual, limits) {
				flagged++
				worst = math.Max(worst, u.p)
			}
		}
	}
	switch {
	case above(alike, c.tested, limits):
		return []queries.Finding{c.aboveFinding(alike)}
	case flagged == 0:
		return nil
	}
	cases := c.cases(own, usual, worst, limits)
	reported := map[int]bool{}
	for _, k := range cases {
		reported[k.pair.a], reported[k.pair.b] = true, true
	}
	clerks := map[uint64]int{}
	for u := range reported {
		clerks[c.circumstances(u).clerk]++
	}
	beyond := 0.0
	for _, u := range own {
		if !reported[u.unit] {
			beyond = math.Max(beyond, u.best.share())
		}
	}
	var out []queries.Finding
	for _, k := range cases {
		out = append(out, c.finding(k, in, limits, tests, usual, beyond, clerks))
	}
	return out
}

// cases decides who copied in every significant pair. A unit that copied is named once, with the unit it is most like; a
// pair that nothing tells apart is reported as such unless one of the two is named anyway.
func (c *crossForm) cases(own map[int]*crossUnit, usual, worst float64, limits map[string]float64) []crossCase {
	var significant []*crossPair
	for _, x := range c.pairs {
		if x.p*float64(len(c.units)-1) <= worst && x.strong(usual, limits) {
			significant = append(significant, x)
		}
	}
	slices.SortStableFunc(significant, func(x, y *crossPair) int { return cmp.Compare(x.p, y.p) })
	named := map[int]bool{}
	var out, undecided []crossCase
	for _, x := range significant {
		e := c.copierOf(x)
		k := crossCase{pair: x, evidence: e, copier: e.decided(x, limits["decide"])}
		switch {
		case k.copier < 0:
			k.unit = own[x.a]
			undecided = append(undecided, k)
		case !named[k.copier]:
			named[k.copier] = true
			k.unit = own[k.copier]
			out = append(out, k)
		}
	}
	for _, k := range undecided {
		if !named[k.pair.a] && !named[k.pair.b] {
			named[k.pair.a], named[k.pair.b] = true, true
			out = append(out, k)
		}
	}
	return out
}

func (c *crossForm) finding(k crossCase, in Input, limits map[string]float64, tests int, usual, beyond float64, clerks map[uint64]int) queries.Finding {
	x, e := k.pair, k.evidence
	together, most := x.matched()
	first, last, surprise, of := -1, 0, 0.0, 0
	for _, t := range x.periods {
		if !t.shared {
			continue
		}
		if first < 0 {
			first = t.period
		}
		last = t.period
		surprise += t.surprise
		of += t.of
	}
	// One person who enters for both explains it if that person's other units are alike too.
	byClerk := 5*e.sameClerk >= 4*x.shared && 2*clerks[e.clerk] >= c.filedBy(e.clerk)
	merger := e.allStocks && e.unbroken && x.shared >= 3
	open := k.copier < 0 || byClerk || merger || c.stocks || x.shared == 1
	effect := x.share() - usual
	copier, source := x.a, x.b
	if k.copier == x.b {
		copier, source = x.b, x.a
	}
	key, units := "fab.cross.unit", []string{c.units[copier]}
	if k.copier < 0 {
		key, units = "fab.cross.undecided", []string{c.units[copier], c.units[source]}
	}
	p, q := k.unit.p, k.unit.q
	f := queries.Finding{
		ID: queries.FindingID(crossDetector, append(slices.Clone(units), c.form.ID)...), Subject: fabSubject(c.form, units...),
		Score: math.Min(1, 0.5+effect/2), P: figure(p), Q: figure(q), Effect: &effect, N: uint64(len(x.periods)),
		Severity: fabSeverity(x.share(), q, open),
	}
	f.From, f.To = periodSpan(c.periods, first, last, in.Window)
	if byClerk {
		f.Subject.Reporters = []string{reporterName(e.clerk)}
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"unit": c.units[copier], "unit_b": c.units[source], "form": c.form.ID, "n": x.shared, "of": len(x.periods),
			"items": together, "compared": of, "from": c.periods[first].name, "to": c.periods[last].name, "peers": usual,
		}},
		Table: c.table(x, copier, source), Chart: c.chart(x, copier, source), Look: c.look(x, copier, source),
		Detail: map[string]any{
			"family": "copying", "deterministic": false, "beyond_peers": x.share() > beyond,
			"sustained": float64(x.shared) >= limits["sustained"], "innocent_open": open, "tests": tests,
			"other_unit": c.units[source], "shared_periods": x.shared, "periods": len(x.periods), "matched": together, "compared": of, "most_fields": most,
			"surprise": surprise, "peers_most": beyond, "copier_by_history": e.history, "copier_by_time": e.time, "same_clerk": e.sameClerk,
			"decided": k.copier >= 0, "merger": merger, "stocks_only": c.stocks,
		},
	}
	f.Explanations = c.explanations(k, byClerk, merger)
	return f
}

func (c *crossForm) explanations(k crossCase, byClerk, merger bool) []queries.Message {
	e, x := k.evidence, k.pair
	open := func(yes bool, otherwise string) string {
		if yes {
			return "open"
		}
		return otherwise
	}
	later := e.later[1]
	if k.copier == x.a {
		later = e.later[0]
	}
	clerk := open(byClerk, outcomeOf(e.sameClerk, "unlikely"))
	return []queries.Message{
		fabExplain("prefilled", outcomeOf(c.prefilled, "excluded"), map[string]any{"n": c.prefilled}),
		fabExplain("constant", outcomeOf(c.constant+c.derived+c.rates, "excluded"), map[string]any{"n": c.constant + c.derived + c.rates}),
		fabExplain("zeros", "excluded", nil),
		fabExplain("target", "excluded", nil),
		fabExplain("town", "excluded", nil),
		fabExplain("stock", open(c.stocks, "excluded"), nil),
		fabExplain("same_clerk", clerk, map[string]any{"n": e.sameClerk, "of": x.shared}),
		fabExplain("merger", open(merger, "unlikely"), nil),
		fabExplain("once", open(x.shared == 1, "unlikely"), map[string]any{"n": x.shared}),
		fabExplain("order", open(k.copier < 0, "unlikely"), map[string]any{"later": later, "n": x.shared, "history": e.historyKnow}),
	}
}

// sideBySide is how many periods a table shows.
const sideBySide = 3

// table shows the figures of both units in the periods with the most equal ones, with the times of handing in.
func (c *crossForm) table(x *crossPair, copier, source int) *queries.Table {
	t := &queries.Table{Columns: []string{"fab.column.period", "fab.column.field", "fab.column.value_named", "fab.column.value_other", "fab.column.same"}}
	periods := x.sharedPeriods()
	for _, p := range periods[:min(sideBySide, len(periods))] {
		a, b := c.row(copier, p.period), c.row(source, p.period)
		name := c.periods[p.period].name
		t.Rows = append(t.Rows, []any{name, queries.Message{Key: "fab.row.submitted"}, clock(c.rows[a].submitted), clock(c.rows[b].submitted), nil})
		for _, f := range c.watched {
			v, w := c.value(a, f), c.value(b, f)
			if math.IsNaN(v) || math.IsNaN(w) {
				continue
			}
			t.Rows = append(t.Rows, []any{name, c.form.ID + "." + c.fields[f].ID, v, w, v == w})
		}
	}
	return t
}

func clock(t time.Time) string { return t.Format("2006-01-02 15:04:05Z") }

// chart shows field by field in which periods the two units report the same figure: 1 for equal, -1 where there is nothing to
// compare.
func (c *crossForm) chart(x *crossPair, copier, source int) *queries.Chart {
	chart := &queries.Chart{Kind: "heat", Title: queries.Message{
		Key: "fab.chart.cross_heat", Params: map[string]any{"unit": c.units[copier], "unit_b": c.units[source]},
	}}
	for _, t := range x.periods {
		chart.X = append(chart.X, c.periods[t.period].name)
	}
	for _, f := range c.watched[:min(heatRows, len(c.watched))] {
		chart.Rows = append(chart.Rows, c.form.ID+"."+c.fields[f].ID)
		cells := make([]float64, len(x.periods))
		for i, t := range x.periods {
			v, w := c.value(c.row(copier, t.period), f), c.value(c.row(source, t.period), f)
			switch {
			case math.IsNaN(v) || math.IsNaN(w) || v == 0 && w == 0:
				cells[i] = -1
			case v == w:
				cells[i] = 1
			}
		}
		chart.Cells = append(chart.Cells, cells)
	}
	return chart
}

// look lists the largest equal figures of the periods with the most of them, two of each.
func (c *crossForm) look(x *crossPair, copier, source int) []queries.Look {
	var out []queries.Look
	shared := x.sharedPeriods()
	for _, p := range shared[:min(len(shared), lookItems/2)] {
		a, b := c.row(copier, p.period), c.row(source, p.period)
		same := slices.DeleteFunc(slices.Clone(c.watched), func(f int) bool { return !(c.value(a, f) == c.value(b, f)) })
		slices.SortStableFunc(same, func(f, g int) int { return -cmp.Compare(c.value(a, f), c.value(a, g)) })
		for _, f := range same[:min(2, len(same))] {
			w := c.value(b, f)
			out = append(out, c.lookAt(a, f, &w, c.units[source]))
		}
	}
	return out
}

// sharedPeriods are the identical periods, those with the most equal figures first.
func (x *crossPair) sharedPeriods() []crossPeriod {
	periods := slices.DeleteFunc(slices.Clone(x.periods), func(p crossPeriod) bool { return !p.shared })
	slices.SortStableFunc(periods, func(a, b crossPeriod) int {
		return cmp.Or(-cmp.Compare(a.matched, b.matched), -cmp.Compare(a.period, b.period))
	})
	return periods
}

// aboveFinding says that likeness is so common that the form or what it was filled from is to be questioned.
func (c *crossForm) aboveFinding(flagged int) queries.Finding {
	effect := float64(flagged) / float64(c.tested)
	return queries.Finding{
		ID: queries.FindingID(crossDetector, "above", c.form.ID), Subject: fabSubject(c.form),
		Score: math.Min(1, 0.5+effect/2), Effect: &effect, N: uint64(c.tested), Severity: "medium",
		Evidence: queries.Evidence{
			Message: queries.Message{Key: "fab.cross.above", Params: map[string]any{"form": c.form.ID, "n": flagged, "of": c.tested, "share": effect}},
			Detail: map[string]any{
				"family": "copying", "deterministic": false, "beyond_peers": false, "sustained": true, "innocent_open": true,
				"above": true, "units_flagged": flagged, "units_judged": c.tested,
			},
			NotProof: queries.Message{Key: "fab.not_proof.above"},
		},
		Explanations: []queries.Message{fabExplain("above", "open", nil)},
	}
}

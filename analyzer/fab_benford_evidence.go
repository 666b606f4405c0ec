package analyzer

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// benfordRows is how many pairs of digits a table lists, those with the greatest excess first.
const benfordRows = 12

// finding speaks of a form and a field, of no unit.
func (b *benfordPool) finding(tests int) queries.Finding {
	n, mad, bound := b.summary.N(), *b.judgement.Effect, b.bound()
	law := stats.BenfordFirstTwo()
	top, more := topDigits(b.counts(), law, 10)
	excess := mad - stats.ExpectedMAD(n, law)
	severity := "low"
	if mad > 2*bound {
		severity = "medium"
	}
	name := b.form.ID + "." + b.field.ID
	subject := fabSubject(b.form)
	subject.Fields = [][2]string{{name, ""}}
	f := queries.Finding{
		ID: queries.FindingID(benfordDetector, name), Subject: subject, Score: math.Min(1, 0.3+0.2*mad/bound),
		P: b.judgement.P, Q: figure(b.q), Effect: &mad, N: uint64(n), Severity: severity,
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "fab.benford.pool", Params: map[string]any{
			"form": b.form.ID, "field": name, "n": n, "mad": mad, "bound": bound, "top": strconv.Itoa(top), "more": math.Round(more),
		}},
		Table: b.table(), Chart: b.chart(name),
		Detail: map[string]any{
			"family": "digits", "deterministic": false, "beyond_peers": false, "sustained": false, "innocent_open": true, "tests": tests,
			"mad": mad, "excess_mad": excess, "bound": bound, "chi_square": *b.judgement.Statistic, "df": *b.judgement.DF,
			"design_effect": b.widening, "p5": b.summary.P5, "p50": b.summary.P50, "p95": b.summary.P95, "top_digits": top,
		},
	}
	f.Explanations = []queries.Message{
		fabExplain("prefilled", "excluded", map[string]any{"n": len(b.form.Prefilled)}),
		fabExplain("cut_off", "excluded", nil),
		fabExplain("narrow", "excluded", map[string]any{"spread": b.summary.P95 / b.summary.P5}),
		fabExplain("alike", "excluded", map[string]any{"effect": b.widening}),
		fabExplain("fees", "open", nil),
		fabExplain("limit", "open", nil),
	}
	return f
}

func (b *benfordPool) counts() []float64 {
	counts := make([]float64, len(b.summary.FirstTwo))
	for i, c := range b.summary.FirstTwo {
		counts[i] = float64(c)
	}
	return counts
}

func (b *benfordPool) table() *queries.Table {
	n, law := float64(b.summary.N()), stats.BenfordFirstTwo()
	order := make([]int, len(law))
	for i := range order {
		order[i] = i
	}
	deviation := func(i int) float64 {
		return (float64(b.summary.FirstTwo[i]) - n*law[i]) / math.Sqrt(n*law[i]*(1-law[i]))
	}
	slices.SortFunc(order, func(i, j int) int { return -cmp.Compare(deviation(i), deviation(j)) })
	t := &queries.Table{Columns: []string{"fab.column.first_two", "fab.column.count", "fab.column.expected", "fab.column.excess"}}
	for _, i := range order[:benfordRows] {
		c := float64(b.summary.FirstTwo[i])
		t.Rows = append(t.Rows, []any{strconv.Itoa(10 + i), c, rounded(n*law[i], 1), rounded(c-n*law[i], 1)})
	}
	return t
}

func (b *benfordPool) chart(name string) *queries.Chart {
	c := &queries.Chart{
		Kind: "compare", Title: queries.Message{Key: "fab.chart.benford", Params: map[string]any{"field": name}}, Unit: "%",
		Series: []queries.Series{{Name: queries.Message{Key: "fab.series.share"}}},
	}
	n, law := float64(b.summary.N()), stats.BenfordFirstTwo()
	for i, count := range b.summary.FirstTwo {
		c.X = append(c.X, strconv.Itoa(10+i))
		c.Series[0].Values = append(c.Series[0].Values, rounded(100*float64(count)/n, 2))
		c.Expected = append(c.Expected, rounded(100*law[i], 2))
	}
	return c
}

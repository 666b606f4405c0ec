package analyzer

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// townDetector is the id of what is said of whole towns.
const townDetector = "fab-town"

// town is a place whose units report, and how many of them show evidence.
type town struct {
	code          string
	shown, of     int
	others, ofAll int // the same of all other towns together
	p, q          float64
	forms         map[string]int // units that show evidence in it
}

// townFindings compares towns with one another by the share of their units that show clean evidence in any form: a whole
// town that reports alike could otherwise hide in itself. The test is Fisher's exact one of each town against all the others,
// one-sided, with Benjamini-Yekutieli over towns, which depend on one another by being compared with the same rest. Such a
// finding names the town and no unit of it, and recommends nothing by itself: the cause may lie with the town's own demands,
// its clerk, or its weather.
func townFindings(ctx context.Context, in Input, all []queries.Finding) ([]queries.Finding, error) {
	clean := map[[2]string]bool{}
	for _, c := range verifyCases(all) {
		for name, e := range c.families {
			if name != "" && (e.proven || !math.IsNaN(e.cleanNow)) {
				clean[[2]string{c.unit, c.form}] = true
			}
		}
	}
	if len(clean) == 0 {
		return nil, nil
	}
	pairs, err := in.Store.ReportedPairs(ctx, in.Window.From, in.Window.To)
	if err != nil {
		return nil, err
	}
	return compareTowns(in, pairs, clean), nil
}

// compareTowns is the test itself, over the pairs of unit and form that report and those of them that show clean evidence.
func compareTowns(in Input, pairs []queries.ReportedPair, clean map[[2]string]bool) []queries.Finding {
	limits := in.Policy.Of("verify-list")
	towns := gatherTowns(in.Registry, pairs, clean)
	if len(towns) < 3 {
		return nil
	}
	p := make([]float64, len(towns))
	for i, t := range towns {
		// P(X >= shown) where X of the town's units are among those that show evidence, drawn from all units.
		t.p = hypergeometricUpper(t.shown, t.of, t.shown+t.others, t.of+t.ofAll)
		p[i] = t.p
	}
	var out []queries.Finding
	for i, q := range stats.BenjaminiYekutieli(p) {
		t := towns[i]
		t.q = q
		usual := float64(t.others) / math.Max(1, float64(t.ofAll))
		share := float64(t.shown) / float64(t.of)
		if q <= limits["town_q"] && t.shown >= int(limits["town_units"]) && share >= limits["town_ratio"]*usual {
			out = append(out, t.finding(in, limits, towns, share, usual))
		}
	}
	return out
}

func gatherTowns(registry *queries.Registry, pairs []queries.ReportedPair, clean map[[2]string]bool) []*town {
	byCode := map[string]*town{}
	units, shown := map[string]bool{}, map[string]bool{}
	all, bad := 0, 0
	for _, pair := range pairs {
		u, ok := registry.Unit(pair.Unit)
		if !ok || u.Parent == "" {
			continue
		}
		t := byCode[u.Parent]
		if t == nil {
			t = &town{code: u.Parent, forms: map[string]int{}}
			byCode[u.Parent] = t
		}
		if !units[u.Code] {
			units[u.Code] = true
			t.of++
			all++
		}
		if clean[[2]string{pair.Unit, pair.Form}] {
			t.forms[pair.Form]++
			if !shown[u.Code] {
				shown[u.Code] = true
				t.shown++
				bad++
			}
		}
	}
	var out []*town
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		t := byCode[code]
		t.others, t.ofAll = bad-t.shown, all-t.of
		out = append(out, t)
	}
	return out
}

// hypergeometricUpper is P(X >= k) for the number of marked things among n drawn from all, of which some are marked.
func hypergeometricUpper(k, n, marked, all int) float64 {
	choose := func(n, k int) float64 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		return a - b - c
	}
	sum := 0.0
	for x := max(k, n+marked-all); x <= min(n, marked); x++ {
		sum += math.Exp(choose(marked, x) + choose(all-marked, n-x) - choose(all, n))
	}
	return math.Min(1, sum)
}

func (t *town) finding(in Input, limits map[string]float64, towns []*town, share, usual float64) queries.Finding {
	effect := share - usual
	forms := slices.SortedFunc(maps.Keys(t.forms), func(a, b string) int { return cmp.Or(-cmp.Compare(t.forms[a], t.forms[b]), cmp.Compare(a, b)) })
	chart := &queries.Chart{Kind: "compare", Title: queries.Message{Key: "fab.town.chart"}, Unit: "%", Series: []queries.Series{{Name: queries.Message{Key: "fab.town.series"}}}}
	rows := slices.Clone(towns)
	slices.SortStableFunc(rows, func(a, b *town) int {
		return -cmp.Compare(float64(a.shown)/float64(a.of), float64(b.shown)/float64(b.of))
	})
	table := &queries.Table{Columns: []string{"fab.town.column.town", "fab.town.column.shown", "fab.town.column.of"}}
	for _, x := range rows[:min(len(rows), 20)] {
		chart.X = append(chart.X, x.code)
		chart.Series[0].Values = append(chart.Series[0].Values, rounded(100*float64(x.shown)/float64(x.of), 1))
		chart.Expected = append(chart.Expected, rounded(100*float64(x.others)/math.Max(1, float64(x.ofAll)), 1))
		table.Rows = append(table.Rows, []any{x.code, x.shown, x.of})
	}
	return queries.Finding{
		ID: queries.FindingID(townDetector, t.code), Detector: townDetector, Family: "fabrication", Version: 1,
		Subject: queries.Subject{Units: []string{t.code}}, From: in.Window.From, To: in.Window.To,
		Score: math.Min(1, effect), P: &t.p, Q: &t.q, Effect: &effect, N: uint64(t.of), Severity: "medium", Status: "open",
		Rule: queries.Message{Key: "rule." + townDetector},
		Evidence: queries.Evidence{
			Message: queries.Message{Key: "fab.town.message", Params: map[string]any{
				"town": t.code, "n": t.shown, "of": t.of, "share": share, "usual": usual, "others": t.ofAll, "q": t.q, "forms": forms,
			}},
			Table: table, Chart: chart, Thresholds: map[string]float64{"town_q": limits["town_q"], "town_units": limits["town_units"], "town_ratio": limits["town_ratio"]},
			Policy: in.Policy.Version, NotProof: queries.Message{Key: "not_proof." + townDetector},
			Detail: map[string]any{"shown": t.shown, "of": t.of, "others": t.others, "of_others": t.ofAll, "towns": len(towns), "innocent_open": true},
		},
		Explanations: []queries.Message{{Key: "fab.town.explain.demand"}, {Key: "fab.town.explain.clerk"}, {Key: "fab.town.explain.local"}},
	}
}

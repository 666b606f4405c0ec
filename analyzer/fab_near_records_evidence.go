package analyzer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// findings are those of the units whose records repeat each other or, where they are too many, one about the form.
func (x *surveyForm) findings(in Input, limits map[string]float64, tests int) []queries.Finding {
	var flagged []*surveyUnit
	beyond, alike := 0.0, 0
	for _, u := range x.units {
		significant := u.q <= limits["max_q"] && float64(u.hits) >= limits["records_hits"]
		if significant || u.share() >= 0.5 {
			alike++
		}
		if significant && u.share()-x.median >= limits["records_effect"] {
			flagged = append(flagged, u)
			continue
		}
		beyond = math.Max(beyond, u.share())
	}
	if above(alike, len(x.units), limits) {
		effect := float64(alike) / float64(len(x.units))
		return []queries.Finding{{
			ID: queries.FindingID(nearDetector, "above", x.form.ID), Subject: fabSubject(x.form),
			Score: math.Min(1, 0.5+effect/2), Effect: &effect, N: uint64(len(x.units)), Severity: "medium",
			Evidence: queries.Evidence{
				Message: queries.Message{Key: "fab.near.records_above", Params: map[string]any{"form": x.form.ID, "n": alike, "of": len(x.units), "share": effect}},
				Detail: map[string]any{
					"family": "copying", "deterministic": false, "beyond_peers": false, "sustained": true, "innocent_open": true,
					"above": true, "units_flagged": alike, "units_judged": len(x.units),
				},
				NotProof: queries.Message{Key: "fab.not_proof.above"},
			},
			Explanations: []queries.Message{fabExplain("above", "open", nil)},
		}}
	}
	var out []queries.Finding
	for _, u := range flagged {
		out = append(out, x.finding(u, in, limits, tests, beyond))
	}
	return out
}

func (x *surveyForm) finding(u *surveyUnit, in Input, limits map[string]float64, tests int, beyond float64) queries.Finding {
	effect := u.share() - x.median
	byReporter, reporters, periods := map[uint64]int{}, map[uint64]bool{}, map[string]bool{}
	imported := 0
	var from, to time.Time
	for i := range u.best {
		r := &x.records[u.first+i]
		reporters[r.Reporter] = true
		if u.best[i] <= x.bound {
			continue
		}
		byReporter[r.Reporter]++
		periods[r.Period] = true
		if r.Channel == "import" || r.Channel == "api" {
			imported++
		}
		if from.IsZero() || r.Start.Before(from) {
			from = r.Start
		}
		if r.Start.After(to) {
			to = r.Start
		}
	}
	most, who := 0, uint64(0)
	for reporter, n := range byReporter {
		if reporter != 0 && (n > most || n == most && reporter < who) {
			most, who = n, reporter
		}
	}
	share := float64(most) / math.Max(1, float64(u.hits))
	open := 2*imported >= u.hits
	f := queries.Finding{
		ID: queries.FindingID(nearDetector, u.unit, x.form.ID), Subject: fabSubject(x.form, u.unit),
		From: from, To: in.Window.To, Score: math.Min(1, 0.5+effect/2), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: uint64(u.size()),
		Severity: fabSeverity(u.share(), u.q, open),
	}
	one := "absent"
	if share >= 0.8 && len(reporters) > 1 {
		f.Subject.Reporters = []string{reporterName(who)}
		one = "unlikely"
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "fab.near.records", Params: map[string]any{
			"unit": u.unit, "form": x.form.ID, "n": u.size(), "hits": u.hits, "share": u.share(), "bound": x.bound, "chance": x.chance, "peers": x.median,
		}},
		Chart: x.chart(u),
		Detail: map[string]any{
			"family": "copying", "deterministic": false, "beyond_peers": u.share() > beyond,
			"sustained":     len(periods) >= int(limits["sustained"]) || float64(u.hits) >= 2*limits["records_hits"],
			"innocent_open": open, "tests": tests, "records": u.size(), "alike": u.hits, "bound": x.bound, "shuffled_share": x.chance,
			"peers_rate": x.honest.Mean, "peers_correlation": x.honest.Rho, "peers_most": beyond, "kind": "records", "one_reporter": share,
		},
	}
	f.Evidence.Table, f.Evidence.Look = x.pairs(u)
	f.Explanations = []queries.Message{
		fabExplain("prefilled", outcomeOf(len(x.form.Prefilled), "excluded"), map[string]any{"n": len(x.form.Prefilled)}),
		fabExplain("same_answers", "excluded", map[string]any{"share": x.chance}),
		fabExplain("homogeneous", "unlikely", nil),
		fabExplain("revisits", "excluded", nil),
		fabExplain("import", map[bool]string{true: "open", false: outcomeOf(imported, "unlikely")}[open], map[string]any{"n": imported}),
		fabExplain("one_reporter", one, map[string]any{"share": share}),
	}
	return f
}

// pairs shows the likest records of a unit beside each other, each pair once.
func (x *surveyForm) pairs(u *surveyUnit) (*queries.Table, []queries.Look) {
	order := make([]int, 0, u.hits)
	for i := range u.best {
		if u.best[i] > x.bound {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return -cmp.Compare(u.best[a], u.best[b]) })
	t := &queries.Table{Columns: []string{"fab.column.date", "fab.column.household", "fab.column.like_household", "fab.column.equal_answers", "fab.column.compared", "fab.column.best_match"}}
	var look []queries.Look
	seen := map[[2]int]bool{}
	for _, i := range order {
		a, b := u.first+i, u.like[i]
		if seen[[2]int{b, a}] || len(t.Rows) == 2*lookItems {
			continue
		}
		seen[[2]int{a, b}] = true
		r, s := &x.records[a], &x.records[b]
		equal, of := 0, 0
		for f := range x.fields {
			if r.Answers[f] != 0 || s.Answers[f] != 0 {
				of++
				if r.Answers[f] == s.Answers[f] {
					equal++
				}
			}
		}
		t.Rows = append(t.Rows, []any{clock(r.Submitted), pseudonym(r.Subject), pseudonym(s.Subject), equal, of, rounded(u.best[i], 3)})
		if len(look) < lookItems {
			look = append(look, queries.Look{
				Period: r.Period, Date: r.Submitted.Format(time.RFC3339), Household: pseudonym(r.Subject), With: pseudonym(s.Subject), Reporter: pseudonym(r.Reporter),
			})
		}
	}
	return t, look
}

// pseudonym writes the hash of a person or place as the store shows it; empty for none.
func pseudonym(hash uint64) string {
	if hash == 0 {
		return ""
	}
	return fmt.Sprintf("%d", hash)
}

// chart is the distribution of the best match in the unit before that of all units.
func (x *surveyForm) chart(u *surveyUnit) *queries.Chart {
	const bins = 20
	c := &queries.Chart{Kind: "compare", Unit: "%", Title: queries.Message{Key: "fab.chart.records", Params: map[string]any{"unit": u.unit}}}
	own, all, n := make([]float64, bins), make([]float64, bins), 0
	bin := func(m float64) int { return min(bins-1, int(m*bins)) }
	for _, v := range x.units {
		for _, m := range v.best {
			if v != u {
				all[bin(m)]++
				n++
			}
		}
	}
	for _, m := range u.best {
		own[bin(m)]++
	}
	for i := range own {
		c.X = append(c.X, fmt.Sprintf("%d–%d", i*100/bins, (i+1)*100/bins))
		own[i] = rounded(100*own[i]/float64(u.size()), 1)
		c.Expected = append(c.Expected, rounded(100*all[i]/math.Max(1, float64(n)), 1))
	}
	c.Series = []queries.Series{{Name: queries.Message{Key: "fab.series.records"}, Values: own}}
	return c
}

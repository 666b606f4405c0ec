package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// causeSigns are the detectors whose signs a burden may bring about: copying, bunching and bursts.
var causeSigns = [...]string{
	"fab-copy-forward", "fab-cross-unit", "fab-near-duplicate", "fab-heaping", "fab-number-bunching", "fab-target-bunching", "fab-smooth", "fab-burst",
}

// causeForm is one form with what is asked of those who fill it in, and which of its units show a sign.
type causeForm struct {
	form    queries.Form
	asks    float64 // how often a month its most asked item is asked, by all forms
	askers  int     // forms that ask that item
	units   int
	flagged map[string]bool
}

// addCauses relates the signs that detectors found to how often and how late forms are asked, and adds a finding about the
// forms and their departments where the two go together. It looks at the findings of a whole run.
func addCauses(ctx context.Context, in Input, run *queries.Analysis, all *[]queries.Finding) error {
	from, to := in.verifySpan()
	units, err := in.Store.FormUnits(ctx, from, to)
	if err != nil {
		return err
	}
	found := causesAbove(in.Registry.Forms(), units, *all, in.Policy.Of("cause-above"))
	for i := range found {
		complete(&found[i], Meta{ID: found[i].Detector, Family: "fabrication", Version: 1}, in)
		found[i].Evidence.Thresholds = in.Policy.Of("cause-above")
	}
	run.Findings += uint64(len(found))
	*all = append(*all, found...)
	return nil
}

// causesAbove compares, sign by sign, forms whose items several forms ask with the others, and forms with a short time with
// the others.
func causesAbove(forms []queries.Form, units map[string]int, all []queries.Finding, limits map[string]float64) []queries.Finding {
	var out []queries.Finding
	asks, askers := itemDemand(forms, all)
	for _, sign := range causeSigns {
		list := signForms(sign, forms, units, all)
		for i := range list {
			list[i].asks, list[i].askers = asks[list[i].form.ID], askers[list[i].form.ID]
		}
		for _, cause := range []string{"asked", "late"} {
			var exposed, others []causeForm
			for _, f := range list {
				switch is, known := f.exposed(cause, limits); {
				case !known:
				case is:
					exposed = append(exposed, f)
				default:
					others = append(others, f)
				}
			}
			if f, ok := causeFinding(sign, cause, exposed, others, limits); ok {
				out = append(out, f)
			}
		}
	}
	return out
}

// perMonth is how often a month a form of a cycle is asked, 0 where that is not known.
func perMonth(cycle string) float64 {
	return map[string]float64{"day": 365.25 / 12, "week": 365.25 / 84, "month": 1, "quarter": 1.0 / 3, "half": 1.0 / 6, "year": 1.0 / 12}[cycle]
}

// itemDemand is how often a month the most asked item of every form is asked by all forms together, and how many ask it, from
// the findings of dup-item; without one a form asks its items itself.
func itemDemand(forms []queries.Form, all []queries.Finding) (asks map[string]float64, askers map[string]int) {
	asks, askers = map[string]float64{}, map[string]int{}
	cycles := map[string]string{}
	for _, f := range forms {
		asks[f.ID], askers[f.ID], cycles[f.ID] = perMonth(f.Cycle), 1, f.Cycle
	}
	for _, f := range all {
		if f.Detector != "dup-item" || f.Status == "not_assessed" {
			continue
		}
		members := map[string]bool{}
		total := 0.0
		for _, form := range f.Subject.Forms {
			if !members[form] {
				members[form] = true
				total += perMonth(cycles[form])
			}
		}
		for form := range members {
			if total > asks[form] {
				asks[form], askers[form] = total, len(members)
			}
		}
	}
	return asks, askers
}

// signForms is every form that a detector could judge, with the units that show its sign. Units of a form that is named
// itself are known by number only.
func signForms(sign string, forms []queries.Form, units map[string]int, all []queries.Finding) []causeForm {
	silent, flagged := map[string]bool{}, map[string]map[string]bool{}
	spoke := false
	for _, f := range all {
		if f.Detector != sign || len(f.Subject.Forms) != 1 {
			continue
		}
		spoke = true
		form := f.Subject.Forms[0]
		if f.Status == "not_assessed" {
			silent[form] = true
			continue
		}
		if flagged[form] == nil {
			flagged[form] = map[string]bool{}
		}
		if len(f.Subject.Units) == 1 {
			flagged[form][f.Subject.Units[0]] = true
		}
		if n, ok := f.Evidence.Detail["units_flagged"].(int); ok && len(f.Subject.Units) == 0 {
			for i := range n {
				flagged[form][fmt.Sprint(form, " ", i)] = true
			}
		}
	}
	if !spoke {
		return nil
	}
	var out []causeForm
	for _, f := range forms {
		if n := units[f.ID]; n > 0 && (!silent[f.ID] || len(flagged[f.ID]) > 0) {
			out = append(out, causeForm{form: f, units: max(n, len(flagged[f.ID])), flagged: flagged[f.ID]})
		}
	}
	return out
}

// exposed says whether a form is under the cause, and whether that is known at all.
func (f causeForm) exposed(cause string, limits map[string]float64) (is, known bool) {
	if cause == "late" {
		return float64(f.form.DueDays) <= limits["short_days"], f.form.DueDays > 0
	}
	own := perMonth(f.form.Cycle)
	return f.askers > 1 && f.asks >= limits["times_asked"]*own, own > 0
}

// causeFinding compares two groups of forms. The p is that of flipping, unit by unit, under which of the groups its signs
// stand: units differ among themselves, so that pairs of unit and form are no independent observations.
func causeFinding(sign, cause string, exposed, others []causeForm, limits map[string]float64) (queries.Finding, bool) {
	hits, n := pairsOf(exposed)
	otherHits, m := pairsOf(others)
	if n < int(limits["min_pairs"]) || m < int(limits["min_pairs"]) || hits < int(limits["min_hits"]) {
		return queries.Finding{}, false
	}
	share, other := float64(hits)/float64(n), float64(otherHits)/float64(m)
	ratio, low, high := stats.RiskRatio(hits, n, otherHits, m, 0.95)
	p := stats.SignFlip(unitDifferences(exposed, others, n, m), 9999, stats.NewRand(1, "cause "+sign+cause))
	if p > limits["max_p"] || ratio < limits["min_ratio"] || low <= 1 {
		return queries.Finding{}, false
	}
	slices.SortStableFunc(exposed, func(a, b causeForm) int { return -cmp.Compare(len(a.flagged), len(b.flagged)) })
	worst := exposed[0]
	f := queries.Finding{
		ID: queries.FindingID(sign, "cause", cause), Detector: sign, Severity: "medium",
		Score: math.Min(1, 0.5+(share-other)/2), P: figure(p), Effect: &ratio, N: uint64(n + m),
	}
	for _, x := range exposed {
		if len(x.flagged) > 0 {
			f.Subject.Forms = append(f.Subject.Forms, x.form.ID)
			if x.form.System != "" && !slices.Contains(f.Subject.Systems, x.form.System) {
				f.Subject.Systems = append(f.Subject.Systems, x.form.System)
			}
		}
	}
	params := map[string]any{
		"form": worst.form.ID, "asks": worst.asks, "forms": worst.askers, "due": worst.form.DueDays, "share": share, "hits": hits, "n": n,
		"other": other, "other_hits": otherHits, "m": m, "ratio": ratio, "low": low, "high": high, "p": p,
	}
	rows := map[string][2]string{"asked": {"fab.row.asked_often", "fab.row.asked_less"}, "late": {"fab.row.short_due", "fab.row.longer_due"}}[cause]
	c := &queries.Chart{Kind: "bars", Title: queries.Message{Key: "fab.chart.cause"}, Unit: "%"}
	series := queries.Series{Name: queries.Message{Key: "fab.series.cause"}}
	for _, x := range slices.Concat(exposed, others)[:min(24, len(exposed)+len(others))] {
		c.X, series.Values = append(c.X, x.form.ID), append(series.Values, rounded(100*float64(len(x.flagged))/float64(x.units), 1))
	}
	c.Series = []queries.Series{series}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "fab.cause." + cause, Params: params},
		Table: &queries.Table{
			Columns: []string{"fab.column.cause_group", "fab.column.cause_units", "fab.column.cause_hits"},
			Rows:    [][]any{{queries.Message{Key: rows[0]}, n, hits}, {queries.Message{Key: rows[1]}, m, otherHits}},
		},
		Chart: c,
		Detail: map[string]any{
			"family": "above", "above": true, "cause": cause, "deterministic": false, "beyond_peers": false, "sustained": true, "innocent_open": true,
			"ratio": ratio, "ratio_low": low, "ratio_high": high, "pairs": n, "hits": hits, "other_pairs": m, "other_hits": otherHits,
		},
		NotProof: queries.Message{Key: "fab.cause.no_proof"},
	}
	f.Explanations = []queries.Message{fabExplain("above", "open", nil)}
	return f, true
}

// pairsOf counts the pairs of unit and form, and those with the sign.
func pairsOf(forms []causeForm) (hits, pairs int) {
	for _, f := range forms {
		hits, pairs = hits+len(f.flagged), pairs+f.units
	}
	return hits, pairs
}

// unitDifferences is, for every unit with a sign, by how much it shows it more under the cause than elsewhere, every pair
// counting by the size of its group.
func unitDifferences(exposed, others []causeForm, n, m int) []float64 {
	byUnit := map[string]float64{}
	for _, f := range exposed {
		for u := range f.flagged {
			byUnit[u] += 1 / float64(n)
		}
	}
	for _, f := range others {
		for u := range f.flagged {
			byUnit[u] -= 1 / float64(m)
		}
	}
	var out []float64
	for _, u := range slices.Sorted(maps.Keys(byUnit)) {
		out = append(out, byUnit[u])
	}
	return out
}

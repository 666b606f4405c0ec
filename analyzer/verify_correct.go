package analyzer

import (
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// remember puts the p-values of this look together with those of earlier looks that are still in memory. The same data are
// judged again every month; without this, false alarms would add up from month to month.
func remember(cases []*verifyCase, past verifyPast, spending stats.Spending) {
	now := monthNumber(past.month)
	var steps []int
	byFamily := map[[3]string]map[int]float64{}
	for _, l := range past.looks {
		step := monthNumber(l.Month)
		if step >= now {
			continue // a later analysis, or this one before it was repeated
		}
		steps = append(steps, step)
		if l.Unit != "" && now-step < spending.Memory {
			key := [3]string{l.Unit, l.Form, l.Family}
			if byFamily[key] == nil {
				byFamily[key] = map[int]float64{}
			}
			byFamily[key][step] = l.P
		}
	}
	slices.Sort(steps)
	steps = append(slices.Compact(steps), now)
	weights := spending.Weights(steps)
	for _, c := range cases {
		for name, e := range c.families {
			earlier := byFamily[[3]string{c.unit, c.form, name}]
			all, clean := make([]float64, len(steps)), make([]float64, len(steps))
			for i, step := range steps {
				p, ok := earlier[step]
				if !ok {
					p = math.NaN()
				}
				all[i], clean[i] = p, p
			}
			all[len(all)-1], clean[len(clean)-1] = e.now, e.cleanNow
			e.combined, e.witness = stats.AlwaysValid(all, weights), stats.AlwaysValid(clean, weights)
			if math.IsNaN(e.cleanNow) { // what was clean once has an innocent cause now
				e.witness = math.NaN()
			}
		}
	}
}

func monthNumber(t time.Time) int { return t.Year()*12 + int(t.Month()) }

// testsByFamily is how many tests each family of evidence made in the run, those included that found nothing: a correction
// over the findings alone would forget them. A detector that does not say it has m = max rank x q / p over its findings in
// ascending order of p, which inverts q = p x m / rank of the step-up correction.
func testsByFamily(all []queries.Finding) map[string]int {
	type detector struct{ id, family string }
	byDetector := map[detector][]queries.Finding{}
	for _, f := range all {
		if f.Family == "fabrication" && f.Status != "not_assessed" {
			family, _ := f.Evidence.Detail["family"].(string)
			byDetector[detector{f.Detector, family}] = append(byDetector[detector{f.Detector, family}], f)
		}
	}
	tests := map[string]int{}
	for d, findings := range byDetector {
		slices.SortFunc(findings, func(a, b queries.Finding) int { return compareP(pValue(a), pValue(b)) })
		rank, made := 0, 0
		for _, f := range findings {
			made = max(made, declaredTests(f))
			if p := pValue(f); !math.IsNaN(p) {
				rank++
				made = max(made, rank)
				if f.Q != nil && p > 0 && declaredTests(f) == 0 {
					made = max(made, int(math.Ceil(float64(rank)*math.Min(*f.Q/p, 1e9)-1e-6)))
				}
			}
		}
		tests[d.family] += made
	}
	return tests
}

func declaredTests(f queries.Finding) int {
	switch n := f.Evidence.Detail["tests"].(type) {
	case int:
		return n
	case int64:
		return int(n)
	case uint64:
		return int(n)
	case float64:
		return int(n)
	}
	return 0
}

// correct gives every family of every case its q over the family's tests and over all tests of the run.
func correct(cases []*verifyCase, tests map[string]int) {
	var all []*familyEvidence
	byFamily := map[string][]*familyEvidence{}
	total := 0
	for _, c := range cases {
		for name, e := range c.families {
			byFamily[name] = append(byFamily[name], e)
			all = append(all, e)
		}
	}
	for name, list := range byFamily {
		total += max(tests[name], len(list))
		benjaminiHochbergOf(list, tests[name], func(e *familyEvidence) (float64, *float64) { return e.combined, &e.q })
		benjaminiHochbergOf(list, tests[name], func(e *familyEvidence) (float64, *float64) { return e.witness, &e.cleanQ })
	}
	benjaminiHochbergOf(all, total, func(e *familyEvidence) (float64, *float64) { return e.witness, &e.runQ })
	benjaminiHochbergOf(all, total, func(e *familyEvidence) (float64, *float64) { return e.extremeNow, &e.extremeQ })
}

// benjaminiHochbergOf corrects p-values as the smallest of a number of tests, the others having p = 1. Get gives the p of an
// evidence, NaN where it has none, and where its q goes.
func benjaminiHochbergOf(list []*familyEvidence, tests int, get func(*familyEvidence) (float64, *float64)) {
	p := make([]float64, len(list))
	made := 0
	for i, e := range list {
		p[i], _ = get(e)
		if !math.IsNaN(p[i]) {
			made++
		}
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		if tests > made {
			q = math.Min(1, q*float64(tests)/float64(made)) // NaN stays NaN
		}
		_, into := get(list[i])
		*into = q
	}
}

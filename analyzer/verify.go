package analyzer

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// verifyCase is what all detectors of suspicious data say about one form of one unit.
type verifyCase struct {
	unit, form  string
	families    map[string]*familyEvidence
	findings    []queries.Finding
	proven      bool // a deterministic contradiction stands
	recommended bool
	agreeing    int
	weight      float64
}

// familyEvidence is what one family of evidence (copying, digits, target, dynamics, consistency, timing) says about a case.
type familyEvidence struct {
	p         []float64 // of the findings
	combined  float64   // Cauchy combination of p, NaN without one
	q, qRun   float64   // corrected over the family and over all families of the run
	proven    bool
	extreme   bool // some finding is beyond every comparable peer and sustained
	explained bool // some finding has an innocent cause that is still open
}

// VerifyList orders the (unit, form) pairs that findings of the family fabrication speak of. Verification is recommended
// where two families of evidence agree, where a deterministic contradiction stands, or where one family is overwhelming and
// no innocent cause is open; the rest is ordered behind, not recommended (METHODS section 3). Priorities run from 1 without
// gaps, and the same findings give the same list.
//
// A finding counts if it names one unit and one form: what indicts a form or a pool names no unit. It tells of itself in
// Evidence.Detail: family (of evidence), deterministic, beyond_peers, sustained, innocent_open (all bool), and tests (how
// many tests its detector made in the run; without it the number is recovered from the p and q of its findings).
func VerifyList(all []queries.Finding, policy *Policy) []queries.VerifyItem {
	limit := policy.Of("verify-list")
	cases := verifyCases(all)
	correct(cases, testsByFamily(all))
	for _, c := range cases {
		c.judge(limit)
	}
	slices.SortFunc(cases, func(a, b *verifyCase) int {
		return cmp.Or(
			-compareBool(a.recommended, b.recommended), -compareBool(a.proven, b.proven), -cmp.Compare(a.agreeing, b.agreeing),
			-cmp.Compare(a.weight, b.weight), cmp.Compare(a.unit, b.unit), cmp.Compare(a.form, b.form))
	})
	items := make([]queries.VerifyItem, len(cases))
	for i, c := range cases {
		items[i] = c.item(i+1, limit["agree_q"])
	}
	return items
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// speaks tells whether a finding is evidence about one form of one unit that nobody has set aside.
func speaks(f queries.Finding) bool {
	if f.Family != "fabrication" || len(f.Subject.Units) != 1 || len(f.Subject.Forms) != 1 {
		return false
	}
	switch f.Status {
	case "not_assessed", "waived", "explained", "false_alarm", "resolved":
		return false
	}
	return true
}

// verifyCases groups the findings by unit and form, and their p-values by family of evidence.
func verifyCases(all []queries.Finding) []*verifyCase {
	byPair := map[[2]string]*verifyCase{}
	var cases []*verifyCase
	for _, f := range all {
		if !speaks(f) {
			continue
		}
		pair := [2]string{f.Subject.Units[0], f.Subject.Forms[0]}
		c := byPair[pair]
		if c == nil {
			c = &verifyCase{unit: pair[0], form: pair[1], families: map[string]*familyEvidence{}}
			byPair[pair] = c
			cases = append(cases, c)
		}
		c.findings = append(c.findings, f)
		name, _ := f.Evidence.Detail["family"].(string)
		e := c.families[name]
		if e == nil {
			e = &familyEvidence{}
			c.families[name] = e
		}
		if p := pValue(f); !math.IsNaN(p) {
			e.p = append(e.p, p)
		}
		e.proven = e.proven || said(f, "deterministic")
		e.extreme = e.extreme || said(f, "beyond_peers") && said(f, "sustained")
		e.explained = e.explained || said(f, "innocent_open")
	}
	for _, c := range cases {
		for _, e := range c.families {
			e.combined = stats.CauchyCombination(e.p, nil)
		}
	}
	return cases
}

func said(f queries.Finding, key string) bool {
	yes, _ := f.Evidence.Detail[key].(bool)
	return yes
}

// pValue of a finding; its q where it gives no p, which is never smaller; NaN for neither.
func pValue(f queries.Finding) float64 {
	switch {
	case f.P != nil:
		return *f.P
	case f.Q != nil:
		return *f.Q
	}
	return math.NaN()
}

// compareP orders p-values, those that are missing last.
func compareP(a, b float64) int {
	if math.IsNaN(a) || math.IsNaN(b) {
		return compareBool(math.IsNaN(a), math.IsNaN(b))
	}
	return cmp.Compare(a, b)
}

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
	var everything []*familyEvidence
	byFamily := map[string][]*familyEvidence{}
	total := 0
	for _, c := range cases {
		for name, e := range c.families {
			e.q, e.qRun = math.NaN(), math.NaN()
			if !math.IsNaN(e.combined) {
				byFamily[name] = append(byFamily[name], e)
				everything = append(everything, e)
			}
		}
	}
	for name, list := range byFamily {
		total += max(tests[name], len(list))
		for i, q := range benjaminiHochbergOf(list, tests[name]) {
			list[i].q = q
		}
	}
	for i, q := range benjaminiHochbergOf(everything, total) {
		everything[i].qRun = q
	}
}

// benjaminiHochbergOf corrects the combined p-values as the smallest of a number of tests, the others having p = 1.
func benjaminiHochbergOf(list []*familyEvidence, tests int) []float64 {
	p := make([]float64, len(list))
	for i, e := range list {
		p[i] = e.combined
	}
	q := stats.BenjaminiHochberg(p)
	if tests > len(list) {
		for i := range q {
			q[i] = math.Min(1, q[i]*float64(tests)/float64(len(list)))
		}
	}
	return q
}

// judge applies the rule, and weighs the case: the decades of evidence of each family, held at 12 so that one family
// cannot outweigh another, times the stakes, which are the gravest severity among the findings.
func (c *verifyCase) judge(limit map[string]float64) {
	overwhelming := false
	stakes := 0.0
	for _, name := range slices.Sorted(maps.Keys(c.families)) { // sums of fractions depend on their order
		e := c.families[name]
		c.proven = c.proven || e.proven
		if e.proven || e.q <= limit["agree_q"] && name != "" {
			c.agreeing++
		}
		if e.qRun <= limit["overwhelming_q"] && e.extreme && !e.explained {
			overwhelming = true
		}
		switch {
		case e.proven:
			c.weight += 12
		case !math.IsNaN(e.q):
			c.weight += math.Min(12, -math.Log10(math.Max(e.q, 1e-300)))
		}
	}
	for _, f := range c.findings {
		stakes = math.Max(stakes, map[string]float64{"high": 2, "medium": 1.5}[f.Severity])
	}
	c.weight *= math.Max(1, stakes)
	c.recommended = c.proven || c.agreeing >= int(limit["agree_families"]) || overwhelming
}

// item names the families that speak; where none passes the threshold, those of the findings.
func (c *verifyCase) item(priority int, agree float64) queries.VerifyItem {
	var speak, named []string
	for name, e := range c.families {
		if name == "" {
			continue
		}
		named = append(named, name)
		if e.proven || e.q <= agree {
			speak = append(speak, name)
		}
	}
	if len(speak) == 0 {
		speak = named
	}
	slices.Sort(speak)
	// Strongest first: contradictions, then by p.
	slices.SortFunc(c.findings, func(a, b queries.Finding) int {
		return cmp.Or(-compareBool(said(a, "deterministic"), said(b, "deterministic")), compareP(pValue(a), pValue(b)), cmp.Compare(a.ID, b.ID))
	})
	ids := make([]string, len(c.findings))
	from, to := c.findings[0].From, c.findings[0].To
	for i, f := range c.findings {
		ids[i] = f.ID
		if f.From.Before(from) {
			from = f.From
		}
		if f.To.After(to) {
			to = f.To
		}
	}
	return queries.VerifyItem{
		Unit: c.unit, Form: c.form, Period: months(from, to), Priority: priority,
		Families: speak, Findings: ids, Recommended: c.recommended,
	}
}

// months writes a span of days as the months it touches: 2026-03, or 2026-01/2026-06 (ISO 8601).
func months(from, to time.Time) string {
	a, b := from.Format("2006-01"), to.Format("2006-01")
	if a == b {
		return a
	}
	return a + "/" + b
}

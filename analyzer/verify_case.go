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
	from, to    time.Time // of the data of its findings
	families    map[string]*familyEvidence
	findings    []queries.Finding
	proven      bool // a deterministic contradiction stands
	recommended bool
	answered    bool // people have found what there is to find in these data
	agreeing    int
	weight      float64
	score       float64 // the greatest of its findings: orders what has no p
	stakes      float64
}

// familyEvidence is what one family of evidence (copying, digits, target, dynamics, consistency, timing) says about a case.
// A finding is clean if none of its innocent causes is open.
type familyEvidence struct {
	p, clean, extreme []float64 // of all findings, the clean ones, and of these those beyond every comparable peer and sustained
	proven            bool
	beyond            bool // a clean finding is beyond every comparable peer
	open              bool // some finding has an innocent cause that is still open

	now, cleanNow, extremeNow float64 // Cauchy combinations of the p-values above, NaN without one
	combined, witness         float64 // of all and of the clean ones over all looks that are remembered
	q, cleanQ                 float64 // corrected over the tests of the family
	runQ, extremeQ            float64 // of the clean and of the extreme ones, corrected over all tests of the run
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
			c = &verifyCase{unit: pair[0], form: pair[1], from: f.From, to: f.To, families: map[string]*familyEvidence{}}
			byPair[pair] = c
			cases = append(cases, c)
		}
		c.add(f)
	}
	for _, c := range cases {
		for _, e := range c.families {
			e.now, e.cleanNow, e.extremeNow = stats.CauchyCombination(e.p, nil), stats.CauchyCombination(e.clean, nil), stats.CauchyCombination(e.extreme, nil)
			e.combined, e.witness = e.now, e.cleanNow
		}
	}
	return cases
}

func (c *verifyCase) add(f queries.Finding) {
	c.findings = append(c.findings, f)
	c.score = math.Max(c.score, f.Score)
	if f.From.Before(c.from) {
		c.from = f.From
	}
	if f.To.After(c.to) {
		c.to = f.To
	}
	name, _ := f.Evidence.Detail["family"].(string)
	e := c.families[name]
	if e == nil {
		e = &familyEvidence{}
		c.families[name] = e
	}
	p, open, beyond := pValue(f), said(f, "innocent_open"), said(f, "beyond_peers")
	e.open = e.open || open
	if !math.IsNaN(p) {
		e.p = append(e.p, p)
	}
	if open {
		return
	}
	// Only arithmetic and time can contradict themselves; whatever else calls itself certain is a matter of degree.
	e.proven = e.proven || said(f, "deterministic") && (name == "consistency" || name == "timing")
	e.beyond = e.beyond || beyond
	if !math.IsNaN(p) {
		e.clean = append(e.clean, p)
		if beyond && said(f, "sustained") {
			e.extreme = append(e.extreme, p)
		}
	}
}

// looks is what the case adds to the looks of a month: the clean evidence of each family.
func (c *verifyCase) looks(month time.Time) []queries.VerifyLook {
	var out []queries.VerifyLook
	for _, name := range slices.Sorted(maps.Keys(c.families)) {
		if p := c.families[name].cleanNow; name != "" && !math.IsNaN(p) {
			out = append(out, queries.VerifyLook{Unit: c.unit, Form: c.form, Family: name, Month: month, P: p})
		}
	}
	return out
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

package analyzer

import (
	"cmp"
	"slices"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// verifyPast is what the list of one analysis builds on: when it is made, what earlier looks at the data spent, what people
// found, and what hangs on the data. The zero value is a first look at units of which nothing is known.
type verifyPast struct {
	month    time.Time // first day of the month of analysis
	looks    []queries.VerifyLook
	since    map[[2]string]time.Time // by unit and form: the first analysis that listed them
	outcomes []queries.VerifyOutcome // oldest first
	stakes   func(unit, form string) float64
}

// VerifyList orders the (unit, form) pairs that findings of the family fabrication speak of, as on a first look. Verification
// is recommended where two families of evidence agree, where a deterministic contradiction stands, or where one family is
// overwhelming and no innocent cause is open; the rest is ordered behind, not recommended (METHODS section 3). Priorities run
// from 1 without gaps, and the same findings give the same list.
//
// A finding counts if it names one unit and one form: what indicts a form or a pool names no unit. It tells of itself in
// Evidence.Detail: family (of evidence), deterministic, beyond_peers, sustained, innocent_open (all bool), and tests (how
// many tests its detector made in the run; without it the number is recovered from the p and q of its findings).
func VerifyList(all []queries.Finding, policy *Policy) []queries.VerifyItem {
	items, _ := verifyList(all, policy, verifyPast{})
	return items
}

// verifyList is VerifyList after earlier looks; the second value is what this look adds to them.
func verifyList(all []queries.Finding, policy *Policy, past verifyPast) ([]queries.VerifyItem, []queries.VerifyLook) {
	limit := policy.Of("verify-list")
	cases := verifyCases(all)
	remember(cases, past, stats.Spending{First: limit["first_look"], Memory: int(limit["memory_months"])})
	correct(cases, testsByFamily(all))
	answered := past.newest()
	for _, c := range cases {
		c.judge(limit)
		c.stake(past, limit)
		if o := answered[[2]string{c.unit, c.form}]; o != nil && !c.renewed(*o, int(limit["renew_days"])) {
			c.answered, c.recommended = true, false
		}
	}
	slices.SortFunc(cases, func(a, b *verifyCase) int {
		return cmp.Or(
			-compareBool(a.recommended, b.recommended), compareBool(a.answered, b.answered), -compareBool(a.proven, b.proven),
			-cmp.Compare(a.agreeing, b.agreeing), -cmp.Compare(a.weight, b.weight),
			-cmp.Compare(a.score, b.score), cmp.Compare(a.unit, b.unit), cmp.Compare(a.form, b.form))
	})
	expect := queries.NewExpectation(past.outcomes, verifyPrior(limit))
	items := make([]queries.VerifyItem, len(cases))
	var looks []queries.VerifyLook
	for i, c := range cases {
		items[i] = c.item(i+1, limit["agree_q"])
		items[i].Expected = expect.Of(items[i].Families, items[i].Recommended)
		items[i].Since = past.since[[2]string{c.unit, c.form}]
		looks = append(looks, c.looks(past.month)...)
	}
	return items, looks
}

// VerifyPrior is what the policy expects of checks before there are outcomes.
func (p *Policy) VerifyPrior() queries.VerifyPrior { return verifyPrior(p.Detectors["verify-list"]) }

func verifyPrior(limit map[string]float64) queries.VerifyPrior {
	return queries.VerifyPrior{Recommended: limit["prior_recommended"], Listed: limit["prior_listed"], Weight: limit["prior_weight"]}
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
	for i, f := range c.findings {
		ids[i] = f.ID
	}
	return queries.VerifyItem{
		Unit: c.unit, Form: c.form, Period: months(c.from, c.to), Priority: priority,
		Families: speak, Findings: ids, Recommended: c.recommended, Stakes: c.stakes,
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

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

package analyzer

import (
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// expectation estimates the probability that a check confirms a doubt: the mean of a beta posterior for each combination of
// families of evidence. Its prior is the posterior of all rows alike (recommended or not), whose own prior is the policy's,
// both with the weight of a few checks. What could not be checked says nothing; what has an innocent explanation was not
// confirmed.
type expectation struct {
	checks map[expectedClass][2]float64 // confirmed, settled
	limit  map[string]float64
}

// expectedClass is a combination of families; empty for all of them together.
type expectedClass struct {
	families    string
	recommended bool
}

func newExpectation(outcomes []queries.VerifyOutcome, limit map[string]float64) *expectation {
	e := &expectation{checks: map[expectedClass][2]float64{}, limit: limit}
	for _, o := range queries.SettledOutcomes(outcomes) {
		if len(o.Families) == 0 {
			continue
		}
		for _, families := range []string{"", strings.Join(o.Families, "+")} {
			class := expectedClass{families, o.Recommended}
			n := e.checks[class]
			n[1]++
			if o.Outcome == queries.OutcomeConfirmed {
				n[0]++
			}
			e.checks[class] = n
		}
	}
	return e
}

// of is the expected share of confirmed checks among rows of some families.
func (e *expectation) of(families []string, recommended bool) float64 {
	weight, mean := e.limit["prior_weight"], e.limit["prior_listed"]
	if recommended {
		mean = e.limit["prior_recommended"]
	}
	for _, name := range []string{"", strings.Join(families, "+")} {
		n := e.checks[expectedClass{name, recommended}]
		mean = (mean*weight + n[0]) / (weight + n[1])
	}
	return mean
}

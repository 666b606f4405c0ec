package queries

import "slices"

// maxOnSite is how many things a check sheet lists: what can be looked at in one visit.
const maxOnSite = 12

// OnSite is what to look at on site for a row of the list, given its findings, the strongest first: what they name to look
// at, in turns, so that the most telling thing of every finding comes before the second of any, each thing once, 12 at most.
func OnSite(findings []Finding) []Look {
	type thing struct{ period, date, field, household, with, reporter string }
	seen := map[thing]bool{}
	var out []Look
	for turn, more := 0, true; more && len(out) < maxOnSite; turn++ {
		more = false
		for _, f := range findings {
			if turn >= len(f.Evidence.Look) {
				continue
			}
			more = true
			l := f.Evidence.Look[turn]
			key := thing{l.Period, l.Date, l.Field, l.Household, l.With, l.Reporter}
			if !seen[key] && len(out) < maxOnSite {
				seen[key] = true
				out = append(out, l)
			}
		}
	}
	return out
}

// echoes are the pairs of families of evidence that may see one and the same artefact: figures that are copied repeat their
// digits and hardly vary; figures pulled to a target end alike; figures made smooth by division are round. Consistency and
// timing look at other data, and echo nothing.
var echoes = [][2]string{{"copying", "digits"}, {"copying", "dynamics"}, {"digits", "dynamics"}, {"digits", "target"}}

// Echo says whether two families of evidence may see the same artefact, so that they are not two witnesses.
func Echo(a, b string) bool {
	return slices.Contains(echoes, [2]string{a, b}) || slices.Contains(echoes, [2]string{b, a})
}

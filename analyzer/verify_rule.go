package analyzer

import (
	"maps"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// judge applies the rule of METHODS section 3, and weighs the evidence: the decades of each family, held at 12 so that one
// family cannot outweigh another.
func (c *verifyCase) judge(limit map[string]float64) {
	overwhelming := false
	names := slices.Sorted(maps.Keys(c.families)) // sums of fractions depend on their order
	for _, name := range names {
		e := c.families[name]
		c.proven = c.proven || e.proven
		// The weak spot of a rule of one family is what it cannot see besides: an innocent cause open in any of its findings
		// may be behind the others too.
		if math.Max(e.runQ, e.extremeQ) <= limit["overwhelming_q"] && !e.open && name != "" {
			overwhelming = true
		}
		switch {
		case e.proven:
			c.weight += 12
		case !math.IsNaN(e.q):
			c.weight += math.Min(12, -math.Log10(math.Max(e.q, 1e-300)))
		}
	}
	c.agreeing = c.witnesses(names, limit)
	c.recommended = c.proven || c.agreeing >= int(limit["agree_families"]) || overwhelming
}

// witnesses is the largest number of families that agree. A family is a witness by its clean findings alone: one whose
// innocent cause is open leaves the others to speak for themselves. Two that may see the same artefact are two witnesses
// only if each is much surer than it need be alone and one of them is beyond every comparable peer.
func (c *verifyCase) witnesses(names []string, limit map[string]float64) int {
	var able []string
	for _, name := range names {
		if e := c.families[name]; name != "" && (e.proven || e.cleanQ <= limit["agree_q"]) {
			able = append(able, name)
		}
	}
	together := func(a, b string) bool {
		x, y := c.families[a], c.families[b]
		if !queries.Echo(a, b) || x.proven || y.proven {
			return true
		}
		return math.Max(x.cleanQ, y.cleanQ) <= limit["echo_q"] && (x.beyond || y.beyond)
	}
	most := 0
	for set := range 1 << len(able) { // six families: 64 sets at most
		n := 0
		for i := range able {
			if set>>i&1 == 0 {
				continue
			}
			n++
			for j := range i {
				if set>>j&1 == 1 && !together(able[j], able[i]) {
					n = math.MinInt32
				}
			}
		}
		most = max(most, n)
	}
	return most
}

package analyzer

import (
	"cmp"
	"math"
	"slices"
)

// leastPeers is how many units a group of peers needs; smaller groups are joined with the nearest size, then the nearest kind.
const leastPeers = 8

// strata puts the units of a panel into groups of peers: units of one kind (village, community, town) and of a like size, in
// bands of population that hold at least leastPeers units each. Units without a population are ordered by code, so that they
// form one band. The result is a group number for every unit of the panel; a panel with fewer units than two groups is one.
func (p *panel) strata(in Input) []int {
	type member struct {
		unit int
		kind string
		size float64
	}
	members := make([]member, len(p.units))
	for i, code := range p.units {
		members[i] = member{unit: i}
		if u, ok := in.Registry.Unit(code); ok {
			members[i].kind, members[i].size = u.Kind, math.Log(float64(u.Population)+1)
		}
	}
	slices.SortFunc(members, func(a, b member) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.size, b.size), cmp.Compare(a.unit, b.unit))
	})
	out := make([]int, len(members))
	group := 0
	for first := 0; first < len(members); {
		last := first
		for last < len(members) && members[last].kind == members[first].kind {
			last++
		}
		// A kind is cut into as many bands as its number allows, three at most; what is left of a rare kind joins the one before.
		n := last - first
		bands := min(3, n/(3*leastPeers))
		if bands < 1 {
			bands = 1
		}
		for i := first; i < last; i++ {
			out[members[i].unit] = group + (i-first)*bands/n
		}
		if n < leastPeers && group > 0 {
			for i := first; i < last; i++ {
				out[members[i].unit] = group - 1
			}
			first = last
			continue
		}
		group += bands
		first = last
	}
	return out
}

package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

const (
	coreShare    = 0.4 // of the units: the core whose features vary least
	coreSteps    = 8   // of concentration
	coreRefined  = 10  // starts that are concentrated until they rest
	growthRounds = 25
)

// core finds the tightest part of the units: the share of them with the least product of the variances of their features (the
// minimum diagonal product of Ro, Zou, Wang & Yin 2015, Outlier detection for high-dimensional data, Biometrika 102(3)), from
// the neighbourhood of every unit by concentration steps. Invented data sets are each strange in their own way and genuine ones
// alike, so the core is genuine even where most units are not.
func core(features []feature, sizes []int) []bool {
	n := len(sizes)
	h := max(int(math.Ceil(coreShare*float64(n))), min(n, 8))
	everyone := make([]bool, n)
	for u := range everyone {
		everyone[u] = true
	}
	z := standardised(features, everyone, sizes)
	_, members, weights := aspectsOf(features)
	type start struct {
		in  []bool
		log float64
	}
	starts := make([]start, n)
	for u := range starts {
		d := make([]float64, n)
		for v := range d {
			for name, all := range members {
				sum := 0.0
				for _, f := range all {
					sum += math.Min(math.Abs(z[u][f]-z[v][f]), 3)
				}
				d[v] += weights[name] * sum / float64(len(all))
			}
		}
		starts[u].in = nearestUnits(d, h)
		starts[u].log = tightness(features, starts[u].in, sizes, members, weights)
	}
	slices.SortStableFunc(starts, func(a, b start) int {
		if a.log < b.log {
			return -1
		}
		return boolInt(a.log > b.log)
	})
	best := starts[0]
	for _, s := range starts[:min(coreRefined, n)] {
		for range coreSteps {
			zs := standardised(features, s.in, sizes)
			d := make([]float64, n)
			for u := range d {
				for name, all := range members {
					d[u] += weights[name] * math.Log(math.Max(departure(zs[u], all), 1e-3))
				}
			}
			next := nearestUnits(d, h)
			log := tightness(features, next, sizes, members, weights)
			if log >= s.log {
				break
			}
			s = start{next, log}
		}
		if s.log < best.log {
			best = s
		}
	}
	return best.in
}

// tightness is the weighted mean of the logarithms of the spreads of the features of some units.
func tightness(features []feature, in []bool, sizes []int, members map[string][]int, weights map[string]float64) float64 {
	parts := make([]float64, 0, len(features))
	for name, all := range members {
		for _, f := range all {
			_, between := features[f].fit(in, sizes)
			whole := math.Max(features[f].scale, 1e-9)
			parts = append(parts, weights[name]/float64(len(all))*math.Log(between/(whole*whole)))
		}
	}
	slices.Sort(parts) // sums of fractions depend on their order
	sum := 0.0
	for _, x := range parts {
		sum += x
	}
	return sum
}

func nearestUnits(d []float64, h int) []bool {
	order := make([]int, len(d))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d[a] < d[b] {
			return -1
		}
		return boolInt(d[a] > d[b])
	})
	in := make([]bool, len(d))
	for _, u := range order[:h] {
		in[u] = true
	}
	return in
}

// grown takes into the core, round by round, all units that stand no farther from it than its own, and measures all from there.
func grown(features []feature, reference []bool, sizes []int, within float64) (*standing, []bool, error) {
	for range growthRounds {
		s, err := standings(features, reference, sizes)
		if err != nil {
			return nil, nil, err
		}
		next := make([]bool, len(reference))
		count := 0
		for u, z := range s.score {
			next[u] = z <= within
			count += boolInt(next[u])
		}
		if slices.Equal(next, reference) || 5*count < len(reference) {
			return s, reference, nil
		}
		reference = next
	}
	s, err := standings(features, reference, sizes)
	return s, reference, err
}

// unitSpread is the robust spread of a feature over all units.
func unitSpread(values []float64) float64 {
	all := present(values)
	if len(all) == 0 {
		return 0
	}
	median, mad := stats.MedianMAD(all)
	if mad > 0 {
		return mad * normalMAD
	}
	total := 0.0
	for _, v := range all {
		total += math.Abs(v - median)
	}
	return 1.2533141373155003 * total / float64(len(all))
}

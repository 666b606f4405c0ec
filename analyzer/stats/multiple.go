package stats

import (
	"cmp"
	"math"
	"slices"
)

// BenjaminiHochberg turns p-values into q-values, in the same order: rejecting all with q <= a keeps the expected share
// of false rejections at a or below if the tests are independent or positively dependent (Benjamini & Hochberg 1995).
// NaN marks a test that was not made; it stays NaN and does not count.
func BenjaminiHochberg(p []float64) []float64 { return stepUp(p, 1) }

// BenjaminiYekutieli is the same under any dependence, at the price of the factor 1 + 1/2 + … + 1/m (2001).
func BenjaminiYekutieli(p []float64) []float64 {
	var harmonic float64
	m := 0
	for _, x := range p {
		if !math.IsNaN(x) {
			m++
			harmonic += 1 / float64(m)
		}
	}
	return stepUp(p, harmonic)
}

func stepUp(p []float64, factor float64) []float64 {
	q := slices.Clone(p)
	order := make([]int, 0, len(p))
	for i, x := range p {
		if !math.IsNaN(x) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	least := 1.0
	for k, i := range order {
		rank := float64(len(order) - k)
		least = math.Min(least, p[i]*factor*float64(len(order))/rank)
		q[i] = least
	}
	return q
}

// CauchyCombination combines p-values of dependent tests into one, weights nil meaning equal: the mean of
// tan((1/2 - p) pi) is close to standard Cauchy in its tail whatever the dependence (Liu & Xie 2020). p-values near one,
// usual in discrete tests, are held at 0.99 so that one of them cannot drown the others. NaN where none is given.
func CauchyCombination(p, weights []float64) float64 {
	var statistic, total float64
	count, last := 0, math.NaN()
	for i, x := range p {
		if math.IsNaN(x) {
			continue
		}
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		if w <= 0 {
			continue
		}
		count++
		last = x
		total += w
		switch {
		case x <= 0:
			return 0
		case x < 1e-15: // tan loses its digits; its expansion does not
			statistic += w / (x * math.Pi)
		default:
			statistic += w * math.Tan((0.5-math.Min(x, 0.99))*math.Pi)
		}
	}
	if count == 1 {
		return last
	}
	if count == 0 {
		return math.NaN()
	}
	return math.Atan2(1, statistic/total) / math.Pi
}

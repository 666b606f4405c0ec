package stats

import (
	"math"
	"slices"
)

// DistanceTail is how seldom two honest things are as near to each other as they are: the lower tail of a distance over many pairs,
// P(D <= d) = Probability x (d / Scale)^Shape below Scale, as the lower tail of every sum of squares runs (a chi-square variable
// with k degrees of freedom has the shape k/2). The shape is learnt further up, where it is smaller, so that the tail is too
// heavy rather than too light.
type DistanceTail struct {
	Scale, Shape, Probability float64
}

// The quantiles from which a DistanceTail is learnt.
const (
	tailLow  = 0.05
	tailHigh = 0.2
)

// FitDistanceTail learns the tail from the distances within every group: its quantiles are the medians of those of the groups, so
// that up to half of them may hold pairs that are too near. Groups of fewer than least distances do not count; ok is false where
// fewer than four are left or nothing varies.
func FitDistanceTail(groups [][]float64, least int) (tail DistanceTail, ok bool) {
	var low, high []float64
	for _, g := range groups {
		if len(g) < least {
			continue
		}
		sorted := sortedCopy(g)
		low, high = append(low, QuantileSorted(sorted, tailLow)), append(high, QuantileSorted(sorted, tailHigh))
	}
	if len(low) < 4 {
		return tail, false
	}
	a, b := Median(low), Median(high)
	if !(a > 0) || !(b > a) {
		return tail, false
	}
	return DistanceTail{Scale: a, Shape: math.Log(tailHigh/tailLow) / math.Log(b/a), Probability: tailLow}, true
}

// P is the probability that a distance is at most d, held at 1e-12: no tail is known further.
func (t DistanceTail) P(d float64) float64 {
	return math.Max(1e-12, math.Min(1, t.Probability*math.Pow(d/t.Scale, t.Shape)))
}

// Quantile is the distance below which a share p of the distances lies.
func (t DistanceTail) Quantile(p float64) float64 {
	return t.Scale * math.Pow(p/t.Probability, 1/t.Shape)
}

// EmpiricalTail gives the upper tail probability of every p under the empirical null of all of them: where units differ in ways
// that the tests do not know, small p are frequent, and count for less. No p becomes smaller.
func EmpiricalTail(p []float64) []float64 {
	z := make([]float64, len(p))
	for i, x := range p {
		z[i] = math.Max(0, normalUpperQuantile(x))
	}
	null := FitEmpiricalNull(z)
	out := slices.Clone(p)
	for i := range p {
		if z[i] > 0 {
			out[i] = math.Max(p[i], null.UpperP(z[i]))
		}
	}
	return out
}

// normalUpperQuantile is the z that a standard normal variable exceeds with probability p.
func normalUpperQuantile(p float64) float64 {
	switch {
	case p >= 0.5:
		return 0
	case p < 1e-300:
		p = 1e-300
	}
	low, high := 0.0, 40.0
	for range 60 {
		if mid := (low + high) / 2; NormalTail(mid) > p {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

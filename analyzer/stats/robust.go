package stats

import (
	"math"
	"slices"
)

// madScale makes the median absolute deviation estimate the standard deviation of a normal, 1/Phi^-1(3/4).
const madScale = 1.482602218505602

// meanADScale does the same for the mean absolute deviation, sqrt(pi/2).
const meanADScale = 1.2533141373155003

// QuantileSorted is the quantile 0 <= q <= 1 of ascending numbers, interpolated linearly (type 7 of Hyndman & Fan 1996,
// the default of R and numpy). NaN for none.
func QuantileSorted(sorted []float64, q float64) float64 {
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	h := q * float64(n-1)
	i := min(max(int(h), 0), n-1)
	if i == n-1 {
		return sorted[i]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}

// Median of the numbers, which stay in their order. NaN for none.
func Median(xs []float64) float64 { return QuantileSorted(sortedCopy(xs), 0.5) }

// MedianMAD gives the median and the median absolute deviation from it, unscaled.
func MedianMAD(xs []float64) (median, mad float64) {
	s := sortedCopy(xs)
	median = QuantileSorted(s, 0.5)
	for i, x := range s {
		s[i] = math.Abs(x - median)
	}
	slices.Sort(s)
	return median, QuantileSorted(s, 0.5)
}

// RobustZ is (x - median) / (1.4826 MAD) of x against its peers. It is NaN for fewer than two peers, 0 where x equals
// the median of peers that do not vary, and infinite where it differs from them.
func RobustZ(x float64, peers []float64) float64 {
	if len(peers) < 2 {
		return math.NaN()
	}
	median, mad := MedianMAD(peers)
	if mad == 0 && x == median {
		return 0
	}
	return (x - median) / (madScale * mad)
}

// ModifiedZ gives the modified z-score of every number, 0.6745 (x - median) / MAD; where more than half are equal and
// MAD is zero, (x - median) / (1.2533 mean absolute deviation) takes its place (Iglewicz & Hoaglin 1993, who call
// |z| > 3.5 an outlier). All zero where nothing varies.
func ModifiedZ(xs []float64) []float64 {
	median, mad := MedianMAD(xs)
	scale := madScale * mad
	if mad == 0 {
		var total float64
		for _, x := range xs {
			total += math.Abs(x - median)
		}
		scale = meanADScale * total / float64(len(xs))
	}
	z := make([]float64, len(xs))
	if scale > 0 {
		for i, x := range xs {
			z[i] = (x - median) / scale
		}
	}
	return z
}

// EmpiricalNull is the normal distribution that the bulk of many z-scores follows, N(Mean, SD²). Where units differ in
// ways the model does not know, it is wider than the theoretical N(0, 1) (Efron 2004).
type EmpiricalNull struct {
	Mean, SD float64
}

// FitEmpiricalNull takes the median for the mean and 1.4826 MAD for the standard deviation, so that up to half of the
// scores may be out of line. The fit is never narrower than the theoretical null, which would invent significance.
func FitEmpiricalNull(z []float64) EmpiricalNull {
	median, mad := MedianMAD(z)
	return EmpiricalNull{Mean: median, SD: max(1, madScale*mad)}
}

// UpperP is the probability of a score of at least z under the null.
func (e EmpiricalNull) UpperP(z float64) float64 { return NormalTail((z - e.Mean) / e.SD) }

// TwoSidedP is the probability of a score at least as far from the mean as z.
func (e EmpiricalNull) TwoSidedP(z float64) float64 {
	return math.Min(1, 2*NormalTail(math.Abs(z-e.Mean)/e.SD))
}

// NormalTail is the probability that a standard normal variable exceeds z, accurate far into the tail.
func NormalTail(z float64) float64 { return 0.5 * math.Erfc(z/math.Sqrt2) }

func sortedCopy(xs []float64) []float64 {
	s := slices.Clone(xs)
	slices.Sort(s)
	return s
}

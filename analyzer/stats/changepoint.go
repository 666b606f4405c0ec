package stats

import (
	"math"
	"slices"
)

// ChangePoints finds the changes in the mean of a series by optimal partitioning with the squared-error cost, pruned as
// PELT prunes (Killick, Fearnhead & Eckley 2012): it minimises the sum over segments of the squared deviations from the
// segment's mean plus the penalty for every change. Each change is the index of the first value of the new segment.
// Segments have at least the given number of values. A penalty of 2 s² log n, with s² the variance of the noise, is the
// usual choice (Schwarz).
func ChangePoints(xs []float64, penalty float64, segment int) []int {
	sum, square := make([]float64, len(xs)+1), make([]float64, len(xs)+1)
	for i, x := range xs {
		sum[i+1], square[i+1] = sum[i]+x, square[i]+x*x
	}
	return pelt(len(xs), func(from, to int) float64 {
		s := sum[to] - sum[from]
		return square[to] - square[from] - s*s/float64(to-from)
	}, penalty, segment)
}

// CountChangePoints finds the changes in the rate of a series of counts: as ChangePoints, with twice the negative logarithm of the
// Poisson likelihood of a segment as its cost, up to what does not depend on how the series is cut. With overdispersion d (1 for
// Poisson counts) the likelihood is divided by it (quasi-likelihood, McCullagh & Nelder 1989). A penalty of 2 log n pays for the
// place and the rate of a new segment (Schwarz).
func CountChangePoints(counts []float64, dispersion, penalty float64, segment int) []int {
	sum := make([]float64, len(counts)+1)
	for i, x := range counts {
		sum[i+1] = sum[i] + x
	}
	return pelt(len(counts), func(from, to int) float64 {
		s := sum[to] - sum[from]
		if s <= 0 {
			return 0
		}
		return 2 * s * (1 - math.Log(s/float64(to-from))) / math.Max(1, dispersion)
	}, penalty, segment)
}

// pelt cuts a series of n values where the sum of the costs of the segments and a penalty a change is least. Cost gives that of the
// values [from, to).
func pelt(n int, cost func(from, to int) float64, penalty float64, segment int) []int {
	segment = max(segment, 1)
	if n < 2*segment {
		return nil
	}
	best, previous := make([]float64, n+1), make([]int, n+1)
	best[0] = -penalty
	for to := 1; to < segment; to++ {
		best[to] = math.Inf(1)
	}
	// A start that is worse by the end of a segment than a change there would be never becomes the best again, once that
	// change can be followed by a whole segment.
	type start struct{ at, until int }
	candidates := []start{{0, n}}
	for to := segment; to <= n; to++ {
		best[to] = math.Inf(1)
		for _, c := range candidates {
			if total := best[c.at] + cost(c.at, to) + penalty; total < best[to] {
				best[to], previous[to] = total, c.at
			}
		}
		kept := candidates[:0]
		for _, c := range candidates {
			if c.until == n && best[c.at]+cost(c.at, to) > best[to] {
				c.until = min(n, to+segment-1)
			}
			if c.until > to || c.until == n {
				kept = append(kept, c)
			}
		}
		candidates = kept
		if next := to - segment + 1; next >= segment {
			candidates = append(candidates, start{next, n})
		}
	}
	var changes []int
	for at := previous[n]; at > 0; at = previous[at] {
		changes = append([]int{at}, changes...)
	}
	return changes
}

// Dispersion estimates how many times the variance of counts around a level that may change is their mean: the mean of the
// squared differences of neighbours over their sums, which is 1 for Poisson counts. A change of the level enters one difference
// only; the largest twentieth of them is left out for that.
func Dispersion(counts []float64) float64 {
	if len(counts) < 2 {
		return math.NaN()
	}
	var ratios []float64
	for i := 1; i < len(counts); i++ {
		if total := counts[i] + counts[i-1]; total > 0 {
			step := counts[i] - counts[i-1]
			ratios = append(ratios, step*step/total)
		}
	}
	if len(ratios) == 0 {
		return math.NaN()
	}
	slices.Sort(ratios)
	ratios = ratios[:len(ratios)-len(ratios)/20]
	total := 0.0
	for _, r := range ratios {
		total += r
	}
	return total / float64(len(ratios))
}

// NoiseSD estimates the standard deviation of the noise around a level that may change: the median absolute difference of
// neighbours, which changes of the level hardly touch, over 0.6745 times the root of two.
func NoiseSD(xs []float64) float64 {
	if len(xs) < 2 {
		return math.NaN()
	}
	steps := make([]float64, len(xs)-1)
	for i := range steps {
		steps[i] = math.Abs(xs[i+1] - xs[i])
	}
	return madScale * Median(steps) / math.Sqrt2
}

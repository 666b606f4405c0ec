package stats

import "math"

// ChangePoints finds the changes in the mean of a series by optimal partitioning with the squared-error cost, pruned as
// PELT prunes (Killick, Fearnhead & Eckley 2012): it minimises the sum over segments of the squared deviations from the
// segment's mean plus the penalty for every change. Each change is the index of the first value of the new segment.
// Segments have at least the given number of values. A penalty of 2 s² log n, with s² the variance of the noise, is the
// usual choice (Schwarz).
func ChangePoints(xs []float64, penalty float64, segment int) []int {
	n := len(xs)
	segment = max(segment, 1)
	if n < 2*segment {
		return nil
	}
	sum, square := make([]float64, n+1), make([]float64, n+1)
	for i, x := range xs {
		sum[i+1], square[i+1] = sum[i]+x, square[i]+x*x
	}
	cost := func(from, to int) float64 { // of xs[from:to]
		s := sum[to] - sum[from]
		return square[to] - square[from] - s*s/float64(to-from)
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

package stats

import "math"

// CUSUM is a tabular, two-sided cumulative sum (Page 1954; in the form of Montgomery, Introduction to Statistical Quality
// Control): Upper accumulates what values exceed the target by more than the allowance, Lower what they fall short of it.
type CUSUM struct {
	Upper, Lower []float64
	// Signal is the index of the first value at which one of them exceeds the decision interval, -1 for none; Side is +1 or -1
	// for the upper or lower one, and Onset the index of the first value after that sum was last zero: the estimate of when the
	// shift began.
	Signal, Side, Onset int
}

// NewCUSUM accumulates a series around a target. Allowance (K) and decision interval (H) are in the unit of the values; half a
// standard deviation and four to five of them are the usual choice for shifts of one standard deviation.
func NewCUSUM(xs []float64, target, allowance, interval float64) CUSUM {
	c := CUSUM{Upper: make([]float64, len(xs)), Lower: make([]float64, len(xs)), Signal: -1, Onset: -1}
	var up, down float64
	var upSince, downSince int
	for i, x := range xs {
		if up = math.Max(0, up+(x-target-allowance)); up == 0 {
			upSince = i + 1
		}
		if down = math.Max(0, down+(target-x-allowance)); down == 0 {
			downSince = i + 1
		}
		c.Upper[i], c.Lower[i] = up, down
		if c.Signal >= 0 {
			continue
		}
		switch {
		case up > interval:
			c.Signal, c.Side, c.Onset = i, 1, upSince
		case down > interval:
			c.Signal, c.Side, c.Onset = i, -1, downSince
		}
	}
	return c
}

package stats

import "math"

// LMoments are the first two L-moments of a sample and the ratios of the third and fourth to the second: mean, scale, skewness
// and kurtosis that every sample has and that single values hardly sway (Hosking 1990). The ratios of a distribution lie within
// (-1, 1), those of the normal are 0 and 0.1226; the kurtosis of a sample of four, which is unbiased, may leave these bounds.
type LMoments struct {
	Mean, Scale, Skewness, Kurtosis float64
}

// NewLMoments takes at least four numbers in ascending order; all NaN for fewer. The ratios are zero where nothing varies.
func NewLMoments(sorted []float64) LMoments {
	n := float64(len(sorted))
	if n < 4 {
		nan := math.NaN()
		return LMoments{nan, nan, nan, nan}
	}
	var b0, b1, b2, b3 float64 // probability-weighted moments
	for i, x := range sorted {
		k := float64(i)
		b0 += x
		b1 += x * k / (n - 1)
		b2 += x * k * (k - 1) / ((n - 1) * (n - 2))
		b3 += x * k * (k - 1) * (k - 2) / ((n - 1) * (n - 2) * (n - 3))
	}
	b0, b1, b2, b3 = b0/n, b1/n, b2/n, b3/n
	l := LMoments{Mean: b0, Scale: 2*b1 - b0}
	if l.Scale > 1e-12*math.Abs(b0) {
		l.Skewness = (6*b2 - 6*b1 + b0) / l.Scale
		l.Kurtosis = (20*b3 - 30*b2 + 12*b1 - b0) / l.Scale
	}
	return l
}

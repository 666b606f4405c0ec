package stats

import "math"

// exactUniforms is the number of terms up to which the exact distribution of a sum is worked out.
const exactUniforms = 16

// UniformSumLower is P(U1 + … + Un <= s) for independent uniform variables: the distribution of Irwin (1927) and Hall, by
// which Edgington (1972, J. Psychol. 80(2)) combines p-values that are all small, and none extreme. Beyond 16 terms it is the
// normal distribution of the same mean and variance, whose tails are heavier. 1 for n = 0.
func UniformSumLower(s float64, n int) float64 {
	switch {
	case n <= 0 || s >= float64(n):
		return 1
	case s <= 0:
		return 0
	case n > exactUniforms:
		return NormalTail((float64(n)/2 - s) / math.Sqrt(float64(n)/12))
	case s > float64(n)/2:
		return 1 - UniformSumLower(float64(n)-s, n)
	}
	total, sign := 0.0, 1.0
	for k := 0; float64(k) < s; k++ {
		total += sign * math.Exp(logChoose(n, k)+float64(n)*math.Log(s-float64(k))-logGamma(float64(n)+1))
		sign = -sign
	}
	return math.Min(1, math.Max(0, total))
}

// UniformSumZ is the standard normal deviate of UniformSumLower, between -8.2 and 8.2 up to 16 terms.
func UniformSumZ(s float64, n int) float64 {
	if n > exactUniforms {
		return (s - float64(n)/2) / math.Sqrt(float64(n)/12)
	}
	p := math.Min(1-1e-16, math.Max(1e-16, UniformSumLower(s, n)))
	return math.Sqrt2 * math.Erfinv(2*p-1)
}

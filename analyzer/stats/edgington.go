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

// UniformMeanLower is the probability that the mean of as many independent uniform variables lies at or below a value, for a
// number of them that need not be whole, as an effective number of dependent ones is not: between whole numbers the
// logarithm is taken as linear. At least one.
func UniformMeanLower(mean, n float64) float64 {
	if n <= 1 {
		return math.Min(1, math.Max(0, mean))
	}
	whole := math.Floor(n)
	lower := UniformSumLower(mean*whole, int(whole))
	if n == whole || lower <= 0 {
		return lower
	}
	upper := UniformSumLower(mean*(whole+1), int(whole)+1)
	return math.Exp(math.Log(lower)*(whole+1-n) + math.Log(math.Max(upper, 1e-300))*(n-whole))
}

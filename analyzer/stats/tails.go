package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// exactPoissonBinomial is the number of trials up to which the exact recursion is used; it takes n²/2 steps.
const exactPoissonBinomial = 2000

// logBinomialPMF is log P(X = k) for X binomial(n, p), 0 < p < 1.
func logBinomialPMF(k, n, p float64) float64 {
	return logGamma(n+1) - logGamma(k+1) - logGamma(n-k+1) + k*math.Log(p) + (n-k)*math.Log1p(-p)
}

func logGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// BinomialUpper is P(X >= k) for X binomial(n, p).
func BinomialUpper(k, n int, p float64) float64 {
	switch {
	case k <= 0:
		return 1
	case k > n || p <= 0:
		return 0
	case p >= 1:
		return 1
	}
	return mathext.RegIncBeta(float64(k), float64(n-k+1), p)
}

// BinomialLower is P(X <= k) for X binomial(n, p).
func BinomialLower(k, n int, p float64) float64 { return BinomialUpper(n-k, n, 1-p) }

// BinomialUpperMidP is P(X > k) + P(X = k)/2, which unlike the plain tail of a discrete variable is one half on average
// under the null (Lancaster 1961).
func BinomialUpperMidP(k, n int, p float64) float64 {
	return (BinomialUpper(k, n, p) + BinomialUpper(k+1, n, p)) / 2
}

// BinomialTwoSidedMidP is twice the smaller of the two mid-p tails, at most 1.
func BinomialTwoSidedMidP(k, n int, p float64) float64 {
	upper := BinomialUpperMidP(k, n, p)
	lower := (BinomialLower(k, n, p) + BinomialLower(k-1, n, p)) / 2
	return math.Min(1, 2*math.Min(upper, lower))
}

// PoissonUpper is P(X >= k) for X Poisson with the mean.
func PoissonUpper(k int, mean float64) float64 {
	switch {
	case k <= 0:
		return 1
	case mean <= 0:
		return 0
	}
	return mathext.GammaIncReg(float64(k), mean)
}

// PoissonUpperMidP is P(X > k) + P(X = k)/2.
func PoissonUpperMidP(k int, mean float64) float64 {
	return (PoissonUpper(k, mean) + PoissonUpper(k+1, mean)) / 2
}

// PoissonBinomialUpper is P(X >= k) where X counts the successes of independent trials with the given probabilities:
// exact by recursion up to 2,000 trials, beyond by the normal approximation refined for skewness (Volkova 1996), whose
// error falls with the variance.
func PoissonBinomialUpper(k int, probabilities []float64) float64 {
	n := len(probabilities)
	switch {
	case k <= 0:
		return 1
	case k > n:
		return 0
	case n > exactPoissonBinomial:
		return poissonBinomialNormal(k, probabilities)
	}
	pmf := poissonBinomialPMF(probabilities)
	// Summing the smaller tail keeps the relative accuracy of small probabilities.
	var upper, lower float64
	for i := n; i >= k; i-- {
		upper += pmf[i]
	}
	if upper < 0.5 {
		return upper
	}
	for i := range k {
		lower += pmf[i]
	}
	return 1 - lower
}

// PoissonBinomialUpperMidP is P(X > k) + P(X = k)/2.
func PoissonBinomialUpperMidP(k int, probabilities []float64) float64 {
	return (PoissonBinomialUpper(k, probabilities) + PoissonBinomialUpper(k+1, probabilities)) / 2
}

// poissonBinomialPMF gives P(X = 0..n) by adding one trial after the other.
func poissonBinomialPMF(probabilities []float64) []float64 {
	pmf := make([]float64, 1, len(probabilities)+1)
	pmf[0] = 1
	for _, p := range probabilities {
		p = math.Min(1, math.Max(0, p))
		pmf = append(pmf, 0)
		for i := len(pmf) - 1; i > 0; i-- {
			pmf[i] = pmf[i]*(1-p) + pmf[i-1]*p
		}
		pmf[0] *= 1 - p
	}
	return pmf
}

// poissonBinomialNormal is 1 - G((k - 1/2 - mean)/sd) with G(x) = Phi(x) + skewness (1 - x²) phi(x) / 6.
func poissonBinomialNormal(k int, probabilities []float64) float64 {
	var mean, variance, third float64
	for _, p := range probabilities {
		mean += p
		variance += p * (1 - p)
		third += p * (1 - p) * (1 - 2*p)
	}
	return SumTail(float64(k), mean, variance, third)
}

// SumTail is P(X >= k) for an integer sum of independent trials with the given mean, variance and third central moment,
// by the skewness-refined normal approximation with continuity correction.
func SumTail(k, mean, variance, third float64) float64 {
	if variance <= 0 {
		if k <= mean+0.5 {
			return 1
		}
		return 0
	}
	sd := math.Sqrt(variance)
	x := (k - 0.5 - mean) / sd
	density := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
	tail := NormalTail(x) - third/(variance*sd)*(1-x*x)*density/6
	return math.Min(1, math.Max(0, tail))
}

// Wilson is the score interval of a share k/n at the confidence level 0..1 (Wilson 1927), within [0, 1].
func Wilson(k, n int, level float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	z := distuv.UnitNormal.Quantile(1 - (1-level)/2)
	p, m := float64(k)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return math.Max(0, centre-half), math.Min(1, centre+half)
}

package stats

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// BenfordFirst gives the probabilities of the first digits 1..9 under Benford's law, log10(1 + 1/d) (Benford 1938).
func BenfordFirst() []float64 { return benford(1, 9) }

// BenfordFirstTwo gives the probabilities of the first two digits 10..99.
func BenfordFirstTwo() []float64 { return benford(10, 99) }

func benford(from, to int) []float64 {
	p := make([]float64, 0, to-from+1)
	for d := from; d <= to; d++ {
		p = append(p, math.Log1p(1/float64(d))/math.Ln10)
	}
	return p
}

// MeanAbsoluteDeviation is the mean of |share - probability| over the categories (Nigrini 2012, ch. 7). NaN without
// observations.
func MeanAbsoluteDeviation(counts, probabilities []float64) float64 {
	n := sum(counts)
	if n <= 0 || len(counts) != len(probabilities) {
		return math.NaN()
	}
	var total float64
	for i, p := range probabilities {
		total += math.Abs(counts[i]/n - p)
	}
	return total / float64(len(probabilities))
}

// ExpectedMAD is the mean absolute deviation that n honest observations show by chance alone. Barney & Schulzke (2016,
// J. Forensic Accounting Research 1(1)) approximate it by 1/sqrt(158.8 n) for the first two digits; here the mean
// deviation of each binomial count is exact (de Moivre 1730).
func ExpectedMAD(n int, probabilities []float64) float64 {
	if n < 1 {
		return math.NaN()
	}
	var total float64
	for _, p := range probabilities {
		total += binomialMeanDeviation(n, p) / float64(n)
	}
	return total / float64(len(probabilities))
}

// ExcessMAD is the observed mean absolute deviation less that expected by chance (Barney & Schulzke 2016).
func ExcessMAD(counts, probabilities []float64) float64 {
	return MeanAbsoluteDeviation(counts, probabilities) - ExpectedMAD(int(sum(counts)), probabilities)
}

// binomialMeanDeviation is E|X - np| = 2 k C(n,k) p^k q^(n-k+1) with k = floor(np) + 1.
func binomialMeanDeviation(n int, p float64) float64 {
	if p <= 0 || p >= 1 {
		return 0
	}
	k := math.Floor(float64(n)*p) + 1
	if k > float64(n) {
		return 2 * (1 - p) * float64(n) * math.Pow(p, float64(n))
	}
	return 2 * k * (1 - p) * math.Exp(logBinomialPMF(k, float64(n), p))
}

// MADNull is the distribution of the mean absolute deviation of n honest observations, by parametric bootstrap.
type MADNull struct {
	sorted []float64
}

// BootstrapMAD draws the given number of multinomial samples of n observations.
func BootstrapMAD(n int, probabilities []float64, replicates int, rng *rand.Rand) MADNull {
	draws := make([]float64, replicates)
	for r := range draws {
		left, mass := float64(n), 1.0
		var total float64
		for i, p := range probabilities {
			x := left
			if i < len(probabilities)-1 {
				x = 0
				if left > 0 {
					x = distuv.Binomial{N: left, P: min(1, p/mass), Src: rng}.Rand()
				}
			}
			left -= x
			mass -= p
			total += math.Abs(x/float64(n) - p)
		}
		draws[r] = total / float64(len(probabilities))
	}
	slices.Sort(draws)
	return MADNull{draws}
}

// P is the bootstrap p-value of an observed deviation, (1 + draws at least as great) / (1 + draws) (Davison & Hinkley
// 1997), so never zero.
func (m MADNull) P(observed float64) float64 {
	below, _ := slices.BinarySearch(m.sorted, observed)
	return float64(1+len(m.sorted)-below) / float64(1+len(m.sorted))
}

// Quantile of the draws, 0 <= q <= 1.
func (m MADNull) Quantile(q float64) float64 { return QuantileSorted(m.sorted, q) }

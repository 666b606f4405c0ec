package stats

import "math"

// TruncatedProduct combines the p-values among tests independent ones that are at most tau, 0 < tau <= 1, into the
// probability that their product is as small by chance (Zaykin, Zhivotovsky, Westfall & Weir 2002, Genet. Epidemiol. 22(2),
// equation 1). The small ones are given; the rest, up to tests, were greater. tau = 1 is Fisher's method. 1 for none.
func TruncatedProduct(small []float64, tests int, tau float64) float64 {
	if len(small) == 0 {
		return 1
	}
	tests = max(tests, len(small))
	product := 0.0 // its logarithm
	for _, p := range small {
		product += math.Log(math.Max(p, 1e-300))
	}
	logTau, total := math.Log(tau), math.Inf(-1)
	for k := 1; k <= tests; k++ {
		// k of the tests pass with probability C(n,k) tau^k (1-tau)^(n-k); given that, the product of the k lies below
		// W with the probability that a gamma variable of shape k exceeds k ln tau - ln W.
		pass := logChoose(tests, k)
		if k < tests {
			pass += float64(tests-k) * math.Log1p(-tau)
		}
		excess := float64(k)*logTau - product
		if excess <= 0 {
			total = logAdd(total, pass+float64(k)*logTau)
			continue
		}
		series, term := 0.0, 0.0 // log of sum excess^s/s!, s < k
		for s := 1; s < k; s++ {
			term += math.Log(excess) - math.Log(float64(s))
			series = logAdd(series, term)
		}
		total = logAdd(total, pass+product+series)
	}
	return math.Min(1, math.Exp(total))
}

func logChoose(n, k int) float64 {
	return logGamma(float64(n)+1) - logGamma(float64(k)+1) - logGamma(float64(n-k)+1)
}

// logAdd is log(e^a + e^b).
func logAdd(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}

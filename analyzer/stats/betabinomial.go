package stats

import "math"

// BetaBinomial is the number of successes in n trials whose probability varies between subjects as a beta distribution with
// the given mean and the intra-class correlation Rho in [0, 1).
type BetaBinomial struct{ Mean, Rho float64 }

// FitBetaBinomial fits a beta-binomial to counts k of n by moments (Kleinman 1973): the mean is the pooled share, the
// correlation follows from the weighted variance between subjects beyond what the binomial gives. Subjects without trials are
// left out; with fewer than two subjects the correlation is zero.
func FitBetaBinomial(k, n []float64) BetaBinomial {
	var sum, trials, squares float64
	subjects := 0.0
	for i := range n {
		if n[i] > 0 {
			sum, trials, squares, subjects = sum+k[i], trials+n[i], squares+n[i]*n[i], subjects+1
		}
	}
	if trials == 0 {
		return BetaBinomial{}
	}
	d := BetaBinomial{Mean: sum / trials}
	if subjects < 2 || d.Mean <= 0 || d.Mean >= 1 {
		return d
	}
	between := 0.0
	for i := range n {
		if n[i] > 0 {
			off := k[i]/n[i] - d.Mean
			between += n[i] * off * off
		}
	}
	// E[between] = p(1-p) ((1-rho)(m-1) + rho (N - sum n^2/N)), solved for rho.
	within := d.Mean * (1 - d.Mean)
	spread := trials - squares/trials
	if spread > subjects-1 {
		d.Rho = (between/within - (subjects - 1)) / (spread - (subjects - 1))
	}
	d.Rho = math.Min(math.Max(d.Rho, 0), 0.99)
	return d
}

// Upper is the probability of k or more successes in n trials.
func (d BetaBinomial) Upper(k, n int) float64 {
	switch {
	case k <= 0:
		return 1
	case k > n || d.Mean <= 0:
		return 0
	case d.Mean >= 1:
		return 1
	case d.Rho < 1e-9:
		return BinomialUpper(k, n, d.Mean)
	}
	a, b := d.Mean*(1/d.Rho-1), (1-d.Mean)*(1/d.Rho-1)
	lgamma := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
	base := lgamma(a+b) - lgamma(a) - lgamma(b) + lgamma(float64(n)+1) - lgamma(a+b+float64(n))
	tail := 0.0
	for x := k; x <= n; x++ {
		f := float64(x)
		tail += math.Exp(base + lgamma(a+f) + lgamma(b+float64(n)-f) - lgamma(f+1) - lgamma(float64(n)-f+1))
	}
	return math.Min(tail, 1)
}

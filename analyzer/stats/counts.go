package stats

import "math"

// NegativeBinomial is the distribution of counts that vary more than a Poisson's: Var = Mean + Mean²/Size. An infinite
// Size is the Poisson distribution.
type NegativeBinomial struct {
	Mean, Size float64
}

// FitNegativeBinomial matches mean and variance; a variance at or below the mean gives a Poisson distribution.
func FitNegativeBinomial(mean, variance float64) NegativeBinomial {
	if !(variance > mean) || mean <= 0 {
		return NegativeBinomial{Mean: math.Max(0, mean), Size: math.Inf(1)}
	}
	return NegativeBinomial{Mean: mean, Size: mean * mean / (variance - mean)}
}

// Variance of the distribution.
func (d NegativeBinomial) Variance() float64 { return d.Mean + d.Mean*d.Mean/d.Size }

// LogPMF is log P(X = k), k = 0, 1, ….
func (d NegativeBinomial) LogPMF(k float64) float64 {
	switch {
	case k < 0:
		return math.Inf(-1)
	case d.Mean == 0:
		if k == 0 {
			return 0
		}
		return math.Inf(-1)
	case math.IsInf(d.Size, 1) || d.Size > 1e9: // the difference of log-gammas loses its digits there
		return k*math.Log(d.Mean) - d.Mean - logGamma(k+1)
	}
	return logGamma(k+d.Size) - logGamma(d.Size) - logGamma(k+1) +
		d.Size*math.Log(d.Size/(d.Size+d.Mean)) + k*math.Log(d.Mean/(d.Size+d.Mean))
}

// RepeatProbability is the probability that two independent counts are equal, sum p_k². It is the share of honest
// repeats of last period's figure: 31 % at a Poisson mean of 1, 13 % at 5, 5.7 % at 25, 2.8 % at 100.
func (d NegativeBinomial) RepeatProbability() float64 {
	if d.Mean == 0 {
		return 1
	}
	sd := math.Sqrt(d.Variance())
	if sd > 1e4 { // the sum is an integral then, of a gamma density or, for a Poisson, a normal one
		return d.smoothRepeat(sd)
	}
	mode := 0.0
	if math.IsInf(d.Size, 1) {
		mode = math.Floor(d.Mean)
	} else if d.Size > 1 {
		mode = math.Floor(d.Mean * (d.Size - 1) / d.Size)
	}
	// The ratio of neighbouring probabilities needs no gamma function.
	ratio := func(k float64) float64 { // p(k+1) / p(k)
		if math.IsInf(d.Size, 1) {
			return d.Mean / (k + 1)
		}
		return (k + d.Size) / (k + 1) * d.Mean / (d.Size + d.Mean)
	}
	peak := math.Exp(d.LogPMF(mode))
	total := peak * peak
	for k, p := mode, peak; p > 1e-12*peak; k++ {
		p *= ratio(k)
		total += p * p
	}
	for k, p := mode, peak; k > 0 && p > 1e-12*peak; k-- {
		p /= ratio(k - 1)
		total += p * p
	}
	return math.Min(1, total)
}

func (d NegativeBinomial) smoothRepeat(sd float64) float64 {
	if d.Size <= 0.5 || d.Size > 1e4 {
		return 1 / (2 * math.SqrtPi * sd) // two normal variables; for tiny sizes a lower bound
	}
	// The integral of a squared gamma density of shape s and scale m/s.
	s := d.Size
	return math.Exp(logGamma(2*s-1)-2*logGamma(s)-(2*s-1)*math.Ln2) * s / d.Mean
}

// Repeats compares figures that equal the previous period's with those that chance gives.
type Repeats struct {
	N        int     // pairs of consecutive periods
	Observed int     // of them equal
	Expected float64 // sum of the repeat probabilities
	P        float64 // Poisson-binomial mid-p, upper tail
}

// Excess is observed less expected repeats as a share of the pairs.
func (r Repeats) Excess() float64 { return (float64(r.Observed) - r.Expected) / float64(r.N) }

// CountRepeats tests the observed number of repeats against each pair's own probability of an honest repeat.
func CountRepeats(observed int, probabilities []float64) Repeats {
	r := Repeats{N: len(probabilities), Observed: observed, Expected: sum(probabilities), P: math.NaN()}
	if r.N > 0 {
		r.P = PoissonBinomialUpperMidP(observed, probabilities)
	}
	return r
}

// Surprise is -ln p of a value that count of the total peers report, distinct values being known among them. A peer's
// rare value is worth more than a common one; the value never seen gets the share of one further distinct value
// (additive smoothing with 1/2, Krichevsky & Trofimov 1981), so that no single field decides alone. The unit judged
// must not be among the peers.
func Surprise(count, total, distinct uint64) float64 {
	return -math.Log((float64(count) + 0.5) / (float64(total) + 0.5*float64(distinct+1)))
}

// TotalSurprise is the sum over the fields that two units have in common, -sum ln p(value given peers), in nats: with
// independent fields, exp(-sum) is the chance that one honest unit reports exactly these values.
func TotalSurprise(surprises []float64) float64 { return sum(surprises) }

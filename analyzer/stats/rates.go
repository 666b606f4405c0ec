package stats

import "math"

const (
	// smallestDenominator is the denominator from which a whole percentage is no necessity; highestRate leaves out
	// full completion, which is natural (Kobak, Shpilkin & Pshenichnikov 2016).
	smallestDenominator = 100
	highestRate         = 99
	// largestDenominator keeps the integer arithmetic below from overflowing; nobody counts further.
	largestDenominator = 1e15
	// exactBinomialSD is the binomial standard deviation up to which the probabilities are summed one by one.
	exactBinomialSD = 12
	// binomialReach is the number of standard deviations beyond which they are taken as zero.
	binomialReach = 6
)

// IntegerRate is the excess of rates lying within 0.05 percentage points of a whole percentage.
type IntegerRate struct {
	Rows     int     // rows judged
	LeftOut  int     // denominator below 100, rate above 99 %, or no share (negative, above the denominator)
	Observed int     // rates near a whole percentage
	Expected float64 // under the null: every numerator binomial with its own denominator and observed rate
	SD       float64
	P        float64 // upper tail
}

// Excess is observed less expected rows.
func (r IntegerRate) Excess() float64 { return float64(r.Observed) - r.Expected }

// IntegerRates tests numerators against denominators, counts of equal length. The null of Kobak, Shpilkin &
// Pshenichnikov (2016, Ann. Appl. Stat. 10(1)) draws every numerator from a binomial and counts; its expectation and
// variance are computed here without drawing, as each row's binomial probability of lying near a whole percentage, and
// the count is a sum of independent rows. Where a small denominator makes a whole percentage likely, the null knows it.
func IntegerRates(numerator, denominator []int64) IntegerRate {
	return integerRates(numerator, denominator, 0)
}

// AttainableRates is IntegerRates for whole percentages as far as counting attains them: of fewer than a thousand, the count
// next to a whole percentage is up to half a case away from it, more than 0.05 points. Who sets the rate first and works out
// the count from it arrives there.
func AttainableRates(numerator, denominator []int64) IntegerRate {
	return integerRates(numerator, denominator, halfCase)
}

// halfCase is half a case in the measure of nearWholePercent.
const halfCase = 1000

func integerRates(numerator, denominator []int64, slack int64) IntegerRate {
	var r IntegerRate
	var probabilities []float64
	var mean, variance, third float64
	known := map[[2]int64]float64{}
	for i, x := range numerator {
		d := denominator[i]
		if d < smallestDenominator || d > largestDenominator || x < 0 || x > d || 100*x > highestRate*d {
			r.LeftOut++
			continue
		}
		r.Rows++
		if nearWholePercent(x, d, slack) {
			r.Observed++
		}
		p, ok := known[[2]int64{x, d}]
		if !ok {
			p = wholePercentProbability(x, d, slack)
			known[[2]int64{x, d}] = p
		}
		if r.Rows <= exactPoissonBinomial {
			probabilities = append(probabilities, p)
		}
		mean += p
		variance += p * (1 - p)
		third += p * (1 - p) * (1 - 2*p)
	}
	r.Expected, r.SD = mean, math.Sqrt(variance)
	switch {
	case r.Rows == 0:
		r.P = math.NaN()
	case r.Rows <= exactPoissonBinomial:
		r.P = PoissonBinomialUpper(r.Observed, probabilities)
	default:
		r.P = SumTail(float64(r.Observed), mean, variance, third)
	}
	return r
}

// nearWholePercent reports whether |100 x/d - k| <= 0.05 for a whole k, or |x - k d/100| <= slack/2000 cases where that is
// more, in integers, so that the edge is exact.
func nearWholePercent(x, d, slack int64) bool {
	remainder := 100 * x % d
	return 20*min(remainder, d-remainder) <= max(d, slack)
}

// wholePercentProbability is P(nearWholePercent(X, d, slack)) for X binomial(d, x/d).
func wholePercentProbability(x, d, slack int64) float64 {
	rate := float64(x) / float64(d)
	n := float64(d)
	sd := math.Sqrt(n * rate * (1 - rate))
	if sd == 0 {
		return 1 // a rate of zero is always zero
	}
	if sd <= exactBinomialSD {
		return exactWholePercent(x, d, slack, rate, sd)
	}
	// One window around every whole percentage within reach, its lattice points from..to by the normal distribution
	// refined for skewness: a narrow window by the density in its middle and its curvature, a wide one by two tails.
	skew := (1 - 2*rate) / sd
	window := func(from, to float64) float64 {
		if width := (to - from + 1) / sd; width < 0.5 {
			z := ((from+to)/2 - n*rate) / sd
			density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
			return width * density * (1 + skew*z*(z*z-3)/6 + (z*z-1)*width*width/24)
		}
		return SumTail(from, n*rate, sd*sd, skew*sd*sd*sd) - SumTail(to+1, n*rate, sd*sd, skew*sd*sd*sd)
	}
	first := math.Floor(100 * (rate - binomialReach*sd/n))
	last := math.Ceil(100 * (rate + binomialReach*sd/n))
	var total float64
	for k := math.Max(0, first); k <= math.Min(100, last); k++ {
		reach := math.Max(0.05*n/100, float64(slack)/2000)
		from := math.Max(0, math.Ceil(k*n/100-reach-1e-9))
		to := math.Min(n, math.Floor(k*n/100+reach+1e-9))
		if from <= to {
			total += math.Max(0, window(from, to))
		}
	}
	return math.Min(1, math.Max(0, total))
}

// exactWholePercent sums the binomial probabilities outward from the observed numerator, which is the mode or next to it.
func exactWholePercent(x, d, slack int64, rate, sd float64) float64 {
	n := float64(d)
	peak := math.Exp(logBinomialPMF(float64(x), n, rate))
	odds := rate / (1 - rate)
	reach := int64(math.Ceil(binomialReach*sd)) + 6 // the Poisson-like tail of small means is longer
	var total float64
	if nearWholePercent(x, d, slack) {
		total = peak
	}
	p, remainder := peak, 100*x%d
	for k := x + 1; k <= min(d, x+reach); k++ {
		p *= (n - float64(k) + 1) / float64(k) * odds
		if remainder += 100; remainder >= d {
			remainder %= d
		}
		if 20*min(remainder, d-remainder) <= max(d, slack) {
			total += p
		}
	}
	p, remainder = peak, 100*x%d
	for k := x - 1; k >= max(0, x-reach); k-- {
		p *= float64(k+1) / (n - float64(k)) / odds
		if remainder -= 100; remainder < 0 {
			remainder = (remainder%d + d) % d
		}
		if 20*min(remainder, d-remainder) <= max(d, slack) {
			total += p
		}
	}
	return math.Min(1, total)
}

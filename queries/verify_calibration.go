package queries

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"
)

// VerifyPrior is what is expected of checks before there are outcomes: the shares confirmed among recommended and among other
// listed rows, and how many checks this belief is worth.
type VerifyPrior struct{ Recommended, Listed, Weight float64 }

// Expectation estimates the probability that a check confirms a doubt: the mean of a beta-binomial posterior for each
// combination of families of evidence. Its prior is the posterior of all rows alike (recommended or not), whose own prior is
// the VerifyPrior, both with the weight of a few checks. What could not be checked says nothing; what turned out to have an
// innocent explanation was not confirmed.
type Expectation struct {
	checks map[verifyClass][2]float64 // confirmed, settled
	prior  VerifyPrior
}

// verifyClass is a combination of families; empty for all of them together.
type verifyClass struct {
	families    string
	recommended bool
}

// NewExpectation learns from outcomes in the order of their time.
func NewExpectation(outcomes []VerifyOutcome, prior VerifyPrior) *Expectation {
	e := &Expectation{checks: map[verifyClass][2]float64{}, prior: prior}
	for _, o := range SettledOutcomes(outcomes) {
		if len(o.Families) == 0 {
			continue
		}
		for _, families := range []string{"", strings.Join(o.Families, "+")} {
			class := verifyClass{families, o.Recommended}
			n := e.checks[class]
			n[1]++
			if o.Outcome == OutcomeConfirmed {
				n[0]++
			}
			e.checks[class] = n
		}
	}
	return e
}

// Of is the expected share of confirmed checks among rows of some families, 0..1.
func (e *Expectation) Of(families []string, recommended bool) float64 {
	a, b := e.posterior(strings.Join(families, "+"), recommended)
	return a / (a + b)
}

// posterior is the beta distribution of a class.
func (e *Expectation) posterior(families string, recommended bool) (a, b float64) {
	weight, mean := e.prior.Weight, e.prior.Listed
	if recommended {
		mean = e.prior.Recommended
	}
	names := []string{""}
	if families != "" {
		names = append(names, families)
	}
	for _, name := range names {
		n := e.checks[verifyClass{name, recommended}]
		a, b = mean*weight+n[0], (1-mean)*weight+n[1]-n[0]
		mean = a / (a + b)
	}
	return a, b
}

// Proportion is a share with its 95 % interval; NaN and (0, 1) where nothing was counted.
type Proportion struct {
	Count int     `json:"count"`
	Of    int     `json:"of"`
	Share float64 `json:"-"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func proportion(count, of int) Proportion {
	p := Proportion{Count: count, Of: of, Share: float64(count) / float64(of)}
	p.Low, p.High = wilson(p.Share, float64(of))
	return p
}

// wilson is the score interval of a share among n at 95 % (Wilson 1927), within [0, 1]; n need not be whole.
func wilson(share, n float64) (low, high float64) {
	if !(n > 0) {
		return 0, 1
	}
	z := distuv.UnitNormal.Quantile(0.975)
	centre := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return math.Max(0, centre-half), math.Min(1, centre+half)
}

// CalibrationBand holds the checks that were expected to be confirmed with a probability from From to To.
type CalibrationBand struct {
	From, To  float64
	Expected  float64 // mean, NaN for none
	Confirmed Proportion
}

// CalibrationClass holds the checks of one combination of families, and the mean and 95 % interval of its posterior.
type CalibrationClass struct {
	Families        []string // empty for all of them together
	Recommended     bool
	Confirmed       Proportion
	Mean, Low, High float64
}

// Calibration holds what was expected against what checks found.
type Calibration struct {
	Checked, Settled, Unreachable int // newest outcomes of unit, form and period; Checked is the sum of the others
	Bands                         []CalibrationBand
	Brier                         float64 // mean squared difference of expectation and result, NaN for none
	BrierOf                       int
	Classes                       []CalibrationClass
	Hits                          Proportion // confirmed among checked rows that were recommended
	Random                        Proportion // confirmed among settled rows of the random audit sample, not weighted
	// Among the pairs that were not recommended, by the random audit sample: the share that a check would confirm, weighted by
	// the strata (Horvitz-Thompson), and how many pairs these are of how many. NaN before an audit was settled.
	MissedShare, MissedLow, MissedHigh float64
	Pairs                              int
	// The share of all confirmable pairs that are not recommended: missed / (missed + hits expected among the recommended).
	Escaped, EscapedLow, EscapedHigh float64
}

// Calibration holds the outcomes against the list and the audit samples.
func (s *Store) Calibration(ctx context.Context, prior VerifyPrior) (Calibration, error) {
	outcomes, err := s.Outcomes(ctx)
	if err != nil {
		return Calibration{}, err
	}
	samples, err := s.AuditSamples(ctx)
	if err != nil {
		return Calibration{}, err
	}
	items, err := s.verifyItems(ctx)
	if err != nil {
		return Calibration{}, err
	}
	recommended := 0
	for _, v := range items {
		if v.Recommended {
			recommended++
		}
	}
	return Calibrate(outcomes, samples, recommended, prior), nil
}

// Calibrate holds outcomes, oldest first, against what was expected. Samples are the rows of the audit samples, oldest month
// first, and recommended is how many rows of the list are.
func Calibrate(outcomes []VerifyOutcome, samples []AuditRow, recommended int, prior VerifyPrior) Calibration {
	settled := SettledOutcomes(outcomes)
	c := Calibration{Settled: len(settled), Brier: math.NaN()}
	for _, o := range outcomes {
		if !o.Settled() {
			c.Unreachable++
		}
	}
	c.Checked = c.Settled + c.Unreachable
	const bands = 5
	sums, counts, confirmed := [bands]float64{}, [bands]int{}, [bands]int{}
	squares, hits, checked, random, drawn := 0.0, 0, 0, 0, 0
	for _, o := range settled {
		y := 0
		if o.Outcome == OutcomeConfirmed {
			y = 1
		}
		if o.Recommended {
			hits, checked = hits+y, checked+1
		}
		if o.Audit {
			random, drawn = random+y, drawn+1
		}
		if !math.IsNaN(o.Expected) {
			i := min(bands-1, int(o.Expected*bands))
			sums[i], counts[i], confirmed[i] = sums[i]+o.Expected, counts[i]+1, confirmed[i]+y
			squares += (o.Expected - float64(y)) * (o.Expected - float64(y))
			c.BrierOf++
		}
	}
	for i := range bands {
		c.Bands = append(c.Bands, CalibrationBand{float64(i) / bands, float64(i+1) / bands, sums[i] / float64(counts[i]), proportion(confirmed[i], counts[i])})
	}
	if c.BrierOf > 0 {
		c.Brier = squares / float64(c.BrierOf)
	}
	c.Hits, c.Random = proportion(hits, checked), proportion(random, drawn)
	c.Classes = classes(NewExpectation(outcomes, prior))
	c.missed(settled, samples, recommended)
	return c
}

func classes(e *Expectation) []CalibrationClass {
	var out []CalibrationClass
	add := func(class verifyClass) {
		a, b := e.posterior(class.families, class.recommended)
		posterior := distuv.Beta{Alpha: a, Beta: b}
		n := e.checks[class]
		x := CalibrationClass{
			Recommended: class.recommended, Confirmed: proportion(int(n[0]), int(n[1])),
			Mean: a / (a + b), Low: posterior.Quantile(0.025), High: posterior.Quantile(0.975),
		}
		if class.families != "" {
			x.Families = strings.Split(class.families, "+")
		}
		out = append(out, x)
	}
	for _, recommended := range []bool{true, false} {
		add(verifyClass{"", recommended})
		for _, class := range slices.SortedFunc(maps.Keys(e.checks), func(a, b verifyClass) int { return strings.Compare(a.families, b.families) }) {
			if class.families != "" && class.recommended == recommended {
				add(class)
			}
		}
	}
	return out
}

// missed estimates from the audited rows what the list does not recommend. Every row stands for the pairs of its stratum;
// months are pooled, and the newest month says how large a stratum is. The interval is Wilson's at the effective number of
// audits (Kish 1965).
func (c *Calibration) missed(settled []VerifyOutcome, samples []AuditRow, recommended int) {
	nan := math.NaN()
	c.MissedShare, c.MissedLow, c.MissedHigh, c.Escaped, c.EscapedLow, c.EscapedHigh = nan, nan, nan, nan, nan, nan
	size := map[string]int{}
	for _, a := range samples {
		size[a.Stratum] = a.Population
	}
	found := map[string][2]int{} // confirmed, settled
	for _, o := range settled {
		if !o.Audit {
			continue
		}
		n := found[o.Stratum]
		n[1]++
		if o.Outcome == OutcomeConfirmed {
			n[0]++
		}
		found[o.Stratum] = n
	}
	total, sum, squares := 0.0, 0.0, 0.0
	for _, stratum := range slices.Sorted(maps.Keys(found)) {
		pairs, n := float64(size[stratum]), found[stratum]
		total += pairs
		sum += pairs * float64(n[0]) / float64(n[1])
		squares += pairs * pairs / float64(n[1])
	}
	if total == 0 {
		return
	}
	c.Pairs = int(total)
	c.MissedShare = sum / total
	c.MissedLow, c.MissedHigh = wilson(c.MissedShare, total*total/squares)
	if c.Hits.Of > 0 && recommended > 0 {
		escaped := func(share, hits float64) float64 {
			return share * total / math.Max(1e-12, share*total+hits*float64(recommended))
		}
		c.Escaped, c.EscapedLow, c.EscapedHigh = escaped(c.MissedShare, c.Hits.Share), escaped(c.MissedLow, c.Hits.High), escaped(c.MissedHigh, c.Hits.Low)
	}
}

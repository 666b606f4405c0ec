package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The annual flow of the Nile at Aswan, 1871-1970, in 10^8 m³ (Cobb 1978; data set Nile of R). It falls once, after 1898,
// when the first dam was begun: the change point that every textbook finds.
var nile = []float64{
	1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
	1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
	831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
	781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
	744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
}

func TestChangePointOfTheNile(t *testing.T) {
	s := NoiseSD(nile)
	got := ChangePoints(nile, 2*s*s*math.Log(float64(len(nile))), 2)
	if !slices.Equal(got, []int{28}) {
		t.Fatalf("%v, noise %v", got, s)
	}
}

// Coal-mining disasters in Britain by year, 1851-1961 (Jarrett 1979; the series of Carlin, Gelfand & Smith 1992). Their posterior
// has its mode at the 41st year, 1891: the rate falls with the year after.
var coal = []float64{
	4, 5, 4, 0, 1, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5, 5, 3, 4, 2, 5, 2, 2, 3, 4, 2, 1, 3, 2,
	2, 1, 1, 1, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0, 3, 1, 0, 3, 2, 2, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0, 1, 1, 0, 2,
	3, 3, 1, 1, 2, 1, 1, 1, 1, 2, 4, 2, 0, 0, 1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1,
}

func TestChangePointOfCoalMiningDisasters(t *testing.T) {
	got := CountChangePoints(coal, 1, 2*math.Log(float64(len(coal))), 2)
	if len(got) == 0 || got[0] != 41 {
		t.Fatalf("%v", got)
	}
	// One change is what is published; a penalty of three times as much leaves that one.
	if got := CountChangePoints(coal, 1, 6*math.Log(float64(len(coal))), 2); !slices.Equal(got, []int{41}) {
		t.Fatalf("%v", got)
	}
	if d := Dispersion(coal); d < 0.7 || d > 1.5 {
		t.Errorf("dispersion %v of nearly Poisson counts", d)
	}
}

// Weekly counts that lose half of their level once: the change is dated to within a week where the counts are large enough to
// show it at all. Counts have Poisson noise, or twice its variance (negative binomial).
func TestHalvingIsDatedToTheWeek(t *testing.T) {
	for _, c := range []struct{ level, dispersion, least float64 }{
		{400, 1, 1}, {100, 1, 1}, {40, 1, 0.97}, {400, 2, 1}, {100, 2, 0.97}, {100, 4, 0.85},
	} {
		const runs = 200
		hits := 0
		for seed := range runs {
			rng := NewRand(uint64(seed), "halving")
			n := 60 + rng.IntN(60)
			at := 15 + rng.IntN(n-30)
			counts := make([]float64, n)
			for i := range counts {
				mean := c.level
				if i >= at {
					mean /= 2
				}
				counts[i] = simulatedCount(rng, mean, c.dispersion)
			}
			got := CountChangePoints(counts, Dispersion(counts), 3*math.Log(float64(n)), 3)
			if slices.ContainsFunc(got, func(x int) bool { return x >= at-1 && x <= at+1 }) {
				hits++
			}
		}
		share := float64(hits) / runs
		t.Logf("level %v, dispersion %v: %.3f within one week", c.level, c.dispersion, share)
		if share < c.least {
			t.Errorf("level %v, dispersion %v: only %.3f within one week", c.level, c.dispersion, share)
		}
	}
}

// simulatedCount draws a Poisson count, or a negative binomial one whose variance is so many times the mean.
func simulatedCount(rng *rand.Rand, mean, dispersion float64) float64 {
	if dispersion > 1 {
		shape := mean / (dispersion - 1)
		mean = gammaDraw(rng, shape) * (dispersion - 1)
	}
	n := 0.0
	for mean > 500 { // halves of a Poisson count are Poisson counts
		n += simulatedCount(rng, 250, 1)
		mean -= 250
	}
	limit, product := math.Exp(-mean), rng.Float64()
	for product > limit {
		n++
		product *= rng.Float64()
	}
	return n
}

// gammaDraw draws from a gamma distribution with a shape of at least 1 (Marsaglia & Tsang 2000).
func gammaDraw(rng *rand.Rand, shape float64) float64 {
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rng.NormFloat64()
		v := math.Pow(1+c*x, 3)
		if v > 0 && math.Log(rng.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// Pruning must not change the result: compare with every way of cutting the series.
func TestChangePointsAreOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(-5, 5), 0, 10).Draw(t, "xs")
		penalty := rapid.Float64Range(0.1, 20).Draw(t, "penalty")
		segment := rapid.IntRange(1, 4).Draw(t, "segment")
		total := func(changes []int) float64 {
			sum, from := 0.0, 0
			for _, to := range append(slices.Clone(changes), len(xs)) {
				mean := 0.0
				for _, x := range xs[from:to] {
					mean += x / float64(to-from)
				}
				for _, x := range xs[from:to] {
					sum += (x - mean) * (x - mean)
				}
				from = to
			}
			return sum + penalty*float64(len(changes))
		}
		least := math.Inf(1)
		for mask := range 1 << max(0, len(xs)-1) {
			var changes []int
			from, whole := 0, true
			for i := 1; i < len(xs); i++ {
				if mask>>(i-1)&1 == 1 {
					whole = whole && i-from >= segment
					changes, from = append(changes, i), i
				}
			}
			if whole && (len(changes) == 0 || len(xs)-from >= segment) {
				least = math.Min(least, total(changes))
			}
		}
		got := ChangePoints(xs, penalty, segment)
		if diff := total(got) - least; diff > 1e-9 {
			t.Fatalf("%v costs %v more than the best", got, diff)
		}
	})
}

func TestNoiseSDIgnoresAStep(t *testing.T) {
	rng := NewRand(1, "noise")
	xs := make([]float64, 2000)
	for i := range xs {
		xs[i] = 3 * rng.NormFloat64()
		if i >= 1000 {
			xs[i] += 500
		}
	}
	if s := NoiseSD(xs); math.Abs(s-3) > 0.2 {
		t.Fatal(s)
	}
	if !math.IsNaN(NoiseSD(nil)) {
		t.Fatal("no noise without a series")
	}
}

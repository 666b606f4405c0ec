package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func TestRepeatProbability(t *testing.T) {
	// exp(-2m) I0(2m) for a Poisson, summed apart: 31, 13, 5.7 and 2.8 per cent.
	for mean, want := range map[float64]float64{
		1: 0.30850832255367105, 5: 0.1278333371634284, 25: 0.056561626647453594, 100: 0.028227159949114077,
	} {
		near(t, "Poisson", FitNegativeBinomial(mean, mean).RepeatProbability(), want, 1e-9)
		near(t, "underdispersed counts as Poisson", FitNegativeBinomial(mean, mean/2).RepeatProbability(), want, 1e-9)
	}
	// sum of squared negative binomial probabilities, by log-gamma apart.
	near(t, "mean 10, variance 50", FitNegativeBinomial(10, 50).RepeatProbability(), 0.04760584057029062, 1e-9)
	near(t, "mean 100, variance 5000", FitNegativeBinomial(100, 5000).RepeatProbability(), 0.004973163370453237, 1e-9)
	near(t, "mean 3, variance 4", FitNegativeBinomial(3, 4).RepeatProbability(), 0.15040779915755537, 1e-9)
	// A geometric distribution (size 1) has the closed form 1/(1 + 2m).
	near(t, "geometric", FitNegativeBinomial(7, 7+49).RepeatProbability(), 1.0/15, 1e-9)
	near(t, "always zero", FitNegativeBinomial(0, 0).RepeatProbability(), 1, 1e-12)
}

func TestRepeatProbabilityOfLargeCounts(t *testing.T) {
	// On both sides of the switch from the sum to the integral.
	for _, size := range []float64{0.8, 3, 40} {
		mean := 9.9e3 * math.Sqrt(size)
		d := NegativeBinomial{Mean: mean, Size: size}
		near(t, "integral against sum", d.smoothRepeat(math.Sqrt(d.Variance())), d.RepeatProbability(), 0.02)
	}
	near(t, "Poisson of a million", NegativeBinomial{Mean: 4e8, Size: math.Inf(1)}.RepeatProbability(), 1/(2*math.SqrtPi*2e4), 1e-6)
	near(t, "nearly Poisson", NegativeBinomial{Mean: 100, Size: 1e8}.RepeatProbability(), 0.028227159949114077, 1e-4)
}

func TestNegativeBinomialFit(t *testing.T) {
	d := FitNegativeBinomial(10, 50)
	near(t, "size", d.Size, 2.5, 1e-12)
	near(t, "variance", d.Variance(), 50, 1e-12)
	var total, mean float64
	for k := range 2000 {
		p := math.Exp(d.LogPMF(float64(k)))
		total += p
		mean += float64(k) * p
	}
	near(t, "probabilities", total, 1, 1e-10)
	near(t, "mean", mean, 10, 1e-9)
}

func TestCountRepeats(t *testing.T) {
	r := CountRepeats(2, []float64{0.1, 0.5, 0.9, 0.25})
	near(t, "expected", r.Expected, 1.75, 1e-12)
	near(t, "p", r.P, (0.61375+0.15875)/2, 1e-12)
	near(t, "excess", r.Excess(), 0.0625, 1e-12)
	if !math.IsNaN(CountRepeats(0, nil).P) {
		t.Error("no pairs must give NaN")
	}
}

// Honest Poisson series repeat as often as predicted, and the p-values spread evenly.
func TestCountRepeatsUnderTheNull(t *testing.T) {
	rng := NewRand(16, "series")
	var p []float64
	for range 400 {
		var probabilities []float64
		observed := 0
		for range 40 {
			mean := 2 + 30*rng.Float64()
			draw := distuv.Poisson{Lambda: mean, Src: rng}
			if draw.Rand() == draw.Rand() {
				observed++
			}
			probabilities = append(probabilities, FitNegativeBinomial(mean, mean).RepeatProbability())
		}
		p = append(p, CountRepeats(observed, probabilities).P)
	}
	mean := sum(p) / float64(len(p))
	if math.Abs(mean-0.5) > 5*0.29/math.Sqrt(float64(len(p))) {
		t.Errorf("mean mid-p %v, want one half", mean)
	}
}

func TestSurprise(t *testing.T) {
	near(t, "common value", Surprise(99, 100, 1), -math.Log(99.5/101), 1e-12)
	near(t, "never seen", Surprise(0, 100, 40), -math.Log(0.5/120.5), 1e-12)
	rapid.Check(t, func(t *rapid.T) {
		distinct := rapid.IntRange(1, 20).Draw(t, "distinct")
		counts := make([]uint64, distinct)
		var total uint64
		for i := range counts {
			counts[i] = rapid.Uint64Range(1, 50).Draw(t, "count")
			total += counts[i]
		}
		// With the value never seen, the probabilities make up one.
		p := math.Exp(-Surprise(0, total, uint64(distinct)))
		for _, c := range counts {
			s := Surprise(c, total, uint64(distinct))
			if s < 0 {
				t.Fatalf("surprise %v", s)
			}
			p += math.Exp(-s)
		}
		if math.Abs(p-1) > 1e-9 {
			t.Fatalf("probabilities sum to %v", p)
		}
	})
}

func TestRepeatProbabilityProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(0.01, 5000).Draw(t, "mean")
		variance := mean * rapid.Float64Range(0.5, 100).Draw(t, "dispersion")
		p := FitNegativeBinomial(mean, variance).RepeatProbability()
		if !(p > 0 && p <= 1) {
			t.Fatalf("mean %v, variance %v: %v", mean, variance, p)
		}
	})
}

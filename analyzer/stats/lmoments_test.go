package stats_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// By hand: the mean half-difference of two of 1, 2, 3, 4 is 5/6, and even spacing has no skewness and no kurtosis.
func TestLMomentsByHand(t *testing.T) {
	got := stats.NewLMoments([]float64{1, 2, 3, 4})
	if math.Abs(got.Mean-2.5) > 1e-12 || math.Abs(got.Scale-5.0/6) > 1e-12 || math.Abs(got.Skewness) > 1e-12 || math.Abs(got.Kurtosis) > 1e-12 {
		t.Errorf("%+v", got)
	}
	if !math.IsNaN(stats.NewLMoments([]float64{1, 2, 3}).Mean) {
		t.Error("three numbers have no L-kurtosis")
	}
}

// Hosking (1990), table 1: the normal has L-scale 1/sqrt(pi), L-skewness 0 and L-kurtosis 0.1226; the exponential 1/2, 1/3 and 1/6.
func TestLMomentsOfDistributions(t *testing.T) {
	rng := stats.NewRand(1, "l-moments")
	normal, exponential := make([]float64, 200_000), make([]float64, 200_000)
	for i := range normal {
		normal[i], exponential[i] = rng.NormFloat64(), rng.ExpFloat64()
	}
	for _, c := range []struct {
		xs   []float64
		want stats.LMoments
	}{{normal, stats.LMoments{0, 1 / math.Sqrt(math.Pi), 0, 0.1226}}, {exponential, stats.LMoments{1, 0.5, 1.0 / 3, 1.0 / 6}}} {
		slices.Sort(c.xs)
		got := stats.NewLMoments(c.xs)
		for i, d := range []float64{got.Mean - c.want.Mean, got.Scale - c.want.Scale, got.Skewness - c.want.Skewness, got.Kurtosis - c.want.Kurtosis} {
			if math.Abs(d) > 0.01 {
				t.Errorf("moment %d of %+v is off by %v", i+1, got, d)
			}
		}
	}
}

func TestLMomentRatiosIgnoreUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(-100, 100), 4, 40).Draw(t, "xs")
		a, b := rapid.Float64Range(0.5, 20).Draw(t, "a"), rapid.Float64Range(-50, 50).Draw(t, "b")
		slices.Sort(xs)
		if xs[len(xs)-1]-xs[0] < 1e-3 {
			t.Skip()
		}
		moved := make([]float64, len(xs))
		for i, x := range xs {
			moved[i] = a*x + b
		}
		one, two := stats.NewLMoments(xs), stats.NewLMoments(moved)
		if math.Abs(one.Skewness-two.Skewness) > 1e-6 || math.Abs(one.Kurtosis-two.Kurtosis) > 1e-6 || math.Abs(two.Scale-a*one.Scale) > 1e-6*(1+two.Scale) {
			t.Errorf("%+v and %+v", one, two)
		}
		if math.Abs(one.Skewness) > 1+1e-9 || one.Kurtosis > 1+1e-9 || len(xs) >= 20 && one.Kurtosis < -0.5 {
			t.Errorf("ratios %+v", one)
		}
	})
}

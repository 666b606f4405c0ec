package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// The tail of a chi-square variable with 5 degrees of freedom, scipy.stats.chi2.cdf([.05, .55, 1.145], 5) = [2.92e-5, .00982, .0500]: the fitted
// tail agrees where it is learnt, and is heavier below.
func TestDistanceTailOfChiSquare(t *testing.T) {
	rng := stats.NewRand(4, "tail")
	groups := make([][]float64, 60)
	for g := range groups {
		for range 300 {
			d := 0.0
			for range 5 {
				z := rng.NormFloat64()
				d += z * z
			}
			groups[g] = append(groups[g], d)
		}
		if g%4 == 0 { // a quarter of the groups hold many pairs that are too near
			for i := range 100 {
				groups[g][i] /= 50
			}
		}
	}
	tail, ok := stats.FitDistanceTail(groups, 10)
	if !ok {
		t.Fatal("nothing is learnt")
	}
	if p := tail.P(1.145); p < 0.04 || p > 0.075 {
		t.Errorf("P(d <= 1.145) = %.4f, want about .05", p)
	}
	if p := tail.P(0.55); p < 0.00982 || p > 0.03 {
		t.Errorf("P(d <= 0.55) = %.4f, want above .0098", p)
	}
	if p := tail.P(0.05); p < 2.9e-5 {
		t.Errorf("P(d <= 0.05) = %.2g is below the truth, 2.9e-5", p)
	}
	if _, ok := stats.FitDistanceTail([][]float64{{1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}}, 2); ok {
		t.Error("nothing varies, and a tail is learnt")
	}
}

func TestDistanceTailProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tail := stats.DistanceTail{Scale: rapid.Float64Range(0.1, 5).Draw(t, "scale"), Shape: rapid.Float64Range(0.5, 8).Draw(t, "shape"), Probability: 0.05}
		p := rapid.Float64Range(1e-6, 0.05).Draw(t, "p")
		if got := tail.P(tail.Quantile(p)); math.Abs(got-p) > 1e-9 {
			t.Errorf("P of the quantile of %v is %v", p, got)
		}
		a := rapid.Float64Range(0, 4).Draw(t, "a")
		if tail.P(a) > tail.P(a+0.1) {
			t.Error("nearer is more probable")
		}
	})
}

// Where many units have small p, each counts for less; none becomes smaller.
func TestEmpiricalTail(t *testing.T) {
	rng := stats.NewRand(5, "empirical")
	even, crowded := make([]float64, 400), make([]float64, 400)
	for i := range even {
		even[i] = rng.Float64()
		crowded[i] = math.Pow(rng.Float64(), 6)
	}
	even[0], crowded[0] = 1e-8, 1e-8
	if got := stats.EmpiricalTail(even)[0]; got < 1e-8 || got > 1e-5 {
		t.Errorf("1e-8 among even p becomes %v", got)
	}
	if got := stats.EmpiricalTail(crowded)[0]; got < 1e-4 {
		t.Errorf("1e-8 among small p becomes %v", got)
	}
	for i, p := range stats.EmpiricalTail(crowded) {
		if p < crowded[i] {
			t.Errorf("%v becomes %v", crowded[i], p)
		}
	}
}

package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestQuantiles(t *testing.T) {
	s := []float64{1, 2, 4, 8, 16} // numpy.quantile(s, q)
	for q, want := range map[float64]float64{0: 1, 0.1: 1.4, 0.5: 4, 0.9: 12.8, 1: 16} {
		near(t, "quantile", QuantileSorted(s, q), want, 1e-12)
	}
	if !math.IsNaN(Median(nil)) {
		t.Error("the median of nothing must be NaN")
	}
}

func TestModifiedZ(t *testing.T) {
	// The example of Iglewicz & Hoaglin (1993): median 2.45, MAD 0.15; the two large values score 25.9 and 26.3.
	z := ModifiedZ([]float64{2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3})
	near(t, "8.2", z[8], 0.6745*5.75/0.15, 1e-4)
	near(t, "8.3", z[9], 0.6745*5.85/0.15, 1e-4)
	near(t, "2.1", z[0], -0.6745*0.35/0.15, 1e-4)
	// More than half equal: the mean absolute deviation, 10/5 = 2, takes over.
	near(t, "fallback", ModifiedZ([]float64{3, 3, 3, 3, 13})[4], 10/(1.2533141373155003*2), 1e-12)
	for _, x := range ModifiedZ([]float64{7, 7, 7}) {
		near(t, "constant", x, 0, 1e-12)
	}
}

func TestRobustZ(t *testing.T) {
	peers := []float64{9, 10, 11, 12, 13} // median 11, MAD 1
	near(t, "z", RobustZ(14, peers), 3/1.482602218505602, 1e-12)
	near(t, "equal to constant peers", RobustZ(5, []float64{5, 5, 5}), 0, 1e-12)
	if !math.IsInf(RobustZ(6, []float64{5, 5, 5}), 1) || !math.IsNaN(RobustZ(6, []float64{5})) {
		t.Error("constant peers give infinity, a single peer NaN")
	}
}

func TestEmpiricalNull(t *testing.T) {
	// Scores spread twice as wide as theory and shifted, one in ten a real effect.
	rng := NewRand(4, "empirical null")
	z := make([]float64, 5000)
	for i := range z {
		z[i] = 0.5 + 2*rng.NormFloat64()
		if i%10 == 0 {
			z[i] += 12
		}
	}
	null := FitEmpiricalNull(z)
	if math.Abs(null.Mean-0.5) > 0.4 || math.Abs(null.SD-2) > 0.4 {
		t.Errorf("null %+v, want about N(0.5, 2²)", null)
	}
	near(t, "normal tail", EmpiricalNull{0, 1}.TwoSidedP(1.959963984540054), 0.05, 1e-9)
	near(t, "upper", EmpiricalNull{1, 2}.UpperP(1+2*1.6448536269514722), 0.05, 1e-9)
	if narrow := FitEmpiricalNull([]float64{0, 0.01, -0.01}); narrow.SD != 1 {
		t.Errorf("a null narrower than theory: %+v", narrow)
	}
	// scipy.stats.norm.sf(10)
	near(t, "far tail", NormalTail(10), 7.61985302416047e-24, 1e-9)
}

func TestRobustInvariances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Numbers on a grid differ by nothing or by much more than rounding, which would otherwise decide the comparison.
		steps := rapid.SliceOfN(rapid.IntRange(-1e6, 1e6), 3, 40).Draw(t, "steps")
		xs := make([]float64, len(steps))
		for i, n := range steps {
			xs[i] = float64(n) / 1024
		}
		shift := rapid.Float64Range(-100, 100).Draw(t, "shift")
		scale := rapid.Float64Range(0.5, 8).Draw(t, "scale")
		moved := make([]float64, len(xs))
		for i, x := range xs {
			moved[i] = scale*x + shift
		}
		a, b := ModifiedZ(xs), ModifiedZ(moved)
		for i := range a {
			if math.Abs(a[i]-b[i]) > 1e-5*(1+math.Abs(a[i])) {
				t.Fatalf("score %v, moved and stretched %v", a[i], b[i])
			}
		}
	})
}

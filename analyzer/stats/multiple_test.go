package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The fifteen p-values of Benjamini & Hochberg (1995, section 3.2), who reject four at 5 %.
var infarction = []float64{
	0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1,
}

func TestBenjaminiHochberg(t *testing.T) {
	q := BenjaminiHochberg(infarction)
	want := []float64{
		0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0298 * 15 / 7, 0.0298 * 15 / 7, 0.0645, 0.0765,
		0.486, 0.4262 * 15 / 11, 0.714875, 0.6528 * 15 / 13, 0.7590 * 15 / 14, 1,
	} // p.adjust(p, "BH") of R
	rejected := 0
	for i := range q {
		near(t, "q", q[i], want[i], 1e-12)
		if q[i] <= 0.05 {
			rejected++
		}
	}
	if rejected != 4 {
		t.Errorf("rejected %d, the paper rejects 4", rejected)
	}
	// Yekutieli multiplies by 1 + 1/2 + … + 1/15 = 3.318228993228993.
	near(t, "BY", BenjaminiYekutieli(infarction)[0], 0.0015*3.318228993228993, 1e-12)
	near(t, "BY is at most 1", BenjaminiYekutieli(infarction)[9], 1, 1e-12)
}

func TestMissingTestsDoNotCount(t *testing.T) {
	q := BenjaminiHochberg([]float64{0.01, math.NaN(), 0.04})
	near(t, "q", q[0], 0.02, 1e-12)
	near(t, "q", q[2], 0.04, 1e-12)
	if !math.IsNaN(q[1]) {
		t.Errorf("the missing test has q = %v", q[1])
	}
	near(t, "Cauchy", CauchyCombination([]float64{math.NaN(), 0.03}, nil), 0.03, 1e-12)
	if !math.IsNaN(CauchyCombination([]float64{math.NaN()}, nil)) {
		t.Error("no test must combine to NaN")
	}
}

func TestCauchyCombination(t *testing.T) {
	// 1/2 - atan(mean of tan((1/2 - p) pi))/pi, worked out apart.
	near(t, "two", CauchyCombination([]float64{0.02, 0.5}, nil), 0.03984332163376797, 1e-9)
	near(t, "three", CauchyCombination([]float64{0.001, 0.3, 0.8}, nil), 0.00300605766237505, 1e-9)
	near(t, "equal p-values combine to themselves", CauchyCombination([]float64{0.01, 0.01, 0.01}, nil), 0.01, 1e-9)
	near(t, "tiny", CauchyCombination([]float64{1e-200, 1e-200}, nil), 1e-200, 1e-9)
	near(t, "one tiny of four", CauchyCombination([]float64{1e-20, 0.5, 0.5, 0.5}, nil), 4e-20, 1e-6)
	near(t, "weights", CauchyCombination([]float64{0.02, 0.5}, []float64{1, 0}), 0.02, 1e-12)
	if got := CauchyCombination([]float64{1e-6, 1, 1}, nil); got > 1e-5 {
		t.Errorf("p-values of one drown the evidence: %v", got)
	}
	near(t, "zero", CauchyCombination([]float64{0, 0.5}, nil), 0, 1e-300)
}

func TestAdjustmentProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 50).Draw(t, "p")
		q, y := BenjaminiHochberg(p), BenjaminiYekutieli(p)
		for i := range p {
			if q[i] < p[i]-1e-15 || q[i] > 1 || y[i] < q[i]-1e-15 || y[i] > 1 {
				t.Fatalf("p %v, q %v, BY %v", p[i], q[i], y[i])
			}
			for j := range p {
				if p[i] < p[j] && q[i] > q[j] {
					t.Fatal("the order of the p-values is not kept")
				}
			}
		}
		combined := CauchyCombination(p, nil)
		if combined < 0 || combined > 1 {
			t.Fatalf("combined %v", combined)
		}
		turned := slices.Clone(p)
		slices.Reverse(turned)
		if again := CauchyCombination(turned, nil); math.Abs(again-combined) > 1e-9 {
			t.Fatalf("order matters: %v, %v", combined, again)
		}
	})
}

func TestFalseDiscoveryRate(t *testing.T) {
	// 900 true nulls and 100 effects: the mean share of false discoveries must stay near 0.9 * 5 %.
	rng := NewRand(3, "fdr")
	var share float64
	const runs = 200
	for range runs {
		p := make([]float64, 1000)
		for i := range p {
			z := rng.NormFloat64()
			if i < 100 {
				z += 4
			}
			p[i] = NormalTail(z)
		}
		found, wrong := 0, 0
		for i, q := range BenjaminiHochberg(p) {
			if q <= 0.05 {
				found++
				if i >= 100 {
					wrong++
				}
			}
		}
		share += float64(wrong) / float64(max(1, found)) / runs
	}
	if share < 0.03 || share > 0.055 {
		t.Errorf("share of false discoveries %.4f, expected 0.045", share)
	}
}

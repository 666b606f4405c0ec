package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// With a flat beta every number of successes is equally likely: P(k of n) = 1/(n+1). Rho is 1/(a+b+1) = 1/3.
func TestBetaBinomialFlat(t *testing.T) {
	d := BetaBinomial{Mean: 0.5, Rho: 1.0 / 3}
	for k := range 11 {
		if got, want := d.Upper(k, 10), float64(11-k)/11; math.Abs(got-want) > 1e-12 {
			t.Errorf("P(at least %d of 10) = %v, want %v", k, got, want)
		}
	}
}

// The families of Saxony with twelve children (Geissler 1889, in Lindsey & Altham 1998): boys by family.
func TestBetaBinomialOfSaxony(t *testing.T) {
	families := []float64{3, 24, 104, 286, 670, 1033, 1343, 1112, 829, 478, 181, 45, 7}
	var k, n []float64
	for boys, count := range families {
		for range int(count) {
			k, n = append(k, float64(boys)), append(n, 12)
		}
	}
	d := FitBetaBinomial(k, n)
	// The maximum likelihood fit is a = 34.1, b = 31.6: mean .519, rho .015.
	if math.Abs(d.Mean-0.519) > 0.001 || math.Abs(d.Rho-0.015) > 0.001 {
		t.Errorf("%+v", d)
	}
}

func TestBetaBinomialProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := BetaBinomial{rapid.Float64Range(0.01, 0.99).Draw(t, "mean"), rapid.Float64Range(0, 0.9).Draw(t, "rho")}
		n := rapid.IntRange(1, 200).Draw(t, "n")
		k := rapid.IntRange(1, n).Draw(t, "k")
		p := d.Upper(k, n)
		if p < 0 || p > 1 || p > d.Upper(k-1, n)+1e-12 {
			t.Fatalf("P(at least %d of %d) = %v", k, n, p)
		}
		mean := 0.0
		for x := 1; x <= n; x++ {
			mean += d.Upper(x, n) // the sum of the upper tails is the mean
		}
		if math.Abs(mean-float64(n)*d.Mean) > 1e-6*float64(n) {
			t.Fatalf("mean %v of %d, want %v", mean, n, d.Mean)
		}
	})
	if d := FitBetaBinomial([]float64{3}, []float64{10}); d.Mean != 0.3 || d.Rho != 0 {
		t.Errorf("one subject: %+v", d)
	}
	if d := FitBetaBinomial(nil, nil); d.Upper(1, 5) != 0 {
		t.Errorf("none: %+v", d)
	}
}

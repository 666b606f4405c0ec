package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestUniformSumLower(t *testing.T) {
	// Exact: s^n/n! for s <= 1 (Edgington 1972); python: sum((-1)**k*comb(n,k)*(s-k)**n for k in range(floor(s)+1))/factorial(n).
	for _, c := range []struct {
		s    float64
		n    int
		want float64
	}{{0.6, 6, math.Pow(0.6, 6) / 720}, {1, 3, 1.0 / 6}, {1.5, 3, 0.5}, {2.5, 3, 1 - math.Pow(0.5, 3)/6}, {1.38, 6, 0.0095676345}, {2, 10, 0.00027943122}, {0.5, 1, 0.5}, {7, 5, 1}, {-1, 5, 0}, {1, 0, 1}} {
		if got := UniformSumLower(c.s, c.n); math.Abs(got-c.want) > 1e-8 {
			t.Errorf("P(sum of %d <= %v) = %.10f, want %.10f", c.n, c.s, got, c.want)
		}
	}
}

func TestUniformSumLowerGrowsAndStaysBelowTheNormalTail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "n")
		s := rapid.Float64Range(0, float64(n)).Draw(t, "s")
		p := UniformSumLower(s, n)
		if q := UniformSumLower(s*1.01, n); q < p-1e-9 || p < 0 || p > 1 {
			t.Fatalf("%d uniforms: %v at %v, %v a little later", n, p, s, q)
		}
		if z := (s - float64(n)/2) / math.Sqrt(float64(n)/12); z < -2 && p > NormalTail(-z)*1.01 {
			t.Fatalf("%d uniforms at z %v: %v exceeds the normal tail", n, z, p)
		}
	})
}

func TestUniformMeanLowerLiesBetweenWholeNumbers(t *testing.T) {
	if got := UniformMeanLower(0.1, 6); math.Abs(got-math.Pow(0.6, 6)/720) > 1e-12 {
		t.Errorf("six uniforms: %v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Float64Range(0.2, 30).Draw(t, "n")
		mean := rapid.Float64Range(0.001, 0.4).Draw(t, "mean")
		p, more := UniformMeanLower(mean, n), UniformMeanLower(mean*1.05, n)
		if p > more*(1+1e-9) || p < 0 || p > 1 {
			t.Fatalf("mean %v of %v: %v, and %v for a larger mean", mean, n, p, more)
		}
		if n < 1 && p != mean {
			t.Fatalf("a single uniform at %v: %v", mean, p)
		}
	})
}

package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestBinomialTails(t *testing.T) {
	// Exact rational sums of C(n,k) p^k q^(n-k), worked out apart; scipy.stats.binom.sf(k-1, n, p).
	near(t, "7 of 10", BinomialUpper(7, 10, 0.5), 11.0/64, 1e-12)
	near(t, "30 of 100", BinomialUpper(30, 100, 0.2), 0.011248978720991634, 1e-10)
	near(t, "60 of 1000", BinomialUpper(60, 1000, 0.03), 5.802225924157993e-07, 1e-8)
	near(t, "mid-p", BinomialUpperMidP(30, 100, 0.2), 0.008654157101017306, 1e-10)
	near(t, "two-sided, high", BinomialTwoSidedMidP(30, 100, 0.2), 0.017308314202034613, 1e-10)
	near(t, "two-sided, low", BinomialTwoSidedMidP(12, 100, 0.2), 0.03790362956951869, 1e-10)
	near(t, "Poisson", PoissonUpper(6, 3), 0.08391794203130343, 1e-10)
	for _, c := range []struct{ got, want float64 }{
		{BinomialUpper(0, 10, 0.3), 1},
		{BinomialUpper(11, 10, 0.3), 0},
		{BinomialUpper(3, 10, 0), 0},
		{BinomialUpper(10, 10, 1), 1},
		{BinomialLower(10, 10, 0.3), 1},
		{PoissonUpper(0, 0), 1},
		{PoissonUpper(1, 0), 0},
	} {
		near(t, "edge", c.got, c.want, 1e-12)
	}
}

func TestPoissonBinomial(t *testing.T) {
	p := []float64{0.1, 0.5, 0.9, 0.25} // pmf 27/800, 141/400, 91/200, 59/400, 9/800 by hand
	for k, want := range []float64{1, 773.0 / 800, 0.61375, 0.15875, 9.0 / 800, 0} {
		near(t, "tail", PoissonBinomialUpper(k, p), want, 1e-12)
	}
	near(t, "mid-p", PoissonBinomialUpperMidP(3, p), (0.15875+9.0/800)/2, 1e-12)

	equal := make([]float64, 500)
	for i := range equal {
		equal[i] = 0.03
	}
	for _, k := range []int{5, 15, 30, 60} {
		near(t, "equal trials are binomial", PoissonBinomialUpper(k, equal), BinomialUpper(k, 500, 0.03), 1e-9)
	}
}

func TestPoissonBinomialRefinedNormal(t *testing.T) {
	// The approximation used beyond 2,000 trials against the exact recursion at 2,000.
	p := make([]float64, exactPoissonBinomial)
	for i := range p {
		p[i] = 0.02 + 0.1*float64(i%7)/7
	}
	mean := sum(p)
	for _, z := range []float64{-2, 0, 1, 2.3, 3.5} {
		k := int(mean + z*math.Sqrt(mean))
		near(t, "refined normal", poissonBinomialNormal(k, p), PoissonBinomialUpper(k, p), 0.05)
	}
	more := append(p, p...)
	if got := PoissonBinomialUpper(int(2*mean), more); got < 0.45 || got > 0.56 {
		t.Errorf("tail at the mean of 4,000 trials = %v", got)
	}
	near(t, "certain trials", SumTail(3, 3, 0, 0), 1, 1e-12)
	near(t, "impossible", SumTail(4, 3, 0, 0), 0, 1e-12)
}

func TestWilson(t *testing.T) {
	// Newcombe (1998), table I, method 3: 81/263 gives 0.2553 to 0.3662, 15/148 gives 0.0624 to 0.1605, 0/20 gives 0 to
	// 0.1611, 1/29 gives 0.0061 to 0.1718.
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		low, high := Wilson(c.k, c.n, 0.95)
		if math.Abs(low-c.low) > 5e-5 || math.Abs(high-c.high) > 5e-5 {
			t.Errorf("Wilson(%d, %d) = %.4f, %.4f, want %.4f, %.4f", c.k, c.n, low, high, c.low, c.high)
		}
	}
	if low, high := Wilson(0, 0, 0.95); low != 0 || high != 1 {
		t.Errorf("nothing observed gives %v, %v", low, high)
	}
}

func TestTailProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		upper, lower := BinomialUpper(k, n, p), BinomialLower(k-1, n, p)
		if math.Abs(upper+lower-1) > 1e-9 {
			t.Fatalf("P(X>=k) + P(X<k) = %v", upper+lower)
		}
		if two := BinomialTwoSidedMidP(k, n, p); two < 0 || two > 1 {
			t.Fatalf("two-sided %v", two)
		}
		low, high := Wilson(k, n, 0.95)
		if share := float64(k) / float64(n); low < 0 || high > 1 || low > share+1e-12 || high < share-1e-12 {
			t.Fatalf("Wilson(%d, %d) = %v, %v", k, n, low, high)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 60).Draw(t, "p")
		previous := 1.0
		for k := range len(p) + 2 {
			tail := PoissonBinomialUpper(k, p)
			if tail < 0 || tail > previous+1e-12 {
				t.Fatalf("P(X >= %d) = %v after %v", k, tail, previous)
			}
			previous = tail
		}
	})
}

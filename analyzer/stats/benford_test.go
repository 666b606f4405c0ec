package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestBenfordLaw(t *testing.T) {
	first, firstTwo := BenfordFirst(), BenfordFirstTwo()
	near(t, "P(1)", first[0], math.Log10(2), 1e-12)
	near(t, "P(9)", first[8], 0.045757490560675115, 1e-12)
	near(t, "P(10)", firstTwo[0], 0.04139268515822508, 1e-12)
	near(t, "P(99)", firstTwo[89], 0.004364805402450088, 1e-12)
	near(t, "sum", sum(first), 1, 1e-12)
	near(t, "sum of two", sum(firstTwo), 1, 1e-12)
	for d := range 9 {
		near(t, "marginal", sum(firstTwo[10*d:10*d+10]), first[d], 1e-12)
	}
}

func TestExpectedMAD(t *testing.T) {
	// sum_k C(n,k) p^k q^(n-k) |k - np| / n over the nine digits, summed term by term apart.
	near(t, "n=50", ExpectedMAD(50, BenfordFirst()), 0.03322359017049525, 1e-10)
	near(t, "n=7", ExpectedMAD(7, BenfordFirst()), 0.09227798997054291, 1e-10)
	// The published approximation for the first two digits, 1/sqrt(158.8 n).
	for _, n := range []int{1000, 10_000, 185_083} {
		near(t, "Barney & Schulzke", ExpectedMAD(n, BenfordFirstTwo()), 1/math.Sqrt(158.8*float64(n)), 0.01)
	}
}

func TestPublishedBenfordSets(t *testing.T) {
	// Figures of the R package benford.analysis and of Nigrini (2012); chi-square with decimal-exact digits.
	for _, c := range []struct {
		file, column      string
		n                 int
		first, firstTwo   float64 // chi-square, 0 where none is published
		madTwo, tolerance float64
	}{
		{"benford_corporate_payment.csv", "Amount", 185083, 0, 32100.90, 0.0023366, 5e-5},
		{"benford_census2009.csv", "pop.2009", 19509, 17.5236, 107.1562, 0.000613, 7e-4},
		{"benford_sino_forest.csv", "value", 772, 7.6517, 0, 0, 0},
	} {
		one, two := make([]float64, 9), make([]float64, 90)
		n := 0
		for _, d := range sharedNumbers(t, c.file, c.column) {
			if d.Negative || d.IsZero() {
				continue
			}
			n++
			one[d.FirstDigit()-1]++
			two[d.FirstTwoDigits()-10]++
		}
		if n != c.n {
			t.Errorf("%s: n = %d, want %d", c.file, n, c.n)
		}
		if c.first > 0 {
			near(t, c.file+" first digit chi2", GoodnessOfFit(one, BenfordFirst()).Statistic, c.first, 1e-5)
		}
		if c.firstTwo > 0 {
			near(t, c.file+" first two chi2", GoodnessOfFit(two, BenfordFirstTwo()).Statistic, c.firstTwo, 1e-5)
			near(t, c.file+" MAD", MeanAbsoluteDeviation(two, BenfordFirstTwo()), c.madTwo, c.tolerance)
		}
	}
}

func TestExcessMAD(t *testing.T) {
	law := BenfordFirst()
	counts := make([]float64, 9)
	for i, p := range law {
		counts[i] = 1e6 * p
	}
	near(t, "perfect fit", ExcessMAD(counts, law), -ExpectedMAD(1e6, law), 1e-6)
	if !math.IsNaN(MeanAbsoluteDeviation(make([]float64, 9), law)) {
		t.Error("no observations must give NaN")
	}
}

func TestBootstrapMADIsUniformUnderTheLaw(t *testing.T) {
	law := BenfordFirstTwo()
	const n = 2000
	null := BootstrapMAD(n, law, 999, NewRand(1, "null"))
	near(t, "mean of the draws", sum(null.sorted)/999, ExpectedMAD(n, law), 0.01)
	rng := NewRand(2, "data")
	var p []float64
	for range 300 {
		// A Benford number is ten to a uniform power.
		counts := make([]float64, 90)
		for range n {
			counts[int(math.Pow(10, 1+rng.Float64()))-10]++
		}
		p = append(p, null.P(MeanAbsoluteDeviation(counts, law)))
	}
	evenlySpread(t, "bootstrap MAD", p)
}

func TestMADProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := make([]float64, 9)
		for i := range counts {
			counts[i] = float64(rapid.IntRange(0, 1000).Draw(t, "count"))
		}
		counts[0]++
		mad := MeanAbsoluteDeviation(counts, BenfordFirst())
		if mad < 0 || mad > 2.0/9 {
			t.Fatalf("MAD = %v", mad)
		}
		for i := range counts {
			counts[i] *= 7
		}
		if again := MeanAbsoluteDeviation(counts, BenfordFirst()); math.Abs(again-mad) > 1e-12 {
			t.Fatalf("MAD depends on the number: %v, %v", mad, again)
		}
	})
}

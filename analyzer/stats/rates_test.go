package stats

import (
	"math"
	"math/big"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func TestWholePercentProbability(t *testing.T) {
	// Sums of the binomial probabilities over all numerators near a whole percentage: in rationals for the first two, by
	// log-gamma for the others, worked out apart.
	for _, c := range []struct {
		x, d      int64
		want      float64
		tolerance float64
	}{
		{133, 200, 0.5, 1e-8},
		{1, 150, 0.4282351876765799, 1e-8},
		{640, 1000, 0.1, 1e-6},
		{3333, 5000, 0.09998699767767538, 1e-3},
		{150, 20000, 0.0008943123063840025, 0.05}, // four standard deviations away
		{90000, 100000, 0.40549274012659536, 1e-4},
		{123456, 200003, 0.018694666823504333, 2e-3},
	} {
		near(t, "whole percentage", wholePercentProbability(c.x, c.d, 0), c.want, c.tolerance)
	}
	near(t, "zero", wholePercentProbability(0, 300, 0), 1, 1e-12)
}

func TestNearWholePercent(t *testing.T) {
	for _, c := range []struct {
		x, d int64
		want bool
	}{
		{95, 100, true},
		{950, 1000, true},
		{951, 1000, false},
		{19001, 20000, true}, // 95.005
		{1901, 2000, true},   // 95.05, exactly on the edge
		{1902, 2000, false},  // 95.1
		{1899, 2000, true},   // 94.95
		{9506, 10000, false},
		{0, 123, true},
	} {
		if got := nearWholePercent(c.x, c.d, 0); got != c.want {
			t.Errorf("%d/%d: %v", c.x, c.d, got)
		}
	}
}

func TestNearWholePercentIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.Int64Range(100, 1e6).Draw(t, "d")
		x := rapid.Int64Range(0, d).Draw(t, "x")
		rate := new(big.Rat).Mul(big.NewRat(x, d), big.NewRat(100, 1))
		whole := math.Round(float64(100*x) / float64(d))
		near := false
		for k := whole - 1; k <= whole+1; k++ {
			distance := new(big.Rat).Sub(rate, big.NewRat(int64(k), 1))
			near = near || distance.Abs(distance).Cmp(big.NewRat(1, 20)) <= 0
		}
		if got := nearWholePercent(x, d, 0); got != near {
			t.Fatalf("%d/%d: %v, exactly %v", x, d, got, near)
		}
	})
}

// The computed null must be what drawing the numerators again and again converges to, as Kobak et al. do it.
func TestIntegerRatesAgainstMonteCarlo(t *testing.T) {
	rng := NewRand(10, "stations")
	var x, d []int64
	for range 400 {
		size := 100 + rng.Int64N(1500)
		d = append(d, size)
		x = append(x, int64(float64(size)*(0.4+0.5*rng.Float64())))
	}
	r := IntegerRates(x, d)
	var total, squares float64
	const replicates = 2000
	for range replicates {
		count := 0.0
		for i := range x {
			draw := distuv.Binomial{N: float64(d[i]), P: float64(x[i]) / float64(d[i]), Src: rng}.Rand()
			if nearWholePercent(int64(draw), d[i], 0) {
				count++
			}
		}
		total += count
		squares += count * count
	}
	mean := total / replicates
	sd := math.Sqrt(squares/replicates - mean*mean)
	if math.Abs(r.Expected-mean) > 5*sd/math.Sqrt(replicates) {
		t.Errorf("expected %v, drawn %v ± %v", r.Expected, mean, sd/math.Sqrt(replicates))
	}
	near(t, "sd", r.SD, sd, 0.08)
	if r.Rows != 400 || r.LeftOut != 0 {
		t.Errorf("%+v", r)
	}
}

func TestIntegerRatesLeavesOut(t *testing.T) {
	r := IntegerRates([]int64{50, 990, 991, 1000, -1, 1200, 500}, []int64{99, 1000, 1000, 1000, 1000, 1000, 1000})
	if r.Rows != 2 || r.LeftOut != 5 || r.Observed != 2 {
		t.Errorf("denominator 99, rates 99.1 and 100, negative and above the whole must be left out: %+v", r)
	}
	if empty := IntegerRates(nil, nil); !math.IsNaN(empty.P) || empty.Rows != 0 {
		t.Errorf("%+v", empty)
	}
}

func TestIntegerRatesUnderTheNull(t *testing.T) {
	rng := NewRand(11, "honest rates")
	var p []float64
	for range 300 {
		var x, d []int64
		for range 150 {
			size := 300 + rng.Int64N(3000)
			d = append(d, size)
			x = append(x, int64(distuv.Binomial{N: float64(size), P: 0.3 + 0.6*rng.Float64(), Src: rng}.Rand()))
		}
		p = append(p, IntegerRates(x, d).P)
	}
	for _, a := range []float64{0.01, 0.05, 0.2} {
		below := 0
		for _, q := range p {
			if q <= a {
				below++
			}
		}
		if BinomialUpper(below, len(p), a) < 0.001 {
			t.Errorf("%d of %d honest columns have p <= %v", below, len(p), a)
		}
	}
}

func TestIntegerRatesFindsInventedRates(t *testing.T) {
	rng := NewRand(12, "invented rates")
	var x, d []int64
	for i := range 3000 {
		size := 300 + rng.Int64N(3000)
		rate := 0.6 + 0.35*rng.Float64()
		if i%10 == 0 {
			rate = math.Round(100*rate) / 100
		}
		d = append(d, size)
		x = append(x, int64(math.Round(float64(size)*rate)))
	}
	r := IntegerRates(x, d)
	if r.P > 1e-6 || r.Excess() < 150 || r.Excess() > 350 {
		t.Errorf("300 invented rates in 3,000: %+v, excess %.1f", r, r.Excess())
	}
}

func BenchmarkIntegerRates(b *testing.B) {
	rng := NewRand(13, "benchmark")
	x, d := make([]int64, 1_000_000), make([]int64, 1_000_000)
	for i := range x {
		d[i] = 100 + rng.Int64N(5000)
		x[i] = int64(float64(d[i]) * rng.Float64())
	}
	for b.Loop() {
		IntegerRates(x, d)
	}
}

// By scipy 1.10: X = np.arange(d+1); m = np.minimum(100*X % d, d - 100*X % d);
// binom.pmf(X, d, x/d)[20*m <= np.maximum(d, 1000)].sum()
func TestAttainableRatesAgainstScipy(t *testing.T) {
	for _, c := range []struct {
		x, d      int64
		want, off float64
	}{
		{150, 200, 0.5, 1e-9},
		{333, 450, 0.33333333342311444, 1e-8},
		{640, 801, 0.125, 1e-8},
		{70, 101, 1, 1e-9},
		{3100, 4000, 0.12495673130986007, 2e-5}, // by windows of the normal distribution
	} {
		near(t, "attainable", wholePercentProbability(c.x, c.d, halfCase), c.want, c.off)
	}
	// 86 % of 417 is 358.6: 359 is as near as one can count, and 86.09 % is not within 0.05 of it.
	if !nearWholePercent(359, 417, halfCase) || nearWholePercent(359, 417, 0) || nearWholePercent(360, 417, halfCase) {
		t.Error("359 of 417 is the count next to 86 %")
	}
	r := AttainableRates([]int64{359, 360, 346}, []int64{417, 417, 417})
	if r.Rows != 3 || r.Observed != 2 || !(r.Expected > 0.6 && r.Expected < 0.8) {
		t.Errorf("%+v", r)
	}
}

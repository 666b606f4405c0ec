package stats

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func bunch(t testing.TB, head, tail []uint64, replicates int, seed uint64) Bunching {
	t.Helper()
	b, err := NumberBunching(context.Background(), head, tail, replicates, NewRand(seed, "bunching"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNumberBunchingOfSanitizer(t *testing.T) {
	// repetition_test(sanitizer$value, check = "all") of the R package jfa: average frequency 1.5225, entropy 7.065769.
	var head, tail []uint64
	for _, d := range sharedNumbers(t, "jfa_sanitizer.csv", "value") {
		u, _ := d.Units(2)
		head, tail = append(head, u/100), append(tail, u%100)
	}
	b := bunch(t, head, tail, 4999, 1)
	near(t, "average frequency", b.AverageFrequency, 1.5225, 1e-12)
	near(t, "entropy", b.Entropy, 7.065769, 1e-7)
	// 1 + sum n_i(n_i-1) sum m_j(m_j-1) / (n²(n-1)) over the heads and tails, summed apart.
	near(t, "expected", b.Expected, 1.4516001876172608, 1e-12)
	if b.P > 0.01 || b.Replicates != 4999 {
		t.Errorf("p = %v after %d permutations, published below 0.01", b.P, b.Replicates)
	}
}

func TestNumberBunchingByHand(t *testing.T) {
	// Values 1.5 1.5 1.7 2.5 2.5: frequencies 2 1 2, so AF = (4+1+4)/5.
	b := bunch(t, []uint64{1, 1, 1, 2, 2}, []uint64{5, 5, 7, 5, 5}, 99, 1)
	near(t, "AF", b.AverageFrequency, 9.0/5, 1e-12)
	near(t, "entropy", b.Entropy, -(0.8*math.Log(0.4) + 0.2*math.Log(0.2)), 1e-12)
	if b.Distinct != 3 {
		t.Errorf("%d different values", b.Distinct)
	}
}

// permute calls visit with every order of the slice.
func permute(xs []uint64, k int, visit func([]uint64)) {
	if k == len(xs) {
		visit(xs)
		return
	}
	for i := k; i < len(xs); i++ {
		xs[k], xs[i] = xs[i], xs[k]
		permute(xs, k+1, visit)
		xs[k], xs[i] = xs[i], xs[k]
	}
}

func TestMomentsOverAllPermutations(t *testing.T) {
	head := []uint64{1, 1, 1, 2, 2, 3, 3}
	tail := []uint64{0, 0, 5, 0, 5, 5, 7}
	var sumAF, sumSquares, count float64
	permute(append([]uint64(nil), tail...), 0, func(order []uint64) {
		frequencies := map[[2]uint64]float64{}
		for i, h := range head {
			frequencies[[2]uint64{h, order[i]}]++
		}
		var af float64
		for _, f := range frequencies {
			af += f * f / float64(len(head))
		}
		sumAF += af
		sumSquares += af * af
		count++
	})
	b := bunch(t, head, tail, 99, 1)
	mean := sumAF / count
	near(t, "mean over all 5,040 orders", b.Expected, mean, 1e-10)
	near(t, "sd over all 5,040 orders", b.SD, math.Sqrt(sumSquares/count-mean*mean), 1e-9)
}

func TestNumberBunchingUnderTheNull(t *testing.T) {
	rng := NewRand(6, "null data")
	var p []float64
	for run := range 200 {
		head, tail := make([]uint64, 200), make([]uint64, 200)
		for i := range head {
			head[i], tail[i] = uint64(10+rng.NormFloat64()*3), uint64(rng.IntN(40))
		}
		b := bunch(t, head, tail, 199, uint64(run))
		p = append(p, b.P)
	}
	sorted := sortedCopy(p)
	// A permutation p-value is at or below a at most as often as a; early stopping keeps that.
	for _, a := range []float64{0.05, 0.1, 0.3, 0.5} {
		below := 0
		for _, x := range sorted {
			if x <= a {
				below++
			}
		}
		if tail := BinomialUpper(below, len(p), a); tail < 0.001 {
			t.Errorf("%d of %d p-values are at most %v", below, len(p), a)
		}
	}
}

func TestNumberBunchingFindsCopies(t *testing.T) {
	rng := NewRand(7, "copies")
	head, tail := make([]uint64, 1000), make([]uint64, 1000)
	for i := range head {
		head[i], tail[i] = uint64(50+rng.NormFloat64()*10), uint64(rng.IntN(100))
		if i%20 == 19 { // one in twenty is copied whole
			head[i], tail[i] = head[i-7], tail[i-7]
		}
	}
	if b := bunch(t, head, tail, 999, 1); b.P > 0.005 || b.Z() < 3 || b.Excess() < 0.1 {
		t.Errorf("copies not found: %+v", b)
	}
}

func TestNumberBunchingEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	many := make([]uint64, 100)
	if _, err := NumberBunching(ctx, many, many, 10, NewRand(1, "")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := NumberBunching(context.Background(), many, many[:3], 10, NewRand(1, "")); err == nil {
		t.Error("unequal lengths are accepted")
	}
	if b := bunch(t, many[:2], many[:2], 10, 1); !math.IsNaN(b.P) {
		t.Errorf("two values have p = %v", b.P)
	}
	if b := bunch(t, many, many, 999, 1); b.P != 1 || b.Replicates != enoughExceedances {
		t.Errorf("a constant: %+v", b)
	}
}

func TestNumberBunchingProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 60).Draw(t, "n")
		head, tail := make([]uint64, n), make([]uint64, n)
		for i := range head {
			head[i] = rapid.Uint64Range(0, 5).Draw(t, "head")
			tail[i] = rapid.Uint64Range(0, 9).Draw(t, "tail")
		}
		run := func() Bunching {
			b, err := NumberBunching(context.Background(), head, tail, 50, NewRand(9, "property"))
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		a := run()
		if a.P <= 0 || a.P > 1 || a.AverageFrequency < 1 || a.AverageFrequency > float64(n) || a.Entropy < -1e-12 ||
			a.Entropy > math.Log(float64(n))+1e-9 {
			t.Fatalf("%+v", a)
		}
		if b := run(); a != b {
			t.Fatalf("the same seed gave %+v and %+v", a, b)
		}
		// The order of the rows carries nothing.
		for i, j := 0, n-1; i < j; i, j = i+1, j-1 {
			head[i], head[j], tail[i], tail[j] = head[j], head[i], tail[j], tail[i]
		}
		if b := run(); math.Abs(a.AverageFrequency-b.AverageFrequency) > 1e-12 || math.Abs(a.SD-b.SD) > 1e-12 {
			t.Fatalf("turned round: %+v, %+v", a, b)
		}
	})
}

func BenchmarkNumberBunching(b *testing.B) {
	const n = 1_000_000
	rng := NewRand(8, "benchmark")
	head, tail := make([]uint64, n), make([]uint64, n)
	for i := range head {
		head[i], tail[i] = uint64(rng.ExpFloat64()*1000), uint64(rng.IntN(100))
	}
	for b.Loop() {
		bunch(b, head, tail, 10, 1)
	}
}

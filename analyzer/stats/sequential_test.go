package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestSpendingWeights(t *testing.T) {
	s := Spending{First: 0.5, Memory: 6}
	for _, c := range []struct {
		steps []int
		want  []float64
	}{
		{nil, nil},
		{[]int{4}, []float64{0.5}},
		{[]int{1, 2, 5}, []float64{0.5, 0.1, 0.1}},
		{[]int{1, 7, 8}, []float64{0.5, 0.5, 0.1}}, // the first look is forgotten at the second
		{[]int{1, 6, 11}, []float64{0.5, 0.1, 0.1}},
	} {
		got := s.Weights(c.steps)
		for i := range c.want {
			if math.Abs(got[i]-c.want[i]) > 1e-12 {
				t.Errorf("%v: %v", c.steps, got)
				break
			}
		}
	}
	if got := (Spending{First: 0.5, Memory: 1}).Weights([]int{3, 4}); got[0] != 1 || got[1] != 1 {
		t.Errorf("without a memory every look has everything: %v", got)
	}
}

// Within one memory no more than everything is spent, whatever steps are looked at.
func TestSpendingNeverOverspends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Spending{First: rapid.Float64Range(0.01, 0.99).Draw(t, "first"), Memory: rapid.IntRange(1, 40).Draw(t, "memory")}
		step := 0
		var steps []int
		for range rapid.IntRange(1, 80).Draw(t, "looks") {
			step += rapid.IntRange(1, 50).Draw(t, "gap")
			steps = append(steps, step)
		}
		weights := s.Weights(steps)
		for i := range steps {
			sum := 0.0
			for j := i; j < len(steps) && steps[j]-steps[i] < s.Memory; j++ {
				sum += weights[j]
			}
			if sum > 1+1e-9 {
				t.Fatalf("%v spends %v of %v from %d on", s, sum, weights, i)
			}
		}
	})
}

func TestAlwaysValid(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		p, w []float64
		want float64
	}{
		{[]float64{0.01}, []float64{0.5}, 0.02},
		{[]float64{0.01, 0.001}, []float64{0.5, 0.01}, 0.02},
		{[]float64{0.01, 1e-6}, []float64{0.5, 0.01}, 1e-4},
		{[]float64{nan, 0.8}, []float64{0.5, 0.1}, 1},
		{[]float64{nan}, []float64{0.5}, nan},
		{[]float64{0.01, 1e-9}, []float64{0.5, 0}, 0.02}, // nothing may be spent
	} {
		if got := AlwaysValid(c.p, c.w); !(math.IsNaN(got) && math.IsNaN(c.want)) && math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v %v: %v, want %v", c.p, c.w, got, c.want)
		}
	}
}

// A further look never takes back, and a smaller p never weakens.
func TestAlwaysValidIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 40).Draw(t, "p")
		steps := make([]int, len(p))
		for i := range steps {
			steps[i] = i
		}
		w := Spending{0.5, 36}.Weights(steps)
		before := 1.0
		for i := range p {
			now := AlwaysValid(p[:i+1], w[:i+1])
			if now > before {
				t.Fatalf("%v after %v", now, before)
			}
			before = now
		}
		i := rapid.IntRange(0, len(p)-1).Draw(t, "i")
		p[i] /= 2
		if AlwaysValid(p, w) > before {
			t.Fatal("a smaller p weakens")
		}
	})
}

// Thirty-six looks at a rolling window of twelve: the smallest p rejects far too often, the always valid one does not.
func TestAlwaysValidHoldsOverRollingWindows(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	const runs, looks, window, level = 4000, 36, 12, 0.05
	steps := make([]int, looks)
	for i := range steps {
		steps[i] = i
	}
	weights := Spending{0.5, 36}.Weights(steps)
	naive, valid := 0, 0
	for range runs {
		x := make([]float64, looks+window)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		p := make([]float64, looks)
		least := 1.0
		for i := range p {
			sum := 0.0
			for _, v := range x[i : i+window] {
				sum += v
			}
			p[i] = NormalTail(sum / math.Sqrt(window))
			least = math.Min(least, p[i])
		}
		if least <= level {
			naive++
		}
		if AlwaysValid(p, weights) <= level {
			valid++
		}
	}
	if share := float64(naive) / runs; share < 0.2 {
		t.Errorf("looking again and again is expected to mislead, it does in %v of runs", share)
	}
	if share := float64(valid) / runs; share > level {
		t.Errorf("%v of runs without any effect are rejected at some look, at most %v may be", share, level)
	}
}

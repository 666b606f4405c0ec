package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestWhippleOfCensuses(t *testing.T) {
	// Figures of the R package DemoTools for ages 25 to 60: Russia 2002 1.026, India 2.926.
	for file, want := range map[string]float64{"demotools_pop1m_rus2002.csv": 1.026, "demotools_pop1m_ind.csv": 2.926} {
		var population []float64
		for _, d := range sharedNumbers(t, file, "value") {
			population = append(population, d.Float())
		}
		if got := WhippleIndex(population); math.Abs(got-want) > 5e-4 {
			t.Errorf("%s: Whipple %.4f, want %.3f", file, got, want)
		}
	}
}

func TestWhippleExtremes(t *testing.T) {
	even, heaped, avoided := make([]float64, 101), make([]float64, 101), make([]float64, 101)
	for age := range even {
		even[age] = 1000
		if age%5 == 0 {
			heaped[age] = 1000
		} else {
			avoided[age] = 1000
		}
	}
	near(t, "even", WhippleIndex(even), 1, 1e-12)
	near(t, "all heaped", WhippleIndex(heaped), 5, 1e-12)
	near(t, "none", WhippleIndex(avoided), 0, 1e-12)
	if !math.IsNaN(WhippleIndex(even[:60])) {
		t.Error("ages up to 59 must give NaN")
	}
}

// myersBySpans is the index as Myers defined it: digits are counted from every starting age of the first decade.
func myersBySpans(population []float64, from, to int) float64 {
	var blended [10]float64
	for start := from; start < from+10; start++ {
		for age := start; age <= to; age++ {
			blended[age%10] += population[age]
		}
	}
	// Counting from ten starts takes the first decade's ages as often as they are reached.
	total := sum(blended[:])
	var index float64
	for _, b := range blended {
		index += math.Abs(100*b/total-10) / 2
	}
	return index
}

func TestMyers(t *testing.T) {
	population := make([]float64, 101)
	rng := NewRand(5, "myers")
	for age := range population {
		population[age] = 1e5*math.Exp(-float64(age)/40) + 1e3*rng.Float64()
		if age%10 == 0 {
			population[age] *= 1.7
		}
	}
	for _, span := range [][2]int{{10, 89}, {10, 79}, {23, 62}} {
		got, shares := MyersIndex(population, span[0], span[1])
		near(t, "Myers", got, myersBySpans(population, span[0], span[1]), 1e-9)
		near(t, "shares", sum(shares[:]), 100, 1e-9)
		if shares[0] < 12 {
			t.Errorf("ages %v: digit 0 has %.1f %%", span, shares[0])
		}
	}
	one := make([]float64, 101)
	for age := 0; age <= 100; age += 10 {
		one[age] = 50
	}
	index, _ := MyersIndex(one, 10, 89)
	near(t, "one digit", index, 90, 1e-12)
	for _, span := range [][2]int{{10, 85}, {-5, 84}, {10, 109}, {10, 19}} {
		if index, _ := MyersIndex(population, span[0], span[1]); !math.IsNaN(index) {
			t.Errorf("ages %v fit: %v", span, index)
		}
	}
}

func TestHeapingShare(t *testing.T) {
	h := HeapingShare([]float64{20, 10, 10, 10, 10, 10, 10, 10, 5, 5}, 0.2)
	if h.N != 100 {
		t.Errorf("n = %d", h.N)
	}
	near(t, "share", h.Share, 0.3, 1e-12)
	near(t, "p", h.P, 0.017308314202034613, 1e-10) // 30 of 100 at 0.2, see TestBinomialTails
	few := HeapingShare([]float64{6, 10, 10, 10, 10, 6, 12, 12, 12, 12}, 0.2)
	near(t, "too few", few.P, 0.03790362956951869, 1e-10)
	if empty := HeapingShare(make([]float64, 10), 0.2); !math.IsNaN(empty.P) {
		t.Error("nothing observed must give NaN")
	}
}

func TestTerminalDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.SliceOfN(rapid.Uint64(), 1, 50).Draw(t, "units")
		counts := TerminalDigits(units)
		if sum(counts) != float64(len(units)) {
			t.Fatalf("%v counts %v", units, counts)
		}
		shifted := make([]uint64, len(units))
		for i, u := range units {
			shifted[i] = u%1e15 + 10*1e15 // a multiple of ten moves no last digit
			units[i] = u % 1e15
		}
		a, b := TerminalDigits(units), TerminalDigits(shifted)
		for d := range a {
			if a[d] != b[d] {
				t.Fatal("adding tens changed the last digits")
			}
		}
	})
}

package analyzer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawCover makes a small problem: up to twelve questions of up to four forms, any of which may follow from any other.
func drawCover(t *rapid.T) *coverProblem {
	n := rapid.IntRange(1, 12).Draw(t, "questions")
	p := &coverProblem{covers: make([][]int, n), overhead: make([]float64, 4)}
	for q := range n {
		p.questions = append(p.questions, coverQuestion{
			form: rapid.IntRange(0, 3).Draw(t, "form"), weight: rapid.Float64Range(0.01, 100).Draw(t, "weight"),
			gone: rapid.IntRange(0, 9).Draw(t, "gone") == 0, fixed: rapid.IntRange(0, 14).Draw(t, "fixed") == 0,
		})
		if p.questions[q].gone {
			p.questions[q].fixed = false
		}
		for d := range n {
			if d != q && rapid.IntRange(0, 3).Draw(t, "covers") == 0 {
				p.covers[q] = append(p.covers[q], d)
			}
		}
	}
	return p
}

// covered says which demands a choice of questions covers.
func (p *coverProblem) covered(kept []bool) []bool {
	out := make([]bool, len(p.questions))
	for q, k := range kept {
		if k {
			out[q] = true
			for _, d := range p.covers[q] {
				out[d] = true
			}
		}
	}
	return out
}

// cost is what a choice costs, with the forms that stay open.
func (p *coverProblem) cost(kept []bool) float64 {
	total, open := 0.0, map[int]bool{}
	for q, k := range kept {
		if k {
			total += p.questions[q].weight
			open[p.questions[q].form] = true
		}
	}
	for form := range open {
		total += p.overhead[form]
	}
	return total
}

// optimum tries every choice.
func (p *coverProblem) optimum() float64 {
	all := make([]bool, len(p.questions))
	for q := range all {
		all[q] = !p.questions[q].gone
	}
	need, best := p.covered(all), math.Inf(1)
	for choice := range 1 << len(p.questions) {
		kept, allowed := make([]bool, len(p.questions)), true
		for q := range kept {
			kept[q] = choice>>q&1 == 1
			allowed = allowed && !(kept[q] && p.questions[q].gone) && (kept[q] || !p.questions[q].fixed)
		}
		if allowed && slices.Equal(p.covered(kept), need) {
			best = min(best, p.cost(kept))
		}
	}
	return best
}

func TestCoverKeepsEverythingAnswerable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawCover(t)
		for form := range p.overhead {
			p.overhead[form] = rapid.Float64Range(0, 50).Draw(t, "overhead")
		}
		kept := p.solve()
		all := make([]bool, len(kept))
		for q := range all {
			all[q] = !p.questions[q].gone
			if kept[q] && p.questions[q].gone || p.questions[q].fixed && !kept[q] {
				t.Fatalf("question %d: kept %v, %+v", q, kept[q], p.questions[q])
			}
		}
		if !slices.Equal(p.covered(kept), p.covered(all)) {
			t.Fatalf("not everything is answerable with %v", kept)
		}
		if again := p.solve(); !slices.Equal(kept, again) {
			t.Fatalf("%v, then %v", kept, again)
		}
	})
}

// The greedy choice costs at most H(n) times the optimum (Chvátal 1979); what follows it only makes it cheaper.
func TestCoverIsNearTheOptimum(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	gap, worst, exact := 0.0, 0.0, 0
	const problems = 400
	for range problems {
		n := 8 + random.IntN(6)
		p := &coverProblem{covers: make([][]int, n), overhead: make([]float64, 4)}
		for q := range n {
			p.questions = append(p.questions, coverQuestion{form: random.IntN(4), weight: math.Exp(random.NormFloat64())})
			for d := range n {
				if d != q && random.IntN(4) == 0 {
					p.covers[q] = append(p.covers[q], d)
				}
			}
		}
		best, cost, bound := p.optimum(), p.cost(p.solve()), 0.0
		for k := 1; k <= n; k++ {
			bound += 1 / float64(k)
		}
		if cost > bound*best*(1+1e-9) || cost < best*(1-1e-9) {
			t.Fatalf("cost %g, optimum %g, bound %g", cost, best, bound)
		}
		gap, worst = gap+cost/best-1, max(worst, cost/best-1)
		if cost <= best*(1+1e-9) {
			exact++
		}
	}
	t.Logf("%d problems: mean gap %.2f %%, worst %.1f %%, %d solved exactly", problems, 100*gap/problems, 100*worst, exact)
	if gap/problems > 0.03 {
		t.Errorf("mean gap %.1f %%", 100*gap/problems)
	}
}

func TestCoverOfAKnownOptimum(t *testing.T) {
	// A weekly question covers a monthly and a yearly one; another form asks the monthly one too; a stock stands alone.
	p := &coverProblem{
		questions: []coverQuestion{{form: 0, weight: 52}, {form: 1, weight: 12}, {form: 2, weight: 1}, {form: 3, weight: 11}, {form: 3, weight: 5}},
		covers:    [][]int{{1, 2, 3}, {2, 3}, nil, {1, 2}, nil},
		overhead:  make([]float64, 4),
	}
	if kept := p.solve(); !slices.Equal(kept, []bool{true, false, false, false, true}) {
		t.Errorf("kept %v", kept)
	}
	// Of two forms that ask the same, the one that costs a little more stays where that lets the other one end.
	p = &coverProblem{
		questions: []coverQuestion{{form: 0, weight: 10}, {form: 1, weight: 9}, {form: 0, weight: 7}},
		covers:    [][]int{{1}, {0}, nil},
		overhead:  []float64{0, 3},
	}
	if kept := p.solve(); !slices.Equal(kept, []bool{true, false, true}) {
		t.Errorf("kept %v", kept)
	}
	p.overhead[1] = 0.5
	if kept := p.solve(); !slices.Equal(kept, []bool{false, true, true}) {
		t.Errorf("kept %v", kept)
	}
}

// BenchmarkCover chooses among 100,000 questions of 5,000 forms, each item of which fifty forms ask.
func BenchmarkCover(b *testing.B) {
	const questions, item = 100_000, 50
	random := rand.New(rand.NewPCG(1, 1))
	p := &coverProblem{covers: make([][]int, questions), overhead: make([]float64, 5000)}
	for form := range p.overhead {
		p.overhead[form] = random.Float64()
	}
	for q := range questions {
		p.questions = append(p.questions, coverQuestion{form: random.IntN(5000), weight: random.Float64() * 10})
		for d := q - q%item; d < q-q%item+item; d++ {
			if d != q {
				p.covers[q] = append(p.covers[q], d)
			}
		}
	}
	for b.Loop() {
		p.solve()
	}
}

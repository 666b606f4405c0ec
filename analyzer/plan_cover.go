package analyzer

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

// A coverProblem asks which questions to keep so that everything demanded stays answerable at the least cost: weighted set
// cover. A demand is one data item about certain units or persons, for a period, at a grain; every question makes one, and
// covers it together with those that follow from its answers.
type coverProblem struct {
	questions []coverQuestion
	covers    [][]int   // by question: the demands that its answers cover besides its own, ascending
	overhead  []float64 // by form: what it takes besides its questions, saved when none is left; 0 where the form stays
}

// coverQuestion is a field of a form.
type coverQuestion struct {
	form   int
	weight float64 // hours a year that keeping it costs, the dearer the less it is an authority
	gone   bool    // no longer asked: its demand stays
	fixed  bool    // has to stay
}

// cover is a solution under construction.
type cover struct {
	*coverProblem
	by      [][]int // by demand: the other questions that cover it
	kept    []bool
	covered []int // by demand: how many kept questions cover it
	left    []int // by form: how many of its questions are kept
}

// solve chooses the questions to keep: greedily by cost for each newly covered demand (Chvátal 1979; at most H(n) times the
// optimum), then without those that became superfluous, then by exchanging some for cheaper ones, then by ending whole forms
// where that saves more than it costs. A demand that nothing left can answer is left out.
func (p *coverProblem) solve() []bool {
	n := len(p.questions)
	c := &cover{coverProblem: p, by: make([][]int, n), kept: make([]bool, n), covered: make([]int, n), left: make([]int, len(p.overhead))}
	for q, demands := range p.covers {
		for _, d := range demands {
			if !p.questions[q].gone {
				c.by[d] = append(c.by[d], q)
			}
		}
	}
	c.greedy()
	c.prune()
	for c.exchange() {
		c.prune()
	}
	c.endForms()
	return c.kept
}

// of calls each for every demand that a question covers.
func (c *cover) of(q int, each func(demand int)) {
	each(q)
	for _, d := range c.covers[q] {
		each(d)
	}
}

func (c *cover) keep(q int) {
	c.kept[q] = true
	c.left[c.questions[q].form]++
	c.of(q, func(d int) { c.covered[d]++ })
}

func (c *cover) drop(q int) {
	c.kept[q] = false
	c.left[c.questions[q].form]--
	c.of(q, func(d int) { c.covered[d]-- })
}

// fresh is how many demands a question would cover that nothing kept covers.
func (c *cover) fresh(q int) int {
	n := 0
	c.of(q, func(d int) {
		if c.covered[d] == 0 {
			n++
		}
	})
	return n
}

// offer is a question with its cost for each newly covered demand, as it was when it was last looked at.
type offer struct {
	question int
	ratio    float64
}

type offers []offer

func (o offers) Len() int { return len(o) }
func (o offers) Less(i, k int) bool {
	return cmp.Or(cmp.Compare(o[i].ratio, o[k].ratio), cmp.Compare(o[i].question, o[k].question)) < 0
}
func (o offers) Swap(i, k int) { o[i], o[k] = o[k], o[i] }
func (o *offers) Push(x any)   { *o = append(*o, x.(offer)) }
func (o *offers) Pop() any {
	last := (*o)[len(*o)-1]
	*o = (*o)[:len(*o)-1]
	return last
}

// greedy keeps the best offer until everything is covered. Offers only become dearer, so that one which is still the best
// after a second look is the best of all.
func (c *cover) greedy() {
	queue := make(offers, 0, len(c.questions))
	for q := range c.questions {
		switch {
		case c.questions[q].gone:
		case c.questions[q].fixed:
			c.keep(q)
		default:
			queue = append(queue, offer{q, c.questions[q].weight / float64(1+len(c.covers[q]))})
		}
	}
	heap.Init(&queue)
	for len(queue) > 0 {
		best := queue[0]
		n := c.fresh(best.question)
		if n == 0 {
			heap.Pop(&queue)
			continue
		}
		if now := c.questions[best.question].weight / float64(n); now > best.ratio {
			queue[0].ratio = now
			heap.Fix(&queue, 0)
			continue
		}
		heap.Pop(&queue)
		c.keep(best.question)
	}
}

// dearest lists the kept questions that may go, those of the greatest weight first.
func (c *cover) dearest() []int {
	var out []int
	for q, kept := range c.kept {
		if kept && !c.questions[q].fixed {
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(x, y int) int { return cmp.Compare(c.questions[y].weight, c.questions[x].weight) })
	return out
}

// alone lists the demands that only this kept question covers.
func (c *cover) alone(q int) []int {
	var out []int
	c.of(q, func(d int) {
		if c.covered[d] == 1 {
			out = append(out, d)
		}
	})
	return out
}

// prune drops what became superfluous.
func (c *cover) prune() {
	for _, q := range c.dearest() {
		if len(c.alone(q)) == 0 {
			c.drop(q)
		}
	}
}

// exchange replaces kept questions by single cheaper ones that cover what only they covered, and says whether it found any.
// Every exchange makes the whole cheaper, so that it ends.
func (c *cover) exchange() bool {
	found := false
	for _, q := range c.dearest() {
		alone := c.alone(q)
		if len(alone) == 0 {
			continue
		}
		best := -1
		for _, other := range append([]int{alone[0]}, c.by[alone[0]]...) {
			if c.kept[other] || c.questions[other].gone || c.questions[other].weight >= c.questions[q].weight || !c.coversAll(other, alone) {
				continue
			}
			if best < 0 || c.questions[other].weight < c.questions[best].weight {
				best = other
			}
		}
		if best >= 0 {
			c.drop(q)
			c.keep(best)
			found = true
		}
	}
	return found
}

func (c *cover) coversAll(q int, demands []int) bool {
	for _, d := range demands {
		if _, found := slices.BinarySearch(c.covers[q], d); d != q && !found {
			return false
		}
	}
	return true
}

// endForms ends forms of which every question can be answered by questions of other forms, where what opening the form takes
// is more than what the others cost more.
func (c *cover) endForms() {
	byForm := map[int][]int{}
	for q, kept := range c.kept {
		if kept {
			byForm[c.questions[q].form] = append(byForm[c.questions[q].form], q)
		}
	}
	forms := make([]int, 0, len(byForm))
	for form := range byForm {
		if c.overhead[form] > 0 && !slices.ContainsFunc(byForm[form], func(q int) bool { return c.questions[q].fixed || len(c.by[q]) == 0 }) {
			forms = append(forms, form)
		}
	}
	slices.SortFunc(forms, func(x, y int) int {
		return cmp.Or(cmp.Compare(c.overhead[y], c.overhead[x]), cmp.Compare(x, y))
	})
	for _, form := range forms {
		c.endForm(byForm[form], c.overhead[form])
	}
}

// endForm drops the kept questions of a form and keeps, for what they alone covered, the cheapest of forms that stay open
// anyhow. Where that costs more than it saves, all is left as it was.
func (c *cover) endForm(questions []int, overhead float64) {
	var dropped, added []int
	for _, q := range questions {
		if c.kept[q] {
			dropped = append(dropped, q)
			overhead += c.questions[q].weight
			c.drop(q)
		}
	}
	gain, possible := overhead, true
	for _, q := range dropped {
		c.of(q, func(d int) {
			if c.covered[d] > 0 || !possible {
				return
			}
			best, least := -1, math.Inf(1)
			for _, other := range append([]int{d}, c.by[d]...) {
				x := &c.questions[other]
				if x.gone || c.left[x.form] == 0 && c.overhead[x.form] > 0 {
					continue
				}
				if cost := x.weight / float64(c.fresh(other)); cost < least {
					best, least = other, cost
				}
			}
			if possible = best >= 0; possible {
				gain -= c.questions[best].weight
				added = append(added, best)
				c.keep(best)
			}
		})
	}
	if possible && gain > 0 {
		return
	}
	for _, q := range added {
		c.drop(q)
	}
	for _, q := range dropped {
		c.keep(q)
	}
}

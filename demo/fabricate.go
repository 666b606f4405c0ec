package demo

import (
	"math"
	"sort"
)

// The ways in which villages of the simulated county invent data.
const (
	kindCopyForward = "copy-forward" // last period's flows again
	kindJitterCopy  = "jitter-copy"  // last period's flows again, one or two of them changed a little
	kindCrossUnit   = "cross-unit"   // a neighbour's flows
	kindHumanDigits = "human-digits" // numbers out of the head
)

// fabricated says that a village invents a form's flows: mostly, not always.
type fabricated struct {
	form, village int
	kind          string
	source        int     // of cross-unit copies: the village that is copied
	share         float64 // of periods
	from          int     // first period, by index
	digits        [10]float64
}

type formUnit struct{ form, village int }

// fabricationPlan is who invents what. SplitBelow marks the ledger in which amounts are split under the limit for tendering.
type fabricationPlan struct {
	cases      map[formUnit]*fabricated
	splitBelow bool
}

// The forms that people invent: activity nobody can check afterwards, and long columns of figures.
var (
	activityForms = []string{"xf-fh-m", "yj-aq-w", "zfw-wg-w", "fl-ga-m", "sthj-rj-m", "sl-xh-m", "jy-fns-m", "yj-fns-m", "wj-gw-m"}
	numberForms   = []string{"ny-cx-m", "ny-jg-w"}
)

func planFabrication(w *world, forms []*form, share float64) fabricationPlan {
	plan := fabricationPlan{cases: map[formUnit]*fabricated{}, splitBelow: share > 0}
	if share <= 0 {
		return plan
	}
	s := newStream(w.seed, "fabrication")
	byID := map[string]*form{}
	for _, f := range forms {
		byID[f.spec.id] = f
	}
	count := max(1, int(math.Round(share*float64(len(w.villages)))))
	order := s.Perm(len(w.villages))
	inventing := map[int]bool{}
	for _, v := range order[:count] {
		inventing[v] = true
	}
	kinds := []string{kindCopyForward, kindCrossUnit, kindHumanDigits, kindCopyForward, kindJitterCopy, kindCrossUnit, kindHumanDigits}
	for i, v := range order[:count] {
		plan.addVillage(w, s, byID, v, kinds[i%len(kinds)], inventing)
	}
	return plan
}

// addVillage gives a village one habit, on one to three forms.
func (p *fabricationPlan) addVillage(w *world, s stream, forms map[string]*form, v int, kind string, inventing map[int]bool) {
	list, n := activityForms, s.between(1, 3)
	if kind == kindHumanDigits {
		list, n = numberForms, s.between(1, 2)
	}
	source := -1
	if kind == kindCrossUnit {
		if source = w.neighbour(v, inventing); source < 0 {
			kind = kindCopyForward
		}
	}
	for _, id := range sample(s, list, n) {
		f := forms[id]
		c := &fabricated{form: f.index, village: v, kind: kind, source: source, share: 0.62 + 0.3*s.Float64(), digits: humanDigits(s)}
		if s.chance(0.35) {
			c.from = s.IntN(len(w.periodsOf(f)) / 3)
		}
		p.cases[formUnit{f.index, v}] = c
	}
}

// neighbour is the honest village of the same town whose size is nearest, or -1.
func (w *world) neighbour(v int, inventing map[int]bool) int {
	best, distance := -1, math.Inf(1)
	for u := range w.villages {
		if u == v || inventing[u] || w.villages[u].town != w.villages[v].town || w.villages[u].kind != w.villages[v].kind {
			continue
		}
		if d := math.Abs(math.Log(w.villages[u].population / w.villages[v].population)); d < distance {
			best, distance = u, d
		}
	}
	return best
}

// humanDigits are somebody's favourite last digits: people who make up numbers avoid 0 and 5 as looking made up, and have
// two or three digits that seem random to them.
func humanDigits(s stream) [10]float64 {
	weights := [10]float64{.35, 1, 1, 1.25, .9, .4, 1, 1.3, 1.1, .8}
	for _, d := range sample(s, []int{1, 2, 3, 4, 6, 7, 8, 9}, 2) {
		weights[d] *= 2.2
	}
	return weights
}

// sorted lists the cases in a fixed order.
func (p *fabricationPlan) sorted() []*fabricated {
	out := make([]*fabricated, 0, len(p.cases))
	for _, c := range p.cases {
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].form != out[j].form {
			return out[i].form < out[j].form
		}
		return out[i].village < out[j].village
	})
	return out
}

// apply rewrites the flows of one submission. Previous is what the village handed in for the period before, source what the
// copied village handed in for this one; either may be nil. It says whether anything was invented.
func (c *fabricated) apply(s stream, f *form, now, previous, source []value) bool {
	if !s.chance(c.share) {
		return false
	}
	switch c.kind {
	case kindCopyForward:
		return copyFlows(f, now, previous)
	case kindJitterCopy:
		done := copyFlows(f, now, previous)
		if done {
			jitter(s, f, now, s.between(1, 2))
		}
		return done
	case kindCrossUnit:
		done := copyFlows(f, now, source)
		if done && s.chance(0.15) {
			jitter(s, f, now, 1)
		}
		return done
	}
	return c.invent(s, f, now)
}

func copyFlows(f *form, now, from []value) bool {
	if from == nil {
		return false
	}
	for i := range f.fields {
		if f.flow(i) {
			now[i] = from[i]
		}
	}
	return true
}

// flow says whether a field is a count or an amount of the period that the unit fills in itself.
func (f *form) flow(i int) bool {
	fd := &f.fields[i]
	return fd.item != nil && fd.measure() == "flow" && !fd.prefilled && fd.item.gen != quota && fd.item.gen != townWide
}

func jitter(s stream, f *form, now []value, n int) {
	var flows []int
	for i := range f.fields {
		if f.flow(i) {
			flows = append(flows, i)
		}
	}
	for _, i := range sample(s, flows, n) {
		step := float64(s.between(1, 3))
		if s.chance(0.5) && now[i].number > step {
			step = -step
		}
		now[i].number += step
	}
}

// invent keeps the size of a number and makes up its digits.
func (c *fabricated) invent(s stream, f *form, now []value) bool {
	for i := range f.fields {
		if !f.flow(i) || now[i].number < 100 {
			continue
		}
		x := math.Floor(now[i].number * s.lognormal(1, 0.08) / 10)
		last := float64(c.lastDigit(s))
		if last == math.Mod(x, 10) && s.chance(0.7) {
			last = float64(c.lastDigit(s)) // a doubled digit looks invented to the one who invents
		}
		now[i].number = x*10 + last
	}
	return true
}

func (c *fabricated) lastDigit(s stream) int {
	total := 0.0
	for _, w := range c.digits {
		total += w
	}
	x := s.Float64() * total
	for d, w := range c.digits {
		if x -= w; x < 0 {
			return d
		}
	}
	return 9
}

package analyzer

import (
	"math"
	"math/bits"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// reachKey names what reach is remembered by.
type reachKey struct {
	from, to int
	join     joinKind
}

// reach is which share of the units or persons that one form is asked about another one knows, and of its periods.
func (p *planner) reach(l *planLink) (units, periods float64) {
	key := reachKey{l.from.form, l.to.form, l.join}
	if r, done := p.reached[key]; done {
		return r[0], r[1]
	}
	x, y := &p.forms[l.from.form], &p.forms[l.to.form]
	switch {
	case x.use.Submissions == 0 || y.use.Submissions == 0:
		units, periods = 1, math.NaN() // nothing speaks against it, nothing for it
	case l.join == joinSubject || l.join == joinNewest:
		units, periods = p.persons(x, y), 1
	default:
		units, periods = p.units(x, y, l.join), p.periods(x, y)
	}
	p.reached[key] = [2]float64{units, periods}
	return units, periods
}

// units is the share of the units of form y that form x is filled in by, or whose units below fill it in.
func (p *planner) units(x, y *dupForm, join joinKind) float64 {
	below := p.unitsOf[x.ID]
	if join == joinUnits {
		above := map[string]bool{}
		for unit := range below {
			u, _ := p.in.Registry.Unit(unit)
			above[u.Parent] = true
		}
		below = above
	}
	n := 0
	for unit := range p.unitsOf[y.ID] {
		if below[unit] {
			n++
		}
	}
	return float64(n) / float64(max(1, len(p.unitsOf[y.ID])))
}

// periods is the share of the periods of form y, since both are asked, in which form x is asked too, times how completely it
// is handed in where that is less complete than y.
func (p *planner) periods(x, y *dupForm) float64 {
	a, b := p.spans[x.ID], p.spans[y.ID]
	if len(a.Days) == 0 || len(b.Days) == 0 {
		return 0
	}
	asked := map[int32]bool{}
	for _, day := range a.Days {
		asked[longerStart(x, y, int32(day))] = true
	}
	first, last := longerStart(x, y, int32(a.Days[0])), longerStart(x, y, int32(a.Days[len(a.Days)-1]))
	n, of := 0, 0
	for _, day := range b.Days {
		start := periodDay(int32(day), y.cycle)
		if start < first || start > last {
			continue
		}
		of++
		if asked[start] {
			n++
		}
	}
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of) * math.Min(1, completeness(a)/completeness(b))
}

// longerStart is the period of form y that a period of form x lies in.
func longerStart(x, y *dupForm, day int32) int32 {
	if x.cycle == y.cycle || longer(x.cycle) == 0 || longer(y.cycle) == 0 {
		return periodDay(day, y.cycle)
	}
	return x.longerDay(day, y.cycle)
}

// completeness is the share of periods in which a unit fills the form in, on average.
func completeness(s queries.FormSpan) float64 {
	n := uint64(0)
	for _, periods := range s.Periods {
		n += uint64(periods)
	}
	return float64(n) / float64(max(1, len(s.Units)*len(s.Days)))
}

// persons is the share of the persons or subjects of form y that form x knows, from their samples. A larger form is sampled
// more thinly, by the same hash: what both samples hold stands for that many more.
func (p *planner) persons(x, y *dupForm) float64 {
	known := p.everybody(x, y)
	asked := p.everybody(y, x)
	n := 0
	for who := range asked {
		if known[who] {
			n++
		}
	}
	thinner := max(0, p.thinned(x)-p.thinned(y))
	return math.Min(1, float64(n)*math.Exp2(float64(thinner))/float64(max(1, len(asked))))
}

// everybody is the persons of a form's sample, told apart as both forms can.
func (p *planner) everybody(f, other *dupForm) map[uint64]bool {
	list := f.sample.subjects
	if f.byPerson && other.byPerson {
		list = f.sample.persons
	}
	out := map[uint64]bool{}
	for _, who := range list {
		if who != 0 {
			out[who] = true
		}
	}
	return out
}

// thinned is how many times the sample of a form was halved.
func (p *planner) thinned(f *dupForm) int {
	return bits.Len64((max(f.use.Submissions, 1) - 1) / uint64(max(1, p.sampled)))
}

// formIDs lists the forms that share anything with another.
func (p *planner) formIDs() []string {
	seen := map[int]bool{}
	for _, list := range [][]fieldPair{p.pairs, p.derived} {
		for i := range list {
			seen[list[i].a.form], seen[list[i].b.form] = true, true
		}
	}
	out := make([]string, 0, len(seen))
	for form := range seen {
		out = append(out, p.forms[form].ID)
	}
	slices.Sort(out)
	return out
}

package analyzer

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// nearKind is where the figures may come from.
type nearKind int

const (
	nearPrevious nearKind = iota // the unit's submission before
	nearScaled                   // that, or last year's, times a constant factor
	nearSeason                   // the unit's own of the same time last year
	nearEarlier                  // any other earlier one of its own
	nearOther                    // another unit's of the same period
	nearRotated                  // another unit's of an earlier period
	nearKinds
)

// name is the part of locale keys for a kind.
func (k nearKind) name() string {
	return [...]string{"previous", "scaled", "season", "earlier", "other", "rotated"}[k]
}

// weight is the share of the error that is spent on a kind: most copies are of the submission before.
func (k nearKind) weight() float64 { return [...]float64{0.4, 0.2, 0.1, 0.1, 0.1, 0.1}[k] }

// nearNull is how like honest submissions of one kind are among peers. Scale makes the usual mean of the chances one half:
// successive submissions may be closer than others. Inflation is by how much the variance of that mean exceeds that of
// independent figures: those that rise and fall together count as fewer.
type nearNull struct{ scale, inflation float64 }

func (n nearNull) p(l likeness) float64 {
	return stats.UniformMeanLower(math.Min(1, n.scale*l.mean), float64(l.of)/n.inflation)
}

func (n nearNull) known() bool { return n.scale > 0 }

// wider is a null in which likeness of either kind is usual.
func (n nearNull) wider(m nearNull) nearNull {
	return nearNull{math.Max(n.scale, m.scale), math.Max(n.inflation, m.inflation)}
}

// nearHit is the source that a submission is most like.
type nearHit struct {
	likeness
	kind   nearKind
	row    int
	source int
	factor float64
	p      float64 // with the choice of the source paid for
}

// nullOf learns from pairs of submissions, most of which are honest: from the upper part of the lower half, so that copies
// hardly reach the figures.
func nullOf(pairs []likeness) nearNull {
	if len(pairs) < nearLeast {
		return nearNull{}
	}
	means, off := make([]float64, len(pairs)), make([]float64, len(pairs))
	for i, l := range pairs {
		means[i] = l.mean
	}
	scale := math.Max(1, 0.5/stats.Median(means))
	for i, l := range pairs {
		off[i] = (scale*l.mean - 0.5) * math.Sqrt(12*float64(l.of))
	}
	slices.Sort(off)
	spread := math.Max(-stats.QuantileSorted(off, 0.15)/1.0364, -stats.QuantileSorted(off, 0.25)/0.6745)
	return nearNull{scale, math.Max(1, spread*spread)}
}

const (
	nearSample = 6000 // pairs from which chance is learnt, a kind
	nearLeast  = 30   // pairs without which a kind is not looked at
	nearWork   = 5e7  // pairs of submissions that are looked at in one form
)

// lastYear gives for every period the one a year before, -1 where there is none.
func (p *panel) lastYear() []int {
	out := make([]int, len(p.periods))
	for t := range p.periods {
		out[t] = -1
		gap := 366.0
		if t > 0 {
			gap = p.periods[t].start.Sub(p.periods[t-1].start).Hours() / 24
		}
		at := p.periods[t].start.AddDate(-1, 0, 0)
		for s := range t {
			if gap < 180 && math.Abs(p.periods[s].start.Sub(at).Hours()/24) < gap/2 {
				out[t] = s
			}
		}
	}
	return out
}

// learnNull holds submissions drawn at random against those of each kind: of the unit's own, and of other units within the
// period, within the town where that is closer.
func (n *nearForm) learnNull(rng *rand.Rand) {
	var pairs [nearKinds][]likeness
	var town []likeness
	year := n.lastYear()
	take := func(kind nearKind, a, b int) {
		if b < 0 || len(pairs[kind]) >= nearSample {
			return
		}
		factor := 1.0
		if kind == nearScaled { // a factor that is chosen to fit brings honest submissions closer too
			factor = n.factor(a, b)
		}
		if l, _ := n.compare(a, b, factor, true); l.of > 0 {
			pairs[kind] = append(pairs[kind], l)
			if kind == nearOther && n.towns[n.rows[a].unit] == n.towns[n.rows[b].unit] {
				town = append(town, l)
			}
		}
	}
	rows := rng.Perm(len(n.rows))
	for _, a := range rows {
		u, t := int(n.rows[a].unit), int(n.rows[a].period)
		before := n.before(u, t)
		take(nearPrevious, a, before)
		if !n.steps {
			take(nearScaled, a, before)
		}
		if year[t] >= 0 {
			take(nearSeason, a, n.row(u, year[t]))
		}
		if t > 1 {
			take(nearEarlier, a, n.row(u, rng.IntN(t-1)))
			if v := rng.IntN(len(n.units)); v != u {
				take(nearRotated, a, n.row(v, rng.IntN(t)))
			}
		}
		for range 2 {
			if v := rng.IntN(len(n.units)); v != u {
				take(nearOther, a, n.row(v, t))
			}
		}
		// Neighbours by code lie in one town.
		for _, v := range []int{u - 1, u + 1} {
			if v >= 0 && v < len(n.units) && n.towns[v] == n.towns[u] {
				take(nearOther, a, n.row(v, t))
			}
		}
	}
	for kind := range pairs {
		n.null[kind] = nullOf(pairs[kind])
	}
	if within := nullOf(town); within.known() {
		n.null[nearOther] = n.null[nearOther].wider(within)
	}
}

// before is the unit's row before a period, -1 for none.
func (p *panel) before(unit, period int) int {
	for t := period - 1; t >= 0; t-- {
		if r := p.row(unit, t); r >= 0 {
			return r
		}
	}
	return -1
}

// search finds for every submission the source that it is most like, and says how many could be judged.
func (n *nearForm) search() (hits []nearHit, judged []bool) {
	best := make([]nearHit, len(n.rows))
	judged = make([]bool, len(n.rows))
	for r := range best {
		best[r].p = 1
	}
	consider := func(kind nearKind, a, b int, factor, tries float64, all bool) {
		if b < 0 || !n.null[kind].known() {
			return
		}
		l, ok := n.compare(a, b, factor, all)
		if l.of > 0 {
			judged[a] = true
		}
		if !ok {
			return
		}
		if kind >= nearOther && float64(l.tight) < n.limits["near_share"]*float64(l.of) {
			return // neighbours may be alike by nature, copies are closer
		}
		p := math.Min(1, n.null[kind].p(l)*tries/kind.weight())
		if p < best[a].p {
			best[a] = nearHit{likeness: l, kind: kind, row: a, source: b, factor: factor, p: p}
		}
	}
	n.searchOwn(consider)
	n.searchOthers(consider)
	for _, h := range best {
		if h.p <= n.limits["max_chance"] {
			hits = append(hits, h)
		}
	}
	return n.withoutKin(hits), judged
}

// withoutKin leaves out the likeness of units that are alike by nature, as neighbouring stations are: nearly as much in the
// periods in which it is no more than usual. Those who copy are as unlike as any two units where they do not. With less than two
// such periods nothing can be said, and the likeness stays.
func (n *nearForm) withoutKin(hits []nearHit) []nearHit {
	alike := map[[2]int]map[int32]bool{}
	pair := func(h nearHit) [2]int {
		a, b := int(n.rows[h.row].unit), int(n.rows[h.source].unit)
		return [2]int{min(a, b), max(a, b)}
	}
	for _, h := range hits {
		if h.kind == nearOther {
			if alike[pair(h)] == nil {
				alike[pair(h)] = map[int32]bool{}
			}
			alike[pair(h)][n.rows[h.row].period] = true
		}
	}
	kin := map[[2]int]bool{}
	for units, periods := range alike {
		var usual []float64
		for t := range n.periods {
			a, b := n.row(units[0], t), n.row(units[1], t)
			if a < 0 || b < 0 || periods[int32(t)] {
				continue
			}
			if l, _ := n.compare(a, b, 1, true); l.of > 0 {
				usual = append(usual, float64(l.near)/float64(l.of))
			}
		}
		slices.Sort(usual)
		kin[units] = len(usual) > 1 && stats.QuantileSorted(usual, 0.75) > n.limits["kin_share"]
	}
	return slices.DeleteFunc(hits, func(h nearHit) bool { return h.kind == nearOther && kin[pair(h)] })
}

func (n *nearForm) searchOwn(consider func(kind nearKind, a, b int, factor, tries float64, all bool)) {
	year := n.lastYear()
	back := max(2, int(nearWork/math.Max(1, float64(len(n.rows)))/4))
	for u := range n.units {
		for t := range n.periods {
			a := n.row(u, t)
			if a < 0 {
				continue
			}
			before := n.before(u, t)
			consider(nearPrevious, a, before, 1, 1, true)
			scaled := []int{before}
			if year[t] >= 0 {
				b := n.row(u, year[t])
				consider(nearSeason, a, b, 1, 1, true)
				scaled = append(scaled, b)
			}
			for _, b := range scaled {
				if b < 0 {
					continue
				}
				if k := n.factor(a, b); math.Abs(math.Log(k)) > 0.002 && k > 0.7 && k < 1.4 {
					consider(nearScaled, a, b, k, float64(len(scaled)), true)
				}
			}
			from := max(0, t-back)
			for s := from; s < t; s++ {
				if b := n.row(u, s); b >= 0 && b != before && s != year[t] {
					consider(nearEarlier, a, b, 1, float64(t-from), false)
				}
			}
		}
	}
}

// factor is the median ratio of the figures of two submissions; 1 where there are too few.
func (n *nearForm) factor(a, b int) float64 {
	var ratios []float64
	for _, f := range n.watched {
		if v, w := n.value(a, f), n.value(b, f); v > 0 && w > 0 {
			ratios = append(ratios, v/w)
		}
	}
	if len(ratios) < int(n.limits["min_fields"]) {
		return 1
	}
	slices.Sort(ratios)
	return stats.QuantileSorted(ratios, 0.5)
}

// searchOthers looks at other units, in the same period and as many earlier ones as the work allows. Submissions of a period
// are put in the order of one figure, so that only those near in it are compared.
func (n *nearForm) searchOthers(consider func(kind nearKind, a, b int, factor, tries float64, all bool)) {
	k := len(n.watched)
	near := float32(n.limits["near"])
	sorted := make([][]int32, len(n.periods))
	lead := n.widest()
	for t := range n.periods {
		for u := range n.units {
			if r := n.row(u, t); r >= 0 && n.figures[r*k+lead] == n.figures[r*k+lead] {
				sorted[t] = append(sorted[t], int32(r))
			}
		}
		slices.SortFunc(sorted[t], func(a, b int32) int {
			return cmp.Compare(n.figures[int(a)*k+lead], n.figures[int(b)*k+lead])
		})
	}
	back := int(nearWork / math.Max(1, float64(len(n.rows))*float64(len(n.units))))
	for t := range n.periods {
		for _, a := range sorted[t] {
			x := n.figures[int(a)*k+lead]
			from := max(0, t-back)
			for s := from; s <= t; s++ {
				rows := sorted[s]
				first, _ := slices.BinarySearchFunc(rows, x-near, func(b int32, at float32) int {
					return cmp.Compare(n.figures[int(b)*k+lead], at)
				})
				for _, b := range rows[first:] {
					if n.figures[int(b)*k+lead] > x+near {
						break
					}
					switch {
					case n.rows[b].unit == n.rows[a].unit:
					case s == t:
						consider(nearOther, int(a), int(b), 1, float64(len(n.units)-1), false)
					default:
						consider(nearRotated, int(a), int(b), 1, float64((len(n.units)-1)*(t-from)), false)
					}
				}
			}
		}
	}
}

// widest is the field whose figures tell units apart best.
func (n *nearForm) widest() int {
	k, best, most := len(n.watched), 0, -1.0
	var column []float64
	for i := range k {
		column = column[:0]
		for r := range n.rows {
			if x := n.figures[r*k+i]; x == x {
				column = append(column, float64(x))
			}
		}
		if len(column) == 0 {
			continue
		}
		slices.Sort(column)
		known := float64(len(column)) / float64(len(n.rows))
		if wide := known * known * (stats.QuantileSorted(column, 0.75) - stats.QuantileSorted(column, 0.25)); wide > most {
			best, most = i, wide
		}
	}
	return best
}

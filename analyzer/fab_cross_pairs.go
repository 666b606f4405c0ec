package analyzer

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// crossPair is two units of a form and the periods in which both handed in.
type crossPair struct {
	a, b    int           // units, a < b
	periods []crossPeriod // in which figures could be compared
	shared  int           // of them: alike beyond chance
	p       float64       // of the pair, before the choice of partner
}

// crossPeriod compares two units in one period.
type crossPeriod struct {
	period      int
	matched, of int
	p           float64 // of so many equal figures by chance
	surprise    float64 // -ln of the chance of the equal ones
	shared      bool
}

// crossForm is what a form needs for comparing its units.
type crossForm struct {
	*panel
	watched []int
	stocks  bool
	overall []float64       // of each watched field: share of pairs of units with equal figures, over all periods
	byTown  map[[2]int]pool // town and field: equal pairs within the town
	groups  []map[float64]int
	counts  []int // of each period: rows
	tested  int   // units that could be compared
	pairs   []*crossPair
	uniform int // units whose vectors many others share
}

// pool counts pairs of units with equal figures among all pairs.
type pool struct{ equal, all int }

// triples is how many figures in a row must agree for two rows to be looked at.
const triples = 3

// crowd is how many units may share three figures before these are a common value and say nothing.
const crowd = 40

// learnCollisions counts how often the figures of two units agree: in the whole form and within each town, where a common
// cause (a warning to the whole town, one order for all) makes them agree.
func (c *crossForm) learnCollisions() {
	c.overall = make([]float64, len(c.watched))
	c.byTown = map[[2]int]pool{}
	c.groups = make([]map[float64]int, len(c.watched)*len(c.periods))
	c.counts = make([]int, len(c.periods))
	for t := range c.periods {
		for u := range c.units {
			if c.row(u, t) >= 0 {
				c.counts[t]++
			}
		}
	}
	type place struct {
		town  int
		value float64
	}
	for i, f := range c.watched {
		var all pool
		for t := range c.periods {
			groups, inTown, known := map[float64]int{}, map[place]int{}, map[int]int{}
			n := 0
			for u := range c.units {
				r := c.row(u, t)
				if r < 0 || math.IsNaN(c.value(r, f)) {
					continue
				}
				v := c.value(r, f)
				groups[v]++
				inTown[place{c.towns[u], v}]++
				known[c.towns[u]]++
				n++
			}
			all.all += n * (n - 1) / 2
			for _, k := range groups {
				all.equal += k * (k - 1) / 2
			}
			for town, k := range known {
				x := c.byTown[[2]int{town, i}]
				x.all += k * (k - 1) / 2
				c.byTown[[2]int{town, i}] = x
			}
			for at, k := range inTown {
				x := c.byTown[[2]int{at.town, i}]
				x.equal += k * (k - 1) / 2
				c.byTown[[2]int{at.town, i}] = x
			}
			c.groups[i*len(c.periods)+t] = groups
		}
		if all.all > 0 {
			c.overall[i] = float64(all.equal) / float64(all.all)
		}
	}
}

// candidates are the pairs of units that agree in three figures in a row at least min times over the periods. Rows are put
// into buckets by the hash of every three successive figures other than zero, so that the work grows with the rows and not
// with the pairs.
func (c *crossForm) candidates(least int) []*crossPair {
	hits := map[uint64]int{}
	buckets := map[uint64][]int32{}
	var word [8 * triples]byte
	at := make([]int, 0, len(c.watched))
	for t := range c.periods {
		clear(buckets)
		for u := range c.units {
			r := c.row(u, t)
			if r < 0 {
				continue
			}
			at = at[:0]
			for i, f := range c.watched {
				if v := c.value(r, f); v != 0 && !math.IsNaN(v) {
					at = append(at, i)
				}
			}
			for i := range at {
				if len(at) < triples || len(at) == triples && i > 0 {
					break
				}
				h := uint64(0)
				for k := range triples {
					f := at[(i+k)%len(at)]
					h = h*1000003 + uint64(f)
					binary.LittleEndian.PutUint64(word[8*k:], math.Float64bits(c.value(r, c.watched[f])))
				}
				h ^= xxhash.Sum64(word[:])
				buckets[h] = append(buckets[h], int32(u))
			}
		}
		for _, units := range buckets {
			if len(units) > crowd {
				c.uniform = max(c.uniform, len(units))
				continue
			}
			for i, a := range units {
				for _, b := range units[i+1:] {
					hits[uint64(a)<<32|uint64(b)]++
				}
			}
		}
	}
	var out []*crossPair
	for pair, n := range hits {
		if n >= least {
			out = append(out, &crossPair{a: int(pair >> 32), b: int(uint32(pair))})
		}
	}
	slices.SortFunc(out, func(x, y *crossPair) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return out
}

// compare fills in the periods of a pair.
func (c *crossForm) compare(x *crossPair, limits map[string]float64) {
	base := c.baseChances(x)
	var chances []float64
	for t := range c.periods {
		a, b := c.row(x.a, t), c.row(x.b, t)
		if a < 0 || b < 0 {
			continue
		}
		period := crossPeriod{period: t}
		chances = chances[:0]
		for i, f := range c.watched {
			v, w := c.value(a, f), c.value(b, f)
			if math.IsNaN(v) || math.IsNaN(w) || v == 0 && w == 0 {
				continue
			}
			chance := math.Max(base[i], c.alikeByChance(x, f, t))
			if v == w {
				// Others with the same figure: a target, a quota, an order to all.
				if n := c.counts[t]; n > 2 {
					chance = math.Max(chance, float64(c.groups[i*len(c.periods)+t][v]-2)/float64(n-2))
				}
				period.matched++
				period.surprise -= math.Log(math.Min(chance, 1))
			}
			chances = append(chances, math.Min(0.95, math.Max(chance, 1e-6)))
		}
		if period.of = len(chances); period.of < int(limits["min_fields_period"]) {
			continue
		}
		least := max(int(limits["min_fields_period"]), int(math.Ceil(limits["min_share"]*float64(period.of))))
		period.p = 1
		if period.matched >= least {
			period.p = stats.PoissonBinomialUpper(period.matched, chances)
			period.shared = period.p <= limits["max_chance"]
		}
		if period.shared {
			x.shared++
		}
		x.periods = append(x.periods, period)
	}
}

// baseChances is what the form, and the town if both lie in one, show of equal figures, the pair's own left out.
func (c *crossForm) baseChances(x *crossPair) []float64 {
	base := slices.Clone(c.overall)
	if c.towns[x.a] != c.towns[x.b] {
		return base
	}
	for i, f := range c.watched {
		town := c.byTown[[2]int{c.towns[x.a], i}]
		for t := range c.periods {
			a, b := c.row(x.a, t), c.row(x.b, t)
			if a < 0 || b < 0 {
				continue
			}
			if v, w := c.value(a, f), c.value(b, f); !math.IsNaN(v) && !math.IsNaN(w) {
				town.all--
				if v == w {
					town.equal--
				}
			}
		}
		if town.all > 0 {
			base[i] = math.Max(base[i], float64(town.equal)/float64(town.all))
		}
	}
	return base
}

// alikeByChance is an upper bound of the probability that two units report the same figure in a period: the root of the
// product of each unit's chance to meet another of its own kind (Cauchy-Schwarz inequality). Stocks have only the peers.
func (c *crossForm) alikeByChance(x *crossPair, field, period int) float64 {
	f := &c.fields[field]
	if !f.flow() {
		return 0
	}
	step := math.Max(f.step[x.a], f.step[x.b])
	return math.Sqrt(f.equalByChance(f.expected(x.a, period)/step) * f.equalByChance(f.expected(x.b, period)/step))
}

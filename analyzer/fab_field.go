package analyzer

import (
	"math"
	"slices"
	"sync"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// panelField is a numeric field and how honest units fill it in: every unit has a level, every period a factor, and around
// their product counts vary as a negative binomial does, with one size for the field.
type panelField struct {
	queries.Field
	scale  float64   // 10 to the number of decimal places
	step   []float64 // of each unit, in units of the last place: 10 where a unit rounds to tens
	level  []float64 // of each unit, in units of the last place; NaN where it has no number
	season []float64 // of each period
	size   float64   // of the negative binomial, infinite for a Poisson

	known        int     // numbers
	modeShare    float64 // share of the most frequent value other than zero, over all or usually within a period
	repeatRate   float64 // peers' share of repeats of the period before, without the top units
	repeatHigh   float64 // upper quartile of the units' shares of repeats
	usualRepeats float64 // median of the units' shares of repeats
	chance       *chanceTable
}

// trimmedTop is the share of units with the highest rates that do not count for the peers' rate: copiers should not set
// the baseline. It is twice the five to seven per cent that are usually found to invent.
const trimmedTop = 0.15

// flow says whether the field is a count or amount of the period. Unknown measures are flows if they do not rest.
func (x *panelField) flow() bool {
	return x.Measure == "flow" || x.Measure != "stock" && x.usualRepeats <= 0.2
}

// learn reads the field's column.
func (x *panelField) learn(p *panel, f int) {
	counts, inPeriod := map[float64]int{}, map[float64]int{}
	nonzero := 0
	fine := [5]int{}
	var modes []float64
	for t := range p.periods {
		clear(inPeriod)
		n, most := 0, 0
		for u := range p.units {
			r := p.row(u, t)
			if r < 0 || math.IsNaN(p.value(r, f)) {
				continue
			}
			x.known++
			if v := p.value(r, f); v != 0 {
				n++
				inPeriod[v]++
				most = max(most, inPeriod[v])
				fine[decimals(v)]++
			}
		}
		nonzero += n
		if n > 1 {
			modes = append(modes, float64(most)/float64(n))
		}
		for v, k := range inPeriod {
			counts[v] += k
		}
	}
	if nonzero == 0 {
		x.known = 0
		return
	}
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	x.modeShare = float64(most) / float64(nonzero)
	if len(modes) > 0 {
		x.modeShare = math.Max(x.modeShare, stats.Median(modes))
	}
	places, rest := 0, nonzero-fine[0]
	for places < 4 && float64(rest) > 0.01*float64(nonzero) {
		places++
		rest -= fine[places]
	}
	x.scale = math.Pow10(places)
	x.learnRepeats(p, f)
	x.learnSteps(p, f)
	x.learnLevels(p, f)
	x.chance = &chanceTable{}
}

// decimals is how many decimal places a number has, 4 for more.
func decimals(v float64) int {
	if v == math.Trunc(v) {
		return 0
	}
	for n, scale := 0, 1.0; n < 4; n, scale = n+1, scale*10 {
		if math.Abs(v*scale-math.Round(v*scale)) < 1e-6 {
			return n
		}
	}
	return 4
}

// eachTransition calls with every pair of successive rows of a unit.
func (p *panel) eachTransition(unit int, pair func(before, now int)) {
	before := -1
	for t := range p.periods {
		now := p.row(unit, t)
		if now < 0 {
			continue
		}
		if before >= 0 {
			pair(before, now)
		}
		before = now
	}
}

func (x *panelField) learnRepeats(p *panel, f int) {
	var rates []float64
	for u := range p.units {
		pairs, repeats := 0, 0
		p.eachTransition(u, func(before, now int) {
			a, b := p.value(before, f), p.value(now, f)
			if math.IsNaN(a) || math.IsNaN(b) || a == 0 && b == 0 {
				return
			}
			pairs++
			if a == b {
				repeats++
			}
		})
		if pairs > 0 {
			rates = append(rates, float64(repeats)/float64(pairs))
		}
	}
	if len(rates) == 0 {
		return
	}
	slices.Sort(rates)
	x.usualRepeats, x.repeatHigh = stats.QuantileSorted(rates, 0.5), stats.QuantileSorted(rates, 0.75)
	kept := rates[:max(1, int(float64(len(rates))*(1-trimmedTop)))]
	total := 0.0
	for _, r := range kept {
		total += r
	}
	x.repeatRate = total / float64(len(kept))
}

// roundSteps are the steps to which people round, coarsest first.
var roundSteps = [...]int64{1000, 500, 100, 50, 10, 5}

// learnSteps finds the units that round.
func (x *panelField) learnSteps(p *panel, f int) {
	x.step = make([]float64, len(p.units))
	var all []int64
	for u := range p.units {
		all = all[:0]
		for t := range p.periods {
			if r := p.row(u, t); r >= 0 && p.value(r, f) > 0 && p.value(r, f)*x.scale < 1<<53 {
				all = append(all, int64(math.Round(p.value(r, f)*x.scale)))
			}
		}
		x.step[u] = 1
		if len(all) < 5 {
			continue
		}
		for _, step := range roundSteps {
			even := 0
			for _, v := range all {
				if v%step == 0 {
					even++
				}
			}
			if float64(even) >= 0.9*float64(len(all)) {
				x.step[u] = float64(step)
				break
			}
		}
	}
}

// learnLevels fits level x season by turns, then the size of the negative binomial by the median of the units' moments:
// E((x-m)² - m) = m²/size.
func (x *panelField) learnLevels(p *panel, f int) {
	x.level, x.season = make([]float64, len(p.units)), make([]float64, len(p.periods))
	for t := range x.season {
		x.season[t] = 1
	}
	for range 2 {
		x.fitLevels(p, f)
		x.fitSeason(p, f)
	}
	var excess []float64
	for u := range p.units {
		var over, square float64
		n := 0
		for t := range p.periods {
			r := p.row(u, t)
			if r < 0 || math.IsNaN(p.value(r, f)) {
				continue
			}
			m := x.level[u] * x.season[t]
			d := p.value(r, f)*x.scale - m
			over += d*d - m
			square += m * m
			n++
		}
		if n >= 3 && square > 0 {
			excess = append(excess, over/square*float64(n)/float64(n-1))
		}
	}
	x.size = math.Inf(1)
	if e := stats.Median(excess); e > 0 {
		x.size = 1 / e
	}
}

func (x *panelField) fitLevels(p *panel, f int) {
	for u := range p.units {
		var total, weight float64
		for t := range p.periods {
			if r := p.row(u, t); r >= 0 && !math.IsNaN(p.value(r, f)) {
				total += p.value(r, f) * x.scale
				weight += x.season[t]
			}
		}
		x.level[u] = math.NaN()
		if weight > 0 {
			x.level[u] = math.Max(0, total/weight)
		}
	}
}

func (x *panelField) fitSeason(p *panel, f int) {
	ratios := make([]float64, 0, len(p.units))
	for t := range p.periods {
		ratios = ratios[:0]
		total := 0.0
		for u := range p.units {
			if r := p.row(u, t); r >= 0 && x.level[u] > 0 && !math.IsNaN(p.value(r, f)) {
				ratios = append(ratios, p.value(r, f)*x.scale/x.level[u])
				total += ratios[len(ratios)-1]
			}
		}
		x.season[t] = 1
		if m := stats.Median(ratios); m > 0 {
			x.season[t] = m
		} else if total > 0 {
			x.season[t] = total / float64(len(ratios))
		}
	}
}

// expected is the mean that the model gives a unit in a period, in units of the last place.
func (x *panelField) expected(unit, period int) float64 { return x.level[unit] * x.season[period] }

// chanceTable keeps the chances of a field that were worked out, for detectors that run at the same time.
type chanceTable struct{ byBin sync.Map }

// equalByChance is the probability that two independent values of a mean (in units of the last place, counted in steps)
// are equal: sum p_k² of the negative binomial. Means are taken on a grid of an eighth of a logarithm, rounded down, which
// can only raise it.
func (x *panelField) equalByChance(mean float64) float64 {
	if !(mean > 0) {
		return 1
	}
	bin := int(math.Floor(8 * math.Log(mean)))
	if q, ok := x.chance.byBin.Load(bin); ok {
		return q.(float64)
	}
	m := math.Exp(float64(bin) / 8)
	variance := m
	if !math.IsInf(x.size, 1) {
		variance += m * m / x.size
	}
	q := math.Min(1, stats.FitNegativeBinomial(m, variance).RepeatProbability())
	x.chance.byBin.Store(bin, q)
	return q
}

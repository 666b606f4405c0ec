package demo

import (
	"math"
	"time"
)

// generator says how an item comes about in a village.
type generator uint8

const (
	countFlow  generator = iota // events of a period: negative binomial around the village's own rate
	slowStock                   // what is there at the end of a period: changes now and then
	moneyFlow                   // an amount of a period: lognormal
	fixedValue                  // the same everywhere and always: a standard set above
	quota                       // a number set above that nearly everyone meets exactly
	sumOf                       // the sum of parts
	percentOf                   // parts[0] of parts[1], in percent
	townWide                    // an event that happens to a whole town at once
	population                  // registered inhabitants: the month before plus births and arrivals less deaths and departures
	before                      // parts[0] as it was at the end of the year before
	shareOf                     // the village's share of parts[0]
	lessOf                      // parts[0] less the others
	thinned                     // so many of parts[0] as came to a good end: binomial
	priced                      // parts[0] times a price
	measured                    // a reading of an instrument: lognormal around the village's level
)

// item is a fact about villages, whoever asks for it and under whatever label.
type item struct {
	id, of  string // of: unit of measure
	gen     generator
	mean    float64 // per base and month (per week for weekly items)
	base    byte    // p: 1,000 inhabitants, h: 100 households, f: 1,000 mu, v: village
	effect  float64 // sigma of the village's own level
	noise   float64 // size of the negative binomial, or sigma of the lognormal
	season  string
	churn   float64 // probability that a stock changes in a month
	parts   []string
	digits  int // decimals
	weekly  bool
	flow    bool    // of sums: of flows, not of stocks
	rounded float64 // the form's instruction: to the nearest, 0: none
}

// seasons are multipliers for January to December; each has mean 1 or nearly so.
var seasons = map[string][12]float64{
	"":         {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
	"summer":   {.35, .35, .5, .8, 1.2, 1.7, 2.1, 2, 1.2, .7, .5, .4},
	"dry":      {1.6, 1.7, 1.5, 1.2, .7, .5, .4, .4, .6, 1, 1.1, 1.3},
	"farm":     {.5, .5, 1.1, 1.4, 1.2, .9, .8, .9, 1.5, 1.6, 1, .6},
	"year-end": {1.2, .8, .8, .9, .9, 1, .9, .9, 1, 1, 1.2, 1.4},
	"festival": {1.8, 1.7, .7, .8, .9, .9, .8, .8, 1, 1, .8, .8},
	"enrol":    {.5, .3, .2, .2, .2, .2, .3, .4, 1.5, 3, 3.2, 2},
	"flat":     {1.03, .92, 1, 1, 1.02, 1.05, 1.02, 1, 1, .97, .98, 1.01},
}

func (it *item) measure() string {
	switch it.gen {
	case countFlow, moneyFlow, quota, townWide, thinned, priced:
		return "flow"
	case sumOf:
		if it.flow {
			return "flow"
		}
	case percentOf, measured:
		return "rate"
	}
	return "stock"
}

// monthly makes the item's series of one village; parts are the series of the items it is made of.
func (it *item) monthly(w *world, village int, parts [][]float64) []float64 {
	v := &w.villages[village]
	s := newStream(w.seed, "item", it.id, v.code)
	out := make([]float64, allMonths)
	level := it.mean * basis(it.base, v) * s.lognormal(1, it.effect)
	switch it.gen {
	case slowStock:
		it.walk(s, level, out)
	case townWide:
		fillTown(w, it, v.town, out)
	case population:
		out[0] = v.population
		for m := 1; m < allMonths; m++ {
			out[m] = out[m-1] + parts[0][m] - parts[1][m] + parts[2][m] - parts[3][m]
		}
	case before:
		for m := range out {
			out[m] = parts[0][max(m-int(w.calendar.months[m].Month()), 0)]
		}
	case sumOf, lessOf, percentOf, shareOf, thinned, priced:
		for m := range out {
			out[m] = it.derived(s, level, parts, m)
		}
	default:
		for m := range out {
			out[m] = it.drawn(s, level*w.factor(it.season, m))
		}
	}
	return out
}

// drawn is one independent value of an item whose expected level is known.
func (it *item) drawn(s stream, level float64) float64 {
	switch it.gen {
	case countFlow:
		return it.round(s.negativeBinomial(level, it.noise))
	case quota:
		if s.chance(0.03) {
			return it.mean + float64(s.between(-1, 1))
		}
		return it.mean
	case fixedValue:
		return it.mean
	}
	return it.round(level * s.lognormal(1, it.noise))
}

// derived is one value of an item that is made of others. Level is the village's share, rate or price.
func (it *item) derived(s stream, level float64, parts [][]float64, m int) float64 {
	x := parts[0][m]
	switch it.gen {
	case sumOf, lessOf:
		for _, p := range parts[1:] {
			if it.gen == sumOf {
				x += p[m]
			} else {
				x -= p[m]
			}
		}
		return x
	case percentOf:
		return it.round(100 * min(1, x/max(1, parts[1][m])))
	case thinned:
		return s.binomial(x, it.mean)
	case priced:
		return it.round(x * level * s.lognormal(1, it.noise))
	}
	return math.Round(x * min(level, 1))
}

// walk is a stock: it stays for months and then changes by a little.
func (it *item) walk(s stream, level float64, out []float64) {
	now := it.round(s.poisson(level))
	if it.digits > 0 {
		now = it.round(level)
	}
	for m := range out {
		if m > 0 && s.chance(it.churn) {
			step := 1 + s.poisson(math.Sqrt(level)*0.12)
			if it.digits > 0 {
				step = level * 0.01 * s.Float64()
			}
			if s.chance(0.5) {
				step = -step
			}
			now = it.round(max(now+step, 0))
		}
		out[m] = now
	}
}

// weeks makes the weekly series of a weekly item; its month is the sum of the weeks whose Thursday lies in it.
func (it *item) weeks(w *world, village int, parts [][]float64) []float64 {
	v := &w.villages[village]
	s := newStream(w.seed, "item", it.id, v.code)
	level := it.mean * basis(it.base, v) * s.lognormal(1, it.effect)
	out := make([]float64, len(w.calendar.weeks))
	for i, monday := range w.calendar.weeks {
		if it.gen == thinned || it.gen == priced {
			out[i] = it.derived(s, level, parts, i)
		} else {
			out[i] = it.drawn(s, level*seasons[it.season][monday.Month()-1])
		}
	}
	return out
}

func (w *world) monthsOfWeeks(weeks []float64) []float64 {
	out := make([]float64, allMonths)
	for i, monday := range w.calendar.weeks {
		thursday := monday.AddDate(0, 0, 3)
		if m := w.monthIndex(thursday); m >= 0 {
			out[m] += weeks[i]
		}
	}
	return out
}

func (w *world) monthIndex(t time.Time) int {
	first := w.calendar.months[0]
	m := (t.Year()-first.Year())*12 + int(t.Month()) - int(first.Month())
	if m >= allMonths {
		return -1
	}
	return m
}

func (it *item) round(x float64) float64 {
	if it.rounded > 0 {
		return math.Round(x/it.rounded) * it.rounded
	}
	scale := math.Pow10(it.digits)
	return math.Round(x*scale) / scale
}

func basis(base byte, v *place) float64 {
	switch base {
	case 'p':
		return v.population / 1000
	case 'h':
		return v.households / 100
	case 'f':
		return v.farmland / 1000
	}
	return 1
}

func fillTown(w *world, it *item, town int, out []float64) {
	s := newStream(w.seed, "item", it.id, w.towns[town].code)
	for m := range out {
		out[m] = s.poisson(it.mean * w.factor(it.season, m))
	}
}

func (w *world) factor(season string, m int) float64 {
	return seasons[season][w.calendar.months[m].Month()-1]
}

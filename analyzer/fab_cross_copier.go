package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// copierEvidence says which of two units copied: positive figures speak for b, negative ones for a. They are log-likelihood
// ratios in nats.
type copierEvidence struct {
	history     float64 // to whose own past the shared figures do not fit
	time        float64 // who handed in later
	later       [2]int  // shared periods in which a, b handed in later
	sameClerk   int     // shared periods that one reporter filed for both
	clerk       uint64
	allStocks   bool // the stocks of both agree too wherever the flows do
	unbroken    bool // and from the first shared period to the end without exception
	historyKnow bool
}

const (
	// A period's figures are not independent, so that the weight of one period is held.
	historyCap = 3.0
	// A copier hands in after the one copied in four of five periods: two by chance, the rest because one has to.
	laterOdds = 0.8
	// Reports of one sitting have no order.
	sameSitting = 60
	// Periods of its own that a unit must show before its past speaks.
	ownPeriods = 3
)

func (c *crossForm) copierOf(x *crossPair) copierEvidence {
	var e copierEvidence
	shared := map[int]bool{}
	first := -1
	for _, t := range x.periods {
		if t.shared {
			shared[t.period] = true
			if first < 0 {
				first = t.period
			}
		}
	}
	e.unbroken = true
	for _, t := range x.periods {
		if t.period > first && !t.shared {
			e.unbroken = false
		}
	}
	e.allStocks = c.stocksAgree(x, shared)
	for t := range shared {
		a, b := &c.rows[c.row(x.a, t)], &c.rows[c.row(x.b, t)]
		if a.reporter != 0 && a.reporter == b.reporter {
			e.sameClerk++
			e.clerk = a.reporter
		}
		switch gap := b.submitted.Sub(a.submitted).Seconds(); {
		case gap > sameSitting:
			e.later[1]++
		case gap < -sameSitting:
			e.later[0]++
		}
	}
	e.time = float64(e.later[1]-e.later[0]) * math.Log(laterOdds/(1-laterOdds))
	e.history, e.historyKnow = c.fit(x, shared)
	return e
}

// fit compares how well the shared figures fit what each unit reports in its other periods.
func (c *crossForm) fit(x *crossPair, shared map[int]bool) (float64, bool) {
	total := 0.0
	known := true
	byPeriod := map[int]float64{}
	for _, f := range c.watched {
		field := &c.fields[f]
		if !field.flow() {
			continue
		}
		a, na := c.ownLevel(x.a, f, shared)
		b, nb := c.ownLevel(x.b, f, shared)
		if na < ownPeriods || nb < ownPeriods {
			known = false
			continue
		}
		for t := range shared {
			va, vb := c.value(c.row(x.a, t), f), c.value(c.row(x.b, t), f)
			if va != vb || math.IsNaN(va) || va == 0 {
				continue
			}
			v := math.Round(va * field.scale)
			byPeriod[t] += field.likelihood(a*field.season[t], v) - field.likelihood(b*field.season[t], v)
		}
	}
	for _, s := range byPeriod {
		total += math.Max(-historyCap, math.Min(historyCap, s))
	}
	return total, known || len(byPeriod) > 0
}

// ownLevel is a unit's level of a field in periods that it does not share, and how many these are.
func (c *crossForm) ownLevel(unit, field int, shared map[int]bool) (float64, int) {
	f := &c.fields[field]
	var total, weight float64
	n := 0
	for t := range c.periods {
		r := c.row(unit, t)
		if r < 0 || shared[t] || math.IsNaN(c.value(r, field)) {
			continue
		}
		total += c.value(r, field) * f.scale
		weight += f.season[t]
		n++
	}
	if weight == 0 {
		return 0, n
	}
	return math.Max(total/weight, 0.3), n
}

// likelihood is the log-probability of a value in units of the last place at a mean.
func (x *panelField) likelihood(mean, value float64) float64 {
	variance := mean
	if !math.IsInf(x.size, 1) {
		variance += mean * mean / x.size
	}
	// A level learnt from a few periods is itself uncertain.
	return stats.FitNegativeBinomial(mean, 1.5*variance).LogPMF(value)
}

// stocksAgree says whether the form has stocks and all of them agree in nine of ten shared periods, as in two codes of one
// merged unit.
func (c *crossForm) stocksAgree(x *crossPair, shared map[int]bool) bool {
	agree, all := 0, 0
	for t := range shared {
		stocks, same := 0, true
		for f := range c.fields {
			if c.fields[f].flow() {
				continue
			}
			a, b := c.value(c.row(x.a, t), f), c.value(c.row(x.b, t), f)
			if math.IsNaN(a) || math.IsNaN(b) || a == 0 && b == 0 {
				continue
			}
			stocks++
			same = same && a == b
		}
		if stocks > 0 {
			all++
			if same {
				agree++
			}
		}
	}
	return all > 0 && float64(agree) >= 0.9*float64(all)
}

// contradiction is how many times as strong time or history must be where the two contradict one another.
const contradiction = 2

// decide weighs history and time, log-likelihood ratios that speak for the same side: positive or negative for either side, 0
// where they say less than the least or contradict one another.
func decide(history, time, least float64) float64 {
	weak, strong := min(math.Abs(time), math.Abs(history)), max(math.Abs(time), math.Abs(history))
	if total := history + time; math.Abs(total) >= least && (history*time >= 0 || weak < least || strong >= contradiction*weak) {
		return total
	}
	return 0
}

// decided is the unit that likely copied, or -1 where time and history do not tell.
func (e copierEvidence) decided(x *crossPair, least float64) int {
	switch weight := decide(e.history, e.time, least); {
	case weight > 0:
		return x.b
	case weight < 0:
		return x.a
	}
	return -1
}

package simulate

import "math"

// law is how the honest figures of one item come about; it is the same for all units.
type law struct {
	base, spread     float64 // log of the usual figure of a unit of 1,500 people, and how units differ
	growth           float64 // with the logarithm of the population
	town             float64 // how towns differ
	trend, drift     float64 // change a year, of all and of a unit
	season, phase    float64 // depth and turn of the year
	wander           float64 // how much the turn differs between units
	rho, sigma       float64 // of the unit's own slow course
	load             float64 // on the unit's activity
	family           int
	size             float64 // dispersion
	zero             float64 // share of periods in which nothing happens at all
	holiday          float64
	noise            float64 // of amounts
	step             float64 // to which amounts are usually agreed
	change           float64 // chance that a stock changes
	rate             float64 // yuan a person
	logit, logitUnit float64 // of rates: level about the target, and how units differ
}

// Families of chance.
const (
	gammaPoisson = iota
	busyMixture  // now and then a busy period of another law
	scheduled    // a timetable with some cancellations: less than Poisson's variance
	inflated     // nothing at all in some periods
)

func drawLaw(s stream, f *form, gen int) law {
	l := law{
		spread: s.within(0.2, 0.5), growth: s.within(0.3, 1), town: s.within(0.05, 0.2), trend: 0.08 * s.NormFloat64(), drift: s.within(0, 0.12),
		season: s.within(0, 0.45), phase: s.Float64(), wander: s.within(0, 0.12), rho: s.within(0.3, 0.9), sigma: s.within(0.04, 0.2), load: s.within(0, 1.5),
		size: s.lognormal(16, 0.7), holiday: s.within(0.4, 1), noise: s.within(0.1, 0.45), step: pick(s, []float64{0.01, 0.01, 1, 10, 50}), change: s.within(0.1, 0.6),
		rate: pick(s, []float64{85, 107, 120, 185, 460}), logit: s.within(-0.5, 0.5), logitUnit: s.within(0.3, 0.7),
	}
	mean := s.lognormal(28, 0.7)
	switch draw := s.Float64(); {
	case draw < 0.15:
		mean = s.within(0.3, 4)
	case draw < 0.3:
		mean = s.lognormal(300, 0.6)
	}
	if f.role == small {
		mean, l.growth = s.lognormal(0.8, 0.8), 0.5
	}
	if f.role == rounded {
		mean = s.lognormal(220, 0.6)
	}
	switch gen {
	case amountField:
		mean = s.lognormal(4000, 1)
	case stockField, personsField:
		mean = s.lognormal(70, 0.7)
	case dueField:
		mean = s.lognormal(260, 0.5)
	}
	l.base = math.Log(mean)
	if gen == flowField || gen == amountField {
		l.base += math.Log(f.scale())
	}
	switch draw := s.Float64(); {
	case draw < 0.2:
		l.family = busyMixture
	case draw < 0.35:
		l.family = scheduled
	case draw < 0.45:
		l.family, l.zero = inflated, s.within(0.08, 0.35)
	}
	return l
}

// honest fills in the figures of one unit: values[p*len(fields)+f].
func (c *county) honest(f *form, u int, values []float64) {
	n := len(f.fields)
	for k := range f.fields {
		c.series(f, &f.fields[k], u, func(p int, v float64) { values[p*n+k] = v })
	}
	for p := range f.periods {
		f.derive(values, p)
	}
	c.habits(f, u, values)
}

// series draws the honest figures of a field that does not follow from others.
func (c *county) series(f *form, x *field, u int, put func(p int, v float64)) {
	l, unit := &x.law, &c.units[u]
	place := newStream(c.Seed, "town", x.item, c.towns[unit.town].code)
	s := newStream(c.Seed, "series", x.item, unit.code)
	level := l.base + l.growth*math.Log(unit.population/1500) + l.spread*s.NormFloat64() + l.town*place.NormFloat64()
	drift, turn := l.drift*s.NormFloat64(), l.wander*s.NormFloat64()
	own := l.sigma * s.NormFloat64() / math.Sqrt(1-l.rho*l.rho)
	stock := math.Max(3, math.Round(math.Exp(l.base+math.Log(unit.population/1500)+l.spread*s.NormFloat64())))
	taste := l.logitUnit * s.NormFloat64()
	for p := range f.periods {
		at := &f.periods[p]
		own = l.rho*own + l.sigma*s.NormFloat64()
		years := float64(at.month) / 12
		mean := math.Exp(level + (l.trend+drift)*years + l.season*math.Cos(2*math.Pi*(at.year-l.phase-turn)) + l.load*unit.activity[at.month] + own)
		mean *= c.circumstance(f, x, unit, at)
		switch x.gen {
		case flowField:
			put(p, roundTo(l.count(s, mean), x.step))
		case amountField:
			v := mean * math.Exp(l.noise*s.NormFloat64())
			put(p, roundTo(v, math.Max(x.step, math.Max(l.step, math.Pow10(-x.decimals)))))
		case stockField, dueField, personsField:
			if s.chance(l.change) {
				stock = math.Max(1, stock+s.poisson(1+stock/100)-s.poisson(1+stock/100))
			}
			if unit.absorbs == at.month && (p == 0 || f.periods[p-1].month != at.month) {
				stock = math.Round(stock * unit.growth)
			}
			put(p, roundTo(stock, x.step))
		case registerField:
			put(p, unit.population+float64(at.month%7))
		case quotaField:
			put(p, math.Max(1, math.Round(2*f.scale())))
		case openingField:
			put(p, stock)
		case doneField:
			odds := math.Exp(l.logit + math.Log(9) + taste + 2*own + 0.3*s.NormFloat64())
			put(p, odds/(1+odds)) // a share as yet: derive makes a number of it
		case taskField:
			v := s.negativeBinomial(x.target*math.Exp(0.15*taste+own), 30)
			if f.role == stopped && v < x.target && s.chance(0.75) {
				v = x.target
				if s.chance(0.2) {
					v += float64(s.between(1, 2))
				}
			}
			put(p, v)
		}
	}
}

// circumstance is by how much the month and place of a unit change its figures.
func (c *county) circumstance(f *form, x *field, unit *unit, at *period) float64 {
	factor := 1.0
	if unit.absorbs >= 0 && at.month >= unit.absorbs {
		factor *= unit.growth
	}
	if unit.newClerk >= 0 && at.month >= unit.newClerk {
		factor *= unit.shift
	}
	if c.alike("holiday") && at.start.Month() == 2 {
		factor *= x.law.holiday
	}
	for _, e := range c.campaigns {
		if e.form == f.index && e.month == at.month && len(x.item)%3 == e.every {
			factor *= e.factor
		}
	}
	for _, e := range c.shocks {
		if e.form == f.index && e.town == unit.town && at.month >= e.from && at.month < e.from+e.months {
			factor *= e.factor
		}
	}
	return factor
}

// count draws one number of events.
func (l *law) count(s stream, mean float64) float64 {
	switch l.family {
	case busyMixture:
		if s.chance(0.2) {
			return s.negativeBinomial(1.8*mean, 6)
		}
		return s.negativeBinomial(0.8*mean, l.size)
	case scheduled:
		return s.binomial(math.Round(mean/0.8), 0.8)
	case inflated:
		if s.chance(l.zero) {
			return 0
		}
	}
	return s.negativeBinomial(mean, l.size)
}

func roundTo(v, step float64) float64 {
	if step <= 0 {
		return math.Round(v)
	}
	return math.Round(v/step) * step
}

// derive works out what follows from other figures of the same period, and the opening stock from the period before.
func (f *form) derive(values []float64, p int) {
	n := len(f.fields)
	row := values[p*n : (p+1)*n]
	for k := range f.fields {
		x := &f.fields[k]
		switch x.gen {
		case openingField:
			if p > 0 {
				row[k] = values[(p-1)*n+k+3] // the closing stock stands three fields further on
			}
		case closingField:
			row[x.parts[2]] = math.Min(row[x.parts[2]], row[x.parts[0]]+row[x.parts[1]])
			row[k] = row[x.parts[0]] + row[x.parts[1]] - row[x.parts[2]]
		case doneField:
			if due := row[x.parts[0]]; row[k] < 1 && row[k] > 0 {
				row[k] = f.effort(math.Round(row[k]*due), due, k)
			} else {
				row[k] = math.Min(row[k], due)
			}
		case rateField:
			done, due := row[x.parts[0]], row[x.parts[1]]
			row[k] = 100
			if due > 0 {
				row[k] = roundTo(100*math.Min(1, done/due), math.Pow10(-x.decimals))
			}
		case totalField:
			row[k] = 0
			for _, part := range x.parts {
				row[k] += row[part]
			}
		case paymentField:
			row[k] = row[x.parts[0]] * x.law.rate
		}
	}
}

// effort stops at the target where the form's target is what all work for: the last cases are looked up until it is met.
func (f *form) effort(done, due float64, k int) float64 {
	if f.role != stopped {
		return done
	}
	need := math.Ceil(f.fields[k+1].target / 100 * due)
	if done < need && done > 0.85*need {
		return need
	}
	return done
}

// habits are what a unit's people do to honest figures: rounding, and slips of the pen.
func (c *county) habits(f *form, u int, values []float64) {
	unit := &c.units[u]
	if unit.rounds == 0 {
		return
	}
	s := newStream(c.Seed, "habits", f.id, unit.code)
	for p := range f.periods {
		row := values[p*len(f.fields) : (p+1)*len(f.fields)]
		for k := range f.fields {
			if x := &f.fields[k]; x.gen == flowField && row[k] >= 50 && s.chance(unit.rounds) {
				row[k] = roundTo(row[k], pick(s, []float64{5, 10}))
			}
		}
		f.derive(values, p)
	}
}

package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// outlierForm is how far the figures of every submission of a form lie from what the unit's level and the peers' season give.
type outlierForm struct {
	p      *panel
	fields []int
	units  []*outlierUnit
	events []int // periods in which so many units leap that the cause is common
	median float64
}

type outlierUnit struct {
	form  *outlierForm
	unit  int
	level []float64 // usual figure of each field, in units of the last place
	rows  []outlierRow
	slips []slip
	p, q  float64
	leaps int
	up    bool // more leaps upwards than downwards
	about circumstances
}

// outlierRow is one submission. Up and down are robust z of the half of its figures that lie highest and lowest.
type outlierRow struct {
	row, period int
	z           []float64 // of each field; NaN where there is none
	up, down    float64
	leap        int  // 1 up, -1 down, 0 none
	event       bool // the period's or the town's
}

// slip is a single figure that looks mistyped.
type slip struct {
	row, field int
	usual      float64 // in units of the last place
	kind       string  // decimal, wan, digits
	z          float64
}

const (
	widestLeap = 6 // robust z beyond which one figure does not count more
	leastLeaps = 8 // submissions that teach a unit's usual level
)

// measure learns the units' usual levels by the median over their periods, which half of them may leave, and every submission's
// departures from it.
func (o *outlierForm) measure(least int) {
	p := o.p
	for unit := range p.units {
		u := &outlierUnit{form: o, unit: unit, level: make([]float64, len(o.fields))}
		for i, f := range o.fields {
			x := &p.fields[f]
			var ratios []float64
			for t := range p.periods {
				if r := p.row(unit, t); r >= 0 && x.season[t] > 0 && !math.IsNaN(p.value(r, f)) {
					ratios = append(ratios, p.value(r, f)*x.scale/x.season[t])
				}
			}
			u.level[i] = stats.Median(ratios)
		}
		for t := range p.periods {
			if r := p.row(unit, t); r >= 0 {
				u.rows = append(u.rows, outlierRow{row: r, period: t, z: make([]float64, len(o.fields))})
			}
		}
		if len(u.rows) >= max(least, leastLeaps) {
			o.units = append(o.units, u)
		}
	}
	for i, f := range o.fields {
		o.standardise(i, &p.fields[f], f)
	}
	o.gather()
}

// standardise gives one figure of every submission its z: the logarithm of its ratio to the level and season, by the spread that
// honest figures of the size have, and by the spread that all units show.
func (o *outlierForm) standardise(i int, x *panelField, f int) {
	var all []float64
	for _, u := range o.units {
		for j := range u.rows {
			r := &u.rows[j]
			v, mean := o.p.value(r.row, f)*x.scale, u.level[i]*x.season[r.period]
			r.z[i] = math.NaN()
			if math.IsNaN(v) || mean < leastLevel || v < 0 {
				continue
			}
			r.z[i] = math.Log((v+0.5)/(mean+0.5)) * mean / math.Sqrt(x.variance(mean))
			all = append(all, r.z[i])
		}
	}
	if len(all) == 0 {
		return
	}
	median, mad := stats.MedianMAD(all)
	scale := math.Max(0.5, 1.482602218505602*mad)
	for _, u := range o.units {
		for j := range u.rows {
			u.rows[j].z[i] = (u.rows[j].z[i] - median) / scale
		}
	}
}

// gather sums up the upper and the lower half of every submission's z, and holds both against all submissions.
func (o *outlierForm) gather() {
	var up, down []float64
	for _, u := range o.units {
		for j := range u.rows {
			r := &u.rows[j]
			var z []float64
			for _, x := range r.z {
				if !math.IsNaN(x) {
					z = append(z, math.Max(-widestLeap, math.Min(widestLeap, x)))
				}
			}
			r.up, r.down = math.NaN(), math.NaN()
			if len(z) < 2 || 2*len(z) < len(o.fields) {
				continue
			}
			slices.Sort(z)
			half := (len(z) + 1) / 2
			r.up, r.down = average(z[len(z)-half:]), -average(z[:half])
			up, down = append(up, r.up), append(down, r.down)
		}
	}
	upMedian, upMAD := stats.MedianMAD(up)
	downMedian, downMAD := stats.MedianMAD(down)
	for _, u := range o.units {
		for j := range u.rows {
			u.rows[j].up = (u.rows[j].up - upMedian) / (1.482602218505602 * math.Max(upMAD, 0.05))
			u.rows[j].down = (u.rows[j].down - downMedian) / (1.482602218505602 * math.Max(downMAD, 0.05))
		}
	}
}

func average(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total / float64(len(xs))
}

// judge counts the submissions of every unit that leap, common events left out, against the rate of all units, which differ among
// themselves: beta-binomial. Two bounds are tried, and paid for.
func (o *outlierForm) judge(limits map[string]float64) {
	for _, u := range o.units {
		u.p = 1
	}
	for _, bound := range []float64{limits["far"], limits["near"]} {
		o.mark(bound, limits)
		least := limits["least_rate"]
		if bound == limits["far"] {
			least = limits["least_rate_far"]
		}
		null := o.honest(least, limits["least_correlation"])
		for _, u := range o.units {
			k, n := u.count()
			u.p = math.Min(u.p, math.Min(1, 2*null.Upper(k, n)))
			u.leaps = k
		}
	}
	var shares []float64
	for _, u := range o.units {
		shares = append(shares, u.share())
		u.findSlips(limits)
		u.about = o.p.circumstances(u.unit)
	}
	o.median = stats.Median(shares)
}

// mark finds the submissions that leap beyond a bound, and sets aside the periods and the towns in which many do.
func (o *outlierForm) mark(bound float64, limits map[string]float64) {
	inPeriod, of := make([]int, len(o.p.periods)), make([]int, len(o.p.periods))
	type place struct{ town, period, way int }
	inTown, ofTown := map[place]int{}, map[place]int{}
	for _, u := range o.units {
		town := o.p.towns[u.unit]
		for j := range u.rows {
			r := &u.rows[j]
			r.leap, r.event = 0, false
			switch {
			case r.up >= bound && r.up >= r.down:
				r.leap = 1
			case r.down >= bound:
				r.leap = -1
			}
			of[r.period]++
			ofTown[place{town, r.period, 0}]++
			if r.leap != 0 {
				inPeriod[r.period]++
				inTown[place{town, r.period, r.leap}]++
			}
		}
	}
	o.events = o.events[:0]
	for t := range of {
		if of[t] > 0 && float64(inPeriod[t]) >= limits["period_share"]*float64(of[t]) {
			o.events = append(o.events, t)
		}
	}
	for _, u := range o.units {
		town := o.p.towns[u.unit]
		for j := range u.rows {
			r := &u.rows[j]
			near := inTown[place{town, r.period, r.leap}]
			r.event = slices.Contains(o.events, r.period) ||
				r.leap != 0 && float64(near) >= limits["town_units"] && float64(near) >= limits["period_share"]*float64(ofTown[place{town, r.period, 0}])
		}
	}
}

// count is how many of a unit's submissions leap, of those outside common events.
func (u *outlierUnit) count() (k, n int) {
	way := 0
	for _, r := range u.rows {
		if r.event {
			continue
		}
		n++
		if r.leap != 0 {
			k++
			way += r.leap
		}
	}
	u.up = way >= 0
	return k, n
}

// honest is how often honest units leap: fitted to all but the top units, at least the rate and the correlation given.
func (o *outlierForm) honest(rate, correlation float64) stats.BetaBinomial {
	type tallied struct{ k, n int }
	all := make([]tallied, len(o.units))
	for i, u := range o.units {
		all[i].k, all[i].n = u.count()
	}
	slices.SortFunc(all, func(a, b tallied) int { return a.k*b.n - b.k*a.n })
	var k, n []float64
	for _, t := range all[:max(1, int(float64(len(all))*(1-trimmedLeaps)))] {
		k, n = append(k, float64(t.k)), append(n, float64(t.n))
	}
	null := stats.FitBetaBinomial(k, n)
	null.Mean, null.Rho = math.Max(null.Mean, rate), math.Min(0.9, math.Max(null.Rho, correlation))
	return null
}

// trimmedLeaps is the share of units with the most leaps that do not teach what honest ones do.
const trimmedLeaps = 0.1

func (u *outlierUnit) share() float64 { return float64(u.leaps) / float64(len(u.rows)) }

package analyzer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// madePanel is a panel of simulated figures, NaN where nothing was handed in.
func madePanel(units, periods int, fields []queries.Field, value func(unit, period, field int) float64) *panel {
	p := &panel{form: queries.Form{ID: "f", Fields: fields}}
	for range fields {
		p.every.prefilled = append(p.every.prefilled, false)
	}
	p.every.fields = fields
	start := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for t := range periods {
		p.periods = append(p.periods, panelPeriod{name: fmt.Sprint(t), start: start.AddDate(0, t, 0)})
	}
	for u := range units {
		p.units, p.towns = append(p.units, fmt.Sprintf("%04d", u)), append(p.towns, u/10)
		for t := range periods {
			p.grid = append(p.grid, int32(len(p.rows)))
			p.rows = append(p.rows, panelRow{unit: int32(u), period: int32(t)})
			for f := range fields {
				p.every.values = append(p.every.values, value(u, t, f))
			}
		}
	}
	p.keepInformative()
	return p
}

func flowFields(n int) []queries.Field {
	out := make([]queries.Field, n)
	for i := range out {
		out[i] = queries.Field{ID: fmt.Sprintf("f%d", i), Type: "integer", Target: math.NaN()}
	}
	return out
}

// honestKinds are the ways in which honest units differ: each gives figures whose last digits a naive test takes for invented.
var honestKinds = []string{"overdispersed", "rounded", "small", "seasonal", "trended", "autocorrelated", "mixed"}

// honestCounts simulates one form of honest units; rounders round some of their figures by a habit of their own.
func honestCounts(rng *rand.Rand, kind string, units, periods, fields int) func(u, t, f int) float64 {
	level := make([]float64, units*fields)
	habit, step, drift := make([]float64, units), make([]float64, units), make([]float64, units)
	before := make([]float64, units*fields)
	middle := map[string]float64{"small": 25}[kind]
	if middle == 0 {
		middle = 700
	}
	for u := range units {
		if kind == "rounded" || kind == "mixed" {
			habit[u] = math.Max(0, 0.5*rng.Float64()-0.1)
		}
		step[u] = []float64{5, 10, 10, 100}[rng.IntN(4)]
		if kind == "trended" || kind == "mixed" {
			drift[u] = 0.02 * rng.NormFloat64()
		}
		for f := range fields {
			level[u*fields+f] = middle * math.Exp(0.6*rng.NormFloat64()+0.3*float64(f%4))
		}
	}
	return func(u, t, f int) float64 {
		mean := level[u*fields+f] * math.Exp(drift[u]*float64(t))
		if kind == "seasonal" || kind == "mixed" {
			mean *= 1 + 0.6*math.Sin(2*math.Pi*float64(t)/12)
		}
		if kind == "autocorrelated" {
			x := &before[u*fields+f]
			*x = 0.85**x + 0.25*rng.NormFloat64()
			mean *= math.Exp(*x)
		} else {
			mean = distuv.Gamma{Alpha: 6, Beta: 6 / mean, Src: rng}.Rand()
		}
		v := distuv.Poisson{Lambda: mean, Src: rng}.Rand()
		if rng.Float64() < habit[u] && v > 2*step[u] {
			v = math.Round(v/step[u]) * step[u]
		}
		return v
	}
}

// The p of honest units must hold in every kind of honesty, and next to none may be named. 1,400 units a run; with -v the
// shares are printed that docs/detectors give.
func TestDigitsOfHonestUnits(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates 1,400 units")
	}
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	type tally struct{ n, low, lowest, named int }
	results := map[string]map[string]*tally{}
	rng := stats.NewRand(11, "honest digits")
	note := func(detector, kind string, p, q float64, named bool) {
		if results[detector] == nil {
			results[detector] = map[string]*tally{}
		}
		for _, k := range []string{kind, "all"} {
			x := results[detector][k]
			if x == nil {
				x = &tally{}
				results[detector][k] = x
			}
			x.n++
			if p <= 0.05 {
				x.low++
			}
			if p <= 0.001 {
				x.lowest++
			}
			if named {
				x.named++
			}
		}
	}
	for _, kind := range honestKinds {
		for range 5 {
			const units, periods, fields = 40, 36, 10
			p := madePanel(units, periods, flowFields(fields), honestCounts(rng, kind, units, periods, fields))
			terminalLimits, heapingLimits, bunchingLimits := policy.Of(terminalDetector), policy.Of(heapingDetector), policy.Of(bunchingDetector)
			terminalTests, err := digitThresholds(terminalLimits)
			if err != nil {
				t.Fatal(err)
			}
			heapingTests, err := digitThresholds(heapingLimits)
			if err != nil {
				t.Fatal(err)
			}
			counted := countPanel(p, terminalTests)
			if form, reason := terminalOf(counted, terminalLimits, terminalTests); reason.Key == "" {
				form.judge(terminalTests)
				q := qValues(form.judged, func(u *terminalUnit) float64 { return u.p })
				for i, u := range form.judged {
					note(terminalDetector, kind, u.p, q[i], q[i] <= terminalLimits["max_q"] && u.effect() >= terminalLimits["min_effect"])
				}
			}
			if form, reason := heapedOf(counted, heapingLimits, heapingTests); reason.Key == "" {
				form.judge()
				q := qValues(form.judged, func(u *heapedUnit) float64 { return u.p })
				for i, u := range form.judged {
					note(heapingDetector, kind, u.p, q[i], q[i] <= heapingLimits["max_q"] && math.Abs(u.excess()) >= heapingLimits["min_effect"])
				}
			}
			if form := bunchedPanel(p, bunchingLimits); form.judge(bunchingLimits).Key == "" {
				q := qValues(form.units, func(u *bunchedUnit) float64 { return u.p })
				for i, u := range form.units {
					note(bunchingDetector, kind, u.p, q[i], q[i] <= bunchingLimits["max_q"] && u.excess() >= bunchingLimits["min_effect"])
				}
			}
		}
	}
	for detector, kinds := range results {
		for _, kind := range append(honestKinds, "all") {
			x := kinds[kind]
			if x == nil {
				continue
			}
			n := float64(x.n)
			t.Logf("%s %s: %d units, p <= 0.05 in %.2f %%, p <= 0.001 in %.2f %%, named %d", detector, kind, x.n, 100*float64(x.low)/n, 100*float64(x.lowest)/n, x.named)
			if float64(x.low) > 0.075*n+3 || float64(x.lowest) > 0.003*n+2 || kind == "all" && float64(x.named) > 0.002*n+1 {
				t.Errorf("%s %s: too many honest units stand out", detector, kind)
			}
		}
	}
}

func qValues[T any](units []T, p func(T) float64) []float64 {
	all := make([]float64, len(units))
	for i, u := range units {
		all[i] = p(u)
	}
	return stats.BenjaminiHochberg(all)
}

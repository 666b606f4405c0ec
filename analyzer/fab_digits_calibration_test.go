package analyzer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
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

// madeTarget is a field of rates held to 95, of simulated units.
func madeTarget(rng *rand.Rand, units, periods int, kind string, change func(unit, period int, x float64) float64) *targetForm {
	field := &targetField{Field: queries.Field{ID: "r", Target: 95}, scale: 10, target: 950}
	for u := range units {
		level, spread := 95+1.6*rng.NormFloat64(), 1.6*math.Exp(0.4*rng.NormFloat64())
		before, drift := 0.0, 0.0
		if kind == "trended" {
			drift = 0.08 * rng.NormFloat64()
		}
		s := &targetSeries{field: field, unit: fmt.Sprint(u)}
		for t := range periods {
			noise := rng.NormFloat64()
			if kind == "autocorrelated" {
				before = 0.85*before + 0.53*noise
				noise = before
			}
			x := level + spread*noise + drift*float64(t-periods/2)
			if kind == "seasonal" {
				x += 1.5 * math.Sin(2*math.Pi*float64(t)/12)
			}
			if kind == "rounded" && u%3 == 0 {
				x = math.Round(x)
			}
			x = change(u, t, math.Min(100, math.Round(10*x)/10))
			s.values, s.late = append(s.values, int64(math.Round(10*x))), append(s.late, 2*t >= periods)
		}
		slices.Sort(s.values)
		field.units = append(field.units, s)
	}
	return &targetForm{form: queries.Form{ID: "f"}, fields: []*targetField{field}}
}

func (form *targetForm) named(limits map[string]float64) []string {
	var out []string
	q := qValues(form.units, func(u *targetUnit) float64 { return u.p })
	for i, u := range form.units {
		if s := u.series[0]; q[i] <= limits["max_q"] && s.effect() >= limits["min_effect"] && s.cliff() {
			out = append(out, u.unit)
		}
	}
	return out
}

func TestTargetsOfHonestUnits(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	limits := policy.Of(targetDetector)
	rng := stats.NewRand(12, "honest targets")
	for _, kind := range []string{"plain", "rounded", "seasonal", "trended", "autocorrelated"} {
		named, low, n := 0, 0, 0
		for range 8 {
			form := madeTarget(rng, 40, 36, kind, func(u, t int, x float64) float64 { return x })
			if reason := form.judge(limits); reason.Key != "" {
				t.Fatalf("%s: %v", kind, reason)
			}
			for _, u := range form.units {
				n++
				if u.p <= 0.05 {
					low++
				}
			}
			named += len(form.named(limits))
		}
		t.Logf("%s: %d units, p <= 0.05 in %.2f %%, named %d", kind, n, 100*float64(low)/float64(n), named)
		if float64(low) > 0.05*float64(n) || named > 1 {
			t.Errorf("%s: too many honest units stand out", kind)
		}
	}
}

// What a pull to the target must be to be seen: the share of 40 units' two bad ones that are named, by how many of the
// submissions below the target are moved to it or just above it. With -v the shares are printed that docs/detectors give.
func TestPullToTargetIsSeen(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	limits := policy.Of(targetDetector)
	rng := stats.NewRand(13, "pulled targets")
	for _, c := range []struct {
		moved, hair, least float64
	}{{0.3, 0, 0}, {0.3, 0.3, 0}, {0.6, 0, 0.5}, {0.6, 0.3, 0.15}, {1, 0, 0.9}, {1, 0.3, 0.8}, {1, 1, 0}} {
		found, wrong, bad := 0, 0, 0
		for range 40 {
			form := madeTarget(rng, 40, 36, "plain", func(u, t int, x float64) float64 {
				if u < 2 {
					x = math.Round(10*(94.5+1.6*rng.NormFloat64())) / 10
					if x < 95 && rng.Float64() < c.moved {
						x = 95 + math.Round(10*c.hair*rng.Float64())/10
					}
				}
				return x
			})
			if reason := form.judge(limits); reason.Key != "" {
				t.Fatal(reason)
			}
			bad += 2
			for _, unit := range form.named(limits) {
				if unit < "2" && len(unit) == 1 {
					found++
				} else {
					wrong++
				}
			}
		}
		recall := float64(found) / float64(bad)
		t.Logf("moved %.0f %% of those below, up to %.1f above: recall %.2f, wrong %d", 100*c.moved, c.hair, recall, wrong)
		if recall < c.least || wrong > 2 {
			t.Errorf("moved %v, hair %v: recall %.2f, wrong %d", c.moved, c.hair, recall, wrong)
		}
	}
}

// What people who make figures up must do to be seen: two of 40 units, of ten or thirty fields over 36 months, invent a share
// of their submissions with favourite digits of their own.
func TestHumanDigitsAreSeen(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	limits := policy.Of(terminalDetector)
	tests, err := digitThresholds(limits)
	if err != nil {
		t.Fatal(err)
	}
	rng := stats.NewRand(14, "human digits")
	for _, c := range []struct {
		fields       int
		share, least float64
	}{{10, 0.3, 0}, {10, 0.6, 0.5}, {10, 0.9, 0.9}, {30, 0.3, 0.5}, {30, 0.6, 0.9}} {
		found, wrong, bad := 0, 0, 0
		for range 6 {
			honest := honestCounts(rng, "overdispersed", 40, 36, c.fields)
			var favourites [2][]int
			for i := range favourites {
				favourites[i] = rng.Perm(8)[:2]
			}
			invented := [2][36]bool{}
			for i := range invented {
				for t := range invented[i] {
					invented[i][t] = rng.Float64() < c.share
				}
			}
			p := madePanel(40, 36, flowFields(c.fields), func(u, t, f int) float64 {
				v := honest(u, t, f)
				if u >= 2 || !invented[u][t] || v < 100 {
					return v
				}
				weights := [10]float64{.35, 1, 1, 1.25, .9, .4, 1, 1.3, 1.1, .8}
				for _, k := range favourites[u] {
					weights[[]int{1, 2, 3, 4, 6, 7, 8, 9}[k]] *= 2.2
				}
				total := 0.0
				for _, x := range weights {
					total += x
				}
				x, digit := rng.Float64()*total, 0
				for d, weight := range weights {
					if x -= weight; x < 0 {
						digit = d
						break
					}
				}
				return math.Floor(v/10)*10 + float64(digit)
			})
			form, reason := terminalOf(countPanel(p, tests), limits, tests)
			if reason.Key != "" {
				t.Fatal(reason)
			}
			form.judge(tests)
			q := qValues(form.judged, func(u *terminalUnit) float64 { return u.p })
			bad += 2
			for i, u := range form.judged {
				if q[i] <= limits["max_q"] && u.effect() >= limits["min_effect"] {
					if u.unit < "0002" {
						found++
					} else {
						wrong++
					}
				}
			}
		}
		recall := float64(found) / float64(bad)
		t.Logf("%d fields, %.0f %% of submissions invented: recall %.2f, wrong %d", c.fields, 100*c.share, recall, wrong)
		if recall < c.least || wrong > 1 {
			t.Errorf("%d fields, share %v: recall %.2f, wrong %d", c.fields, c.share, recall, wrong)
		}
	}
}

package analyzer

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

func burdenLimits(t interface{ Fatal(...any) }) map[string]float64 {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return policy.Of("burden-hours")
}

func TestFieldSeconds(t *testing.T) {
	limits := burdenLimits(t)
	fields := []queries.Field{
		{ID: "unit", Role: "key", Type: "text"},
		{ID: "households", Type: "integer", Measure: "stock"},
		{ID: "visits", Type: "integer", Measure: "flow"},
		{ID: "known", Type: "integer", Measure: "flow"},
		{ID: "sex", Type: "code"},
		{ID: "note", Type: "text"},
		{ID: "picture", Type: "photo"},
		{ID: "new"},
	}
	of := func(names ...string) float64 {
		total := limits["base_seconds"]
		for _, n := range names {
			total += limits[n+"_seconds"]
		}
		return total
	}
	for _, c := range []struct {
		name string
		form queries.Form
		want float64
	}{
		{"once a period", queries.Form{Per: "unit", Fields: fields, Prefilled: []string{"known"}}, of("key", "stock", "number", "prefilled", "choice", "text", "photo", "unknown")},
		{"a record a person", queries.Form{Per: "record", Fields: fields, Prefilled: []string{"known"}}, of("key", "noted", "noted", "prefilled", "choice", "text", "photo", "unknown")},
		{"no field is known", queries.Form{}, limits["base_seconds"] + 9*limits["unknown_seconds"]},
	} {
		if got := fieldSeconds(c.form, 9, limits); got != c.want {
			t.Errorf("%s: %v seconds, want %v", c.name, got, c.want)
		}
	}
}

// Whatever the pace and spread of working times, pauses in up to a tenth of them hardly move what counts as work.
func TestFenceKeepsPausesOut(t *testing.T) {
	limits := burdenLimits(t)
	rapid.Check(t, func(t *rapid.T) {
		rng := stats.NewRand(rapid.Uint64().Draw(t, "seed"), "fence")
		median, spread := rapid.Float64Range(30, 900).Draw(t, "median"), rapid.Float64Range(0.15, 0.5).Draw(t, "spread")
		share := rapid.Float64Range(0, 0.1).Draw(t, "pauses")
		var worked, seen []float64
		for range 4000 {
			x := median * math.Exp(spread*rng.NormFloat64())
			worked = append(worked, x)
			if rng.Float64() < share {
				x += 2400 * math.Exp(1.3*rng.NormFloat64())
			}
			if x <= limits["most_minutes"]*60 {
				seen = append(seen, x)
			}
		}
		slices.Sort(seen)
		limit := fence([3]float64{stats.QuantileSorted(seen, 0.25), stats.QuantileSorted(seen, 0.5), stats.QuantileSorted(seen, 0.75)}, limits)
		var sum, n, truth float64
		for _, x := range seen {
			if x <= limit {
				sum, n = sum+x, n+1
			}
		}
		for _, x := range worked {
			truth += x / float64(len(worked))
		}
		if got := sum / n; math.Abs(got/truth-1) > 0.1 {
			t.Fatalf("%.1f seconds, %.1f were worked", got, truth)
		}
	})
}

func TestCalibration(t *testing.T) {
	limits := burdenLimits(t)
	if factor, spread := calibrate([]float64{1, 2}, limits); factor != 1 || spread != limits["estimate_spread"] {
		t.Errorf("two forms teach nothing: %v %v", factor, spread)
	}
	factor, spread := calibrate([]float64{0.3, 0.1, 0.2, 0.2, 0.2, 0.2, 1.5}, limits)
	if math.Abs(factor-math.Exp(0.2)) > 1e-12 || spread < limits["least_spread"] || spread > 1 {
		t.Errorf("%v %v", factor, spread)
	}
}

func TestEstimatesAreCalibratedOnFormsOfTheSameKind(t *testing.T) {
	limits := burdenLimits(t)
	registry := &queries.Registry{}
	var durations []queries.FormDurations
	means := map[string]queries.FormMean{}
	for i := range 6 { // unknown forms count as forms of a period: 45 + 10 x 20 seconds, observed twice that
		id := string(rune('a' + i))
		durations = append(durations, queries.FormDurations{Form: id, Answered: 10, Timed: 40, Quartiles: [3]float64{400, 490, 600}})
		means[id] = queries.FormMean{Timed: 40, Mean: 490, Deviation: 49}
	}
	durations = append(durations, queries.FormDurations{Form: "z", Answered: 20})
	paces := formPaces(durations, means, registry, limits)
	if p := paces[0]; !p.Observed || p.Seconds != 490 || math.Abs(p.Spread-0.1) > 1e-12 || p.Fence <= 600 {
		t.Errorf("%+v", p)
	}
	if p := paces[6]; p.Observed || math.Abs(p.Seconds-2*445) > 1e-9 || p.Spread != limits["least_spread"] {
		t.Errorf("%+v", p)
	}
}

func TestUnitPacesAreDrawnTowardsOne(t *testing.T) {
	limits := burdenLimits(t)
	got := unitPaces([]queries.UnitPace{{Unit: "few", Timed: 9, Pace: 3}, {Unit: "some", Timed: 10, Pace: 3}, {Unit: "many", Timed: 9990, Pace: 3}}, limits)
	if len(got) != 2 || got[0].Pace != 2 || math.Abs(got[1].Pace-2.998) > 1e-9 {
		t.Fatalf("%+v", got)
	}
}

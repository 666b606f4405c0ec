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
	model := afterPolicy(limits, map[string]float64{"field_spread": 0.2})
	for _, c := range []struct {
		name string
		form queries.Form
		want float64
	}{
		{"once a period", queries.Form{Per: "unit", Fields: fields, Prefilled: []string{"known"}}, of("key", "stock", "number", "prefilled", "choice", "text", "photo", "unknown")},
		{"a record a person", queries.Form{Per: "record", Fields: fields, Prefilled: []string{"known"}}, of("key", "noted", "noted", "prefilled", "choice", "text", "photo", "unknown")},
		{"no field is known", queries.Form{}, limits["base_seconds"] + 9*limits["unknown_seconds"]},
	} {
		got := 0.0
		for _, seconds := range model.formParts(c.form, 9) {
			got += seconds
		}
		if math.Abs(got-c.want) > 1e-9 {
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

// planned gives the policy of burden-hours with an input for functions that read both its parts.
func planned(t interface{ Fatal(...any) }, registry *queries.Registry) (Input, map[string]float64) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return Input{Policy: policy, Registry: registry}, policy.Of("burden-hours")
}

func TestEstimatesAreCalibratedOnFormsWithTimes(t *testing.T) {
	in, limits := planned(t, &queries.Registry{})
	var durations []queries.FormDurations
	starts := map[string]formTime{}
	for i := range 20 { // unknown forms: 45 seconds and 20 a value, observed twice that
		id, values := string(rune('a'+i)), float64(4+i)
		durations = append(durations, queries.FormDurations{Form: id, Answered: values})
		starts[id] = formTime{queries.FormPace{Form: id, Fence: 7200}, queries.FormMean{Timed: 40, Mean: 2 * (45 + 20*values), Deviation: 49}}
	}
	durations = append(durations, queries.FormDurations{Form: "z", Answered: 20})
	paces, err := formPaces(durations, starts, loggedTimes{bias: 1}, in, limits)
	if err != nil {
		t.Fatal(err)
	}
	if p := paces[0]; p.Method != queries.BurdenObserved || p.Seconds != 250 || math.Abs(p.Spread-49./250) > 1e-12 || p.Fence != 7200 {
		t.Errorf("%+v", p)
	}
	if p := paces[20]; p.Method != queries.BurdenEstimated || math.Abs(p.Seconds/(2*445)-1) > 0.03 || p.Spread > 0.2 || p.Common > p.Spread {
		t.Errorf("%+v", p)
	}
}

// One form that takes ten times as long for reasons of its own does not carry the others with it.
func TestAnOddFormDoesNotCalibrateTheOthers(t *testing.T) {
	in, limits := planned(t, &queries.Registry{})
	estimate := func(odd float64) float64 {
		var durations []queries.FormDurations
		starts := map[string]formTime{}
		for i := range 8 {
			id, mean := string(rune('a'+i)), 445.0
			if i == 0 {
				mean *= odd
			}
			durations = append(durations, queries.FormDurations{Form: id, Answered: 20})
			starts[id] = formTime{queries.FormPace{Form: id, Fence: 7200}, queries.FormMean{Timed: 40, Mean: mean, Deviation: 49}}
		}
		paces, err := formPaces(append(durations, queries.FormDurations{Form: "z", Answered: 20}), starts, loggedTimes{bias: 1}, in, limits)
		if err != nil {
			t.Fatal(err)
		}
		return paces[8].Seconds
	}
	if usual, odd := estimate(1), estimate(10); odd > 1.1*usual {
		t.Errorf("%.0f seconds, %.0f beside an odd form", usual, odd)
	}
}

func TestNothingSeenLeavesThePolicy(t *testing.T) {
	in, limits := planned(t, &queries.Registry{})
	paces, err := formPaces([]queries.FormDurations{{Form: "z", Answered: 20}}, nil, loggedTimes{bias: 1}, in, limits)
	if err != nil || len(paces) != 1 || math.Abs(paces[0].Seconds-445) > 1e-9 || paces[0].Spread != limits["estimate_spread"] {
		t.Fatalf("%+v, %v", paces, err)
	}
}

// A clock without seconds, clocks that differ, and times that were never taken.
func TestBoundsOfStartTimes(t *testing.T) {
	limits := burdenLimits(t)
	quick, slow := [3]float64{60, 60, 120}, [3]float64{480, 600, 780}
	for _, c := range []struct {
		name  string
		d     queries.FormDurations
		least float64 // -1 where the times are not believed
	}{
		{"seconds", queries.FormDurations{Timed: 100, Started: 100, Minutes: 2, Quartiles: quick}, limits["least_seconds"]},
		{"minutes, a quick form", queries.FormDurations{Timed: 60, Started: 100, Zeros: 40, Minutes: 100, Quartiles: quick}, 0},
		{"minutes, a long form sent later by some", queries.FormDurations{Timed: 60, Started: 100, Zeros: 40, Minutes: 100, Quartiles: slow}, limits["least_seconds"]},
		{"too few", queries.FormDurations{Timed: 5, Started: 5, Quartiles: slow}, -1},
		{"all sent as begun", queries.FormDurations{Started: 100, Zeros: 100, Minutes: 100, Quartiles: [3]float64{math.NaN(), math.NaN(), math.NaN()}}, -1},
		{"a clock that is off", queries.FormDurations{Timed: 80, Started: 100, Backwards: 20, Quartiles: slow}, -1},
	} {
		got := startBounds([]queries.FormDurations{c.d}, limits)
		switch {
		case c.least < 0 && len(got) > 0:
			t.Errorf("%s: believed: %+v", c.name, got)
		case c.least >= 0 && (len(got) != 1 || got[0].Least != c.least || got[0].Fence <= c.d.Quartiles[2]):
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// Logs are corrected by forms that have both times, and dropped where those differ from form to form.
func TestLogsAreComparedWithStartTimes(t *testing.T) {
	limits := burdenLimits(t)
	of := func(mean float64) formTime { return formTime{FormMean: queries.FormMean{Timed: 50, Mean: mean}} }
	logged := map[string]formTime{"a": of(120), "b": of(240), "c": of(360), "only": of(600)}
	got := judgeLogs(logged, map[string]formTime{"a": of(100), "b": of(200), "c": of(300)}, limits)
	if math.Abs(got.bias-1.2) > 1e-9 || got.spread != limits["observed_spread"] || len(got.forms) != 1 {
		t.Errorf("%+v", got)
	}
	got = judgeLogs(logged, map[string]formTime{"a": of(10), "b": of(200), "c": of(3000)}, limits)
	if len(got.forms) != 0 {
		t.Errorf("logs that agree with nothing are believed: %+v", got)
	}
	if got = judgeLogs(logged, nil, limits); got.bias != 1 || got.spread != limits["log_spread"] || len(got.forms) != 4 {
		t.Errorf("%+v", got)
	}
}

func TestUnitPacesAreDrawnTowardsOne(t *testing.T) {
	limits := burdenLimits(t)
	got, apart := unitPaces([]queries.UnitPace{{Unit: "few", Timed: 9, Pace: 3}, {Unit: "some", Timed: 10, Pace: 3}, {Unit: "many", Timed: 9990, Pace: 3}}, limits)
	if len(got) != 2 || got[0].Pace != 2 || math.Abs(got[1].Pace-2.998) > 1e-9 || apart != limits["pace_spread"] {
		t.Fatalf("%+v, %v", got, apart)
	}
	if got[1].Doubt >= got[0].Doubt || got[1].Doubt < limits["least_pace_spread"] {
		t.Errorf("doubts %v and %v", got[0].Doubt, got[1].Doubt)
	}
}

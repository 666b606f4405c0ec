package analyzer_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

const integerRate = "fab-integer-rate"

// counted is a form of people counted, those served, and the rate that the system works out.
func (w *world) counted(id string, stated bool, change func(unit, month int, part, all float64) (float64, float64)) {
	size := make([]float64, w.units)
	share := make([]float64, w.units)
	for u := range size {
		size[u], share[u] = 300+900*w.rng.Float64(), 0.6+0.3*w.rng.Float64()
	}
	fields := []map[string]any{
		{"id": "all", "label": "应访视人数", "type": "integer", "measure": "flow"},
		{"id": "done", "label": "已访视人数", "type": "integer", "measure": "flow"},
	}
	if stated {
		fields = append(fields, map[string]any{"id": "rate", "label": "访视率", "type": "number", "unit": "%", "measure": "rate", "target": 80})
	}
	w.monthly(id, fields, func(u, m int) map[string]any {
		all := distuv.Poisson{Lambda: size[u], Src: w.rng}.Rand()
		p := share[u] * (1 + 0.06*w.rng.NormFloat64())
		part := distuv.Binomial{N: all, P: math.Min(0.97, p), Src: w.rng}.Rand()
		part, all = change(u, m, part, all)
		v := map[string]any{"all": all, "done": part}
		if stated {
			v["rate"] = tenths(100 * part / all)
		}
		return v
	})
}

func TestIntegerRateNamesRatesSetFirst(t *testing.T) {
	w := newWorld(30, 36)
	set := func(u, m int, part, all float64) (float64, float64) {
		if u == 6 && m%5 < 3 {
			return math.Round(math.Round(100*part/all) * all / 100), all
		}
		return part, all
	}
	honest := func(u, m int, part, all float64) (float64, float64) { return part, all }
	w.counted("stated", true, set)
	w.counted("unstated", false, set)
	w.counted("honest", true, honest)
	// The task is eighty in a hundred, and everyone who reaches it stops there.
	w.counted("task", true, func(u, m int, part, all float64) (float64, float64) {
		if part > 0.8*all {
			return math.Round(0.8 * all), all
		}
		return part, all
	})
	// A hundred people each: every rate is a whole percentage.
	w.counted("hundred", true, func(u, m int, part, all float64) (float64, float64) { return math.Round(100 * part / all), 100 })
	all := fabricationFindings(t, w.input(t), integerRate)
	readable(t, all)
	for _, form := range []string{"stated", "unstated"} {
		found := about(all, integerRate, form)
		if len(found) != 1 || !slices.Equal(found[0].Subject.Units, []string{unitCode(6)}) {
			t.Errorf("%s: want unit 6, got %+v", form, found)
			continue
		}
		if f := found[0]; f.Evidence.Detail["beyond_peers"] != true || *f.Q > 1e-3 || len(f.Evidence.Look) != 10 {
			t.Errorf("%s: q %v %+v", form, *f.Q, f.Evidence.Detail)
		}
	}
	for _, form := range []string{"honest", "task", "hundred"} {
		if found := about(all, integerRate, form); len(found) > 0 {
			t.Errorf("%s: %v %+v", form, found[0].Subject.Units, found[0].Evidence.Detail)
		}
	}
}

// Where the rates of most units are whole percentages, the task was given so, or the system rounds.
func TestIntegerRateIndictsTheTask(t *testing.T) {
	w := newWorld(30, 24)
	w.counted("everyone", true, func(u, m int, part, all float64) (float64, float64) {
		if w.rng.Float64() < 0.5 {
			return math.Round(math.Round(100*part/all) * all / 100), all
		}
		return part, all
	})
	all := fabricationFindings(t, w.input(t), integerRate)
	readable(t, all)
	found := about(all, integerRate, "everyone")
	if len(found) != 1 || len(found[0].Subject.Units) != 0 || found[0].Evidence.Detail["above"] != true {
		t.Fatalf("want the form only, got %+v", found)
	}
}

package analyzer_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

// monthly hands in a form whose fields and values a test writes down itself; nil values are not handed in.
func (w *world) monthly(id string, fields []map[string]any, values func(unit, month int) map[string]any) {
	w.record(map[string]any{"type": "system", "id": "sys-" + id, "name": id, "owner": "局", "level": "county"})
	w.record(map[string]any{"type": "form", "id": id, "system": "sys-" + id, "title": "表" + id, "cycle": "month", "per": "unit", "fields": fields})
	for u := range w.units {
		for m := range w.months {
			v := values(u, m)
			if v == nil {
				continue
			}
			at := w.month(m).AddDate(0, 0, 20).Add(time.Duration(w.rng.IntN(200000)) * time.Second)
			w.record(map[string]any{"type": "submission", "form": id, "unit": unitCode(u), "period": w.month(m).Format("2006-01"), "submitted_at": at.Format(time.RFC3339), "reporter": "clerk of " + unitCode(u), "values": v})
		}
	}
}

func tenths(x float64) float64 { return math.Round(10*x) / 10 }

const targetBunching = "fab-target-bunching"

// rated is a form with one rate held to 95 %. Every unit has a level and a spread of its own, so that some are good, some
// steady, some far off.
func (w *world) rated(id string, change func(unit, month int, honest float64) float64) {
	level, spread := make([]float64, w.units), make([]float64, w.units)
	for u := range level {
		level[u], spread[u] = 95+1.6*w.rng.NormFloat64(), 1.6*math.Exp(0.35*w.rng.NormFloat64())
	}
	w.monthly(id, []map[string]any{{"id": "r", "label": "办结率", "type": "number", "unit": "%", "measure": "rate", "target": 95}}, func(u, m int) map[string]any {
		x := math.Min(100, tenths(level[u]+spread[u]*w.rng.NormFloat64()))
		return map[string]any{"r": change(u, m, x)}
	})
}

func TestTargetBunchingNamesWhoIsAlwaysJustThere(t *testing.T) {
	w := newWorld(40, 36)
	w.rated("exact", func(u, m int, x float64) float64 {
		if u == 7 {
			return math.Max(95, tenths(94.8+1.6*w.rng.NormFloat64()))
		}
		return x
	})
	w.rated("hair", func(u, m int, x float64) float64 {
		if u == 9 && m%10 != 3 {
			return tenths(95 + 0.3*w.rng.Float64())
		}
		return x
	})
	w.rated("honest", func(u, m int, x float64) float64 { return x })
	// A good performer never misses; a steady one hardly moves.
	w.rated("good", func(u, m int, x float64) float64 {
		switch u {
		case 3:
			return math.Min(100, tenths(97+1.5*w.rng.NormFloat64()))
		case 4:
			return 95.4
		}
		return x
	})
	all := fabricationFindings(t, w.input(t), targetBunching)
	readable(t, all)
	for form, unit := range map[string]int{"exact": 7, "hair": 9} {
		found := about(all, targetBunching, form)
		if len(found) != 1 || !slices.Equal(found[0].Subject.Units, []string{unitCode(unit)}) {
			t.Errorf("%s: want unit %d, got %+v", form, unit, found)
			continue
		}
		f := found[0]
		if f.Evidence.Detail["beyond_peers"] != true || f.Evidence.Detail["sustained"] != true || *f.Q > 1e-3 || len(f.Evidence.Look) == 0 {
			t.Errorf("%s: q %v %+v", form, *f.Q, f.Evidence.Detail)
		}
	}
	for _, form := range []string{"honest", "good"} {
		if found := about(all, targetBunching, form); len(found) > 0 {
			t.Errorf("%s: %v %+v", form, found[0].Subject.Units, found[0].Evidence.Detail)
		}
	}
}

// Where everyone arrives just above the target, the target is to be questioned.
func TestTargetBunchingIndictsTheTarget(t *testing.T) {
	w := newWorld(40, 24)
	w.rated("everyone", func(u, m int, x float64) float64 {
		if x < 95 && x > 93 && w.rng.Float64() < 0.7 {
			return tenths(95 + 0.4*w.rng.Float64())
		}
		return x
	})
	all := fabricationFindings(t, w.input(t), targetBunching)
	readable(t, all)
	found := about(all, targetBunching, "everyone")
	if len(found) != 1 || len(found[0].Subject.Units) != 0 || found[0].Evidence.Detail["above"] != true {
		t.Fatalf("want the target only, got %+v", found)
	}
}

func TestTargetBunchingSaysWhyItIsSilent(t *testing.T) {
	w := newWorld(20, 30)
	w.monthly("none", []map[string]any{{"id": "n", "label": "件数", "type": "integer"}}, func(u, m int) map[string]any {
		return map[string]any{"n": w.rng.IntN(200)}
	})
	w.monthly("reached", []map[string]any{{"id": "n", "label": "件数", "type": "integer", "target": 50}}, func(u, m int) map[string]any {
		return map[string]any{"n": 60 + w.rng.IntN(200)}
	})
	w.monthly("coarse", []map[string]any{{"id": "n", "label": "次数", "type": "integer", "target": 2}}, func(u, m int) map[string]any {
		return map[string]any{"n": 1 + w.rng.IntN(3)}
	})
	reasons := map[string]string{}
	for _, f := range fabricationFindings(t, w.input(t), targetBunching) {
		reasons[f.Subject.Forms[0]] = f.Reason.Key
	}
	want := map[string]string{"none": "fab.reason.no_target", "reached": "fab.reason.target_side", "coarse": "fab.reason.target_coarse"}
	if fmt.Sprint(reasons) != fmt.Sprint(want) {
		t.Errorf("reasons %v, want %v", reasons, want)
	}
}

func TestHeapingGoesBothWays(t *testing.T) {
	w := newWorld(30, 12)
	few := w.honest("few", large()...)
	few.favour(4, "12346789123467891")
	w.hand(few)
	many := w.honest("many", large()...)
	for m := range w.months {
		for f := range many.values[4][m] {
			if (m+f)%2 == 0 {
				many.values[4][m][f] = math.Round(many.values[4][m][f]/10) * 10
			}
		}
	}
	w.hand(many)
	// Everyone rounds by a habit of his own: who rounds most is no outlier, nor is who does not round at all.
	habits := w.honest("habits", large()...)
	for u := range w.units {
		for m := range w.months {
			for f, v := range habits.values[u][m] {
				if w.rng.Float64() < float64(u)/float64(w.units)*0.6 {
					habits.values[u][m][f] = math.Round(v/10) * 10
				}
			}
		}
	}
	w.hand(habits)
	w.hand(w.honest("even", large()...))
	all := fabricationFindings(t, w.input(t), "fab-heaping")
	readable(t, all)
	for form, open := range map[string]bool{"few": false, "many": true} {
		found := about(all, "fab-heaping", form)
		if len(found) != 1 || !slices.Equal(found[0].Subject.Units, []string{unitCode(4)}) {
			t.Errorf("%s: want one finding, got %+v", form, found)
			continue
		}
		if found[0].Evidence.Detail["innocent_open"] != open || found[0].Evidence.Chart.Kind != "funnel" || (*found[0].Effect > 0) != open {
			t.Errorf("%s: %+v", form, found[0].Evidence.Detail)
		}
	}
	for _, form := range []string{"habits", "even"} {
		if found := about(all, "fab-heaping", form); len(found) > 0 {
			t.Errorf("%s: %v %+v", form, found[0].Subject.Units, found[0].Evidence.Detail)
		}
	}
}

// Ages of persons: where one village's people round more than their neighbours', the form of records shows it.
func TestLastDigitsOfRecords(t *testing.T) {
	w := newWorld(20, 6)
	w.record(map[string]any{"type": "system", "id": "sys-people", "name": "people", "owner": "局", "level": "county"})
	w.record(map[string]any{"type": "form", "id": "people", "system": "sys-people", "title": "people", "cycle": "month", "per": "record", "fields": []map[string]any{{"id": "height", "label": "身高", "type": "number", "unit": "毫米"}}})
	for m := range w.months {
		for u := range w.units {
			for n := range 60 {
				v := math.Round(1650 + 90*w.rng.NormFloat64())
				if u == 5 && n%2 == 0 {
					v = math.Floor(v/10)*10 + []float64{3, 7, 8, 2, 4, 6}[w.rng.IntN(6)]
				}
				w.record(map[string]any{"type": "submission", "id": fmt.Sprint(m, u, n), "form": "people", "unit": unitCode(u), "period": w.month(m).Format("2006-01"), "submitted_at": w.month(m).AddDate(0, 0, 20).Format(time.RFC3339), "subject": fmt.Sprint(m, u, n), "values": map[string]any{"height": v}})
			}
		}
	}
	in := w.input(t)
	for _, id := range []string{terminalDigit, "fab-heaping"} {
		all := fabricationFindings(t, in, id)
		readable(t, all)
		found := about(all, id, "people")
		if len(found) != 1 || !slices.Equal(found[0].Subject.Units, []string{unitCode(5)}) || found[0].Evidence.Detail["records"] != true {
			t.Errorf("%s: want unit 5 of the records, got %+v", id, found)
		}
	}
}

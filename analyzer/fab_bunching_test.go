package analyzer_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

const numberBunching = "fab-number-bunching"

// payments hands in a form of payments: amount gives what a unit pays.
func (w *world) payments(id string, perMonth int, amount func(unit, month, n int) float64) {
	w.record(map[string]any{"type": "system", "id": "sys-" + id, "name": id, "owner": "局", "level": "county"})
	w.record(map[string]any{"type": "form", "id": id, "system": "sys-" + id, "title": id, "cycle": "month", "per": "record", "fields": []map[string]any{{"id": "v", "label": "金额", "type": "number", "unit": "元"}}})
	for m := range w.months {
		for u := range w.units {
			for n := range perMonth {
				w.record(map[string]any{"type": "submission", "id": fmt.Sprint(id, m, u, n), "form": id, "unit": unitCode(u), "period": w.month(m).Format("2006-01"), "submitted_at": w.month(m).AddDate(0, 0, 20).Add(time.Duration(n) * time.Minute).Format(time.RFC3339), "values": map[string]any{"v": amount(u, m, n)}})
			}
		}
	}
}

func TestNumberBunchingNamesRepeats(t *testing.T) {
	w := newWorld(24, 12)
	free := func(median float64) float64 { return math.Round(100*median*math.Exp(0.8*w.rng.NormFloat64())) / 100 }
	var reused []float64
	for range 60 {
		reused = append(reused, free(900))
	}
	w.payments("reused", 20, func(u, m, n int) float64 {
		if u == 5 && n%2 == 0 {
			return reused[w.rng.IntN(len(reused))]
		}
		return free(900)
	})
	// Everyone pays the allowance of 1,260 and the fee of 85 by the rules, one place more often than others.
	w.payments("standards", 20, func(u, m, n int) float64 {
		switch x := w.rng.Float64(); {
		case x < 0.3 || u == 3 && x < 0.7:
			return 1260
		case x < 0.45:
			return 85
		}
		return free(900)
	})
	w.payments("free", 20, func(u, m, n int) float64 { return free(900) })
	// A year of a panel: one unit draws from a short list of figures.
	figures := []float64{1347, 2218, 1783, 1964, 2437, 1521}
	panel := w.honest("panel", large()...)
	for m := range w.months {
		for f := range panel.values[8][m] {
			panel.values[8][m][f] = figures[w.rng.IntN(len(figures))] + float64(f)*1000
		}
	}
	w.hand(panel)
	w.hand(w.honest("honest", large()...))
	all := fabricationFindings(t, w.input(t), numberBunching)
	readable(t, all)
	for form, unit := range map[string]int{"reused": 5, "panel": 8} {
		found := about(all, numberBunching, form)
		if len(found) != 1 || !slices.Equal(found[0].Subject.Units, []string{unitCode(unit)}) {
			t.Errorf("%s: want unit %d, got %+v", form, unit, found)
			continue
		}
		if f := found[0]; f.Evidence.Detail["beyond_peers"] != true || *f.Q > 1e-3 {
			t.Errorf("%s: q %v %+v", form, *f.Q, f.Evidence.Detail)
		}
	}
	for _, form := range []string{"standards", "free", "honest"} {
		for _, f := range about(all, numberBunching, form) {
			t.Errorf("%s: %v %+v", form, f.Subject.Units, f.Evidence.Detail)
		}
	}
}

package analyzer_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// likeNature fills a sheet whose means are the fields' times what move gives for a unit, month and field.
func (w *world) likeNature(id string, fields []figure, move func(unit, month, field int) float64) *sheet {
	s := w.honest(id, fields...)
	for u := range w.units {
		level := make([]float64, len(fields))
		for f := range level {
			level[f] = fields[f].mean * math.Exp(0.45*w.rng.NormFloat64())
		}
		for m := range w.months {
			for f := range fields {
				s.values[u][m][f] = distuv.Poisson{Lambda: level[f] * move(u, m, f), Src: w.rng}.Rand()
			}
		}
	}
	return s
}

func TestNearDuplicateIsSilentOnHonestLikeness(t *testing.T) {
	w := newWorld(40, 24)
	noise := func(sd float64) float64 { return math.Exp(sd * w.rng.NormFloat64()) }
	shock := map[[2]int]float64{}
	for u := range w.units {
		for m := range w.months {
			shock[[2]int{u, m}] = noise(0.5)
		}
	}
	w.hand(w.likeNature("shocks", wide(15), func(u, m, _ int) float64 { return shock[[2]int{u, m}] * noise(0.15) }))
	w.hand(w.likeNature("trends", wide(15), func(u, m, _ int) float64 { return math.Exp(float64(u%7-3)*0.03*float64(m)) * noise(0.15) }))
	w.hand(w.likeNature("steady", wide(15), func(u, _, _ int) float64 { return noise([]float64{0.4, 0.35, 0.3, 0.2}[u%4]) }))
	walk := map[[2]int]float64{}
	w.hand(w.likeNature("walks", wide(15), func(u, m, f int) float64 {
		at := [2]int{u, f}
		walk[at] = 0.8*walk[at] + 0.25*w.rng.NormFloat64()
		return math.Exp(walk[at])
	}))
	w.hand(w.likeNature("seasons", wide(15), func(_, m, f int) float64 { return (1 + 0.8*math.Sin(float64(m+f%2*3)*math.Pi/6)) * noise(0.05) }))
	event := w.honest("event", wide(15)...)
	for u := range w.units {
		for _, m := range []int{5, 9, 13, 17} { // a town hands down figures now and then
			w.nearCopy(event, u, m, u/10*10, m, 1, 0.03)
		}
	}
	w.hand(event)
	rounded := w.honest("rounded", wide(15)...)
	for u := range w.units {
		for m := range w.months {
			for f := range rounded.values[u][m] {
				rounded.values[u][m][f] = 10 * math.Round(rounded.values[u][m][f]/10)
			}
		}
	}
	w.hand(rounded)
	unknown := w.honest("unknown", wide(8)...)
	for f := range unknown.fields {
		unknown.fields[f].measure = ""
	}
	w.hand(unknown)
	w.hand(w.honest("small", figure{"a", "flow", 2, false, 5}, figure{"b", "flow", 1.5, false, 5}, figure{"c", "flow", 3, false, 5}, figure{"d", "flow", 2.5, false, 5}, figure{"e", "flow", 2.5, false, 5}))
	w.hand(w.honest("stocks", figure{"a", "stock", 60, false, 0}, figure{"b", "stock", 40, false, 0}, figure{"c", "stock", 200, false, 0}, figure{"d", "stock", 20, false, 0}, figure{"e", "stock", 90, false, 0}))
	once := w.honest("once", wide(8)...)
	w.nearCopy(once, 7, 6, 7, 5, 1, 0.03) // last month's sheet taken for this one's, and corrected
	w.hand(once)
	all := fabricationFindings(t, w.input(t), nearDuplicate)
	readable(t, all)
	for _, f := range all {
		if f.Status == "open" && len(f.Subject.Units) > 0 {
			t.Errorf("%v is reported in %v: %+v", f.Subject.Units, f.Subject.Forms, f.Evidence.Detail)
		}
		if f.Status == "not_assessed" {
			t.Log(f.Subject.Forms, f.Reason.Key)
		} else {
			t.Log(f.Subject.Forms, f.Evidence.Message.Key)
		}
	}
}

// A unit that never counts but moves last month's figures a little, month after month, hardly varies at all: the finding says
// that it may be steady by nature, and leaves the rest to other evidence.
func TestNearDuplicateLeavesSteadyUnitsOpen(t *testing.T) {
	w := newWorld(40, 24)
	s := w.honest("always", wide(12)...)
	for m := 1; m < w.months; m++ {
		w.nearCopy(s, 4, m, 4, m-1, 1, 0.03)
	}
	w.hand(s)
	found := about(fabricationFindings(t, w.input(t), nearDuplicate), nearDuplicate, "always")
	if len(found) != 1 || found[0].Subject.Units[0] != unitCode(4) {
		t.Fatalf("%+v", found)
	}
	if d := found[0].Evidence.Detail; d["innocent_open"] != true || d["steady"] != true {
		t.Errorf("%+v", d)
	}
}

// Two villages that were merged report four times as much from then on: all that came before is close to each other by a
// measure that knows one level only.
func TestNearDuplicateLeavesMergersOpen(t *testing.T) {
	w := newWorld(40, 24)
	s := w.honest("merged", wide(8)...)
	fields := []int{0, 1, 2, 3, 4, 5, 6, 7}
	for m := 12; m < w.months; m++ {
		s.scale(4, 4, fields, m)
	}
	for m := 2; m < 11; m += 2 {
		w.nearCopy(s, 4, m, 4, 0, 1, 0.05)
	}
	w.hand(s)
	found := about(fabricationFindings(t, w.input(t), nearDuplicate), nearDuplicate, "merged")
	if len(found) == 0 {
		t.Fatal("nothing was found that could be explained")
	}
	for _, f := range found {
		if f.Evidence.Detail["innocent_open"] != true {
			t.Errorf("%v: %+v", f.Subject.Units, f.Evidence.Detail)
		}
	}
}

package analyzer_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

const smooth = "fab-smooth"

// touchable are the fields that a fabricator changes.
func (s *sheet) touchable() (out []int) {
	for f, x := range s.fields {
		if x.measure != "stock" && !x.quota {
			out = append(out, f)
		}
	}
	return out
}

// interpolate puts the months from a+1 to b-1 on the line between a and b.
func (s *sheet) interpolate(unit, a, b int) {
	for _, f := range s.touchable() {
		x, y := s.values[unit][a][f], s.values[unit][b][f]
		for m := a + 1; m < b; m++ {
			s.values[unit][m][f] = math.Round(x + (y-x)*float64(m-a)/float64(b-a))
		}
	}
}

// drawAround replaces months by the unit's mean with little noise.
func (w *world) drawAround(s *sheet, unit int, noise float64, months ...int) {
	for _, f := range s.touchable() {
		mean := 0.0
		for m := range w.months {
			mean += s.values[unit][m][f] / float64(w.months)
		}
		for _, m := range months {
			s.values[unit][m][f] = math.Round(mean * (1 + noise*w.rng.NormFloat64()))
		}
	}
}

// split divides a year's total by shares that are the same for all fields.
func (w *world) split(s *sheet, unit, from, months int) {
	shares := make([]float64, months)
	total := 0.0
	for i := range shares {
		shares[i] = 1 + 0.1*w.rng.NormFloat64()
		total += shares[i]
	}
	for _, f := range s.touchable() {
		sum := 0.0
		for m := from; m < from+months; m++ {
			sum += s.values[unit][m][f]
		}
		for m := from; m < from+months; m++ {
			s.values[unit][m][f] = math.Round(sum * shares[m-from] / total)
		}
	}
}

// seasonal makes all units follow one season.
func (w *world) seasonal(s *sheet) {
	for u := range s.values {
		for m := range s.values[u] {
			for _, f := range s.touchable() {
				s.values[u][m][f] = math.Round(s.values[u][m][f] * (1 + 0.35*math.Cos(float64(m)*math.Pi/6)))
			}
		}
	}
}

func TestSmoothNamesInventedSeries(t *testing.T) {
	w := newWorld(40, 24)
	s := w.honest("m", flows(8)...)
	w.seasonal(s)
	s.interpolate(3, 4, 13)                                 // a third in one stretch
	s.interpolate(5, 2, 7)                                  // in two
	s.interpolate(5, 12, 18)                                //
	w.drawAround(s, 7, 0.04, 2, 5, 6, 9, 13, 17, 20, 22)    // a third, scattered
	w.drawAround(s, 9, 0.05, 8, 9, 10, 11, 12, 13, 14, 15)  // in one stretch
	w.drawAround(s, 11, 0.05, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, // nearly all
		10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21)
	w.split(s, 13, 6, 12)
	w.hand(s)
	in := w.input(t)
	found := fabricationFindings(t, in, smooth)
	readable(t, found)
	want := map[string]bool{unitCode(3): true, unitCode(5): true, unitCode(7): true, unitCode(9): true, unitCode(11): true, unitCode(13): true}
	for _, f := range about(found, smooth, "m") {
		unit := f.Subject.Units[0]
		t.Log(unit, *f.P, *f.Q, f.Evidence.Detail["kind"], f.Evidence.Detail["smooth"])
		if !want[unit] {
			t.Errorf("%s is named: %v", unit, f.Evidence.Detail)
		}
		delete(want, unit)
		if len(f.Evidence.Look) == 0 || f.Evidence.Chart == nil || f.Evidence.Detail["family"] != "dynamics" {
			t.Errorf("%s: evidence is missing", unit)
		}
	}
	for unit := range want {
		t.Errorf("%s is missed", unit)
	}
}

// What is honest and smooth: a steady large unit, all of whose counts are Poisson; forms of slow stocks; a roll of persons paid
// every month; a form whose figures are all running totals; all units under one plan; a unit that rounds.
func TestSmoothLeavesHonestSmoothnessAlone(t *testing.T) {
	w := newWorld(30, 24)
	steady := w.honest("steady", flows(6)...)
	for m := range w.months {
		for f := range steady.fields {
			steady.values[2][m][f] = distuv.Poisson{Lambda: 60 + 20*float64(f), Src: w.rng}.Rand()
			steady.values[4][m][f] = 10 * math.Round(steady.values[4][m][f]/10)
		}
	}
	w.hand(steady)
	roll := w.honest("roll", flows(4)...)
	for u := range roll.values {
		for m := 1; m < w.months; m++ {
			for f := range roll.fields {
				roll.values[u][m][f] = roll.values[u][m-1][f] + float64(w.rng.IntN(5)/4)
			}
		}
	}
	w.hand(roll)
	total := w.honest("total", flows(5)...)
	for u := range total.values {
		for m := range w.months {
			if m%12 != 0 {
				for f := range total.fields {
					total.values[u][m][f] += total.values[u][m-1][f]
				}
			}
		}
	}
	w.hand(total)
	plan := w.honest("plan", flows(5)...)
	for u := range plan.values {
		for m := range w.months {
			for f := range plan.fields {
				plan.values[u][m][f] = math.Round(plan.values[u][0][f] * (10 + float64(m%12)) / 15)
			}
		}
	}
	w.hand(plan)
	small := w.honest("small", figure{id: "a", measure: "flow", mean: 2, noise: 6}, figure{id: "b", measure: "flow", mean: 1, noise: 6}, figure{id: "c", measure: "flow", mean: 3, noise: 6})
	w.hand(small)
	found := fabricationFindings(t, w.input(t), smooth)
	readable(t, found)
	for _, f := range found {
		if f.Status == "open" && len(f.Subject.Units) > 0 {
			t.Errorf("%s %s: p %v, %v", f.Subject.Forms, f.Subject.Units, *f.P, f.Evidence.Detail)
		}
	}
}

// The rate of false findings over a thousand honest units, written down in the documentation.
func TestDynamicsAreSilentOnAThousandHonestUnits(t *testing.T) {
	if testing.Short() {
		t.Skip("judges 1,200 units")
	}
	w := newWorld(60, 24)
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"} {
		s := w.honest(id, flows(3+len(w.systems)%7)...)
		if id > "j" {
			w.seasonal(s)
		}
		w.systems[id] = true
		w.hand(s)
	}
	in := w.input(t)
	for _, detector := range []string{smooth, outlier} {
		named := 0
		for _, f := range fabricationFindings(t, in, detector) {
			if f.Status == "open" && f.P != nil {
				named++
				t.Logf("%s %s: p %v, %v", f.Subject.Forms, f.Subject.Units, f.P, f.Evidence.Detail)
			}
		}
		if named > 1 {
			t.Errorf("%s: %d of 1,200 honest units are named", detector, named)
		}
	}
}

package analyzer_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

const crossUnit = "fab-cross-unit"

// copyUnit hands in another unit's figures.
func (s *sheet) copyUnit(unit, source int, months ...int) {
	for _, m := range months {
		s.values[unit][m] = slices.Clone(s.values[source][m])
	}
}

// after lets a unit hand in hours after the others in some months.
func after(unit int, months ...int) func(int, int) time.Duration {
	return func(u, m int) time.Duration {
		if u == unit && slices.Contains(months, m) {
			return 9 * time.Hour
		}
		return time.Duration(u*17%101) * time.Minute
	}
}

func TestCrossUnitNamesTheCopierNotTheSource(t *testing.T) {
	w := newWorld(30, 12)
	months := []int{2, 3, 5, 6, 8, 10}
	both, retouched, sameTime := w.honest("both", flows(6)...), w.honest("retouched", flows(6)...), w.honest("same-time", flows(6)...)
	both.copyUnit(4, 12, months...)
	both.late = after(4, months...)
	retouched.copyUnit(5, 13, months...)
	for _, m := range months {
		retouched.values[5][m][m%6]++
	}
	retouched.late = after(5, months...)
	// All at the same moment, as uploads of a whole town are: only the units' own past can tell. Unit 6 is four times as large.
	for m := range w.months {
		for f := range sameTime.values[6][m] {
			sameTime.values[6][m][f] *= 4
		}
	}
	sameTime.copyUnit(6, 14, months...)
	sameTime.late = func(int, int) time.Duration { return 0 }
	for _, s := range []*sheet{both, retouched, sameTime} {
		w.hand(s)
	}
	all := fabricationFindings(t, w.input(t), crossUnit)
	readable(t, all)
	for form, pair := range map[string][2]int{"both": {4, 12}, "retouched": {5, 13}, "same-time": {6, 14}} {
		found := about(all, crossUnit, form)
		if len(found) != 1 || !slices.Equal(found[0].Subject.Units, []string{unitCode(pair[0])}) {
			t.Fatalf("%s: want one finding on %s, got %+v", form, unitCode(pair[0]), found)
		}
		f := found[0]
		d := f.Evidence.Detail
		if d["other_unit"] != unitCode(pair[1]) || d["shared_periods"].(int) != 6 || *f.Q > 1e-6 || f.N != 12 {
			t.Errorf("%s: %+v, q %v", form, d, *f.Q)
		}
		if d["innocent_open"] != false || d["sustained"] != true || d["beyond_peers"] != true {
			t.Errorf("%s: %+v", form, d)
		}
		if rows := f.Evidence.Table.Rows; len(rows) < 3*7 {
			t.Errorf("%s: the figures should stand side by side, got %v", form, rows)
		}
	}
}

func TestCrossUnitIsSilentOnHonestLikeness(t *testing.T) {
	w := newWorld(40, 12)
	w.hand(w.honest("flows", flows(6)...))
	w.hand(w.honest("small", figure{"a", "flow", 1, false, 5}, figure{"b", "flow", 2, false, 5}, figure{"c", "flow", 1.5, false, 5}, figure{"d", "flow", 3, false, 5}, figure{"e", "flow", 2, false, 5}, figure{"f", "flow", 1, false, 5}))
	// Warnings reach a whole town at once.
	town := w.honest("town", flows(6)...)
	for u := range w.units {
		town.copyUnit(u, u/10*10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	}
	w.hand(town)
	// One target a month for all: most reach it exactly, some do better.
	target := w.honest("target", flows(6)...)
	for u := range w.units {
		for m := range w.months {
			if u%3 > 0 {
				for f := range target.values[u][m] {
					target.values[u][m][f] = float64(20 + 3*f + m)
				}
			}
		}
	}
	w.hand(target)
	prefilled := w.honest("prefilled", flows(6)...)
	prefilled.prefilled = []string{"f0", "f1", "f2", "f3", "f4", "f5"}
	prefilled.copyUnit(4, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	w.hand(prefilled)
	once := w.honest("once", flows(6)...)
	once.copyUnit(7, 15, 6) // a slip
	w.hand(once)
	all := fabricationFindings(t, w.input(t), crossUnit)
	readable(t, all)
	for _, f := range all {
		if f.Status == "open" && len(f.Subject.Units) > 0 {
			t.Errorf("%v is reported in %v: %+v", f.Subject.Units, f.Subject.Forms, f.Evidence.Detail)
		}
	}
}

func TestCrossUnitLeavesOpenWhatIsOpen(t *testing.T) {
	w := newWorld(30, 12)
	months := []int{2, 3, 5, 6, 8, 10}
	clerk := w.honest("clerk", flows(6)...)
	clerk.copyUnit(4, 12, months...)
	clerk.clerk = func(u, _ int) string {
		if u == 4 || u == 12 {
			return "one clerk"
		}
		return unitCode(u)
	}
	w.hand(clerk)
	// Two villages were merged in month 4 and report their joint figures under both codes, stocks included.
	merger := w.honest("merger", append(flows(6), figure{"s", "stock", 1500, false, 0}, figure{"t", "stock", 400, false, 0})...)
	for m := 4; m < w.months; m++ {
		for f := range merger.values[8][m] {
			merger.values[8][m][f] += merger.values[9][m][f]
		}
	}
	merger.copyUnit(9, 8, 4, 5, 6, 7, 8, 9, 10, 11)
	w.hand(merger)
	// Two like units that hand in together: nothing tells who copied.
	twins := w.honest("twins", flows(6)...)
	for m := range w.months {
		twins.values[20][m] = slices.Clone(twins.values[21][m])
	}
	twins.late = func(int, int) time.Duration { return 0 }
	w.hand(twins)
	all := fabricationFindings(t, w.input(t), crossUnit)
	readable(t, all)
	one := func(form string) queries.Finding {
		t.Helper()
		found := about(all, crossUnit, form)
		if len(found) != 1 {
			t.Fatalf("%s: want one finding, got %+v", form, found)
		}
		if found[0].Evidence.Detail["innocent_open"] != true || found[0].Severity != "low" {
			t.Errorf("%s: an innocent cause is open: %+v", form, found[0].Evidence.Detail)
		}
		return found[0]
	}
	if f := one("clerk"); len(f.Subject.Reporters) != 1 {
		t.Errorf("the clerk should be named: %+v", f.Subject)
	}
	if f := one("merger"); f.Evidence.Detail["merger"] != true {
		t.Errorf("a merger should be suspected: %+v", f.Evidence.Detail)
	}
	if f := one("twins"); f.Evidence.Message.Key != "fab.cross.undecided" || !slices.Equal(f.Subject.Units, []string{unitCode(20), unitCode(21)}) {
		t.Errorf("nothing tells the two apart: %+v", f)
	}
}

func TestCrossUnitLooksAboveWhereManyAreAlike(t *testing.T) {
	w := newWorld(40, 12)
	s := w.honest("pairs", flows(6)...)
	for u := 0; u < 28; u += 2 {
		s.copyUnit(u, u+1, 2, 3, 5, 6, 8, 10)
	}
	w.hand(s)
	all := fabricationFindings(t, w.input(t), crossUnit)
	readable(t, all)
	found := about(all, crossUnit, "pairs")
	if len(found) != 1 || len(found[0].Subject.Units) > 0 || found[0].Evidence.Message.Key != "fab.cross.above" {
		t.Errorf("the form should be named, no unit: %+v", found)
	}
}

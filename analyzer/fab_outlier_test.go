package analyzer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

const outlier = "fab-outlier"

// scale multiplies some fields of a unit in some months.
func (s *sheet) scale(unit int, factor float64, fields []int, months ...int) {
	for _, m := range months {
		for _, f := range fields {
			s.values[unit][m][f] = math.Round(s.values[unit][m][f] * factor)
		}
	}
}

func TestOutlierNamesInflationAndSuppression(t *testing.T) {
	w := newWorld(40, 24)
	s := w.honest("m", flows(8)...)
	w.seasonal(s)
	s.scale(3, 3, []int{1, 2, 4, 5, 7}, 2, 5, 6, 9, 13, 17, 20, 22)
	s.scale(5, 2.6, []int{0, 1, 2, 3, 4, 5, 6, 7}, 8, 9, 10, 11, 12, 13, 14, 15)
	s.scale(7, 0.2, []int{1, 3, 5, 6}, 1, 4, 8, 10, 11, 15, 19, 21)
	s.scale(29, 0, []int{2, 3, 4, 5}, 10, 11, 12, 13, 14, 15, 16, 17)
	w.hand(s)
	found := fabricationFindings(t, w.input(t), outlier)
	readable(t, found)
	want := map[string]bool{unitCode(3): true, unitCode(5): true, unitCode(7): true, unitCode(29): true}
	for _, f := range about(found, outlier, "m") {
		if f.P == nil {
			continue
		}
		unit := f.Subject.Units[0]
		t.Log(unit, *f.P, *f.Q, f.Evidence.Detail)
		if !want[unit] {
			t.Errorf("%s is named", unit)
		}
		if f.Evidence.Detail["innocent_open"] != false {
			t.Errorf("%s: something innocent is open: %v", unit, f.Explanations)
		}
		delete(want, unit)
	}
	for unit := range want {
		t.Errorf("%s is missed", unit)
	}
}

// A campaign of all units, a flood in one town, a merger, a new clerk whose figures stay higher, and slips of the pen: asked about
// at most, and never counted as evidence.
func TestOutlierLeavesHonestLeapsAlone(t *testing.T) {
	w := newWorld(40, 24)
	s := w.honest("m", flows(6)...)
	all := []int{0, 1, 2, 3, 4, 5}
	for u := range w.units {
		s.scale(u, 3, all, 7, 19)
		if u/10 == 2 {
			s.scale(u, 0.2, all, 11, 12, 13, 14)
		}
	}
	later := []int{12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}
	s.scale(3, 2.2, all, later...)
	s.scale(4, 0.3, all, later...)
	s.scale(15, 1.8, all, later...)
	s.scale(33, 10, []int{4}, 9)
	w.hand(s)
	money := w.honest("money", figure{id: "a", measure: "flow", mean: 80000, noise: 20}, figure{id: "b", measure: "flow", mean: 3000, noise: 20}, figure{id: "c", measure: "flow", mean: 900, noise: 20})
	money.scale(8, 10_000, []int{1}, 5)
	w.hand(money)
	found := fabricationFindings(t, w.input(t), outlier)
	readable(t, found)
	slips := map[string]string{}
	for _, f := range found {
		if f.Status != "open" {
			continue
		}
		if f.P == nil {
			for _, row := range f.Evidence.Table.Rows {
				slips[fmt.Sprint(f.Subject.Forms[0], row[0])] = row[5].(queries.Message).Key
			}
			continue
		}
		if open, _ := f.Evidence.Detail["innocent_open"].(bool); !open {
			t.Errorf("%s %s: p %v, %v", f.Subject.Forms, f.Subject.Units, *f.P, f.Evidence.Detail)
		}
	}
	if slips["m"+unitCode(33)] != "fab.slip.decimal" || slips["money"+unitCode(8)] != "fab.slip.wan" {
		t.Errorf("slips are %v", slips)
	}
	if len(slips) > 3 {
		t.Errorf("too many slips: %v", slips)
	}
}

package analyzer

import (
	"slices"
	"testing"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// handPanel has one row a unit for every row of figures.
func handPanel(rows [][]float64) *panel {
	p := &panel{periods: []panelPeriod{{name: "2026-01"}}}
	p.fields = make([]panelField, len(rows[0]))
	for u, row := range rows {
		p.units, p.towns = append(p.units, ""), append(p.towns, 0)
		p.rows, p.grid = append(p.rows, panelRow{unit: int32(u)}), append(p.grid, int32(u))
		p.values = append(p.values, row...)
	}
	return p
}

func TestDerivedFieldsCountOnce(t *testing.T) {
	rng := stats.NewRand(3, "derived")
	var rows [][]float64
	for i := range 60 {
		a, b, c, d := float64(rng.IntN(50)), float64(rng.IntN(50)), float64(rng.IntN(50)), float64(rng.IntN(50))
		slip := 0.0
		if i == 7 {
			slip = 1 // one sum in sixty is wrong
		}
		rows = append(rows, []float64{a, b, a + b + slip, c, c, d, a + b + c + d, a + c + slip*3, 5})
	}
	got := handPanel(rows).derivedFields()
	// The third is the sum of two, the fifth the fourth again, the eighth the sum of two that stand apart. The seventh adds
	// up four that do not stand together: it stays. The last never varies, which others find.
	want := []bool{false, false, true, false, true, false, false, true, false}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMistakeOddsLeaveCopiersOut(t *testing.T) {
	unit := func(copied, of int) tally { return tally{copied, of} }
	var units []tally
	for range 90 {
		units = append(units, unit(0, 11))
	}
	for range 9 {
		units = append(units, unit(1, 11))
	}
	honest := mistakeOdds(units, 0, 0)
	for range 20 {
		units = append(units, unit(9, 11))
	}
	if got := mistakeOdds(units, 0, 0); got != honest || honest != 9./(90*11) {
		t.Errorf("odds %v with copiers, %v without", got, honest)
	}
	if got := mistakeOdds(nil, 0.01, 100); got != 0.01 {
		t.Errorf("without units the prior holds, got %v", got)
	}
	if got := mistakeOdds(nil, 0, 0); got != 0 {
		t.Errorf("nothing known: %v", got)
	}
}

package queries

import (
	"context"
	"time"
)

// BurdenPage is what the page of hours shows of all units, or of some.
type BurdenPage struct {
	Run    BurdenRun // a zero run where nothing was reckoned
	Cells  []BurdenCell
	Paces  map[string]FormPace
	Units  []UnitBurden // all that reported in the analysed window
	Fields []FieldHours // of all units, a year
	// Reporting is how many of the units shown reported in each month, oldest first.
	Reporting []MonthUnits
}

// MonthUnits is how many units reported in a month.
type MonthUnits struct {
	Month time.Time
	Units uint64
}

// BurdenMonthUnits reads how many units reported in each month: of all, or of some.
func (s *Store) BurdenMonthUnits(ctx context.Context, units []string) ([]MonthUnits, error) {
	name, params := "read.MonthUnits", Params(nil)
	if len(units) > 0 {
		name, params = "burden.MonthUnitsOf", Params{"units": units}
	}
	var out []MonthUnits
	err := s.Each(ctx, name, params, func(scan func(...any) error) error {
		var m MonthUnits
		err := scan(&m.Month, &m.Units)
		out = append(out, m)
		return err
	})
	return out, err
}

// ReadBurden reads the hours of all units, or of some, as the last analysis reckoned them.
func (s *Store) ReadBurden(ctx context.Context, units []string) (*BurdenPage, error) {
	p := &BurdenPage{}
	var err error
	if p.Run, err = s.BurdenRun(ctx); err != nil || p.Run.Run == 0 {
		return p, err
	}
	if p.Cells, err = s.BurdenCells(ctx, units); err != nil {
		return nil, err
	}
	if p.Reporting, err = s.BurdenMonthUnits(ctx, units); err != nil {
		return nil, err
	}
	if p.Paces, err = s.FormPaces(ctx); err != nil {
		return nil, err
	}
	if p.Units, err = s.BurdenByUnit(ctx); err != nil {
		return nil, err
	}
	if p.Fields, err = s.FieldHours(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// MeasureChange is a measure with what became of it.
type MeasureChange struct {
	Measure
	BurdenChange
}

// MeasureChanges compares before and after every measure, the newest first.
func (s *Store) MeasureChanges(ctx context.Context) ([]MeasureChange, error) {
	all, err := s.Measures(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]MeasureChange, 0, len(all))
	for _, m := range all {
		claim, err := ParseClaim(m.Claimed)
		if err != nil {
			return nil, err
		}
		change, err := s.CompareBurden(ctx, m.Effective, m.Scope, claim)
		if err != nil {
			return nil, err
		}
		out = append(out, MeasureChange{m, change})
	}
	return out, nil
}

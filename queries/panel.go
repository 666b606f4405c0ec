package queries

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// PanelShape says what the submissions of a form within a span of days look like.
type PanelShape struct {
	Submissions, Pairs uint64 // all, and pairs of unit and period among them
	Units, Periods     uint64
	About              uint64 // submissions about a person, household or place
}

// PanelShapes reads the shape of every form that has submissions for periods that start, or that were handed in, within [from, to].
func (s *Store) PanelShapes(ctx context.Context, from, to time.Time) (map[string]PanelShape, error) {
	out := map[string]PanelShape{}
	err := s.Each(ctx, "fab.Shapes", days(from, to), func(scan func(...any) error) error {
		var form string
		var p PanelShape
		err := scan(&form, &p.Submissions, &p.Pairs, &p.Units, &p.Periods, &p.About)
		out[form] = p
		return err
	})
	return out, err
}

// PanelRow is what one unit handed in for one period of a form: the newest revision.
type PanelRow struct {
	Unit      string
	Start     time.Time // of the period
	Period    string
	Records   uint64 // submissions for the period, revisions included
	Submitted time.Time
	Started   time.Time // zero when the upstream does not tell
	Reporter  uint64    // 0 when unknown
	Channel   string
	Numbers   []float64 // in the order of the fields asked for; NaN where there is no number. Valid until the next row.
}

// Panel streams a form's submissions for periods that start, or that were handed in, within [from, to], one row a unit and period, by unit and period.
func (s *Store) Panel(ctx context.Context, form string, fields []string, from, to time.Time, row func(PanelRow) error) error {
	params := days(from, to)
	params["form"] = form
	places, err := s.panelLayouts(ctx, params, fields)
	if err != nil {
		return err
	}
	numbers := make([]float64, len(fields))
	return s.Each(ctx, "fab.Panel", params, func(scan func(...any) error) error {
		r := PanelRow{Numbers: numbers}
		var layout uint64
		var packed string
		if err := scan(&r.Unit, &r.Start, &r.Period, &r.Records, &r.Submitted, &r.Started, &r.Reporter, &r.Channel, &layout, &packed); err != nil {
			return err
		}
		at, ok := places[layout]
		if !ok {
			return fmt.Errorf("unable to read a submission of %s: its order of fields appeared while it was read; run the analysis again", form)
		}
		r.Started = known(r.Started)
		for i, p := range at {
			numbers[i] = math.NaN()
			if p >= 0 && 8*p+8 <= len(packed) {
				numbers[i] = math.Float64frombits(binary.LittleEndian.Uint64([]byte(packed[8*p : 8*p+8])))
			}
		}
		return row(r)
	})
}

// panelLayouts gives for every stored order of fields the places of the fields asked for, -1 where one is missing.
func (s *Store) panelLayouts(ctx context.Context, params Params, fields []string) (map[uint64][]int, error) {
	out := map[uint64][]int{}
	err := s.Each(ctx, "fab.Layouts", params, func(scan func(...any) error) error {
		var layout uint64
		var names []string
		if err := scan(&layout, &names); err != nil {
			return err
		}
		place := make(map[string]int, len(names))
		for i, n := range names {
			place[n] = i
		}
		at := make([]int, len(fields))
		for i, f := range fields {
			at[i] = -1
			if p, ok := place[f]; ok {
				at[i] = p
			}
		}
		out[layout] = at
		return nil
	})
	return out, err
}

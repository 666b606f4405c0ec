package queries

import (
	"context"
	"time"
)

// LedgerField is a field of a form with many records a unit and period: to be summed, or counted by its values.
type LedgerField struct {
	Form, Field string
	ByValue     bool
}

// LedgerFigure is what the records of a unit and period add up to: their number where Field is empty, else the sum of the
// field to so many decimals, or where Value is not empty the number of records that give it.
type LedgerFigure struct {
	Form, Field, Unit string
	Start             time.Time // of the period
	Value             string
	Figure            float64
	Decimals          uint8
}

// LedgerFigures streams what records add up to, by form, field and value, for at most about most units and periods of a form.
// A form is read where one of its fields is given; a field of the empty name asks for the number of records alone.
func (s *Store) LedgerFigures(ctx context.Context, start, to time.Time, most int, fields []LedgerField, figure func(LedgerFigure) error) error {
	if len(fields) == 0 {
		return nil
	}
	params := Params{
		"start": start.Format(time.DateOnly), "to": to.Format(time.DateOnly), "most": most,
		"forms":  column(fields, func(f LedgerField) string { return f.Form }),
		"fields": column(fields, func(f LedgerField) string { return f.Field }),
		"by_value": column(fields, func(f LedgerField) uint64 {
			if f.ByValue {
				return 1
			}
			return 0
		}),
	}
	return s.Each(ctx, "dup.Ledgers", params, func(scan func(...any) error) error {
		var f LedgerFigure
		if err := scan(&f.Form, &f.Field, &f.Unit, &f.Start, &f.Value, &f.Figure, &f.Decimals); err != nil {
			return err
		}
		return figure(f)
	})
}

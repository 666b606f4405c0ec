package queries

import (
	"context"
	"fmt"
	"time"
)

// VerifyLook is what one family of evidence said of a (unit, form) in the analysis of a month. The same data are
// judged again every month; the looks that were taken are kept, so that looking often costs what it should.
type VerifyLook struct {
	Unit, Form, Family string
	Month              time.Time // first day of the month of analysis
	P                  float64   // combined over the family, before any correction
}

// SaveVerifyLooks keeps the look of a month, also an empty one, and replaces an earlier look of the same month: analysing
// again does not spend again.
func (s *Store) SaveVerifyLooks(ctx context.Context, run Analysis, month time.Time, looks []VerifyLook) error {
	looks = append([]VerifyLook{{Month: month, P: 1}}, looks...)
	n := len(looks)
	get := func(f func(VerifyLook) string) []string { return column(looks, f) }
	err := s.insert(ctx, "verification.InsertLooks", columns(repeat(day(month), n), get(func(l VerifyLook) string { return l.Unit }),
		get(func(l VerifyLook) string { return l.Form }), get(func(l VerifyLook) string { return l.Family }),
		column(looks, func(l VerifyLook) float64 { return l.P }), repeat(day(run.AsOf), n), repeat(run.Run, n)))
	if err != nil {
		return err
	}
	if err := s.exec(ctx, "verification.DropLooks", Params{"run": run.Run, "month": month.Format(time.DateOnly)}); err != nil {
		return fmt.Errorf("unable to replace the look of a month: %w", err)
	}
	return nil
}

// VerifyLooks reads the looks of months from up to, but without, until, oldest first. A look without a unit says that the
// month was looked at.
func (s *Store) VerifyLooks(ctx context.Context, from, until time.Time) ([]VerifyLook, error) {
	var out []VerifyLook
	params := Params{"from": from.Format(time.DateOnly), "until": until.Format(time.DateOnly)}
	err := s.Each(ctx, "verification.Looks", params, func(scan func(...any) error) error {
		var l VerifyLook
		err := scan(&l.Month, &l.Unit, &l.Form, &l.Family, &l.P)
		out = append(out, l)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the earlier looks: %w", err)
	}
	return out, nil
}

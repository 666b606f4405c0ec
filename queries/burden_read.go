package queries

import (
	"context"
	"math"
	"time"
)

// UnitBurden is the hours of one unit over the analysed window, by how they are known. Those that usage logs showed are
// among the observed.
type UnitBurden struct {
	Unit                        string
	Submissions, Timed, Forms   uint64
	Observed, Filled, Estimated float64 // hours
	Logged                      float64 // of Observed
	Doubt                       float64 // standard deviation of what was not observed, in hours
	Paced                       bool    // whether the unit's own pace is known
}

// BurdenByUnit reads the hours of units as the last analysis reckoned them.
func (s *Store) BurdenByUnit(ctx context.Context) ([]UnitBurden, error) {
	return s.unitBurdens(ctx, "burden.ByUnit", nil)
}

// BurdenOfUnits reads the hours of units over the whole months from and to, both included.
func (s *Store) BurdenOfUnits(ctx context.Context, from, to time.Time) ([]UnitBurden, error) {
	run, err := s.BurdenRun(ctx)
	if err != nil {
		return nil, err
	}
	params := days(from, to)
	params["noise"], params["unpaced"] = run.Noise, run.Unpaced
	return s.unitBurdens(ctx, "burden.UnitSpan", params)
}

// BurdenRun is of what days the newest hours speak, and what an hour is worth. A zero run stands for none.
type BurdenRun struct {
	Run            uint64
	First, Recent  time.Time // first day kept, and first day of the analysed window
	Last           time.Time // last day of both
	Tariff         float64   // yuan an hour
	Noise, Unpaced float64
}

// BurdenRun reads of what the newest hours speak.
func (s *Store) BurdenRun(ctx context.Context) (BurdenRun, error) {
	var r BurdenRun
	err := s.Each(ctx, "burden.Run", nil, func(scan func(...any) error) error {
		return scan(&r.Run, &r.First, &r.Recent, &r.Last, &r.Tariff, &r.Noise, &r.Unpaced)
	})
	return r, err
}

func (s *Store) unitBurdens(ctx context.Context, name string, params Params) ([]UnitBurden, error) {
	var out []UnitBurden
	err := s.Each(ctx, name, params, func(scan func(...any) error) error {
		var u UnitBurden
		err := scan(&u.Unit, &u.Submissions, &u.Timed, &u.Forms, &u.Observed, &u.Logged, &u.Filled, &u.Estimated, &u.Doubt, &u.Paced)
		out = append(out, u)
		return err
	})
	return out, err
}

// FormBurden is the hours of one form over the analysed window, by how they are known.
type FormBurden struct {
	Form                        string
	Submissions, Timed, Units   uint64
	Observed, Filled, Estimated float64 // hours
	Logged                      float64 // of Observed
}

// BurdenByForm reads the hours of forms as the last analysis reckoned them.
func (s *Store) BurdenByForm(ctx context.Context) ([]FormBurden, error) {
	var out []FormBurden
	err := s.Each(ctx, "burden.ByForm", nil, func(scan func(...any) error) error {
		var f FormBurden
		err := scan(&f.Form, &f.Submissions, &f.Timed, &f.Units, &f.Observed, &f.Logged, &f.Filled, &f.Estimated)
		out = append(out, f)
		return err
	})
	return out, err
}

// FormMonth is the hours of one form in one month of submission.
type FormMonth struct {
	Form        string
	Month       time.Time
	Submissions uint64
	Units       uint64
	Hours       float64
}

// BurdenByMonth reads the hours of forms by month, two years back, as the last analysis reckoned them.
func (s *Store) BurdenByMonth(ctx context.Context) ([]FormMonth, error) {
	var out []FormMonth
	err := s.Each(ctx, "burden.ByMonth", nil, func(scan func(...any) error) error {
		var m FormMonth
		err := scan(&m.Form, &m.Month, &m.Submissions, &m.Units, &m.Hours)
		out = append(out, m)
		return err
	})
	return out, err
}

// UnitPart is what one department asked of one unit over the analysed window.
type UnitPart struct {
	Unit, Owner                         string
	Submissions, Timed, Forms           uint64
	Observed, Logged, Filled, Estimated float64
}

// BurdenParts reads what each department asked of each unit, by unit; owners gives the department of every form.
func (s *Store) BurdenParts(ctx context.Context, owners map[string]string) ([]UnitPart, error) {
	forms, names := make([]string, 0, len(owners)), make([]string, 0, len(owners))
	for form, owner := range owners {
		forms, names = append(forms, form), append(names, owner)
	}
	var out []UnitPart
	err := s.Each(ctx, "burden.UnitParts", Params{"forms": forms, "owners": names}, func(scan func(...any) error) error {
		var p UnitPart
		err := scan(&p.Unit, &p.Owner, &p.Submissions, &p.Timed, &p.Forms, &p.Observed, &p.Logged, &p.Filled, &p.Estimated)
		out = append(out, p)
		return err
	})
	return out, err
}

// UnitMonth is the hours of one unit in one month of the analysed window.
type UnitMonth struct {
	Unit  string
	Month time.Time
	Hours float64
}

// BurdenUnitMonths reads the hours of units by month, by unit.
func (s *Store) BurdenUnitMonths(ctx context.Context) ([]UnitMonth, error) {
	var out []UnitMonth
	err := s.Each(ctx, "burden.UnitMonths", nil, func(scan func(...any) error) error {
		var m UnitMonth
		err := scan(&m.Unit, &m.Month, &m.Hours)
		out = append(out, m)
		return err
	})
	return out, err
}

// FormPaces reads what the last analysis reckoned a submission of each form takes.
func (s *Store) FormPaces(ctx context.Context) (map[string]FormPace, error) {
	out := map[string]FormPace{}
	err := s.Each(ctx, "burden.Paced", nil, func(scan func(...any) error) error {
		var f FormPace
		err := scan(&f.Form, &f.Least, &f.Fence, &f.Seconds, &f.Spread, &f.Common, &f.Bias, &f.Method)
		out[f.Form] = f
		return err
	})
	return out, err
}

// normal90 is the two-sided 90 % point of the normal distribution.
const normal90 = 1.6448536269514722

// observedSpread is the doubt about observed hours, as a share: pauses that look like work.
const observedSpread = 0.03

// Hours is all of a unit's hours.
func (u UnitBurden) Hours() float64 { return u.Observed + u.Filled + u.Estimated }

// Interval is the 90 % interval of the hours. Observed hours are doubted by 3 %, for pauses that look like work; the rest by
// what its forms vary, by what estimates are off, and by the unit's pace.
func (u UnitBurden) Interval() (low, high float64) {
	return HoursInterval(u.Hours(), math.Hypot(observedSpread*u.Observed, u.Doubt))
}

// HoursInterval is the 90 % interval of hours with a standard deviation, on the scale of logarithms: hours are positive.
func HoursInterval(hours, doubt float64) (low, high float64) {
	if hours <= 0 {
		return 0, 0
	}
	width := math.Exp(normal90 * doubt / hours)
	return hours / width, hours * width
}

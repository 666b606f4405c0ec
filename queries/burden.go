package queries

import (
	"context"
	"math"
	"time"
)

// FormDurations is how long one form takes where the start is known: quartiles of seconds over plausible times.
type FormDurations struct {
	Form        string
	Submissions uint64
	Units       uint64
	Answered    float64 // mean number of values
	Timed       uint64
	Quartiles   [3]float64 // NaN without timed submissions
}

// FormDurations reads the durations of the submissions handed in on the local days [from, to]. Those under least or over
// most seconds are no working time.
func (s *Store) FormDurations(ctx context.Context, from, to time.Time, least, most float64) ([]FormDurations, error) {
	params := days(from, to)
	params["least"], params["most"] = least, most
	var out []FormDurations
	err := s.Each(ctx, "burden.Durations", params, func(scan func(...any) error) error {
		var d FormDurations
		var quartiles []float64
		err := scan(&d.Form, &d.Submissions, &d.Units, &d.Answered, &d.Timed, &quartiles)
		copy(d.Quartiles[:], quartiles)
		out = append(out, d)
		return err
	})
	return out, err
}

// FormMean is the mean and standard deviation of a form's times within its fence, in seconds.
type FormMean struct {
	Timed           uint64
	Mean, Deviation float64
}

// FormMeans reads the means of forms over the days [from, to], each within its own fence of seconds.
func (s *Store) FormMeans(ctx context.Context, from, to time.Time, least float64, fences map[string]float64) (map[string]FormMean, error) {
	out := map[string]FormMean{}
	if len(fences) == 0 {
		return out, nil
	}
	var forms []string
	var milliseconds []uint64
	for form, fence := range fences {
		forms, milliseconds = append(forms, form), append(milliseconds, uint64(fence*1000))
	}
	params := days(from, to)
	params["least"], params["forms"], params["fences"] = least, forms, milliseconds
	err := s.Each(ctx, "burden.Means", params, func(scan func(...any) error) error {
		var form string
		var m FormMean
		err := scan(&form, &m.Timed, &m.Mean, &m.Deviation)
		out[form] = m
		return err
	})
	return out, err
}

// FormPace is what one submission of a form takes: observed, or estimated with a spread (standard deviation as a share).
type FormPace struct {
	Form           string
	Fence, Seconds float64
	Spread         float64
	Observed       bool
}

// BurdenModel is all that turns submissions into hours.
type BurdenModel struct {
	Run      uint64
	From, To time.Time // local days whose submissions count
	Recent   time.Time // first day of the analysed window
	Least    float64   // seconds under which a time is no working time
	Forms    []FormPace
}

// UnitPace is a unit's time as a multiple of what others take for the same forms.
type UnitPace struct {
	Unit  string
	Timed uint64
	Pace  float64
}

// SetBurdenForms stores the paces of forms and reads those of units that follow from them.
func (s *Store) SetBurdenForms(ctx context.Context, m BurdenModel) ([]UnitPace, error) {
	if len(m.Forms) > 0 {
		err := s.insert(ctx, "burden.SetForms", columns(repeat(m.Run, len(m.Forms)),
			column(m.Forms, func(f FormPace) string { return f.Form }), column(m.Forms, func(f FormPace) float64 { return f.Fence }),
			column(m.Forms, func(f FormPace) float64 { return f.Seconds }), column(m.Forms, func(f FormPace) float64 { return f.Spread }),
			column(m.Forms, func(f FormPace) bool { return f.Observed })))
		if err != nil {
			return nil, err
		}
	}
	params := days(m.From, m.To)
	params["run"], params["least"] = m.Run, m.Least
	var out []UnitPace
	err := s.Each(ctx, "burden.Paces", params, func(scan func(...any) error) error {
		var u UnitPace
		err := scan(&u.Unit, &u.Timed, &u.Pace)
		out = append(out, u)
		return err
	})
	return out, err
}

// SetBurden reckons the hours by form, unit and month and replaces those of earlier runs.
func (s *Store) SetBurden(ctx context.Context, m BurdenModel, units []UnitPace) error {
	if len(units) > 0 {
		err := s.insert(ctx, "burden.SetUnits", columns(repeat(m.Run, len(units)),
			column(units, func(u UnitPace) string { return u.Unit }), column(units, func(u UnitPace) float64 { return u.Pace })))
		if err != nil {
			return err
		}
	}
	params := days(m.From, m.To)
	params["run"], params["least"], params["recent"] = m.Run, m.Least, m.Recent.Format(time.DateOnly)
	if err := s.exec(ctx, "burden.SetMonths", params); err != nil {
		return err
	}
	for _, name := range []string{"burden.DropMonths", "burden.DropUnits", "burden.DropForms"} {
		if err := s.exec(ctx, name, Params{"run": m.Run}); err != nil {
			return err
		}
	}
	return nil
}

// UnitBurden is the hours of one unit over the analysed window, by how they are known.
type UnitBurden struct {
	Unit                        string
	Submissions, Forms          uint64
	Observed, Filled, Estimated float64 // hours
	Doubt                       float64 // standard deviation of Filled and Estimated, in hours
	Paced                       bool    // whether the unit's own pace is known
}

// BurdenByUnit reads the hours of units as the last analysis reckoned them.
func (s *Store) BurdenByUnit(ctx context.Context) ([]UnitBurden, error) {
	var out []UnitBurden
	err := s.Each(ctx, "burden.ByUnit", nil, func(scan func(...any) error) error {
		var u UnitBurden
		err := scan(&u.Unit, &u.Submissions, &u.Forms, &u.Observed, &u.Filled, &u.Estimated, &u.Doubt, &u.Paced)
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
}

// BurdenByForm reads the hours of forms as the last analysis reckoned them.
func (s *Store) BurdenByForm(ctx context.Context) ([]FormBurden, error) {
	var out []FormBurden
	err := s.Each(ctx, "burden.ByForm", nil, func(scan func(...any) error) error {
		var f FormBurden
		err := scan(&f.Form, &f.Submissions, &f.Timed, &f.Units, &f.Observed, &f.Filled, &f.Estimated)
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

// normal90 is the two-sided 90 % point of the normal distribution.
const normal90 = 1.6448536269514722

// Hours is all of a unit's hours.
func (u UnitBurden) Hours() float64 { return u.Observed + u.Filled + u.Estimated }

// Interval is the 90 % interval of the hours. Observed hours are doubted by 3 %, for pauses that look like work; filled and
// estimated ones by what their forms vary, and by a quarter more where the unit's own pace is not known.
func (u UnitBurden) Interval() (low, high float64) {
	doubt := math.Hypot(0.03*u.Observed, u.Doubt)
	if !u.Paced {
		doubt = math.Hypot(doubt, 0.25*(u.Filled+u.Estimated))
	}
	return HoursInterval(u.Hours(), doubt)
}

// HoursInterval is the 90 % interval of hours with a standard deviation, on the scale of logarithms: hours are positive.
func HoursInterval(hours, doubt float64) (low, high float64) {
	if hours <= 0 {
		return 0, 0
	}
	width := math.Exp(normal90 * doubt / hours)
	return hours / width, hours * width
}

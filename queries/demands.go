package queries

import (
	"context"
	"time"
)

// DemandHours is what is owed in a span, with what is doubtful about it: Observed of the hours were watched, Apart is the
// standard deviation of errors that each form makes for itself, Together of those that all forms make in one direction.
type DemandHours struct {
	Hours, Observed float64
	Apart, Together float64
}

// MonthDemand is what reporting took of one unit in one month.
type MonthDemand struct {
	Unit  string
	Month time.Time
	Forms uint64
	DemandHours
}

// MonthDemands reads the hours of units by month of submission, for months that begin within [from, to], as the last analysis
// reckoned them.
func (s *Store) MonthDemands(ctx context.Context, from, to time.Time, units []string) ([]MonthDemand, error) {
	params := days(from, to)
	params["units"] = units
	var out []MonthDemand
	err := s.Each(ctx, "demand.Months", params, func(scan func(...any) error) error {
		var u MonthDemand
		var filled, estimated float64
		err := scan(&u.Unit, &u.Month, &u.Forms, &u.Observed, &filled, &estimated, &u.Apart, &u.Together)
		u.Hours = u.Observed + filled + estimated
		out = append(out, u)
		return err
	})
	return out, err
}

// FormShare is what one form takes of the hours of several units.
type FormShare struct {
	Form  string
	Hours float64
	Units uint64
}

// MonthForms reads which forms took the hours of units in a month, most hours first.
func (s *Store) MonthForms(ctx context.Context, month time.Time, units []string) ([]FormShare, error) {
	return s.formShares(ctx, "demand.MonthForms", Params{"month": month.Format(time.DateOnly), "units": units})
}

// WindowForms reads which forms open and are due within the days [from, to], with the hours that units spent on them.
func (s *Store) WindowForms(ctx context.Context, from, to time.Time, zone string, units []string) ([]FormShare, error) {
	params := days(from, to)
	params["units"], params["zone"] = units, zone
	return s.formShares(ctx, "demand.WindowForms", params)
}

func (s *Store) formShares(ctx context.Context, name string, params Params) ([]FormShare, error) {
	var out []FormShare
	err := s.Each(ctx, name, params, func(scan func(...any) error) error {
		var f FormShare
		err := scan(&f.Form, &f.Hours, &f.Units)
		out = append(out, f)
		return err
	})
	return out, err
}

// DemandWindow is what one unit owes between the day on which demands open and the day on which they are due.
type DemandWindow struct {
	Unit       string
	Opens, Due time.Time
	DemandHours
}

// DemandWindows streams the windows that are due within [from, to] and shorter than most days, by unit, opening and due day.
// Only forms with a due day have one.
func (s *Store) DemandWindows(ctx context.Context, from, to time.Time, most int, zone string, units []string, row func(DemandWindow) error) error {
	params := days(from, to)
	params["units"], params["zone"], params["most"] = units, zone, most
	return s.Each(ctx, "demand.Windows", params, func(scan func(...any) error) error {
		var w DemandWindow
		if err := scan(&w.Unit, &w.Opens, &w.Due, &w.Hours, &w.Observed, &w.Apart, &w.Together); err != nil {
			return err
		}
		return row(w)
	})
}

// DemandRound is how one period of a form was answered.
type DemandRound struct {
	Form, Period   string
	Start          time.Time // first day of the period
	Submissions    uint64
	Units          uint64
	Answered       uint64    // units that people answered for; the rest was handed over or imported
	First, Most    time.Time // first answer of a unit, and the moment by which nine units in ten had answered
	Again          uint64    // units that answered on several days
	OnDue, Overdue uint64    // submissions on the due day, and after it
}

// DemandRounds reads the periods of forms that were answered on the local days [from, to], by form and period.
func (s *Store) DemandRounds(ctx context.Context, from, to time.Time, zone string) ([]DemandRound, error) {
	params := days(from, to)
	params["zone"] = zone
	var out []DemandRound
	err := s.Each(ctx, "demand.Rounds", params, func(scan func(...any) error) error {
		var d DemandRound
		err := scan(&d.Form, &d.Period, &d.Start, &d.Submissions, &d.Units, &d.Answered, &d.First, &d.Most, &d.Again, &d.OnDue, &d.Overdue)
		out = append(out, d)
		return err
	})
	return out, err
}

// DemandDay is how much people handed in of one form on one local day.
type DemandDay struct {
	Form   string
	Day    time.Time
	Sent   uint64
	Nights uint64 // of them at night
	Synced uint64 // of those outside working time, sent in one go by a telephone that found a network
}

// OffTime says what lies outside working time.
type OffTime struct {
	Zone               string
	NightFrom, NightTo int      // hours of the day
	Rest               []string // days off, as 2026-10-01
	Sync               int      // submissions of one reporter within a minute that nobody types
}

// LongestOffline is how many days after its beginning work may be sent for its beginning to count.
const LongestOffline = 14

// DemandDays reads the submissions of forms by local day.
func (s *Store) DemandDays(ctx context.Context, from, to time.Time, off OffTime) ([]DemandDay, error) {
	params := days(from, to)
	params["zone"], params["night_from"], params["night_to"], params["rest"], params["sync"] = off.Zone, off.NightFrom, off.NightTo, off.Rest, off.Sync
	params["offline"] = LongestOffline * 86400
	var out []DemandDay
	err := s.Each(ctx, "demand.Days", params, func(scan func(...any) error) error {
		var d DemandDay
		err := scan(&d.Form, &d.Day, &d.Sent, &d.Nights, &d.Synced)
		out = append(out, d)
		return err
	})
	return out, err
}

// DemandClock reads at which hour of the day people hand in forms.
func (s *Store) DemandClock(ctx context.Context, from, to time.Time, zone string) (map[string][24]uint64, error) {
	params := days(from, to)
	params["zone"] = zone
	out := map[string][24]uint64{}
	err := s.Each(ctx, "demand.Hours", params, func(scan func(...any) error) error {
		var form string
		var hour uint8
		var n uint64
		err := scan(&form, &hour, &n)
		clock := out[form]
		clock[hour%24] = n
		out[form] = clock
		return err
	})
	return out, err
}

// Trace is the first and last day on which something was seen.
type Trace struct {
	First, Last        time.Time
	Submissions, Units uint64 // of forms
	Lead               uint64 // of systems: days that the source which shows it had been read before
}

// FormTraces reads when each form was first and last handed in, up to a day.
func (s *Store) FormTraces(ctx context.Context, to time.Time, zone string) (map[string]Trace, error) {
	out := map[string]Trace{}
	params := Params{"to": to.Format(time.DateOnly), "zone": zone}
	err := s.Each(ctx, "demand.FormTraces", params, func(scan func(...any) error) error {
		var form string
		var t Trace
		err := scan(&form, &t.First, &t.Last, &t.Submissions, &t.Units)
		out[form] = t
		return err
	})
	return out, err
}

// SystemTraces reads when people were first and last seen in each system, up to a day.
func (s *Store) SystemTraces(ctx context.Context, to time.Time) (map[string]Trace, error) {
	out := map[string]Trace{}
	err := s.Each(ctx, "demand.SystemTraces", Params{"to": to.Format(time.DateOnly)}, func(scan func(...any) error) error {
		var system string
		var t Trace
		err := scan(&system, &t.First, &t.Last, &t.Lead)
		out[system] = t
		return err
	})
	return out, err
}

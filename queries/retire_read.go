package queries

import (
	"context"
	"fmt"
	"time"
)

// HeldForm is what the store holds of one form.
type HeldForm struct {
	Form        string
	Submissions uint64
	Units       uint64    // that handed it in within the year before to
	From, To    time.Time // first days of its oldest and newest period
	Sent        time.Time // local day of the newest submission
}

// HeldForms reads what is held of all forms up to the day to, by form.
func (s *Store) HeldForms(ctx context.Context, to time.Time) (map[string]HeldForm, error) {
	out := map[string]HeldForm{}
	err := s.Each(ctx, "retire.Held", Params{"to": to.Format(time.DateOnly)}, func(scan func(...any) error) error {
		var f HeldForm
		err := scan(&f.Form, &f.Submissions, &f.Units, &f.From, &f.To, &f.Sent)
		out[f.Form] = f
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read what forms hold: %w", err)
	}
	return out, nil
}

// Taker is who takes data out of a system: by exports and downloads (unit, staff) or by an interface (machine).
type Taker struct {
	System, Kind string
	ID           string // code of the unit, or client program of the machine; empty for staff of no unit
	People       uint64 // different accounts, 0 where none is known
	Events       uint64
	Last         time.Time
}

// Takers reads who took data out of the systems on the local days [from, to], at most most of a kind for each system, those that
// take most first.
func (s *Store) Takers(ctx context.Context, systems []string, from, to time.Time, most int) ([]Taker, error) {
	if len(systems) == 0 {
		return nil, nil
	}
	params := days(from, to)
	params["systems"], params["most"] = systems, most
	var out []Taker
	err := s.Each(ctx, "retire.Takers", params, func(scan func(...any) error) error {
		var t Taker
		err := scan(&t.System, &t.Kind, &t.ID, &t.People, &t.Events, &t.Last)
		out = append(out, t)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read who takes data out of systems: %w", err)
	}
	return out, nil
}

// Attendance is the time that people are seen in a system: what lies between the first and the last request of their visits.
type Attendance struct {
	Visits uint64
	Hours  float64
}

// Attendances measures the time in systems, each over its own span. Half an hour without a request ends a visit.
func (s *Store) Attendances(ctx context.Context, of []Span) (map[string]Attendance, error) {
	out := map[string]Attendance{}
	if len(of) == 0 {
		return out, nil
	}
	err := s.Each(ctx, "retire.Attendance", spans(of), func(scan func(...any) error) error {
		var system string
		var a Attendance
		err := scan(&system, &a.Visits, &a.Hours)
		out[system] = a
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to measure the time in systems: %w", err)
	}
	return out, nil
}

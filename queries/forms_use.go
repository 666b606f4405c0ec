package queries

import (
	"context"
	"fmt"
	"time"
)

// FormReading is who read and wrote one form, as far as the usage logs of its system name it.
type FormReading struct {
	System, Form     string
	Views            uint64    // that name the form, by whomever
	Readers          uint64    // people who looked at it or took it away and handed in nothing
	Read             uint64    // their reads, all approvals and all interface calls
	Unknown          uint64    // reads that do not tell who
	LastRead         time.Time // zero for never
	Writers, Written uint64
	LastWritten      time.Time
}

// NamedObjects reads the path templates that the usage logs of systems show, as CountUse counted them.
func (s *Store) NamedObjects(ctx context.Context, systems []string, from, to time.Time) (map[string][]string, error) {
	out := map[string][]string{}
	if len(systems) == 0 {
		return out, nil
	}
	params := days(from, to)
	params["systems"] = systems
	err := s.Each(ctx, "forms.Objects", params, func(scan func(...any) error) error {
		var system string
		var objects []string
		err := scan(&system, &objects)
		out[system] = objects
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read which pages systems have: %w", err)
	}
	return out, nil
}

// FormReadings reads who read and wrote the forms of systems on the local days [from, to]. An event belongs to the form that it
// carries, else to the one that named gives for its object; without either it stands under the empty form. People who handed a
// form in through any channel are its writers.
func (s *Store) FormReadings(ctx context.Context, systems []string, named map[string]string, from, to time.Time) ([]FormReading, error) {
	if len(systems) == 0 {
		return nil, nil
	}
	params := days(from, to)
	objects, forms := []string{"\x00"}, []string{""}
	for object, form := range named {
		objects, forms = append(objects, object), append(forms, form)
	}
	params["systems"], params["objects"], params["forms"] = systems, objects, forms
	var out []FormReading
	err := s.Each(ctx, "forms.Readings", params, func(scan func(...any) error) error {
		var r FormReading
		err := scan(&r.System, &r.Form, &r.Views, &r.Readers, &r.Read, &r.Unknown, &r.LastRead, &r.Writers, &r.Written, &r.LastWritten)
		r.LastRead, r.LastWritten = known(r.LastRead), known(r.LastWritten)
		out = append(out, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read who reads forms: %w", err)
	}
	return out, nil
}

// FormDelivery is what one source delivered of one form, up to a day.
type FormDelivery struct {
	Form, Source     string
	Submissions      uint64
	InSpan           uint64 // of them those handed in from the day from on
	Periods, Units   uint64
	ByMachine        uint64
	First, Last      time.Time // local days of the oldest and newest submission
	FirstIn          time.Time // of those in the span
	SourceSent       time.Time // newest submission of any form from the source
	SourceFinishedOK time.Time // newest run of the source that went well, zero where none is known
}

// FormDeliveries reads where the submissions of forms come from.
func (s *Store) FormDeliveries(ctx context.Context, from, to time.Time) ([]FormDelivery, error) {
	var out []FormDelivery
	err := s.Each(ctx, "forms.Deliveries", days(from, to), func(scan func(...any) error) error {
		var d FormDelivery
		err := scan(&d.Form, &d.Source, &d.Submissions, &d.InSpan, &d.Periods, &d.Units, &d.ByMachine, &d.First, &d.Last, &d.FirstIn, &d.SourceSent, &d.SourceFinishedOK)
		d.SourceFinishedOK, d.FirstIn = known(d.SourceFinishedOK), known(d.FirstIn)
		out = append(out, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read where forms come from: %w", err)
	}
	return out, nil
}

package queries

import (
	"context"
	"fmt"
	"time"
)

// FormLayout is an order of fields in which submissions of a form were stored.
type FormLayout struct {
	Form                 string
	Fields               []string
	Submissions, Machine uint64 // Machine: handed over by an interface
	Units, Periods       uint64
	First, Last          time.Time // first days of the oldest and newest period
}

// FormLayouts reads the layouts of all forms over periods that start within [from, to], by form.
func (s *Store) FormLayouts(ctx context.Context, from, to time.Time) ([]FormLayout, error) {
	var out []FormLayout
	err := s.Each(ctx, "fields.Layouts", days(from, to), func(scan func(...any) error) error {
		var l FormLayout
		err := scan(&l.Form, &l.Fields, &l.Submissions, &l.Machine, &l.Units, &l.Periods, &l.First, &l.Last)
		out = append(out, l)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the layouts of forms: %w", err)
	}
	return out, nil
}

// FieldSpread is how many answers a field has, from how many units, and about how many different ones.
type FieldSpread struct {
	Form, Field             string
	Filled, Units, Distinct uint64
}

// FieldSpreads reads the spread of all fields over periods that start within [from, to].
func (s *Store) FieldSpreads(ctx context.Context, from, to time.Time) ([]FieldSpread, error) {
	var out []FieldSpread
	err := s.Each(ctx, "fields.Spreads", days(from, to), func(scan func(...any) error) error {
		var f FieldSpread
		err := scan(&f.Form, &f.Field, &f.Filled, &f.Units, &f.Distinct)
		out = append(out, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the spread of fields: %w", err)
	}
	return out, nil
}

// FieldAnswer is one answer to a field and how often it was given. Number is NaN beside a text.
type FieldAnswer struct {
	Form, Field string
	Number      float64
	Text        string
	Count       uint64
	Units       uint64
	First, Last time.Time // first days of the oldest and newest period
}

// FieldAnswers reads the commonest answers to fields, pairs of form and field, at most most of each, the commonest first.
func (s *Store) FieldAnswers(ctx context.Context, fields [][2]string, from, to time.Time, most int) ([]FieldAnswer, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	params := days(from, to)
	params["forms"] = column(fields, func(f [2]string) string { return f[0] })
	params["fields"] = column(fields, func(f [2]string) string { return f[1] })
	params["most"] = most
	var out []FieldAnswer
	err := s.Each(ctx, "fields.Answers", params, func(scan func(...any) error) error {
		var a FieldAnswer
		err := scan(&a.Form, &a.Field, &a.Number, &a.Text, &a.Count, &a.Units, &a.First, &a.Last)
		out = append(out, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the answers to fields: %w", err)
	}
	return out, nil
}

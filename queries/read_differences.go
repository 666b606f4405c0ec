package queries

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Difference is one row of real submissions in which two matched fields disagree.
type Difference struct {
	FieldA, FieldB string
	Unit, Period   string
	Subject        string // end of a hash of the person's pseudonym; empty where rows are by unit
	A, B           string // as stored
	Expected       string // A after the code mapping or factor
	Compared       uint64 // rows with both fields filled in
	Different      uint64 // of them those that disagree
}

const (
	// differencesShown is how many rows are given of one pair of fields.
	differencesShown = 8
	// differencesRead is how many submissions of two forms are compared: as many as a reader waits for.
	differencesRead = 200_000
)

// monthsIn is the length of the cycles that have whole months.
var monthsIn = map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12}

// ReadDifferences reads the newest rows from a day on in which matched fields of two forms disagree; of very many
// submissions only the newest periods are looked through. Matches are of a to b; those whose rows cannot be set side by side (no join, records without a person, units above) are left out.
func (s *Store) ReadDifferences(ctx context.Context, a, b Form, matches []FieldMatch, since time.Time) ([]Difference, error) {
	byJoin := map[string][]FieldMatch{}
	for _, m := range matches {
		byJoin[m.Join] = append(byJoin[m.Join], m)
	}
	since, err := s.differencesSince(ctx, a.ID, b.ID, since)
	if err != nil {
		return nil, err
	}
	var out []Difference
	for _, join := range []string{"period", "sum", "last", "subject", "newest"} {
		pairs := byJoin[join]
		if len(pairs) == 0 {
			continue
		}
		params := comparison(a, b, pairs, since)
		name := "read.UnitDifferences"
		switch join {
		case "subject", "newest":
			name = "read.SubjectDifferences"
			params["key_a"], params["key_b"], params["newest"] = identifierOf(a), identifierOf(b), join == "newest"
		case "sum", "last":
			x, y := monthsIn[a.Cycle], monthsIn[b.Cycle]
			if x == 0 || y == 0 || x == y {
				continue
			}
			params["sum"] = join == "sum"
			params["within_a"], params["within_b"], params["days"] = max(1, y/x), max(1, x/y), a.Cycle
			if y > x {
				params["days"] = b.Cycle
			}
		}
		if err := s.differences(ctx, name, params, pairs, &out); err != nil {
			return nil, fmt.Errorf("unable to compare the submissions of %s and %s: %w", a.ID, b.ID, err)
		}
	}
	return out, nil
}

func (s *Store) differencesSince(ctx context.Context, a, b string, since time.Time) (time.Time, error) {
	from := since
	params := Params{"form_a": a, "form_b": b, "since": since.Format(time.DateOnly), "most": differencesRead}
	err := s.Each(ctx, "read.DifferencesSince", params, func(scan func(...any) error) error {
		if err := scan(&from); err != nil {
			return err
		}
		if from.Before(since) { // nothing was handed in
			from = since
		}
		return nil
	})
	return from, err
}

func comparison(a, b Form, pairs []FieldMatch, since time.Time) Params {
	p := Params{
		"form_a": a.ID, "form_b": b.ID, "since": since.Format(time.DateOnly), "most": differencesShown,
		"days": "", "sum": false, "within_a": 1, "within_b": 1,
	}
	var fieldsA, fieldsB, factors, from, to []string
	var at []uint64
	for i, m := range pairs {
		fieldsA, fieldsB = append(fieldsA, m.FieldA), append(fieldsB, m.FieldB)
		factors = append(factors, strconv.FormatFloat(m.Factor, 'g', -1, 64))
		for _, code := range slices.Sorted(maps.Keys(m.Codes)) {
			at, from, to = append(at, uint64(i+1)), append(from, code), append(to, m.Codes[code])
		}
	}
	p["fields_a"], p["fields_b"], p["factors"] = fieldsA, fieldsB, factors
	p["code_at"], p["code_from"], p["code_to"] = at, from, to
	return p
}

// identifierOf is the field that tells the persons of a form apart, empty where it declares none.
func identifierOf(f Form) string {
	for _, field := range f.Fields {
		if field.Type == "id" && field.Role != "header" {
			return field.ID
		}
	}
	return ""
}

func (s *Store) differences(ctx context.Context, name string, params Params, pairs []FieldMatch, out *[]Difference) error {
	return s.Each(ctx, name, params, func(scan func(...any) error) error {
		var pair uint32
		var d Difference
		if err := scan(&pair, &d.Unit, &d.Period, &d.Subject, &d.A, &d.B, &d.Expected, &d.Compared, &d.Different); err != nil {
			return err
		}
		m := pairs[pair-1]
		d.FieldA, d.FieldB = m.FieldA, m.FieldB
		*out = append(*out, d)
		return nil
	})
}

// ReadForms reads all forms with their fields, by id.
func (s *Store) ReadForms(ctx context.Context) (map[string]Form, error) {
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	out := map[string]Form{}
	for _, f := range registry.Forms() {
		out[f.ID] = f
	}
	return out, nil
}

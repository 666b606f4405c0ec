package queries

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// FormUse says how a form is used within a span of periods.
type FormUse struct {
	Form        string
	Submissions uint64
	Units       uint64
	About       uint64  // submissions about a person, household or place
	Machine     uint64  // submissions that an interface handed over, so that nobody filled them in
	Subjects    uint64  // different persons, households or places, estimated
	Pairs       uint64  // pairs of unit and period, estimated
	Period      string  // the usual way its periods are written
	Recent      uint64  // submissions handed in from the given day on
	Delay       float64 // median days from the start of the period to submission
}

// FormUses reads how forms are used: periods that start within [start, to], Recent counted from the day from.
func (s *Store) FormUses(ctx context.Context, start, from, to time.Time) (map[string]FormUse, error) {
	params := days(from, to)
	params["start"] = start.Format(time.DateOnly)
	out := map[string]FormUse{}
	err := s.Each(ctx, "dup.Forms", params, func(scan func(...any) error) error {
		var f FormUse
		var length uint8
		err := scan(&f.Form, &f.Submissions, &f.Units, &f.About, &f.Machine, &f.Subjects, &f.Pairs, &length, &f.Period, &f.Recent, &f.Delay)
		out[f.Form] = f
		return err
	})
	return out, err
}

// FieldValues is the distinct answers to one field. Sampled is the number of low bits that are zero in the hashes of the values
// read: 0 means that all were.
type FieldValues struct {
	Form, Field string
	Filled      uint64 // answers to the field
	Sampled     uint8
	Numbers     []float64 // NaN beside a text
	Texts       []string  // empty beside a number; nil when there is no text at all
	Counts      []uint64  // how often each was given
}

// FieldValues streams the distinct answers to every field of the given forms, by form and field, at most about most of each.
// Numbers and Counts are valid until the next field.
func (s *Store) FieldValues(ctx context.Context, forms []string, start, to time.Time, most int, field func(FieldValues) error) error {
	params := Params{"start": start.Format(time.DateOnly), "to": to.Format(time.DateOnly), "most": most, "forms": forms}
	var numbers []float64
	var counts []uint64
	return s.Each(ctx, "dup.Values", params, func(scan func(...any) error) error {
		var v FieldValues
		var packed, times, texts string
		if err := scan(&v.Form, &v.Field, &v.Filled, &v.Sampled, &packed, &times, &texts); err != nil {
			return err
		}
		if len(packed) != len(times) {
			return fmt.Errorf("unable to read the answers to %s.%s: there are %d values and %d counts", v.Form, v.Field, len(packed)/8, len(times)/8)
		}
		numbers, counts = unpackNumbers(numbers[:0], packed), counts[:0]
		for i := 0; i < len(times); i += 8 {
			counts = append(counts, binary.LittleEndian.Uint64([]byte(times[i:i+8])))
		}
		v.Numbers, v.Counts = numbers, counts
		if texts != "" {
			v.Texts = strings.Split(texts, "\x00")
		}
		return field(v)
	})
}

// unpackNumbers appends the numbers of a packed column.
func unpackNumbers(to []float64, packed string) []float64 {
	for i := 0; i+8 <= len(packed); i += 8 {
		to = append(to, math.Float64frombits(binary.LittleEndian.Uint64([]byte(packed[i:i+8]))))
	}
	return to
}

// SampledRow is one submission of a sample.
type SampledRow struct {
	Form, Unit string
	Start      time.Time // of the period
	Subject    uint64    // 0 when it is about no person, household or place
	Person     uint64    // hash of the identifier in the form, 0 without one
	Submitted  time.Time
	Reporter   uint64    // 0 when unknown
	Fields     []string  // ids of the fields, in the order of Numbers and Texts
	Numbers    []float64 // NaN where there is no number
	Texts      []string  // empty where there is no text; nil when there is none at all
}

// SampledRows streams a sample of the submissions of the given forms, by form, unit, period and record: about most rows of
// each form, all of the same persons or units in every form. Identifiers are the fields, by form, that tell persons apart.
// Equal contents give equal samples. Slices are valid until the next row.
func (s *Store) SampledRows(ctx context.Context, only []string, start, to time.Time, most int, identifiers map[string]string, row func(SampledRow) error) error {
	forms, fields := []string{}, []string{}
	for _, form := range slices.Sorted(maps.Keys(identifiers)) {
		forms, fields = append(forms, form), append(fields, identifiers[form])
	}
	params := Params{
		"start": start.Format(time.DateOnly), "to": to.Format(time.DateOnly), "most": most, "only": only, "forms": forms, "identifiers": fields,
	}
	layouts := map[uint64][]string{}
	err := s.Each(ctx, "dup.Layouts", params, func(scan func(...any) error) error {
		var layout uint64
		var names []string
		err := scan(&layout, &names)
		layouts[layout] = names
		return err
	})
	if err != nil {
		return err
	}
	var numbers []float64
	return s.Each(ctx, "dup.Rows", params, func(scan func(...any) error) error {
		var r SampledRow
		var layout uint64
		var packed, words string
		if err := scan(&r.Form, &r.Unit, &r.Start, &r.Subject, &r.Person, &r.Submitted, &r.Reporter, &layout, &packed, &words); err != nil {
			return err
		}
		r.Fields = layouts[layout]
		if len(packed) != 8*len(r.Fields) {
			return fmt.Errorf("unable to read a submission of %s: it has %d values for %d fields", r.Form, len(packed)/8, len(r.Fields))
		}
		numbers = unpackNumbers(numbers[:0], packed)
		r.Numbers = numbers
		if words != "" {
			r.Texts = strings.Split(words, "\x00")
		}
		return row(r)
	})
}

// Spellings streams the texts of some fields ("form", "field") with how often each was given, at most 200 of a field.
func (s *Store) Spellings(ctx context.Context, start, to time.Time, fields [][2]string, spelling func(form, field, text string, times uint64) error) error {
	if len(fields) == 0 {
		return nil
	}
	params := Params{
		"start": start.Format(time.DateOnly), "to": to.Format(time.DateOnly),
		"forms":  column(fields, func(f [2]string) string { return f[0] }),
		"fields": column(fields, func(f [2]string) string { return f[1] }),
	}
	return s.Each(ctx, "dup.Spellings", params, func(scan func(...any) error) error {
		var form, field, text string
		var times uint64
		if err := scan(&form, &field, &text, &times); err != nil {
			return err
		}
		return spelling(form, field, text, times)
	})
}

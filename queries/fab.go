package queries

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// Extreme is the range of the positive numbers of a field.
type Extreme struct {
	Form, Field   string
	N             uint64
	Low, High     float64
	Whole, Tenths uint64    // numbers without decimals, and with one at most
	Percentiles   []float64 // 5, 95
	Within        float64   // usual ratio of the 95th to the 5th percentile inside one period
}

// Extremes reads the range of every field with positive numbers for periods starting within [from, to].
func (s *Store) Extremes(ctx context.Context, from, to time.Time) ([]Extreme, error) {
	var out []Extreme
	err := s.Each(ctx, "fab.Extremes", days(from, to), func(scan func(...any) error) error {
		var e Extreme
		var spread []float32
		err := scan(&e.Form, &e.Field, &e.N, &e.Low, &e.High, &e.Whole, &e.Tenths, &spread, &e.Within)
		e.Percentiles = doubles(spread)
		out = append(out, e)
		return err
	})
	return out, err
}

// DigitMode says which numbers of a field are pooled.
type DigitMode string

// The modes of DigitField.
const (
	AllNumbers     DigitMode = "all"
	ChangedNumbers DigitMode = "changes" // those that do not repeat the unit's number before
	NewestNumbers  DigitMode = "newest"  // one of every unit
)

// DigitField is a field whose first digits are asked for.
type DigitField struct {
	Extreme
	Mode DigitMode
}

// DigitPart is the first two digits of a field in one of twenty groups of units.
type DigitPart struct {
	Form, Field   string
	Part          uint8
	N             uint64
	AtLow, AtHigh uint64 // numbers equal to the field's least and greatest
	Median        float64
	FirstTwo      []uint64 // numbers by their first two digits, 10 to 99
}

// FirstDigits reads the first two digits of fields, by field and group of units.
func (s *Store) FirstDigits(ctx context.Context, fields []DigitField, from, to time.Time) ([]DigitPart, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	params := days(from, to)
	params["forms"] = column(fields, func(f DigitField) string { return f.Form })
	params["fields"] = column(fields, func(f DigitField) string { return f.Field })
	params["modes"] = column(fields, func(f DigitField) string { return string(f.Mode) })
	params["lows"] = numberList(column(fields, func(f DigitField) float64 { return f.Low }))
	params["highs"] = numberList(column(fields, func(f DigitField) float64 { return f.High }))
	var out []DigitPart
	err := s.Each(ctx, "fab.FirstDigits", params, func(scan func(...any) error) error {
		var p DigitPart
		err := scan(&p.Form, &p.Field, &p.Part, &p.N, &p.AtLow, &p.AtHigh, &p.Median, &p.FirstTwo)
		out = append(out, p)
		return err
	})
	return out, err
}

// doubles widens what the sketches of quantiles give.
func doubles(values []float32) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

// numberList writes numbers as an array in the text form of parameters, exactly.
func numberList(values []float64) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
	}
	b.WriteByte(']')
	return b.String()
}

// ScaledField is a field whose numbers are read in units of their last place: Scale is 100 where they have two decimals.
type ScaledField struct {
	Form, Field string
	Scale       float64
}

// Endings is how many numbers of one unit and field end in the two digits Ending.
type Endings struct {
	Form, Field, Unit string
	Ending            uint8
	N, Late           uint64 // all, and those in the later half of the days asked for
	Large             uint64 // numbers of at least the size asked for
	Distinct          uint64 // different numbers
	Total             float64
	First, Last       time.Time // periods
}

// LastDigits reads the last two digits of the numbers of fields by form, unit and field; large is in units of the last place.
func (s *Store) LastDigits(ctx context.Context, fields []ScaledField, large float64, from, to time.Time) ([]Endings, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	params := scaled(fields, from, to)
	params["large"] = large
	var out []Endings
	err := s.Each(ctx, "fab.LastDigits", params, func(scan func(...any) error) error {
		var e Endings
		err := scan(&e.Form, &e.Field, &e.Unit, &e.Ending, &e.N, &e.Late, &e.Large, &e.Distinct, &e.Total, &e.First, &e.Last)
		out = append(out, e)
		return err
	})
	return out, err
}

func scaled(fields []ScaledField, from, to time.Time) Params {
	params := days(from, to)
	params["forms"] = column(fields, func(f ScaledField) string { return f.Form })
	params["fields"] = column(fields, func(f ScaledField) string { return f.Field })
	params["scales"] = numberList(column(fields, func(f ScaledField) float64 { return f.Scale }))
	return params
}

// ValueCount is how often a unit reports one number of a field, in units of the last place.
type ValueCount struct {
	Form, Field, Unit string
	Value             int64
	N, Late           uint64 // all, and those in the later half of the days asked for
}

// ValueCounts reads how often every unit reports every number of fields, by form, field, unit and number, most rows at the most.
func (s *Store) ValueCounts(ctx context.Context, fields []ScaledField, most int, from, to time.Time) ([]ValueCount, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	params := scaled(fields, from, to)
	params["most"] = most
	var out []ValueCount
	err := s.Each(ctx, "fab.Values", params, func(scan func(...any) error) error {
		var v ValueCount
		err := scan(&v.Form, &v.Field, &v.Unit, &v.Value, &v.N, &v.Late)
		out = append(out, v)
		return err
	})
	return out, err
}

// Repeats is what the number-bunching test needs of the numbers of a field, of one unit or of all.
type Repeats struct {
	Form, Field, Unit string // Unit is empty for all
	N, Distinct       uint64
	Pairs             float64    // ordered pairs of equal numbers
	Heads, Tails      [2]float64 // over heads, tails of size m: sums of m(m-1) and m(m-1)²
	Large             uint64     // numbers with a head of 5 or more
}

// Repeats reads how often the numbers of fields repeat, by unit or of all units together. Values that at least standard
// units report, far more than report the values next to them, are left out.
func (s *Store) Repeats(ctx context.Context, fields []ScaledField, standard float64, pooled bool, from, to time.Time) ([]Repeats, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	params := scaled(fields, from, to)
	params["standard"], params["pooled"] = standard, pooled
	var out []Repeats
	err := s.Each(ctx, "fab.Repeats", params, func(scan func(...any) error) error {
		var r Repeats
		err := scan(&r.Form, &r.Field, &r.Unit, &r.N, &r.Distinct, &r.Pairs, &r.Heads[0], &r.Heads[1], &r.Tails[0], &r.Tails[1], &r.Large)
		out = append(out, r)
		return err
	})
	return out, err
}

package queries

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"
)

// FormUnit is one unit of one form.
type FormUnit struct{ Form, Unit string }

// FormSize is how many submissions a unit has for a form, and how many days lie between the starts of their first and last period.
type FormSize struct {
	Records uint64
	Days    int64
}

// FormSizes counts the submissions of every unit to every form for periods that start within [from, to].
func (s *Store) FormSizes(ctx context.Context, from, to time.Time) (map[FormUnit]FormSize, error) {
	out := map[FormUnit]FormSize{}
	err := s.Each(ctx, "features.Sizes", days(from, to), func(scan func(...any) error) error {
		var at FormUnit
		var size FormSize
		err := scan(&at.Form, &at.Unit, &size.Records, &size.Days)
		out[at] = size
		return err
	})
	return out, err
}

// SampledRecord is what one submission holds in the fields asked for: a number, NaN where there is none, and a text beside it.
type SampledRecord struct {
	Unit    string
	Numbers []float64 // valid until the next record, as Texts
	Texts   []string
}

// sampleParts is the fineness of the shares of a sample.
const sampleParts = 1_000_000

// SampleRecords streams a sample of a form's submissions for periods that start within [from, to], by unit: all of a unit that has
// at most limit, and about limit of one that has more. Sizes are the submissions of the units wanted. Every run draws the same.
func (s *Store) SampleRecords(ctx context.Context, form string, fields []string, sizes map[string]uint64, limit uint64, from, to time.Time, record func(SampledRecord) error) error {
	params := days(from, to)
	params["form"] = form
	places, err := s.panelLayouts(ctx, params, fields)
	if err != nil {
		return err
	}
	var units []string
	var shares []uint64
	for unit, n := range sizes {
		share := uint64(sampleParts)
		if n > limit {
			share = sampleParts * limit / n
		}
		units, shares = append(units, unit), append(shares, share)
	}
	params["units"], params["shares"] = units, shares
	r := SampledRecord{Numbers: make([]float64, len(fields)), Texts: make([]string, len(fields))}
	return s.Each(ctx, "features.Sample", params, func(scan func(...any) error) error {
		var layout uint64
		var packed, words string
		if err := scan(&r.Unit, &layout, &packed, &words); err != nil {
			return err
		}
		at, ok := places[layout]
		if !ok {
			return fmt.Errorf("unable to read a submission of %s: its order of fields appeared while it was read; run the analysis again", form)
		}
		var texts []string
		if words != "" {
			texts = strings.Split(words, "\x00")
		}
		for i, p := range at {
			r.Numbers[i], r.Texts[i] = math.NaN(), ""
			if p >= 0 && 8*p+8 <= len(packed) {
				r.Numbers[i] = math.Float64frombits(binary.LittleEndian.Uint64([]byte(packed[8*p : 8*p+8])))
			}
			if p >= 0 && p < len(texts) {
				r.Texts[i] = texts[p]
			}
		}
		return record(r)
	})
}

package queries

import (
	"context"
	"encoding/binary"
	"time"
)

// RecordRow is one record of a form with many records a unit and period. Answers are hashes of what was answered to the
// fields asked for, 0 for nothing.
type RecordRow struct {
	Unit      string
	Start     time.Time // of the period
	Period    string
	Submitted time.Time
	Reporter  uint64 // 0 when unknown
	Subject   uint64 // pseudonym of the person, household or place; 0 for none
	Channel   string
	Answers   []uint64
}

// RecordSample streams about most records of every unit, by unit, period and time of handing in: runs of neighbouring records
// from several periods that start within [from, to].
func (s *Store) RecordSample(ctx context.Context, form string, fields []string, most int, from, to time.Time, row func(RecordRow) error) error {
	params := days(from, to)
	params["form"], params["fields"], params["most"], params["run"] = form, fields, most, max(1, most/4)
	return s.Each(ctx, "records.Sample", params, func(scan func(...any) error) error {
		var r RecordRow
		var packed string
		if err := scan(&r.Unit, &r.Start, &r.Period, &r.Submitted, &r.Reporter, &r.Subject, &r.Channel, &packed); err != nil {
			return err
		}
		r.Answers = make([]uint64, len(packed)/8)
		for i := range r.Answers {
			r.Answers[i] = binary.LittleEndian.Uint64([]byte(packed[8*i : 8*i+8]))
		}
		return row(r)
	})
}

// FormUnits reads how many units handed in each form for periods that start within [from, to].
func (s *Store) FormUnits(ctx context.Context, from, to time.Time) (map[string]int, error) {
	out := map[string]int{}
	err := s.Each(ctx, "records.FormUnits", days(from, to), func(scan func(...any) error) error {
		var form string
		var units uint64
		err := scan(&form, &units)
		out[form] = int(units)
		return err
	})
	return out, err
}

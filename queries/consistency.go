package queries

import (
	"context"
	"time"
)

// RecordCount is how many records one unit has in a form of persons, households or visits for one span of days, and the
// sums of some of their numbers, in the order of the fields asked for.
type RecordCount struct {
	Unit    string
	Start   time.Time
	Records uint64
	Sums    []float64
}

// RecordCounts adds up the records of a form for periods that start within [from, to], by unit and by day, week (from
// Monday), month, quarter or year.
func (s *Store) RecordCounts(ctx context.Context, form, grain string, fields []string, from, to time.Time) ([]RecordCount, error) {
	params := days(from, to)
	params["form"], params["grain"], params["fields"] = form, grain, fields
	if fields == nil {
		params["fields"] = []string{}
	}
	var out []RecordCount
	err := s.Each(ctx, "consistency.Counts", params, func(scan func(...any) error) error {
		var r RecordCount
		err := scan(&r.Unit, &r.Start, &r.Records, &r.Sums)
		out = append(out, r)
		return err
	})
	return out, err
}

package queries

import (
	"cmp"
	"context"
	"slices"
	"time"
)

const daysShown = 63

// ReadSources reads the health of every source that ever ran, in the order of ids. The days of all sources end with the
// newest day of data of any, so that one that fell silent shows it.
func (s *Store) ReadSources(ctx context.Context) ([]SourceRow, error) {
	to, err := s.lastDay(ctx)
	if err != nil {
		return nil, err
	}
	end := time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, time.UTC)
	rows := map[string]*SourceRow{}
	row := func(id string) *SourceRow {
		if rows[id] == nil {
			r := &SourceRow{ID: id}
			for i := range daysShown {
				r.Days = append(r.Days, SourceDay{Day: end.AddDate(0, 0, i-daysShown+1)})
			}
			rows[id] = r
		}
		return rows[id]
	}
	on := func(id string, day time.Time) *SourceDay {
		days := row(id).Days
		i := int(day.Sub(days[0].Day).Hours() / 24)
		if i < 0 || i >= len(days) {
			return &SourceDay{}
		}
		return &days[i]
	}
	err = s.Each(ctx, "read.SourceRuns", nil, func(scan func(...any) error) error {
		var id string
		var r SourceRow
		if err := scan(&id, &r.Kind, &r.LastRun, &r.LastSuccess, &r.Error, &r.Runs); err != nil {
			return err
		}
		x := row(id)
		x.Kind, x.LastRun, x.LastSuccess, x.Error, x.Runs = r.Kind, known(r.LastRun), known(r.LastSuccess), r.Error, r.Runs
		return nil
	})
	if err != nil {
		return nil, err
	}
	day := Params{"to": end.Format(time.DateOnly)}
	err = s.Each(ctx, "read.SourceDays", day, func(scan func(...any) error) error {
		var id string
		var day, newest time.Time
		var n uint64
		if err := scan(&id, &day, &n, &newest); err != nil {
			return err
		}
		x := row(id)
		if known(newest).After(x.LastRecord) {
			x.LastRecord = newest
		}
		on(id, day).Rows = n
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.Each(ctx, "read.RunDays", day, func(scan func(...any) error) error {
		var id string
		var day time.Time
		var good uint64
		if err := scan(&id, &day, &good); err != nil {
			return err
		}
		on(id, day).Runs = good
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.Each(ctx, "read.QuarantineReasons", nil, func(scan func(...any) error) error {
		var id string
		var q ReasonCount
		var total uint64
		if err := scan(&id, &q.Kind, &q.Reason, &q.Count, &q.Last, &q.Origin, &q.Line, &total); err != nil {
			return err
		}
		x := row(id)
		x.Reasons, x.Quarantined = append(x.Reasons, q), total
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]SourceRow, 0, len(rows))
	for _, r := range rows {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b SourceRow) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

package queries

import (
	"context"
	"time"
)

// place is where submissions are numbered: within a form, unit and period.
type place struct {
	form, unit string
	start      int64
}

// newSubmissions removes from the block what is stored already and what the block itself repeats, and numbers the rest within
// form, unit and period, after those that are stored.
func (s *Store) newSubmissions(ctx context.Context, number uint64, c *SubmissionColumns, w *Written) ([]uint32, error) {
	if c.Len() == 0 {
		return nil, nil
	}
	known, next := map[uint64]bool{}, map[place]uint32{}
	err := s.incoming(ctx, "known.Submissions", number, columns(repeat(number, c.Len()), c.Form, c.Unit, c.PeriodStart, c.Key), func(scan func(...any) error) error {
		var p place
		var start time.Time
		var n uint32
		var keys []uint64
		if err := scan(&p.form, &p.unit, &start, &n, &keys); err != nil {
			return err
		}
		p.start = start.Unix()
		next[p] = n
		for _, k := range keys {
			known[k] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	keep := fresh(c.Key, known)
	w.Known += uint64(c.Len() - len(keep))
	if len(keep) < c.Len() {
		c.pick(keep)
	}
	records := make([]uint32, c.Len())
	for i := range records {
		p := place{c.Form[i], c.Unit[i], c.PeriodStart[i].Unix()}
		records[i] = next[p]
		next[p]++
	}
	return records, nil
}

// pick keeps the submissions at the given places.
func (c *SubmissionColumns) pick(keep []int) {
	c.Form, c.Unit, c.Period, c.PeriodStart = pick(c.Form, keep), pick(c.Unit, keep), pick(c.Period, keep), pick(c.PeriodStart, keep)
	c.SubmittedAt, c.StartedAt = pick(c.SubmittedAt, keep), pick(c.StartedAt, keep)
	c.Reporter, c.Channel, c.Subject = pick(c.Reporter, keep), pick(c.Channel, keep), pick(c.Subject, keep)
	c.Lat, c.Lon, c.Layout = pick(c.Lat, keep), pick(c.Lon, keep), pick(c.Layout, keep)
	c.Numbers, c.Texts, c.Key = pick(c.Numbers, keep), pick(c.Texts, keep), pick(c.Key, keep)
}

// dropKnownUsage does the same for usage events that are identified by their content.
func (s *Store) dropKnownUsage(ctx context.Context, number uint64, blocks []*UsageColumns, w *Written) ([]*UsageColumns, error) {
	all := joinUsage(blocks)
	if all.Len() == 0 {
		return nil, nil
	}
	days := make([]time.Time, all.Len())
	for i, t := range all.Time {
		days[i] = t.UTC().Truncate(24 * time.Hour)
	}
	known, err := s.known(ctx, "known.Usage", number, all.System, all.Unit, days, all.Position)
	if err != nil {
		return nil, err
	}
	keep := fresh(all.Position, known)
	w.Known += uint64(all.Len() - len(keep))
	if len(keep) == all.Len() {
		return []*UsageColumns{all}, nil
	}
	return []*UsageColumns{{
		System: pick(all.System, keep), Time: pick(all.Time, keep), Actor: pick(all.Actor, keep), Unit: pick(all.Unit, keep),
		Action: pick(all.Action, keep), Traffic: pick(all.Traffic, keep), Object: pick(all.Object, keep), Form: pick(all.Form, keep),
		Status: pick(all.Status, keep), Duration: pick(all.Duration, keep), Client: pick(all.Client, keep), Position: pick(all.Position, keep),
	}}, nil
}

func joinUsage(blocks []*UsageColumns) *UsageColumns {
	if len(blocks) == 1 {
		return blocks[0]
	}
	all := &UsageColumns{}
	for _, b := range blocks {
		all.System, all.Time, all.Actor, all.Unit = append(all.System, b.System...), append(all.Time, b.Time...), append(all.Actor, b.Actor...), append(all.Unit, b.Unit...)
		all.Action, all.Traffic, all.Object, all.Form = append(all.Action, b.Action...), append(all.Traffic, b.Traffic...), append(all.Object, b.Object...), append(all.Form, b.Form...)
		all.Status, all.Duration, all.Client, all.Position = append(all.Status, b.Status...), append(all.Duration, b.Duration...), append(all.Client, b.Client...), append(all.Position, b.Position...)
	}
	return all
}

// known asks ClickHouse which keys of a block are stored.
func (s *Store) known(ctx context.Context, name string, number uint64, scope, unit []string, start []time.Time, key []uint64) (map[uint64]bool, error) {
	known := map[uint64]bool{}
	err := s.incoming(ctx, name, number, columns(repeat(number, len(key)), scope, unit, start, key), func(scan func(...any) error) error {
		var k uint64
		err := scan(&k)
		known[k] = true
		return err
	})
	return known, err
}

// incoming sends the keys of a block to ClickHouse and compares them with what is stored. The statements narrow the search by
// the sort key, so their cost follows the part of the table that the block touches, not the table.
func (s *Store) incoming(ctx context.Context, name string, number uint64, keys [][]any, row func(scan func(...any) error) error) error {
	if err := s.insert(ctx, "incoming.Insert", keys); err != nil {
		return err
	}
	if err := s.Each(ctx, name, Params{"batch": number}, row); err != nil {
		return err
	}
	return s.exec(ctx, "incoming.Delete", Params{"batch": number})
}

// fresh gives the places of keys that are neither known nor repeated.
func fresh(keys []uint64, known map[uint64]bool) []int {
	seen := make(map[uint64]struct{}, len(keys))
	keep := make([]int, 0, len(keys))
	for i, k := range keys {
		if _, again := seen[k]; again || known[k] {
			continue
		}
		seen[k] = struct{}{}
		keep = append(keep, i)
	}
	return keep
}

func pick[T any](all []T, keep []int) []T {
	out := make([]T, len(keep))
	for i, k := range keep {
		out[i] = all[k]
	}
	return out
}

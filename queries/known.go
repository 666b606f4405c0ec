package queries

import (
	"context"
	"time"
)

// dropKnownSubmissions removes from the block what is stored already, and what the block itself repeats.
func (s *Store) dropKnownSubmissions(ctx context.Context, number uint64, c *SubmissionColumns, w *Written) error {
	if c.Len() == 0 {
		return nil
	}
	known, err := s.known(ctx, "known.Submissions", number, c.Form, c.Unit, c.PeriodStart, c.Key)
	if err != nil {
		return err
	}
	keep := fresh(c.Key, known)
	w.Known += uint64(c.Len() - len(keep))
	if len(keep) == c.Len() {
		return nil
	}
	c.Form, c.Unit, c.Period, c.PeriodStart = pick(c.Form, keep), pick(c.Unit, keep), pick(c.Period, keep), pick(c.PeriodStart, keep)
	c.SubmittedAt, c.StartedAt = pick(c.SubmittedAt, keep), pick(c.StartedAt, keep)
	c.Reporter, c.Channel, c.Subject = pick(c.Reporter, keep), pick(c.Channel, keep), pick(c.Subject, keep)
	c.Lat, c.Lon, c.Layout = pick(c.Lat, keep), pick(c.Lon, keep), pick(c.Layout, keep)
	c.Numbers, c.Texts, c.Key = pick(c.Numbers, keep), pick(c.Texts, keep), pick(c.Key, keep)
	return nil
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

// known sends the keys of a block to ClickHouse and asks which of them are stored. The statement narrows the search by the
// sort key, so its cost follows the part of the table that the block touches, not the table.
func (s *Store) known(ctx context.Context, name string, number uint64, scope, unit []string, start []time.Time, key []uint64) (map[uint64]bool, error) {
	if err := s.insert(ctx, "incoming.Insert", columns(repeat(number, len(key)), scope, unit, start, key)); err != nil {
		return nil, err
	}
	known := map[uint64]bool{}
	err := s.Each(ctx, name, Params{"batch": number}, func(scan func(...any) error) error {
		var k uint64
		if err := scan(&k); err != nil {
			return err
		}
		known[k] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	return known, s.exec(ctx, "incoming.Delete", Params{"batch": number})
}

// recordNumbers numbers each submission within its form, unit and period, after those that are stored.
func (s *Store) recordNumbers(ctx context.Context, number uint64, c *SubmissionColumns) ([]uint32, error) {
	type place struct {
		form, unit string
		start      int64
	}
	if err := s.insert(ctx, "incoming.Insert", columns(repeat(number, c.Len()), c.Form, c.Unit, c.PeriodStart, c.Key)); err != nil {
		return nil, err
	}
	next := map[place]uint32{}
	err := s.Each(ctx, "known.Records", Params{"batch": number}, func(scan func(...any) error) error {
		var form, unit string
		var start time.Time
		var n uint32
		if err := scan(&form, &unit, &start, &n); err != nil {
			return err
		}
		next[place{form, unit, start.Unix()}] = n
		return nil
	})
	if err != nil {
		return nil, err
	}
	records := make([]uint32, c.Len())
	for i := range records {
		p := place{c.Form[i], c.Unit[i], c.PeriodStart[i].Unix()}
		records[i] = next[p]
		next[p]++
	}
	return records, s.exec(ctx, "incoming.Delete", Params{"batch": number})
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

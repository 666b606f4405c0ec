package queries

import (
	"context"
	"time"
)

// Quarantined is one piece of input in quarantine.
type Quarantined struct {
	Key    uint64    `json:"id"`
	Source string    `json:"source"`
	Origin string    `json:"origin"`
	Line   uint64    `json:"line"`
	Field  string    `json:"field"`
	Kind   string    `json:"kind"`
	Reason string    `json:"reason"`
	Status string    `json:"status"` // open, replayed, dropped
	Seen   time.Time `json:"seen"`
	Raw    []byte    `json:"-"`
}

// Quarantine lists what is in quarantine with a status, of one source or of all, in the order in which it came.
func (s *Store) Quarantine(ctx context.Context, source, status string, each func(Quarantined) error) error {
	return s.Each(ctx, "quarantine.List", Params{"source": source, "status": status}, func(scan func(...any) error) error {
		var q Quarantined
		var raw string
		if err := scan(&q.Key, &q.Source, &q.Origin, &q.Line, &q.Field, &q.Kind, &q.Reason, &q.Status, &q.Seen, &raw); err != nil {
			return err
		}
		q.Raw = []byte(raw)
		return each(q)
	})
}

// SettleQuarantine gives pieces of a source's quarantine a new status. They stay in the table: what was refused and what
// became of it can be looked up later.
func (s *Store) SettleQuarantine(ctx context.Context, source string, keys []uint64, status string) error {
	if len(keys) == 0 {
		return nil
	}
	if err := s.exec(ctx, "quarantine.Settle", Params{"source": source, "keys": keys, "status": status}); err != nil {
		return err
	}
	return s.exec(ctx, "quarantine.Merge", nil)
}

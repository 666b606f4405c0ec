package queries

import (
	"context"
	"time"
)

// WriteHalf stores a batch as Write does, up to the moment before its checkpoint: what a crash leaves behind.
func (s *Store) WriteHalf(ctx context.Context, b Batch) error {
	number := uint64(time.Now().UnixNano())
	var w Written
	records, err := s.newSubmissions(ctx, number, b.Submissions, &w)
	if err != nil {
		return err
	}
	from, to, _ := span(b.Usage)
	before, err := s.Checkpoint(ctx, b.Source)
	if err != nil {
		return err
	}
	if err := s.mark(ctx, b.Source, before, 0, number, from, to); err != nil {
		return err
	}
	if err := s.insertUsage(ctx, b.Source, number, b.Usage); err != nil {
		return err
	}
	return s.insertSubmissions(ctx, b.Source, number, b.Submissions, records, &w)
}

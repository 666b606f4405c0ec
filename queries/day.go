package queries

import (
	"context"
	"time"
)

// NewestDay is the newest day that holds usage or submissions, in UTC, and today where the store is empty. Data of the
// future were refused on arrival.
func (s *Store) NewestDay(ctx context.Context, today time.Time) (time.Time, error) {
	newest := today
	err := s.Each(ctx, "day.Newest", nil, func(scan func(...any) error) error {
		var t time.Time
		if err := scan(&t); err != nil {
			return err
		}
		if t.Unix() > 0 {
			newest = t
		}
		return nil
	})
	return newest, err
}

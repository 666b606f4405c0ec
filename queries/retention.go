package queries

import "context"

// SetRetention sets how many days usage events and submissions are kept; 0 keeps them for good. Rollups stay: they hold no
// single event. ClickHouse removes what has expired when it merges.
func (s *Store) SetRetention(ctx context.Context, usageDays, submissionDays int) error {
	for _, t := range []struct {
		name string
		days int
	}{{"Usage", usageDays}, {"Submissions", submissionDays}, {"Answers", submissionDays}, {"Evidence", submissionDays}} {
		name := "retention." + t.name
		if t.days == 0 {
			continue
		}
		if err := s.exec(ctx, name, Params{"days": t.days}); err != nil {
			return err
		}
	}
	return nil
}

package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Checkpoint is how far a source has read, nil at first.
func (s *Store) Checkpoint(ctx context.Context, source string) (json.RawMessage, error) {
	var checkpoint json.RawMessage
	err := s.Each(ctx, "checkpoint.Get", Params{"source": source}, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		if text != "" {
			checkpoint = json.RawMessage(text)
		}
		return nil
	})
	return checkpoint, err
}

// mark stores the state of a source: its checkpoint, the last whole batch, and the batch that is being written, 0 for none.
func (s *Store) mark(ctx context.Context, source string, checkpoint json.RawMessage, batch, open uint64, from, to time.Time) error {
	return s.exec(ctx, "checkpoint.Set", Params{
		"source": source, "checkpoint": string(checkpoint), "batch": batch, "open": open,
		"from": from.Format(time.DateOnly), "to": to.Format(time.DateOnly),
	})
}

// Recover removes what a crash left of a source's last batch, and counts the touched days again, so that the source can be
// read on from its checkpoint. The caller holds the source's lock, so no living process is writing that batch.
func (s *Store) Recover(ctx context.Context, source string) (recovered bool, err error) {
	var open, last uint64
	var checkpoint string
	var from, to time.Time
	err = s.Each(ctx, "checkpoint.Open", Params{"source": source}, func(scan func(...any) error) error {
		return scan(&checkpoint, &last, &open, &from, &to)
	})
	if err != nil || open == 0 {
		return false, err
	}
	// The day before and after: usage_daily counts local days.
	span := Params{"batch": open, "from": from.AddDate(0, 0, -1).Format(time.DateOnly), "to": to.AddDate(0, 0, 1).Format(time.DateOnly)}
	for _, step := range []string{
		"recover.Usage", "recover.Submissions", "recover.Answers", "recover.Quarantine", "recover.Incoming",
		"recover.DailyDelete", "recover.DailyInsert",
	} {
		if err := s.exec(ctx, step, span); err != nil {
			return false, fmt.Errorf("unable to recover the source %s: %w", source, err)
		}
	}
	return true, s.mark(ctx, source, json.RawMessage(checkpoint), last, 0, from, to)
}

package queries

import (
	"context"
	"time"
)

// SourceRun is one run of a source: health and coverage are read from these.
type SourceRun struct {
	Source, Kind      string
	Started, Finished time.Time
	Status            string // ok, quarantined, failed
	Written           Written
	Retries           uint32
	Error             string
}

// SaveRun records a run.
func (s *Store) SaveRun(ctx context.Context, r SourceRun) error {
	return s.insert(ctx, "runs.Insert", columns([]string{r.Source}, []string{r.Kind}, []time.Time{r.Started}, []time.Time{r.Finished},
		[]string{r.Status}, []uint64{r.Written.Usage + r.Written.Submissions}, []uint64{r.Written.Rejected}, []uint32{r.Retries}, []string{r.Error}))
}

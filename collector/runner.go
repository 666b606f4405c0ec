package collector

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/gofrs/flock"
	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/queries"
)

// ErrRunning says that the source is being read already, by this process or another.
var ErrRunning = errors.New("the source is being collected already")

// Job is one configured source.
type Job struct {
	ID     string
	Kind   string
	Source Source
	Stream bool // see Kind
}

// Result is what a run of a source did.
type Result struct {
	queries.Written
	Retries   uint32
	Recovered bool
}

// Runner runs sources: one at a time each, with recovery before, retries during and a record of the run after.
type Runner struct {
	Store     *queries.Store
	Registry  *queries.Registry
	Pseudonym *Pseudonymizer
	Log       zerolog.Logger
	Locks     string // folder of the sources' locks
	Attempts  uint   // tries without any progress between them; 5 where zero
	Meter     func(id string) Meter
	Now       func() time.Time
}

// Meter shows the progress of one run.
type Meter interface {
	Set(done, total int64)
	Done()
}

// Run reads a source until it is exhausted for now. Everything up to the last mark is stored even when an error is returned.
func (r *Runner) Run(ctx context.Context, job Job) (res Result, err error) {
	unlock, err := r.lock(job.ID)
	if err != nil {
		return res, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	started := time.Now()
	if res.Recovered, err = r.Store.Recover(ctx, job.ID); err != nil {
		return res, err
	}
	if err := r.Registry.Reload(ctx); err != nil {
		return res, err
	}
	if res.Recovered {
		r.Log.Warn().Str("source", job.ID).Msg("removed what an interrupted run left of its last batch")
	}
	err = r.attempts(ctx, job, &res)
	run := queries.SourceRun{Source: job.ID, Kind: job.Kind, Started: started, Finished: time.Now(), Status: "ok", Written: res.Written, Retries: res.Retries}
	switch {
	case err != nil:
		run.Status, run.Error = "failed", err.Error()
	case res.Rejected > 0:
		run.Status = "quarantined"
	}
	// The run is recorded even when its context has ended: a source that was interrupted must not look healthy.
	saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return res, errors.Join(err, r.Store.SaveRun(saving, run))
}

// attempts collects until it succeeds, or fails several times without progress in between.
func (r *Runner) attempts(ctx context.Context, job Job, res *Result) error {
	limit := r.Attempts
	if limit == 0 {
		limit = 5
	}
	wait := backoff.NewExponentialBackOff()
	wait.MaxInterval = time.Minute
	for failures := uint(0); ; {
		from, err := r.Store.Checkpoint(ctx, job.ID)
		if err != nil {
			return err
		}
		before := res.Written
		err = r.once(ctx, job, from, res)
		if err == nil || ctx.Err() != nil {
			return err
		}
		var permanent *backoff.PermanentError
		if errors.As(err, &permanent) {
			return permanent.Err
		}
		if res.Written != before {
			failures = 0
			wait.Reset()
		}
		if failures++; failures >= limit {
			return fmt.Errorf("unable to collect %s after %d tries: %w", job.ID, failures, err)
		}
		res.Retries++
		delay := wait.NextBackOff()
		r.Log.Warn().Err(err).Str("source", job.ID).Dur("retry_in", delay).Msg("collecting failed, will retry")
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return fmt.Errorf("unable to collect %s: %w", job.ID, context.Cause(ctx))
		}
	}
}

func (r *Runner) once(ctx context.Context, job Job, from Checkpoint, res *Result) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var meter Meter
	if r.Meter != nil {
		meter = r.Meter(job.ID)
		defer meter.Done()
	}
	s := newSink(ctx, r, job, meter, cancel)
	err := job.Source.Collect(ctx, from, s)
	return s.close(ctx, err, res)
}

// lock holds the source for one run. The operating system releases it when the process dies.
func (r *Runner) lock(id string) (unlock func() error, err error) {
	if err := os.MkdirAll(r.Locks, 0o700); err != nil {
		return nil, fmt.Errorf("unable to make the folder of locks: %w", err)
	}
	name := strings.Map(func(c rune) rune {
		if c == '/' || c == filepath.Separator || c == 0 {
			return '_'
		}
		return c
	}, id)
	lock := flock.New(filepath.Join(r.Locks, name+".lock"), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("unable to lock the source %s: %w", id, err)
	}
	if !held {
		return nil, fmt.Errorf("unable to collect %s: %w", id, ErrRunning)
	}
	return lock.Unlock, nil
}

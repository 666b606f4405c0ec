package collector

import (
	"context"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// What gathers before a batch is written: large enough for ClickHouse, small enough for memory.
const (
	batchEvents      = 400_000
	batchSubmissions = 100_000
	batchRejects     = 20_000
	batchAge         = 5 * time.Second
)

// sink gathers what a source emits. Everything before the newest mark may be written; the rest waits for its mark. Writing
// happens beside reading, one batch at a time: a source that is faster than the store is held back by the full channel.
type sink struct {
	runner *Runner
	job    Job
	meter  Meter
	cancel context.CancelCauseFunc

	usage    []*queries.UsageColumns
	events   int
	intake   *intake
	rejected []queries.Rejected
	marked   marked
	since    time.Time

	batches chan queries.Batch
	done    chan struct{}
	written queries.Written
	err     error // of the writer, read after done
}

// marked is how much of the gathered rows the newest mark covers.
type marked struct {
	any                          bool
	checkpoint                   Checkpoint
	usage, submissions, rejected int
}

func newSink(ctx context.Context, r *Runner, job Job, meter Meter, cancel context.CancelCauseFunc) *sink {
	s := &sink{
		runner: r, job: job, meter: meter, cancel: cancel, intake: newIntake(r.Registry, r.Pseudonym), since: time.Now(),
		batches: make(chan queries.Batch, 1), done: make(chan struct{}),
	}
	s.intake.refused = func(sub *queries.Submission, f queries.Field) { s.rejected = append(s.rejected, refusal(sub, f)) }
	// A batch that has begun is finished even when the run is ended: it is short, and recovery costs more.
	go s.write(context.WithoutCancel(ctx))
	return s
}

func (s *sink) write(ctx context.Context) {
	defer close(s.done)
	for b := range s.batches {
		if s.err != nil {
			continue
		}
		if s.err = s.runner.Registry.Save(ctx); s.err == nil {
			var w queries.Written
			w, s.err = s.runner.Store.Write(ctx, b)
			s.written.Usage += w.Usage
			s.written.Submissions += w.Submissions
			s.written.Rejected += w.Rejected
			s.written.Known += w.Known
		}
		if s.err != nil {
			s.cancel(s.err)
		}
	}
}

// Usage implements Sink.
func (s *sink) Usage(ctx context.Context, block *queries.UsageColumns) error {
	s.usage = append(s.usage, block)
	s.events += block.Len()
	return ctx.Err()
}

// Submissions implements Sink.
func (s *sink) Submissions(ctx context.Context, rows []queries.Submission) error {
	for i := range rows {
		s.intake.add(&rows[i])
	}
	return ctx.Err()
}

// Declare implements Sink.
func (s *sink) Declare(ctx context.Context, d Declarations) error {
	for _, v := range d.Systems {
		s.runner.Registry.DeclareSystem(v)
	}
	for _, v := range d.Units {
		s.runner.Registry.DeclareUnit(v)
	}
	for _, v := range d.Forms {
		s.runner.Registry.DeclareForm(v)
	}
	s.intake.reset()
	return ctx.Err()
}

// Reject implements Sink.
func (s *sink) Reject(ctx context.Context, r queries.Rejected) error {
	const most = 64 << 10
	if len(r.Raw) > most {
		r.Raw = r.Raw[:most]
	}
	r.Raw = append([]byte(nil), r.Raw...)
	s.rejected = append(s.rejected, r)
	return ctx.Err()
}

// Mark implements Sink.
func (s *sink) Mark(ctx context.Context, c Checkpoint) error {
	s.marked = marked{true, append(Checkpoint(nil), c...), len(s.usage), s.intake.rows.Len(), len(s.rejected)}
	full := s.events >= batchEvents || s.intake.rows.Len() >= batchSubmissions || len(s.rejected) >= batchRejects
	if full || time.Since(s.since) > batchAge {
		return s.flush(ctx)
	}
	return ctx.Err()
}

// Progress implements Sink.
func (s *sink) Progress(done, total int64) {
	if s.meter != nil {
		s.meter.Set(done, total)
	}
}

// flush hands everything that is gathered to the writer; it is called when all of it is covered by the mark.
func (s *sink) flush(ctx context.Context) error {
	b := queries.Batch{
		Source: s.job.ID, Checkpoint: s.marked.checkpoint, Usage: s.usage, ByContent: !s.job.Stream,
		Submissions: s.intake.rows, Rejected: s.rejected,
	}
	s.usage, s.events, s.rejected, s.intake.rows = nil, 0, nil, &queries.SubmissionColumns{}
	s.since = time.Now()
	s.marked.usage, s.marked.submissions, s.marked.rejected = 0, 0, 0
	select {
	case s.batches <- b:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// close ends the run: on an error, what came after the newest mark is dropped, because the source will emit it again.
func (s *sink) close(ctx context.Context, failure error, res *Result) error {
	s.usage, s.rejected = s.usage[:min(len(s.usage), s.marked.usage)], s.rejected[:min(len(s.rejected), s.marked.rejected)]
	s.intake.rows.Truncate(min(s.intake.rows.Len(), s.marked.submissions))
	if s.marked.any {
		b := queries.Batch{
			Source: s.job.ID, Checkpoint: s.marked.checkpoint, Usage: s.usage, ByContent: !s.job.Stream,
			Submissions: s.intake.rows, Rejected: s.rejected,
		}
		s.batches <- b
	}
	close(s.batches)
	<-s.done
	if !s.marked.any && s.err == nil {
		// A source without anything to mark may still have declared something.
		s.err = s.runner.Registry.Save(context.WithoutCancel(ctx))
	}
	res.Usage += s.written.Usage
	res.Submissions += s.written.Submissions
	res.Rejected += s.written.Rejected
	res.Known += s.written.Known
	if s.err != nil {
		return s.err
	}
	return failure
}

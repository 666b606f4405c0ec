package ndjson

import (
	"context"
	"slices"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// memory is a sink that keeps everything.
type memory struct {
	usage    queries.UsageColumns
	rows     []queries.Submission
	declared collector.Declarations
	rejected []queries.Rejected
	marks    []collector.Checkpoint
	order    []string // s: submission, d: form declared
	rowsAt   []int    // how many rows had come at each mark
	failAt   int      // the mark that fails, from 1
}

func (m *memory) Usage(_ context.Context, b *queries.UsageColumns) error {
	m.usage.System = append(m.usage.System, b.System...)
	m.usage.Time = append(m.usage.Time, b.Time...)
	m.usage.Actor = append(m.usage.Actor, b.Actor...)
	m.usage.Unit = append(m.usage.Unit, b.Unit...)
	m.usage.Action = append(m.usage.Action, b.Action...)
	m.usage.Traffic = append(m.usage.Traffic, b.Traffic...)
	m.usage.Object = append(m.usage.Object, b.Object...)
	m.usage.Form = append(m.usage.Form, b.Form...)
	m.usage.Status = append(m.usage.Status, b.Status...)
	m.usage.Duration = append(m.usage.Duration, b.Duration...)
	m.usage.Client = append(m.usage.Client, b.Client...)
	m.usage.Position = append(m.usage.Position, b.Position...)
	return nil
}

func (m *memory) Submissions(_ context.Context, rows []queries.Submission) error {
	for _, r := range rows {
		r.Values = slices.Clone(r.Values)
		m.rows = append(m.rows, r)
		m.order = append(m.order, "s:"+r.Form)
	}
	return nil
}

func (m *memory) Declare(_ context.Context, d collector.Declarations) error {
	m.declared.Systems = append(m.declared.Systems, d.Systems...)
	m.declared.Units = append(m.declared.Units, d.Units...)
	m.declared.Forms = append(m.declared.Forms, d.Forms...)
	for _, f := range d.Forms {
		m.order = append(m.order, "d:"+f.ID)
	}
	return nil
}

func (m *memory) Reject(_ context.Context, r queries.Rejected) error {
	m.rejected = append(m.rejected, r)
	return nil
}

func (m *memory) Mark(_ context.Context, c collector.Checkpoint) error {
	m.marks = append(m.marks, slices.Clone(c))
	m.rowsAt = append(m.rowsAt, len(m.rows))
	if len(m.marks) == m.failAt {
		return errFull
	}
	return nil
}

func (m *memory) Progress(int64, int64) {}

// last is the newest checkpoint.
func (m *memory) last() collector.Checkpoint {
	if len(m.marks) == 0 {
		return nil
	}
	return m.marks[len(m.marks)-1]
}

type fullError struct{}

func (fullError) Error() string { return "the store is full" }

var errFull error = fullError{}

// discard is a sink that counts.
type discard struct{ values, events int }

func (d *discard) Usage(_ context.Context, b *queries.UsageColumns) error {
	d.events += b.Len()
	return nil
}

func (d *discard) Submissions(_ context.Context, rows []queries.Submission) error {
	for i := range rows {
		d.values += len(rows[i].Values)
	}
	return nil
}
func (d *discard) Declare(context.Context, collector.Declarations) error { return nil }
func (d *discard) Reject(_ context.Context, r queries.Rejected) error {
	return &fault{reason: r.Reason}
}
func (d *discard) Mark(context.Context, collector.Checkpoint) error { return nil }
func (d *discard) Progress(int64, int64)                            {}

package collector

import (
	"context"
	"fmt"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// RowWriter maps rows and hands them to a sink in blocks. Rows that do not map are rejected; the rest goes on.
type RowWriter struct {
	mapper *RowMapper
	out    Sink
	origin string // table, query or URL

	submissions []queries.Submission
	values      []queries.Value
	events      *queries.UsageColumns
	refused     map[string]bool
}

// writerBlock is how many rows are handed on at once.
const writerBlock = 4096

// Writer hands mapped rows to out. The origin names the upstream in rejections.
func (m *RowMapper) Writer(out Sink, origin string) *RowWriter {
	return &RowWriter{mapper: m, out: out, origin: origin, events: &queries.UsageColumns{}, refused: map[string]bool{}}
}

// Write maps one row; number is its place in this run, from 1. What was written is handed on by the next Flush at the
// latest, so a source flushes before it marks.
func (w *RowWriter) Write(ctx context.Context, row Row, number uint64) error {
	if w.mapper.Usage() {
		if fault := w.mapper.Event(row, w.events); fault != nil {
			return w.Reject(ctx, row, number, *fault)
		}
		if w.events.Len() >= writerBlock {
			return w.Flush(ctx)
		}
		return nil
	}
	if need := max(len(row.Cells), len(w.mapper.config.Values)); cap(w.values)-len(w.values) < need {
		// Rows gathered so far keep the old array; the new one is for those to come.
		w.values = make([]queries.Value, 0, max(writerBlock, 64*need))
	}
	s, refused, fault := w.mapper.Submission(row, w.values[len(w.values):])
	if fault != nil {
		return w.Reject(ctx, row, number, *fault)
	}
	w.values = w.values[:len(w.values)+len(s.Values)]
	w.submissions = append(w.submissions, s)
	if err := w.tellRefused(ctx, refused, number); err != nil {
		return err
	}
	if len(w.submissions) >= writerBlock {
		return w.Flush(ctx)
	}
	return nil
}

// tellRefused reports a column of binary data once a run: a line for every row would bury everything else.
func (w *RowWriter) tellRefused(ctx context.Context, fields []string, number uint64) error {
	for _, field := range fields {
		if w.refused[field] {
			continue
		}
		w.refused[field] = true
		err := w.out.Reject(ctx, queries.Rejected{
			Source: w.mapper.source, Origin: w.origin, Line: number, Field: field, Kind: "refused",
			Reason: fmt.Sprintf("the column %s holds binary data, which is never stored (it may be a photo or another biometric); the rest of its rows is kept; leave the column out of the query or list it in mapping.except", field),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Reject quarantines a row with its reason.
func (w *RowWriter) Reject(ctx context.Context, row Row, number uint64, fault RowFault) error {
	field := fault.Field
	if operand := w.mapper.roles[field]; operand != nil && len(operand.Columns) > 0 {
		field = strings.Join(operand.Columns, ",")
	}
	return w.out.Reject(ctx, queries.Rejected{
		Source: w.mapper.source, Origin: w.origin, Line: number, Field: field,
		Reason: fault.Reason, Kind: fault.Kind, Raw: row.raw(),
	})
}

// Flush hands on what has gathered.
func (w *RowWriter) Flush(ctx context.Context) error {
	if w.events.Len() > 0 {
		block := w.events
		w.events = &queries.UsageColumns{}
		if err := w.out.Usage(ctx, block); err != nil {
			return err
		}
	}
	if len(w.submissions) > 0 {
		rows := w.submissions
		w.submissions = w.submissions[:0]
		err := w.out.Submissions(ctx, rows)
		w.values = w.values[:0]
		return err
	}
	return nil
}

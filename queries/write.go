package queries

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/zeebo/xxh3"
)

// SubmissionColumns is a block of submissions ready to be stored, column by column. Values are packed: Layout joins the
// field names by NUL, Numbers has eight bytes a value, Texts joins the text values by NUL or is empty when there is none.
type SubmissionColumns struct {
	Form        []string
	Unit        []string
	Period      []string
	PeriodStart []time.Time
	SubmittedAt []time.Time
	StartedAt   []time.Time
	Reporter    []uint64
	Channel     []string
	Subject     []uint64
	Lat, Lon    []float64
	Layout      []string
	Numbers     []string
	Texts       []string
	Key         []uint64 // hash of the id or of the content: the record's identity
}

// Len is the number of submissions.
func (c *SubmissionColumns) Len() int { return len(c.Key) }

// PackNumbers appends a value to a packed column of numbers.
func PackNumbers(packed []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(packed, math.Float64bits(v))
}

// Truncate keeps the first n submissions.
func (c *SubmissionColumns) Truncate(n int) {
	c.Form, c.Unit, c.Period, c.PeriodStart = c.Form[:n], c.Unit[:n], c.Period[:n], c.PeriodStart[:n]
	c.SubmittedAt, c.StartedAt = c.SubmittedAt[:n], c.StartedAt[:n]
	c.Reporter, c.Channel, c.Subject = c.Reporter[:n], c.Channel[:n], c.Subject[:n]
	c.Lat, c.Lon, c.Layout = c.Lat[:n], c.Lon[:n], c.Layout[:n]
	c.Numbers, c.Texts, c.Key = c.Numbers[:n], c.Texts[:n], c.Key[:n]
}

// Batch is what one source read up to a checkpoint. It is stored as a whole or, after a crash, not at all.
type Batch struct {
	Source      string
	Checkpoint  json.RawMessage // stored with the batch; nil leaves the source's checkpoint as it is
	Usage       []*UsageColumns
	ByContent   bool // usage events are identified by content: those stored already are left out
	Submissions *SubmissionColumns
	Rejected    []Rejected
}

// Written counts what a batch added. Known records were stored before and added nothing.
type Written struct {
	Usage, Submissions, Rejected, Known uint64
}

// Write stores a batch exactly once. An open-batch mark goes first and the checkpoint last; every row carries the number
// of its batch, so that Recover can remove what a crash left of it.
func (s *Store) Write(ctx context.Context, b Batch) (Written, error) {
	var w Written
	number := uint64(time.Now().UnixNano())
	var records []uint32
	if b.Submissions != nil {
		var err error
		if records, err = s.newSubmissions(ctx, number, b.Submissions, &w); err != nil {
			return w, err
		}
	}
	rejected, err := s.newRejects(ctx, number, b.Source, b.Rejected)
	if err != nil {
		return w, err
	}
	w.Known += uint64(len(b.Rejected) - len(rejected))
	usage := b.Usage
	if b.ByContent {
		if usage, err = s.dropKnownUsage(ctx, number, usage, &w); err != nil {
			return w, err
		}
	}
	from, to, events := span(usage)
	before, err := s.Checkpoint(ctx, b.Source)
	if err != nil {
		return w, err
	}
	after := b.Checkpoint
	if after == nil {
		after = before
	}
	size := events + len(rejected)
	if b.Submissions != nil {
		size += b.Submissions.Len()
	}
	if size > 0 {
		if err := s.mark(ctx, b.Source, before, 0, number, from, to); err != nil {
			return w, err
		}
		if err := s.insertUsage(ctx, b.Source, number, usage); err != nil {
			return w, err
		}
		if err := s.insertSubmissions(ctx, b.Source, number, b.Submissions, records, &w); err != nil {
			return w, err
		}
		if err := s.insertRejects(ctx, number, rejected); err != nil {
			return w, err
		}
	}
	w.Usage, w.Rejected = uint64(events), uint64(len(rejected))
	if size == 0 && string(after) == string(before) {
		return w, nil
	}
	return w, s.mark(ctx, b.Source, after, number, 0, from, to)
}

// epoch stands for "no day": one after the first that ClickHouse's Date can hold, so that a day before it exists.
var epoch = time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)

func span(blocks []*UsageColumns) (from, to time.Time, events int) {
	for _, b := range blocks {
		events += b.Len()
		for _, t := range b.Time {
			if from.IsZero() || t.Before(from) {
				from = t
			}
			if t.After(to) {
				to = t
			}
		}
	}
	if from.IsZero() {
		from, to = epoch, epoch
	}
	return from, to, events
}

// insert sends blocks of columns, one after another in one insert. The statement is a file of queries/sql.
func (s *Store) insert(ctx context.Context, name string, blocks [][]any) error {
	batch, err := s.conn.PrepareBatch(ctx, statement(name), driver.WithReleaseConnection())
	if err != nil {
		return fmt.Errorf("unable to prepare %s: %w", name, err)
	}
	defer batch.Close()
	for _, block := range blocks {
		for i, column := range block {
			if err := batch.Column(i).Append(column); err != nil {
				return fmt.Errorf("unable to fill column %d of %s: %w", i+1, name, err)
			}
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("unable to send %s: %w", name, err)
	}
	return nil
}

// columns is a single block.
func columns(all ...any) [][]any { return [][]any{all} }

// repeat is a constant column.
func repeat[T any](v T, n int) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// insertUsage sends all blocks of a batch as one insert: every insert makes parts, and parts cost merges.
func (s *Store) insertUsage(ctx context.Context, source string, number uint64, blocks []*UsageColumns) error {
	blocks = slices.DeleteFunc(slices.Clone(blocks), func(u *UsageColumns) bool { return u.Len() == 0 })
	if len(blocks) == 0 {
		return nil
	}
	byBlock := make([][]any, len(blocks))
	for i, u := range blocks {
		byBlock[i] = []any{
			u.System, u.Time, u.Actor, u.Unit, u.Action, u.Traffic, u.Object, u.Form, u.Status, u.Duration, u.Client,
			repeat(source, u.Len()), u.Position, repeat(number, u.Len()),
		}
	}
	return s.insert(ctx, "write.Usage", byBlock)
}

func (s *Store) insertSubmissions(ctx context.Context, source string, number uint64, c *SubmissionColumns, records []uint32, w *Written) error {
	if c == nil || c.Len() == 0 {
		return nil
	}
	n := c.Len()
	w.Submissions += uint64(n)
	return s.insert(ctx, "write.Submissions", columns(c.Form, c.Unit, c.PeriodStart, c.Period, records, c.SubmittedAt, c.StartedAt,
		c.Reporter, c.Channel, c.Subject, c.Lat, c.Lon, c.Layout, c.Numbers, c.Texts, c.Key, repeat(source, n), repeat(number, n)))
}

// rejectKey is the identity of a piece of quarantined input.
func rejectKey(r Rejected) uint64 {
	h := xxh3.New()
	for _, part := range []string{r.Source, r.Origin, r.Field, r.Kind} {
		_, _ = h.WriteString(part)
		_, _ = h.Write([]byte{0})
	}
	_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, r.Line))
	_, _ = h.Write(r.Raw)
	return h.Sum64()
}

// newRejects leaves out what is in quarantine already.
func (s *Store) newRejects(ctx context.Context, number uint64, source string, all []Rejected) ([]Rejected, error) {
	if len(all) == 0 {
		return nil, nil
	}
	keys := make([]uint64, len(all))
	for i := range all {
		all[i].Source = source
		keys[i] = rejectKey(all[i])
	}
	n := len(keys)
	known, err := s.known(ctx, "known.Quarantine", number, repeat(source, n), repeat("", n), repeat(epoch, n), keys)
	if err != nil {
		return nil, err
	}
	var out []Rejected
	for _, i := range fresh(keys, known) {
		out = append(out, all[i])
	}
	return out, nil
}

func (s *Store) insertRejects(ctx context.Context, number uint64, all []Rejected) error {
	if len(all) == 0 {
		return nil
	}
	var id, line []uint64
	var source, origin, field, kind, reason, raw []string
	now := time.Now()
	for _, r := range all {
		id, line = append(id, rejectKey(r)), append(line, r.Line)
		source, origin, field, kind = append(source, r.Source), append(origin, r.Origin), append(field, r.Field), append(kind, r.Kind)
		reason, raw = append(reason, r.Reason), append(raw, string(r.Raw))
	}
	n := len(all)
	return s.insert(ctx, "write.Quarantine", columns(id, source, origin, line, field, kind, reason, raw, repeat("open", n),
		repeat(now, n), repeat(number, n), repeat(now, n)))
}

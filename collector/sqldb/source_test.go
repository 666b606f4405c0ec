package sqldb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

var shanghai = time.FixedZone("CST", 8*3600)

func deps() collector.Deps {
	return collector.Deps{
		ID: "db", Pseudonym: collector.NewPseudonymizer(bytes.Repeat([]byte{7}, 32)), Location: shanghai, Log: zerolog.Nop(),
		Now: func() time.Time { return time.Date(2026, 8, 1, 0, 0, 0, 0, shanghai) },
	}
}

var errStop = errors.New("the store stops")

// memory is a sink that stores what is covered by a mark and loses the rest when it stops.
type memory struct {
	stored   []string // id:value
	pending  []string
	full     []queries.Submission
	events   []uint64
	rejected []queries.Rejected
	mark     collector.Checkpoint
	marks    int
	calls    int
	stopAt   int // call after which everything fails; 0: never
}

func (m *memory) step() error {
	m.calls++
	if m.stopAt > 0 && m.calls >= m.stopAt {
		m.pending = nil
		return errStop
	}
	return nil
}

func (m *memory) Submissions(_ context.Context, rows []queries.Submission) error {
	if err := m.step(); err != nil {
		return err
	}
	for _, r := range rows {
		line := r.ID
		for _, v := range r.Values {
			line += fmt.Sprintf(":%s%g", v.Text, v.Number)
		}
		m.pending = append(m.pending, line)
		r.Values = slices.Clone(r.Values)
		m.full = append(m.full, r)
	}
	return nil
}

func (m *memory) Usage(_ context.Context, block *queries.UsageColumns) error {
	m.events = append(m.events, block.Position...)
	return m.step()
}

func (m *memory) Declare(context.Context, collector.Declarations) error { return m.step() }

func (m *memory) Reject(_ context.Context, r queries.Rejected) error {
	m.rejected = append(m.rejected, r)
	return m.step()
}

func (m *memory) Mark(_ context.Context, c collector.Checkpoint) error {
	if err := m.step(); err != nil {
		return err
	}
	m.marks++
	m.stored = append(m.stored, m.pending...)
	m.pending, m.mark = nil, c
	return nil
}

func (m *memory) Progress(done, total int64) {
	if done < 0 || total < 0 || total > 0 && done > total {
		panic(fmt.Sprintf("progress %d of %d", done, total))
	}
}

const mapping = `
mapping:
  record: submission
  form: report
  unit: village
  period: {value: 2026-07}
  submitted_at: {value: 2026-07-15}
  values: {households: households}
`

func (db *database) source(t testing.TB, config string) collector.Source {
	t.Helper()
	s, err := build(fmt.Sprintf("driver: %s\ndsn: %q\n%s", db.driver, db.dsn, config))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func build(config string) (collector.Source, error) {
	return Kind().New(deps(), func(into any) error { return yaml.UnmarshalWithOptions([]byte(config), into, yaml.Strict()) })
}

// collect runs the source and returns what it emitted, sorted.
func collect(t *testing.T, s collector.Source, m *memory) []string {
	t.Helper()
	m.stored = nil
	if err := s.Collect(t.Context(), m.mark, m); err != nil {
		t.Fatal(err)
	}
	if len(m.pending) > 0 {
		t.Fatalf("%d records are not covered by a mark", len(m.pending))
	}
	sort.Strings(m.stored)
	return m.stored
}

func lines(ids ...int) []string {
	var out []string
	for _, id := range ids {
		out = append(out, fmt.Sprintf("%d:%g", id, float64(id)+.5))
	}
	sort.Strings(out)
	return out
}

func expect(t *testing.T, what string, got, want []string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func until(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i + 1
	}
	return ids
}

// TestBehaviour runs the same story on every database, with and without a key.
func TestBehaviour(t *testing.T) {
	for _, key := range []string{"key: id", ""} {
		t.Run(strings.ReplaceAll(key, ": ", "-"), func(t *testing.T) {
			each(t, func(t *testing.T, db *database) { story(t, db, key) })
		})
	}
}

func story(t *testing.T, db *database, key string) {
	table := db.table(t)
	config := fmt.Sprintf("query: SELECT id, changed, village, households FROM %s -- all\nwatermark: changed\n%s\nbatch: 10\n%s", table, key, mapping)
	config = strings.Replace(config, "  record:", "  id: id\n  record:", 1)
	s, m := db.source(t, config), &memory{}
	expect(t, "an empty table", collect(t, s, m), nil)
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("check: %v", err)
	}
	db.insert(t, table, "2026-07-01 08:00:00", until(35)...) // one watermark over four pages
	db.insert(t, table, "2026-07-01 08:00:01.25", 36, 37)
	expect(t, "first read", collect(t, s, m), lines(until(37)...))
	expect(t, "nothing new", collect(t, s, m), nil)
	db.insert(t, table, "2026-07-01 08:00:01.25", 38) // same watermark, behind
	db.insert(t, table, "2026-07-01 09:00:00", 40, 41)
	expect(t, "new rows", collect(t, s, m), lines(38, 40, 41))
	db.insert(t, table, "2026-07-01 08:55:00", 39) // committed late
	expect(t, "a late row", collect(t, s, m), lines(39))
	db.exec(t, "UPDATE "+table+" SET households = '77.5', changed = '2026-07-02 10:00:00' WHERE id = 3")
	expect(t, "an updated row", collect(t, s, m), []string{"3:77.5"})
	db.insert(t, table, "", 50, 51)
	expect(t, "null watermarks", collect(t, s, m), nil)
	if len(m.rejected) != 2 || m.rejected[0].Field != "changed" || m.rejected[0].Kind != "malformed" {
		t.Errorf("rejected: %+v", m.rejected)
	}
	db.insert(t, table, "2099-01-01 00:00:00", 60)
	expect(t, "a watermark in the future", collect(t, s, m), lines(60))
	db.insert(t, table, "2026-07-02 11:00:00", 61)
	expect(t, "a row after one in the future", collect(t, s, m), lines(61))
	expect(t, "nothing new at the end", collect(t, s, m), nil)
	if len(m.rejected) != 2 {
		t.Errorf("null watermarks were rejected again: %d", len(m.rejected))
	}
	db.exec(t, "DELETE FROM "+table+" WHERE id <> 1")
	expect(t, "a table that was emptied", collect(t, s, m), lines(1))
}

// TestInterruptions stops the sink at fifty moments of a run, and goes on from the last mark: what is stored must be the
// table, each row once.
func TestInterruptions(t *testing.T) {
	for _, key := range []string{"key: id", ""} {
		t.Run(strings.ReplaceAll(key, ": ", "-"), func(t *testing.T) {
			each(t, func(t *testing.T, db *database) {
				table := db.table(t)
				for i, id := range until(240) {
					db.insert(t, table, fmt.Sprintf("2026-07-01 08:%02d:00", i/17), id) // groups of 17 on pages of 10
				}
				config := fmt.Sprintf("query: SELECT * FROM %s\nwatermark: changed\n%s\nbatch: 10\noverlap: 3m\n%s", table, key, mapping)
				config = strings.Replace(config, "  record:", "  id: id\n  record:", 1)
				s := db.source(t, config)
				for stops, seed := 0, 0; stops < 50; seed++ {
					m := &memory{}
					for stop := 1 + seed*5%23; ; stop += 1 + seed%3 {
						m.calls, m.stopAt = 0, stop
						err := s.Collect(t.Context(), m.mark, m)
						if err == nil {
							break
						}
						if !errors.Is(err, errStop) {
							t.Fatal(err)
						}
						stops++
					}
					sort.Strings(m.stored)
					if want := lines(until(240)...); !slices.Equal(m.stored, want) {
						t.Fatalf("seed %d: %s", seed, cmp.Diff(want, m.stored))
					}
				}
			})
		})
	}
}

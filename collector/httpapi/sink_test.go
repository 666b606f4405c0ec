package httpapi

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
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	shanghai = time.FixedZone("CST", 8*3600)
	errStop  = errors.New("the store stops")
)

// memory is a sink that stores what is covered by a mark and loses the rest when it stops.
type memory struct {
	stored   []string // id:value
	pending  []string
	rejected []queries.Rejected
	mark     collector.Checkpoint
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
			line += fmt.Sprintf(":%s=%s%g", v.Field, v.Text, v.Number)
		}
		m.pending = append(m.pending, line)
	}
	return nil
}

func (m *memory) Usage(context.Context, *queries.UsageColumns) error    { return m.step() }
func (m *memory) Declare(context.Context, collector.Declarations) error { return m.step() }
func (m *memory) Reject(_ context.Context, r queries.Rejected) error {
	m.rejected = append(m.rejected, r)
	return m.step()
}
func (m *memory) Progress(done, total int64) {}
func (m *memory) Mark(_ context.Context, c collector.Checkpoint) error {
	if err := m.step(); err != nil {
		return err
	}
	m.stored = append(m.stored, m.pending...)
	m.pending, m.mark = nil, c
	return nil
}

// distinct is what the store holds in the end: identity makes repeated records one.
func (m *memory) distinct() []string {
	sort.Strings(m.stored)
	return slices.Compact(slices.Clone(m.stored))
}

const mapping = `
mapping:
  record: submission
  form: report
  id: id
  unit: {value: "431225"}
  period: {value: 2026-07}
  submitted_at: {value: 2026-07-15}
  values: {n: data.n}
`

func deps(now func() time.Time) collector.Deps {
	return collector.Deps{
		ID: "api", Pseudonym: collector.NewPseudonymizer(bytes.Repeat([]byte{7}, 32)), Location: shanghai, Log: zerolog.Nop(), Now: now,
	}
}

func build(config string, now func() time.Time) (*Source, error) {
	s, err := Kind().New(deps(now), func(into any) error { return yaml.UnmarshalWithOptions([]byte(config), into, yaml.Strict()) })
	if err != nil {
		return nil, err
	}
	return s.(*Source), nil
}

func source(t testing.TB, config string) *Source {
	t.Helper()
	if !strings.Contains(config, "mapping:") {
		config += mapping
	}
	s, err := build(config, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	s.config.Paging.ConfirmWait = time.Millisecond
	return s
}

func collect(t testing.TB, s *Source, m *memory) {
	t.Helper()
	if err := s.Collect(t.Context(), m.mark, m); err != nil {
		t.Fatal(err)
	}
	if len(m.pending) > 0 {
		t.Fatalf("%d records are not covered by a mark", len(m.pending))
	}
}

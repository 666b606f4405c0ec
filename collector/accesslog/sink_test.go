package accesslog

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shared is the folder of test data beside the repository.
const shared = "../../../shared/data/accesslog"

func sharedData(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(shared, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no test data: %v", err)
	}
	return path
}

// event is one row of a block.
type event struct {
	System, Unit, Action, Traffic, Object, Form, Client string
	Time                                                time.Time
	Actor, Position                                     uint64
	Status                                              uint16
	Duration                                            uint32
}

// memory is a sink that keeps what it is given, as of the last mark, and can fail at the mark of a given number.
type memory struct {
	events, pendingEvents     []event
	rejected, pendingRejected []queries.Rejected
	declared                  []queries.System
	checkpoint                collector.Checkpoint
	marks, failAt             int
}

var errInterrupted = errors.New("interrupted")

func (m *memory) Usage(_ context.Context, b *queries.UsageColumns) error {
	for i := range b.Len() {
		m.pendingEvents = append(m.pendingEvents, event{
			System: b.System[i], Unit: b.Unit[i], Action: b.Action[i], Traffic: b.Traffic[i], Object: b.Object[i], Form: b.Form[i],
			Client: b.Client[i], Time: b.Time[i], Actor: b.Actor[i], Position: b.Position[i], Status: b.Status[i], Duration: b.Duration[i],
		})
	}
	return nil
}

func (m *memory) Submissions(context.Context, []queries.Submission) error { return nil }

func (m *memory) Declare(_ context.Context, d collector.Declarations) error {
	m.declared = append(m.declared, d.Systems...)
	return nil
}

func (m *memory) Reject(_ context.Context, r queries.Rejected) error {
	m.pendingRejected = append(m.pendingRejected, r)
	return nil
}

// Mark keeps what came before it, as the store does once a batch is written.
func (m *memory) Mark(_ context.Context, c collector.Checkpoint) error {
	m.marks++
	if m.marks == m.failAt {
		return errInterrupted
	}
	m.events = append(m.events, m.pendingEvents...)
	m.rejected = append(m.rejected, m.pendingRejected...)
	m.pendingEvents, m.pendingRejected = nil, nil
	m.checkpoint = append(collector.Checkpoint(nil), c...)
	return nil
}

func (m *memory) Progress(int64, int64) {}

// restart is the sink of the next run: it keeps the checkpoint and forgets what was not marked.
func (m *memory) restart() *memory { return &memory{checkpoint: m.checkpoint} }

// sourceOf builds a source from YAML as it stands in the configuration file.
func sourceOf(t testing.TB, text string) *Source {
	t.Helper()
	s, err := newFrom(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newFrom(text string) (*Source, error) {
	shanghai := time.FixedZone("CST", 8*3600)
	d := collector.Deps{
		ID: "gateway", Log: zerolog.Nop(), Pseudonym: collector.NewPseudonymizer([]byte("0123456789abcdef0123456789abcdef")),
		Now: time.Now, Location: shanghai,
	}
	s, err := Kind().New(d, func(into any) error { return yaml.UnmarshalWithOptions([]byte(text), into, yaml.Strict()) })
	if err != nil {
		return nil, err
	}
	source := s.(*Source)
	source.patience = 0 // tests do not wait
	return source, nil
}

// collect runs the source from the sink's checkpoint.
func collect(t testing.TB, s *Source, m *memory) {
	t.Helper()
	if err := s.Collect(t.Context(), m.checkpoint, m); err != nil {
		t.Fatal(err)
	}
	if len(m.pendingEvents)+len(m.pendingRejected) > 0 {
		t.Fatalf("%d events and %d rejected lines were emitted without a mark", len(m.pendingEvents), len(m.pendingRejected))
	}
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// aged sets back a file's time of modification, so that it counts as quiet.
func aged(t testing.TB, path string, age time.Duration) {
	t.Helper()
	then := time.Now().Add(-age)
	if err := os.Chtimes(path, then, then); err != nil {
		t.Fatal(err)
	}
}

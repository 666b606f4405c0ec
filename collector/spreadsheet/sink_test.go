package spreadsheet

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// memory is a sink that keeps everything.
type memory struct {
	rows     []queries.Submission
	forms    []queries.Form
	rejected []queries.Rejected
	marks    []collector.Checkpoint
	rowsAt   []int
	failAt   int
}

func (m *memory) Usage(context.Context, *queries.UsageColumns) error { return nil }

func (m *memory) Submissions(_ context.Context, rows []queries.Submission) error {
	for _, r := range rows {
		r.Values = slices.Clone(r.Values)
		m.rows = append(m.rows, r)
	}
	return nil
}

func (m *memory) Declare(_ context.Context, d collector.Declarations) error {
	m.forms = append(m.forms, d.Forms...)
	return nil
}

func (m *memory) Reject(_ context.Context, r queries.Rejected) error {
	m.rejected = append(m.rejected, r)
	return nil
}

func (m *memory) Mark(_ context.Context, c collector.Checkpoint) error {
	m.marks, m.rowsAt = append(m.marks, slices.Clone(c)), append(m.rowsAt, len(m.rows))
	if len(m.marks) == m.failAt {
		return fmt.Errorf("the store is full")
	}
	return nil
}

func (m *memory) Progress(int64, int64) {}

// lines writes submissions so that people can check them.
func (m *memory) lines() []string {
	var out []string
	for _, s := range m.rows {
		line := fmt.Sprintf("%s %s %s", s.Form, s.Unit, s.Period)
		if s.Subject != "" {
			line += " <" + s.Subject + ">"
		}
		line += ":"
		for _, v := range s.Values {
			if v.Kind != queries.Absent {
				line += " " + v.Field + "=" + v.Text
			}
		}
		out = append(out, line)
	}
	return out
}

func (m *memory) faults() []string {
	var out []string
	for _, r := range m.rejected {
		origin := filepath.Base(r.Origin)
		out = append(out, fmt.Sprintf("%s row %d, %s, %s: %s", origin, r.Line, r.Field, r.Kind, r.Reason))
	}
	return out
}

type fixture struct {
	*testing.T
	folder string
	source *source
	at     collector.Checkpoint
}

func newFixture(t *testing.T, config string) *fixture {
	t.Helper()
	f := &fixture{T: t, folder: t.TempDir()}
	f.configure(config)
	return f
}

func (f *fixture) configure(config string) {
	f.Helper()
	s, err := build(config, f.folder)
	if err != nil {
		f.Fatal(err)
	}
	f.source = s.(*source)
}

func build(config, folder string) (collector.Source, error) {
	return Kind().New(collector.Deps{
		ID: "drop", Pseudonym: collector.NewPseudonymizer(make([]byte, 32)), BaseDir: folder, Location: time.FixedZone("CST", 8*3600),
		// The clock is ahead, so that all files have been left alone for long.
		Now: func() time.Time { return time.Now().Add(time.Minute) },
	}, func(into any) error { return yaml.UnmarshalWithOptions([]byte(config), into, yaml.Strict()) })
}

func (f *fixture) write(name, text string) {
	f.Helper()
	path := filepath.Join(f.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) copy(from, name string) {
	f.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		f.Fatal(err)
	}
	f.write(name, string(b))
}

func (f *fixture) collect() *memory {
	f.Helper()
	m := &memory{}
	if err := f.source.Collect(context.Background(), f.at, m); err != nil {
		f.Fatal(err)
	}
	if len(m.marks) > 0 {
		f.at = m.marks[len(m.marks)-1]
	}
	return m
}

func (f *fixture) finds(want, faults []string) *memory {
	f.Helper()
	m := f.collect()
	if diff := cmp.Diff(want, m.lines()); diff != "" {
		f.Error(diff)
	}
	if diff := cmp.Diff(faults, m.faults()); diff != "" {
		f.Error(diff)
	}
	return m
}

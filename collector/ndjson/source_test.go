package ndjson

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"github.com/jianfu/jianfu/collector"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// record is a submission with a number of its own.
func record(n int) string {
	return fmt.Sprintf(`{"type":"submission","form":"f","unit":"u%d","period":"2026-07","submitted_at":"2026-07-15T09:30:00Z","values":{"n":%d}}`, n%7, n)
}

func records(from, to int) string {
	var b strings.Builder
	for n := from; n < to; n++ {
		b.WriteString(record(n) + "\n")
	}
	return b.String()
}

func numbers(m *memory) (n []int) {
	for _, r := range m.rows {
		n = append(n, int(r.Values[0].Number))
	}
	return n
}

func span(from, to int) (n []int) {
	for i := from; i < to; i++ {
		n = append(n, i)
	}
	return n
}

// fixture is a source on a folder of its own, and the time that its files have been left alone.
type fixture struct {
	*testing.T
	folder string
	source collector.Source
	at     collector.Checkpoint
}

func newFixture(t *testing.T, config string) *fixture {
	folder := t.TempDir()
	o := testOptions()
	s, err := Kind().New(collector.Deps{ID: "drop", Pseudonym: o.Pseudonym, Now: func() time.Time { return time.Now().Add(time.Minute) }, BaseDir: folder},
		func(into any) error { return yaml.UnmarshalWithOptions([]byte(config), into, yaml.Strict()) })
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{T: t, folder: folder, source: s}
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

func (f *fixture) grow(name, text string) {
	f.Helper()
	file, err := os.OpenFile(filepath.Join(f.folder, name), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		f.Fatal(err)
	}
	if _, err := file.WriteString(text); err != nil {
		f.Fatal(err)
	}
	if err := file.Close(); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) rename(from, to string) {
	f.Helper()
	if err := os.Rename(filepath.Join(f.folder, from), filepath.Join(f.folder, to)); err != nil {
		f.Fatal(err)
	}
}

// collect runs the source from where it was.
func (f *fixture) collect() *memory {
	f.Helper()
	m := &memory{}
	if err := f.source.Collect(context.Background(), f.at, m); err != nil {
		f.Fatal(err)
	}
	if c := m.last(); c != nil {
		f.at = c
	}
	return m
}

// finds collects and compares.
func (f *fixture) finds(want []int, rejected int) {
	f.Helper()
	m := f.collect()
	if diff := cmp.Diff(want, numbers(m)); diff != "" {
		f.Error(diff)
	}
	if len(m.rejected) != rejected {
		f.Errorf("rejected: %v", m.rejected)
	}
}

func TestFilesAreReadOnce(t *testing.T) {
	f := newFixture(t, "path: '*.ndjson*'")
	f.write("b.ndjson", records(2, 4))
	f.write("a.ndjson", records(0, 2))
	f.finds(span(0, 4), 0)
	f.finds(nil, 0)

	f.grow("b.ndjson", records(4, 6))
	f.finds(span(4, 6), 0)

	f.rename("b.ndjson", "b.ndjson.1")
	f.write("b.ndjson", records(6, 8))
	f.finds(span(6, 8), 0)

	f.grow("b.ndjson.1", records(8, 9))
	f.finds(span(8, 9), 0)

	// Written anew under the old name, shorter and longer than before.
	f.write("a.ndjson", records(10, 11))
	f.finds(span(10, 11), 0)
	f.write("a.ndjson", records(20, 30))
	f.finds(span(20, 30), 0)

	// A second name of a file is no second file.
	if err := os.Link(filepath.Join(f.folder, "a.ndjson"), filepath.Join(f.folder, "c.ndjson")); err != nil {
		t.Fatal(err)
	}
	f.finds(nil, 0)
}

func TestEditInPlace(t *testing.T) {
	f := newFixture(t, "path: a.ndjson")
	f.write("a.ndjson", records(10, 13))
	f.finds(span(10, 13), 0)
	path := filepath.Join(f.folder, "a.ndjson")
	f.write("a.ndjson", strings.Replace(records(10, 13), `"n":11`, `"n":99`, 1))
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	f.finds([]int{10, 99, 12}, 0)
}

func TestLastLineWithoutEnd(t *testing.T) {
	f := newFixture(t, "path: .")
	f.write("a.ndjson", records(0, 1)+record(1))
	f.write("b.ndjson", records(10, 11)+record(11)[:40])
	// The clock of the source is a minute ahead, so both files have been left alone for long.
	f.finds([]int{0, 1, 10}, 0)
	f.finds(nil, 0)
	f.grow("a.ndjson", "\n"+records(2, 3)+"broken\n")
	f.grow("b.ndjson", record(11)[40:]+"\n")
	m := f.collect()
	if diff := cmp.Diff([]int{2, 11}, numbers(m)); diff != "" {
		t.Error(diff)
	}
	if len(m.rejected) != 1 || m.rejected[0].Line != 4 {
		t.Errorf("rejected %v", m.rejected)
	}

	old := time.Now().Add(-25 * time.Hour)
	f.write("c.ndjson", record(20)[:40])
	if err := os.Chtimes(filepath.Join(f.folder, "c.ndjson"), old, old); err != nil {
		t.Fatal(err)
	}
	f.finds(nil, 1)
	f.finds(nil, 0)
}

func TestLineBeingWritten(t *testing.T) {
	f := newFixture(t, "path: .")
	f.source.(*source).Now = time.Now
	f.source.(*source).quiet = 50 * time.Millisecond
	f.write("a.ndjson", records(0, 1)+record(1))
	// The source waits for the writer to be quiet, and finds the line whole.
	f.finds(span(0, 2), 0)
	f.write("b.ndjson", records(2, 3)+record(3)[:40])
	f.finds([]int{2}, 0)
	f.grow("b.ndjson", record(3)[40:]+"\n")
	f.finds([]int{3}, 0)
}

func compressed(t *testing.T, kind, text string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	if kind == "gz" {
		w = gzip.NewWriter(&b)
	} else if w, err = zstd.NewWriter(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// bzipped is record(0), packed by bzip2 1.0.8.
const bzipped = `QlpoOTFBWSZTWct1ygEAADpbgAAQEAZ7sAQQtyffKiAAYGphTSZM1Bj1MkPTT1QxkxNMJpiYCaYHpHJvXkbV4meFYycjIzMeIDYZ2u1Ggm2ly4BAjXhILAEUymmvXGY5a25LiOt6UKq8jvf2sKusollFRiciQKHMLN3b+LuSKcKEhluuUAg=`

func TestPackedFiles(t *testing.T) {
	f := newFixture(t, "path: .")
	for _, kind := range []string{"gz", "zst"} {
		f.write("a.ndjson."+kind, compressed(t, kind, records(0, 3)+record(3)))
		f.finds(span(0, 4), 0)
		f.finds(nil, 0)
		// A packed file grows by another member.
		f.grow("a.ndjson."+kind, compressed(t, kind, "\n"+records(4, 6)))
		f.finds(span(4, 6), 0)
	}
	packed, err := base64.StdEncoding.DecodeString(bzipped)
	if err != nil {
		t.Fatal(err)
	}
	f.write("a.ndjson.bz2", string(packed))
	f.finds(span(0, 1), 0)
}

func TestBrokenArchives(t *testing.T) {
	f := newFixture(t, "path: .")
	whole := compressed(t, "gz", records(0, 5000))
	f.write("a.ndjson.gz", whole[:len(whole)-20])
	f.write("b.ndjson.gz", "\x1f\x8bnot really")
	f.write("c.ndjson", "PK\x03\x04 a zip")
	f.write("d.ndjson", records(6000, 6001))
	m := f.collect()
	kinds := map[string]string{}
	for _, r := range m.rejected {
		kinds[filepath.Base(r.Origin)] = r.Kind
	}
	want := map[string]string{"a.ndjson.gz": "archive", "b.ndjson.gz": "archive", "c.ndjson": "archive"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
	n := numbers(m)
	if len(n) < 2 || n[0] != 0 || n[len(n)-1] != 6000 {
		t.Errorf("%d records; those before the break and those of other files must be read", len(n))
	}
	f.finds(nil, 0)
	// Fetched again, it is whole.
	f.write("a.ndjson.gz", whole)
	m = f.collect()
	all := map[int]bool{}
	for _, n := range append(n, numbers(m)...) {
		all[n] = true
	}
	if len(all) != 5001 || len(m.rejected) > 0 {
		t.Errorf("%d different records, rejected %v", len(all), m.rejected)
	}
}

// After a crash at any mark, reading on from the mark before it loses and repeats nothing.
func TestResumeAtEveryMark(t *testing.T) {
	const n = 3*markEvery + 100
	for _, kind := range []string{"", ".gz"} {
		f := newFixture(t, "path: .")
		text := records(0, n)
		if kind != "" {
			text = compressed(t, "gz", text)
		}
		f.write("a.ndjson"+kind, text)
		var got []int
		for crash := 2; ; crash++ {
			m := &memory{failAt: 2}
			err := f.source.Collect(context.Background(), f.at, m)
			if len(m.marks) == 0 {
				break
			}
			// Everything up to the first mark was stored, what followed was lost with the crash.
			f.at = m.marks[0]
			stored := m.rowsAt[0]
			got = append(got, numbers(m)[:stored]...)
			if err == nil {
				break
			}
		}
		if diff := cmp.Diff(span(0, n), got); diff != "" {
			t.Errorf("%s: %.300s", kind, diff)
		}
	}
}

func TestFolders(t *testing.T) {
	f := newFixture(t, "path: [in, 'more/*.txt']")
	if err := f.source.Check(context.Background()); err == nil || !strings.Contains(err.Error(), "in") {
		t.Errorf("a folder that does not exist: %v", err)
	}
	f.write("in/2026/a.ndjson", records(0, 1))
	f.write("in/b.JSONL", records(1, 2))
	f.write("in/notes.txt", "not records")
	f.write("in/.hidden.ndjson", records(8, 9))
	f.write("in/c.ndjson.part", records(8, 9))
	f.write("more/d.txt", records(2, 3))
	if err := f.source.Check(context.Background()); err != nil {
		t.Error(err)
	}
	f.finds(span(0, 3), 0)
	f.write("in/0.ndjson", "{\"type\":\"unti\"}\n")
	if err := f.source.Check(context.Background()); err == nil || !strings.Contains(err.Error(), `is "unit" meant?`) {
		t.Errorf("check of a wrong file: %v", err)
	}
}

func TestUnreadableFileDoesNotStopOthers(t *testing.T) {
	f := newFixture(t, "path: '*.ndjson'")
	f.write("b.ndjson", records(0, 2))
	if err := os.Symlink("nowhere", filepath.Join(f.folder, "a.ndjson")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(f.folder, "z.ndjson"), 0o755); err != nil {
		t.Fatal(err)
	}
	m := &memory{}
	if err := f.source.Collect(context.Background(), nil, m); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(span(0, 2), numbers(m)); diff != "" {
		t.Error(diff)
	}
}

func TestWrongConfigurations(t *testing.T) {
	for config, want := range map[string]string{
		"{}":              "path is missing",
		"path: ''":        "is not a glob",
		"path: '[a'":      "is not a glob",
		"path: {a: b}":    "a path or a list of paths",
		"pth: /srv":       "unknown field",
		"path: [a, '[b']": "is not a glob",
	} {
		_, err := Kind().New(collector.Deps{}, func(into any) error { return yaml.UnmarshalWithOptions([]byte(config), into, yaml.Strict()) })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", config, err, want)
		}
	}
}

package accesslog

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/jianfu/jianfu/queries"
)

// lineOf is a combined line with a number that the rule of numbered finds again.
func lineOf(n int) string {
	return fmt.Sprintf("10.0.0.1 - - [01/Mar/2026:08:%02d:%02d +0800] \"GET /e/%d HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0 Firefox/1\"\n", n/60%60, n%60, n)
}

func linesOf(from, to int) []byte {
	var out bytes.Buffer
	for n := from; n < to; n++ {
		out.WriteString(lineOf(n))
	}
	return out.Bytes()
}

func zipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// numbered is a source whose events carry the number of their line as the form.
func numbered(t testing.TB, path string) *Source {
	t.Helper()
	return sourceOf(t, "{path: '"+path+"', system: portal, map: [{path: '^/e/(?P<form>.+)$'}]}")
}

func formsOf(events []event) string {
	var out []string
	for _, e := range events {
		out = append(out, e.Form)
	}
	return strings.Join(out, " ")
}

func numbers(from, to int) string {
	var out []string
	for n := from; n < to; n++ {
		out = append(out, fmt.Sprint(n))
	}
	return strings.Join(out, " ")
}

// step is a change of the folder and what a run then stores and rejects.
type step struct {
	do       func(folder string)
	stored   string
	rejected []string // parts of the reasons
}

func (s step) run(t *testing.T, folder string, m *memory) *memory {
	t.Helper()
	s.do(folder)
	m = m.restart()
	source := numbered(t, folder+"/*")
	if err := source.Collect(t.Context(), m.checkpoint, m); err != nil {
		t.Fatal(err)
	}
	if got := formsOf(m.events); got != s.stored {
		t.Errorf("stored %q, expected %q", got, s.stored)
	}
	if len(m.rejected) != len(s.rejected) {
		t.Fatalf("rejected %+v, expected %q", m.rejected, s.rejected)
	}
	for i, part := range s.rejected {
		if !strings.Contains(m.rejected[i].Reason, part) {
			t.Errorf("reason %q does not tell %q", m.rejected[i].Reason, part)
		}
	}
	return m
}

// TestFiles goes through what happens to files in the field.
func TestFiles(t *testing.T) {
	put := func(name string, age time.Duration, parts ...[]byte) func(string) {
		return func(folder string) {
			path := filepath.Join(folder, name)
			write(t, path, bytes.Join(parts, nil))
			aged(t, path, age)
		}
	}
	nothing := func(string) {}
	cut := func(data []byte, n int) []byte { return data[:n] }
	damaged := zipped(t, linesOf(0, 500))
	wrongSum := bytes.Clone(damaged)
	wrongSum[len(wrongSum)-6] ^= 0xff
	first := lineOf(0)
	cases := map[string][]step{
		"same beginning, another end": {
			{put("a.log", time.Hour, linesOf(0, 30), linesOf(100, 110)), numbers(0, 30) + " " + numbers(100, 110), nil},
			{put("b.log", time.Hour, linesOf(0, 30), linesOf(200, 205)), numbers(0, 30) + " " + numbers(200, 205), nil},
			{put("c.log", time.Hour, linesOf(0, 30), linesOf(300, 320)), numbers(0, 30) + " " + numbers(300, 320), nil},
			{nothing, "", nil},
		},
		"a last line without end that can be read": {
			{put("a.log", time.Hour, linesOf(0, 2), bytes.TrimSpace([]byte(lineOf(2)))), "0 1 2", nil},
			{nothing, "", nil},
			{put("a.log", time.Hour, linesOf(0, 4)), "3", nil},
		},
		"a last line without end of a file that is being written": {
			{put("a.log", 0, linesOf(0, 2), cut([]byte(lineOf(2)), 60)), "0 1", nil},
			{put("a.log", 0, linesOf(0, 4)), "2 3", nil},
		},
		"a last line that was left incomplete": {
			{put("a.log", time.Hour, linesOf(0, 2), cut([]byte(lineOf(2)), 60)), "0 1", []string{"line 3 has"}},
			{put("a.log", time.Hour, linesOf(0, 4)), "3", []string{"line 3 went on"}},
		},
		"a file of one line that grows": {
			{put("a.log", time.Hour, []byte(first)), "0", nil},
			{put("a.log", time.Hour, linesOf(0, 3)), "1 2", nil},
		},
		"an archive with a wrong checksum": {
			{put("a.log.gz", time.Hour, wrongSum), numbers(0, 500), []string{"is damaged after line 500"}},
			{nothing, "", nil},
			{put("a.log.gz", 2*time.Hour, damaged), "", nil},
		},
		"an archive that is none": {
			{put("a.log.gz", time.Hour, []byte("\x1f\x8bgarbage")), "", []string{"is damaged after line 0"}},
			{nothing, "", nil},
			{put("a.log.gz", 2*time.Hour, []byte("\x1f\x8bmore garbage")), "", []string{"is damaged after line 0"}},
			{put("a.log.gz", time.Hour, zipped(t, linesOf(0, 3))), "0 1 2", nil},
			{nothing, "", nil},
		},
		"a container": {
			{put("a.zip", time.Hour, []byte("PK\x03\x04and so on")), "", []string{"refused"}},
			{nothing, "", nil},
		},
		"an archive without a last end of line": {
			{put("a.log.gz", 0, zipped(t, bytes.TrimSpace(linesOf(0, 3)))), "0 1 2", nil},
			{put("a.log.gz", 0, zipped(t, linesOf(0, 4))), "3", nil},
		},
		"a line of 3 MB": {
			{put("a.log", time.Hour, linesOf(0, 2), bytes.Repeat([]byte("x"), 3<<20), []byte("\n"), linesOf(3, 5)), "0 1 3 4", []string{"line 3 is longer than"}},
			{nothing, "", nil},
		},
		"a line of 3 MB at the end": {
			{put("a.log", time.Hour, linesOf(0, 2), bytes.Repeat([]byte("x"), 3<<20)), "0 1", []string{"line 3 is longer than"}},
			{nothing, "", nil},
			{put("a.log", time.Hour, linesOf(0, 2), bytes.Repeat([]byte("x"), 3<<20), []byte("\n"), linesOf(3, 5)), "3 4", nil},
		},
		"a line of 3 MB that is being written": {
			{put("a.log", 0, linesOf(0, 2), bytes.Repeat([]byte("x"), 3<<20)), "0 1", nil},
			{put("a.log", 0, linesOf(0, 2), bytes.Repeat([]byte("x"), 3<<20), []byte("\n"), linesOf(3, 5)), "3 4", []string{"line 3 is longer than"}},
		},
		"NUL bytes before what a server wrote after truncation": {
			{put("a.log", time.Hour, make([]byte, 5<<20), linesOf(0, 3)), "0 1 2", nil},
			{nothing, "", nil},
			{put("a.log", time.Hour, make([]byte, 5<<20), linesOf(0, 4)), "3", nil},
		},
		"NUL bytes in a line": {
			{put("a.log", time.Hour, linesOf(0, 1), []byte("GET \x00\x00\n"), linesOf(2, 3)), "0 2", []string{"line 2 holds NUL bytes"}},
		},
		"blank lines, comments, other ends of line": {
			{put("a.log", time.Hour, []byte("\xef\xbb\xbf"+first+"\n   \n# note\n"), bytes.ReplaceAll(linesOf(4, 6), []byte("\n"), []byte("\r\n"))), "0 4 5", nil},
		},
		"clocks": {
			{
				put("a.log", time.Hour, []byte(strings.Replace(first, "2026", "1970", 1)+strings.Replace(first, "2026", "2036", 1)+lineOf(2))), "2",
				[]string{"line 1 tells the time 1970-03-01T00:00:00Z, which is before 1990", "line 2 tells the time 2036-03-01T00:00:00Z, which is more than a day in the future"},
			},
		},
	}
	for name, steps := range cases {
		t.Run(name, func(t *testing.T) {
			folder, m := t.TempDir(), &memory{}
			for i, s := range steps {
				t.Logf("step %d", i+1)
				m = s.run(t, folder, m)
			}
		})
	}
}

// TestArchiveBeingWritten reads what is there of an archive that is being written, without calling it damaged, and the rest
// once it is there.
func TestArchiveBeingWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log.gz")
	data := zipped(t, linesOf(0, 500))
	var got []event
	m := &memory{}
	for _, share := range []int{1, 5, 8, 10} {
		write(t, path, data[:len(data)*share/10])
		m = m.restart()
		collect(t, numbered(t, path), m)
		if len(m.rejected) > 0 {
			t.Errorf("rejected %+v", m.rejected)
		}
		got = append(got, m.events...)
	}
	if formsOf(got) != numbers(0, 500) {
		t.Errorf("stored %s", formsOf(got))
	}
}

// TestZstd reads frames as the zstd program writes them.
func TestZstd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.log.zst")
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(linesOf(0, 1000)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, path, out.Bytes())
	m := &memory{}
	collect(t, numbered(t, path), m)
	if got := formsOf(m.events); got != numbers(0, 1000) {
		t.Errorf("stored %s", got)
	}
}

// TestUnpackedLimit stops at an archive that unpacks to more than is allowed, keeps what stood before, and reports it once.
func TestUnpackedLimit(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a.log.gz"), zipped(t, append(linesOf(0, 10), make([]byte, 8<<20)...)))
	s, m := numbered(t, folder+"/*"), &memory{}
	s.settings.unpackMax = 1 << 20
	collect(t, s, m)
	if formsOf(m.events) != numbers(0, 10) || len(m.rejected) != 1 || m.rejected[0].Kind != "refused" {
		t.Errorf("stored %q and rejected %+v", formsOf(m.events), m.rejected)
	}
	if !strings.Contains(m.rejected[0].Reason, "max_unpacked_gib") {
		t.Errorf("the reason %q does not tell what to do", m.rejected[0].Reason)
	}
}

// TestHugeLine goes over a line of 100 MB in bounded memory.
func TestHugeLine(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100 MB")
	}
	path := filepath.Join(t.TempDir(), "a.log")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	megabyte := bytes.Repeat([]byte("y"), 1<<20)
	for range 100 {
		if _, err := f.Write(megabyte); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Write(append([]byte("\n"), linesOf(1, 3)...)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	m := &memory{}
	collect(t, numbered(t, path), m)
	if formsOf(m.events) != "1 2" || len(m.rejected) != 1 || m.rejected[0].Kind != "oversize" || len(m.rejected[0].Raw) != rawBytes {
		t.Errorf("stored %q, rejected %d", formsOf(m.events), len(m.rejected))
	}
}

// TestFieldsInForce changes the columns in the middle of W3C files, plain and packed, and reads them in parts and chunks.
func TestFieldsInForce(t *testing.T) {
	var text bytes.Buffer
	want := []string{}
	for part := range 4 {
		text.WriteString("#Software: x\n")
		if part%2 == 0 {
			text.WriteString("#Fields: date time cs-uri-stem sc-status\n")
		} else {
			text.WriteString("#Fields: sc-status time cs-uri-stem date\n")
		}
		for n := range 2000 {
			id := fmt.Sprint(part*10_000 + n)
			want = append(want, id)
			if part%2 == 0 {
				fmt.Fprintf(&text, "2026-03-01 08:00:00 /e/%s 200\n", id)
			} else {
				fmt.Fprintf(&text, "200 08:00:00 /e/%s 2026-03-01\n", id)
			}
		}
	}
	for _, pack := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "u_ex.log")
		m, got := &memory{}, []event(nil)
		for _, share := range []int{1, 3, 5, 8, 10} {
			data := text.Bytes()[:text.Len()*share/10]
			data = data[:bytes.LastIndexByte(data, '\n')+1]
			if pack {
				data = zipped(t, data)
			}
			write(t, path, data)
			m = m.restart()
			s := numbered(t, path)
			s.chunk = 4 << 10
			collect(t, s, m)
			if len(m.rejected) > 0 {
				t.Fatalf("rejected: %+v", m.rejected[0])
			}
			got = append(got, m.events...)
		}
		if formsOf(got) != strings.Join(want, " ") {
			t.Errorf("packed %t: %d of %d lines", pack, len(got), len(want))
		}
	}
}

// TestCheckpointStaysSmall forgets contents that are gone, and keeps a checkpoint of bounded size.
func TestCheckpointStaysSmall(t *testing.T) {
	folder, m := t.TempDir(), &memory{}
	for day := range 40 {
		write(t, filepath.Join(folder, "access.log"), linesOf(day*100, day*100+100))
		m = m.restart()
		s := numbered(t, folder+"/*")
		s.deps.Now = func() time.Time { return time.Now().AddDate(0, 0, day) }
		collect(t, s, m)
		if len(m.events) != 100 {
			t.Fatalf("day %d: %d events", day, len(m.events))
		}
	}
	known, err := readState(m.checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	if len(known) > goneDays+2 || len(m.checkpoint) > 300*len(known) {
		t.Errorf("%d contents in %d bytes", len(known), len(m.checkpoint))
	}
}

// TestFileFaults reads the files that can be read, and reports the others.
func TestFileFaults(t *testing.T) {
	folder := t.TempDir()
	s := numbered(t, folder+"/missing.log")
	if err := s.Collect(t.Context(), nil, &memory{}); err == nil || !strings.Contains(err.Error(), "missing.log") || !strings.Contains(err.Error(), "check the path") {
		t.Errorf("a missing file: %v", err)
	}
	if err := s.Check(t.Context()); err == nil {
		t.Error("Check found a missing file")
	}
	s = numbered(t, folder+"/*.log")
	if err := s.Collect(t.Context(), nil, &memory{}); err != nil {
		t.Errorf("a folder without logs so far: %v", err)
	}
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "*.log") {
		t.Errorf("Check of a folder without logs: %v", err)
	}
	if err := s.Collect(t.Context(), []byte(`{"v":99}`), &memory{}); err == nil {
		t.Error("a checkpoint of a later version was accepted")
	}
	write(t, filepath.Join(folder, "a.log"), []byte("what is this\n"))
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "a.log") || !strings.Contains(err.Error(), "format") {
		t.Errorf("Check of an unknown format: %v", err)
	}
	write(t, filepath.Join(folder, "a.log"), linesOf(0, 3))
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("Check: %v", err)
	}
}

// TestReplay reads rejected lines again with a better configuration.
func TestReplay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	write(t, path, []byte("10.0.0.1|2026-03-01 08:00:00|/e/7|200\n"))
	m := &memory{}
	collect(t, numbered(t, path), m)
	if len(m.rejected) != 1 {
		t.Fatalf("rejected %d lines", len(m.rejected))
	}
	r := m.rejected[0]
	q := queries.Quarantined{Source: r.Source, Origin: r.Origin, Line: r.Line, Kind: r.Kind, Reason: r.Reason, Raw: r.Raw}
	again := &memory{}
	if err := numbered(t, path).Replay(t.Context(), q, again); err != nil || len(again.pendingRejected) != 1 || len(again.pendingEvents) != 0 {
		t.Errorf("the same configuration: %+v, %v", again, err)
	}
	better := sourceOf(t, `{path: a.log, system: portal, pattern: '^(?P<ip>[^|]+)\|(?P<time>[^|]+)\|(?P<path>[^|]+)\|(?P<status>\d+)$'}`)
	again = &memory{}
	if err := better.Replay(t.Context(), q, again); err != nil || len(again.pendingRejected) != 0 || len(again.pendingEvents) != 1 {
		t.Errorf("the better configuration: %+v, %v", again, err)
	}
}

package ndjson

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/collector"
)

// long is a stream of one line that never becomes a record, between two that are.
type long struct {
	rest int
	tail io.Reader
}

func (l *long) Read(p []byte) (int, error) {
	if l.rest == 0 {
		return l.tail.Read(p)
	}
	n := min(len(p), l.rest)
	for i := range p[:n] {
		p[i] = 'x'
	}
	l.rest -= n
	return n, nil
}

func TestLineOf100MB(t *testing.T) {
	m := &memory{}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := io.MultiReader(strings.NewReader(record(1)+"\n"), &long{rest: 100 << 20, tail: strings.NewReader("\n" + record(2) + "\nwrong\n")})
	counts, err := Read(context.Background(), r, "in", testOptions(), m)
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if diff := cmp.Diff([]int{1, 2}, numbers(m)); diff != "" {
		t.Error(diff)
	}
	if len(m.rejected) != 2 || m.rejected[0].Kind != "oversize" || m.rejected[0].Line != 2 || len(m.rejected[0].Raw) != mostRaw || m.rejected[1].Line != 4 {
		t.Errorf("rejected %d: %.200v", len(m.rejected), m.rejected)
	}
	if counts.Lines != 4 {
		t.Errorf("%+v", counts)
	}
	// What was passed over is not held: doubling buffers up to 32 MiB are all it takes.
	if held := after.TotalAlloc - before.TotalAlloc; held > 90<<20 {
		t.Errorf("%d MiB were allocated for a line that is passed over", held>>20)
	}
}

func TestLongLines(t *testing.T) {
	for _, length := range []int{chunkBytes - 1, chunkBytes, chunkBytes + 1, 3*chunkBytes + 7, mostLine - 1, mostLine + 1, mostLine + chunkBytes} {
		line := strings.Replace(record(1), `"n":1`, `"n":1,"t":"`+strings.Repeat("y", length-len(record(1))-7)+`"`, 1)
		if len(line) != length {
			t.Fatalf("the line has %d bytes, not %d", len(line), length)
		}
		for name, text := range map[string]string{"first": line + "\n" + record(2), "last": record(2) + "\n" + line, "alone": line + "\n"} {
			m := readText(t, text)
			want := strings.Count(text, "submission")
			if length > mostLine {
				want--
			}
			if len(m.rows) != want || len(m.rejected) != strings.Count(text, "submission")-want {
				t.Errorf("%d bytes, %s: %d submissions, %d rejected", length, name, len(m.rows), len(m.rejected))
			}
		}
	}
}

func TestEncodingsOfStreams(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		rows int
		kind string
	}{
		"mark":               {"\xef\xbb\xbf" + record(1) + "\n" + record(2), 2, ""},
		"CRLF":               {record(1) + "\r\n\r\n" + record(2) + "\r\n", 2, ""},
		"UTF-16":             {"\xff\xfe{\x00}\x00\n\x00", 0, "encoding"},
		"mark in the middle": {record(1) + "\n\xef\xbb\xbf" + record(2), 1, "malformed"},
		"nothing":            {"", 0, ""},
		"blank":              {"\n \n\r\n", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := readText(t, c.text)
			if len(m.rows) != c.rows || (c.kind == "") != (len(m.rejected) == 0) || c.kind != "" && m.rejected[0].Kind != c.kind {
				t.Errorf("%d submissions, rejected %v", len(m.rows), m.rejected)
			}
		})
	}
}

// Forms come out before the submissions that follow them and after those that precede them.
func TestOrder(t *testing.T) {
	var text strings.Builder
	var want []string
	for i := range 20_000 {
		id := fmt.Sprintf("f%d", i/3)
		if i%3 == 0 {
			fmt.Fprintf(&text, `{"type":"form","id":"%s","system":"s","title":"t","cycle":"month","fields":[]}`+"\n", id)
			want = append(want, "d:"+id)
			continue
		}
		text.WriteString(strings.Replace(record(i), `"form":"f"`, `"form":"`+id+`"`, 1) + "\n")
		want = append(want, "s:"+id)
	}
	m := readText(t, text.String())
	if diff := cmp.Diff(want, m.order); diff != "" {
		t.Errorf("%.400s", diff)
	}
}

func TestFaultsOfTheStreamAndTheSink(t *testing.T) {
	broken := errors.New("the cable was pulled")
	m := &memory{}
	_, err := Read(context.Background(), io.MultiReader(strings.NewReader(records(0, 5)+`{"type`), &failing{broken}), "in", testOptions(), m)
	if !errors.Is(err, broken) || len(m.rows) != 5 || len(m.rejected) != 0 {
		t.Errorf("%d submissions, rejected %v, error %v", len(m.rows), m.rejected, err)
	}
	if _, err := Read(context.Background(), strings.NewReader(records(0, 5)), "in", testOptions(), &memory{failAt: 1}); !errors.Is(err, errFull) {
		t.Errorf("the sink's error is lost: %v", err)
	}
	if _, err := ReadFile(context.Background(), filepath.Join(t.TempDir(), "none"), testOptions(), m); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// A reader that hangs must not keep anybody who gave up waiting.
func TestCancelWhileReading(t *testing.T) {
	r, w := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := Read(ctx, r, "in", testOptions(), &memory{})
		done <- err
	}()
	if _, err := io.WriteString(w, records(0, 100)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// What is read does not depend on how many processors read it.
func TestManyWorkers(t *testing.T) {
	text := records(0, 30_000)
	for _, workers := range []int{1, 8} {
		before := runtime.GOMAXPROCS(workers)
		m := readText(t, text)
		runtime.GOMAXPROCS(before)
		if diff := cmp.Diff(span(0, 30_000), numbers(m)); diff != "" {
			t.Errorf("%d workers: %.200s", workers, diff)
		}
	}
}

var _ collector.Sink = (*memory)(nil)

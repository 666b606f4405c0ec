package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"pgregory.net/rapid"
)

// upstream is a server that writes a log, and the administrator's tools that rotate it. Its clock goes on with every step.
type upstream struct {
	t       *rapid.T
	folder  string
	now     time.Time
	written []string // the number of every complete line
	next    int
	partial []byte // the rest of a line whose beginning was written
	rotated int
}

func (u *upstream) live() string { return filepath.Join(u.folder, "access.log") }

func (u *upstream) must(err error) {
	if err != nil {
		u.t.Fatal(err)
	}
}

// touched gives a file the time of the simulated clock.
func (u *upstream) touched(path string) {
	u.now = u.now.Add(10 * time.Second)
	u.must(os.Chtimes(path, u.now, u.now))
}

func (u *upstream) write(data []byte) {
	f, err := os.OpenFile(u.live(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	u.must(err)
	_, err = f.Write(data)
	u.must(err)
	u.must(f.Close())
	u.touched(u.live())
}

// appendLines writes lines of several lengths, the last perhaps only in part.
func (u *upstream) appendLines(t *rapid.T) {
	var out bytes.Buffer
	out.Write(u.partial)
	if len(u.partial) > 0 {
		u.written = append(u.written, fmt.Sprint(u.next-1))
		u.partial = nil
	}
	for range rapid.IntRange(1, 30).Draw(t, "lines") {
		fmt.Fprintf(&out, "10.0.0.1 - - [%s] \"GET /e/%d HTTP/1.1\" 200 %d \"-\" \"Mozilla/5.0%*s\"\n",
			u.now.Format("02/Jan/2006:15:04:05 -0700"), u.next, u.next, rapid.IntRange(1, 60).Draw(t, "width"), "")
		u.written = append(u.written, fmt.Sprint(u.next))
		u.next++
	}
	data := out.Bytes()
	if rapid.Bool().Draw(t, "partial") {
		last := bytes.LastIndexByte(data[:len(data)-1], '\n') + 1
		cut := rapid.IntRange(last+1, len(data)-1).Draw(t, "cut")
		u.partial = bytes.Clone(data[cut:])
		u.written = u.written[:len(u.written)-1]
		data = data[:cut]
	}
	u.write(data)
}

// finishLine writes what is left of a line, because servers finish their lines before they let go of a file.
func (u *upstream) finishLine() {
	if len(u.partial) > 0 {
		u.written = append(u.written, fmt.Sprint(u.next-1))
		partial := u.partial
		u.partial = nil
		u.write(partial)
	}
}

func (u *upstream) archive() string {
	u.rotated++
	return filepath.Join(u.folder, fmt.Sprintf("access.log.%03d", u.rotated))
}

func (u *upstream) exists() bool {
	info, err := os.Stat(u.live())
	return err == nil && info.Size() > 0
}

func (u *upstream) rename(t *rapid.T) {
	if !u.exists() {
		t.Skip("nothing to rotate")
	}
	u.finishLine()
	u.must(os.Rename(u.live(), u.archive()))
}

// copyTruncate copies the log and truncates it. During the copying, collect may look at what is there.
func (u *upstream) copyTruncate(t *rapid.T, collect func()) {
	if !u.exists() {
		t.Skip("nothing to rotate")
	}
	u.finishLine()
	data, err := os.ReadFile(u.live())
	u.must(err)
	path := u.archive()
	if rapid.Bool().Draw(t, "looked at while copying") {
		u.must(os.WriteFile(path, data[:rapid.IntRange(0, len(data)).Draw(t, "copied")], 0o644))
		u.touched(path)
		collect()
	}
	u.must(os.WriteFile(path, data, 0o644))
	u.touched(path)
	u.must(os.Truncate(u.live(), 0))
	u.touched(u.live())
}

// compress packs a rotated file and removes it, perhaps with a look in between.
func (u *upstream) compress(t *rapid.T, collect func()) {
	plain, err := filepath.Glob(filepath.Join(u.folder, "access.log.???"))
	u.must(err)
	if len(plain) == 0 {
		t.Skip("nothing to compress")
	}
	path := plain[rapid.IntRange(0, len(plain)-1).Draw(t, "file")]
	data, err := os.ReadFile(path)
	u.must(err)
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err = z.Write(data)
	u.must(err)
	u.must(z.Close())
	if rapid.Bool().Draw(t, "looked at while packing") {
		u.must(os.WriteFile(path+".gz", out.Bytes()[:rapid.IntRange(0, out.Len()).Draw(t, "packed")], 0o644))
		u.touched(path + ".gz")
		collect()
	}
	u.must(os.WriteFile(path+".gz", out.Bytes(), 0o644))
	u.touched(path + ".gz")
	if rapid.Bool().Draw(t, "looked at side by side") {
		collect()
	}
	u.must(os.Remove(path))
}

// TestRotations lets a server write, rotate, copy, truncate and pack its logs in any order, with runs that break off anywhere
// in between: every line must be stored once. The rows of a run that broke off may have been stored although its checkpoint
// was not, so that they come again: then they must have the same position.
func TestRotations(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		folder, err := os.MkdirTemp(t.TempDir(), "logs")
		if err != nil {
			rt.Fatal(err)
		}
		u := &upstream{t: rt, folder: folder, now: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
		type place struct {
			at       time.Time
			position uint64
		}
		var once []string
		kept := map[place]string{}
		m := &memory{}
		run := func(failAt int) {
			s := sourceOf(t, "{path: '"+folder+"/access.log*', system: portal, map: [{path: '^/e/(?P<form>.+)$'}]}")
			s.chunk, s.quiet, s.old = 1<<11, 1000*time.Hour, 1000*time.Hour
			s.deps.Now = func() time.Time { return u.now.Add(5 * time.Second) }
			m = m.restart()
			m.failAt = failAt
			err := s.Collect(t.Context(), m.checkpoint, m)
			if err != nil && !errors.Is(err, errInterrupted) && u.next > 0 {
				if paths, _ := filepath.Glob(folder + "/*"); len(paths) > 0 {
					rt.Fatal(err)
				}
			}
			if len(m.rejected)+len(m.pendingRejected) > 0 {
				rt.Fatalf("rejected: %+v", append(m.rejected, m.pendingRejected...))
			}
			for _, e := range m.events {
				once = append(once, e.Form)
			}
			for _, e := range append(m.events, m.pendingEvents...) {
				kept[place{e.Time, e.Position}] = e.Form
			}
		}
		any := func() { run(rapid.IntRange(0, 6).Draw(rt, "breaks off at mark")) }
		rt.Repeat(map[string]func(*rapid.T){
			"append":       u.appendLines,
			"rename":       u.rename,
			"copyTruncate": func(t *rapid.T) { u.copyTruncate(t, any) },
			"compress":     func(t *rapid.T) { u.compress(t, any) },
			"collect":      func(*rapid.T) { any() },
		})
		u.finishLine()
		run(0)
		slices.Sort(once)
		want := slices.Sorted(slices.Values(u.written))
		if !slices.Equal(once, want) {
			rt.Fatalf("stored %d lines, written %d: %v, %v", len(once), len(want), once, want)
		}
		var all []string
		for _, line := range kept {
			all = append(all, line)
		}
		slices.Sort(all)
		if !slices.Equal(all, want) {
			rt.Fatalf("%d positions for %d lines", len(all), len(want))
		}
	})
}

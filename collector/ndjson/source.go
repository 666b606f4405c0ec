package ndjson

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/jianfu/jianfu/collector"
)

// Kind is the source kind ndjson: files and folders of interchange records.
func Kind() collector.Kind {
	return collector.Kind{Name: "ndjson", New: func(d collector.Deps, decode func(any) error) (collector.Source, error) {
		var c config
		if err := decode(&c); err != nil {
			return nil, err
		}
		if err := c.Path.Check(); err != nil {
			return nil, err
		}
		return &source{Deps: d, config: c, quiet: 2 * time.Second}, nil
	}}
}

type config struct {
	Path collector.FilePatterns `yaml:"path"`
}

// suffixes are the names that are taken from a folder.
var suffixes = []string{
	".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz", ".ndjson.zst", ".jsonl.zst", ".ndjson.bz2", ".jsonl.bz2",
}

// source reads files one after another, in the order of their names, so that 01-forms.ndjson comes before
// 02-submissions.ndjson.
type source struct {
	collector.Deps
	config config
	quiet  time.Duration // how long nobody may have written to a file before its last line is read without a line end
}

// Check implements collector.Source: it reads the first record of the first file that has one.
func (s *source) Check(context.Context) error {
	files, err := s.config.Path.List(s.BaseDir, suffixes...)
	if err != nil {
		return err
	}
	for _, path := range files {
		line, err := firstLine(path)
		if err != nil {
			return err
		}
		if line == nil {
			continue
		}
		d := newDecoder(s.Pseudonym, s.options().now())
		r := &result{}
		d.chunk(&chunk{data: line, first: true}, r)
		if len(r.rejected) > 0 {
			return fmt.Errorf("unable to understand %s, line 1: %s", path, r.rejected[0].Reason)
		}
		return nil
	}
	return nil
}

// firstLine is the first line of a file, nil when it has none of a readable length.
func firstLine(path string) ([]byte, error) {
	r, _, err := collector.OpenDecompressed(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head := make([]byte, 1<<20)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("unable to read %s: %w", path, err)
	}
	line, _, ended := bytes.Cut(head[:n], []byte("\n"))
	if !ended {
		return nil, nil
	}
	return line, nil
}

func (s *source) options() Options {
	return Options{Source: s.ID, Pseudonym: s.Pseudonym, Now: s.Now}
}

// Collect implements collector.Source.
func (s *source) Collect(ctx context.Context, from collector.Checkpoint, out collector.Sink) error {
	state, err := loadState(from)
	if err != nil {
		return err
	}
	paths, err := s.config.Path.List(s.BaseDir, suffixes...)
	if err != nil {
		return backoff.Permanent(err)
	}
	unreadable, busy, err := s.files(ctx, state, paths, out)
	if err != nil {
		return err
	}
	if len(busy) > 0 {
		// A file that was dropped a moment ago and has no last line end would otherwise wait for the next run.
		select {
		case <-time.After(s.quiet):
		case <-ctx.Done():
			return ctx.Err()
		}
		more, _, err := s.files(ctx, state, busy, out)
		if err != nil {
			return err
		}
		unreadable = append(unreadable, more...)
	}
	if len(unreadable) > 0 {
		return backoff.Permanent(errors.Join(unreadable...))
	}
	return nil
}

// files reads what is new in some files. It tells which cannot be read, and which have a last line that is too young to be
// judged.
func (s *source) files(ctx context.Context, state *state, paths []string, out collector.Sink) (unreadable []error, busy []string, err error) {
	now := s.options().now()
	due, total := state.due(paths, now)
	done := int64(0)
	for i, path := range due {
		size := int64(0)
		left, err := s.file(ctx, state, path, now, func(n int64) {
			size = n
			out.Progress(done+n, max(total, done+n))
		}, out)
		// A file that cannot be opened must not stop those that can.
		if errors.Is(err, errUnreadable) {
			unreadable = append(unreadable, err)
		} else if err != nil {
			return nil, nil, err
		}
		if left {
			busy = append(busy, path)
		}
		done += size
		// A checkpoint lists every file, so a folder of many small ones is not marked at each of them.
		if state.unmarked >= 100 || state.lines >= markEvery || i == len(due)-1 {
			c, err := state.encode(now)
			if err != nil {
				return nil, nil, err
			}
			if err := out.Mark(ctx, c); err != nil {
				return nil, nil, err
			}
		}
	}
	return unreadable, busy, nil
}

var errUnreadable = errors.New("check that the file may be read by this program")

// abandoned is how long nobody may have written to a file before a last line that is cut off is rejected.
const abandoned = 24 * time.Hour

// file reads what is new in one file. It tells whether it left a last line that somebody may still be writing.
func (s *source) file(ctx context.Context, state *state, path string, now time.Time, progress func(int64), out collector.Sink) (busy bool, err error) {
	f, err := open(path, state, now)
	if err != nil {
		return false, fmt.Errorf("unable to open %s: %w; %w", path, err, errUnreadable)
	}
	if f.broken != nil {
		f.Done = true
		state.put(f.entry)
		state.unmarked++
		return false, errors.Join(brokenArchive(ctx, f.packed, path, f.Line, f.broken, s.options(), out), f.packed.Close())
	}
	st := &stream{r: f.unpacked, packed: f.packed, origin: path, at: f.position(), tail: leaveTail, progress: progress}
	switch age := now.Sub(f.modified()); {
	case f.format != collector.Plain || age >= abandoned:
		st.tail = readTail
	case age >= s.quiet:
		st.tail = tryTail
	}
	st.mark = func(at position) (collector.Checkpoint, error) {
		f.move(at)
		state.put(f.entry)
		return state.encode(now)
	}
	counts, err := st.run(ctx, s.options(), out)
	if err != nil {
		return false, err
	}
	f.move(st.at)
	f.Done = !st.left
	state.put(f.entry)
	state.unmarked++
	state.lines += counts.Lines
	return st.left && st.tail == leaveTail, nil
}

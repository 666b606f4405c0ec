package accesslog

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// takesTail decides about a last line without an end. That of an archive is complete. In a plain file the server may be in
// the middle of writing it: a whole JSON object is complete; another line that can be read is taken once the file has been
// quiet for a moment, and one that cannot when it has been quiet for long.
func (rd *reader) takesTail(ctx context.Context, line []byte) bool {
	if len(line) == 0 || rd.o.fault != nil {
		return false
	}
	if !rd.o.plain() {
		return true
	}
	quiet := rd.deps.Now().Sub(time.Unix(0, rd.o.is[3]))
	if quiet >= rd.old {
		return true
	}
	var r record
	rd.probe.header.header(rd.fields)
	if reason := rd.probe.read(bytes.TrimLeft(line, "\x00"), &r); reason != "" {
		return false
	}
	if line[0] == '{' {
		return true
	}
	if wait := rd.quiet - quiet; wait > 0 {
		if wait > rd.patience || !sleep(ctx, wait) {
			return false
		}
	}
	info, err := rd.o.file.Stat()
	return err == nil && describe(rd.o.path, info).is == rd.o.is
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// closeLine drops the end of a line that was read before without it. Anything but the end of the line means that it was
// read too early, which is reported.
func (rd *reader) closeLine(data []byte, ended bool) ([]byte, error) {
	end := bytes.IndexByte(data, '\n')
	if end < 0 {
		if !ended {
			rd.advance(data)
			data = nil
		}
		return data, nil
	}
	rd.s.Open = false
	late := bytes.TrimSpace(data[:end])
	rd.advance(data[:end+1])
	data = data[end+1:]
	if len(late) == 0 {
		return data, nil
	}
	return data, rd.reject(rd.s.Lines, "malformed", fmt.Sprintf("line %d went on after it had been read without an end of line; only its beginning was used", rd.s.Lines), late)
}

// errLeft says that a line is left to a later run.
var errLeft = errors.New("the line is not complete")

// overlong goes over a line that fills a whole buffer. It returns what follows the line, and whether the content ended. NUL
// bytes at its beginning are no part of it: they fill the place of what was truncated under a server that does not append.
func (rd *reader) overlong(data []byte) (ended bool, rest []byte, err error) {
	before := *rd.s
	rd.chunkKey(data)
	rd.advance(data)
	if len(bytes.TrimLeft(data, "\x00")) == 0 {
		return false, nil, nil
	}
	raw := bytes.Clone(data[:min(len(data), rawBytes)])
	for {
		var n int
		n, ended = rd.o.fill(rd.scratch)
		part := rd.scratch[:n]
		if end := bytes.IndexByte(part, '\n'); end >= 0 {
			rd.advance(part[:end+1])
			rd.s.Lines++
			return ended, bytes.Clone(part[end+1:]), rd.oversize(raw)
		}
		rd.advance(part)
		if !ended {
			continue
		}
		if rd.o.fault == nil && rd.o.plain() && rd.deps.Now().Sub(time.Unix(0, rd.o.is[3])) < rd.old {
			*rd.s = before
			return true, nil, errLeft // it may still be being written
		}
		rd.s.Lines++
		rd.s.Open = true
		return true, nil, rd.oversize(raw)
	}
}

func (rd *reader) chunkKey(data []byte) {
	if rd.s.Key == 0 {
		rd.s.Key = rd.state.keyOf(firstLine(data))
	}
}

func (rd *reader) oversize(raw []byte) error {
	return rd.reject(rd.s.Lines, "oversize", fmt.Sprintf("line %d is longer than %d bytes", rd.s.Lines, maxLine), raw)
}

// tidy forgets contents that no file has held for long, and notes which ones are there today.
func (rd *reader) tidy() error {
	today := rd.deps.Now().Unix() / (24 * 3600)
	var gone []*stream
	for _, s := range rd.state {
		if !rd.held[s.Key] {
			gone = append(gone, s)
		} else if s.Seen != today {
			seen := clone(s)
			seen.Seen = today
			rd.state[s.Key] = seen
			if err := rd.send(&job{after: seen, done: rd.done}); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(gone, func(a, b *stream) int { return cmp.Compare(b.Seen, a.Seen) })
	for i, s := range gone {
		// An archive of which nothing could be read is only remembered in the state that was reported.
		if i >= goneMost || s.Seen < today-goneDays || s.Offset == 0 {
			delete(rd.state, s.Key)
			if err := rd.send(&job{forget: s.Key, done: rd.done}); err != nil {
				return err
			}
		}
	}
	return nil
}

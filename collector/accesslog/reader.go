package accesslog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

const (
	// chunkBytes is how much a worker parses at a time.
	chunkBytes = 2 << 20
	// racy is how old a change must be before a file's time of modification vouches for its content: later changes within
	// the clock's tick would leave the time as it is.
	racy = 2 * time.Second
	// goneDays and goneMost bound what is remembered of contents that no file holds any more.
	goneDays = 7
	goneMost = 1000
)

// job is a chunk of lines, or a change of what is known about a stream, on its way to the sink.
type job struct {
	path      string
	data      []byte // complete lines; the last may lack its end
	buffer    []byte // goes back to the pool
	lines     uint64
	firstLine uint64
	key       uint64 // of the stream
	fields    []byte // the #Fields: line in force at the beginning
	sequence  uint64
	rejected  []queries.Rejected
	after     *stream // the stream once this job is stored
	forget    uint32
	done      int64
	parsed    chan result
}

// reader goes through the files and cuts what is new into jobs, in order. It belongs to one goroutine.
type reader struct {
	*Source
	state    state
	present  map[[2]uint64]candidate
	held     map[uint32]bool // the streams that a file holds
	scratch  []byte
	free     chan []byte
	probe    *worker
	send     func(*job) error // to the workers and the emitter
	sequence uint64
	faults   []error
	done     int64 // bytes of files that are finished

	// The file being read.
	o      *content
	s      *stream
	prefix []byte // the beginning of what was read of it
	tail   []byte // the last bytes of what was read of it
	fields []byte
}

// run reads everything that is new.
func (rd *reader) run(ctx context.Context, files []candidate) error {
	rd.present = map[[2]uint64]candidate{}
	rd.held = map[uint32]bool{}
	known := map[sighting]uint32{}
	for _, s := range rd.state {
		for _, is := range s.Files {
			known[is] = s.Key
		}
	}
	for _, c := range files {
		rd.present[c.id] = c
	}
	for _, c := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if key, settled := known[c.is]; settled || c.size == 0 {
			rd.held[key] = true
			rd.done += c.size
			continue
		}
		if err := rd.file(ctx, c); err != nil {
			return err
		}
		rd.done += c.size
	}
	return rd.tidy()
}

// file reads what is new in one file. Faults of the file are kept for the end of the run; the error is that of sending.
func (rd *reader) file(ctx context.Context, c candidate) error {
	o, err := openContent(c, rd.settings.unpackMax)
	if errors.Is(err, errRotated) || errors.Is(err, fs.ErrNotExist) {
		return nil // the next run reads it under its new name
	}
	if err != nil {
		rd.faults = append(rd.faults, err)
		return nil
	}
	defer o.close()
	rd.o = o
	if o.fault != nil && o.unpacked == nil {
		return rd.damaged(&stream{Owner: o.id})
	}
	s, v, err := rd.match(o)
	if err != nil {
		rd.faults = append(rd.faults, err)
		return nil
	}
	switch v {
	case covered:
		rd.s = clone(s)
		return rd.settle(o.fault == nil)
	case fresh:
		rd.s, rd.prefix, rd.tail, rd.fields = &stream{Owner: o.id}, nil, nil, nil
	case continues:
		rd.s = clone(s)
		rd.prefix = bytes.Clone(o.head[:min(int64(len(o.head)), s.Offset)])
		if rd.fields = nil; s.Fields > 0 {
			if err := rd.loadFields(s); err != nil {
				rd.faults = append(rd.faults, err)
				return nil
			}
		}
		rd.tail = bytes.Clone(o.tail)
		if _, there := rd.present[s.Owner]; o.plain() || !there {
			rd.s.Owner = o.id
		}
	}
	return rd.consume(ctx)
}

func clone(s *stream) *stream {
	c := *s
	return &c
}

// loadFields fetches the header that was in force where reading goes on.
func (rd *reader) loadFields(s *stream) error {
	rd.fields = rd.o.lineAt(s.Fields-1, rd.scratch)
	if err := rd.o.rewind(); err != nil {
		return err
	}
	rd.o.skip(s.Offset, rd.scratch)
	return nil
}

// consume reads the open file from the stream's offset to its end.
func (rd *reader) consume(ctx context.Context) error {
	var rest []byte // of the buffer before, without an end of line
	for ended := false; ; {
		buffer, err := rd.buffer(ctx)
		if err != nil {
			return err
		}
		data := buffer[:copy(buffer, rest)]
		if !ended {
			var n int
			n, ended = rd.o.fill(buffer[len(data):])
			data = buffer[:len(data)+n]
		}
		if rd.s.Open {
			if data, err = rd.closeLine(data, ended); err != nil {
				return err
			}
		}
		cut := bytes.LastIndexByte(data, '\n') + 1
		if cut == 0 && !ended && len(data) == len(buffer) {
			ended, rest, err = rd.overlong(data)
			rd.free <- buffer
			if errors.Is(err, errLeft) {
				return rd.emit(&job{path: rd.o.path})
			}
			if err != nil {
				return err
			}
			continue
		}
		rest = data[cut:]
		whole := data[:cut]
		fields := rd.fields
		rd.noteFields(whole)
		if ended && !rd.s.Open && rd.takesTail(ctx, rest) {
			whole, rest = data, nil
		}
		rest = bytes.Clone(rest)
		if err := rd.chunk(whole, buffer, fields); err != nil {
			return err
		}
		if ended {
			return rd.finish(rest)
		}
	}
}

// buffer takes a free one, or waits for the workers to give one back.
func (rd *reader) buffer(ctx context.Context) ([]byte, error) {
	select {
	case b := <-rd.free:
		return b[:cap(b)], nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// chunk sends complete lines to the workers and moves the stream behind them.
func (rd *reader) chunk(data, buffer, fields []byte) error {
	if len(data) == 0 {
		rd.free <- buffer
		return nil
	}
	s := rd.s
	if s.Key == 0 {
		s.Key = rd.state.keyOf(firstLine(data))
	}
	j := &job{
		path: rd.o.path, data: data, buffer: buffer, firstLine: s.Lines + 1, key: uint64(s.Key), fields: fields,
		lines: uint64(bytes.Count(data, []byte("\n"))),
	}
	s.Open = data[len(data)-1] != '\n'
	if s.Open {
		j.lines++
	}
	s.Lines += j.lines
	rd.advance(data)
	return rd.emit(j)
}

// firstLine is the beginning of the first line that is no header.
func firstLine(data []byte) []byte {
	line := data[dataStart(data):]
	if len(line) == 0 {
		line = data
	}
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	return line[:min(len(line), headBytes)]
}

// noteFields remembers the last header of a chunk for those that follow.
func (rd *reader) noteFields(data []byte) {
	// The header is rare: searching forwards is much faster than from the end.
	for from := 0; ; {
		at := bytes.Index(data[from:], fieldsMark)
		if at < 0 {
			return
		}
		at += from
		if at == 0 || data[at-1] == '\n' {
			line, _, _ := bytes.Cut(data[at:], []byte("\n"))
			rd.fields = bytes.Clone(line[:min(len(line), headWindow)])
			rd.s.Fields = rd.s.Offset + int64(at) + 1
		}
		from = at + 1
	}
}

// advance moves the stream's offset behind data that follows it.
func (rd *reader) advance(data []byte) {
	s := rd.s
	if s.Offset == int64(len(rd.prefix)) && len(rd.prefix) < headWindow {
		rd.prefix = append(rd.prefix, data[:min(len(data), headWindow-len(rd.prefix))]...)
		s.setHead(rd.prefix)
	}
	s.Offset += int64(len(data))
	rd.tail = lastOf(rd.tail, data)
	s.Tail = xxhash.Sum64(rd.tail)
}

// emit sends a job that leaves the stream as it is now.
func (rd *reader) emit(j *job) error {
	after := clone(rd.s)
	rd.state[after.Key] = after
	rd.held[after.Key] = true
	rd.sequence++
	j.after, j.sequence, j.done = after, rd.sequence, rd.done+rd.o.raw()
	return rd.send(j)
}

// reject sends one piece of input to quarantine.
func (rd *reader) reject(line uint64, kind, reason string, raw []byte) error {
	return rd.emit(&job{path: rd.o.path, rejected: []queries.Rejected{{
		Source: rd.deps.ID, Origin: rd.o.path, Line: line, Kind: kind, Reason: reason, Raw: bytes.Clone(raw[:min(len(raw), rawBytes)]),
	}}})
}

// finish notes that the file was read to its end, or how it is damaged.
func (rd *reader) finish(rest []byte) error {
	if rd.o.fault != nil {
		return rd.damaged(rd.s)
	}
	if rd.s.Offset == 0 {
		return nil
	}
	return rd.settle(len(rest) == 0)
}

// settle notes the state of the file in which it holds nothing new, unless it may yet change without showing it.
func (rd *reader) settle(complete bool) error {
	if complete && rd.deps.Now().Sub(time.Unix(0, rd.o.is[3])) >= racy {
		rd.sight()
	}
	return rd.emit(&job{path: rd.o.path})
}

// sight adds the file's state to the stream's, and drops the states of files that are gone or have changed.
func (rd *reader) sight() {
	kept := []sighting{rd.o.is}
	for _, is := range rd.s.Files {
		id := [2]uint64{uint64(is[0]), uint64(is[1])}
		if _, there := rd.present[id]; there && id != rd.o.id {
			kept = append(kept, is)
		}
	}
	rd.s.Files = kept
}

// damaged reports an archive that ends in a fault. It is not looked at again before it changes. One that is still being
// written looks the same, and is left alone.
func (rd *reader) damaged(s *stream) error {
	rd.s = s
	age := rd.deps.Now().Sub(time.Unix(0, rd.o.is[3]))
	if age < rd.cut && !errors.Is(rd.o.fault, collector.ErrBomb) && !errors.Is(rd.o.fault, collector.ErrArchive) && !errors.Is(rd.o.fault, errUnpacked) {
		if s.Offset == 0 {
			return nil
		}
		return rd.emit(&job{path: rd.o.path})
	}
	for _, known := range rd.state {
		if s.Key == 0 && known.Offset == 0 && known.Owner == rd.o.id {
			s.Key = known.Key // reported before, in another state
		}
	}
	if s.Key == 0 {
		s.Key = rd.state.keyOf([]byte(rd.o.path))
	}
	rd.sight()
	kind, what := "archive", "is damaged"
	if errors.Is(rd.o.fault, collector.ErrBomb) || errors.Is(rd.o.fault, collector.ErrArchive) || errors.Is(rd.o.fault, errUnpacked) {
		kind, what = "refused", "was refused"
	}
	return rd.reject(s.Lines, kind, fmt.Sprintf("%s %s after line %d: %v; what stands before was read, and the file will be read on once it changes",
		rd.o.path, what, s.Lines, rd.o.fault), nil)
}

// Package ndjson reads the interchange format (docs/interchange.md): one JSON record a line.
package ndjson

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// Counts is what a stream held.
type Counts struct {
	Lines       uint64 `json:"lines"` // lines with content
	Systems     uint64 `json:"systems"`
	Units       uint64 `json:"units"`
	Forms       uint64 `json:"forms"`
	Usage       uint64 `json:"usage"`
	Submissions uint64 `json:"submissions"`
	Rejected    uint64 `json:"rejected"`
}

func (c *Counts) add(o Counts) {
	c.Lines += o.Lines
	c.Systems += o.Systems
	c.Units += o.Units
	c.Forms += o.Forms
	c.Usage += o.Usage
	c.Submissions += o.Submissions
	c.Rejected += o.Rejected
}

// Options are what reading needs from its surroundings.
type Options struct {
	Source    string                   // the source's id, named in rejections
	Pseudonym *collector.Pseudonymizer // never nil
	Now       func() time.Time         // nil is time.Now
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// ReadFile reads a file; see Read.
func ReadFile(ctx context.Context, path string, o Options, out collector.Sink) (Counts, error) {
	f, err := os.Open(path)
	if err != nil {
		return Counts{}, fmt.Errorf("unable to open %s: %w", path, err)
	}
	total := int64(0)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		total = info.Size()
	}
	return read(ctx, &packed{r: f, closer: f}, path, total, o, out)
}

// Read reads a complete stream of records, plain or packed as gz, bz2 or zst, and hands them to out in the order of the
// stream; out.Mark is called with a nil checkpoint whenever all that came before has been handed over. What does not fit goes
// to out.Reject under the given origin (a file name, "stdin"); only faults of r, of out or of ctx are errors. The error of
// r comes after everything before it has been handed over.
func Read(ctx context.Context, r io.Reader, origin string, o Options, out collector.Sink) (Counts, error) {
	return read(ctx, &packed{r: r}, origin, 0, o, out)
}

func read(ctx context.Context, p *packed, origin string, total int64, o Options, out collector.Sink) (Counts, error) {
	unpacked, _, err := collector.Decompress(p)
	if err != nil {
		return Counts{Rejected: 1}, errors.Join(brokenArchive(ctx, p, origin, 0, err, o, out), p.Close())
	}
	s := &stream{r: unpacked, packed: p, origin: origin, progress: func(done int64) { out.Progress(done, total) }}
	counts, err := s.run(ctx, o, out)
	if err != nil {
		return counts, err
	}
	return counts, out.Mark(ctx, nil)
}

// packed counts the bytes that come from the upstream, and keeps its faults apart from those of the archive.
type packed struct {
	r      io.Reader
	closer io.Closer
	mu     sync.Mutex
	n      int64
	err    error
}

func (p *packed) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		p.err = err
	}
	return n, err
}

func (p *packed) state() (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n, p.err
}

func (p *packed) Close() error {
	if p.closer == nil {
		return nil
	}
	return p.closer.Close()
}

// position is a place in the unpacked stream, behind a line.
type position struct {
	offset int64
	line   uint64 // line ends before it
	ending []byte // the last bytes before it
}

// stream is one stream on its way to a sink.
type stream struct {
	r        io.ReadCloser
	packed   *packed
	origin   string
	tail     tail
	at       position                                     // where r begins; where it was read to, afterwards
	left     bool                                         // afterwards: a last line without end was left unread
	mark     func(position) (collector.Checkpoint, error) // nil marks with nil
	progress func(packed int64)
}

// markEvery is how many lines may come between two marks.
const markEvery = 1 << 16

// run reads to the end and leaves the last mark to the caller. Chunks are read by one goroutine and parsed by one a processor; the calling goroutine hands the
// results over in order. When ctx ends, a reader that is blocked is left behind until its Read returns; it closes the
// stream itself.
func (s *stream) run(ctx context.Context, o Options, out collector.Sink) (Counts, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := max(2, runtime.GOMAXPROCS(0))
	work := make(chan *chunk)
	order := make(chan *chunk, 2*workers)
	results := &sync.Pool{New: func() any { return new(result) }}
	var closing error // of the stream, set before order is closed
	go func() {
		defer close(order)
		defer close(work)
		defer func() { closing = errors.Join(s.r.Close(), s.packed.Close()) }()
		split := splitter{r: s.r, source: o.Source, origin: s.origin, tail: s.tail, begun: s.at.offset > 0}
		for c := split.next(); c != nil; c = split.next() {
			select {
			case order <- c:
			case <-ctx.Done():
				return
			}
			select {
			case work <- c:
			case <-ctx.Done():
				return
			}
		}
	}()
	now := o.now()
	for range workers {
		go func() {
			d := newDecoder(o.Pseudonym, now)
			for c := range work {
				r := results.Get().(*result)
				d.chunk(c, r)
				c.done <- r
			}
		}()
	}
	e := emitter{stream: s, out: out, source: o.Source}
	for {
		select {
		case c, more := <-order:
			if !more {
				if err := ctx.Err(); err != nil {
					return e.counts, err
				}
				return e.counts, closing
			}
			if err := e.chunk(ctx, c, results); err != nil {
				return e.counts, err
			}
		case <-ctx.Done():
			return e.counts, ctx.Err()
		}
	}
}

// emitter hands results to the sink in the order of the stream.
type emitter struct {
	*stream
	out    collector.Sink
	source string
	counts Counts
	since  uint64 // lines since the last mark
}

func (e *emitter) chunk(ctx context.Context, c *chunk, results *sync.Pool) error {
	var r *result
	select {
	case r = <-c.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := e.hand(ctx, r); err != nil {
		return err
	}
	e.counts.add(r.count)
	e.since += r.count.Lines
	e.at.offset += r.bytes
	e.at.line += r.lines
	e.left = c.left || r.left
	if c.ending != nil {
		e.at.ending = lastOf(nil, c.ending)
	} else {
		e.at.ending = lastOf(e.at.ending, c.data[:r.bytes])
	}
	r.reset()
	results.Put(r)
	n, broken := e.packed.state()
	e.progress(n)
	if c.err != nil {
		if broken != nil {
			return errors.Join(e.checkpoint(ctx), fmt.Errorf("unable to read %s: %w", e.origin, broken))
		}
		e.counts.Rejected++
		return e.out.Reject(ctx, streamFault(e.source, e.origin, e.at.line+1, c.err))
	}
	if e.since >= markEvery {
		return e.checkpoint(ctx)
	}
	return nil
}

func (e *emitter) hand(ctx context.Context, r *result) error {
	for _, s := range r.segments {
		if d := s.declared; len(d.Systems)+len(d.Units)+len(d.Forms) > 0 {
			if err := e.out.Declare(ctx, d); err != nil {
				return err
			}
		}
		if s.usage != nil {
			if err := e.out.Usage(ctx, s.usage); err != nil {
				return err
			}
		}
		if s.to > s.from {
			if err := e.out.Submissions(ctx, r.subs[s.from:s.to]); err != nil {
				return err
			}
		}
	}
	for _, rejected := range r.rejected {
		rejected.Line += e.at.line
		if err := e.out.Reject(ctx, rejected); err != nil {
			return err
		}
	}
	return nil
}

// checkpoint marks what has been handed over.
func (e *emitter) checkpoint(ctx context.Context) error {
	e.since = 0
	if e.mark == nil {
		return e.out.Mark(ctx, nil)
	}
	c, err := e.mark(e.at)
	if err != nil {
		return err
	}
	return e.out.Mark(ctx, c)
}

// brokenArchive quarantines a stream that could not be unpacked, unless the fault is that of the upstream.
func brokenArchive(ctx context.Context, p *packed, origin string, line uint64, err error, o Options, out collector.Sink) error {
	if _, broken := p.state(); broken != nil {
		return fmt.Errorf("unable to read %s: %w", origin, broken)
	}
	return out.Reject(ctx, streamFault(o.Source, origin, line, err))
}

func streamFault(source, origin string, line uint64, err error) queries.Rejected {
	r := queries.Rejected{Source: source, Origin: origin, Line: line, Reason: err.Error(), Kind: "archive"}
	var e *encoding
	switch {
	case errors.As(err, &e):
		r.Kind = "encoding"
	case !errors.Is(err, collector.ErrBomb) && !errors.Is(err, collector.ErrArchive):
		r.Reason = "the archive is broken here (" + r.Reason + "); fetch the file again"
	}
	return r
}

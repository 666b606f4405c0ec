// Package accesslog collects the usage of systems from the access logs of web servers, reverse proxies and load balancers.
//
// A reader goes through the files and cuts what is new into chunks, workers parse chunks into blocks of usage events, and
// an emitter hands the blocks to the sink in the order of the lines. Every line that is no header is stored or rejected.
package accesslog

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// Source follows the access logs that its paths name.
type Source struct {
	settings *settings
	deps     collector.Deps
	// declared says that the configured systems were declared since the program began.
	declared  bool
	catalogue *catalogue

	chunk    int           // bytes that a worker parses at a time
	quiet    time.Duration // how long a file must be quiet before a readable last line without an end is taken
	patience time.Duration // how long a run waits for that
	old      time.Duration // how long before an unreadable one is
	cut      time.Duration // how long before an archive that was cut counts as damaged
}

// Kind is the registry's line for sources of kind accesslog.
func Kind() collector.Kind {
	return collector.Kind{Name: "accesslog", Stream: true, New: newSource}
}

func newSource(d collector.Deps, decode func(into any) error) (collector.Source, error) {
	var c configuration
	unreadable := decode(&c)
	s, err := c.compile(d)
	if err := errors.Join(unreadable, err); err != nil {
		return nil, err
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	return &Source{
		settings: s, deps: d, catalogue: newCatalogue(), chunk: chunkBytes,
		quiet: 2 * time.Second, patience: 2 * time.Second, old: time.Minute, cut: time.Minute,
	}, nil
}

// Collect emits the lines that follow the checkpoint. Files that cannot be read are reported in the error after all others
// have been read.
func (s *Source) Collect(ctx context.Context, from collector.Checkpoint, out collector.Sink) error {
	known, err := readState(from)
	if err != nil {
		return err
	}
	if err := s.declare(ctx, out); err != nil {
		return err
	}
	files, missing := candidates(s.settings.Path, s.deps.BaseDir)
	if len(files) == 0 {
		if missing == nil {
			s.deps.Log.Warn().Str("source", s.deps.ID).Msg("no file fits the path")
			return nil
		}
		return backoff.Permanent(missing)
	}
	var total int64
	for _, c := range files {
		total += c.size
	}
	p, err := s.newPipeline(known, total, out)
	if err != nil {
		return err
	}
	faults, err := p.run(ctx, known, files)
	if err != nil {
		return err
	}
	if p.invalid > 0 {
		s.deps.Log.Warn().Str("source", s.deps.ID).Int("lines", p.invalid).Msg("paths that are no valid utf-8 were stored with replacement characters")
	}
	if err := errors.Join(append(faults, missing)...); err != nil {
		return backoff.Permanent(err) // trying again at once would not help
	}
	return nil
}

// declare says which systems' usage is collected here, so that one that nobody uses is known to be unused.
func (s *Source) declare(ctx context.Context, out collector.Sink) error {
	if s.declared {
		return nil
	}
	ids := []string{}
	for _, m := range append([]mapRule{{System: s.settings.System}}, s.settings.Map...) {
		if m.System != "" && !slices.Contains(ids, m.System) {
			ids = append(ids, m.System)
		}
	}
	var d collector.Declarations
	for _, id := range ids {
		d.Systems = append(d.Systems, queries.System{ID: id, Name: id, UsageCovered: true})
	}
	if err := out.Declare(ctx, d); err != nil {
		return err
	}
	s.declared = true
	return nil
}

// pipeline is one run: a reader, workers, and the emitter, which is the goroutine that called.
type pipeline struct {
	*Source
	out     collector.Sink
	ledger  *ledger
	total   int64
	invalid int
}

func (s *Source) newPipeline(known state, total int64, out collector.Sink) (*pipeline, error) {
	l, err := newLedger(known)
	if err != nil {
		return nil, err
	}
	return &pipeline{Source: s, out: out, ledger: l, total: total}, nil
}

// run returns the faults of files apart from the error that ended the run.
func (p *pipeline) run(ctx context.Context, known state, files []candidate) (faults []error, err error) {
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	work, ordered := make(chan *job), make(chan *job, 2*workers)
	free := make(chan []byte, 2*workers+2)
	for range cap(free) {
		free <- make([]byte, p.chunk)
	}
	rd := &reader{Source: p.Source, state: known, scratch: make([]byte, 256<<10), free: free, probe: newWorker(p.settings, p.deps)}
	rd.send = func(j *job) error {
		j.parsed = make(chan result, 1)
		select {
		case ordered <- j:
		case <-ctx.Done():
			return ctx.Err()
		}
		if j.data == nil {
			return nil
		}
		select {
		case work <- j:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	var group sync.WaitGroup
	var readErr error
	group.Go(func() {
		defer close(ordered)
		defer close(work)
		readErr = rd.run(ctx, files)
	})
	for range workers {
		group.Go(func() {
			w := newWorker(p.settings, p.deps)
			for j := range work {
				j.parsed <- w.parse(j)
				free <- j.buffer
			}
		})
	}
	defer group.Wait()
	defer cancel() // before waiting: the reader and the workers end by it
	if err := p.emit(ctx, ordered); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return rd.faults, readErr
}

// emit hands the jobs to the sink in their order. The catalogue's bounds are applied here, where the order is known.
func (p *pipeline) emit(ctx context.Context, ordered <-chan *job) error {
	for j := range ordered {
		var r result
		if j.data != nil {
			select {
			case r = <-j.parsed:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		p.invalid += r.invalid
		if r.block != nil && r.block.Len() > 0 {
			p.bound(&r)
			if err := p.out.Usage(ctx, r.block); err != nil {
				return err
			}
		}
		for _, rejected := range append(r.rejected, j.rejected...) {
			if err := p.out.Reject(ctx, rejected); err != nil {
				return err
			}
		}
		if j.after != nil {
			if err := p.ledger.set(j.after); err != nil {
				return err
			}
		} else if j.forget != 0 {
			p.ledger.forget(j.forget)
		}
		if j.data != nil || len(j.rejected) > 0 {
			if err := p.mark(ctx); err != nil {
				return err
			}
		}
		p.out.Progress(j.done, p.total)
	}
	return p.mark(ctx)
}

func (p *pipeline) mark(ctx context.Context) error {
	if !p.ledger.dirty {
		return nil
	}
	c, err := p.ledger.checkpoint()
	if err != nil {
		return err
	}
	return p.out.Mark(ctx, c)
}

// bound replaces the templates for which the catalogue has no room.
func (p *pipeline) bound(r *result) {
	var instead [2]map[string]string
	for _, o := range r.objects {
		if name := p.catalogue.admit(o.class, o.name); name != o.name {
			if instead[o.class] == nil {
				instead[o.class] = map[string]string{}
			}
			instead[o.class][o.name] = name
		}
	}
	if instead[0] == nil && instead[1] == nil {
		return
	}
	for i, name := range r.block.Object {
		class := classOf(queries.Traffic(r.block.Traffic[i]), r.block.Status[i])
		if other, ok := instead[class][name]; ok {
			r.block.Object[i] = other
		}
	}
}

package accesslog

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// broken is a sink whose methods fail one after the other. TestMain watches that no goroutine stays behind.
type broken struct {
	memory
	usage, reject, declare bool
}

func (b *broken) Usage(ctx context.Context, block *queries.UsageColumns) error {
	if b.usage {
		return errInterrupted
	}
	return b.memory.Usage(ctx, block)
}

func (b *broken) Reject(ctx context.Context, r queries.Rejected) error {
	if b.reject {
		return errInterrupted
	}
	return b.memory.Reject(ctx, r)
}

func (b *broken) Declare(ctx context.Context, d collector.Declarations) error {
	if b.declare {
		return errInterrupted
	}
	return b.memory.Declare(ctx, d)
}

// TestSinkErrors returns the sink's errors as they are.
func TestSinkErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	write(t, path, append(linesOf(0, 50_000), "no log line\n"...))
	for name, sink := range map[string]*broken{
		"usage":   {usage: true},
		"reject":  {reject: true},
		"declare": {declare: true},
		"mark":    {memory: memory{failAt: 1}},
	} {
		s := numbered(t, path)
		s.chunk = 64 << 10
		if err := s.Collect(t.Context(), nil, sink); err != errInterrupted {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// cancelling ends the run's context at a mark.
type cancelling struct {
	memory
	cancel context.CancelFunc
}

func (c *cancelling) Mark(ctx context.Context, at collector.Checkpoint) error {
	c.cancel()
	return c.memory.Mark(ctx, at)
}

// TestCancel ends in the middle and goes on from there.
func TestCancel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	write(t, path, linesOf(0, 50_000))
	ctx, cancel := context.WithCancel(t.Context())
	first := &cancelling{cancel: cancel}
	s := numbered(t, path)
	s.chunk = 64 << 10
	if err := s.Collect(ctx, nil, first); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	rest := first.restart()
	collect(t, s, rest)
	if got := len(first.events) + len(rest.events); got != 50_000 || len(rest.events) == 0 {
		t.Errorf("stored %d and %d lines", len(first.events), len(rest.events))
	}
}

// TestOrderAndPositions hands lines over in their order, whatever worker is done first, and numbers them.
func TestOrderAndPositions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	write(t, path, linesOf(0, 30_000))
	s, m := numbered(t, path), &memory{}
	s.chunk = 16 << 10
	collect(t, s, m)
	if formsOf(m.events) != numbers(0, 30_000) {
		t.Error("the lines are not in order")
	}
	for i, e := range m.events {
		if e.Position&(1<<lineBits-1) != uint64(i+1) || e.Position>>lineBits != m.events[0].Position>>lineBits {
			t.Fatalf("event %d has position %x", i, e.Position)
		}
	}
}

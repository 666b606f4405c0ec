package web

import (
	"context"
	"sync"
	"time"
)

// cache keeps what pages read for a short while, and lets many readers of the same page wait for one reading. Entries are
// few: one for each address that was asked for lately.
type cache struct {
	life    time.Duration
	clock   func() time.Time
	mu      sync.Mutex
	entries map[string]*entry
}

type entry struct {
	ready chan struct{}
	made  time.Time
	value any
	err   error
}

// kept is how many readings are kept at most; the oldest go first.
const kept = 256

func newCache(life time.Duration, clock func() time.Time) *cache {
	return &cache{life: life, clock: clock, entries: map[string]*entry{}}
}

// cached gives a reading made within the cache's life, or makes it. A failed reading is not kept.
func cached[T any](ctx context.Context, c *cache, key string, read func(context.Context) (T, error)) (T, error) {
	if c.life < 0 {
		return read(ctx)
	}
	c.mu.Lock()
	e, ok := c.entries[key]
	if !ok || (e.done() && c.clock().Sub(e.made) > c.life) {
		e = &entry{ready: make(chan struct{}), made: c.clock()}
		c.trim()
		c.entries[key] = e
		c.mu.Unlock()
		// The reading serves others too, so it outlives the request that began it.
		e.value, e.err = read(context.WithoutCancel(ctx))
		close(e.ready)
		if e.err != nil {
			c.mu.Lock()
			if c.entries[key] == e {
				delete(c.entries, key)
			}
			c.mu.Unlock()
		}
	} else {
		c.mu.Unlock()
	}
	var zero T
	select {
	case <-e.ready:
	case <-ctx.Done():
		return zero, ctx.Err()
	}
	if e.err != nil {
		return zero, e.err
	}
	value, ok := e.value.(T)
	if !ok {
		return read(ctx)
	}
	return value, nil
}

func (e *entry) done() bool {
	select {
	case <-e.ready:
		return true
	default:
		return false
	}
}

// trim makes room for one more entry. The caller holds the lock.
func (c *cache) trim() {
	for key, e := range c.entries {
		if e.done() && c.clock().Sub(e.made) > c.life {
			delete(c.entries, key)
		}
	}
	for len(c.entries) >= kept {
		oldest, found := "", false
		for key, e := range c.entries {
			if e.done() && (!found || e.made.Before(c.entries[oldest].made)) {
				oldest, found = key, true
			}
		}
		if !found {
			return
		}
		delete(c.entries, oldest)
	}
}

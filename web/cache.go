package web

import (
	"context"
	"strings"
	"sync"
	"time"
)

// cache keeps what pages read, and lets many readers of the same page wait for one reading. A reading past its life is
// still given while one request after it is renewed behind the scenes, so that only the first reader ever waits; past
// oldest it is not given any more.
type cache struct {
	life    time.Duration
	clock   func() time.Time
	mu      sync.Mutex
	entries map[string]*entry
	changes int // how often drop was called
	// version says whether anything was changed in what is read; nil where that cannot be told. A reading of the version that is
	// still the current one is good for much longer than its life.
	version func(context.Context) (uint64, error)
	current uint64 // 0 where it is not known
	probed  time.Time
	probing bool
	hits    uint64
	misses  uint64
}

const (
	// kept is how many readings are kept at most; the oldest go first.
	kept   = 1000
	oldest = 5 * time.Minute
	// longest is how long a reading is given while nothing changes that it was made from.
	longest = time.Hour
	// patience is how long a reading that serves many may take.
	patience = 2 * time.Minute
)

// entry is one reading. All but ready is written before ready is closed and not changed afterwards.
type entry struct {
	ready    chan struct{}
	made     time.Time
	value    any
	err      error
	renewing bool // guarded by the cache's lock
	changes  int  // of the cache when the reading began
	version  uint64
}

func newCache(life time.Duration, clock func() time.Time) *cache {
	return &cache{life: life, clock: clock, entries: map[string]*entry{}}
}

// cached gives a reading of the cache, or makes it. A failed reading is given to those who waited for it, and not kept.
func cached[T any](ctx context.Context, c *cache, key string, read func(context.Context) (T, error)) (T, error) {
	if c.life < 0 {
		return read(ctx)
	}
	c.probe(ctx)
	e, mine := c.claim(key)
	c.count(e != mine)
	if mine != nil {
		fill := func() {
			reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
			defer cancel()
			value, err := read(reading)
			c.settle(key, mine, value, err)
		}
		if mine == e {
			fill()
		} else {
			go fill()
		}
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

// probe asks for the version where nobody has for as long as a reading lives. Others go on meanwhile with the one before.
func (c *cache) probe(ctx context.Context) {
	c.mu.Lock()
	if c.version == nil || c.probing || !c.probed.IsZero() && c.clock().Sub(c.probed) <= c.life {
		c.mu.Unlock()
		return
	}
	c.probing = true
	c.mu.Unlock()
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	version, err := c.version(asking)
	if err != nil {
		version = 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current, c.probed, c.probing = version, c.clock(), false
}

// valid says that a reading is as good as one that would be made now. The caller holds the lock.
func (c *cache) valid(e *entry, now time.Time) bool {
	age := now.Sub(e.made)
	return age <= c.life || age <= longest && e.version != 0 && e.version == c.current
}

// claim finds the entry to wait for. Mine is an entry that the caller has to fill: the same, or one that will take its
// place; nil when somebody else does.
func (c *cache) claim(key string) (e, mine *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock()
	e = c.entries[key]
	if e != nil && e.done() {
		age := now.Sub(e.made)
		if c.valid(e, now) || (age <= oldest && e.renewing) {
			return e, nil
		}
		if age <= oldest {
			e.renewing = true
			return e, &entry{ready: make(chan struct{}), made: now, changes: c.changes, version: c.current}
		}
	} else if e != nil {
		return e, nil
	}
	c.trim(now)
	e = &entry{ready: make(chan struct{}), made: now, changes: c.changes, version: c.current}
	c.entries[key] = e
	return e, e
}

// settle fills an entry and puts it in its place. Where a renewal failed, the old reading is tried again next time.
func (c *cache) settle(key string, e *entry, value any, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e.value, e.err = value, err
	old := c.entries[key]
	switch {
	case err == nil && e.changes == c.changes:
		c.entries[key] = e
	case old == e:
		delete(c.entries, key)
	case old != nil:
		old.renewing = false
	}
	close(e.ready)
}

// drop forgets readings after something was written, those under way too: a person sees at once what he decided. A key that
// ends with a space stands for all that begin with it.
func (c *cache) drop(keys ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	for _, key := range keys {
		delete(c.entries, key)
		if !strings.HasSuffix(key, " ") {
			continue
		}
		for held := range c.entries {
			if strings.HasPrefix(held, key) {
				delete(c.entries, held)
			}
		}
	}
}

// count counts a reading that was at hand, or not.
func (c *cache) count(hit bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if hit {
		c.hits++
	} else {
		c.misses++
	}
}

// counts are how often a reading was at hand, and how often not.
func (c *cache) counts() (hits, misses uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hits, c.misses
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
func (c *cache) trim(now time.Time) {
	first, found := "", false
	for key, e := range c.entries {
		switch {
		case !e.done():
		case now.Sub(e.made) > oldest && !c.valid(e, now):
			delete(c.entries, key)
		case !found || e.made.Before(c.entries[first].made):
			first, found = key, true
		}
	}
	if found && len(c.entries) >= kept {
		delete(c.entries, first)
	}
}

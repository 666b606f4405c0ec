package account

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// throttle slows down guessing: an account waits longer after every failure, and an address may try so often a minute. Names that
// are no accounts are treated like those that are.
type throttle struct {
	mutex     sync.Mutex
	clock     func() time.Time
	failures  map[string]failure
	addresses map[string]*address
}

type failure struct {
	count int
	last  time.Time
}

type address struct {
	limit *rate.Limiter
	seen  time.Time
}

const (
	freeTries   = 5                // failures that an account has without waiting (NIST SP 800-63B allows up to 100 in all)
	firstWait   = 30 * time.Second // after the next one, doubled by each further
	longestWait = 15 * time.Minute
	forgotten   = 12 * time.Hour // after which failures do not count any more
	perMinute   = 20             // tries of an address, of all accounts together: an office may share one
	mostKept    = 50_000
)

// wait is how long a name has to wait at an address before the next try; zero lets the try through and counts it for the address.
func (t *throttle) wait(name, from string) time.Duration {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	now := t.clock()
	t.prune(now)
	if f := t.failures[name]; f.count >= freeTries && now.Sub(f.last) < forgotten {
		pause := longestWait
		if over := f.count - freeTries; over < 6 {
			pause = min(longestWait, firstWait<<over)
		}
		if left := f.last.Add(pause).Sub(now); left > 0 {
			return left
		}
	}
	a := t.addresses[from]
	if a == nil {
		a = &address{limit: rate.NewLimiter(rate.Limit(perMinute)/60, perMinute)}
		t.addresses[from] = a
	}
	a.seen = now
	if !a.limit.AllowN(now, 1) {
		return time.Minute / perMinute
	}
	return 0
}

func (t *throttle) failed(name string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	now := t.clock()
	f := t.failures[name]
	if now.Sub(f.last) >= forgotten {
		f.count = 0
	}
	t.failures[name] = failure{f.count + 1, now}
}

func (t *throttle) succeeded(name string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.failures, name)
}

// prune bounds what is kept. The caller holds the lock.
func (t *throttle) prune(now time.Time) {
	if len(t.failures) > mostKept {
		for name, f := range t.failures {
			if now.Sub(f.last) > longestWait {
				delete(t.failures, name)
			}
		}
	}
	if len(t.addresses) > mostKept {
		for from, a := range t.addresses {
			if now.Sub(a.seen) > 2*time.Minute {
				delete(t.addresses, from)
			}
		}
	}
}

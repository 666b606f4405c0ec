package web

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestReadersShareOneReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(time.Second, time.Now)
		var readings atomic.Int32
		var wait sync.WaitGroup
		for range 50 {
			wait.Go(func() {
				got, err := cached(t.Context(), c, "k", func(context.Context) (int, error) {
					readings.Add(1)
					time.Sleep(100 * time.Millisecond)
					return 7, nil
				})
				if got != 7 || err != nil {
					t.Error(got, err)
				}
			})
		}
		wait.Wait()
		if readings.Load() != 1 {
			t.Errorf("%d readings", readings.Load())
		}
	})
}

// A reading past its life is given at once and renewed behind the scenes; a very old one is not given.
func TestRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(time.Second, time.Now)
		readings := 0
		ask := func() int {
			got, err := cached(t.Context(), c, "k", func(context.Context) (int, error) {
				readings++
				return readings, nil
			})
			if err != nil {
				t.Error(err)
			}
			return got
		}
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{0, 1}, {time.Second / 2, 1}, {time.Second, 1}, {0, 2}, {oldest + time.Second, 3}} {
			time.Sleep(step.after)
			if got := ask(); got != step.want {
				t.Errorf("after %v: reading %d, want %d", step.after, got, step.want)
			}
			synctest.Wait()
		}
	})
}

func TestFailuresAreNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(time.Second, time.Now)
		gone := errors.New("gone")
		var fail error
		ask := func() (int, error) {
			return cached(t.Context(), c, "k", func(context.Context) (int, error) { return 1, fail })
		}
		fail = gone
		if _, err := ask(); !errors.Is(err, gone) {
			t.Error(err)
		}
		fail = nil
		if got, err := ask(); got != 1 || err != nil {
			t.Error(got, err)
		}
		// A renewal that fails leaves the old reading, and is tried again.
		fail = gone
		for range 3 {
			time.Sleep(2 * time.Second)
			if got, err := ask(); got != 1 || err != nil {
				t.Error(got, err)
			}
			synctest.Wait()
		}
	})
}

func TestReaderWhoLeavesDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(time.Second, time.Now)
		go func() {
			_, err := cached(t.Context(), c, "k", func(context.Context) (int, error) { time.Sleep(time.Minute); return 1, nil })
			if err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := cached(ctx, c, "k", func(context.Context) (int, error) { return 2, nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		time.Sleep(time.Minute)
	})
}

func TestCacheStaysSmall(t *testing.T) {
	now := time.Now()
	c := newCache(time.Second, func() time.Time { now = now.Add(time.Millisecond); return now })
	for i := range 3 * kept {
		_, err := cached(t.Context(), c, strconv.Itoa(i), func(context.Context) (int, error) { return i, nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(c.entries) > kept {
		t.Errorf("%d entries", len(c.entries))
	}
	if got, _ := cached(t.Context(), c, strconv.Itoa(3*kept-1), func(context.Context) (int, error) { return -1, nil }); got != 3*kept-1 {
		t.Error("the newest reading was not kept")
	}
}

// While nothing changes, a reading is good far beyond its life; after a change it is renewed.
func TestReadingsLastWhileNothingChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(time.Second, time.Now)
		version, probes, readings := uint64(1), 0, 0
		c.version = func(context.Context) (uint64, error) { probes++; return version, nil }
		ask := func(want int) {
			t.Helper()
			got, err := cached(t.Context(), c, "k", func(context.Context) (int, error) { readings++; return readings, nil })
			if err != nil || got != want {
				t.Errorf("reading %d, want %d, %v", got, want, err)
			}
			synctest.Wait()
		}
		ask(1)
		for range 100 {
			time.Sleep(10 * time.Second)
			ask(1)
		}
		if probes != 101 {
			t.Errorf("%d probes", probes)
		}
		version = 2
		ask(1) // nobody has looked since
		time.Sleep(2 * time.Second)
		ask(2) // too old to be given once more
		version = 0
		time.Sleep(2 * time.Second)
		ask(2) // renewed behind the scenes, since nobody knows
		ask(3)
		time.Sleep(longest + time.Second)
		ask(4)
	})
}

package demo

import (
	"context"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// steps counts work done and tells it on.
type steps struct {
	mutex       sync.Mutex
	done, total int
	tell        func(done, total int)
}

// upstreamSteps is the share of the work that goes into writing the upstream systems, in steps.
const upstreamSteps = 200

func (s *steps) one() { s.more(1) }

func (s *steps) more(n int) {
	if n == 0 {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.done += n
	if s.tell != nil {
		s.tell(s.done, s.total)
	}
}

// simulate makes all submissions and then all usage. Every form and every system has its own stream of chance, so that
// they may be made at once and in any order.
func (c *County) simulate(ctx context.Context, plan *fabricationPlan, st *steps) error {
	c.submissions = make([][]submission, len(c.forms))
	// What is made of the submissions of another form comes after it.
	for _, follows := range []bool{false, true} {
		var list []int
		for i, f := range c.forms {
			if (f.follows() != "") == follows {
				list = append(list, i)
			}
		}
		err := inParallel(ctx, len(list), func(k int) error {
			c.submissions[list[k]] = c.simulateForm(c.forms[list[k]], plan)
			st.one()
			return nil
		})
		if err != nil {
			return err
		}
	}
	c.usage = make([][]event, len(c.systems))
	return inParallel(ctx, len(c.systems), func(i int) error {
		c.usage[i] = c.simulateUsage(i)
		st.one()
		return nil
	})
}

// inParallel runs n pieces of work on as many processors as there are, and stops at the first error.
func inParallel(ctx context.Context, n int, work func(i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return work(i)
		})
	}
	return group.Wait()
}

package web_test

import (
	"context"

	"github.com/jianfu/jianfu/queries"
)

// retiring is what the canned county has of retirements. Decisions on it go through the same rules as those on a store.
type retiring struct {
	cases []queries.RetirementCase
}

func (c *canned) RetirementCases(context.Context) ([]queries.RetirementCase, error) {
	return c.cases, c.err
}

func (c *canned) RetirementSavings(_ context.Context, cases []queries.RetirementCase) ([]queries.RetirementSaving, error) {
	return nil, c.err
}

func (c *canned) Retire(_ context.Context, cmd queries.RetirementCommand) ([]queries.RetirementEvent, error) {
	for i := range c.cases {
		x := &c.cases[i]
		if x.System != cmd.System {
			continue
		}
		if cmd.Last != 0 && cmd.Last != x.Last {
			return nil, queries.ErrStaleRetirement
		}
		events, err := x.Decide(cmd, queries.Assessment{}, nil)
		if err != nil {
			return nil, err
		}
		folded, err := queries.FoldRetirements(append(x.Events, events...))
		if err != nil {
			return nil, err
		}
		*x = folded[0]
		return events, c.writeErr
	}
	return nil, queries.ErrNotFound
}

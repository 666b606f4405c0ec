package queries

import (
	"context"
	"slices"
	"time"
)

// SettleCases brings to its end what a crash cut off between two writes: a decision whose outcome was not kept or whose findings
// have not taken its status, and an outcome that has not decided its case. The history of a case and the outcomes are what counts;
// statuses follow from them. It may run beside anything else and any number of times.
func (s *Store) SettleCases(ctx context.Context) error {
	all, err := s.Cases(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	outcomes, err := s.Outcomes(ctx)
	if err != nil {
		return err
	}
	states, err := s.findingStates(ctx)
	if err != nil {
		return err
	}
	last, err := s.LastAnalysis(ctx)
	if err != nil {
		return err
	}
	newest := map[string]string{} // the case that has the say about a finding
	for _, c := range all {
		for _, id := range c.Findings {
			newest[id] = c.ID
		}
	}
	for _, c := range all {
		governed := slices.DeleteFunc(slices.Clone(c.Findings), func(id string) bool { return newest[id] != c.ID })
		if err := s.settleCase(ctx, c, governed, outcomes, states, last.Finished); err != nil {
			return err
		}
	}
	return nil
}

// settleCase does for one case what its decision, or an outcome about its row, still asks for.
func (s *Store) settleCase(ctx context.Context, c Case, governed []string, outcomes []VerifyOutcome, states map[string]findingState, analysed time.Time) error {
	var decision CaseEvent
	begun := c.Opened
	for _, e := range c.Events {
		switch e.Kind {
		case CaseEventDecided:
			decision = e
		case CaseEventReopened:
			decision, begun = CaseEvent{}, e.Recorded
		}
	}
	row, kept, later := c.Unit != "" && c.Form != "", false, false
	for _, o := range outcomes {
		switch {
		case !row || o.Unit != c.Unit || o.Form != c.Form || !o.Settled():
		case c.Active() && o.At.After(begun):
			if err := s.answer(ctx, o); err != nil {
				return err
			}
			return s.decideByOutcome(ctx, o)
		case o.By == decision.Name && o.At.Equal(decision.Recorded):
			kept = true
		case o.At.After(decision.Recorded):
			later = true // a check after the decision has the say about the findings
		}
	}
	if decision.Number > 0 && row && !kept {
		if _, err := s.storeOutcome(ctx, c.outcome(decision)); err != nil {
			return err
		}
	}
	if later {
		return nil
	}
	want, moved := c.Status(), c.lastMove()
	return s.setStatus(ctx, slices.DeleteFunc(governed, func(id string) bool {
		has, known := states[id]
		// What an analysis makes of findings by itself stays: those resolved, and those that have their say again by new data.
		ours := decided(has.status) || has.status == "open" && decided(want) && moved.After(analysed)
		return !known || has.status == want || !ours
	}), want)
}

// lastMove is when the case was last changed by more than a comment or an attachment.
func (c *Case) lastMove() time.Time {
	for _, e := range slices.Backward(c.Events) {
		if e.Kind != CaseEventCommented && e.Kind != CaseEventAttached {
			return e.Recorded
		}
	}
	return c.Opened
}

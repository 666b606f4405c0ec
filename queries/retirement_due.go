package queries

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// RetirementNotice says who has to do what by when about the retirement of a system.
type RetirementNotice struct {
	System    string    `json:"system"`
	Owner     string    `json:"owner"`
	State     string    `json:"state"`
	Step      string    `json:"step"` // notify, answer, decide, announce, freeze, read_only, archive, off, check, expire, machines
	To        string    `json:"to"`   // owner, office (that runs the process) or above (the owner's superior)
	Level     string    `json:"level,omitempty"`
	Due       time.Time `json:"due,omitzero"`
	Days      int       `json:"days"` // left until Due, negative where it passed
	Overdue   bool      `json:"overdue"`
	Escalated bool      `json:"escalated"`
}

// DueRetirements lists what is due within the policy's days of reminding, what is overdue, what waits for a first notice, and
// systems that are off but still asked by machines; the most overdue first. Mail and robots send what is listed here.
func DueRetirements(cases []RetirementCase, systems []System, today time.Time, p RetirementPolicy) []RetirementNotice {
	at := map[string]System{}
	for _, x := range systems {
		at[x.ID] = x
	}
	var out []RetirementNotice
	for _, c := range cases {
		owner := at[c.System]
		n := RetirementNotice{System: c.System, Owner: owner.Owner, State: c.State, Step: c.Step, To: "owner", Due: c.Due}
		if !c.Due.IsZero() {
			n.Days = DayNumber(c.Due) - DayNumber(today)
			n.Overdue = n.Days < 0 && c.Step != "expire"
			n.Escalated = !c.Escalated.IsZero()
		}
		switch {
		case c.State == RetirementSuggested:
			n.Step, n.To = "notify", "office"
		case c.Due.IsZero() || n.Days > p.RemindDays:
			n.Step = ""
		case c.Step == "decide" || c.Step == "check":
			n.To = "office"
		}
		if n.Step != "" {
			out = append(out, n)
			if n.Escalated {
				n.To, n.Level = "above", above(owner.Level)
				out = append(out, n)
			}
		}
		if c.reports {
			out = append(out, RetirementNotice{System: c.System, Owner: owner.Owner, State: c.State, Step: "machines", To: "owner"})
		}
	}
	slices.SortStableFunc(out, func(a, b RetirementNotice) int {
		return cmp.Or(cmp.Compare(order(a), order(b)), a.Due.Compare(b.Due), cmp.Compare(a.System, b.System))
	})
	return out
}

// order puts dated notices before the others.
func order(n RetirementNotice) int {
	if n.Due.IsZero() {
		return 1
	}
	return 0
}

// RetirementSaving compares what ending a system promised with the hours that its forms took before and since.
type RetirementSaving struct {
	System   string    `json:"system"`
	Promised Hours     `json:"promised"` // a year
	Since    time.Time `json:"since"`    // first whole month after the freeze
	Months   int       `json:"months"`   // whole months since then that hold data of any form
	Before   float64   `json:"before"`   // hours in the twelve months before the freeze, a year's worth where fewer are known
	After    float64   `json:"after"`    // hours a year at the pace of the months since
	Saved    float64   `json:"saved"`    // Before less After
	SoFar    float64   `json:"so_far"`   // hours saved in those months
	Measured bool      `json:"measured"` // whether there is a month before and a month since to compare
}

// RetirementSavings measures the cases that have come to the freeze, in their order.
func (s *Store) RetirementSavings(ctx context.Context, cases []RetirementCase) ([]RetirementSaving, error) {
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	months, err := s.BurdenByMonth(ctx)
	if err != nil {
		return nil, err
	}
	return retirementSavings(cases, registry.Forms(), months), nil
}

func retirementSavings(cases []RetirementCase, forms []Form, months []FormMonth) []RetirementSaving {
	system := map[string]string{}
	for _, f := range forms {
		system[f.ID] = f.System
	}
	type place struct {
		system string
		month  time.Time
	}
	hours := map[place]float64{}
	first, last := map[string]time.Time{}, time.Time{}
	for _, m := range months {
		at := time.Date(m.Month.Year(), m.Month.Month(), 1, 0, 0, 0, 0, time.UTC)
		last = latest(last, at)
		if of := system[m.Form]; of != "" {
			hours[place{of, at}] += m.Hours
			if first[of].IsZero() || at.Before(first[of]) {
				first[of] = at
			}
		}
	}
	var out []RetirementSaving
	for _, c := range cases {
		frozen := c.lastDone(RetirementFrozen)
		if frozen.IsZero() {
			continue
		}
		at := time.Date(frozen.Year(), frozen.Month(), 1, 0, 0, 0, 0, time.UTC)
		x := RetirementSaving{System: c.System, Promised: c.Assessment.Suggestion.Hours, Since: at.AddDate(0, 1, 0)}
		known := 0
		for m := latest(first[c.System], at.AddDate(-1, 0, 0)); !first[c.System].IsZero() && m.Before(at); m = m.AddDate(0, 1, 0) {
			x.Before += hours[place{c.System, m}]
			known++
		}
		// The newest month may not be whole.
		for m := x.Since; m.Before(last); m = m.AddDate(0, 1, 0) {
			x.After += hours[place{c.System, m}]
			x.Months++
		}
		x.Measured = known > 0 && x.Months > 0
		if x.Measured {
			x.Before *= 12 / float64(known)
			x.SoFar = x.Before*float64(x.Months)/12 - x.After
			x.After *= 12 / float64(x.Months)
			x.Saved = x.Before - x.After
		}
		out = append(out, x)
	}
	return out
}

// Late says that what comes next should have been done by now. An exemption that ends is not late.
func (c *RetirementCase) Late(today time.Time) bool {
	return !c.Due.IsZero() && c.Due.Before(today) && c.Step != "" && c.Step != "expire"
}

// SortRetirements puts the most overdue first, then what is due next, then the rest; of each the order of states counts.
func SortRetirements(cases []RetirementCase, today time.Time) {
	rank := func(c RetirementCase) int {
		switch {
		case c.Late(today):
			return 0
		case c.State == RetirementReopened:
			return 1
		case c.State == RetirementSuggested:
			return 2
		case !c.Due.IsZero() && !c.Closed() && c.State != RetirementExempt:
			return 3
		}
		return 4 + slices.Index(RetirementStates, c.State)
	}
	slices.SortStableFunc(cases, func(a, b RetirementCase) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Due.Compare(b.Due), cmp.Compare(a.System, b.System))
	})
}

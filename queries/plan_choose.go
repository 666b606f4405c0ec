package queries

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PlanChoice is what a person decides about lines of the plan.
type PlanChoice struct {
	Names     []string // numbers of steps, ids of lines or their beginnings, or ids of forms
	Decision  string   // accepted, rejected or withdrawn
	Effective time.Time
	By, Note  string
	Now       time.Time
}

// leastID is how much of a line's id has to be given.
const leastID = 6

// ErrNoSuchLine is the answer to a name that no line of the plan or decision on it has.
var ErrNoSuchLine = errors.New("there is no such step, line or form in the plan")

// ChoosePlan finds the lines that are named, fills in what they took in the year before, and keeps the decision. Lines of
// earlier plans on which something was decided can be named too, by id or form.
func (s *Store) ChoosePlan(ctx context.Context, c PlanChoice) ([]PlanDecision, error) {
	lines, err := s.PlanLines(ctx)
	if err != nil {
		return nil, err
	}
	decisions, err := s.PlanDecisions(ctx)
	if err != nil {
		return nil, err
	}
	decided := NewestDecisions(decisions)
	hours, err := s.FieldHours(ctx)
	if err != nil {
		return nil, err
	}
	var out []PlanDecision
	taken := map[string]bool{}
	for _, name := range c.Names {
		found := false
		add := func(line PlanLine, before float64) {
			found = true
			if !taken[line.ID] {
				taken[line.ID] = true
				out = append(out, PlanDecision{
					Line: line, Decision: c.Decision, Effective: c.Effective, By: c.By, Note: c.Note, Decided: c.Now, Before: before,
				})
			}
		}
		ids := map[string]bool{}
		step, _ := strconv.ParseUint(name, 10, 32)
		for _, line := range lines {
			switch {
			case step > 0 && uint64(line.Step) == step, line.Form == name:
				add(line, hoursBefore(hours, line))
			case len(name) >= leastID && strings.HasPrefix(line.ID, name):
				ids[line.ID] = true
				add(line, hoursBefore(hours, line))
			}
		}
		for _, d := range decided {
			switch {
			case d.Line.Form == name && c.Decision == DecisionWithdrawn:
				add(d.Line, d.Before)
			case len(name) >= leastID && strings.HasPrefix(d.Line.ID, name):
				ids[d.Line.ID] = true
				add(d.Line, d.Before)
			}
		}
		if len(ids) > 1 {
			return nil, fmt.Errorf("unable to tell which line %q is: %d begin so; give more of the id", name, len(ids))
		}
		if !found {
			return nil, fmt.Errorf("unable to find %q: %w", name, ErrNoSuchLine)
		}
	}
	return out, s.Decide(ctx, out)
}

// hoursBefore is what a field, or a form with all of its fields, took in the year before.
func hoursBefore(all []FieldHours, line PlanLine) float64 {
	at, _ := slices.BinarySearchFunc(all, line, func(h FieldHours, l PlanLine) int { return strings.Compare(h.Form, l.Form) })
	total := 0.0
	for _, h := range all[at:] {
		if h.Form != line.Form {
			break
		}
		if line.Action == ActionMerge || h.Field == line.Field {
			total += h.Hours.Mid
		}
	}
	return total
}

package queries

import (
	"context"
	"errors"
	"slices"
	"time"
)

// AdvanceRetirements does what the clock may do on a day: it opens a case for every system that the newest analysis suggests
// to end, withdraws suggestions whose reason went away, reminds, marks what is overdue, puts it before the level above, ends
// exemptions, checks systems some time after they were switched off, and reopens cases where traffic or a substitute comes
// back. It decides nothing. A second run on the same day adds nothing. It gives the events that it added.
func (s *Store) AdvanceRetirements(ctx context.Context, now, today time.Time, p RetirementPolicy) ([]RetirementEvent, error) {
	assessments, err := s.Assessments(ctx)
	if err != nil {
		return nil, err
	}
	cases, err := s.RetirementCases(ctx)
	if err != nil {
		return nil, err
	}
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	traffic, err := s.retirementTraffic(ctx, cases, p)
	if err != nil {
		return nil, err
	}
	current := map[string]Assessment{}
	for _, a := range assessments {
		current[a.System] = a
		if !slices.ContainsFunc(cases, func(c RetirementCase) bool { return c.System == a.System }) {
			cases = append(cases, RetirementCase{System: a.System})
		}
	}
	levels := map[string]string{}
	for _, system := range registry.Systems() {
		levels[system.ID] = system.Level
	}
	var out []RetirementEvent
	for _, c := range cases {
		seen, looked := traffic[c.System]
		events, err := c.Tick(Day{Now: now, Today: today, Current: current[c.System], Level: levels[c.System], Traffic: seen, Looked: looked, Policy: p})
		if err != nil {
			return out, err
		}
		err = s.appendRetirement(ctx, events)
		switch {
		case errors.Is(err, ErrStaleRetirement): // a person decided meanwhile; the next run sees what
		case err != nil:
			return out, err
		default:
			out = append(out, events...)
		}
	}
	return out, nil
}

// Day is what the clock knows about one system on a day.
type Day struct {
	Now, Today time.Time
	Current    Assessment // what the newest analysis says, empty where it says nothing
	Level      string     // of the system's owner
	Traffic    RetirementTraffic
	Looked     bool // whether Traffic was looked at: only after a freeze
	Policy     RetirementPolicy
}

// Tick tells which events the clock makes of a case on a day; those are in the order in which they happen.
func (c *RetirementCase) Tick(d Day) ([]RetirementEvent, error) {
	var out []RetirementEvent
	next := *c
	next.Plan = slices.Clone(c.Plan)
	for range 8 { // a day brings a few events at most: overdue and put before the level above, say
		e, ok := next.tick(d)
		if !ok {
			break
		}
		e.System, e.Number, e.Recorded, e.By, e.From = c.System, next.Last+1, d.Now, ByClock, next.State
		if e.To == "" {
			e.To = next.State
		}
		if e.Effective.IsZero() {
			e.Effective = d.Today
		}
		if e.Effective.Before(next.Since) {
			e.Effective = next.Since
		}
		e.Due = next.dueAfter(e, d.Policy)
		if err := next.apply(e); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// judged says that an analysis could look at a system: logs that are missing or have ended say nothing.
func judged(a Assessment) bool { return a.Seen == SeenUsed || a.Seen == SeenNoUse }

// tick is the next thing that the clock does, if any.
func (c *RetirementCase) tick(d Day) (RetirementEvent, bool) {
	asks := suggests(d.Current)
	gone := !asks && judged(d.Current) && d.Current.AsOf.After(c.Assessment.AsOf)
	switch c.State {
	case "":
		if asks {
			return opened(d), true
		}
		return RetirementEvent{}, false
	case RetirementWithdrawn:
		if asks && d.Current.AsOf.After(c.Since) {
			return opened(d), true
		}
		return RetirementEvent{}, false
	case RetirementSuggested:
		if asks && changed(c.Assessment, d.Current) {
			return RetirementEvent{Kind: EventUpdated, Effective: d.Current.AsOf, Assessment: &d.Current, Steps: datedPlan(d.Current, d.Current.AsOf, d.Policy)}, true
		}
	}
	waits := slices.Contains([]string{RetirementSuggested, RetirementNotified, RetirementDisputed, RetirementExemption}, c.State)
	expired := c.State == RetirementReopened && c.Cause == CauseExpired && !d.Current.AsOf.Before(c.Since)
	if gone && (waits || expired) {
		return RetirementEvent{Kind: EventWithdrawn, To: RetirementWithdrawn, Assessment: &d.Current, Reason: &Message{Key: "retirement.seen.used"}}, true
	}
	if (c.State == RetirementExempt || c.State == RetirementKept) && !c.Until.IsZero() && d.Today.After(c.Until) {
		reason := Message{Key: "retirement.seen.expired", Params: map[string]any{"date": c.Until.Format(time.DateOnly)}}
		return RetirementEvent{Kind: EventReopened, To: RetirementReopened, Effective: c.Until.AddDate(0, 0, 1), Reason: &reason}, true
	}
	if e, ok := c.watch(d); ok {
		return e, true
	}
	return c.remind(d)
}

func opened(d Day) RetirementEvent {
	return RetirementEvent{
		Kind: EventOpened, To: RetirementSuggested, Effective: d.Current.AsOf, Assessment: &d.Current, Steps: datedPlan(d.Current, d.Current.AsOf, d.Policy),
	}
}

// changed says that a suggestion reads otherwise than before. Numbers that move with every day of data are no change.
func changed(old, now Assessment) bool {
	return old.Verdict != now.Verdict || old.Suggestion.Action != now.Suggestion.Action || old.Suggestion.Into != now.Suggestion.Into
}

// watch looks after a system from its freeze on: reopens, reports machines that still ask, and checks.
func (c *RetirementCase) watch(d Day) (RetirementEvent, bool) {
	if !d.Looked || c.baseline().IsZero() {
		return RetirementEvent{}, false
	}
	seen, reason := d.Traffic, d.Traffic.reason()
	off := c.State == RetirementOff || c.State == RetirementDone
	switch {
	case seen.cause() != "":
		e := RetirementEvent{Kind: EventReopened, To: RetirementReopened, Traffic: &seen, Reason: &reason}
		if last := seen.LastDay; !last.IsZero() && last.Before(d.Today) {
			e.Effective = last
		}
		return e, true
	case off && !c.reports && seen.Machines >= uint64(max(1, d.Policy.TrafficAfterOff)):
		words := seen.machines()
		return RetirementEvent{Kind: EventMachines, Traffic: &seen, Reason: &words}, true
	case c.State == RetirementOff && !d.Today.Before(c.Due) && seen.reaches(c.Due):
		return RetirementEvent{Kind: EventChecked, To: RetirementDone, Traffic: &seen, Reason: &reason}, true
	}
	return RetirementEvent{}, false
}

// remind reminds of what is due, marks what is overdue, and puts it before the level above.
func (c *RetirementCase) remind(d Day) (RetirementEvent, bool) {
	if c.Due.IsZero() || c.Step == "" {
		return RetirementEvent{}, false
	}
	days := DayNumber(c.Due) - DayNumber(d.Today) // left; negative where it is overdue
	words := func(key string, pairs ...any) *Message {
		m := Message{Key: key, Params: map[string]any{"step": "retirement.step." + c.Step, "date": c.Due.Format(time.DateOnly), "n": max(days, -days)}}
		for i := 0; i+1 < len(pairs); i += 2 {
			if name, ok := pairs[i].(string); ok {
				m.Params[name] = pairs[i+1]
			}
		}
		return &m
	}
	p := d.Policy
	last := latest(c.Reminded, c.Since)
	switch {
	case days >= 0:
		if c.Reminded.IsZero() && days <= p.RemindDays && d.Today.After(c.Since) {
			return RetirementEvent{Kind: EventReminded, Reason: words("retirement.seen.soon")}, true
		}
	case c.Step == "expire":
	case !c.Overdue:
		return RetirementEvent{Kind: EventOverdue, Reason: words("retirement.seen.overdue")}, true
	case c.Escalated.IsZero() && -days >= p.EscalateDays:
		return RetirementEvent{Kind: EventEscalated, Reason: words("retirement.seen.escalated", "level", above(d.Level))}, true
	case p.RemindDays > 0 && DayNumber(d.Today)-DayNumber(latest(last, c.Due, c.marked())) >= p.RemindDays:
		return RetirementEvent{Kind: EventReminded, Reason: words("retirement.seen.still")}, true
	}
	return RetirementEvent{}, false
}

// marked is the day of the newest mark of overdue or escalation in this state: it reminds as well as a reminder.
func (c *RetirementCase) marked() time.Time {
	var day time.Time
	for _, e := range c.Events {
		switch {
		case e.Kind == EventOverdue || e.Kind == EventEscalated:
			day = e.Effective
		case e.From != e.To:
			day = time.Time{}
		}
	}
	return day
}

func latest(all ...time.Time) time.Time {
	var day time.Time
	for _, t := range all {
		if t.After(day) {
			day = t
		}
	}
	return day
}

// above is the level above a level; what has none stays where it is.
func above(level string) string {
	order := []string{"central", "province", "city", "county", "town"}
	return order[max(0, slices.Index(order, level)-1)]
}

package queries

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// RetirementPolicy holds what the policy says of the process, in days unless noted.
type RetirementPolicy struct {
	AnswerDays      int     // from the notice to the owner's answer
	DecideDays      int     // from a dispute, a request for exemption or a reopening to the decision on it
	StepDays        int     // between the later steps, where the suggestion dates none
	RemindDays      int     // before a day is due on which to remind of it; after it, how often
	EscalateDays    int     // after a day was due on which it is put before the level above
	CheckDays       int     // after a system is off on which it is checked
	MaxExemptDays   int     // that an exemption may last
	TrafficAfterOff int     // actions or log-ins by people, or submissions, from which a system counts as used again
	TrafficDays     int     // on at least so many days
	SubstituteShare float64 // of what an ended form asked, from which a new form of the department stands in its place
}

// RetirementCommand is what a person decides about the retirement of a system.
type RetirementCommand struct {
	System    string
	Verb      string // one of RetirementVerbs
	By        string // name of the person, as typed
	Basis     string // evidence of a dispute, legal basis of an exemption, reason of a decision
	Note      string
	File      *CaseFile // evidence whose bytes are stored already; nil for none
	Effective time.Time // day from which it holds; the day of Today where zero
	Until     time.Time // of exempt and grant: last day of the exemption; of accept: day to be off by
	To        string    // of refuse: notified (the default) or accepted
	Last      uint32    // number of the newest event that the person saw; 0 where it does not matter
	Now       time.Time
	Today     time.Time // the local day of Now
	Policy    RetirementPolicy
}

// ErrStaleRetirement is the answer to a decision on a state that is no longer the newest: somebody else decided first.
var ErrStaleRetirement = errors.New("somebody else decided on this system meanwhile; look at it again")

// Retire takes a decision of a person and gives the events it made, which are stored as one insert or not at all. A decision
// that cannot be taken is a *RetirementRefusal, one on an older state ErrStaleRetirement, an unknown system ErrNotFound.
func (s *Store) Retire(ctx context.Context, cmd RetirementCommand) ([]RetirementEvent, error) {
	c, err := s.RetirementCase(ctx, cmd.System)
	if err != nil {
		return nil, err
	}
	if cmd.Last != 0 && cmd.Last != c.Last {
		return nil, ErrStaleRetirement
	}
	var check *RetirementTraffic
	if cmd.Verb == "check" && c.kindOf("check") != "" {
		all, err := s.retirementTraffic(ctx, []RetirementCase{c}, cmd.Policy)
		if err != nil {
			return nil, err
		}
		seen := all[c.System]
		check = &seen
	}
	current, err := s.Assessment(ctx, cmd.System)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	events, err := c.Decide(cmd, current, check)
	if err != nil {
		return nil, err
	}
	return events, s.appendRetirement(ctx, events)
}

// Decide tells which events a decision makes, and refuses it where it cannot be taken. Current is what the newest analysis
// says of the system, empty where it says nothing; check is what was seen after a system was switched off, for the verb check.
func (c *RetirementCase) Decide(cmd RetirementCommand, current Assessment, check *RetirementTraffic) ([]RetirementEvent, error) {
	kind := c.kindOf(cmd.Verb)
	by, basis := strings.TrimSpace(cmd.By), strings.TrimSpace(cmd.Basis)
	day := cmd.Effective
	if day.IsZero() {
		day = cmd.Today
	}
	switch {
	case kind == "":
		return nil, c.refuse(RefusedState, cmd.Verb, time.Time{})
	case by == "":
		return nil, c.refuse(RefusedNobody, cmd.Verb, time.Time{})
	case strings.EqualFold(by, ByClock):
		return nil, c.refuse(RefusedMention, cmd.Verb, time.Time{})
	case basis == "" && slices.Contains(basisNeeded, kind):
		return nil, c.refuse(RefusedBasis, cmd.Verb, time.Time{})
	case kind == EventNoted && basis == "" && strings.TrimSpace(cmd.Note) == "":
		return nil, c.refuse(RefusedBasis, cmd.Verb, time.Time{})
	case day.After(cmd.Today):
		return nil, c.refuse(RefusedFuture, cmd.Verb, day)
	case day.Before(c.Since):
		return nil, c.refuse(RefusedBefore, cmd.Verb, c.Since)
	}
	until, err := c.untilOf(cmd, kind, day)
	if err != nil {
		return nil, err
	}
	var out []RetirementEvent
	next := *c // the case after the events so far
	next.Plan = slices.Clone(c.Plan)
	add := func(e RetirementEvent) error {
		e.System, e.Number, e.Recorded, e.By, e.Effective, e.From = c.System, next.Last+1, cmd.Now, by, day, next.State
		e.Due = next.dueAfter(e, cmd.Policy)
		out = append(out, e)
		return next.apply(e)
	}
	if slices.Contains(answers, cmd.Verb) && c.State != RetirementNotified || kind == EventNotified {
		notice := next.notice(current, day, cmd.Policy)
		if kind == EventNotified {
			notice.Note, notice.File = cmd.Note, cmd.File
		}
		if err := add(notice); err != nil || kind == EventNotified {
			return out, err
		}
	}
	e := RetirementEvent{Kind: kind, To: targetOf(kind), Basis: basis, Note: cmd.Note, File: cmd.File, Until: until}
	switch kind {
	case EventAccepted:
		e.Steps = next.stretched(day, until)
	case EventRejected, EventRefused:
		e.To = cmd.To
		if e.To == "" {
			e.To = RetirementNotified
		}
		if e.To != RetirementNotified && e.To != RetirementAccepted {
			return nil, c.refuse(RefusedTarget, cmd.Verb, time.Time{})
		}
		e.Steps = next.shifted(day, e.To, cmd.Policy)
	case EventResumed:
		e.To = c.Before
	case EventNoted:
		e.To = c.State
	case EventChecked:
		if err := c.checked(&e, cmd, check, day); err != nil {
			return nil, err
		}
	}
	return out, errors.Join(add(e))
}

// basisNeeded are the kinds of events that stand on a reason.
var basisNeeded = []string{EventDisputed, EventExemption, EventUpheld, EventRejected, EventRefused, EventReopened, EventResumed}

// untilOf checks the day until which a decision holds.
func (c *RetirementCase) untilOf(cmd RetirementCommand, kind string, day time.Time) (time.Time, error) {
	until := cmd.Until
	if kind == EventGranted && until.IsZero() {
		until = c.asked
	}
	switch kind {
	case EventExemption, EventGranted:
		latest := day.AddDate(0, 0, cmd.Policy.MaxExemptDays)
		switch {
		case until.IsZero():
			return until, c.refuse(RefusedUntil, cmd.Verb, time.Time{})
		case !until.After(day):
			return until, c.refuse(RefusedPast, cmd.Verb, day)
		case until.After(latest):
			return until, c.refuse(RefusedLong, cmd.Verb, latest)
		}
	case EventAccepted, EventUpheld:
		if !until.IsZero() && !until.After(day) {
			return until, c.refuse(RefusedPast, cmd.Verb, day)
		}
	default:
		until = time.Time{}
	}
	return until, nil
}

// checked fills in the result of the check after a system was switched off.
func (c *RetirementCase) checked(e *RetirementEvent, cmd RetirementCommand, seen *RetirementTraffic, day time.Time) error {
	if c.simplified() {
		if e.Basis == "" {
			return c.refuse(RefusedBasis, cmd.Verb, time.Time{})
		}
		return nil
	}
	due := c.lastDone(RetirementOff).AddDate(0, 0, cmd.Policy.CheckDays)
	if day.Before(due) {
		return c.refuse(RefusedEarly, cmd.Verb, due)
	}
	if seen == nil {
		return errors.New("unable to check without having looked at the traffic")
	}
	e.Traffic = seen
	switch {
	case seen.cause() != "":
		e.Kind, e.To = EventReopened, RetirementReopened
	case !seen.reaches(due) && e.Basis == "":
		return c.refuse(RefusedUnseen, cmd.Verb, seen.Until)
	}
	reason := seen.reason()
	e.Reason = &reason
	return nil
}

// targetOf is the state that a kind of event leads to, where there is but one.
func targetOf(kind string) string {
	for _, m := range moves {
		if m.kind == kind && len(m.to) == 1 {
			return m.to[0]
		}
	}
	return ""
}

// notice is the event that puts the newest suggestion before the owner, with its plan counted from that day.
func (c *RetirementCase) notice(current Assessment, day time.Time, p RetirementPolicy) RetirementEvent {
	said := c.Assessment
	if suggests(current) {
		said = current
	}
	e := RetirementEvent{Kind: EventNotified, To: RetirementNotified, Assessment: &said}
	e.Steps = datedPlan(said, day, p)
	return e
}

// suggests says that an assessment asks for something to be done.
func suggests(a Assessment) bool {
	switch a.Suggestion.Action {
	case SuggestRetire, SuggestMerge, SuggestSimplify:
		return true
	}
	return false
}

// datedPlan is the plan of a suggestion as it runs when the owner is told on a day: never sooner than the suggestion says.
func datedPlan(a Assessment, day time.Time, p RetirementPolicy) []PlannedStep {
	out := make([]PlannedStep, 0, len(planSteps))
	late := max(0, DayNumber(day)-DayNumber(a.AsOf))
	at := day.AddDate(0, 0, p.AnswerDays)
	for i, step := range planSteps {
		if i > 0 {
			at = at.AddDate(0, 0, p.StepDays)
		}
		x := PlannedStep{Step: step.step}
		if found := slices.IndexFunc(a.Suggestion.Steps, func(s PlannedStep) bool { return s.Step == step.step }); found >= 0 {
			x = a.Suggestion.Steps[found]
			at = x.Day.AddDate(0, 0, late)
		} else if step.step == "check" {
			at = out[i-1].Day.AddDate(0, 0, p.CheckDays)
		}
		x.Day = at
		if i > 0 && x.Day.Before(out[i-1].Day) {
			x.Day = out[i-1].Day
		}
		out = append(out, x)
	}
	return out
}

func (c *RetirementCase) steps() []PlannedStep {
	out := make([]PlannedStep, len(c.Plan))
	for i, s := range c.Plan {
		out[i] = PlannedStep{Step: s.Step, Day: s.Planned, Needs: s.Needs}
	}
	return out
}

// stretched is the plan with its steps moved in proportion, so that the system is off on the day that the owner named; nil
// where none was named.
func (c *RetirementCase) stretched(day, off time.Time) []PlannedStep {
	if off.IsZero() || len(c.Plan) == 0 {
		return nil
	}
	from, to := DayNumber(day), DayNumber(c.planned("off"))
	steps := c.steps()
	check := DayNumber(c.planned("check")) - to
	for i := range steps {
		at := DayNumber(steps[i].Day)
		switch {
		case steps[i].Step == "check":
			steps[i].Day = off.AddDate(0, 0, max(0, check))
		case to <= from: // the whole plan is behind the day
			steps[i].Day = off
		case steps[i].Step != "answer":
			share := float64(max(0, at-from)) / float64(to-from)
			steps[i].Day = DayOf(from + int(share*float64(DayNumber(off)-from)+0.5))
		}
	}
	return steps
}

// shifted is the plan after a dispute or a request was turned down: the owner has as long to answer as at first, and later
// steps move by the time that the decision took.
func (c *RetirementCase) shifted(day time.Time, to string, p RetirementPolicy) []PlannedStep {
	if len(c.Plan) == 0 {
		return nil
	}
	answer := day
	if to == RetirementNotified {
		answer = day.AddDate(0, 0, p.AnswerDays)
	}
	late := max(0, DayNumber(answer)-DayNumber(c.planned("answer")))
	steps := c.steps()
	for i := range steps {
		steps[i].Day = steps[i].Day.AddDate(0, 0, late)
	}
	return steps
}

// dueAfter is the day by which the next step has to be done once an event has happened. A step that came late moves the
// next one by as much.
func (c *RetirementCase) dueAfter(e RetirementEvent, p RetirementPolicy) time.Time {
	if e.To == e.From && e.From != "" {
		return c.Due
	}
	then := *c
	then.Plan = slices.Clone(c.Plan)
	if e.Assessment != nil {
		then.Assessment = *e.Assessment
	}
	if e.Steps != nil {
		then.replan(e.Steps)
	}
	switch step := then.stepIn(e.To); step {
	case "decide":
		return e.Effective.AddDate(0, 0, p.DecideDays)
	case "check":
		if e.Kind != EventResumed {
			return e.Effective.AddDate(0, 0, p.CheckDays)
		}
		return c.lastDone(e.To).AddDate(0, 0, p.CheckDays)
	case "expire":
		return e.Until
	case "":
		return time.Time{}
	default:
		at := then.planned(step)
		for _, s := range planSteps {
			if s.state == e.To {
				if planned := then.planned(s.step); !planned.IsZero() && e.Effective.After(planned) {
					at = at.AddDate(0, 0, DayNumber(e.Effective)-DayNumber(planned))
				}
			}
		}
		if at.Before(e.Effective) {
			return e.Effective
		}
		return at
	}
}

// appendRetirement stores events of one system as one insert. The token of the insert names the first event, so that of two
// decisions on one state the table takes the first, also when they come from different processes.
func (s *Store) appendRetirement(ctx context.Context, events []RetirementEvent) error {
	if len(events) == 0 {
		return nil
	}
	first := events[0]
	id := rand.Text()
	bodies := jsonColumn{}
	get := func(f func(RetirementEvent) string) []string { return column(events, f) }
	date := func(f func(RetirementEvent) time.Time) []time.Time {
		return column(events, func(e RetirementEvent) time.Time {
			if t := f(e); !t.IsZero() {
				return t
			}
			return time.Unix(0, 0).UTC()
		})
	}
	body := get(func(e RetirementEvent) string { return bodies.text(e) })
	if bodies.err != nil {
		return fmt.Errorf("unable to write the retirement of %s: %w", first.System, bodies.err)
	}
	token := fmt.Sprintf("retirement %d %s", first.Number, first.System)
	once := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token}))
	err := s.insert(once, "retirement.Insert", columns(
		get(func(e RetirementEvent) string { return e.System }), column(events, func(e RetirementEvent) uint32 { return e.Number }), repeat(id, len(events)),
		column(events, func(e RetirementEvent) time.Time { return e.Recorded }), get(func(e RetirementEvent) string { return e.By }),
		get(func(e RetirementEvent) string { return e.Kind }), get(func(e RetirementEvent) string { return e.From }), get(func(e RetirementEvent) string { return e.To }),
		get(func(e RetirementEvent) string { return e.Basis }), get(func(e RetirementEvent) string { return e.Note }),
		date(func(e RetirementEvent) time.Time { return e.Effective }), date(func(e RetirementEvent) time.Time { return e.Until }),
		date(func(e RetirementEvent) time.Time { return e.Due }), body))
	if err != nil {
		return fmt.Errorf("unable to keep the decision on %s: %w", first.System, err)
	}
	var mine uint64
	err = s.Each(ctx, "retirement.Mine", Params{"system": first.System, "number": first.Number, "id": id}, func(scan func(...any) error) error { return scan(&mine) })
	if err != nil {
		return err
	}
	if mine == 0 {
		return ErrStaleRetirement
	}
	return nil
}

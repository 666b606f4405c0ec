package queries

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// move is one kind of event that may happen in some states. An empty to stands for the state it happened in, or for one
// that the event names itself.
type move struct {
	kind   string
	from   []string
	to     []string
	clock  bool // the clock may make it
	person bool // a named person may make it
}

// running are the states between the owner's consent and the end, in order.
var running = []string{RetirementAccepted, RetirementAnnounced, RetirementFrozen, RetirementReadOnly, RetirementArchived, RetirementOff}

// moves is the whole process. What is not here cannot happen.
var moves = []move{
	{EventOpened, []string{"", RetirementWithdrawn}, []string{RetirementSuggested}, true, false},
	{EventUpdated, []string{RetirementSuggested}, []string{RetirementSuggested}, true, false},
	{EventWithdrawn, []string{RetirementSuggested, RetirementNotified, RetirementDisputed, RetirementExemption, RetirementReopened}, []string{RetirementWithdrawn}, true, false},
	{EventNotified, []string{RetirementSuggested, RetirementReopened}, []string{RetirementNotified}, false, true},
	{EventAccepted, []string{RetirementNotified}, []string{RetirementAccepted}, false, true},
	{EventDisputed, []string{RetirementNotified}, []string{RetirementDisputed}, false, true},
	{EventExemption, []string{RetirementNotified}, []string{RetirementExemption}, false, true},
	{EventUpheld, []string{RetirementDisputed, RetirementReopened}, []string{RetirementKept}, false, true},
	{EventRejected, []string{RetirementDisputed}, []string{RetirementNotified, RetirementAccepted}, false, true},
	{EventGranted, []string{RetirementExemption}, []string{RetirementExempt}, false, true},
	{EventRefused, []string{RetirementExemption}, []string{RetirementNotified, RetirementAccepted}, false, true},
	{EventAnnounced, []string{RetirementAccepted}, []string{RetirementAnnounced}, false, true},
	{EventFrozen, []string{RetirementAnnounced}, []string{RetirementFrozen}, false, true},
	{EventReadOnly, []string{RetirementFrozen}, []string{RetirementReadOnly}, false, true},
	{EventArchived, []string{RetirementReadOnly}, []string{RetirementArchived}, false, true},
	{EventOff, []string{RetirementArchived}, []string{RetirementOff}, false, true},
	{EventChecked, []string{RetirementOff}, []string{RetirementDone}, true, true},
	{EventChecked, []string{RetirementAnnounced}, []string{RetirementDone}, false, true}, // what is only simplified is not switched off
	{EventReopened, []string{RetirementFrozen, RetirementReadOnly, RetirementArchived, RetirementOff, RetirementDone, RetirementExempt, RetirementKept}, []string{RetirementReopened}, true, true},
	{EventReopened, []string{RetirementAccepted, RetirementAnnounced, RetirementWithdrawn}, []string{RetirementReopened}, false, true},
	{EventResumed, []string{RetirementReopened}, append(slices.Clone(running), RetirementDone), false, true},
	{EventNoted, RetirementStates, nil, false, true},
	{EventReminded, RetirementStates, nil, true, false},
	{EventOverdue, RetirementStates, nil, true, false},
	{EventEscalated, RetirementStates, nil, true, false},
	{EventMachines, []string{RetirementOff, RetirementDone}, nil, true, false},
}

// stepOf is the step of the plan that the owner or the administrator of a state has before them.
var stepOf = map[string]string{
	RetirementNotified: "answer", RetirementDisputed: "decide", RetirementExemption: "decide", RetirementAccepted: "announce",
	RetirementAnnounced: "freeze", RetirementFrozen: "read_only", RetirementReadOnly: "archive", RetirementArchived: "off",
	RetirementOff: "check", RetirementExempt: "expire", RetirementKept: "expire", RetirementReopened: "decide",
}

// stepIn is what has to be done next in a state.
func (c *RetirementCase) stepIn(state string) string {
	if state == RetirementAnnounced && c.simplified() {
		return "check"
	}
	return stepOf[state]
}

// planSteps are the steps of a dated plan, with the state that each leads to.
var planSteps = []struct{ step, state string }{
	{"answer", RetirementAccepted},
	{"announce", RetirementAnnounced},
	{"freeze", RetirementFrozen},
	{"read_only", RetirementReadOnly},
	{"archive", RetirementArchived},
	{"off", RetirementOff},
	{"check", RetirementDone},
}

// simplified says that the system is to be simplified, not ended: once that is announced it is carried out and checked.
func (c *RetirementCase) simplified() bool { return c.Assessment.Suggestion.Action == SuggestSimplify }

// can says whether a move exists for the case: a system that is only simplified is checked, not frozen, after the announcement.
func (c *RetirementCase) can(m move) bool {
	if slices.Contains(m.from, RetirementAnnounced) && (m.kind == EventChecked || m.kind == EventFrozen) {
		return c.simplified() == (m.kind == EventChecked)
	}
	return true
}

// allowed says whether an event may happen in a state and lead to another.
func (c *RetirementCase) allowed(kind, from, to string, clock bool) bool {
	return slices.ContainsFunc(moves, func(m move) bool {
		if m.kind != kind || !slices.Contains(m.from, from) || clock && !m.clock || !clock && !m.person || !c.can(m) {
			return false
		}
		if m.to == nil {
			return to == from
		}
		return slices.Contains(m.to, to)
	})
}

// FoldRetirements tells from the events of systems, which come in the order of systems and numbers, how each case stands. A
// history with a gap or a move that cannot happen is an error: somebody changed the table by hand.
func FoldRetirements(events []RetirementEvent) ([]RetirementCase, error) {
	var out []RetirementCase
	for _, e := range events {
		if len(out) == 0 || out[len(out)-1].System != e.System {
			out = append(out, RetirementCase{System: e.System})
		}
		if err := out[len(out)-1].apply(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// apply adds one event.
func (c *RetirementCase) apply(e RetirementEvent) error {
	switch {
	case e.Number != c.Last+1:
		return fmt.Errorf("unable to tell how the retirement of %s stands: event %d follows event %d", e.System, e.Number, c.Last)
	case e.From != c.State || !c.allowed(e.Kind, e.From, e.To, e.By == ByClock):
		return fmt.Errorf("unable to tell how the retirement of %s stands: event %d (%s, by %s) leads from %q to %q", e.System, e.Number, e.Kind, e.By, e.From, e.To)
	}
	c.Events, c.Last = append(c.Events, e), e.Number
	if e.Kind == EventOpened {
		c.Opened, c.Plan, c.OffBy, c.Before, c.Cause = e.Effective, nil, time.Time{}, "", ""
	}
	if e.Assessment != nil {
		c.Assessment = *e.Assessment
	}
	if e.Steps != nil {
		c.replan(e.Steps)
	}
	switch e.Kind {
	case EventNoted:
	case EventReminded:
		c.Reminded = e.Effective
	case EventOverdue:
		c.Overdue = true
	case EventEscalated:
		c.Escalated = e.Effective
	case EventMachines:
		c.reports = true
	case EventUpdated:
		c.Since = e.Effective
	default:
		c.enter(e)
	}
	return nil
}

// enter moves the case into the state of an event.
func (c *RetirementCase) enter(e RetirementEvent) {
	if e.Kind == EventReopened {
		c.Before, c.Cause = c.State, causeOf(e)
		for i := range c.Plan {
			if e.From == RetirementDone && c.Plan[i].Step == "check" {
				c.Plan[i].Done, c.Plan[i].By = time.Time{}, ""
			}
		}
	}
	if e.To == RetirementNotified || e.To == RetirementAccepted && e.From != RetirementReopened {
		for i := range c.Plan {
			c.Plan[i].Done, c.Plan[i].By = time.Time{}, ""
		}
	}
	c.State, c.Since, c.Due, c.Until = e.To, e.Effective, e.Due, time.Time{}
	c.Step = c.stepIn(e.To)
	c.Reminded, c.Overdue, c.Escalated, c.asked = time.Time{}, false, time.Time{}, time.Time{}
	c.reports = c.reports && e.To == RetirementDone
	switch e.To {
	case RetirementExempt, RetirementKept:
		c.Until, c.Due = e.Until, e.Until
	case RetirementExemption:
		c.asked = e.Until
	case RetirementAccepted:
		if !e.Until.IsZero() {
			c.OffBy = e.Until
		}
	}
	for i, p := range planSteps {
		if p.state == e.To && e.Kind != EventResumed && e.Kind != EventReopened && i < len(c.Plan) {
			c.Plan[i].Done, c.Plan[i].By = e.Effective, e.By
		}
	}
	if c.Due.IsZero() && c.State == RetirementKept {
		c.Step = ""
	}
}

// replan takes the dates of a new plan and keeps what was done.
func (c *RetirementCase) replan(steps []PlannedStep) {
	plan := make([]RetirementStep, 0, len(planSteps))
	for i, p := range planSteps {
		x := RetirementStep{Step: p.step}
		if at := slices.IndexFunc(steps, func(s PlannedStep) bool { return s.Step == p.step }); at >= 0 {
			x.Planned, x.Needs = steps[at].Day, steps[at].Needs
		}
		if i < len(c.Plan) {
			x.Done, x.By = c.Plan[i].Done, c.Plan[i].By
		}
		plan = append(plan, x)
	}
	c.Plan = plan
}

// planned is the day on which a step is planned, zero where it is not.
func (c *RetirementCase) planned(step string) time.Time {
	for _, p := range c.Plan {
		if p.Step == step {
			return p.Planned
		}
	}
	return time.Time{}
}

// lastDone is the day on which the case last came into a state in this round, zero where it never did.
func (c *RetirementCase) lastDone(state string) time.Time {
	var day time.Time
	for _, e := range c.Events {
		switch {
		case e.Kind == EventOpened:
			day = time.Time{}
		case e.To == state && e.From != state && e.Kind != EventResumed:
			day = e.Effective
		}
	}
	return day
}

// The causes of reopening.
const (
	CauseTraffic    = "traffic"
	CauseSubstitute = "substitute"
	CauseExpired    = "expired"
	CausePerson     = "person"
)

func causeOf(e RetirementEvent) string {
	switch {
	case e.By != ByClock:
		if e.Traffic != nil { // a person ran the check, and it did not come out clean
			return e.Traffic.cause()
		}
		return CausePerson
	case e.Traffic != nil:
		return e.Traffic.cause()
	}
	return CauseExpired
}

// verbs are what people can ask for, with the kinds of events that answer, in the order in which they are offered.
var verbs = []struct {
	verb  string
	kinds []string
}{
	{"notify", []string{EventNotified}},
	{"accept", []string{EventAccepted}},
	{"dispute", []string{EventDisputed}},
	{"exempt", []string{EventExemption}},
	{"grant", []string{EventUpheld, EventGranted}},
	{"refuse", []string{EventRejected, EventRefused}},
	{"announce", []string{EventAnnounced}},
	{"freeze", []string{EventFrozen}},
	{"read-only", []string{EventReadOnly}},
	{"archive", []string{EventArchived}},
	{"off", []string{EventOff}},
	{"check", []string{EventChecked}},
	{"resume", []string{EventResumed}},
	{"reopen", []string{EventReopened}},
	{"note", []string{EventNoted}},
}

// RetirementVerbs lists what a person can ask for, in any state.
func RetirementVerbs() []string {
	out := make([]string, len(verbs))
	for i, v := range verbs {
		out[i] = v.verb
	}
	return out
}

// answers are the verbs of the owner. An owner who answers has been told, so they count from suggested and reopened too.
var answers = []string{"accept", "dispute", "exempt"}

// Possible lists what a person can do with the case as it stands, in the order of the process.
func (c *RetirementCase) Possible() []string {
	var out []string
	for _, v := range verbs {
		if c.kindOf(v.verb) != "" {
			out = append(out, v.verb)
		}
	}
	return out
}

// kindOf is the event that a verb makes in the case's state, empty where it cannot.
func (c *RetirementCase) kindOf(verb string) string {
	state := c.State
	if slices.Contains(answers, verb) && (state == RetirementSuggested || state == RetirementReopened) {
		state = RetirementNotified
	}
	for _, v := range verbs {
		if v.verb != verb {
			continue
		}
		for _, kind := range v.kinds {
			if kind == EventResumed && !slices.Contains(append(slices.Clone(running), RetirementDone), c.Before) {
				continue
			}
			if slices.ContainsFunc(moves, func(m move) bool { return m.kind == kind && m.person && slices.Contains(m.from, state) && c.can(m) }) {
				return kind
			}
		}
	}
	return ""
}

// RetirementRefusal says why a decision cannot be taken as it was given. Code is one of the Refused constants.
type RetirementRefusal struct {
	Code     string
	System   string
	State    string
	Verb     string
	Possible []string
	Day      time.Time // the day that the refusal is about
}

// Why a decision is refused.
const (
	RefusedState   = "not_possible"
	RefusedNobody  = "nobody"
	RefusedBasis   = "no_basis"
	RefusedUntil   = "no_until"
	RefusedPast    = "until_past"
	RefusedLong    = "until_long"
	RefusedBefore  = "before"  // an earlier day than the step before
	RefusedFuture  = "future"  // a day that has not come
	RefusedEarly   = "early"   // the check is not due
	RefusedUnseen  = "unseen"  // the logs do not reach the day of the check, and nobody vouches for it
	RefusedMention = "mention" // by is the name of the clock
	RefusedTarget  = "target"  // refuse leads to notified or accepted only
)

func (r *RetirementRefusal) Error() string {
	day := r.Day.Format(time.DateOnly)
	switch r.Code {
	case RefusedNobody:
		return fmt.Sprintf("unable to %s %s: who decides? give a name", r.Verb, r.System)
	case RefusedMention:
		return fmt.Sprintf("unable to %s %s: %q stands for decisions that nobody made; give the name of a person", r.Verb, r.System, ByClock)
	case RefusedBasis:
		return fmt.Sprintf("unable to %s %s: give the basis: evidence of a dispute, the legal basis of an exemption, the reason of a decision", r.Verb, r.System)
	case RefusedUntil:
		return fmt.Sprintf("unable to %s %s: give the day until which it holds", r.Verb, r.System)
	case RefusedPast:
		return fmt.Sprintf("unable to %s %s: the day until which it holds has to come after %s", r.Verb, r.System, day)
	case RefusedLong:
		return fmt.Sprintf("unable to %s %s: the policy allows no exemption beyond %s", r.Verb, r.System, day)
	case RefusedBefore:
		return fmt.Sprintf("unable to %s %s: it is %s since %s, so nothing can take effect before that day", r.Verb, r.System, r.State, day)
	case RefusedFuture:
		return fmt.Sprintf("unable to %s %s: %s has not come; record a step when it is done", r.Verb, r.System, day)
	case RefusedEarly:
		return fmt.Sprintf("unable to %s %s: the check is due on %s", r.Verb, r.System, day)
	case RefusedUnseen:
		return fmt.Sprintf("unable to %s %s: its logs are not seen beyond %s; give the basis on which you know that nobody uses it", r.Verb, r.System, day)
	case RefusedTarget:
		return fmt.Sprintf("unable to %s %s: it leads to notified (the owner answers again) or accepted", r.Verb, r.System)
	}
	return fmt.Sprintf("unable to %s %s: it is %s; possible are %s", r.Verb, r.System, r.State, strings.Join(r.Possible, ", "))
}

func (c *RetirementCase) refuse(code, verb string, day time.Time) *RetirementRefusal {
	return &RetirementRefusal{Code: code, System: c.System, State: c.State, Verb: verb, Possible: c.Possible(), Day: day}
}

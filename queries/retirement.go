package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// The states of the retirement of a system.
const (
	RetirementSuggested = "suggested"       // the analysis suggests it; nobody has been told
	RetirementNotified  = "notified"        // the owner has been told and has to answer
	RetirementDisputed  = "disputed"        // the owner says the suggestion is wrong; somebody has to decide
	RetirementExemption = "exemption_asked" // the owner asks to keep the system on a legal basis; somebody has to decide
	RetirementKept      = "kept"            // the dispute was upheld: the system stays
	RetirementExempt    = "exempt"          // it stays until a date
	RetirementAccepted  = "accepted"        // the owner agreed, or the answer was overruled
	RetirementAnnounced = "announced"       // its users have been told
	RetirementFrozen    = "frozen"          // nothing new can be submitted
	RetirementReadOnly  = "read_only"       // it can be read only
	RetirementArchived  = "archived"        // its data are kept elsewhere
	RetirementOff       = "off"             // it is switched off
	RetirementDone      = "done"            // and has been checked: nobody uses it or anything in its place
	RetirementReopened  = "reopened"        // traffic or a substitute came back, an exemption ended, or a person looks again
	RetirementWithdrawn = "withdrawn"       // the reason went away before the owner agreed: the system is used
)

// RetirementStates lists all states in the order of the process.
var RetirementStates = []string{
	RetirementSuggested, RetirementNotified, RetirementDisputed, RetirementExemption, RetirementAccepted, RetirementAnnounced,
	RetirementFrozen, RetirementReadOnly, RetirementArchived, RetirementOff, RetirementReopened, RetirementExempt, RetirementKept,
	RetirementDone, RetirementWithdrawn,
}

// The kinds of events. The first ones move a case from one state to another; the last five leave it where it is.
const (
	EventOpened    = "opened"
	EventUpdated   = "updated" // the suggestion changed before the owner was told
	EventNotified  = "notified"
	EventAccepted  = "accepted"
	EventDisputed  = "disputed"
	EventExemption = "exemption_asked"
	EventUpheld    = "upheld"
	EventRejected  = "rejected"
	EventGranted   = "granted"
	EventRefused   = "refused"
	EventAnnounced = "announced"
	EventFrozen    = "frozen"
	EventReadOnly  = "read_only"
	EventArchived  = "archived"
	EventOff       = "off"
	EventChecked   = "checked"
	EventReopened  = "reopened"
	EventResumed   = "resumed" // what reopened the case did not hold: it goes on where it was
	EventWithdrawn = "withdrawn"
	EventNoted     = "noted"
	EventReminded  = "reminded"
	EventOverdue   = "overdue"
	EventEscalated = "escalated" // put before the level above
	EventMachines  = "machines"  // only machines still ask for a system that is off
)

// ByClock is the actor of events that no person decided.
const ByClock = "clock"

// RetirementEvent is one line of the history of a retirement. Events are only ever added; the state of a case follows from
// them. Days have no time of day.
type RetirementEvent struct {
	System     string             `json:"system"`
	Number     uint32             `json:"number"` // 1, 2, … within the system
	Recorded   time.Time          `json:"recorded"`
	By         string             `json:"by"` // the name as it was typed, or "clock"
	Kind       string             `json:"kind"`
	From       string             `json:"from"` // state before; empty for the first event
	To         string             `json:"to"`
	Basis      string             `json:"basis,omitempty"` // evidence of a dispute, legal basis, reason of a decision
	Note       string             `json:"note,omitempty"`
	File       *CaseFile          `json:"file,omitempty"` // what was handed in as evidence; its bytes are kept as those of cases are
	Effective  time.Time          `json:"effective"`
	Until      time.Time          `json:"until,omitzero"` // the day on which an exemption ends; of accepted the day to be off by
	Due        time.Time          `json:"due,omitzero"`   // day by which the next step has to be done
	Reason     *Message           `json:"reason,omitempty"`
	Steps      []PlannedStep      `json:"steps,omitempty"`      // the dated plan from here on, where this event set it
	Traffic    *RetirementTraffic `json:"traffic,omitempty"`    // what was seen, where this event rests on it
	Assessment *Assessment        `json:"assessment,omitempty"` // the suggestion as it was then
}

// RetirementCase is the retirement of one system as its events tell it.
type RetirementCase struct {
	System     string            `json:"system"`
	State      string            `json:"state"`
	Since      time.Time         `json:"since"`          // day from which it is in this state
	Opened     time.Time         `json:"opened"`         // day on which the suggestion was made
	Step       string            `json:"step,omitempty"` // what has to be done next: answer, decide, announce, …, check, expire
	Due        time.Time         `json:"due,omitzero"`   // by this day
	Until      time.Time         `json:"until,omitzero"` // of exempt and kept
	OffBy      time.Time         `json:"off_by,omitzero"`
	Before     string            `json:"before,omitempty"` // state before it was reopened
	Cause      string            `json:"cause,omitempty"`  // of reopening: traffic, substitute, expired, person
	Reminded   time.Time         `json:"reminded,omitzero"`
	Overdue    bool              `json:"overdue"`            // the clock has seen that Due passed
	Escalated  time.Time         `json:"escalated,omitzero"` // day on which it was put before the level above
	Plan       []RetirementStep  `json:"plan"`
	Assessment Assessment        `json:"assessment"` // the suggestion as it was last put to the owner
	Last       uint32            `json:"last"`       // number of the newest event
	Events     []RetirementEvent `json:"events"`
	reports    bool              // machines that still ask were reported since it was switched off
	asked      time.Time         // day until which an exemption is asked for
}

// RetirementStep is a step of the dated plan: when it was to happen and when it did.
type RetirementStep struct {
	Step    string    `json:"step"` // those of PlannedStep
	Planned time.Time `json:"planned"`
	Done    time.Time `json:"done,omitzero"`
	By      string    `json:"by,omitempty"`
	Needs   Message   `json:"needs"`
}

// Closed says that nothing is left to be done unless the case is reopened.
func (c *RetirementCase) Closed() bool {
	return c.State == RetirementDone || c.State == RetirementKept || c.State == RetirementWithdrawn
}

// File is what was handed in with an answer or a decision, by the SHA-256 of its bytes; nil for none.
func (c *RetirementCase) File(sum string) *CaseFile {
	for _, e := range c.Events {
		if e.File != nil && e.File.SHA256 == sum {
			return e.File
		}
	}
	return nil
}

// Exemption keeps a system although the analysis suggests to end it: the owner asked for it on a legal basis and a named
// person granted it. It is in force on the days From to Until.
type Exemption struct {
	System string    `json:"system"`
	Rule   string    `json:"rule"` // the detector or rule whose verdict it answers, such as idle-system
	Basis  string    `json:"basis"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
	By     string    `json:"by"`
}

// exemptRule is what a granted exemption answers: the verdict that a system is not used.
const exemptRule = "idle-system"

// Exemptions lists the exemptions that were granted after an owner asked, those that ended too, by system and day. One that
// was reopened early ends on the day before.
func (s *Store) Exemptions(ctx context.Context) ([]Exemption, error) {
	cases, err := s.RetirementCases(ctx)
	if err != nil {
		return nil, err
	}
	var out []Exemption
	for _, c := range cases {
		for i, e := range c.Events {
			if e.Kind != EventGranted {
				continue
			}
			x := Exemption{System: c.System, Rule: exemptRule, Basis: e.Basis, From: e.Effective, Until: e.Until, By: e.By}
			for _, later := range c.Events[i+1:] {
				if day := later.Effective.AddDate(0, 0, -1); later.From == RetirementExempt && later.To != RetirementExempt && day.Before(x.Until) {
					x.Until = day
				}
			}
			out = append(out, x)
		}
	}
	return out, nil
}

// RetirementCases reads all retirements, in the order of systems.
func (s *Store) RetirementCases(ctx context.Context) ([]RetirementCase, error) {
	return s.retirements(ctx, "")
}

// RetirementCase reads the retirement of one system, or ErrNotFound.
func (s *Store) RetirementCase(ctx context.Context, system string) (RetirementCase, error) {
	if system == "" {
		return RetirementCase{}, ErrNotFound
	}
	all, err := s.retirements(ctx, system)
	if err != nil {
		return RetirementCase{}, err
	}
	if len(all) == 0 {
		return RetirementCase{}, ErrNotFound
	}
	return all[0], nil
}

func (s *Store) retirements(ctx context.Context, system string) ([]RetirementCase, error) {
	var events []RetirementEvent
	err := s.Each(ctx, "retirement.Events", Params{"system": system}, func(scan func(...any) error) error {
		var body string
		if err := scan(&body); err != nil {
			return err
		}
		var e RetirementEvent
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			return fmt.Errorf("unable to read an event: %w", err)
		}
		events = append(events, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the retirements of systems: %w", err)
	}
	return FoldRetirements(events)
}

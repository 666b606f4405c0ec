package queries

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// caseMoves is the whole process: from which states an event may happen, and where it leads; an empty target leaves the case
// where it is. What is not here cannot happen.
var caseMoves = map[string]struct {
	verb string
	from []string
	to   string
}{
	CaseEventOpened:    {"", []string{""}, CaseOpen},
	CaseEventAssigned:  {"assign", []string{CaseOpen, CaseAssigned}, CaseAssigned},
	CaseEventCommented: {"comment", CaseStates, ""},
	CaseEventAttached:  {"attach", []string{CaseOpen, CaseAssigned, CaseDecided}, ""},
	CaseEventDecided:   {"decide", []string{CaseOpen, CaseAssigned}, CaseDecided},
	CaseEventReopened:  {"reopen", []string{CaseDecided, CaseClosed}, CaseOpen},
	CaseEventClosed:    {"close", []string{CaseOpen, CaseAssigned, CaseDecided}, CaseClosed},
}

// CaseVerbs lists what a person can ask of a case, in the order in which it is offered.
var CaseVerbs = []string{"assign", "comment", "attach", "decide", "close", "reopen"}

// kindOf is the event of a verb, empty for none.
func caseKind(verb string) string {
	for kind, m := range caseMoves {
		if m.verb == verb && verb != "" {
			return kind
		}
	}
	return ""
}

// Possible lists what a person can do with the case as it stands.
func (c *Case) Possible() []string {
	return slices.DeleteFunc(slices.Clone(CaseVerbs), func(verb string) bool {
		return !slices.Contains(caseMoves[caseKind(verb)].from, c.State)
	})
}

// FoldCases tells from the events of cases, which come in the order of cases and numbers, how each stands. A history with a
// gap or a move that cannot happen is an error: somebody changed the table by hand.
func FoldCases(events []CaseEvent) ([]Case, error) {
	var out []Case
	for _, e := range events {
		if len(out) == 0 || out[len(out)-1].ID != e.Case {
			out = append(out, Case{ID: e.Case})
		}
		if err := out[len(out)-1].apply(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// apply adds one event.
func (c *Case) apply(e CaseEvent) error {
	m, known := caseMoves[e.Kind]
	to := m.to
	if to == "" {
		to = c.State
	}
	switch {
	case e.Number != c.Last+1:
		return fmt.Errorf("unable to tell how the case %s stands: event %d follows event %d", c.ID, e.Number, c.Last)
	case !known || e.From != c.State || !slices.Contains(m.from, c.State) || e.To != to:
		return fmt.Errorf("unable to tell how the case %s stands: event %d (%s) leads from %q to %q", c.ID, e.Number, e.Kind, e.From, e.To)
	case e.Kind == CaseEventOpened && e.Subject == nil:
		return fmt.Errorf("unable to tell what the case %s is about: event %d does not say", c.ID, e.Number)
	}
	c.Events, c.Last, c.State, c.Changed = append(c.Events, e), e.Number, to, e.Recorded
	switch e.Kind {
	case CaseEventOpened:
		c.CaseSubject, c.Opened = *e.Subject, e.Recorded
	case CaseEventAssigned:
		c.Assignee, c.AssigneeName, c.Due = e.Assignee, e.AssigneeName, e.Due
	case CaseEventDecided:
		c.Verdict, c.Reason = e.Verdict, e.Text
	case CaseEventReopened:
		c.Verdict, c.Reason, c.Resolved, c.Assignee, c.AssigneeName, c.Due = "", "", false, "", "", time.Time{}
	case CaseEventClosed:
		c.Resolved = e.Resolved
	}
	if e.Said != nil {
		c.Said, c.Severity = e.Said, gravest(e.Said)
	}
	return nil
}

// severityOrder is how much a severity weighs.
var severityOrder = []string{"", "low", "medium", "high"}

func gravest(said []CaseSaid) string {
	most := 0
	for _, f := range said {
		most = max(most, slices.Index(severityOrder, f.Severity))
	}
	return severityOrder[most]
}

// CaseCommand is what a person does with a case.
type CaseCommand struct {
	Case         string
	Verb         string // one of CaseVerbs
	Account      string // who acts
	Name         string // as people call them
	Text         string // comment or reason
	Verdict      string // of decide: one of CaseVerdicts
	Assignee     string // of assign
	AssigneeName string
	Due          time.Time // of assign, may be zero
	Resolved     bool      // of close: what was verified has been put right
	File         *CaseFile // of attach: stored with SaveCaseFile
	Last         uint32    // number of the newest event that the person saw; 0 where it does not matter
	Now          time.Time
}

// CaseRefusal says why something cannot be done with a case. Code is one of the CaseRefused constants.
type CaseRefusal struct {
	Code     string
	Case     string
	Verb     string
	State    string
	Possible []string
}

// Why something is refused.
const (
	CaseRefusedState    = "not_possible"
	CaseRefusedNobody   = "nobody"
	CaseRefusedReason   = "no_reason"
	CaseRefusedVerdict  = "no_verdict"
	CaseRefusedAssignee = "no_assignee"
	CaseRefusedFile     = "no_file"
	CaseRefusedResolved = "not_verified" // only what was verified can have been put right
	CaseRefusedAlready  = "already"      // another case looks into it; Case is its number
	CaseRefusedMixed    = "mixed"        // the findings are not about one matter
	CaseRefusedEmpty    = "nothing"      // neither findings nor unit and form
	CaseRefusedSilent   = "not_assessed" // what was not assessed is no finding
)

func (r *CaseRefusal) Error() string {
	switch r.Code {
	case CaseRefusedNobody:
		return "who does it? give a name: a machine only suggests, a named person decides"
	case CaseRefusedReason:
		return fmt.Sprintf("unable to %s the case %s: say why, or what was looked at and what was found", r.Verb, r.Case)
	case CaseRefusedVerdict:
		return fmt.Sprintf("unable to decide the case %s: the decision is one of %s", r.Case, strings.Join(CaseVerdicts, ", "))
	case CaseRefusedAssignee:
		return fmt.Sprintf("unable to assign the case %s: say to whom", r.Case)
	case CaseRefusedFile:
		return fmt.Sprintf("unable to attach to the case %s: there is no file", r.Case)
	case CaseRefusedResolved:
		return fmt.Sprintf("unable to close the case %s as put right: it was not decided as %s", r.Case, CaseVerified)
	case CaseRefusedAlready:
		return fmt.Sprintf("the case %s already looks into this; comment on it, or reopen it", r.Case)
	case CaseRefusedMixed:
		return "one case is about one matter: the findings have no unit, form or system in common"
	case CaseRefusedEmpty:
		return "a case needs findings, or a unit and a form"
	case CaseRefusedSilent:
		return "what was not assessed is no finding, and cannot be looked into"
	}
	return fmt.Sprintf("unable to %s the case %s: it is %s; possible are %s", r.Verb, r.Case, r.State, strings.Join(r.Possible, ", "))
}

// StaleCase is the answer to a decision on a state that is no longer the newest: Since are the events that came meanwhile.
type StaleCase struct {
	Case  string
	Since []CaseEvent
}

func (e *StaleCase) Error() string {
	var parts []string
	for _, x := range e.Since {
		parts = append(parts, fmt.Sprintf("%s by %s", x.Kind, x.Name))
	}
	return fmt.Sprintf("the case %s was changed meanwhile (%s); look at it again", e.Case, strings.Join(parts, ", "))
}

// Act tells which event something that a person does makes, and refuses it where it cannot be done. Comments and attachments
// disturb nobody, so they are taken on any state; everything else has to rest on the newest.
func (c *Case) Act(cmd CaseCommand) (CaseEvent, error) {
	kind := caseKind(cmd.Verb)
	text := strings.TrimSpace(cmd.Text)
	refuse := func(code string) (CaseEvent, error) {
		return CaseEvent{}, &CaseRefusal{Code: code, Case: c.ID, Verb: cmd.Verb, State: c.State, Possible: c.Possible()}
	}
	additive := kind == CaseEventCommented || kind == CaseEventAttached
	if cmd.Last != 0 && cmd.Last != c.Last && !additive {
		if cmd.Last > c.Last {
			return CaseEvent{}, errors.New("unable to act on a state of the case that never was")
		}
		return CaseEvent{}, &StaleCase{Case: c.ID, Since: c.Events[cmd.Last:]}
	}
	switch {
	case kind == "" || !slices.Contains(c.Possible(), cmd.Verb):
		return refuse(CaseRefusedState)
	case strings.TrimSpace(cmd.Name) == "" || cmd.Account == "":
		return refuse(CaseRefusedNobody)
	case kind == CaseEventDecided && !slices.Contains(CaseVerdicts, cmd.Verdict):
		return refuse(CaseRefusedVerdict)
	case text == "" && (kind == CaseEventDecided || kind == CaseEventReopened || kind == CaseEventCommented):
		return refuse(CaseRefusedReason)
	case kind == CaseEventClosed && text == "" && c.Verdict == "": // to end a case without a decision needs a reason
		return refuse(CaseRefusedReason)
	case kind == CaseEventClosed && cmd.Resolved && c.Verdict != CaseVerified:
		return refuse(CaseRefusedResolved)
	case kind == CaseEventAssigned && strings.TrimSpace(cmd.Assignee) == "":
		return refuse(CaseRefusedAssignee)
	case kind == CaseEventAttached && cmd.File == nil:
		return refuse(CaseRefusedFile)
	}
	e := CaseEvent{
		Case: c.ID, Number: c.Last + 1, Recorded: cmd.Now.UTC().Truncate(time.Microsecond), Account: cmd.Account, Name: strings.TrimSpace(cmd.Name),
		Kind: kind, From: c.State, To: caseMoves[kind].to, Text: text,
	}
	if e.To == "" {
		e.To = c.State
	}
	switch kind {
	case CaseEventAssigned:
		e.Assignee, e.AssigneeName, e.Due = strings.TrimSpace(cmd.Assignee), strings.TrimSpace(cmd.AssigneeName), cmd.Due
		if e.AssigneeName == "" {
			e.AssigneeName = e.Assignee
		}
	case CaseEventDecided:
		e.Verdict = cmd.Verdict
	case CaseEventClosed:
		e.Resolved = cmd.Resolved
	case CaseEventAttached:
		e.File = cmd.File
	}
	return e, nil
}

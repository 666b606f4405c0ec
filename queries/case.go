package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// The states of a case.
const (
	CaseOpen     = "open"
	CaseAssigned = "assigned" // somebody looks into it
	CaseDecided  = "decided"  // a named person decided; what follows from it may still be on its way
	CaseClosed   = "closed"   // nothing is left to be done unless it is reopened
)

// CaseStates lists all states in the order of the work.
var CaseStates = []string{CaseOpen, CaseAssigned, CaseDecided, CaseClosed}

// The kinds of events. Comments and attachments leave a case where it is.
const (
	CaseEventOpened    = "opened"
	CaseEventAssigned  = "assigned"
	CaseEventCommented = "commented"
	CaseEventAttached  = "attached"
	CaseEventDecided   = "decided"
	CaseEventReopened  = "reopened"
	CaseEventClosed    = "closed"
)

// What a case can be decided as: the statuses that its findings take.
const (
	CaseVerified   = "verified"    // 属实
	CaseExplained  = "explained"   // 解释合理
	CaseFalseAlarm = "false_alarm" // 不属实
)

// CaseVerdicts lists what a case can be decided as.
var CaseVerdicts = []string{CaseVerified, CaseExplained, CaseFalseAlarm}

// CaseSubject is what a case is about: one form of one unit where both are given, and findings.
type CaseSubject struct {
	Unit     string   `json:"unit,omitempty"` // where all findings are about this one
	Form     string   `json:"form,omitempty"`
	Period   string   `json:"period,omitempty"` // of the row of the verification list
	Family   string   `json:"family,omitempty"` // of the first finding
	Findings []string `json:"findings"`
	Units    []string `json:"units,omitempty"` // of all findings
	Forms    []string `json:"forms,omitempty"`
	Systems  []string `json:"systems,omitempty"`
}

// CaseSaid is a finding as it was when a case was opened or decided; later analyses may say it otherwise.
type CaseSaid struct {
	ID       string    `json:"id"`
	Detector string    `json:"detector"`
	Version  uint16    `json:"version"`
	Family   string    `json:"family"`
	Severity string    `json:"severity"`
	Status   string    `json:"status"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Score    float64   `json:"score"`
	Message  Message   `json:"message"`
}

// CaseFile is one attachment. Its bytes are stored under their hash.
type CaseFile struct {
	SHA256 string `json:"sha256"` // hexadecimal
	Name   string `json:"name"`
	Type   string `json:"type"` // told by the bytes, never by the name
	Size   int    `json:"size"`
}

// CaseEvent is one line of the history of a case. Events are only ever added; the state of a case follows from them.
type CaseEvent struct {
	Case         string       `json:"case"`
	Number       uint32       `json:"number"` // 1, 2, … within the case
	Recorded     time.Time    `json:"recorded"`
	Account      string       `json:"account"` // who did it: an account, "local", or "cli:USER"
	Name         string       `json:"name"`    // as people call them
	Kind         string       `json:"kind"`
	From         string       `json:"from"` // state before; empty for the first event
	To           string       `json:"to"`
	Text         string       `json:"text,omitempty"` // comment, or the reason of a decision
	Verdict      string       `json:"verdict,omitempty"`
	Assignee     string       `json:"assignee,omitempty"` // account, or the name where there are no accounts
	AssigneeName string       `json:"assignee_name,omitempty"`
	Due          time.Time    `json:"due,omitzero"`       // day by which the assignee is to have decided
	Resolved     bool         `json:"resolved,omitempty"` // of closed: what was verified has been put right
	File         *CaseFile    `json:"file,omitempty"`
	Subject      *CaseSubject `json:"subject,omitempty"` // of opened
	Said         []CaseSaid   `json:"said,omitempty"`    // of opened and decided: the evidence as it was
}

// Case is one matter that people look into, as its events tell it.
type Case struct {
	ID    string `json:"id"` // year and number, such as 2026-0012
	State string `json:"state"`
	CaseSubject
	Verdict      string      `json:"verdict,omitempty"` // of the decision in force
	Reason       string      `json:"reason,omitempty"`
	Assignee     string      `json:"assignee,omitempty"`
	AssigneeName string      `json:"assignee_name,omitempty"`
	Due          time.Time   `json:"due,omitzero"`
	Resolved     bool        `json:"resolved,omitempty"`
	Opened       time.Time   `json:"opened"`
	Changed      time.Time   `json:"changed"` // moment of the newest event
	Severity     string      `json:"severity,omitempty"`
	Said         []CaseSaid  `json:"said,omitempty"` // the evidence as it was when the case was last opened or decided
	Last         uint32      `json:"last"`           // number of the newest event
	Events       []CaseEvent `json:"events"`
}

// Active says that the case waits for a decision.
func (c *Case) Active() bool { return c.State == CaseOpen || c.State == CaseAssigned }

// Status is what the case makes of its findings: a status of docs/interchange.md.
func (c *Case) Status() string {
	switch {
	case c.State == CaseClosed && c.Resolved:
		return "resolved"
	case c.Verdict != "":
		return c.Verdict
	case c.State == CaseAssigned:
		return "assigned"
	}
	return "open"
}

// Files are the attachments, each content once, in the order in which they were added.
func (c *Case) Files() []CaseEvent {
	var out []CaseEvent
	for _, e := range c.Events {
		if e.File != nil && !slices.ContainsFunc(out, func(x CaseEvent) bool { return x.File.SHA256 == e.File.SHA256 }) {
			out = append(out, e)
		}
	}
	return out
}

// Holds says whether the case is about a finding.
func (c *Case) Holds(finding string) bool { return slices.Contains(c.Findings, finding) }

// Cases reads all cases, in the order of their numbers.
func (s *Store) Cases(ctx context.Context) ([]Case, error) { return s.cases(ctx, "") }

// Case reads one case, or ErrNotFound.
func (s *Store) Case(ctx context.Context, id string) (Case, error) {
	if id == "" {
		return Case{}, ErrNotFound
	}
	all, err := s.cases(ctx, id)
	if err != nil {
		return Case{}, err
	}
	if len(all) == 0 {
		return Case{}, ErrNotFound
	}
	return all[0], nil
}

func (s *Store) cases(ctx context.Context, id string) ([]Case, error) {
	var events []CaseEvent
	err := s.Each(ctx, "case.Events", Params{"case": id}, func(scan func(...any) error) error {
		var body string
		if err := scan(&body); err != nil {
			return err
		}
		var e CaseEvent
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			return fmt.Errorf("unable to read an event: %w", err)
		}
		events = append(events, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the cases: %w", err)
	}
	return FoldCases(events)
}

// remedied are the findings of cases that were closed because what was verified has been put right, with the day of closing.
func (s *Store) remedied(ctx context.Context) (map[string]time.Time, error) {
	all, err := s.Cases(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]time.Time{}
	for _, c := range all {
		for _, id := range c.Findings {
			delete(out, id) // a later case about the same finding has the say
			if c.Status() == "resolved" {
				out[id] = c.Changed
			}
		}
	}
	return out, nil
}

// DetectorTally counts how people decided about the findings of one detector, by the newest decision on each.
type DetectorTally struct {
	Detector   string     `json:"detector"`
	Family     string     `json:"family"`
	Verified   int        `json:"verified"`
	Explained  int        `json:"explained"`
	FalseAlarm Proportion `json:"false_alarm"` // among the decided ones, with its 95 % interval (Wilson 1927)
}

// TallyCases counts decisions by detector, in the order of family and detector.
func TallyCases(all []Case) []DetectorTally {
	newest := map[string]CaseSaid{}
	verdict := map[string]string{}
	for _, c := range all { // in the order of their numbers, so that the newest case has the say
		if c.Verdict == "" {
			continue
		}
		for _, f := range c.Said {
			newest[f.ID], verdict[f.ID] = f, c.Verdict
		}
	}
	of := map[[2]string]*DetectorTally{}
	wrong := map[[2]string]int{}
	for id, f := range newest {
		key := [2]string{f.Family, f.Detector}
		if of[key] == nil {
			of[key] = &DetectorTally{Detector: f.Detector, Family: f.Family}
		}
		switch verdict[id] {
		case CaseVerified:
			of[key].Verified++
		case CaseExplained:
			of[key].Explained++
		default:
			wrong[key]++
		}
	}
	var out []DetectorTally
	for key, t := range of {
		t.FalseAlarm = proportion(wrong[key], wrong[key]+t.Verified+t.Explained)
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b DetectorTally) int {
		return slices.Compare([]string{a.Family, a.Detector}, []string{b.Family, b.Detector})
	})
	return out
}

package report

import (
	"errors"
	"fmt"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// ErrScope says that a scope does not make sense.
var ErrScope = errors.New("the scope of a report")

// Scope narrows a report; what is empty does not. All that is given holds together.
type Scope struct {
	Unit       string // code; with the units below it
	Department string // name of the owner of systems
	System     string
	Finding    string
	Case       string    // id of a case: its findings
	From, To   time.Time // first and last day: findings whose data reach into these
}

// ScopeNames are the parameters of a scope: of an address, and of the command line with two dashes.
var ScopeNames = []string{"from", "to", "unit", "department", "system", "finding", "case"}

// ParseScope reads a scope from parameters by their names, or says with ErrScope what is wrong with them.
func ParseScope(get func(name string) string) (Scope, error) {
	s := Scope{Unit: get("unit"), Department: get("department"), System: get("system"), Finding: get("finding"), Case: get("case")}
	for name, into := range map[string]*time.Time{"from": &s.From, "to": &s.To} {
		text := get(name)
		if text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return Scope{}, fmt.Errorf("%w: %s %q is not a day such as 2026-06-30", ErrScope, name, text)
		}
		*into = day
	}
	if !s.From.IsZero() && !s.To.IsZero() && s.To.Before(s.From) {
		return Scope{}, fmt.Errorf("%w: it ends (%s) before it begins (%s)", ErrScope, s.To.Format(time.DateOnly), s.From.Format(time.DateOnly))
	}
	return s, nil
}

// Parameters are the parameters that ParseScope reads, empty ones left out.
func (s Scope) Parameters() map[string]string {
	out := map[string]string{}
	for name, text := range map[string]string{
		"unit": s.Unit, "department": s.Department, "system": s.System, "finding": s.Finding, "case": s.Case, "from": dayOf(s.From), "to": dayOf(s.To),
	} {
		if text != "" {
			out[name] = text
		}
	}
	return out
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// holds says whether a finding lies in the parts of the scope that the store does not narrow by.
func (s Scope) holds(called *queries.NameTable, f queries.Finding) bool {
	if !s.From.IsZero() && f.To.Before(s.From) || !s.To.IsZero() && f.From.After(s.To) {
		return false
	}
	if s.Department == "" {
		return true
	}
	for _, id := range f.Subject.Systems {
		if called.Owners[id] == s.Department {
			return true
		}
	}
	for _, id := range f.Subject.Forms {
		if called.Owners[called.FormSystems[id]] == s.Department {
			return true
		}
	}
	return false
}

// check says with queries.ErrNotFound what of the scope nobody knows.
func (s Scope) check(called *queries.NameTable) error {
	if _, ok := called.Units[s.Unit]; s.Unit != "" && !ok {
		return fmt.Errorf("unable to report on unit %s: %w", s.Unit, queries.ErrNotFound)
	}
	if _, ok := called.Systems[s.System]; s.System != "" && !ok {
		return fmt.Errorf("unable to report on system %s: %w", s.System, queries.ErrNotFound)
	}
	if s.Department == "" {
		return nil
	}
	for _, owner := range called.Owners {
		if owner == s.Department {
			return nil
		}
	}
	return fmt.Errorf("unable to report on department %s: %w", s.Department, queries.ErrNotFound)
}

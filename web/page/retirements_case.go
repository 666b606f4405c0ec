package page

import (
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// Retirement is one case as a card of the inbox or a page of its own.
type Retirement struct {
	component.View
	queries.RetirementCase
	Called   *queries.NameTable
	Policy   queries.RetirementPolicy
	Today    time.Time
	Writable bool
	Place    string // inbox or case: where a decision leads back to
	Key      string // sets the controls of this card apart from those of others
	Saving   *queries.RetirementSaving
	Decided  string          // verb of the decision that led here
	Letter   templ.Component // as it goes to the owner; nil where there is none to write
	Typed    Typed           // a decision that was refused
}

// Typed is a decision on a system that was refused: all that was typed, and what is wrong with it.
type Typed struct {
	System string
	Form   url.Values
	Field  string // name of the control that is wrong; empty for none
	Key    string // of the text that says why
	Files  bool   // a file was sent, which a browser does not choose again
}

// RetirementPath is the address of one case.
func RetirementPath(system string) string { return "/retirements/" + url.PathEscape(system) }

func (p Retirement) owner() string {
	return orWord(p.Called.Owners[p.System], p.T("word.unknown_owner"))
}

// RetirementState is the state of a case as a tag.
func RetirementState(v component.View, c queries.RetirementCase) (component.State, string) {
	words := v.T("retirement.state." + c.State)
	switch c.State {
	case queries.RetirementDone:
		return component.Confirmed, words
	case queries.RetirementWithdrawn:
		return component.NotAssessed, words
	case queries.RetirementSuggested, queries.RetirementNotified, queries.RetirementDisputed, queries.RetirementExemption, queries.RetirementReopened:
		return component.ToVerify, words
	}
	return component.NoProblem, words
}

// DueWords says what has to be done next and how many days are left, empty where nothing is due.
func DueWords(v component.View, c queries.RetirementCase, today time.Time) string {
	if c.Due.IsZero() || c.Step == "" {
		return ""
	}
	days := queries.DayNumber(c.Due) - queries.DayNumber(today)
	key := "retirement.list.due"
	switch {
	case c.Late(today):
		key = "retirement.list.overdue"
	case days < 0: // an exemption whose end the clock has not seen yet
		key = "retirement.list.ended"
	}
	return v.T(key, "step", v.T("retirement.stage."+c.Step), "n", max(days, -days), "date", v.Date(c.Due))
}

// RetirementVerdict is what the suggestion says, in a sentence.
func RetirementVerdict(v component.View, a queries.Assessment) string {
	use, s := a.Use, a.Suggestion
	key := "retirement.verdict." + a.Verdict
	switch {
	case a.Verdict == "unused" && use.LastUse.IsZero():
		key = "retirement.verdict.never"
	case a.Verdict == "underused" && use.ReachKnown && use.Entitled > 0:
		key += "_of"
	case !v.Has(key):
		key = "retirement.verdict.other"
	}
	n := uint64(use.Silence)
	if a.Verdict == "underused" {
		n = use.Active
	}
	verdict := v.T(key, "n", n, "last", v.Date(use.LastUse), "need", use.Needed, "entitled", use.Entitled, "share", use.Reach)
	action := v.Known("retirement.action."+s.Action, s.Action)
	if s.Action == queries.SuggestMerge {
		action = v.T("retirement.action.merge", "system", s.Into)
	}
	return v.T("retirement.sentence", "action", action, "verdict", verdict)
}

func (p Retirement) verdict() string { return RetirementVerdict(p.View, p.Assessment) }

// saves says what the suggestion promises, empty where it promises nothing.
func (p Retirement) saves() string {
	s := p.Assessment.Suggestion
	switch {
	case s.Yuan.Mid > 0 && s.Hours.Mid == 0:
		return p.T("retirement.saves_cost", "yuan", Money(p.View, s.Yuan))
	case s.Yuan.Mid > 0:
		return p.T("retirement.saves_yuan", "hours", Amount(p.View, s.Hours), "yuan", Money(p.View, s.Yuan))
	case s.Hours.Mid > 0:
		return p.T("retirement.saves", "hours", Amount(p.View, s.Hours))
	}
	return ""
}

// users says who still uses the system.
func (p Retirement) users() string {
	use := p.Assessment.Use
	if p.Assessment.Seen == queries.SeenNotCovered {
		return p.T("systems.not_covered")
	}
	if use.Active == 0 && use.Units == 0 {
		return p.T("retirement.nobody", "days", use.Needed, "machines", use.Machines)
	}
	if use.Units == 0 {
		return p.T("retirement.users_only", "days", use.Needed, "people", use.Active)
	}
	return p.T("retirement.users", "days", use.Needed, "people", use.Active, "units_n", use.Units)
}

// uses says what those who still use the system do in it, as far as the logs show; empty where they show nothing.
func (p Retirement) uses() []string {
	use := p.Assessment.Use
	if p.Assessment.Seen == queries.SeenNotCovered {
		return nil
	}
	var out []string
	if use.Written > 0 {
		out = append(out, p.T("retirement.use.written", "n", use.Written))
	}
	switch {
	case !use.ReadKnown:
		out = append(out, p.T("retirement.use.read_unknown"))
	case use.ReadBack > 0:
		out = append(out, p.T("retirement.use.read", "n", use.ReadBack))
	default:
		out = append(out, p.T("retirement.use.read_none"))
	}
	if use.Sent > 0 {
		out = append(out, p.T("retirement.use.sent", "days", use.Needed, "n", use.Sent, "last", p.Date(use.LastSent)))
	}
	return out
}

// relies names who or what depends on the system, the first of them.
func (p Retirement) relies() string {
	var names []string
	for _, d := range p.Assessment.Suggestion.Dependants {
		names = append(names, DependantWords(p.View, d))
	}
	if len(names) == 0 {
		return p.T("retirement.no_dependants")
	}
	return p.T("retirement.dependants", "list", names, "n", len(names))
}

// replaced names what takes the place of the system.
func (p Retirement) replaced() string {
	s := p.Assessment.Suggestion
	switch {
	case s.Into != "":
		for _, x := range s.Successors {
			if x.System == s.Into && x.Share > 0 {
				return p.T("retirement.replaced_share", "system", s.Into, "share", x.Share)
			}
		}
		return p.Name("system", s.Into)
	case len(s.Successors) > 0:
		return p.T("retirement.maybe", "system", s.Successors[0].System, "share", s.Successors[0].Share)
	}
	return p.T("retirement.no_successor")
}

func (p Retirement) tests() []Test { return TestsOf(p.View, p.Assessment.Tests) }

// entry is one step of the plan or one event in words.
type entry struct {
	day, words, by string
	notes          []string
	done           bool
	file           *queries.CaseFile
}

// plan is the dated plan with what was done of it.
func (p Retirement) plan() []entry {
	var out []entry
	for _, s := range p.Plan {
		if p.skipped(s.Step) {
			continue
		}
		e := entry{day: p.Date(s.Planned), words: p.T("retirement.stage." + s.Step), done: !s.Done.IsZero()}
		if !s.Done.IsZero() {
			e.by = p.T("retirement.plan.done", "date", p.Date(s.Done), "by", p.actor(s.By))
			if late := queries.DayNumber(s.Done) - queries.DayNumber(s.Planned); late > 0 {
				e.notes = append(e.notes, p.T("retirement.plan.late", "n", late))
			}
		} else if p.Step == s.Step && p.Late(p.Today) {
			e.notes = append(e.notes, p.T("retirement.plan.overdue", "n", queries.DayNumber(p.Today)-queries.DayNumber(p.Due)))
		}
		if words := said(p.View, s.Needs); words != "" && s.Done.IsZero() {
			e.notes = append(e.notes, words)
		}
		out = append(out, e)
	}
	return out
}

// skipped says that a step does not apply: what is to be simplified is not switched off.
func (p Retirement) skipped(step string) bool {
	return p.Assessment.Suggestion.Action == queries.SuggestSimplify && slices.Contains([]string{"freeze", "read_only", "archive", "off"}, step)
}

func (p Retirement) actor(by string) string {
	if by == queries.ByClock {
		return p.T("retirement.clock")
	}
	return by
}

// history are all events, the newest first.
func (p Retirement) history() []entry {
	var out []entry
	for _, e := range slices.Backward(p.Events) {
		x := entry{day: p.Date(e.Effective), words: p.T("retirement.event." + e.Kind), by: p.actor(e.By), done: e.From != e.To}
		if e.Reason != nil {
			x.notes = append(x.notes, p.M(*e.Reason))
		}
		if !e.Until.IsZero() {
			key := "retirement.until"
			if e.Kind == queries.EventAccepted {
				key = "retirement.off_by"
			}
			x.notes = append(x.notes, p.T(key, "date", p.Date(e.Until)))
		}
		if e.Basis != "" {
			x.notes = append(x.notes, p.T("retirement.basis_is", "text", e.Basis))
		}
		if e.File != nil {
			x.file = e.File
		}
		if e.Note != "" {
			x.notes = append(x.notes, p.T("retirement.note_is", "text", e.Note))
		}
		if recorded := dayOf(e.Recorded, p.Zone); recorded != e.Effective.Format(time.DateOnly) && e.By != queries.ByClock {
			x.notes = append(x.notes, p.T("retirement.recorded", "date", recorded))
		}
		out = append(out, x)
	}
	return out
}

func dayOf(t time.Time, zone *time.Location) string {
	if zone != nil {
		t = t.In(zone)
	}
	return t.Format(time.DateOnly)
}

// title is the sentence of a case's page.
func (p Retirement) title() string {
	_, state := RetirementState(p.View, p.RetirementCase)
	key := "retirement.title"
	due := DueWords(p.View, p.RetirementCase, p.Today)
	if due == "" {
		key = "retirement.title_plain"
	}
	return p.T(key, "system", p.System, "state", state, "due", due)
}

func (p Retirement) done() string {
	if p.Decided == "" || !slices.Contains(queries.RetirementVerbs(), p.Decided) {
		return ""
	}
	return p.T("retirement.saved", "what", p.T("retirement.verb."+p.Decided))
}

// checks are the events that rest on traffic, the newest first.
func (p Retirement) checks() []queries.RetirementEvent {
	var out []queries.RetirementEvent
	for _, e := range slices.Backward(p.Events) {
		if e.Traffic != nil {
			out = append(out, e)
		}
	}
	return out
}

// savingWords compares what was promised with what was measured.
func (p Retirement) savingWords() string {
	x := p.Saving
	if !x.Measured {
		return p.T("retirement.saving_early", "since", p.Date(x.Since))
	}
	return p.T("retirement.saving", "promised", Amount(p.View, x.Promised), "before", hoursNumber(x.Before), "after", hoursNumber(x.After), "saved", hoursNumber(x.Saved), "n", x.Months)
}

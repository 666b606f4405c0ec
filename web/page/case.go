package page

import (
	"net/url"
	"strconv"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// Case is one case: what it is about, what was done, what can be done next.
type Case struct {
	component.View
	queries.Case
	Called    *queries.NameTable
	Today     time.Time
	Current   []queries.Finding // as the newest analysis says them, those that are still there
	People    []Choice          // who had a case before
	Listed    bool              // whether it is a row of the verification list
	Writable  bool
	Saved     string              // what was done just now
	Meanwhile []queries.CaseEvent // what others did while the person was writing
	Typed     url.Values          // what the person had written then
}

func (p Case) title() string { return CaseSentence(p.View, p.Case) }

func (p Case) note() string {
	return p.T("cases.note", "case", p.ID, "at", p.Moment(p.Opened), "by", p.Events[0].Name)
}

// last is the number of the newest event, which a decision rests on.
func (p Case) last() string { return strconv.FormatUint(uint64(p.Last), 10) }

// typed is what the person had written into a control of the form of a verb, when somebody was faster.
func (p Case) typed(verb, name string) string {
	if p.Typed.Get("verb") != verb {
		return ""
	}
	return p.Typed.Get(name)
}

// open says whether the form of a verb is open.
func (p Case) open(verb string) bool { return p.Typed.Get("verb") == verb }

func (p Case) can(verb string) bool {
	for _, v := range p.Possible() {
		if v == verb {
			return p.Writable
		}
	}
	return false
}

// decision is the event of the decision in force, nil for none.
func (p Case) decision() *queries.CaseEvent {
	if p.Verdict == "" {
		return nil
	}
	for i := len(p.Events) - 1; i >= 0; i-- {
		if p.Events[i].Kind == queries.CaseEventDecided {
			return &p.Events[i]
		}
	}
	return nil
}

// caseClue is a finding of the case as it is now, or as it was.
type caseClue struct {
	queries.Finding
	gone    bool   // the newest analysis does not make it any more
	earlier string // what it said when the case was opened or decided, where that was something else
}

func (p Case) clues() []caseClue {
	var out []caseClue
	for _, id := range p.Findings {
		var c caseClue
		for _, f := range p.Current {
			if f.ID == id {
				c.Finding = f
			}
		}
		c.gone = c.ID == ""
		for _, said := range p.Said {
			if said.ID != id {
				continue
			}
			if c.gone {
				c.Finding = asFinding(said)
			} else if then := Sentence(p.View, asFinding(said)); then != Sentence(p.View, c.Finding) {
				c.earlier = then
			}
		}
		if c.ID != "" {
			out = append(out, c)
		}
	}
	return out
}

// causes are the innocent explanations that the findings considered, and what they do not prove.
func (p Case) causes() VerifyCase {
	return VerifyCase{View: p.View, Findings: p.Current}
}

// eventWords says what happened, with what belongs to it.
func (p Case) eventWords(e queries.CaseEvent) string {
	switch {
	case e.Kind == queries.CaseEventDecided:
		return p.T("cases.event.decided", "verdict", "status."+e.Verdict)
	case e.Kind == queries.CaseEventAssigned && !e.Due.IsZero():
		return p.T("cases.event.assigned_due", "name", e.AssigneeName, "date", p.Date(e.Due))
	case e.Kind == queries.CaseEventAssigned:
		return p.T("cases.event.assigned", "name", e.AssigneeName)
	case e.Kind == queries.CaseEventClosed && e.Resolved:
		return p.T("cases.event.closed_resolved")
	case e.File != nil:
		return p.T("cases.event.attached", "name", e.File.Name)
	}
	return p.T("cases.event." + e.Kind)
}

// timeline is the events, the newest first.
func (p Case) timeline() []queries.CaseEvent {
	out := make([]queries.CaseEvent, 0, len(p.Events))
	for i := len(p.Events) - 1; i >= 0; i-- {
		out = append(out, p.Events[i])
	}
	return out
}

func fileSize(v component.View, n int) string {
	switch {
	case n >= 1<<20:
		return v.T("cases.megabytes", "n", float64(n)/(1<<20))
	case n >= 1<<10:
		return v.T("cases.kilobytes", "n", (n+512)/1024)
	}
	return v.T("cases.bytes", "n", n)
}

// verdictHint explains what a decision means.
func verdictHint(v component.View, verdict string) string {
	return v.T("cases.verdict_hint." + verdict)
}

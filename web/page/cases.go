package page

import (
	"net/url"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/component"
)

// CaseViews are the parts of the list of cases.
var CaseViews = []string{"mine", "active", "decided", "closed", "all"}

// Cases is the list of cases.
type Cases struct {
	component.View
	Called *queries.NameTable
	Today  time.Time
	Shown  string // one of CaseViews
	Any    bool   // whether there are cases at all
	Counts map[string]int
	Rows   []queries.Case
	Units  []Choice
	Owners []Choice
	Tally  []queries.DetectorTally
	Paging component.Paging
}

// MatterPath is the address of one case.
func MatterPath(id string) string { return "/cases/" + url.PathEscape(id) }

// CaseFilePath is the address of an attachment.
func CaseFilePath(id, sum string) string { return MatterPath(id) + "/files/" + url.PathEscape(sum) }

// InCaseView says whether a case belongs to a part of the list.
func InCaseView(view string, c queries.Case, who *access.Principal) bool {
	switch view {
	case "mine":
		return who != nil && c.Assignee == who.Account && c.State != queries.CaseClosed
	case "active":
		return c.Active()
	case "decided":
		return c.State == queries.CaseDecided
	case "closed":
		return c.State == queries.CaseClosed
	}
	return true
}

// CaseLate says that the day by which a case was to be decided has passed.
func CaseLate(c queries.Case, today time.Time) bool {
	return c.Active() && !c.Due.IsZero() && c.Due.Before(today)
}

// CaseOwners are the departments whose systems a case is about.
func CaseOwners(c queries.Case, called *queries.NameTable) []string {
	var out []string
	add := func(owner string) {
		if owner != "" && !slices.Contains(out, owner) {
			out = append(out, owner)
		}
	}
	for _, s := range c.Systems {
		add(called.Owners[s])
	}
	for _, f := range c.Forms {
		add(called.Owners[called.FormSystems[f]])
	}
	return out
}

// CaseSentence is what a case is about, in a sentence or a title.
func CaseSentence(v component.View, c queries.Case) string {
	switch {
	case c.Unit != "" && c.Form != "":
		return v.T("cases.about_row", "unit", c.Unit, "form", c.Form)
	case len(c.Said) > 0:
		return Short(v, asFinding(c.Said[0]))
	}
	return v.T("cases.about_none", "case", c.ID)
}

// asFinding is a finding as a case remembers it, as far as sentences need it.
func asFinding(f queries.CaseSaid) queries.Finding {
	return queries.Finding{
		ID: f.ID, Detector: f.Detector, Version: f.Version, Family: f.Family, Severity: f.Severity, Status: f.Status, From: f.From, To: f.To,
		Score: f.Score, Evidence: queries.Evidence{Message: f.Message},
	}
}

// CaseState is the state of a case as a tag.
func CaseState(v component.View, c queries.Case) (component.State, string) {
	words := v.T("cases.state." + c.State)
	if c.Verdict != "" {
		words = v.T("cases.state_verdict", "state", "cases.state."+c.State, "verdict", "status."+c.Verdict)
	}
	switch {
	case c.Verdict == queries.CaseVerified:
		return component.Confirmed, words
	case c.Verdict != "":
		return component.NoProblem, words
	case c.State == queries.CaseClosed:
		return component.NotAssessed, words
	}
	return component.ToVerify, words
}

func (p Cases) title() string {
	late := 0
	for _, c := range p.Rows {
		if CaseLate(c, p.Today) {
			late++
		}
	}
	if late > 0 {
		return p.T("cases.title_late", "n", p.Counts["active"], "late", late)
	}
	return p.T("cases.title", "n", p.Counts["active"], "decided", p.Counts["decided"])
}

func (p Cases) narrowed() bool {
	return slices.ContainsFunc([]string{"unit", "owner", "family"}, func(name string) bool { return p.Query.Get(name) != "" })
}

func (p Cases) viewPath(view string) string { return p.With("view", view, "page", "") }

func (p Cases) families() []string {
	return component.Families
}

func (p Cases) due(c queries.Case) string {
	return DueDay(p.View, c, p.Today)
}

// DueDay says by when a case is to be decided.
func DueDay(v component.View, c queries.Case, today time.Time) string {
	switch {
	case c.Due.IsZero():
		return v.T("cases.no_due")
	case CaseLate(c, today):
		return v.T("cases.late", "date", v.Date(c.Due), "n", queries.DayNumber(today)-queries.DayNumber(c.Due))
	}
	return v.Date(c.Due)
}

func (p Cases) owners(c queries.Case) string {
	return namesTogether(p.View, CaseOwners(c, p.Called))
}

// namesTogether lists names in the reader's language, empty for none.
func namesTogether(v component.View, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return v.T("cases.names", "list", names)
}

// note says which findings and units a case is about, in one line.
func (p Cases) note(c queries.Case) string {
	return p.T("cases.row_note", "case", c.ID, "n", len(c.Findings), "date", p.Date(inZone(p.View, c.Opened)))
}

func inZone(v component.View, t time.Time) time.Time {
	if v.Zone != nil {
		return t.In(v.Zone)
	}
	return t
}

// falseShare is the share of false alarms with its interval.
func falseShare(v component.View, t queries.DetectorTally) string {
	return v.T("cases.share", "count", t.FalseAlarm.Count, "of", t.FalseAlarm.Of, "low", t.FalseAlarm.Low, "high", t.FalseAlarm.High)
}

package interchange

import (
	"time"

	"github.com/jianfu/jianfu/queries"
)

// Case is a case as scripts and the API read it.
type Case struct {
	ID           string     `json:"id"`
	State        string     `json:"state"`
	Status       string     `json:"status"` // what its findings have
	Unit         string     `json:"unit"`
	Form         string     `json:"form"`
	Period       string     `json:"period"`
	Family       string     `json:"family"`
	Severity     string     `json:"severity"`
	Findings     []string   `json:"findings"`
	Units        []string   `json:"units"`
	Forms        []string   `json:"forms"`
	Systems      []string   `json:"systems"`
	Verdict      string     `json:"verdict"`
	Reason       string     `json:"reason"`
	Assignee     string     `json:"assignee"`
	AssigneeName string     `json:"assignee_name"`
	Due          string     `json:"due"`
	Opened       time.Time  `json:"opened"`
	Changed      time.Time  `json:"changed"`
	Last         uint32     `json:"last"`
	Files        []CaseFile `json:"files"`
}

// CaseFile is an attachment of a case.
type CaseFile struct {
	queries.CaseFile
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// CaseOf writes a case.
func CaseOf(c queries.Case) Case {
	list := func(all []string) []string { return append([]string{}, all...) }
	out := Case{
		ID: c.ID, State: c.State, Status: c.Status(), Unit: c.Unit, Form: c.Form, Period: c.Period, Family: c.Family, Severity: c.Severity,
		Findings: list(c.Findings), Units: list(c.Units), Forms: list(c.Forms), Systems: list(c.Systems), Verdict: c.Verdict, Reason: c.Reason,
		Assignee: c.Assignee, AssigneeName: c.AssigneeName, Opened: c.Opened, Changed: c.Changed, Last: c.Last, Files: []CaseFile{},
	}
	if !c.Due.IsZero() {
		out.Due = Date(c.Due)
	}
	for _, e := range c.Files() {
		out.Files = append(out.Files, CaseFile{*e.File, e.Name, e.Recorded})
	}
	return out
}

package interchange

import (
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
)

// PlanLine is a line of the plan of docs/interchange.md, exact to the key.
type PlanLine struct {
	Action       string     `json:"action"`
	Form         string     `json:"form"`
	Field        string     `json:"field"`
	From         string     `json:"from"`
	Relation     string     `json:"relation"`
	HoursPerYear [2]float64 `json:"hours_per_year"`
	Needs        string     `json:"needs"`
}

// PlanLine writes a line of the merge plan.
func (w Words) PlanLine(line queries.PlanLine) PlanLine {
	return PlanLine{
		Action: line.Action, Form: line.Form, Field: line.Field, From: SourceOf(line), Relation: line.Relation,
		HoursPerYear: span(line.Hours), Needs: w.Needs(line),
	}
}

// SourceOf is "form.field" of the source, the form alone where a whole form takes over.
func SourceOf(line queries.PlanLine) string {
	if line.From == "" {
		return line.FromForm
	}
	return line.FromForm + "." + line.From
}

// Needs is what a line needs, in one sentence.
func (w Words) Needs(line queries.PlanLine) string {
	var all []string
	for _, need := range line.Needs {
		if text := w.Text(need); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	if w.Language == locale.English {
		return strings.Join(all, "; ")
	}
	return strings.Join(all, "；")
}

// PlanProgress is what became of an accepted line.
type PlanProgress struct {
	ID          string     `json:"id"`
	Action      string     `json:"action"`
	Form        string     `json:"form"`
	Field       string     `json:"field"`
	From        string     `json:"from"`
	State       string     `json:"state"`
	Effective   string     `json:"effective"`
	Until       string     `json:"until"`
	By          string     `json:"by"`
	Note        string     `json:"note"`
	Periods     uint32     `json:"periods"`
	Needed      uint32     `json:"periods_needed"`
	Submissions uint64     `json:"submissions"`
	Answered    uint64     `json:"answered"`
	Promised    [2]float64 `json:"promised_per_year"`
	Saved       [2]float64 `json:"saved_per_year"`
	SoFar       float64    `json:"saved_so_far"`
	Timed       bool       `json:"timed"`
}

// PlanProgressOf writes what became of an accepted line.
func PlanProgressOf(x queries.PlanProgress) PlanProgress {
	line := x.Decision.Line
	return PlanProgress{
		ID: line.ID, Action: line.Action, Form: line.Form, Field: line.Field, From: SourceOf(line), State: x.State,
		Effective: Date(x.Decision.Effective), Until: Date(x.Until), By: x.Decision.By, Note: x.Decision.Note,
		Periods: x.Periods, Needed: x.Needed, Submissions: x.Submissions, Answered: x.Answered,
		Promised: span(line.Hours), Saved: span(x.Saved), SoFar: Cents(x.SoFar), Timed: x.Timed,
	}
}

// PlanDecision is what a person decided on a line.
type PlanDecision struct {
	ID        string     `json:"id"` // of the line
	Action    string     `json:"action"`
	Form      string     `json:"form"`
	Field     string     `json:"field"`
	From      string     `json:"from"`
	Decision  string     `json:"decision"` // accepted, rejected, withdrawn
	Effective string     `json:"effective"`
	By        string     `json:"by"`
	Note      string     `json:"note"`
	At        string     `json:"at"`
	Promised  [2]float64 `json:"promised_per_year"`
}

// PlanDecisionOf writes a decision.
func PlanDecisionOf(d queries.PlanDecision) PlanDecision {
	return PlanDecision{
		ID: d.Line.ID, Action: d.Line.Action, Form: d.Line.Form, Field: d.Line.Field, From: SourceOf(d.Line), Decision: d.Decision,
		Effective: Date(d.Effective), By: d.By, Note: d.Note, At: Moment(d.Decided), Promised: span(d.Line.Hours),
	}
}

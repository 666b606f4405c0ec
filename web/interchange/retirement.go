package interchange

import (
	"time"

	"github.com/jianfu/jianfu/queries"
)

// Retirement is the case of a system's retirement.
type Retirement struct {
	System    string     `json:"system"`
	Name      string     `json:"name"`
	Owner     string     `json:"owner"`
	State     string     `json:"state"`
	Since     string     `json:"since"`
	Action    string     `json:"action"`
	Into      string     `json:"into"`
	Verdict   string     `json:"verdict"`
	Step      string     `json:"step"` // next
	Due       string     `json:"due"`
	Days      *int       `json:"days"` // left, negative where overdue
	Overdue   bool       `json:"overdue"`
	Escalated bool       `json:"escalated"`
	Until     string     `json:"until"`
	Hours     [2]float64 `json:"hours_per_year"`
	Yuan      [2]float64 `json:"yuan_per_year"`
	Events    int        `json:"events"`
}

// Retirement writes a case as it stands on a day.
func (w Words) Retirement(c queries.RetirementCase, owner string, today time.Time) Retirement {
	s := c.Assessment.Suggestion
	x := Retirement{
		System: c.System, Name: w.Called("system", c.System), Owner: owner, State: c.State, Since: Date(c.Since), Action: s.Action, Into: s.Into,
		Verdict: c.Assessment.Verdict, Step: c.Step, Due: Date(c.Due), Overdue: c.Late(today), Escalated: !c.Escalated.IsZero(), Until: Date(c.Until),
		Hours: span(s.Hours), Yuan: span(s.Yuan), Events: len(c.Events),
	}
	if !c.Due.IsZero() {
		days := queries.DayNumber(c.Due) - queries.DayNumber(today)
		x.Days = &days
	}
	return x
}

// RetirementHeader names the cells of a case.
var RetirementHeader = []string{
	"system", "name", "owner", "state", "since", "action", "into", "verdict", "step", "due", "days", "overdue", "escalated", "until",
	"hours_low", "hours_high", "yuan_low", "yuan_high",
}

// Cells is the case as a line of a spreadsheet, under RetirementHeader.
func (x Retirement) Cells() []any {
	days := any("")
	if x.Days != nil {
		days = *x.Days
	}
	return []any{
		Neutral(x.System), Neutral(x.Name), Neutral(x.Owner), x.State, x.Since, x.Action, Neutral(x.Into), x.Verdict, x.Step, x.Due, days, x.Overdue, x.Escalated, x.Until,
		x.Hours[0], x.Hours[1], x.Yuan[0], x.Yuan[1],
	}
}

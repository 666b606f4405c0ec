package interchange

import "github.com/jianfu/jianfu/queries"

// Span is an amount with its 90 % interval.
type Span struct {
	Mid  float64 `json:"mid"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Side is one side of a comparison.
type Side struct {
	From        string `json:"from"`
	To          string `json:"to"`
	Hours       Span   `json:"hours"`
	Submissions uint64 `json:"submissions"`
	Forms       uint64 `json:"forms"`
	Fields      uint64 `json:"fields"`
	Units       uint64 `json:"units"`
	Method      string `json:"method"`
}

// Change is a comparison of the hours before and after a day. Changes are shares: -0.571 is a reduction by 57.1 %.
type Change struct {
	At         string              `json:"at"`
	Scope      queries.Scope       `json:"scope"`
	Months     int                 `json:"months"`
	Units      uint64              `json:"units"`
	Before     *Side               `json:"before"`
	After      *Side               `json:"after"`
	Change     Span                `json:"change"`
	Confidence float64             `json:"confidence"`
	Shifted    float64             `json:"shifted_hours"`
	Rose       []queries.FormShift `json:"rose"`
	Ended      []string            `json:"ended_forms"`
	New        []string            `json:"new_forms"`
	Claimed    *string             `json:"claimed"`
	ClaimedTo  *float64            `json:"claimed_change"`
	Found      *Span               `json:"recomputed"`
	Verdict    string              `json:"verdict"`
	Reasons    []string            `json:"reasons"`
}

func sideOf(s queries.BurdenSide) *Side {
	if s.From.IsZero() {
		return nil
	}
	hours := Span{Mid: Cents(s.Hours.Mid), Low: Cents(s.Hours.Low), High: Cents(s.Hours.High)}
	return &Side{Date(s.From), Date(s.To), hours, s.Submissions, s.Forms, s.Fields, s.Units, s.Method}
}

// ChangeOf writes a comparison.
func ChangeOf(c queries.BurdenChange) Change {
	row := Change{
		At: Date(c.At), Scope: c.Scope, Months: c.Months, Units: c.Units, Before: sideOf(c.Before), After: sideOf(c.After), Change: Span(c.Change),
		Confidence: 0.9, Shifted: Cents(c.Shifted), Rose: filled(c.Rose), Ended: filled(c.Ended), New: filled(c.New), Verdict: c.Verdict, Reasons: filled(c.Reasons),
	}
	if c.Claim != nil {
		text, found := c.Claim.String(), Span(c.Found)
		row.Claimed, row.ClaimedTo, row.Found = &text, &c.Claim.Change, &found
	}
	return row
}

// Measure is what was done to lower the burden, with what became of it.
type Measure struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Effective string `json:"effective"`
	Source    string `json:"source"`
	By        string `json:"by"`
	Compared  Change `json:"compared"`
}

// MeasureOf writes a measure.
func MeasureOf(m queries.Measure, c queries.BurdenChange) Measure {
	return Measure{m.ID, m.Name, Date(m.Effective), m.Source, m.By, ChangeOf(c)}
}

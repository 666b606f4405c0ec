package interchange

import "github.com/jianfu/jianfu/queries"

// Burden is a line of the hours that reporting takes.
type Burden struct {
	By          string   `json:"by"`
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Hours       float64  `json:"hours"`
	Low         float64  `json:"low"`
	High        float64  `json:"high"`
	Confidence  float64  `json:"confidence"`
	Yuan        float64  `json:"yuan"`
	YuanLow     float64  `json:"yuan_low"`
	YuanHigh    float64  `json:"yuan_high"`
	Share       float64  `json:"share"`
	Observed    float64  `json:"observed_hours"`
	Logged      float64  `json:"logged_hours"`
	Filled      float64  `json:"filled_hours"`
	Estimated   float64  `json:"estimated_hours"`
	Method      string   `json:"method"`
	Submissions uint64   `json:"submissions"`
	Forms       uint64   `json:"forms"`
	Units       uint64   `json:"units"`
	Change      *float64 `json:"change_to_year_before"`
	From        string   `json:"from"`
	To          string   `json:"to"`
}

// Burden writes a line of the hours; the tariff is in yuan an hour. From and To are the caller's to fill in.
func (w Words) Burden(by string, x queries.BurdenRow, tariff float64) Burden {
	row := Burden{
		By: by, ID: x.ID, Name: x.ID, Hours: Cents(x.Hours.Mid), Low: Cents(x.Hours.Low), High: Cents(x.Hours.High), Confidence: 0.9,
		Yuan: Cents(x.Hours.Mid * tariff), YuanLow: Cents(x.Hours.Low * tariff), YuanHigh: Cents(x.Hours.High * tariff), Share: x.Share,
		Observed: Cents(x.Observed), Logged: Cents(x.Logged), Filled: Cents(x.Filled), Estimated: Cents(x.Estimated), Method: x.Method,
		Submissions: x.Submissions, Forms: x.Forms, Units: x.Units, Change: Known(x.Change),
	}
	switch by {
	case "unit", "system", "form":
		row.Name = w.Called(by, x.ID)
	case "level":
		row.Name = w.Word("level." + x.ID)
	}
	if x.ID == "" {
		row.Name = w.Word("burden.cli.unknown")
	}
	return row
}

// BurdenHeader names the cells of a line of the hours.
var BurdenHeader = []string{
	"by", "id", "name", "hours", "low", "high", "confidence", "yuan", "yuan_low", "yuan_high", "share", "observed_hours", "logged_hours", "filled_hours",
	"estimated_hours", "method", "submissions", "forms", "units", "change_to_year_before", "from", "to",
}

// Cells is the line for a spreadsheet, under BurdenHeader.
func (x Burden) Cells() []any {
	return []any{
		x.By, Neutral(x.ID), Neutral(x.Name), x.Hours, x.Low, x.High, x.Confidence, x.Yuan, x.YuanLow, x.YuanHigh, x.Share, x.Observed, x.Logged, x.Filled,
		x.Estimated, x.Method, x.Submissions, x.Forms, x.Units, cell(x.Change), x.From, x.To,
	}
}

package interchange

import "github.com/jianfu/jianfu/queries"

// Verify is a row of the verification list of docs/interchange.md, with what pages show beside it.
type Verify struct {
	queries.VerifyItem
	UnitName string   `json:"unit_name"`
	FormName string   `json:"form_name"`
	Audit    bool     `json:"audit"`    // a row of the random audit sample
	Expected *float64 `json:"expected"` // estimated probability that a check confirms the doubt
	Since    string   `json:"since"`
	Outcome  string   `json:"outcome"` // the newest, empty for none
	Text     string   `json:"text"`    // the strongest finding in one sentence
}

// Verify writes a row; the strongest finding may be nil.
func (w Words) Verify(v queries.VerifyItem, strongest *queries.Finding) Verify {
	out := Verify{
		VerifyItem: v, UnitName: w.Called("unit", v.Unit), FormName: w.Called("form", v.Form), Audit: v.Audit, Expected: Known(v.Expected), Since: Date(v.Since),
	}
	out.Families, out.Findings = filled(v.Families), filled(v.Findings)
	if v.Outcome != nil {
		out.Outcome = v.Outcome.Outcome
	}
	if strongest != nil {
		out.Text = w.Text(strongest.Evidence.Message)
	}
	return out
}

// Outcome is what a check found.
type Outcome struct {
	queries.VerifyOutcome
	Expected *float64 `json:"expected"`
}

// OutcomeOf writes an outcome.
func OutcomeOf(o queries.VerifyOutcome) Outcome {
	o.Families, o.Findings = filled(o.Families), filled(o.Findings)
	return Outcome{o, Known(o.Expected)}
}

// VerifyDay is what one analysis said of a row.
type VerifyDay struct {
	AsOf        string   `json:"as_of"`
	Priority    int      `json:"priority"`
	Recommended bool     `json:"recommended"`
	Families    []string `json:"families"`
	Expected    *float64 `json:"expected"`
}

// VerifyDetail is a row with its findings, what checks found, and its course over earlier analyses.
type VerifyDetail struct {
	Verify
	Evidence []Finding   `json:"evidence"`
	Outcomes []Outcome   `json:"outcomes"`
	History  []VerifyDay `json:"history"`
}

// VerifyDetail writes a row in full.
func (w Words) VerifyDetail(v queries.VerifyItem, found []queries.Finding, outcomes []queries.VerifyOutcome, history []queries.VerifyDay) VerifyDetail {
	var strongest *queries.Finding
	if len(found) > 0 {
		strongest = &found[0]
	}
	out := VerifyDetail{Verify: w.Verify(v, strongest), Evidence: []Finding{}, Outcomes: []Outcome{}, History: []VerifyDay{}}
	for _, f := range found {
		out.Evidence = append(out.Evidence, w.Finding(f))
	}
	for _, o := range outcomes {
		out.Outcomes = append(out.Outcomes, OutcomeOf(o))
	}
	for _, d := range history {
		out.History = append(out.History, VerifyDay{Date(d.AsOf), d.Priority, d.Recommended, filled(d.Families), Known(d.Expected)})
	}
	return out
}

package interchange

import (
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// Period is the first and the last day of the data judged.
type Period struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Finding is a finding of docs/interchange.md, exact to the key.
type Finding struct {
	ID           string          `json:"id"`
	Detector     string          `json:"detector"`
	Version      uint16          `json:"version"`
	Family       string          `json:"family"`
	Subject      queries.Subject `json:"subject"`
	Period       Period          `json:"period"`
	Score        float64         `json:"score"`
	P            *float64        `json:"p"`
	Q            *float64        `json:"q"`
	Effect       *float64        `json:"effect"`
	N            uint64          `json:"n"`
	Severity     string          `json:"severity"`
	Status       string          `json:"status"`
	Evidence     Evidence        `json:"evidence"`
	Explanations []string        `json:"explanations"`
	Rule         string          `json:"rule"`
	Reason       string          `json:"reason,omitempty"`
}

// Evidence is the evidence with its sentence in the reader's language.
type Evidence struct {
	Text     string `json:"text"`
	NotProof string `json:"does_not_prove,omitempty"`
	queries.Evidence
}

// Finding writes a finding.
func (w Words) Finding(f queries.Finding) Finding {
	row := Finding{
		ID: f.ID, Detector: f.Detector, Version: f.Version, Family: f.Family, Subject: f.Subject, Score: f.Score, P: f.P, Q: f.Q,
		Effect: f.Effect, N: f.N, Severity: f.Severity, Status: f.Status, Rule: w.Text(f.Rule), Reason: w.Text(f.Reason),
		Evidence:     Evidence{Text: w.Text(f.Evidence.Message), NotProof: w.Text(f.Evidence.NotProof), Evidence: f.Evidence},
		Explanations: w.texts(f.Explanations), Period: Period{From: f.From.Format(time.DateOnly), To: f.To.Format(time.DateOnly)},
	}
	s := &row.Subject
	s.Systems, s.Forms, s.Fields, s.Units, s.Reporters = filled(s.Systems), filled(s.Forms), filled(s.Fields), filled(s.Units), filled(s.Reporters)
	return row
}

// FindingHeader names the cells of a finding.
var FindingHeader = []string{
	"id", "detector", "version", "family", "systems", "forms", "fields", "units", "from", "to", "score", "p", "q", "effect", "n",
	"severity", "status", "text", "explanations", "does_not_prove", "rule", "reason",
}

// Cells is the finding as a line of a spreadsheet, under FindingHeader.
func (r Finding) Cells() []any {
	var fields []string
	for _, pair := range r.Subject.Fields {
		fields = append(fields, strings.TrimSuffix(pair[0]+"="+pair[1], "="))
	}
	text := func(s string) any { return Neutral(s) }
	return []any{
		text(r.ID), text(r.Detector), r.Version, text(r.Family), text(strings.Join(r.Subject.Systems, " ")), text(strings.Join(r.Subject.Forms, " ")),
		text(strings.Join(fields, " ")), text(strings.Join(r.Subject.Units, " ")), text(r.Period.From), text(r.Period.To), r.Score,
		cell(r.P), cell(r.Q), cell(r.Effect), r.N, text(r.Severity), text(r.Status), text(r.Evidence.Text),
		text(strings.Join(r.Explanations, " ")), text(r.Evidence.NotProof), text(r.Rule), text(r.Reason),
	}
}

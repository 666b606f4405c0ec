package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/queries"
)

// planRow is a line of the plan of docs/interchange.md, exact to the key.
type planRow struct {
	Action       string     `json:"action"`
	Form         string     `json:"form"`
	Field        string     `json:"field"`
	From         string     `json:"from"`
	Relation     string     `json:"relation"`
	HoursPerYear [2]float64 `json:"hours_per_year"`
	Needs        string     `json:"needs"`
}

func (r *reader) planRow(line queries.PlanLine) planRow {
	return planRow{
		Action: line.Action, Form: line.Form, Field: line.Field, From: sourceOf(line), Relation: line.Relation,
		HoursPerYear: [2]float64{cents(line.Hours.Low), cents(line.Hours.High)}, Needs: r.needs(line),
	}
}

// sourceOf is "form.field" of the source, the form alone where a whole form takes over.
func sourceOf(line queries.PlanLine) string {
	if line.From == "" {
		return line.FromForm
	}
	return line.FromForm + "." + line.From
}

func cents(x float64) float64 { return math.Round(100*x) / 100 }

// planFormats write the plan.
var planFormats = map[string]func(io.Writer, *reader, []queries.PlanLine) error{
	"ndjson": func(w io.Writer, r *reader, lines []queries.PlanLine) error {
		out := bufio.NewWriter(w)
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		for _, line := range lines {
			if err := e.Encode(r.planRow(line)); err != nil {
				return fmt.Errorf("unable to write the plan: %w", err)
			}
		}
		return out.Flush()
	},
	"table": writePlanTable,
	"csv": func(w io.Writer, r *reader, lines []queries.PlanLine) error {
		c := csv.NewWriter(w)
		err := c.Write(planHeader)
		for _, line := range lines {
			cells := make([]string, 0, len(planHeader))
			for _, v := range r.planCells(line) {
				cells = append(cells, fmt.Sprint(v))
			}
			err = errors.Join(err, c.Write(cells))
		}
		c.Flush()
		return errors.Join(err, c.Error())
	},
	"xlsx": func(w io.Writer, r *reader, lines []queries.PlanLine) (err error) {
		f := excelize.NewFile()
		defer func() { err = errors.Join(err, f.Close()) }()
		header := make([]any, len(planHeader))
		for i, h := range planHeader {
			header[i] = h
		}
		sheet, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			return fmt.Errorf("unable to write the plan: %w", err)
		}
		err = sheet.SetRow("A1", header)
		for i, line := range lines {
			err = errors.Join(err, sheet.SetRow(fmt.Sprintf("A%d", i+2), r.planCells(line)))
		}
		if err := errors.Join(err, sheet.Flush()); err != nil {
			return fmt.Errorf("unable to write the plan: %w", err)
		}
		_, err = f.WriteTo(w)
		return err
	},
}

var planHeader = []string{
	"step", "id", "action", "form", "form_title", "field", "field_label", "from", "from_title", "relation", "hours_low", "hours", "hours_high", "units", "hours_per_unit", "needs",
}

func (r *reader) planCells(line queries.PlanLine) []any {
	label := ""
	if line.Field != "" {
		label = r.called("field", line.Form+"."+line.Field)
	}
	return []any{
		line.Step, line.ID, line.Action, neutral(line.Form), neutral(r.called("form", line.Form)), neutral(line.Field), neutral(label), neutral(sourceOf(line)),
		neutral(r.called("form", line.FromForm)), line.Relation, cents(line.Hours.Low), cents(line.Hours.Mid), cents(line.Hours.High), line.Units,
		cents(line.Hours.Mid / float64(max(1, line.Units))), neutral(r.needs(line)),
	}
}

// writePlanTable writes the plan for people: a paragraph for each step.
func writePlanTable(w io.Writer, r *reader, lines []queries.PlanLine) error {
	out := bufio.NewWriter(w)
	for _, s := range queries.PlanSteps(lines) {
		key := "plan.step"
		if s.Apart {
			key = "plan.step_apart"
		}
		fmt.Fprintf(out, "%s\n", r.bundle.Text(r.language, key, "n", s.Step, "name", r.called("form", s.Form), "hours", s.Hours.Mid, "low", s.Hours.Low,
			"high", s.Hours.High, "after", s.After.Mid, "units_n", s.Units, "each", s.Hours.Mid/float64(max(1, s.Units))))
		shared := r.sharedNeeds(s.Lines)
		for _, need := range shared {
			fmt.Fprintf(out, "    - %s\n", need)
		}
		for _, line := range s.Lines {
			source := ""
			if line.FromForm != "" && line.Action != queries.ActionAuthority {
				source = " ← " + r.target(queries.PlanLine{Form: line.FromForm, Field: line.From})
			}
			fmt.Fprintf(out, "    %s  %s %6.1f  %s%s\n", line.ID[:8], pad(r.word("plan.action."+line.Action), 12), line.Hours.Mid, r.target(line), source)
			for _, need := range line.Needs {
				if text := r.text(need); !slices.Contains(shared, text) {
					fmt.Fprintf(out, "                                - %s\n", text)
				}
			}
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("unable to write the plan: %w", err)
	}
	return nil
}

// sharedNeeds are those that more than one line of a step has: they are said once.
func (r *reader) sharedNeeds(lines []queries.PlanLine) []string {
	count := map[string]int{}
	var out []string
	for _, line := range lines {
		for _, need := range line.Needs {
			text := r.text(need)
			if count[text]++; count[text] == 2 {
				out = append(out, text)
			}
		}
	}
	return out
}

// progressRow is a measured line for scripts.
type progressRow struct {
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

func writeProgress(w io.Writer, r *reader, all []queries.PlanProgress, format string) error {
	out := bufio.NewWriter(w)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	for _, x := range all {
		line := x.Decision.Line
		var err error
		if format == "ndjson" {
			err = e.Encode(progressRow{
				ID: line.ID, Action: line.Action, Form: line.Form, Field: line.Field, From: sourceOf(line), State: x.State,
				Effective: x.Decision.Effective.Format(time.DateOnly), Until: x.Until.Format(time.DateOnly), By: x.Decision.By, Note: x.Decision.Note,
				Periods: x.Periods, Needed: x.Needed, Submissions: x.Submissions, Answered: x.Answered,
				Promised: [2]float64{cents(line.Hours.Low), cents(line.Hours.High)}, Saved: [2]float64{cents(x.Saved.Low), cents(x.Saved.High)},
				SoFar: cents(x.SoFar), Timed: x.Timed,
			})
		} else {
			text := r.bundle.Text(r.language, "plan.progress."+x.State, "effective", x.Decision.Effective.Format(time.DateOnly), "periods", x.Periods, "needed", x.Needed,
				"hours", line.Hours.Mid, "low", line.Hours.Low, "high", line.Hours.High, "saved", x.Saved.Mid, "saved_low", x.Saved.Low, "saved_high", x.Saved.High,
				"answered", x.Answered, "submissions", x.Submissions)
			_, err = fmt.Fprintf(out, "%s  %s %s\n              %s\n", line.ID[:8], pad(r.word("plan.action."+line.Action), 12), r.target(line), text)
		}
		if err != nil {
			return fmt.Errorf("unable to write the progress: %w", err)
		}
	}
	return out.Flush()
}

package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
)

// planFormats write the plan.
var planFormats = map[string]func(io.Writer, *reader, []queries.PlanLine) error{
	"ndjson": func(w io.Writer, r *reader, lines []queries.PlanLine) error {
		out := bufio.NewWriter(w)
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		for _, line := range lines {
			if err := e.Encode(r.words().PlanLine(line)); err != nil {
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
		line.Step, line.ID, line.Action, interchange.Neutral(line.Form), interchange.Neutral(r.called("form", line.Form)), interchange.Neutral(line.Field), interchange.Neutral(label), interchange.Neutral(interchange.SourceOf(line)),
		interchange.Neutral(r.called("form", line.FromForm)), line.Relation, interchange.Cents(line.Hours.Low), interchange.Cents(line.Hours.Mid), interchange.Cents(line.Hours.High), line.Units,
		interchange.Cents(line.Hours.Mid / float64(max(1, line.Units))), interchange.Neutral(r.words().Needs(line)),
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

func writeProgress(w io.Writer, r *reader, all []queries.PlanProgress, format string) error {
	out := bufio.NewWriter(w)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	for _, x := range all {
		line := x.Decision.Line
		var err error
		if format == "ndjson" {
			err = e.Encode(interchange.PlanProgressOf(x))
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

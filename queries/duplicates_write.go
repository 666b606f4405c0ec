package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// SaveDuplicates replaces the results of the comparison of forms. Readers see the earlier ones until all are stored.
func (s *Store) SaveDuplicates(ctx context.Context, run uint64, d Duplicates) error {
	messages := jsonColumn{}
	questions, asked := itemFieldColumns(d.Items)
	for _, part := range []struct {
		name string
		rows int
		all  []any
	}{
		{"duplicates.SetOverlaps", len(d.Overlaps), overlapColumns(d.Overlaps)},
		{"duplicates.SetMatches", len(d.Matches), matchColumns(d.Matches)},
		{"duplicates.SetItems", len(d.Items), itemColumns(d.Items, &messages)},
		{"duplicates.SetItemFields", asked, questions},
		{"duplicates.SetPlan", len(d.PlanLines), planColumns(d.PlanLines, &messages)},
	} {
		if messages.err != nil {
			return fmt.Errorf("unable to write the results of the comparison: %w", messages.err)
		}
		if part.rows == 0 {
			continue
		}
		if err := s.insert(ctx, part.name, columns(append([]any{repeat(run, part.rows)}, part.all...)...)); err != nil {
			return err
		}
	}
	r := d.Run
	err := s.insert(ctx, "duplicates.SetRun", columns([]uint64{run}, []time.Time{r.AsOf}, []uint64{r.Forms}, []uint64{r.Fields}, []uint64{r.Compared},
		[]float64{r.Hours.Mid}, []float64{r.Hours.Low}, []float64{r.Hours.High}))
	if err != nil {
		return err
	}
	for _, name := range []string{"Overlaps", "Matches", "Items", "ItemFields", "Plan", "Runs"} {
		if err := s.exec(ctx, "duplicates.Drop"+name, Params{"run": run}); err != nil {
			return fmt.Errorf("unable to drop earlier results of the comparison: %w", err)
		}
	}
	return nil
}

// jsonColumn writes values as JSON and keeps the first error.
type jsonColumn struct{ err error }

func (c *jsonColumn) text(v any) string {
	out, err := json.Marshal(v)
	if err != nil && c.err == nil {
		c.err = err
	}
	return string(out)
}

func overlapColumns(all []FormOverlap) []any {
	return append([]any{
		column(all, func(o FormOverlap) string { return o.A }), column(all, func(o FormOverlap) string { return o.B }),
		column(all, func(o FormOverlap) float64 { return o.Share[0] }), column(all, func(o FormOverlap) float64 { return o.Share[1] }),
		column(all, func(o FormOverlap) uint32 { return o.Shared[0] }), column(all, func(o FormOverlap) uint32 { return o.Shared[1] }),
		column(all, func(o FormOverlap) uint32 { return o.Payload[0] }), column(all, func(o FormOverlap) uint32 { return o.Payload[1] }),
		column(all, func(o FormOverlap) uint64 { return o.Rows }), column(all, func(o FormOverlap) float64 { return o.Agreement }),
		column(all, func(o FormOverlap) float64 { return o.Score }), column(all, func(o FormOverlap) string { return o.Suggestion }),
	}, hourColumns(all, func(o FormOverlap) Hours { return o.Hours })...)
}

func hourColumns[R any](all []R, get func(R) Hours) []any {
	return []any{
		column(all, func(r R) float64 { return get(r).Mid }), column(all, func(r R) float64 { return get(r).Low }),
		column(all, func(r R) float64 { return get(r).High }),
	}
}

func matchColumns(all []FieldMatch) []any {
	return []any{
		column(all, func(m FieldMatch) string { return m.FormA }), column(all, func(m FieldMatch) string { return m.FieldA }),
		column(all, func(m FieldMatch) string { return m.FormB }), column(all, func(m FieldMatch) string { return m.FieldB }),
		column(all, func(m FieldMatch) string { return m.Relation }), column(all, func(m FieldMatch) string { return m.Kind }),
		column(all, func(m FieldMatch) float64 { return m.Score }), column(all, func(m FieldMatch) float64 { return m.Agreement }),
		column(all, func(m FieldMatch) float64 { return m.Baseline }), column(all, func(m FieldMatch) uint64 { return m.Rows }),
		column(all, func(m FieldMatch) string { return m.Join }), column(all, func(m FieldMatch) float64 { return m.Factor }),
		column(all, func(m FieldMatch) map[string]string { return orNoCodes(m.Codes) }), column(all, func(m FieldMatch) string { return m.Why }),
	}
}

func orNoCodes(codes map[string]string) map[string]string {
	if codes == nil {
		return map[string]string{}
	}
	return codes
}

func itemColumns(all []DataItem, messages *jsonColumn) []any {
	out := []any{
		column(all, func(i DataItem) string { return i.ID }), column(all, func(i DataItem) string { return i.Name }),
		column(all, func(i DataItem) string { return messages.text(i.Definition) }), column(all, func(i DataItem) string { return i.CodeSet }),
		column(all, func(i DataItem) string { return i.SourceForm }), column(all, func(i DataItem) string { return i.Source }),
		column(all, func(i DataItem) string { return messages.text(i.Reasons) }),
		column(all, func(i DataItem) float64 { return i.Agreement }), column(all, func(i DataItem) uint64 { return i.Rows }),
	}
	out = append(out, hourColumns(all, func(i DataItem) Hours { return i.Hours })...)
	return append(out, hourColumns(all, func(i DataItem) Hours { return i.Saved })...)
}

func itemFieldColumns(items []DataItem) ([]any, int) {
	var of []string
	var all []DataItemField
	for _, i := range items {
		of = append(of, repeat(i.ID, len(i.Fields))...)
		all = append(all, i.Fields...)
	}
	return append([]any{
		of, column(all, func(f DataItemField) string { return f.Form }), column(all, func(f DataItemField) string { return f.Field }),
		column(all, func(f DataItemField) string { return f.Label }), column(all, func(f DataItemField) bool { return f.Member }),
		column(all, func(f DataItemField) string { return f.Relation }), column(all, func(f DataItemField) float64 { return f.Agreement }),
		column(all, func(f DataItemField) uint64 { return f.Rows }), column(all, func(f DataItemField) float64 { return f.Complete }),
		column(all, func(f DataItemField) float64 { return f.Delay }), column(all, func(f DataItemField) uint64 { return f.Units }),
		column(all, func(f DataItemField) float64 { return f.Submissions }),
	}, hourColumns(all, func(f DataItemField) Hours { return f.Hours })...), len(all)
}

func planColumns(all []PlanLine, messages *jsonColumn) []any {
	lines := make([]uint32, len(all))
	for i := range lines {
		lines[i] = uint32(i)
	}
	out := []any{
		column(all, func(p PlanLine) string { return p.ID }), column(all, func(p PlanLine) uint32 { return p.Step }), lines,
		column(all, func(p PlanLine) string { return p.Action }), column(all, func(p PlanLine) string { return p.Form }),
		column(all, func(p PlanLine) string { return p.Field }), column(all, func(p PlanLine) string { return p.FromForm }),
		column(all, func(p PlanLine) string { return p.From }), column(all, func(p PlanLine) string { return p.Relation }),
		column(all, func(p PlanLine) string { return p.Item }),
	}
	out = append(out, hourColumns(all, func(p PlanLine) Hours { return p.Hours })...)
	return append(
		out, column(all, func(p PlanLine) uint64 { return p.Units }), column(all, func(p PlanLine) string { return messages.text(p.Needs) }),
		column(all, func(p PlanLine) map[string]string { return orNoCodes(p.Codes) }), column(all, func(p PlanLine) float64 { return p.Factor }))
}

// Decide keeps what a person decided about lines of the plan.
func (s *Store) Decide(ctx context.Context, all []PlanDecision) error {
	if len(all) == 0 {
		return nil
	}
	get := func(f func(PlanLine) string) []string {
		return column(all, func(d PlanDecision) string { return f(d.Line) })
	}
	out := []any{
		get(func(p PlanLine) string { return p.ID }), column(all, func(d PlanDecision) time.Time { return d.Decided }),
		column(all, func(d PlanDecision) string { return d.Decision }), column(all, func(d PlanDecision) time.Time { return d.Effective }),
		column(all, func(d PlanDecision) string { return d.By }), column(all, func(d PlanDecision) string { return d.Note }),
		get(func(p PlanLine) string { return p.Action }), get(func(p PlanLine) string { return p.Form }), get(func(p PlanLine) string { return p.Field }),
		get(func(p PlanLine) string { return p.FromForm }), get(func(p PlanLine) string { return p.From }),
		get(func(p PlanLine) string { return p.Relation }),
	}
	out = append(out, hourColumns(all, func(d PlanDecision) Hours { return d.Line.Hours })...)
	return s.insert(ctx, "plan.Decide", columns(append(out, column(all, func(d PlanDecision) float64 { return d.Before }))...))
}

package queries

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// DuplicateRun reads what the newest comparison of forms compared; the zero value where none was made.
func (s *Store) DuplicateRun(ctx context.Context) (DuplicateRun, error) {
	var r DuplicateRun
	err := s.Each(ctx, "duplicates.Run", nil, func(scan func(...any) error) error {
		return scan(&r.Run, &r.AsOf, &r.Forms, &r.Fields, &r.Compared, &r.Hours.Mid, &r.Hours.Low, &r.Hours.High)
	})
	return r, err
}

// FormOverlaps reads the pairs of forms that share payload, the greatest share first.
func (s *Store) FormOverlaps(ctx context.Context) ([]FormOverlap, error) {
	var out []FormOverlap
	err := s.Each(ctx, "duplicates.Overlaps", nil, func(scan func(...any) error) error {
		var o FormOverlap
		err := scan(&o.A, &o.B, &o.Share[0], &o.Share[1], &o.Shared[0], &o.Shared[1], &o.Payload[0], &o.Payload[1], &o.Rows, &o.Agreement,
			&o.Score, &o.Suggestion, &o.Hours.Mid, &o.Hours.Low, &o.Hours.High)
		out = append(out, o)
		return err
	})
	return out, err
}

// FieldMatches reads the judged pairs of fields of two forms, in either order; of all forms where both are empty.
func (s *Store) FieldMatches(ctx context.Context, a, b string) ([]FieldMatch, error) {
	var out []FieldMatch
	err := s.Each(ctx, "duplicates.Matches", Params{"a": a, "b": b}, func(scan func(...any) error) error {
		var m FieldMatch
		err := scan(&m.FormA, &m.FieldA, &m.FormB, &m.FieldB, &m.Relation, &m.Kind, &m.Score, &m.Agreement, &m.Baseline, &m.Rows, &m.Join,
			&m.Factor, &m.Codes, &m.Why)
		out = append(out, m)
		return err
	})
	return out, err
}

// DataItems reads all data items with the forms that ask them, those that cost most first.
func (s *Store) DataItems(ctx context.Context) ([]DataItem, error) { return s.dataItems(ctx, "") }

// DataItem reads one data item; ErrNotFound where there is none of this id.
func (s *Store) DataItem(ctx context.Context, id string) (DataItem, error) {
	all, err := s.dataItems(ctx, id)
	if err == nil && (id == "" || len(all) == 0) {
		err = ErrNotFound
	}
	if err != nil {
		return DataItem{}, err
	}
	return all[0], nil
}

func (s *Store) dataItems(ctx context.Context, id string) ([]DataItem, error) {
	var out []DataItem
	place := map[string]int{}
	err := s.Each(ctx, "duplicates.Items", Params{"id": id}, func(scan func(...any) error) error {
		var i DataItem
		var definition, reasons string
		err := scan(&i.ID, &i.Name, &definition, &i.CodeSet, &i.SourceForm, &i.Source, &reasons, &i.Agreement, &i.Rows,
			&i.Hours.Mid, &i.Hours.Low, &i.Hours.High, &i.Saved.Mid, &i.Saved.Low, &i.Saved.High)
		if err == nil {
			err = errors.Join(json.Unmarshal([]byte(definition), &i.Definition), json.Unmarshal([]byte(reasons), &i.Reasons))
		}
		place[i.ID] = len(out)
		out = append(out, i)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.Each(ctx, "duplicates.ItemFields", Params{"id": id}, func(scan func(...any) error) error {
		var item string
		var f DataItemField
		err := scan(&item, &f.Form, &f.Field, &f.Label, &f.Member, &f.Relation, &f.Agreement, &f.Rows, &f.Complete, &f.Delay, &f.Units,
			&f.Submissions, &f.Hours.Mid, &f.Hours.Low, &f.Hours.High)
		if at, known := place[item]; known {
			out[at].Fields = append(out[at].Fields, f)
		}
		return err
	})
	return out, err
}

// PlanLines reads the merge plan in its order.
func (s *Store) PlanLines(ctx context.Context) ([]PlanLine, error) {
	var out []PlanLine
	err := s.Each(ctx, "duplicates.Plan", nil, func(scan func(...any) error) error {
		var p PlanLine
		var needs string
		err := scan(&p.ID, &p.Step, &p.Action, &p.Form, &p.Field, &p.FromForm, &p.From, &p.Relation, &p.Item,
			&p.Hours.Mid, &p.Hours.Low, &p.Hours.High, &p.Units, &needs, &p.Codes, &p.Factor)
		if err == nil {
			err = json.Unmarshal([]byte(needs), &p.Needs)
		}
		out = append(out, p)
		return err
	})
	return out, err
}

// PlanDecisions reads what people decided about lines of the plan, the newest last.
func (s *Store) PlanDecisions(ctx context.Context) ([]PlanDecision, error) {
	var out []PlanDecision
	err := s.Each(ctx, "plan.Decisions", nil, func(scan func(...any) error) error {
		var d PlanDecision
		p := &d.Line
		err := scan(&p.ID, &d.Decided, &d.Decision, &d.Effective, &d.By, &d.Note, &p.Action, &p.Form, &p.Field, &p.FromForm, &p.From,
			&p.Relation, &p.Hours.Mid, &p.Hours.Low, &p.Hours.High, &d.Before)
		out = append(out, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the decisions on the plan: %w", err)
	}
	return out, nil
}

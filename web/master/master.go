// Package master puts together the proposed master forms 一表通: what is still asked once the merge plan is followed, one form
// for each kind of reporter and cycle, every data item once. It writes them as XLSForm and as templates for departments.
package master

import (
	"cmp"
	"context"
	"fmt"

	"github.com/jianfu/jianfu/queries"
)

// Form is one proposed master form.
type Form struct {
	Who       string // kind of unit (village, town, …, unit where it is unknown) or "record"
	About     string // of a form about persons or things: the id of the form that gives it its name; else empty
	Cycle     string
	Units     int
	Replaced  []string // ids of the forms it takes the place of
	Questions []Question
}

// Question is one question of a master form.
type Question struct {
	Name     string // unique among all questions, valid in XLSForm
	Form     string // whose question stays
	Field    queries.Field
	Owner    string            // department
	Item     *queries.DataItem // nil where no other form asks the same
	Label    string
	Codes    map[string]string
	Replaces []Replacement // fields that it takes the place of
	FilledBy string        // "form.field" of another question from which it can be filled in beforehand, empty for none
}

// Replacement is a field that another question takes the place of, as the plan has it, and the department that asks it.
type Replacement struct {
	queries.PlanLine
	Owner string
}

// reading is everything that master forms are made of.
type reading struct {
	forms     map[string]queries.Form
	owners    map[string]string
	kinds     map[[2]string]queries.FieldHours
	formHours map[string]float64
	items     map[[2]string]*queries.DataItem
	who       map[string]string
	units     map[string][]string
	dropped   map[[2]string]queries.PlanLine
	filled    map[[2]string]queries.PlanLine
	ended     map[string]bool
}

const spanDays = 731 // before the analysis, over which the units of a form are looked up

// Read proposes master forms from the stored plan and from what was accepted before, those for most units first.
func Read(ctx context.Context, s *queries.Store) ([]Form, error) {
	r, err := read(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("unable to put together the master forms: %w", err)
	}
	return r.compose(), nil
}

func read(ctx context.Context, s *queries.Store) (*reading, error) {
	r := &reading{
		forms: map[string]queries.Form{}, owners: map[string]string{}, kinds: map[[2]string]queries.FieldHours{}, formHours: map[string]float64{},
		items: map[[2]string]*queries.DataItem{}, who: map[string]string{}, units: map[string][]string{},
		dropped: map[[2]string]queries.PlanLine{}, filled: map[[2]string]queries.PlanLine{}, ended: map[string]bool{},
	}
	registry, err := queries.OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	hours, err := s.FieldHours(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range hours {
		r.kinds[[2]string{h.Form, h.Field}] = h
		r.formHours[h.Form] += h.Hours.Mid
	}
	var ids []string
	for _, f := range registry.Forms() {
		if r.formHours[f.ID] > 0 { // what took no time in a year is not asked
			system, _ := registry.System(f.System)
			r.forms[f.ID], r.owners[f.ID] = f, cmp.Or(system.Owner, system.Name, f.System)
			ids = append(ids, f.ID)
		}
	}
	run, err := s.DuplicateRun(ctx)
	if err != nil {
		return nil, err
	}
	spans, err := s.FormSpans(ctx, ids, run.AsOf.AddDate(0, 0, -spanDays), run.AsOf)
	if err != nil {
		return nil, err
	}
	for form, span := range spans {
		r.units[form] = span.Units
		r.who[form] = kindOf(span.Units, registry)
	}
	items, err := s.DataItems(ctx)
	if err != nil {
		return nil, err
	}
	for i := range items {
		for _, f := range items[i].Fields {
			if f.Member {
				r.items[[2]string{f.Form, f.Field}] = &items[i]
			}
		}
	}
	return r, r.decided(ctx, s)
}

// decided follows the lines of the plan and those accepted before.
func (r *reading) decided(ctx context.Context, s *queries.Store) error {
	lines, err := s.PlanLines(ctx)
	if err != nil {
		return err
	}
	decisions, err := s.PlanDecisions(ctx)
	if err != nil {
		return err
	}
	for _, d := range queries.NewestDecisions(decisions) {
		if d.Decision == queries.DecisionAccepted {
			lines = append(lines, d.Line)
		}
	}
	for _, line := range lines {
		at := [2]string{line.Form, line.Field}
		switch {
		case line.Apart():
		case line.Action == queries.ActionDrop:
			r.dropped[at] = line
		case line.Action == queries.ActionPrefill:
			r.filled[at] = line
		case line.Action == queries.ActionMerge:
			r.ended[line.Form] = true
		}
	}
	return nil
}

// kindOf is the kind of most of the units; villages and communities are one.
func kindOf(units []string, registry *queries.Registry) string {
	count := map[string]int{}
	best := "unit"
	for _, code := range units {
		u, _ := registry.Unit(code)
		kind := cmp.Or(u.Kind, "unit")
		if kind == "community" {
			kind = "village"
		}
		count[kind]++
		if count[kind] > count[best] || count[kind] == count[best] && kind < best {
			best = kind
		}
	}
	return best
}

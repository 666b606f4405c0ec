package analyzer

import (
	"context"
	"fmt"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// planDone is what people decided about earlier plans, as far as it binds this one.
type planDone struct {
	gone    map[fieldRef]bool     // no longer asked
	filled  map[fieldRef]fieldRef // filled in beforehand, and from where
	fixed   map[fieldRef]bool     // nothing more is proposed for it: it is filled in already, relied upon, or what was proposed was rejected
	alone   map[fieldRef]bool     // rejected: a field that a department insists on is no reason to end that of another one
	settled map[string]bool       // lines that were accepted or rejected
	refused map[int]bool          // forms whose end was rejected
}

// decisions reads them. Accepted lines are taken as done unless the field is still asked after its day; rejected ones are
// not proposed again from another source either.
func (p *planner) decisions(ctx context.Context) (planDone, error) {
	out := planDone{
		gone: map[fieldRef]bool{}, filled: map[fieldRef]fieldRef{}, fixed: map[fieldRef]bool{}, alone: map[fieldRef]bool{},
		settled: map[string]bool{}, refused: map[int]bool{},
	}
	all, err := p.in.Store.PlanDecisions(ctx)
	if err != nil {
		return out, err
	}
	progress, err := p.in.Store.PlanProgress(ctx)
	if err != nil {
		return out, fmt.Errorf("unable to see whether accepted lines of the plan are done: %w", err)
	}
	again := map[string]bool{}
	for _, x := range progress {
		again[x.Decision.Line.ID] = x.State == queries.ProgressStillAsked
	}
	for _, decision := range queries.NewestDecisions(all) {
		line := decision.Line
		form, known := p.place[line.Form]
		if !known || again[line.ID] {
			continue
		}
		out.settled[line.ID] = true
		accepted := decision.Decision == queries.DecisionAccepted
		r, found := p.ref(line.Form, line.Field)
		source, there := p.ref(line.FromForm, line.From)
		switch {
		case line.Action == queries.ActionMerge:
			out.refused[form] = !accepted
			for k := range p.forms[form].fields {
				out.gone[fieldRef{form, k}] = accepted
			}
			continue
		case !found:
			continue
		case line.Action == queries.ActionAuthority:
			out.fixed[r] = out.fixed[r] || accepted
			continue
		case !accepted:
			out.fixed[r], out.alone[r] = true, true
			continue
		case line.Action == queries.ActionDrop:
			out.gone[r] = true
		default:
			out.fixed[r] = true
			if there {
				out.filled[r] = source
			}
		}
		if there {
			out.fixed[source] = true
		}
	}
	return out, nil
}

// ref finds a field by its form's id and its own.
func (d *dupData) ref(form, field string) (fieldRef, bool) {
	at, known := d.place[form]
	if !known {
		return fieldRef{}, false
	}
	k := slices.IndexFunc(d.forms[at].fields, func(f dupField) bool { return f.ID == field })
	return fieldRef{at, k}, k >= 0
}

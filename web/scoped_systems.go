package web

import (
	"context"
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// system says that the principal reads about a system: inspectors and leaders about all, since use is told of a system as a
// whole, and owners about theirs.
func (r scoped) system(id string) bool { return r.county() || r.owns(id) }

// ReadSystems gives the systems that the principal reads about.
func (r scoped) ReadSystems(ctx context.Context) ([]queries.SystemRow, error) {
	if !r.reads() {
		return nil, nil
	}
	all, err := r.Reader.ReadSystems(ctx)
	if err != nil || r.whole() {
		return all, err
	}
	out := only(all, func(row queries.SystemRow) bool { return r.system(row.ID) })
	for i := range out {
		if err := r.narrowSystem(ctx, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r scoped) narrowSystem(ctx context.Context, row *queries.SystemRow) error {
	if row.Verdict == nil {
		return nil
	}
	shown, err := r.shown(ctx, []queries.Finding{*row.Verdict})
	if err == nil {
		row.Verdict = &shown[0]
	}
	return err
}

// ReadSystem gives a system with the units within that use it; its owner reads which units these are everywhere.
func (r scoped) ReadSystem(ctx context.Context, id string) (*queries.SystemPage, error) {
	if !r.system(id) {
		return nil, queries.ErrNotFound
	}
	p, err := r.Reader.ReadSystem(ctx, id)
	if err != nil || r.whole() {
		return p, err
	}
	out := *p
	if !r.owns(id) {
		within, err := r.within(ctx)
		if err != nil {
			return nil, err
		}
		out.Units = only(p.Units, func(u queries.SystemUnit) bool { return sees(within, u.Unit) })
	}
	return &out, r.narrowSystem(ctx, &out.SystemRow)
}

// ReadSources tells inspectors and operators how the sources fare.
func (r scoped) ReadSources(ctx context.Context) ([]queries.SourceRow, error) {
	if !r.who.Is(access.Inspector, access.Operator) {
		return nil, nil
	}
	return r.Reader.ReadSources(ctx)
}

// LastAnalysis says when the findings were made, to everybody who is signed in.
func (r scoped) LastAnalysis(ctx context.Context) (queries.Analysis, error) {
	a, err := r.Reader.LastAnalysis(ctx)
	if err == nil && !r.whole() {
		a.Findings, a.NotAssessed = 0, 0 // of everything
	}
	return a, err
}

// ReadForms gives owners the forms of their systems and those that ask for the same.
func (r scoped) ReadForms(ctx context.Context) (map[string]queries.Form, error) {
	if !r.reads() {
		return nil, nil
	}
	all, err := r.Reader.ReadForms(ctx)
	if err != nil || r.county() {
		return all, err
	}
	overlaps, err := r.FormOverlaps(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]queries.Form{}
	for id, form := range all {
		if r.owns(form.System) || slices.ContainsFunc(overlaps, func(o queries.FormOverlap) bool { return o.A == id || o.B == id }) {
			out[id] = form
		}
	}
	return out, nil
}

// DuplicateRun says what was compared. Its hours are those of the units within, for a part by the forms' shares.
func (r scoped) DuplicateRun(ctx context.Context) (queries.DuplicateRun, error) {
	if !r.reads() {
		return queries.DuplicateRun{}, nil
	}
	run, err := r.Reader.DuplicateRun(ctx)
	if err != nil || r.county() && r.who.Everywhere() {
		return run, err
	}
	if !r.county() {
		run.Hours = queries.Hours{}
		return run, nil
	}
	all, err := r.Reader.BurdenRows(ctx, queries.BurdenQuery{By: "form"})
	if err != nil {
		return run, err
	}
	own, err := r.BurdenRows(ctx, queries.BurdenQuery{By: "form"})
	if err != nil {
		return run, err
	}
	sum := func(rows []queries.BurdenRow) (hours float64) {
		for _, row := range rows {
			hours += row.Hours.Mid
		}
		return hours
	}
	share := 0.0
	if whole := sum(all); whole > 0 {
		share = sum(own) / whole
	}
	run.Hours = times(run.Hours, share)
	return run, nil
}

// FormOverlaps gives the pairs of forms of which one is the principal's, with the hours of the units within: the mean of both
// forms' shares, since it is not kept which of the two is given up.
func (r scoped) FormOverlaps(ctx context.Context) ([]queries.FormOverlap, error) {
	if !r.reads() {
		return nil, nil
	}
	all, err := r.Reader.FormOverlaps(ctx)
	if err != nil || r.county() && r.who.Everywhere() {
		return all, err
	}
	names, err := r.Reader.ReadNames(ctx)
	if err != nil {
		return nil, err
	}
	part, err := r.part(ctx)
	if err != nil {
		return nil, err
	}
	out := only(all, func(o queries.FormOverlap) bool {
		return r.county() || r.owns(names.FormSystems[o.A]) || r.owns(names.FormSystems[o.B])
	})
	for i := range out {
		out[i].Hours = times(out[i].Hours, (part(out[i].A)+part(out[i].B))/2)
	}
	return out, nil
}

// FieldMatches gives the pairs of fields of two forms of which one is the principal's.
func (r scoped) FieldMatches(ctx context.Context, a, b string) ([]queries.FieldMatch, error) {
	if !r.county() {
		names, err := r.Reader.ReadNames(ctx)
		if err != nil {
			return nil, err
		}
		if !r.owns(names.FormSystems[a]) && !r.owns(names.FormSystems[b]) {
			return nil, nil
		}
	}
	return r.Reader.FieldMatches(ctx, a, b)
}

// Synonyms are what people said about labels; they are about no unit.
func (r scoped) Synonyms(ctx context.Context) ([]queries.Synonym, error) {
	if !r.county() {
		return nil, nil
	}
	return r.Reader.Synonyms(ctx)
}

// RetirementCases are those of the systems that the principal reads about.
func (r scoped) RetirementCases(ctx context.Context) ([]queries.RetirementCase, error) {
	if !r.reads() {
		return nil, nil
	}
	all, err := r.Reader.RetirementCases(ctx)
	if err != nil || r.county() {
		return all, err
	}
	return only(all, func(c queries.RetirementCase) bool { return r.owns(c.System) }), nil
}

// RetirementSavings are what the retirement of those systems saved. All of them are asked for, so that one answer serves all.
func (r scoped) RetirementSavings(ctx context.Context, cases []queries.RetirementCase) ([]queries.RetirementSaving, error) {
	if !r.reads() {
		return nil, nil
	}
	if r.county() {
		return r.Reader.RetirementSavings(ctx, cases)
	}
	whole, err := r.Reader.RetirementCases(ctx)
	if err != nil {
		return nil, err
	}
	all, err := r.Reader.RetirementSavings(ctx, whole)
	if err != nil {
		return nil, err
	}
	return only(all, func(s queries.RetirementSaving) bool { return r.owns(s.System) }), nil
}

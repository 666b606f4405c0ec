package web

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// mostStopped is how many findings the first screen names as what can be stopped.
const mostStopped = 5

// ReadOverview gives those of the whole county its first screen, and others that of their own units: the months before the
// analysed window are left out, since how many of the units reported in each of them is not kept.
func (r scoped) ReadOverview(ctx context.Context) (*queries.Overview, error) {
	all, err := r.Reader.ReadOverview(ctx)
	if err != nil || r.whole() {
		return all, err
	}
	if !r.county() {
		return &queries.Overview{Analysed: all.Analysed, DataTo: all.DataTo, From: all.From, To: all.To}, nil
	}
	out := *all
	if r.who.Everywhere() {
		out.Stop, err = r.shown(ctx, all.Stop)
		return &out, err
	}
	names, err := r.Reader.ReadNames(ctx)
	if err != nil {
		return nil, err
	}
	within := unitsOf(r.who, names)
	out.Units, out.Months, out.Sources, out.Broken, out.Quarantine = uint64(len(within)), nil, 0, nil, 0
	if err := r.hoursOf(ctx, names, &out); err != nil {
		return nil, err
	}
	if out.Families, err = r.families(ctx, all.Families); err != nil {
		return nil, err
	}
	out.Stop = nil
	for _, family := range []string{"unused", "duplicate"} {
		found, err := r.ReadFindings(ctx, queries.FindingQuery{Family: family, Status: "open", Limit: mostStopped})
		if err != nil {
			return nil, err
		}
		out.Stop = append(out.Stop, found.Rows...)
	}
	out.Stop = out.Stop[:min(len(out.Stop), mostStopped)]
	return &out, nil
}

// hoursOf reckons the hours of an overview from the units within alone.
func (r scoped) hoursOf(ctx context.Context, names *queries.NameTable, o *queries.Overview) error {
	burden, err := r.ReadBurden(ctx, nil)
	if err != nil {
		return err
	}
	o.Hours, o.Low, o.High, o.Askers, o.Reporting = 0, 0, 0, nil, uint64(len(burden.Units))
	days := o.To.Sub(o.From).Hours()/24 + 1
	unitMonths := float64(len(burden.Units)) * max(days*12/365, 1)
	if unitMonths == 0 {
		return nil
	}
	for _, u := range burden.Units {
		low, high := u.Interval()
		o.Hours, o.Low, o.High = o.Hours+u.Hours()/unitMonths, o.Low+low/unitMonths, o.High+high/unitMonths
	}
	byOwner, seen := map[string]*queries.Asker{}, map[string]bool{}
	for _, c := range burden.Cells {
		if !c.Recent {
			continue
		}
		system := names.FormSystems[c.Form]
		owner := names.Owners[system]
		a := byOwner[owner]
		if a == nil {
			a = &queries.Asker{Owner: owner}
			byOwner[owner] = a
		}
		if !seen["f "+c.Form] {
			seen["f "+c.Form] = true
			a.Forms++
		}
		if !seen["s "+system] {
			seen["s "+system] = true
			a.Systems++
		}
		a.Submissions += c.Submissions
		a.Hours += (c.Observed + c.Filled + c.Estimated) / unitMonths
	}
	for _, owner := range slices.Sorted(maps.Keys(byOwner)) {
		o.Askers = append(o.Askers, *byOwner[owner])
	}
	slices.SortStableFunc(o.Askers, func(a, b queries.Asker) int { return cmp.Compare(b.Hours, a.Hours) })
	return nil
}

// families counts the findings within by family and status. Leaders are told how many there are about what units reported too.
func (r scoped) families(ctx context.Context, all map[string]map[string]uint64) (map[string]map[string]uint64, error) {
	scope, err := r.scope(ctx)
	if err != nil {
		return nil, err
	}
	scope.Data = true
	out := map[string]map[string]uint64{}
	for family := range all {
		p, err := r.Reader.ReadFindings(ctx, queries.FindingQuery{Family: family, NotAssessed: true, Limit: 1, Scope: scope})
		if err != nil {
			return nil, err
		}
		out[family] = p.Facets["status"]
	}
	return out, nil
}

// units narrows the units of a question to those within; ok is false where none are left.
func (r scoped) units(ctx context.Context, asked []string) (units []string, within map[string]bool, ok bool, err error) {
	if within, err = r.within(ctx); err != nil || within == nil {
		return asked, within, err == nil, err
	}
	if len(asked) == 0 {
		units = slices.Sorted(maps.Keys(within))
	} else {
		units = only(asked, func(unit string) bool { return within[unit] })
	}
	return units, within, len(units) > 0, nil
}

// ReadBurden gives the hours of units within the divisions. Hours by field are known of the whole county only and left out of
// every part of it.
func (r scoped) ReadBurden(ctx context.Context, asked []string) (*queries.BurdenPage, error) {
	units, within, ok, err := r.units(ctx, asked)
	if err != nil {
		return nil, err
	}
	if !ok {
		return &queries.BurdenPage{}, nil
	}
	p, err := r.Reader.ReadBurden(ctx, units)
	if err != nil || within == nil {
		return p, err
	}
	out := *p
	out.Fields = nil
	out.Units = only(p.Units, func(u queries.UnitBurden) bool { return within[u.Unit] })
	return &out, nil
}

// BurdenRows gives the hours of units within the divisions by something.
func (r scoped) BurdenRows(ctx context.Context, q queries.BurdenQuery) ([]queries.BurdenRow, error) {
	units, within, ok, err := r.units(ctx, q.Units)
	if err != nil || !ok {
		return nil, err
	}
	q.Units = units
	rows, err := r.Reader.BurdenRows(ctx, q)
	if err != nil || within == nil || q.By != "unit" {
		return rows, err
	}
	return only(rows, func(row queries.BurdenRow) bool { return within[row.ID] }), nil
}

// MeasureChanges are reckoned over all units, so that they are told to nobody who is bound to some.
func (r scoped) MeasureChanges(ctx context.Context) ([]queries.MeasureChange, error) {
	if !r.county() || !r.who.Everywhere() {
		return nil, nil
	}
	return r.Reader.MeasureChanges(ctx)
}

// part is which share of the hours of each form the units within take: 1 of all forms for those of the whole county.
func (r scoped) part(ctx context.Context) (func(form string) float64, error) {
	if r.who.Everywhere() || !r.county() {
		return func(string) float64 { return 1 }, nil
	}
	all, err := r.Reader.BurdenRows(ctx, queries.BurdenQuery{By: "form"})
	if err != nil {
		return nil, err
	}
	own, err := r.BurdenRows(ctx, queries.BurdenQuery{By: "form"})
	if err != nil {
		return nil, err
	}
	share := map[string]float64{}
	for _, row := range own {
		share[row.ID] = row.Hours.Mid
	}
	for _, row := range all {
		if row.Hours.Mid > 0 {
			share[row.ID] /= row.Hours.Mid
		}
	}
	return func(form string) float64 { return share[form] }, nil
}

// times is a part of hours.
func times(h queries.Hours, share float64) queries.Hours {
	return queries.Hours{Mid: h.Mid * share, Low: h.Low * share, High: h.High * share}
}

// PlanLines are the plan, with the hours that the units within would save: those of the form in proportion to its hours.
func (r scoped) PlanLines(ctx context.Context) ([]queries.PlanLine, error) {
	return partly(ctx, r, r.Reader.PlanLines, func(l *queries.PlanLine, part func(string) float64) { l.Hours = times(l.Hours, part(l.Form)) })
}

// PlanDecisions are what was decided on lines of the plan.
func (r scoped) PlanDecisions(ctx context.Context) ([]queries.PlanDecision, error) {
	return partly(ctx, r, r.Reader.PlanDecisions, partOfDecision)
}

func partOfDecision(d *queries.PlanDecision, part func(string) float64) {
	share := part(d.Line.Form)
	d.Line.Hours, d.Before = times(d.Line.Hours, share), d.Before*share
}

// PlanProgress is what became of lines that were accepted.
func (r scoped) PlanProgress(ctx context.Context) ([]queries.PlanProgress, error) {
	return partly(ctx, r, r.Reader.PlanProgress, func(p *queries.PlanProgress, part func(string) float64) {
		share := part(p.Decision.Line.Form)
		partOfDecision(&p.Decision, part)
		p.Saved, p.SoFar = times(p.Saved, share), p.SoFar*share
	})
}

// DataItems are what is asked for more than once.
func (r scoped) DataItems(ctx context.Context) ([]queries.DataItem, error) {
	return partly(ctx, r, r.Reader.DataItems, func(i *queries.DataItem, part func(string) float64) {
		whole := i.Hours.Mid
		i.Hours, i.Fields = queries.Hours{}, slices.Clone(i.Fields)
		for n := range i.Fields {
			f := &i.Fields[n]
			f.Hours = times(f.Hours, part(f.Form))
			if f.Member {
				i.Hours = i.Hours.Plus(f.Hours)
			}
		}
		if whole > 0 {
			i.Saved = times(i.Saved, i.Hours.Mid/whole)
		}
	})
}

// partly gives a list about forms to those who read such, with the hours of the units within.
func partly[T any](ctx context.Context, r scoped, read func(context.Context) ([]T, error), narrow func(*T, func(string) float64)) ([]T, error) {
	if !r.county() {
		return nil, nil
	}
	all, err := read(ctx)
	if err != nil || r.who.Everywhere() {
		return all, err
	}
	part, err := r.part(ctx)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(all)
	for i := range out {
		narrow(&out[i], part)
	}
	return out, nil
}

// ReadDifferences gives inspectors where two forms disagree, about units within.
func (r scoped) ReadDifferences(ctx context.Context, a, b queries.Form, matches []queries.FieldMatch, since time.Time) ([]queries.Difference, error) {
	if !r.who.Is(access.Inspector) {
		return nil, nil
	}
	within, err := r.within(ctx)
	if err != nil {
		return nil, err
	}
	all, err := r.Reader.ReadDifferences(ctx, a, b, matches, since)
	if err != nil || within == nil {
		return all, err
	}
	out := only(all, func(d queries.Difference) bool { return within[d.Unit] })
	for i := range out {
		out[i].Compared, out[i].Different = 0, 0 // counted over all units
	}
	return out, nil
}

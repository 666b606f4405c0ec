package queries

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// horizon is up to when there are data, and what was judged last.
type horizon struct {
	data, analysed time.Time // zero where there is none
	from, to       time.Time // first and last day of the analysed window
}

func (s *Store) horizon(ctx context.Context) (horizon, error) {
	var h horizon
	err := s.Each(ctx, "read.Newest", nil, func(scan func(...any) error) error {
		err := scan(&h.data, &h.analysed, &h.from, &h.to)
		h.data, h.analysed, h.from, h.to = known(h.data), known(h.analysed), known(h.from), known(h.to)
		return err
	})
	return h, err
}

// months is how many months of 365/12 days the analysed window has.
func (h horizon) months() float64 {
	days := h.to.Sub(h.from).Hours()/24 + 1
	return max(days*12/365, 1)
}

// burden fills the hours of an overview from what the last analysis reckoned.
func (s *Store) burden(ctx context.Context, registry *Registry, h horizon, o *Overview) error {
	units, err := s.BurdenByUnit(ctx)
	if err != nil {
		return err
	}
	o.Reporting = uint64(len(units))
	unitMonths := float64(len(units)) * h.months()
	for _, u := range units {
		low, high := u.Interval()
		o.Hours += u.Hours() / unitMonths
		o.Low += low / unitMonths
		o.High += high / unitMonths
	}
	forms, err := s.BurdenByForm(ctx)
	if err != nil {
		return err
	}
	o.Askers = askers(registry, forms, unitMonths)
	return s.burdenMonths(ctx, o)
}

func (s *Store) burdenMonths(ctx context.Context, o *Overview) error {
	rows, err := s.BurdenByMonth(ctx)
	if err != nil {
		return err
	}
	months := map[time.Time]*BurdenMonth{}
	for _, r := range rows {
		m := months[r.Month]
		if m == nil {
			m = &BurdenMonth{Month: r.Month}
			months[r.Month] = m
		}
		m.Submissions += r.Submissions
		m.Hours += r.Hours
	}
	err = s.Each(ctx, "read.MonthUnits", nil, func(scan func(...any) error) error {
		var month time.Time
		var n uint64
		if err := scan(&month, &n); err != nil {
			return err
		}
		if m := months[month]; m != nil {
			m.Units = n
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range months {
		o.Months = append(o.Months, *m)
	}
	slices.SortFunc(o.Months, func(a, b BurdenMonth) int { return a.Month.Compare(b.Month) })
	return nil
}

// askers adds up what each department asks of one unit in one month.
func askers(registry *Registry, forms []FormBurden, unitMonths float64) []Asker {
	byOwner, systems := map[string]*Asker{}, map[string]bool{}
	for _, f := range forms {
		form, _ := registry.Form(f.Form)
		system, _ := registry.System(form.System)
		a := byOwner[system.Owner]
		if a == nil {
			a = &Asker{Owner: system.Owner}
			byOwner[system.Owner] = a
		}
		a.Forms++
		a.Submissions += f.Submissions
		a.Hours += (f.Observed + f.Filled + f.Estimated) / max(unitMonths, 1)
		if !systems[form.System] {
			systems[form.System] = true
			a.Systems++
		}
	}
	out := make([]Asker, 0, len(byOwner))
	for _, a := range byOwner {
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b Asker) int { return cmp.Or(cmp.Compare(b.Hours, a.Hours), cmp.Compare(a.Owner, b.Owner)) })
	return out
}

// ReadUnits reads what each reporting unit is asked for in a month, as the last analysis reckoned it, most hours first.
func (s *Store) ReadUnits(ctx context.Context) ([]UnitRow, error) {
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	h, err := s.horizon(ctx)
	if err != nil {
		return nil, err
	}
	units, err := s.BurdenByUnit(ctx)
	if err != nil {
		return nil, err
	}
	findings := map[string]uint64{}
	err = s.Each(ctx, "read.UnitFindings", nil, func(scan func(...any) error) error {
		var unit string
		var n uint64
		err := scan(&unit, &n)
		findings[unit] = n
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]UnitRow, 0, len(units))
	for _, u := range units {
		unit, _ := registry.Unit(u.Unit)
		unit.Code = u.Unit
		low, high := u.Interval()
		out = append(out, UnitRow{
			Unit: unit, Submissions: float64(u.Submissions) / h.months(), Forms: u.Forms, Hours: u.Hours() / h.months(),
			Low: low / h.months(), High: high / h.months(), Findings: findings[u.Unit],
		})
	}
	slices.SortFunc(out, func(a, b UnitRow) int { return cmp.Or(cmp.Compare(b.Hours, a.Hours), cmp.Compare(a.Code, b.Code)) })
	return out, nil
}

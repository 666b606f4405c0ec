package queries

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// secondsPerValue is what one answer is taken to cost where a form has no observed times at all: a deliberately low guess
// for typing one known figure into a web form.
const secondsPerValue = 20

// formUse is a form in the last year of data.
type formUse struct {
	sent, places, timed uint64
	last                time.Time
	half                float64 // median seconds of the timed ones
}

func (s *Store) formUses(ctx context.Context) (map[string]formUse, error) {
	out := map[string]formUse{}
	err := s.Each(ctx, "read.FormMedians", nil, func(scan func(...any) error) error {
		var form string
		var u formUse
		if err := scan(&form, &u.sent, &u.places, &u.last, &u.timed, &u.half); err != nil {
			return err
		}
		out[form] = u
		return nil
	})
	return out, err
}

// hours is the time that some submissions of a form took: observed where the start is known; for the others the form's
// median, or where it has none, a guess from the number of values.
func (u formUse) hours(sent, timed uint64, seconds int64, unwatched uint64) float64 {
	total := float64(seconds)
	if u.timed > 0 {
		total += float64(sent-timed) * u.half
	} else {
		total += float64(unwatched) * secondsPerValue
	}
	return total / 3600
}

// burden fills the months and the askers of an overview.
func (s *Store) burden(ctx context.Context, registry *Registry, o *Overview) error {
	uses, err := s.formUses(ctx)
	if err != nil {
		return err
	}
	places, villages, err := s.monthUnits(ctx)
	if err != nil {
		return err
	}
	o.Villages = villages
	months := map[time.Time]*BurdenMonth{}
	forms := map[string]map[time.Time]BurdenMonth{}
	err = s.Each(ctx, "read.FormMonths", nil, func(scan func(...any) error) error {
		var form string
		var m BurdenMonth
		var seconds int64
		var unwatched uint64
		if err := scan(&form, &m.Month, &m.Submissions, &m.Values, &m.Timed, &seconds, &unwatched); err != nil {
			return err
		}
		m.Hours = uses[form].hours(m.Submissions, m.Timed, seconds, unwatched)
		sum := months[m.Month]
		if sum == nil {
			sum = &BurdenMonth{Month: m.Month, Units: places[m.Month]}
			months[m.Month] = sum
		}
		sum.Submissions, sum.Values, sum.Timed, sum.Hours = sum.Submissions+m.Submissions, sum.Values+m.Values, sum.Timed+m.Timed, sum.Hours+m.Hours
		if forms[form] == nil {
			forms[form] = map[time.Time]BurdenMonth{}
		}
		forms[form][m.Month] = m
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range months {
		o.Months = append(o.Months, *m)
	}
	slices.SortFunc(o.Months, func(a, b BurdenMonth) int { return a.Month.Compare(b.Month) })
	o.Askers = askers(registry, o.Months, forms)
	return nil
}

func (s *Store) monthUnits(ctx context.Context) (map[time.Time]uint64, uint64, error) {
	places, year := map[time.Time]uint64{}, uint64(0)
	err := s.Each(ctx, "read.MonthUnits", nil, func(scan func(...any) error) error {
		var month time.Time
		var n uint64
		if err := scan(&month, &n); err != nil {
			return err
		}
		if month.Unix() <= 0 {
			year = n
		} else {
			places[month] = n
		}
		return nil
	})
	return places, year, err
}

// askers adds up what each department asks of one unit in one month, over the last twelve months.
func askers(registry *Registry, months []BurdenMonth, forms map[string]map[time.Time]BurdenMonth) []Asker {
	months = months[max(0, len(months)-12):]
	unitMonths := 0.0
	for _, m := range months {
		unitMonths += float64(m.Units)
	}
	type sum struct {
		Asker
		systems map[string]bool
	}
	byOwner := map[string]*sum{}
	for id, of := range forms {
		form, _ := registry.Form(id)
		system, _ := registry.System(form.System)
		a := byOwner[system.Owner]
		if a == nil {
			a = &sum{Asker: Asker{Owner: system.Owner}, systems: map[string]bool{}}
			byOwner[system.Owner] = a
		}
		asked := false
		for _, m := range months {
			if x, ok := of[m.Month]; ok {
				asked = true
				a.Submissions += x.Submissions
				a.Hours += x.Hours / max(unitMonths, 1)
			}
		}
		if asked {
			a.Forms++
			a.systems[form.System] = true
		}
	}
	var out []Asker
	for _, a := range byOwner {
		if a.Systems = uint64(len(a.systems)); a.Submissions > 0 {
			out = append(out, a.Asker)
		}
	}
	slices.SortFunc(out, func(a, b Asker) int { return cmp.Or(cmp.Compare(b.Hours, a.Hours), cmp.Compare(a.Owner, b.Owner)) })
	return out
}

// ReadUnits reads what each reporting unit is asked for, a month, over the last year of data.
func (s *Store) ReadUnits(ctx context.Context) ([]UnitRow, error) {
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	uses, err := s.formUses(ctx)
	if err != nil {
		return nil, err
	}
	months, _, err := s.monthUnits(ctx)
	if err != nil {
		return nil, err
	}
	span := float64(min(12, max(1, len(months))))
	rows, systems := map[string]*UnitRow{}, map[[2]string]bool{}
	sent := map[string]uint64{}
	err = s.Each(ctx, "read.UnitForms", nil, func(scan func(...any) error) error {
		var unit, form string
		var n, timed, unwatched uint64
		var seconds int64
		if err := scan(&unit, &form, &n, &timed, &seconds, &unwatched); err != nil {
			return err
		}
		row := rows[unit]
		if row == nil {
			u, _ := registry.Unit(unit)
			u.Code = unit
			row = &UnitRow{Unit: u}
			rows[unit] = row
		}
		f, _ := registry.Form(form)
		if key := [2]string{unit, f.System}; f.System != "" && !systems[key] {
			systems[key] = true
			row.Systems++
		}
		row.Forms++
		row.Hours += uses[form].hours(n, timed, seconds, unwatched) / span
		sent[unit] += n
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.Each(ctx, "read.UnitFindings", nil, func(scan func(...any) error) error {
		var unit string
		var n uint64
		if err := scan(&unit, &n); err != nil {
			return err
		}
		if row := rows[unit]; row != nil {
			row.Findings = n
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]UnitRow, 0, len(rows))
	for code, row := range rows {
		row.Submissions = float64(sent[code]) / span
		out = append(out, *row)
	}
	slices.SortFunc(out, func(a, b UnitRow) int { return cmp.Or(cmp.Compare(b.Hours, a.Hours), cmp.Compare(a.Code, b.Code)) })
	return out, nil
}

package queries

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

// BurdenBy lists what the hours can be listed by.
func BurdenBy() []string {
	return []string{"unit", "department", "system", "form", "month", "level"}
}

// BurdenQuery asks for the hours of whole months, both included; of the analysed window where From is zero. Units narrows to some units.
type BurdenQuery struct {
	By       string
	From, To time.Time // first days of months
	Units    []string
	Forms    []string // narrows to some forms; not for hours by unit
}

// BurdenRow is the hours of one unit, department, system, form, month or level. ID is empty where that is not known.
type BurdenRow struct {
	ID                                  string
	Hours                               Hours
	Observed, Logged, Filled, Estimated float64
	Submissions, Forms, Units           uint64  // units: the most that one form had
	Share                               float64 // of all hours of the list
	Method                              string
	Change                              float64 // against the same months of the year before, as a share; NaN where it is not known
}

// BurdenRows reads the hours by something, the most first; months in their order. An empty list means that nothing was reckoned.
func (s *Store) BurdenRows(ctx context.Context, q BurdenQuery) ([]BurdenRow, error) {
	if !slices.Contains(BurdenBy(), q.By) {
		return nil, fmt.Errorf("unable to list hours by %q", q.By)
	}
	var out []BurdenRow
	var err error
	if q.By == "unit" {
		out, err = s.unitRows(ctx, q)
	} else {
		out, err = s.cellRows(ctx, q)
	}
	if err != nil {
		return nil, err
	}
	total := 0.0
	for _, r := range out {
		total += r.Hours.Mid
	}
	for i := range out {
		out[i].Share = out[i].Hours.Mid / math.Max(total, 1e-9)
	}
	slices.SortFunc(out, func(a, b BurdenRow) int {
		if q.By == "month" {
			return cmp.Compare(a.ID, b.ID)
		}
		return cmp.Or(cmp.Compare(b.Hours.Mid, a.Hours.Mid), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

func (s *Store) unitRows(ctx context.Context, q BurdenQuery) ([]BurdenRow, error) {
	units, err := s.BurdenByUnit(ctx)
	if !q.From.IsZero() {
		units, err = s.BurdenOfUnits(ctx, q.From, q.To)
	}
	if err != nil {
		return nil, err
	}
	out := make([]BurdenRow, 0, len(units))
	for _, u := range units {
		if len(q.Units) > 0 && !slices.Contains(q.Units, u.Unit) {
			continue
		}
		low, high := u.Interval()
		out = append(out, BurdenRow{
			ID: u.Unit, Hours: Hours{u.Hours(), low, high}, Observed: u.Observed, Logged: u.Logged, Filled: u.Filled, Estimated: u.Estimated,
			Submissions: u.Submissions, Forms: u.Forms, Units: 1, Method: MethodOf(u.Observed, u.Logged, u.Filled, u.Estimated), Change: math.NaN(),
		})
	}
	return out, nil
}

func (s *Store) cellRows(ctx context.Context, q BurdenQuery) ([]BurdenRow, error) {
	cells, err := s.BurdenCells(ctx, q.Units)
	if err != nil {
		return nil, err
	}
	paces, err := s.FormPaces(ctx)
	if err != nil {
		return nil, err
	}
	run, err := s.BurdenRun(ctx)
	if err != nil {
		return nil, err
	}
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	span := WholeBurden(cells, run)
	if len(q.Forms) > 0 {
		cells = slices.DeleteFunc(cells, func(c BurdenCell) bool { return !slices.Contains(q.Forms, c.Form) })
	}
	groups := map[string][]BurdenCell{}
	for _, c := range cells {
		id := burdenKey(registry, q.By, c)
		groups[id] = append(groups[id], c)
	}
	var out []BurdenRow
	for id, all := range groups {
		chosen := slices.DeleteFunc(slices.Clone(all), func(c BurdenCell) bool { return !q.holds(c) })
		if len(chosen) == 0 {
			continue
		}
		r := rowOf(id, chosen, paces)
		r.Change = span.Change(all)
		if q.By == "month" {
			r.Change = math.NaN()
		}
		out = append(out, r)
	}
	return out, nil
}

// holds says whether a cell belongs to the days asked for. By month, all that is kept does.
func (q BurdenQuery) holds(c BurdenCell) bool {
	if q.From.IsZero() {
		return c.Recent || q.By == "month"
	}
	return !c.Month.Before(q.From) && !c.Month.After(q.To)
}

func rowOf(id string, cells []BurdenCell, paces map[string]FormPace) BurdenRow {
	sum := SumBurden(cells, paces)
	r := BurdenRow{
		ID: id, Hours: sum.Span(), Observed: sum.Observed, Logged: sum.Logged, Filled: sum.Filled, Estimated: sum.Estimated,
		Submissions: sum.Submissions, Forms: uint64(sum.Forms), Method: sum.Method(),
	}
	for _, c := range cells {
		r.Units = max(r.Units, c.Units)
	}
	return r
}

// burdenKey is what a cell is listed under.
func burdenKey(registry *Registry, by string, c BurdenCell) string {
	form, _ := registry.Form(c.Form)
	system, _ := registry.System(form.System)
	switch by {
	case "department":
		return system.Owner
	case "system":
		return form.System
	case "level":
		return system.Level
	case "month":
		return c.Month.Format("2006-01")
	}
	return c.Form
}

// BurdenSpan is the months that lie wholly in the data, by their first days.
type BurdenSpan struct{ First, Last time.Time }

// thinMonth is the share of the usual hours of a month under which the first months hold only stragglers of earlier periods.
const thinMonth = 0.5

// WholeBurden finds the months that lie wholly in what is kept and in the data.
func WholeBurden(cells []BurdenCell, run BurdenRun) BurdenSpan {
	hours := map[time.Time]float64{}
	for _, c := range cells {
		hours[c.Month] += c.Hours()
	}
	var months []time.Time
	var sizes []float64
	for m, h := range hours {
		months, sizes = append(months, m), append(sizes, h)
	}
	if len(months) == 0 {
		return BurdenSpan{}
	}
	slices.SortFunc(months, time.Time.Compare)
	slices.Sort(sizes)
	first, last := months[0], months[len(months)-1]
	// Where the data begin after what is kept, their first month holds what is left of a period.
	if kept := run.First; first.Before(kept) || first.After(kept) {
		first = first.AddDate(0, 1, 0)
	}
	for first.Before(last) && hours[first] < thinMonth*sizes[len(sizes)/2] {
		first = first.AddDate(0, 1, 0)
	}
	if last.AddDate(0, 1, -1).After(run.Last) {
		last = last.AddDate(0, -1, 0)
	}
	return BurdenSpan{first, last}
}

// leastYearly is how many months of a year must have the same months of the year before, for a change to be given.
const leastYearly = 3

// Change is the hours of the last whole months, up to a year, against the same months of the year before, as a share. NaN
// where too few months can be compared, or nothing was reported before.
func (w BurdenSpan) Change(cells []BurdenCell) float64 {
	from := w.Last.AddDate(0, 1-mostMonths, 0)
	if kept := w.First.AddDate(1, 0, 0); kept.After(from) {
		from = kept
	}
	if w.First.IsZero() || w.Last.Before(from.AddDate(0, leastYearly-1, 0)) {
		return math.NaN()
	}
	now, before := 0.0, 0.0
	for _, c := range cells {
		switch earlier := c.Month.AddDate(1, 0, 0); {
		case !c.Month.Before(from) && !c.Month.After(w.Last):
			now += c.Hours()
		case !earlier.Before(from) && !earlier.After(w.Last):
			before += c.Hours()
		}
	}
	if before <= 0 {
		return math.NaN()
	}
	return now/before - 1
}

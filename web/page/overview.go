// Package page holds the pages, each a template over one plain struct.
package page

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// Overview is the first page: one month of one place, what causes its hours and what can be done about them.
type Overview struct {
	component.View
	queries.Overview
	Called    *queries.NameTable
	Burden    queries.BurdenPage // of Unit
	Unit      string             // the place; everything where empty
	Choices   []string           // places to choose from
	Items     []queries.DataItem
	Plan      []queries.PlanLine
	Decisions []queries.PlanDecision
	Measures  []queries.MeasureChange
	Accepted  []AcceptedDay
	Cases     []queries.RetirementCase
	Rows      []queries.SystemRow
	Fed       []queries.SourceRow
	Waiting   int   // places that wait for a check
	Tally     Tally // of what was checked
	Today     time.Time
	Silence   queries.Silence    // from when a source counts as silent
	Whole     map[string]float64 // recent hours of each form in all units, where a place is shown

	Month   time.Time // first day of the month shown; zero where there is no whole month
	span    queries.BurdenSpan
	shares  map[string]formShares
	months  []monthBurden // up to twelve, to Month
	askers  []asker
	taken   map[string]float64 // recent hours of each form in the place shown
	stops   []stop
	stopped queries.Hours // a year, of all that can be stopped
}

// formShares are what parts of a form's hours are asked twice, and could be left out now, each with its bounds.
type formShares struct{ twice, now queries.Hours }

// monthBurden is the hours of one unit in one month.
type monthBurden struct {
	month             time.Time
	units             uint64
	all, twice, spare queries.Hours
}

// asker is a department with the hours of one unit in the month.
type asker struct {
	owner  string
	hours  float64
	share  float64 // of all
	change float64 // against the same month of the year before, NaN where unknown
	forms  int
}

// HasData says whether anything has been collected yet.
func (o *Overview) HasData() bool { return o.Systems > 0 || o.Forms > 0 || !o.DataTo.IsZero() }

// Prepare reckons what the page shows of a month (2006-01), the last whole one where the text is empty. It is false where the
// month is none of those that lie wholly in the data.
func (o *Overview) Prepare(month string) bool {
	o.span = queries.WholeBurden(o.Burden.Cells, o.Burden.Run)
	o.Month = o.span.Last
	if month != "" {
		if o.Month = o.find(month); o.Month.IsZero() {
			return false
		}
	}
	o.taken = RecentHours(o.Burden.Cells)
	o.stopList()
	if o.Month.IsZero() {
		return true
	}
	o.shares = o.formShares()
	for m := o.Month.AddDate(0, -11, 0); !m.After(o.Month); m = m.AddDate(0, 1, 0) {
		if b, known := o.of(m); known {
			o.months = append(o.months, b)
		}
	}
	o.rank()
	return true
}

// RecentHours are the hours of each form in the analysed window.
func RecentHours(cells []queries.BurdenCell) map[string]float64 {
	out := map[string]float64{}
	for _, c := range cells {
		if c.Recent {
			out[c.Form] += c.Hours()
		}
	}
	return out
}

// wholes are the months to choose from, the newest first.
func (o *Overview) wholes() []time.Time {
	var out []time.Time
	if o.span.First.IsZero() {
		return nil
	}
	for m := o.span.Last; !m.Before(o.span.First); m = m.AddDate(0, -1, 0) {
		out = append(out, m)
	}
	return out
}

func (o *Overview) find(text string) time.Time {
	for _, m := range o.wholes() {
		if m.Format("2006-01") == text {
			return m
		}
	}
	return time.Time{}
}

// formShares finds of every form what part of its hours goes into fields that another form asks for already (all members of a
// data item but its source), and what part the steps of the plan would save that wait for no legal basis and that nobody has
// decided on.
func (o *Overview) formShares() map[string]formShares {
	year := map[string]float64{}
	for _, f := range o.Burden.Fields {
		year[f.Form] += f.Hours.Mid
	}
	twice, now := map[string]queries.Hours{}, map[string]queries.Hours{}
	for _, i := range o.Items {
		for _, f := range i.Fields {
			if f.Member && (f.Form != i.SourceForm || f.Field != i.Source) {
				twice[f.Form] = twice[f.Form].Plus(f.Hours)
			}
		}
	}
	for _, t := range o.open() {
		for _, l := range t.Lines {
			now[l.Form] = now[l.Form].Plus(l.Hours)
		}
	}
	out := map[string]formShares{}
	for form, all := range year {
		if all > 0 {
			out[form] = formShares{shareOf(twice[form], all), shareOf(now[form], all)}
		}
	}
	return out
}

// shareOf is hours as shares of a whole, none beyond it.
func shareOf(h queries.Hours, all float64) queries.Hours {
	of := func(x float64) float64 { return math.Max(0, math.Min(1, x/all)) }
	return queries.Hours{Mid: of(h.Mid), Low: of(h.Low), High: of(h.High)}
}

// of is the hours of one unit in a month, unknown where the month does not lie wholly in the data or nobody reported.
func (o *Overview) of(month time.Time) (monthBurden, bool) {
	b := monthBurden{month: month, units: o.reporting(month)}
	if b.units == 0 || month.Before(o.span.First) || month.After(o.span.Last) {
		return b, false
	}
	var cells []queries.BurdenCell
	per := 1 / float64(b.units)
	for _, c := range o.Burden.Cells {
		if !c.Month.Equal(month) {
			continue
		}
		cells = append(cells, c)
		s := o.shares[c.Form]
		b.twice = b.twice.Plus(times(s.twice, c.Hours()*per))
		b.spare = b.spare.Plus(times(s.now, c.Hours()*per))
	}
	b.all = times(queries.SumBurden(cells, o.Burden.Paces).Span(), per)
	return b, true
}

func times(h queries.Hours, x float64) queries.Hours {
	return queries.Hours{Mid: h.Mid * x, Low: h.Low * x, High: h.High * x}
}

// reporting is how many units reported in a month.
func (o *Overview) reporting(month time.Time) uint64 {
	for _, m := range o.Burden.Reporting {
		if m.Month.Equal(month) {
			return m.Units
		}
	}
	return 0
}

// last is the month shown, and false where there is none.
func (o *Overview) last() (monthBurden, bool) {
	if n := len(o.months); n > 0 && o.months[n-1].month.Equal(o.Month) {
		return o.months[n-1], true
	}
	return monthBurden{}, false
}

// change is the hours of a unit in the month against the same month of the year before, as a share; NaN where that is unknown.
func (o *Overview) change() queries.Hours {
	now, known := o.last()
	before, earlier := o.of(o.Month.AddDate(-1, 0, 0))
	change, comparable := changeOf(now.all, before.all)
	if !known || !earlier || !comparable {
		return queries.Hours{Mid: math.NaN()}
	}
	return change
}

// rank adds up what each department asks of a unit in the month, most first.
func (o *Overview) rank() {
	type sums struct {
		now, before float64
		forms       int
	}
	byOwner, all := map[string]*sums{}, 0.0
	earlier := o.Month.AddDate(-1, 0, 0)
	_, comparable := o.of(earlier)
	seen := map[string]bool{}
	for _, c := range o.Burden.Cells {
		owner := o.Called.Owners[o.Called.FormSystems[c.Form]]
		if byOwner[owner] == nil {
			byOwner[owner] = &sums{}
		}
		switch at := byOwner[owner]; {
		case c.Month.Equal(o.Month):
			at.now += c.Hours()
			all += c.Hours()
			if !seen[c.Form] {
				seen[c.Form] = true
				at.forms++
			}
		case c.Month.Equal(earlier):
			at.before += c.Hours()
		}
	}
	units, unitsBefore := float64(max(1, o.reporting(o.Month))), float64(max(1, o.reporting(earlier)))
	for owner, x := range byOwner {
		if x.now <= 0 {
			continue
		}
		a := asker{owner: owner, hours: x.now / units, share: x.now / all, change: math.NaN(), forms: x.forms}
		if comparable && x.before > 0 {
			a.change = x.now/units/(x.before/unitsBefore) - 1
		}
		o.askers = append(o.askers, a)
	}
	slices.SortFunc(o.askers, func(a, b asker) int { return cmp.Or(cmp.Compare(b.hours, a.hours), cmp.Compare(a.owner, b.owner)) })
}

// Tops are the units that have none above them.
func Tops(names *queries.NameTable) []string {
	var out []string
	for code := range names.Units {
		if _, known := names.Units[names.Parents[code]]; !known {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

// PlacesOf are the units to choose from: those that have others below them, in the order of their codes.
func PlacesOf(names *queries.NameTable, within []string) []string {
	holds := map[string]bool{}
	for _, code := range within {
		holds[names.Parents[code]] = true
	}
	out := slices.DeleteFunc(slices.Clone(within), func(code string) bool { return !holds[code] })
	slices.Sort(out)
	return out
}

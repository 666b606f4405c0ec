package demo

import (
	"fmt"
	"time"
)

// beijing is the county's time. China has had no daylight saving since 1991, so a fixed zone needs no time zone database.
var beijing = time.FixedZone("CST", 8*3600)

// The window is 18 months; the months before it only give the series a past, so that annual figures of the year before
// and figures of the first period carried forward exist.
const (
	windowMonths = 18
	warmMonths   = 24
	allMonths    = warmMonths + windowMonths
)

// period is one reporting period. Months and weeks index the series of the world: [first, last].
type period struct {
	name        string // as in docs/interchange.md
	start, end  time.Time
	first, last int // months, or weeks where the cycle is week
}

type calendar struct {
	start, end time.Time // first day, and last day's first moment
	months     []time.Time
	weeks      []time.Time // Mondays, from the first whole week of the warm months on
}

func newCalendar(asOf time.Time) *calendar {
	lastMonth := time.Date(asOf.Year(), asOf.Month(), 1, 0, 0, 0, 0, beijing)
	if asOf.AddDate(0, 0, 1).Day() != 1 {
		lastMonth = lastMonth.AddDate(0, -1, 0) // the window ends with the last whole month
	}
	c := &calendar{start: lastMonth.AddDate(0, 1-windowMonths, 0), end: asOf}
	for m := 0; m < allMonths; m++ {
		c.months = append(c.months, lastMonth.AddDate(0, m+1-allMonths, 0))
	}
	monday := c.months[0]
	for monday.Weekday() != time.Monday {
		monday = monday.AddDate(0, 0, 1)
	}
	for ; !monday.AddDate(0, 0, 6).After(asOf); monday = monday.AddDate(0, 0, 7) {
		c.weeks = append(c.weeks, monday)
	}
	return c
}

// endOfAll is the first moment after the simulation.
func (c *calendar) endOfAll() time.Time { return c.end.AddDate(0, 0, 1) }

// periods lists the reporting periods of a cycle whose reports fall into the window.
func (c *calendar) periods(cycle string) []period {
	switch cycle {
	case "week":
		return c.weekly()
	case "month":
		return c.multiples(1, func(t time.Time) string { return t.Format("2006-01") })
	case "quarter":
		return c.multiples(3, func(t time.Time) string { return fmt.Sprintf("%dQ%d", t.Year(), (int(t.Month())+2)/3) })
	case "half":
		return c.multiples(6, func(t time.Time) string { return fmt.Sprintf("%dH%d", t.Year(), (int(t.Month())+5)/6) })
	case "year":
		return c.multiples(12, func(t time.Time) string { return t.Format("2006") })
	}
	return nil
}

// periodsOf lists the periods of a form: those of its cycle, or what was demanded for an occasion: every day of two weeks, three
// times in the last year, or one month.
func (w *world) periodsOf(f *form) []period {
	s := newStream(w.seed, "occasions", f.spec.id)
	switch last := w.calendar.end; {
	case f.spec.census:
		m := allMonths - s.between(3, 7)
		start := w.calendar.months[m]
		return []period{{name: start.Format("2006-01"), start: start, end: start.AddDate(0, 1, -1), first: m, last: m}}
	case f.spec.bursts:
		var out []period
		for _, ago := range []int{s.between(300, 340), s.between(180, 230), s.between(40, 90)} {
			for n := range 14 {
				day := last.AddDate(0, 0, n-ago)
				m := w.monthIndex(day)
				out = append(out, period{name: day.Format(time.DateOnly), start: day, end: day, first: m, last: m})
			}
		}
		return out
	}
	return w.calendar.periods(f.spec.cycle)
}

func (c *calendar) weekly() []period {
	var out []period
	for i, monday := range c.weeks {
		if monday.Before(c.start) {
			continue
		}
		year, week := monday.ISOWeek()
		out = append(out, period{name: fmt.Sprintf("%d-W%02d", year, week), start: monday, end: monday.AddDate(0, 0, 6), first: i, last: i})
	}
	return out
}

// multiples lists the periods of n months that end inside the window; a year's report falls into the January after it, so
// a year that ended the day before the window counts too.
func (c *calendar) multiples(n int, name func(time.Time) string) []period {
	var out []period
	for m := 0; m+n <= allMonths; m++ {
		start := c.months[m]
		if (int(start.Month())-1)%n != 0 {
			continue
		}
		last := m + n - 1
		if last < warmMonths && (n < 12 || last < warmMonths-1) {
			continue
		}
		out = append(out, period{name: name(start), start: start, end: start.AddDate(0, n, -1), first: m, last: last})
	}
	return out
}

// inSeason says whether a day lies in a season of two MM-DD dates; a season may run over the new year.
func inSeason(day time.Time, season []string) bool {
	if len(season) != 2 {
		return true
	}
	d := day.Format("01-02")
	if season[0] <= season[1] {
		return d >= season[0] && d <= season[1]
	}
	return d >= season[0] || d <= season[1]
}

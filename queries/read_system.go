package queries

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// yearShown is how many days the calendar of a system goes back.
const yearShown = 365

// SystemDay is one local day of a system's usage log.
type SystemDay struct {
	Day        time.Time
	Meaningful uint64 // meaningful actions
	Events     uint64 // events of any kind, those of machines too
}

// SystemUnit is how one unit uses a system and reports into it.
type SystemUnit struct {
	Unit        string
	Events      uint64    // meaningful actions of the days judged
	People      uint64    // who did them
	LastUse     time.Time // last meaningful action within a year; zero for none
	Submissions uint64    // of the last year of data
	LastSent    time.Time
}

// systemCourse reads the days and the units of one system. Days come from the daily rollup, units from its own events and
// submissions of a year. They are anchored to the day judged, or to the newest data before an analysis.
func (s *Store) systemCourse(ctx context.Context, page *SystemPage, to time.Time) error {
	judged := 90
	if a := page.Assessment; a != nil {
		if !a.AsOf.IsZero() {
			to = a.AsOf
		}
		if a.Use.Needed > 0 {
			judged = a.Use.Needed
		}
	}
	page.To = time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, time.UTC)
	page.From = page.To.AddDate(0, 0, 1-yearShown)
	span := days(page.From, page.To)
	span["system"] = page.ID
	err := s.Each(ctx, "read.SystemDays", span, func(scan func(...any) error) error {
		var d SystemDay
		err := scan(&d.Day, &d.Meaningful, &d.Events)
		page.Days = append(page.Days, d)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.deeper(ctx, page); err != nil {
		return err
	}
	units := map[string]*SystemUnit{}
	unit := func(code string) *SystemUnit {
		if units[code] == nil {
			units[code] = &SystemUnit{Unit: code}
		}
		return units[code]
	}
	span["judged"] = page.To.AddDate(0, 0, 1-judged).Format(time.DateOnly)
	err = s.Each(ctx, "read.SystemUnits", span, func(scan func(...any) error) error {
		var code string
		var events, people uint64
		var last time.Time
		if err := scan(&code, &events, &people, &last); err != nil {
			return err
		}
		u := unit(code)
		u.Events, u.People, u.LastUse = events, people, known(last)
		return nil
	})
	if err != nil {
		return err
	}
	span["forms"] = column(page.FormRows, func(f FormRow) string { return f.ID })
	err = s.Each(ctx, "read.SystemSenders", span, func(scan func(...any) error) error {
		var code string
		var sent uint64
		var last time.Time
		if err := scan(&code, &sent, &last); err != nil {
			return err
		}
		u := unit(code)
		u.Submissions, u.LastSent = sent, known(last)
		return nil
	})
	for _, u := range units {
		page.Units = append(page.Units, *u)
	}
	slices.SortFunc(page.Units, func(a, b SystemUnit) int { return cmp.Compare(a.Unit, b.Unit) })
	return err
}

// deeper takes the days as the newest analysis took their pages for: landing pages, pages of points and what pages do by
// themselves are no use, though the rollup of actions counts them.
func (s *Store) deeper(ctx context.Context, page *SystemPage) error {
	if page.Assessment == nil {
		return nil
	}
	deep, err := s.DeepDays(ctx, []string{page.ID}, page.From, page.To)
	if err != nil || len(deep[page.ID]) == 0 && !page.Assessment.Use.LastUse.IsZero() {
		return err
	}
	for i, d := range page.Days {
		page.Days[i].Meaningful = deep[page.ID][DayNumber(d.Day)]
	}
	return nil
}

package analyzer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

func (d *desk) round(form, period string, start time.Time, units []string, sent func(u int) time.Time) {
	for u, unit := range units {
		d.answer(form, unit, period, start, sent(u), 20, "web", uint64(u+1))
	}
}

// occasions are working days of the year, three weeks apart.
func occasions(n int) []time.Time {
	var out []time.Time
	for i := range n {
		out = append(out, time.Date(2025, 7, 8+21*i, 0, 0, 0, 0, time.UTC)) // Tuesdays
	}
	return out
}

func TestShortNotice(t *testing.T) {
	d := newDesk(t)
	units := d.units(20, 3)
	day := func(t time.Time) string { return t.Format(time.DateOnly) }
	// Wanted: due on the first day of the month; unplanned and wanted the next day; without a due day and answered at once; every
	// three weeks; asked again for the same quarter.
	d.form("甲局", queries.Form{ID: "first of the month", Cycle: "month", DueDays: 1})
	for _, m := range monthsBefore(11) {
		d.round("first of the month", m.Format("2006-01"), m, units, func(u int) time.Time { return local(m.AddDate(0, 1, -1), 1+u%3, 10, u) })
	}
	d.form("甲局", queries.Form{ID: "tomorrow", Cycle: "adhoc", DueDays: 1})
	d.form("甲局", queries.Form{ID: "at once", Cycle: "adhoc"})
	for _, o := range occasions(2) {
		d.round("tomorrow", day(o), o, units, func(u int) time.Time { return local(o, 1, 9, u) })
		d.round("at once", day(o), o, units, func(u int) time.Time { return local(o, 0, 15, 2*u) })
	}
	d.form("乙局", queries.Form{ID: "again and again", Cycle: "adhoc", DueDays: 14})
	for _, o := range occasions(12) {
		d.round("again and again", day(o), o, units, func(u int) time.Time { return local(o, u%12, 11, u) })
	}
	d.form("乙局", queries.Form{ID: "twice a quarter", Cycle: "quarter", DueDays: 20})
	for _, m := range []time.Time{monthsBefore(9)[0], monthsBefore(6)[0]} {
		name := fmt.Sprintf("%dQ%d", m.Year(), (int(m.Month())+2)/3)
		for _, after := range []int{8, 15} {
			d.round("twice a quarter", name, m, units, func(u int) time.Time { return local(m.AddDate(0, 3, -1), after, 11, u) })
		}
	}
	// A department with one unplanned form after the other, each with time enough.
	for i, o := range occasions(15) {
		id := fmt.Sprintf("campaign %02d", i)
		d.form("丙办", queries.Form{ID: id, Cycle: "adhoc", DueDays: 10})
		d.round(id, day(o), o, units, func(u int) time.Time { return local(o, 9, 11, u) })
	}
	// Not wanted: a week's report by Monday; a month's by the fifth, holidays or not; a quarter's in October.
	d.form("丁局", queries.Form{ID: "week", Cycle: "week", DueDays: 1})
	d.form("丁局", queries.Form{ID: "fifth", Cycle: "month", DueDays: 5})
	for _, m := range monthsBefore(11) {
		d.round("fifth", m.Format("2006-01"), m, units, func(u int) time.Time { return local(m.AddDate(0, 1, -1), 5, 10, u) })
		monday := m.AddDate(0, 0, (8-int(m.Weekday()))%7)
		year, week := monday.ISOWeek()
		d.round("week", fmt.Sprintf("%d-W%02d", year, week), monday, units, func(u int) time.Time { return local(monday, 7, 10, u) })
	}
	d.form("丁局", queries.Form{ID: "quarter", Cycle: "quarter", DueDays: 10})
	for _, name := range []string{"2025Q3", "2025Q4", "2026Q1"} {
		start := time.Date(int(name[3]-'0')+2020, time.Month(3*int(name[5]-'0')-2), 1, 0, 0, 0, 0, time.UTC)
		d.round("quarter", name, start, units, func(u int) time.Time { return local(start.AddDate(0, 3, -1), 9, 10, u) })
		// A few correct themselves.
		d.round("quarter", name, start, units[:4], func(u int) time.Time { return local(start.AddDate(0, 3, -1), 12, 10, u) })
	}
	// Two weeks of time, and all answer on the last afternoon.
	d.form("丁局", queries.Form{ID: "last afternoon", Cycle: "adhoc", DueDays: 14})
	for _, o := range occasions(3) {
		d.round("last afternoon", day(o), o, units, func(u int) time.Time { return local(o, 14, 15, u) })
	}
	// Events that happen to one village or two, logged as they happen; a log with a record an event.
	d.form("丁局", queries.Form{ID: "events", Cycle: "adhoc"})
	d.form("丁局", queries.Form{ID: "log", Cycle: "adhoc", Per: "record"})
	for i, o := range occasions(17) {
		d.round("events", day(o), o, units[i%18:i%18+2], func(u int) time.Time { return local(o, 0, 11, u) })
		d.round("log", day(o), o, units, func(u int) time.Time { return local(o, 0, 11, u) })
	}
	// Handed over by a machine at once; a plan that is due before its month; a form without a due day.
	d.form("丁局", queries.Form{ID: "machine", Cycle: "adhoc"})
	for _, o := range occasions(3) {
		for u, unit := range units {
			d.answer("machine", unit, day(o), o, local(o, 0, 3, u), 0, "api", 1)
		}
	}
	d.form("丁局", queries.Form{ID: "plan", Cycle: "month", DueDays: -5})
	d.form("丁局", queries.Form{ID: "no due day", Cycle: "month"})
	for _, m := range monthsBefore(6) {
		for _, id := range []string{"plan", "no due day"} {
			d.round(id, m.Format("2006-01"), m, units, func(u int) time.Time { return local(m, 25, 10, u) })
		}
	}
	found := d.judge("burden-short-notice")
	want := map[string]string{
		"first of the month": "due_soon", "tomorrow": "due_soon", "at once": "urgent", "again and again": "repeated", "twice a quarter": "again", "丙办": "owner",
		"campaign 04": "due_soon", // ten days from 30 September hold two working days
	}
	for subject := range open(found) {
		if want[subject] == "" {
			t.Errorf("%s is no short notice: %v", subject, found[subject].Evidence.Message)
		}
	}
	for subject, kind := range want {
		kinds, _ := found[subject].Evidence.Detail["kinds"].([]string)
		if len(kinds) == 0 || kinds[0] != kind {
			t.Errorf("%s: %v, want %s", subject, kinds, kind)
		}
	}
	for subject, reason := range map[string]string{"log": "log", "plan": "due_before_end", "no due day": "no_due_day", "events": "no_demand", "machine": "no_due_day"} {
		if f := found[subject]; f.Reason.Key != "shortnotice.reason."+reason {
			t.Errorf("%s: %q, want %s", subject, f.Reason.Key, reason)
		}
	}
	if table := found["first of the month"].Evidence.Table; len(table.Rows) != 10 || table.Rows[1][3] != 0 {
		// 1 October 2025 is a holiday, so nobody had a working day for September.
		t.Errorf("%v", table.Rows)
	}
	if n := found["丙办"].N; n != 15 {
		t.Errorf("%d demands of the department", n)
	}
}

package analyzer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// peers are nine forms of nine departments that are answered on working days in the daytime, but for one answer in twelve.
func (d *desk) peers(units []string) {
	for i := range 9 {
		id := fmt.Sprintf("peer %d", i)
		d.form(fmt.Sprintf("局%d", i), queries.Form{ID: id, Cycle: "month", DueDays: 10})
		for n, m := range monthsBefore(11) {
			for u, unit := range units {
				sent := local(workday(m.AddDate(0, 1, 2+u%4)), 0, 9+u%7, 10)
				if (u+n+i)%12 == 0 {
					sent = local(workday(m.AddDate(0, 1, 2)), 0, 21, 10)
				}
				d.answer(id, unit, m.Format("2006-01"), m, sent, 20, "web", uint64(u+1))
			}
		}
	}
}

// workday is the next day that is neither on a weekend nor in one of the long holidays.
func workday(day time.Time) time.Time {
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday || day.Day() <= 8 && (day.Month() == time.October || day.Month() == time.May || day.Month() == time.January) {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// habit answers a monthly form of a department at moments of its own.
func (d *desk) habit(owner string, f queries.Form, units []string, channel string, minutes float64, sent func(month time.Time, u int) time.Time) {
	f.Cycle = "month"
	d.form(owner, f)
	for _, m := range monthsBefore(11) {
		for u, unit := range units {
			d.answer(f.ID, unit, m.Format("2006-01"), m, sent(m, u), minutes, channel, uint64(u+1))
		}
	}
}

func TestOffHours(t *testing.T) {
	d := newDesk(t)
	units := d.units(24, 3)
	d.peers(units)
	evening := func(m time.Time, u int) time.Time { return local(workday(m.AddDate(0, 1, 2)), 0, 20+u%3, u) }
	d.habit("夜办", queries.Form{ID: "evening", DueDays: 3}, units, "app", 20, evening)
	d.habit("夜办", queries.Form{ID: "night", DueDays: 3}, units, "web", 0, func(m time.Time, u int) time.Time { return local(workday(m.AddDate(0, 1, 4)), 0, 21, 2*u) })
	// Innocent: an interface at night; telephones that send three forms in one go when they find a network; work of the morning
	// that was sent at night; shifts; saturdays that are worked; a late reporter here and there.
	d.habit("丑局", queries.Form{ID: "interface"}, units, "api", 0, evening)
	for i := range 3 {
		d.habit("丑局", queries.Form{ID: fmt.Sprintf("offline %d", i)}, units, "app", 0, func(m time.Time, u int) time.Time {
			return local(workday(m.AddDate(0, 1, 2)), 0, 21, u).Add(time.Duration(i) * time.Second)
		})
	}
	d.habit("丑局", queries.Form{ID: "morning"}, units, "app", 11*60, func(m time.Time, u int) time.Time { return local(workday(m.AddDate(0, 1, 2)), 0, 21, u) })
	d.habit("寅局", queries.Form{ID: "shifts"}, units, "web", 20, func(m time.Time, u int) time.Time { return local(m.AddDate(0, 1, 0), u, u, 0) })
	d.form("卯局", queries.Form{ID: "adjusted", Cycle: "month"})
	for n, day := range []string{"2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09"} {
		at, _ := time.Parse(time.DateOnly, day)
		month := monthsBefore(6)[n]
		for u, unit := range units {
			d.answer("adjusted", unit, month.Format("2006-01"), month, local(at, 0, 9+u%7, 0), 20, "web", uint64(u+1))
		}
	}
	// Volunteers on Saturday mornings: named, and low.
	d.habit("辰局", queries.Form{ID: "volunteers", DueDays: 20}, units, "web", 20, func(m time.Time, u int) time.Time {
		return local(m, 27+(6-int(m.AddDate(0, 0, 27).Weekday())+7)%7, 9+u%3, u)
	})
	// A week's report that is due on Sundays, and answered before: the demand is at fault.
	d.form("巳局", queries.Form{ID: "sunday", Cycle: "week", DueDays: 7})
	for week := range 40 {
		monday := time.Date(2025, 8, 4+7*week, 0, 0, 0, 0, time.UTC)
		year, number := monday.ISOWeek()
		for u, unit := range units[:6] {
			d.answer("sunday", unit, fmt.Sprintf("%d-W%02d", year, number), monday, local(workday(monday.AddDate(0, 0, 7)), 0, 10, u), 20, "web", uint64(u+1))
		}
	}
	d.form("午局", queries.Form{ID: "few", Cycle: "month"})
	d.answer("few", units[0], "2026-03", monthsBefore(4)[0], local(monthsBefore(4)[0], 0, 23, 0), 20, "web", 1)
	found := d.judge("burden-off-hours")
	want := map[string]string{"evening": "behaviour", "night": "behaviour", "volunteers": "behaviour", "sunday": "due", "夜办": "owner"}
	for subject, f := range found {
		if f.Status == "not_assessed" {
			continue
		}
		kinds, _ := f.Evidence.Detail["kinds"].([]string)
		if len(kinds) == 0 || kinds[0] != want[subject] {
			t.Errorf("%s is named: %v %v", subject, f.Evidence.Message, f.Evidence.Detail)
		}
		if len(f.Subject.Units)+len(f.Subject.Reporters) > 0 {
			t.Errorf("%s names units or people", subject)
		}
		delete(want, subject)
	}
	for subject := range want {
		t.Errorf("%s is not named: %+v", subject, found[subject])
	}
	if f := found["volunteers"]; f.Severity != "low" {
		t.Errorf("volunteers weigh %s", f.Severity)
	}
	if f := found["evening"]; f.Q == nil || *f.Q > 0.01 || f.Evidence.Detail["share"].(float64) < 0.99 {
		t.Errorf("%+v", f)
	}
	for subject, reason := range map[string]string{"interface": "machines", "shifts": "shifts", "few": "few"} {
		if got := found[subject].Reason.Key; got != "offhours.reason."+reason {
			t.Errorf("%s: %q, want %s", subject, got, reason)
		}
	}
}

// Where everybody works in the evening no form stands out, and the county is spoken of.
func TestOffHoursEverywhere(t *testing.T) {
	d := newDesk(t)
	units := d.units(6, 3)
	for i := range 9 {
		d.habit(fmt.Sprintf("局%d", i), queries.Form{ID: fmt.Sprintf("form %d", i), DueDays: 10}, units, "web", 20, func(m time.Time, u int) time.Time {
			hour := 21
			if (u+i)%3 == 0 {
				hour = 10
			}
			return local(workday(m.AddDate(0, 1, 2)), 0, hour, 6*i+u)
		})
	}
	found := open(d.judge("burden-off-hours"))
	if len(found) != 1 || !found["all"] {
		t.Errorf("%v", found)
	}
}

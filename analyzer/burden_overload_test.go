package analyzer_test

import (
	"fmt"
	"testing"

	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// Sixteen forms of half a dozen departments, each nearly two hours, fall due within two days of the month's end. One official
// has 16 hours on two working days; the month as a whole would do.
func (d *desk) rush(name string, units []string, due int32, early bool, channel string) {
	for i := range 16 {
		id := fmt.Sprintf("%s %02d", name, i)
		d.form(fmt.Sprintf("局%d", i%6), queries.Form{ID: id, Cycle: "month", DueDays: due})
		for _, month := range monthsBefore(5) {
			end := month.AddDate(0, 1, -1)
			after := 1 + i%2
			if early {
				after = -12 + i%8
			}
			for u, unit := range units {
				d.answer(id, unit, month.Format("2006-01"), month, local(end, after, 10+i%6, u), 110, channel, uint64(u+1))
			}
		}
	}
}

func TestOverloadWithinTwoWorkingDays(t *testing.T) {
	d := newDesk(t)
	short, enough, unknown := d.units(8, 1), d.units(8, 4), d.units(3, 0)
	d.rush("rush", append(append(short, enough...), unknown...), 2, false, "web")
	found := d.judge("burden-overload")
	// From 31 March to 2 April 2026, a Tuesday to a Thursday, one official has 24 hours and owes 29.
	f, ok := found["2026-04"]
	if !ok || f.Severity != "high" || f.N != 8 || len(f.Subject.Units) != 8 || f.Evidence.Detail["kind"] != "days" {
		t.Fatalf("%v: %+v", open(found), f)
	}
	for _, unit := range f.Subject.Units {
		if unit[7:9] != "01" {
			t.Errorf("%s is named, which has the people", unit)
		}
	}
	if got := f.Evidence.Detail["hours"].(float64); got < 8*29 || got > 8*30 {
		t.Errorf("%.1f hours", got)
	}
	if len(f.Evidence.Table.Rows) != 6 {
		t.Errorf("%d departments are charged, six asked", len(f.Evidence.Table.Rows))
	}
	missing := found["all"]
	if missing.Status != "not_assessed" || len(missing.Subject.Units) != 3 {
		t.Errorf("units without staff: %+v", missing)
	}
}

func TestNoOverload(t *testing.T) {
	d := newDesk(t)
	first, second, third := d.units(12, 1), d.units(6, 4), d.units(4, 0)
	for name, c := range map[string]struct {
		units   []string
		due     int32
		early   bool
		channel string
	}{
		"ten days to answer":                    {first[:3], 10, false, "web"},
		"answered before the period was over":   {first[3:6], 2, true, "web"},
		"handed over by machines":               {first[6:9], 2, false, "api"},
		"nobody registered when forms were due": {first[9:], 0, false, "web"},
		"people enough":                         {second, 2, false, "web"},
		"nobody registered how many they are":   {third, 2, false, "web"},
	} {
		d.rush(name, c.units, c.due, c.early, c.channel)
	}
	for month, f := range d.judge("burden-overload") {
		if f.Status != "not_assessed" {
			t.Errorf("%s: %v cannot keep up with %v", month, f.Subject.Units, f.Subject.Forms)
		}
	}
}

// What is planted in the county is found, and nothing else.
func TestDemandsOfACounty(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a county")
	}
	s := simulate(t, demo.Options{Villages: 30, Fraud: demo.DefaultFraud})
	findings(t, s, "burden-hours")
	for _, detector := range []string{"burden-overload", "burden-short-notice", "burden-off-hours", "burden-sprawl", "burden-unapproved"} {
		found := findings(t, s, detector)
		readable(t, named(detector, found))
		named := map[string]bool{}
		for _, f := range found {
			if f.Status == "not_assessed" || f.Status == "waived" {
				continue
			}
			subjects := f.Subject.Forms
			switch detector {
			case "burden-overload":
				subjects = f.Subject.Units
			case "burden-sprawl":
				subjects = []string{f.Evidence.Detail["owner"].(string)}
			}
			for _, x := range subjects {
				named[x] = true
			}
		}
		for _, c := range s.truth.Rules {
			if c.Detector != detector {
				continue
			}
			if c.Required && !named[c.Subject] {
				t.Errorf("%s does not name %s: %s", detector, c.Subject, c.Why)
			}
			if c.Trap && named[c.Subject] {
				t.Errorf("%s names %s: %s", detector, c.Subject, c.Why)
			}
			delete(named, c.Subject)
		}
		for x := range named {
			t.Errorf("%s names %s, where nothing was planted", detector, x)
		}
	}
}

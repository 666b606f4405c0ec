package analyzer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

func (d *desk) system(s queries.System) {
	s.Name, s.UsageCovered, s.Declared = s.ID, true, true
	if s.Level == "" {
		s.Level = "county"
	}
	d.registry.DeclareSystem(s)
}

// monthly hands in a monthly form from one month to another, as months before July 2026.
func (d *desk) monthly(id string, units []string, from, to int) {
	for _, m := range monthsBefore(from)[:from-to+1] {
		d.round(id, m.Format("2006-01"), m, units, func(u int) time.Time { return local(m, 25, 10, u) })
	}
}

func TestSprawl(t *testing.T) {
	d := newDesk(t)
	units := d.units(6, 3)
	ago := func(days int) time.Time { return time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -days) }
	form := func(id, system string) { d.form("", queries.Form{ID: id, System: system, Cycle: "month", DueDays: 5}) }
	// Adds and adds: two systems with declared dates, a form of an old system that was seen long before.
	d.system(queries.System{ID: "new1", Owner: "加局", Launched: ago(300)})
	d.system(queries.System{ID: "new2", Owner: "加局", Launched: ago(100)})
	d.system(queries.System{ID: "old", Owner: "加局", Launched: ago(3000)})
	form("old form", "old")
	form("added", "old")
	d.monthly("old form", units, 20, 1)
	d.monthly("added", units, 6, 1)
	// Replaces: three forms ended as three began; a system gave way to its successor.
	d.system(queries.System{ID: "same", Owner: "换局", Launched: ago(3000)})
	for i := range 3 {
		form(fmt.Sprintf("was %d", i), "same")
		form(fmt.Sprintf("is %d", i), "same")
		d.monthly(fmt.Sprintf("was %d", i), units, 20, 10)
		d.monthly(fmt.Sprintf("is %d", i), units, 9, 1)
	}
	d.system(queries.System{ID: "predecessor", Owner: "换局", Launched: ago(2000), Successor: "heir"})
	d.system(queries.System{ID: "heir", Owner: "换局", Launched: ago(60)})
	// What the province rolled out stands apart from what the bureau added itself.
	for i := range 4 {
		d.system(queries.System{ID: fmt.Sprintf("province %d", i), Owner: "转局", Level: "province", Launched: ago(200 + i)})
	}
	d.system(queries.System{ID: "own", Owner: "转局", Launched: ago(150)})
	// Newly connected: no dates, and all of it is seen from the same month on.
	d.system(queries.System{ID: "connected", Owner: "接局"})
	for i := range 5 {
		id := fmt.Sprintf("connected %d", i)
		form(id, "connected")
		d.monthly(id, units, 7, 1)
	}
	// Yearly forms and those of a season are first seen when their time comes.
	d.system(queries.System{ID: "yearly", Owner: "年局", Launched: ago(3000)})
	form("month of yearly", "yearly")
	d.monthly("month of yearly", units, 14, 1)
	for i := range 4 {
		id := fmt.Sprintf("year %d", i)
		d.form("", queries.Form{ID: id, System: "yearly", Cycle: "year", DueDays: 20})
		start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
		d.round(id, "2025", start, units, func(u int) time.Time { return local(start.AddDate(1, 0, 0), 10, 10, u) })
	}
	// Two that began long ago are no growth.
	d.system(queries.System{ID: "x1", Owner: "稳局", Launched: ago(900)})
	d.system(queries.System{ID: "x2", Owner: "稳局", Launched: ago(800)})
	d.system(queries.System{ID: "x3", Owner: "稳局", Launched: ago(760)})
	found := d.judge("burden-sprawl")
	got := open(found)
	if len(got) != 2 || !got["加局"] || !got["转局"] {
		t.Fatalf("%v", got)
	}
	f := found["加局"]
	if f.Evidence.Detail["launched"] != 3 || f.Evidence.Detail["ended"] != 0 || len(f.Subject.Forms) != 1 || f.Subject.Forms[0] != "added" {
		t.Errorf("%+v %+v", f.Subject, f.Evidence.Detail)
	}
	if f := found["转局"]; f.Evidence.Detail["level"] != "above" || len(f.Subject.Systems) != 4 {
		t.Errorf("%+v %+v", f.Subject, f.Evidence.Detail)
	}
	if found["connected"].Reason.Key != "sprawl.reason.no_beginning" {
		t.Error("a department of which no beginning is known is judged")
	}
}

func TestUnapproved(t *testing.T) {
	d := newDesk(t)
	units := d.units(6, 3)
	for _, f := range []queries.Form{
		{ID: "listed", Approved: true},
		{ID: "off", ApprovedKnown: true},
		{ID: "wished", ApprovedKnown: true, Basis: "领导要求"},
		{ID: "document", ApprovedKnown: true, Basis: "县委督查室〔2025〕11号通知"},
		{ID: "law", ApprovedKnown: true, Basis: "森林防火条例"},
		{ID: "matter", ApprovedKnown: true, Basis: "一事一批，县统计局"},
		{ID: "unknown"},
		{ID: "asleep", ApprovedKnown: true},
	} {
		f.Cycle = "month"
		d.form("某局", f)
		if f.ID != "asleep" {
			d.monthly(f.ID, units, 6, 1)
		}
	}
	found := d.judge("burden-unapproved")
	for subject, founded := range map[string]bool{"off": false, "wished": false, "document": true, "law": true, "matter": true} {
		f := found[subject]
		if f.Evidence.Detail["founded"] != founded || founded && f.Severity != "low" || f.Evidence.Detail["hours"].(float64) <= 0 {
			t.Errorf("%s: %s %+v", subject, f.Severity, f.Evidence.Detail)
		}
	}
	for subject, reason := range map[string]string{"unknown": "unknown", "asleep": "no_demand"} {
		if got := found[subject].Reason.Key; got != "approved.reason."+reason {
			t.Errorf("%s: %q", subject, got)
		}
	}
	if _, named := found["listed"]; named || len(found) != 7 {
		t.Errorf("%v", found)
	}
}

func TestNoListOfApprovedForms(t *testing.T) {
	d := newDesk(t)
	units := d.units(6, 3)
	for _, id := range []string{"a", "b"} {
		d.form("某局", queries.Form{ID: id, Cycle: "month", ApprovedKnown: id == "b"})
		d.monthly(id, units, 6, 1)
	}
	found := d.judge("burden-unapproved")
	if len(found) != 1 || found["all"].Reason.Key != "approved.reason.no_list" {
		t.Errorf("%+v", found)
	}
}

package analyzer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// collected writes a form with submissions of all units for the months [from, to) of a world, and the events of handing in.
func (w *world) collected(system, form, cycle string, from, to int, log string) {
	w.record(map[string]any{"type": "form", "id": form, "system": system, "title": form, "cycle": cycle, "per": "unit", "fields": []map[string]any{
		{"id": "n", "label": "数量", "type": "integer"},
	}})
	step := map[string]int{"month": 1, "year": 12}[cycle]
	for m := from; m < to; m += step {
		period := w.month(m).Format("2006-01")
		if cycle == "year" {
			period = w.month(m).Format("2006")
		}
		for u := range w.units {
			at := w.month(m).AddDate(0, 1, 2).Add(time.Duration(9*60+u) * time.Minute)
			if at.After(w.asOf) {
				continue
			}
			who := fmt.Sprintf("clerk%d", u)
			w.record(map[string]any{"type": "submission", "form": form, "unit": unitCode(u), "period": period, "submitted_at": at, "reporter": who, "values": map[string]any{"n": m*u%7 + 3}})
			named := form
			if log == "mute" {
				named = ""
			}
			if log != "" {
				w.event(system, at, who, "submit", named)
				w.event(system, at.Add(time.Minute), who, "view", named)
			}
		}
	}
}

func (w *world) event(system string, at time.Time, actor, action, form string) {
	r := map[string]any{"type": "usage", "system": system, "time": at, "actor": actor, "action": action, "status": 200, "object": "/app/" + action}
	if form != "" {
		r["form"] = form
	}
	w.record(r)
}

func TestFormsThatAreReadAndNot(t *testing.T) {
	w := newWorld(10, 18)
	for _, id := range []string{"s", "mute", "hidden", "dark"} {
		w.record(map[string]any{"type": "system", "id": id, "name": id, "owner": "局", "level": "county", "usage_covered": id != "dark"})
	}
	for _, form := range []string{"read", "unread", "quarterly", "approved", "fetched", "path"} {
		w.collected("s", form, "month", 0, 18, "named")
	}
	w.collected("s", "ended", "month", 0, 8, "named")
	w.collected("s", "annual", "year", 0, 18, "named")
	w.collected("s", "recent", "month", 14, 18, "named")
	w.collected("mute", "muted", "month", 0, 18, "mute")
	w.collected("hidden", "anonymous", "month", 0, 18, "named")
	w.collected("dark", "unlogged", "month", 0, 18, "")
	for day := w.month(0); day.Before(w.asOf); day = day.AddDate(0, 0, 1) {
		at := day.Add(10 * time.Hour)
		w.event("s", at, "office", "view", "read")
		w.event("mute", at, "office", "view", "")
		w.event("hidden", at, "", "view", "anonymous")
		if day.Day() == 20 {
			w.event("s", at, "clerk1", "approve", "approved") // who approves may hand in too
			w.record(map[string]any{"type": "usage", "system": "s", "time": at, "actor": "office", "action": "view", "status": 200, "object": "/app/form/path/show.do"})
			if day.Month()%3 == 1 {
				w.event("s", at, "office", "export", "quarterly")
			}
		}
		if day.Weekday() == time.Monday {
			w.event("s", at, "interface", "api", "fetched")
		}
	}
	// What does not succeed is no reading.
	w.record(map[string]any{"type": "usage", "system": "s", "time": w.asOf.AddDate(0, -1, 0), "actor": "office", "action": "view", "status": 403, "form": "unread"})
	s := simulated{input: w.input(t)}
	list := findings(t, s, "idle-form")
	readable(t, named("idle-form", list))
	got := map[string]queries.Finding{}
	for _, f := range list {
		got[f.Subject.Forms[0]] = f
	}
	for form, want := range map[string]string{
		"read": "", "quarterly": "", "approved": "", "fetched": "", "path": "",
		"unread": "write-only", "ended": "unused",
		"annual": "idleforms.reason.few", "recent": "idleforms.reason.few",
		"muted": "idleforms.reason.unnamed", "anonymous": "idleforms.reason.unknown_actors", "unlogged": "idleforms.reason.not_covered",
	} {
		f := got[form]
		verdict, _ := f.Evidence.Detail["verdict"].(string)
		if verdict+f.Reason.Key != want {
			t.Errorf("%s: %q %q, want %q", form, verdict, f.Reason.Key, want)
		}
	}
	if f := got["ended"]; len(f.Subject.Forms) != 1 || f.Status != "open" {
		t.Errorf("ended: %v %q", f.Subject, f.Status)
	}
}

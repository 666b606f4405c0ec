package analyzer_test

import (
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// deed is one event of a day; the day's events of a system are written two minutes apart from eight o'clock on.
type deed struct {
	action, object string
	actor          uint64
}

// life writes a year of working days of a system: what happens on the day so many days ago.
func life(t *testing.T, s *queries.Store, source, system string, of func(ago int) []deed) {
	t.Helper()
	u := &queries.UsageColumns{}
	to := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	for ago := 400; ago >= 0; ago-- {
		day := to.AddDate(0, 0, -ago)
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		for i, d := range of(ago) {
			traffic := queries.Business
			if d.action == "heartbeat" {
				traffic = queries.Health
			}
			u.System, u.Time = append(u.System, system), append(u.Time, day.Add(time.Duration(2*i)*time.Minute))
			u.Actor, u.Unit, u.Action = append(u.Actor, d.actor), append(u.Unit, "990121"), append(u.Action, d.action)
			u.Traffic, u.Object, u.Form = append(u.Traffic, string(traffic)), append(u.Object, d.object), append(u.Form, "")
			u.Status, u.Duration, u.Client = append(u.Status, 200), append(u.Duration, 9), append(u.Client, "chrome")
			u.Position = append(u.Position, uint64(len(u.Position)))
		}
	}
	if _, err := s.Write(t.Context(), queries.Batch{Source: source, Usage: []*queries.UsageColumns{u}}); err != nil {
		t.Fatal(err)
	}
}

func TestUseAsLogsShowIt(t *testing.T) {
	store := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"written", "read", "landing", "checkin", "silent"} {
		registry.DeclareSystem(queries.System{ID: id, Name: id, Cycle: "month", EntitledUsers: 12, UsageCovered: true, Declared: true})
	}
	// Villages submit and look at what they submitted; nobody else does.
	life(t, store, "a", "written", func(ago int) []deed {
		who := uint64(ago%9 + 1)
		return []deed{{"login", "/login", who}, {"submit", "/save", who}, {"view", "/form/show", who}}
	})
	life(t, store, "b", "read", func(ago int) []deed {
		who := uint64(ago%9 + 1)
		return []deed{{"submit", "/save", who}, {"view", "/form/show", who}, {"view", "/form/show", 77}}
	})
	// People log in and see the first page, and that is all there is since half a year.
	life(t, store, "c", "landing", func(ago int) []deed {
		who := uint64(ago%5 + 1)
		if ago > 180 {
			return []deed{{"login", "/login", who}, {"view", "/index.html", who}, {"submit", "/save", who}, {"export", "/excel", 77}}
		}
		return []deed{{"login", "/login", who}, {"view", "/index.html", who}}
	})
	// All come every morning for the points; the log calls that a submission.
	life(t, store, "d", "checkin", func(int) []deed {
		var all []deed
		for who := range uint64(11) {
			all = append(all, deed{"login", "/login", who + 1}, deed{"submit", "/app/points/checkin", who + 1})
		}
		return append(all, deed{"view", "/form/show", 1}, deed{"export", "/excel", 2})
	})
	// The collector of this one stopped 120 days ago.
	life(t, store, "e", "silent", func(ago int) []deed {
		if ago < 120 {
			return nil
		}
		return []deed{{"view", "/form/show", 1}, {"export", "/excel", 2}}
	})
	// This one is in no registry, and only a monitor asks for it.
	life(t, store, "f", "unknown", func(int) []deed { return []deed{{"heartbeat", "/ping", 0}} })
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	to := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	s := simulated{input: analyzer.Input{Store: store, Registry: registry, Policy: policy, Window: analyzer.Window{From: to.AddDate(-1, 0, 1), To: to, AsOf: to}}}
	idle, forced := bySystem(t, s, "idle-system"), bySystem(t, s, "idle-forced")
	for _, c := range []struct{ system, idle, verdict, reason, forced string }{
		{"written", "open", "write-only", "", ""},
		{"read", "", "", "", ""},
		{"landing", "open", "unused", "", "not_assessed"},
		{"checkin", "", "", "", "open"},
		{"silent", "not_assessed", "not_covered", "idle.reason.stale", "not_assessed"},
		{"unknown", "open", "unused", "", "not_assessed"},
	} {
		a, b := idle[c.system], forced[c.system]
		verdict, _ := a.Evidence.Detail["verdict"].(string)
		if b.Status == "not_assessed" && c.forced == "" {
			b.Status = ""
		}
		if a.Status != c.idle || verdict != c.verdict || a.Reason.Key != c.reason || b.Status != c.forced {
			t.Errorf("%s: idle-system %q %q %q, idle-forced %q %v", c.system, a.Status, verdict, a.Reason.Key, b.Status, b.Reason)
		}
	}
}

package queries_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// visit is one event of a test: minutes after 8 o'clock local time of a day, who, and what.
type visit struct {
	system  string
	day     int // after 2026-03-01
	minute  int
	actor   uint64
	unit    string
	action  string
	traffic queries.Traffic
	object  string
	status  uint16
}

func visits(all ...visit) *queries.UsageColumns {
	u := &queries.UsageColumns{}
	for i, v := range all {
		at := time.Date(2026, 3, 1+v.day, 0, v.minute, 0, 0, time.UTC)
		if v.traffic == "" {
			v.traffic = queries.Business
		}
		if v.status == 0 {
			v.status = 200
		}
		u.System, u.Time, u.Actor, u.Unit = append(u.System, v.system), append(u.Time, at), append(u.Actor, v.actor), append(u.Unit, v.unit)
		u.Action, u.Traffic, u.Object, u.Form = append(u.Action, v.action), append(u.Traffic, string(v.traffic)), append(u.Object, v.object), append(u.Form, "")
		u.Status, u.Duration, u.Client, u.Position = append(u.Status, v.status), append(u.Duration, 5), append(u.Client, "chrome"), append(u.Position, uint64(i))
	}
	return u
}

func march(day int) time.Time { return time.Date(2026, 3, 1+day, 0, 0, 0, 0, time.UTC) }

// usageStore holds one working system a, one system b that people only log into, and machines on both.
func usageStore(t *testing.T) *queries.Store {
	t.Helper()
	s := querytest.New(t)
	_, err := s.Write(t.Context(), queries.Batch{Source: "gateway", Usage: []*queries.UsageColumns{visits(
		visit{"a", 0, 0, 1, "u1", "login", "", "/login", 0},
		visit{"a", 0, 1, 1, "u1", "view", "", "/a/index", 0},
		visit{"a", 0, 2, 1, "u1", "submit", "", "/a/save", 0},
		visit{"a", 0, 33, 1, "u1", "view", "", "/a/list", 500},
		visit{"a", 0, 120, 2, "u2", "export", "", "/a/excel", 0},
		visit{"a", 1, 0, 2, "u2", "view", "", "/a/list", 0},
		visit{"a", 1, 0, 0, "", "view", "bot", "/a/list", 0},
		visit{"a", 1, 0, 9, "", "view", "vendor", "/a/list", 0},
		visit{"b", 0, 0, 1, "u1", "login", "", "/login", 0},
		visit{"b", 0, 1, 1, "u1", "submit", "", "/b/points/checkin", 0},
		visit{"b", 6, 0, 1, "u1", "login", "", "/login", 0},
		visit{"b", 6, 1, 1, "u1", "view", "", "/b/home.html", 0},
		visit{"b", 6, 40, 3, "u3", "view", "", "/b/form/show", 0},
		visit{"b", 7, 0, 0, "", "view", "", "/b/form/show", 0},
		visit{"b", 7, 1, 0, "", "heartbeat", "health", "/ping", 0},
	)}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestUsageDays(t *testing.T) {
	s := usageStore(t)
	got, err := s.UsageDays(t.Context(), march(0), march(6))
	if err != nil {
		t.Fatal(err)
	}
	d := queries.DayNumber(march(0))
	want := []queries.UsageDay{
		{System: "a", Day: d, Meaningful: 3, Writes: 1, Handled: 1, Logins: 1, Business: 5},
		{System: "a", Day: d + 1, Meaningful: 1, Business: 1, Machines: 1, Vendor: 1},
		{System: "b", Day: d, Meaningful: 1, Writes: 1, Logins: 1, Business: 2},
		{System: "b", Day: d + 6, Meaningful: 2, Logins: 1, Business: 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	if queries.DayOf(d) != march(0) {
		t.Fatal(queries.DayOf(d))
	}
}

func TestDeliveriesAndKinds(t *testing.T) {
	s := usageStore(t)
	if err := s.SaveRun(t.Context(), queries.SourceRun{Source: "gateway", Kind: "accesslog", Started: march(0), Finished: march(0), Status: "ok"}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Deliveries(t.Context(), march(0), march(30))
	if err != nil {
		t.Fatal(err)
	}
	d := uint16(queries.DayNumber(march(0)))
	want := []queries.Delivery{{Source: "gateway", System: "a", Days: []uint16{d, d + 1}}, {Source: "gateway", System: "b", Days: []uint16{d, d + 6, d + 7}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	kinds, err := s.SourceKinds(t.Context())
	if err != nil || kinds["gateway"] != "accesslog" {
		t.Fatal(kinds, err)
	}
}

package analyzer_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// busyStore holds a year and a half of usage of many systems, each with a few hundred users, a log-in and some pages a
// visit, and health checks. Every fifth system has lost its users.
func busyStore(b *testing.B, systems, events int) analyzer.Input {
	b.Helper()
	store := querytest.New(b)
	registry, err := queries.OpenRegistry(b.Context(), store)
	if err != nil {
		b.Fatal(err)
	}
	for i := range systems {
		registry.DeclareSystem(queries.System{ID: systemName(i), Owner: "department", Cycle: "month", EntitledUsers: 300, UsageCovered: true, Declared: true})
	}
	const days = 540
	to := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	perDay := max(1, events/days/systems)
	u := &queries.UsageColumns{}
	position := uint64(0)
	flush := func() {
		if u.Len() > 0 {
			if _, err := store.Write(b.Context(), queries.Batch{Source: "gateway", Usage: []*queries.UsageColumns{u}}); err != nil {
				b.Fatal(err)
			}
		}
		u = &queries.UsageColumns{}
	}
	for day := range days {
		midnight := to.AddDate(0, 0, day-days+1)
		for s := range systems {
			for i := range perDay {
				action, traffic, object, actor := "view", "business", "/form/"+strconv.Itoa(i%7)+"/show", uint64(s*1000+(i/6*7+day)%300+1)
				switch {
				case i%6 == 0:
					action, object = "login", "/login"
				case i%6 == 3:
					action, object = "export", "/form/"+strconv.Itoa(i%7)+"/excel"
				case i%6 == 4:
					action, object = "submit", "/form/"+strconv.Itoa(i%7)+"/save"
				case i%6 == 5:
					action, traffic, object, actor = "heartbeat", "health", "/healthz", 0
				}
				if s%5 == 0 && day > days-200 {
					action, traffic, object, actor = "heartbeat", "health", "/healthz", 0
				}
				u.System, u.Time = append(u.System, systemName(s)), append(u.Time, midnight.Add(time.Duration(i*30000/perDay)*time.Second))
				u.Actor, u.Unit = append(u.Actor, actor), append(u.Unit, "9901"+strconv.Itoa(int(actor%150)))
				u.Action, u.Traffic, u.Object, u.Form = append(u.Action, action), append(u.Traffic, traffic), append(u.Object, object), append(u.Form, "")
				u.Status, u.Duration = append(u.Status, 200), append(u.Duration, 20)
				u.Client, u.Position = append(u.Client, "chrome"), append(u.Position, position)
				position++
			}
		}
		if u.Len() > 400_000 {
			flush()
		}
	}
	flush()
	if err := store.SaveRun(b.Context(), queries.SourceRun{Source: "gateway", Kind: "accesslog", Started: to, Finished: to, Status: "ok"}); err != nil {
		b.Fatal(err)
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		b.Fatal(err)
	}
	return analyzer.Input{
		Store: store, Registry: registry, Policy: policy,
		Window: analyzer.Window{From: to.AddDate(0, 0, 1-policy.Window), To: to, AsOf: to},
	}
}

func systemName(i int) string { return fmt.Sprintf("s%03d", i) }

// BenchmarkIdleVerdicts judges 500 systems. JIANFU_BENCH_EVENTS sets the number of events, 2 million where unset.
func BenchmarkIdleVerdicts(b *testing.B) {
	events := 2_000_000
	if text := os.Getenv("JIANFU_BENCH_EVENTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		events = n
	}
	in := busyStore(b, 500, events)
	for _, d := range analyzer.Detectors() {
		if d.Meta().Family != "unused" {
			continue
		}
		b.Run(d.Meta().ID, func(b *testing.B) {
			for b.Loop() {
				found, err := d.Detect(b.Context(), in)
				if err != nil {
					b.Fatal(err)
				}
				open := 0
				for _, f := range found {
					if f.Status == "open" {
						open++
					}
				}
				if d.Meta().ID == "idle-system" && open != 100 {
					b.Fatalf("%d systems are idle, not 100", open)
				}
			}
		})
	}
}

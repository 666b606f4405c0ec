package analyzer_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
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
	to := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	w := &busyWriter{b: b, store: store, systems: systems, perDay: max(1, events/busyDays/systems)}
	for day := range busyDays {
		w.day(to.AddDate(0, 0, day-busyDays+1), day)
	}
	w.flush()
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

// busyDays is how long the logs of a busy store are.
const busyDays = 540

// busyWriter writes days of usage.
type busyWriter struct {
	b               testing.TB
	store           *queries.Store
	systems, perDay int
	position        uint64
	u               queries.UsageColumns
}

func (w *busyWriter) flush() {
	if w.u.Len() == 0 {
		return
	}
	if _, err := w.store.Write(w.b.Context(), queries.Batch{Source: "gateway", Usage: []*queries.UsageColumns{&w.u}}); err != nil {
		w.b.Fatal(err)
	}
	w.u = queries.UsageColumns{}
}

func (w *busyWriter) day(midnight time.Time, day int) {
	u := &w.u
	for s := range w.systems {
		for i := range w.perDay {
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
			if s%5 == 0 && day > busyDays-200 {
				action, traffic, object, actor = "heartbeat", "health", "/healthz", 0
			}
			u.System, u.Time = append(u.System, systemName(s)), append(u.Time, midnight.Add(time.Duration(i*30000/w.perDay)*time.Second))
			u.Actor, u.Unit = append(u.Actor, actor), append(u.Unit, "9901"+strconv.Itoa(int(actor%150)))
			u.Action, u.Traffic, u.Object, u.Form = append(u.Action, action), append(u.Traffic, traffic), append(u.Object, object), append(u.Form, "")
			u.Status, u.Duration = append(u.Status, 200), append(u.Duration, 20)
			u.Client, u.Position = append(u.Client, "chrome"), append(u.Position, w.position)
			w.position++
		}
	}
	if u.Len() > 400_000 {
		w.flush()
	}
}

func systemName(i int) string { return fmt.Sprintf("s%03d", i) }

// BenchmarkIdleVerdicts judges 500 systems: from events that were never counted, and again when a day's events have arrived.
// JIANFU_BENCH_EVENTS sets the number of events, 2 million where unset.
func BenchmarkIdleVerdicts(b *testing.B) {
	events := 2_000_000
	if text := os.Getenv("JIANFU_BENCH_EVENTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		events = n
	}
	const systems = 500
	in := busyStore(b, systems, events)
	judge := func(b *testing.B) {
		b.Helper()
		for _, d := range analyzer.Detectors() {
			if d.Meta().Family != "unused" {
				continue
			}
			begin := time.Now()
			found, err := d.Detect(b.Context(), in)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(time.Since(begin).Seconds(), "s/"+d.Meta().ID)
			open := 0
			for _, f := range found {
				if f.Status == "open" {
					open++
				}
			}
			if d.Meta().ID == "idle-system" && open != systems/5 {
				b.Fatalf("%d systems are idle, not %d", open, systems/5)
			}
		}
		b.ReportMetric(peakMemory()/1e9, "GB-peak")
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			if err := in.Store.ForgetUse(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			judge(b)
		}
	})
	b.Run("day-after", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			in.Window.To = in.Window.To.AddDate(0, 0, 1)
			in.Window.From, in.Window.AsOf = in.Window.From.AddDate(0, 0, 1), in.Window.To
			w := &busyWriter{b: b, store: in.Store, systems: systems, perDay: max(1, events/busyDays/systems), position: uint64(in.Window.To.Unix()) << 20}
			w.day(in.Window.To, busyDays)
			w.flush()
			b.StartTimer()
			judge(b)
		}
	})
}

// peakMemory is the most memory in bytes that the process ever held, 0 where the system does not tell.
func peakMemory() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			kilobytes, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			if err != nil {
				return 0
			}
			return kilobytes * 1024
		}
	}
	return 0
}

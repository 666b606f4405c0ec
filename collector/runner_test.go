package collector_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func newRunner(t testing.TB) (*collector.Runner, *queries.Store) {
	t.Helper()
	store := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	return &collector.Runner{
		Store: store, Registry: registry, Pseudonym: collector.NewPseudonymizer([]byte("a key for tests, 32 bytes long..")),
		Log: zerolog.Nop(), Locks: t.TempDir(),
	}, store
}

func ask(t testing.TB, s *queries.Store, query string) string {
	t.Helper()
	var b strings.Builder
	if err := s.SQL(context.Background(), query, "TSV", &b); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return strings.TrimSpace(b.String())
}

// counting emits the events from its checkpoint up to total, and fails after each number in failAt once.
type counting struct {
	total  int
	failAt map[int]bool
	step   int
}

func (c *counting) Collect(ctx context.Context, from collector.Checkpoint, out collector.Sink) error {
	next := 0
	if from != nil {
		if err := json.Unmarshal(from, &next); err != nil {
			return err
		}
	}
	for next < c.total {
		u := &queries.UsageColumns{}
		for range c.step {
			if c.failAt[next] {
				delete(c.failAt, next)
				return errors.New("the upstream went away")
			}
			u.System, u.Time, u.Actor, u.Unit = append(u.System, "s"), append(u.Time, time.Unix(1_750_000_000+int64(next), 0)), append(u.Actor, 1), append(u.Unit, "")
			u.Action, u.Traffic, u.Object, u.Form = append(u.Action, "view"), append(u.Traffic, "business"), append(u.Object, "/"), append(u.Form, "")
			u.Status, u.Duration, u.Client, u.Position = append(u.Status, 200), append(u.Duration, 0), append(u.Client, ""), append(u.Position, uint64(next))
			next++
		}
		if err := out.Usage(ctx, u); err != nil {
			return err
		}
		mark, err := json.Marshal(next)
		if err != nil {
			return err
		}
		if err := out.Mark(ctx, mark); err != nil {
			return err
		}
	}
	return nil
}

func (c *counting) Check(context.Context) error { return nil }

func TestRunnerStoresEverythingOnceThroughFailures(t *testing.T) {
	r, s := newRunner(t)
	source := &counting{total: 1000, step: 10, failAt: map[int]bool{0: true, 333: true, 999: true}}
	result, err := r.Run(t.Context(), collector.Job{ID: "log", Kind: "test", Source: source, Stream: true})
	if err != nil || result.Usage != 1000 || result.Retries != 3 {
		t.Fatalf("%+v %v", result, err)
	}
	if got := ask(t, s, "SELECT count(), uniqExact(position), sum(position) FROM usage_events"); got != "1000\t1000\t499500" {
		t.Fatal(got)
	}
	result, err = r.Run(t.Context(), collector.Job{ID: "log", Kind: "test", Source: source, Stream: true})
	if err != nil || result.Usage != 0 {
		t.Fatalf("%+v %v", result, err)
	}
	if got := ask(t, s, "SELECT status, stored, retries FROM runs ORDER BY started"); got != "ok\t1000\t3\nok\t0\t0" {
		t.Fatal(got)
	}
}

func TestRunnerKeepsWhatWasMarkedWhenTheSourceFailsForGood(t *testing.T) {
	r, s := newRunner(t)
	r.Attempts = 1
	result, err := r.Run(t.Context(), collector.Job{ID: "log", Kind: "test", Source: &counting{total: 100, step: 10, failAt: map[int]bool{55: true}}, Stream: true})
	if err == nil || result.Usage != 50 {
		t.Fatalf("%+v %v", result, err)
	}
	if got := ask(t, s, "SELECT count() FROM usage_events"); got != "50" {
		t.Fatal(got)
	}
	if got := ask(t, s, "SELECT status, error FROM runs"); !strings.HasPrefix(got, "failed\t") {
		t.Fatal(got)
	}
}

func TestASourceRunsOnceAtATime(t *testing.T) {
	r, _ := newRunner(t)
	inside := make(chan struct{})
	leave := make(chan struct{})
	blocked := sourceFunc(func(context.Context, collector.Sink) error {
		close(inside)
		<-leave
		return nil
	})
	done := make(chan error)
	go func() {
		_, err := r.Run(context.Background(), collector.Job{ID: "x", Source: blocked})
		done <- err
	}()
	<-inside
	if _, err := r.Run(t.Context(), collector.Job{ID: "x", Source: blocked}); !errors.Is(err, collector.ErrRunning) {
		t.Fatal(err)
	}
	close(leave)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

type sourceFunc func(context.Context, collector.Sink) error

func (f sourceFunc) Collect(ctx context.Context, _ collector.Checkpoint, out collector.Sink) error {
	return f(ctx, out)
}
func (f sourceFunc) Check(context.Context) error { return nil }

func submission(values ...queries.Value) queries.Submission {
	return queries.Submission{
		Form: "f", Unit: "990101", Period: "2026Q2", SubmittedAt: time.Date(2026, 7, 3, 1, 2, 3, 0, time.UTC), Reporter: "张三", Lat: math.NaN(), Lon: math.NaN(), Values: values,
	}
}

func TestIntakeHidesIdentifiersAndRefusesBiometricData(t *testing.T) {
	r, s := newRunner(t)
	text := func(field, v string) queries.Value {
		return queries.Value{Field: field, Text: v, Kind: queries.TextValue}
	}
	_, err := r.Run(t.Context(), collector.Job{ID: "x", Source: sourceFunc(func(ctx context.Context, out collector.Sink) error {
		err := out.Declare(ctx, collector.Declarations{Forms: []queries.Form{{ID: "f", Declared: true, Fields: []queries.Field{
			{ID: "name", Label: "户主姓名", Type: "text"},
			{ID: "id", Label: "身份证号", Type: "id"},
			{ID: "face", Label: "人脸照片", Type: "biometric"},
			{ID: "n", Label: "人数", Type: "integer"},
			{ID: "code", Label: "性别", Type: "code"},
			{ID: "guardian", Label: "实际监护人", Type: "text"},
		}}}})
		if err != nil {
			return err
		}
		return errors.Join(out.Submissions(ctx, []queries.Submission{submission(
			text("name", "李四"), text("id", "11010519491231002X"), text("face", "base64…"), text("n", "1,234"), text("code", "01"),
			text("guardian", "王五"), text("free", "007"), text("free2", "42.50"), text("tel", "13812345678"), text("hidden", "11010519491231002x"),
		)}), out.Mark(ctx, nil))
	})})
	if err != nil {
		t.Fatal(err)
	}
	got := ask(t, s, "SELECT field, number, text FROM answers ORDER BY field")
	for _, raw := range []string{"李四", "王五", "11010519491231002", "13812345678", "base64"} {
		if strings.Contains(got, raw) {
			t.Errorf("%s was stored:\n%s", raw, got)
		}
	}
	for _, want := range []string{"n\t1234\t", "code\tnan\t01", "free\tnan\t007", "free2\t42.5\t", "tel\tnan\ttel:", "id\tnan\trid:", "name\tnan\tname:"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
	if got := ask(t, s, "SELECT uniqExact(text) FROM answers WHERE field IN ('id', 'hidden')"); got != "1" {
		t.Error("the same resident id must have the same pseudonym")
	}
	if got := ask(t, s, "SELECT kind, field, raw FROM quarantine"); got != "refused\tface" {
		t.Errorf("biometric data must be reported without its value, got %q", got)
	}
	if got := ask(t, s, "SELECT period_start, period, reporter != 0 FROM submissions"); got != "2026-04-01\t2026Q2\ttrue" && got != "2026-04-01\t2026Q2\t1" {
		t.Error(got)
	}
}

func TestKeyIsMadeOnceAndKeptPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pseudonym.key")
	a, err := collector.OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := collector.OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if a.Hash("x") != b.Hash("x") || a.Hash("x") == a.Hash("y") || a.Hash("") != 0 {
		t.Error("pseudonyms must be stable, distinct and 0 for nobody")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info.Mode(), err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := collector.OpenKey(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a readable key must be refused: %v", err)
	}
}

func TestPeriodStart(t *testing.T) {
	for period, want := range map[string]string{
		"2026": "2026-01-01", "2026H2": "2026-07-01", "2026Q3": "2026-07-01", "2026-07": "2026-07-01", "2026-W01": "2025-12-29",
		"2026-W31": "2026-07-27", "2026-07-15": "2026-07-15", "2026-13": "0001-01-01", "x": "0001-01-01",
	} {
		if got := collector.PeriodStart(period).Format(time.DateOnly); got != want {
			t.Errorf("%s: got %s, want %s", period, got, want)
		}
	}
}

func BenchmarkIntake(b *testing.B) {
	r, _ := newRunner(b)
	rows := make([]queries.Submission, 1000)
	for i := range rows {
		rows[i] = submission()
		rows[i].Unit = fmt.Sprintf("9901%02d", i%97)
		for f := range 10 {
			rows[i].Values = append(rows[i].Values, queries.Value{Field: fmt.Sprintf("field_%d", f), Number: float64(i * f), Kind: queries.NumberValue})
		}
	}
	b.ResetTimer()
	for n := range b.N {
		id := fmt.Sprint("b", n)
		_, err := r.Run(b.Context(), collector.Job{ID: id, Source: sourceFunc(func(ctx context.Context, out collector.Sink) error {
			for k := range 100 {
				for i := range rows {
					rows[i].ID = fmt.Sprint(n, "/", k, "/", i)
				}
				if err := out.Submissions(ctx, rows); err != nil {
					return err
				}
				if err := out.Mark(ctx, nil); err != nil {
					return err
				}
			}
			return nil
		})})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*100*1000*10/b.Elapsed().Seconds(), "values/s")
}

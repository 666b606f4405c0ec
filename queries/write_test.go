package queries_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func usageBlock(from, n int) *queries.UsageColumns {
	u := &queries.UsageColumns{}
	for i := from; i < from+n; i++ {
		u.System, u.Time, u.Actor, u.Unit = append(u.System, "s1"), append(u.Time, time.Date(2026, 3, 1, 0, 0, i, 0, time.UTC)), append(u.Actor, uint64(i%7+1)), append(u.Unit, "990101")
		u.Action, u.Traffic, u.Object, u.Form = append(u.Action, "view"), append(u.Traffic, "business"), append(u.Object, "/a/{id}"), append(u.Form, "")
		u.Status, u.Duration, u.Client, u.Position = append(u.Status, 200), append(u.Duration, 12), append(u.Client, "chrome"), append(u.Position, uint64(i))
	}
	return u
}

func submissionBlock(from, n int) *queries.SubmissionColumns {
	c := &queries.SubmissionColumns{}
	for i := from; i < from+n; i++ {
		numbers := queries.PackNumbers(queries.PackNumbers(nil, float64(i)), 0.5)
		c.Form, c.Unit, c.Period = append(c.Form, "f1"), append(c.Unit, fmt.Sprintf("9901%02d", i%50)), append(c.Period, "2026-03")
		c.PeriodStart = append(c.PeriodStart, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
		c.SubmittedAt, c.StartedAt = append(c.SubmittedAt, time.Date(2026, 4, 1, 0, 0, i, 0, time.UTC)), append(c.StartedAt, time.Unix(0, 0))
		c.Reporter, c.Channel, c.Subject = append(c.Reporter, 5), append(c.Channel, "web"), append(c.Subject, 0)
		c.Lat, c.Lon, c.Layout = append(c.Lat, 0), append(c.Lon, 0), append(c.Layout, "a\x00b")
		c.Numbers, c.Texts, c.Key = append(c.Numbers, string(numbers)), append(c.Texts, ""), append(c.Key, uint64(i+1000))
	}
	return c
}

func ask(t *testing.T, s *queries.Store, query string) string {
	t.Helper()
	var b strings.Builder
	if err := s.SQL(t.Context(), query, "TSV", &b); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return strings.TrimSpace(b.String())
}

func TestWriteStoresOnceAndAgainAddsNothing(t *testing.T) {
	s := querytest.New(t)
	write := func() queries.Written {
		w, err := s.Write(t.Context(), queries.Batch{
			Source: "import", ByContent: true, Usage: []*queries.UsageColumns{usageBlock(0, 100), usageBlock(50, 100)},
			Submissions: submissionBlock(0, 200), Rejected: []queries.Rejected{{Origin: "x.ndjson", Line: 3, Kind: "malformed", Reason: "no", Raw: []byte("{")}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	if w := write(); w != (queries.Written{Usage: 150, Submissions: 200, Rejected: 1, Known: 50}) {
		t.Fatalf("first: %+v", w)
	}
	if w := write(); w.Usage+w.Submissions+w.Rejected != 0 {
		t.Fatalf("second: %+v", w)
	}
	if got := ask(t, s, "SELECT (SELECT count() FROM usage_events), (SELECT count() FROM submissions), (SELECT count() FROM answers), (SELECT count() FROM quarantine), (SELECT sum(events) FROM usage_daily), (SELECT count() FROM incoming)"); got != "150\t200\t400\t1\t150\t0" {
		t.Fatal(got)
	}
	if got := ask(t, s, "SELECT fields, numbers, texts, record FROM submissions WHERE key = 1050"); got != "['a','b']\t[50,0.5]\t['','']\t1" {
		t.Fatal(got)
	}
}

func TestRecoverRemovesAnOpenBatch(t *testing.T) {
	s := querytest.New(t)
	ctx := t.Context()
	if _, err := s.Write(ctx, queries.Batch{Source: "log", Checkpoint: json.RawMessage(`{"n":100}`), Usage: []*queries.UsageColumns{usageBlock(0, 100)}, Submissions: submissionBlock(0, 10)}); err != nil {
		t.Fatal(err)
	}
	if err := s.WriteHalf(ctx, queries.Batch{Source: "log", Checkpoint: json.RawMessage(`{"n":200}`), Usage: []*queries.UsageColumns{usageBlock(100, 100)}, Submissions: submissionBlock(10, 10)}); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, s, "SELECT (SELECT count() FROM usage_events), (SELECT count() FROM answers)"); got != "200\t40" {
		t.Fatal(got)
	}
	recovered, err := s.Recover(ctx, "log")
	if err != nil || !recovered {
		t.Fatal(recovered, err)
	}
	if got := ask(t, s, "SELECT (SELECT count() FROM usage_events), (SELECT sum(events) FROM usage_daily), (SELECT count() FROM submissions), (SELECT count() FROM answers)"); got != "100\t100\t10\t20" {
		t.Fatal(got)
	}
	c, err := s.Checkpoint(ctx, "log")
	if err != nil || string(c) != `{"n":100}` {
		t.Fatal(string(c), err)
	}
	if recovered, err := s.Recover(ctx, "log"); err != nil || recovered {
		t.Fatal("nothing is left to recover", recovered, err)
	}
}

func TestRegistrySurvivesAndKeepsPositions(t *testing.T) {
	s := querytest.New(t)
	r, err := queries.OpenRegistry(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	r.DeclareSystem(queries.System{ID: "s1", Name: "智慧民政", Owner: "民政局", Declared: true, UsageCovered: true})
	r.DeclareUnit(queries.Unit{Code: "990101", Name: "柳树村", Kind: "village", Declared: true})
	r.Layout("f1", []queries.Field{{ID: "a"}, {ID: "b"}})
	r.DeclareForm(queries.Form{ID: "f1", System: "s1", Title: "月报", Declared: true, Fields: []queries.Field{{ID: "c", Label: "丙", Declared: true}, {ID: "b", Label: "乙", Declared: true}}})
	for range 2 {
		if err := r.Save(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.DeclareUnit(queries.Unit{Code: "990101", Name: "柳树村", Kind: "village", Declared: true, Staff: 5})
	}
	again, err := queries.OpenRegistry(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := again.Form("f1")
	var ids []string
	for _, x := range f.Fields {
		ids = append(ids, fmt.Sprintf("%s%d%v", x.ID, x.Position, x.Declared))
	}
	if got := strings.Join(ids, " "); got != "a0false b1true c2true" || f.Title != "月报" {
		t.Fatal(got, f)
	}
	if code, ok := again.UnitCode("柳树村"); !ok || code != "990101" {
		t.Fatal(code, ok)
	}
	if got := ask(t, s, "SELECT count(), max(staff) FROM units"); got != "1\t5" {
		t.Fatal(got)
	}
}

// TestRegistryLearnsFromOtherProcesses lets two registries on one store meet the same form.
func TestRegistryLearnsFromOtherProcesses(t *testing.T) {
	s := querytest.New(t)
	open := func() *queries.Registry {
		r, err := queries.OpenRegistry(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	ours, theirs := open(), open()
	theirs.Layout("f", []queries.Field{{ID: "a"}, {ID: "b"}})
	if err := theirs.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := ours.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	layout := ours.Layout("f", []queries.Field{{ID: "b"}, {ID: "c"}})
	if len(layout) != 3 || layout[0].ID != "a" || layout[1].ID != "b" || layout[2].ID != "c" {
		t.Fatalf("%+v", layout)
	}
	// What is not saved yet survives a reload.
	if err := ours.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f, _ := ours.Form("f"); len(f.Fields) != 3 {
		t.Fatalf("%+v", f.Fields)
	}
}

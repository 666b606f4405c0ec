package queries_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// verifyStore knows one unit and one form, whose doubt is on the list of a run.
func verifyStore(t *testing.T) *queries.Store {
	t.Helper()
	s := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	registry.DeclareUnit(queries.Unit{Code: "u", Name: "东村", Kind: "village"})
	registry.DeclareUnit(queries.Unit{Code: "v", Name: "西村", Kind: "village"})
	registry.DeclareForm(queries.Form{ID: "f", Title: "月报"})
	if err := registry.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func listed(recommended bool) queries.VerifyItem {
	return queries.VerifyItem{
		Unit: "u", Form: "f", Period: "2026-01/2026-06", Priority: 1, Families: []string{"copying"}, Findings: []string{"a"}, Recommended: recommended,
		Expected: 0.75, Stakes: 1.5, Since: day("2026-06-30"),
	}
}

func TestVerifyListIsReplacedAndItsHistoryKept(t *testing.T) {
	s := verifyStore(t)
	for _, run := range []struct {
		id    uint64
		asOf  string
		items []queries.VerifyItem
	}{
		{1, "2026-06-30", []queries.VerifyItem{listed(false)}},
		{2, "2026-06-30", []queries.VerifyItem{listed(true)}}, // the same day again
		{3, "2026-07-31", []queries.VerifyItem{listed(true), {Unit: "v", Form: "f", Priority: 2, Expected: math.NaN()}}},
		{4, "2026-07-31", []queries.VerifyItem{listed(true)}},
	} {
		if err := s.SaveVerifyList(t.Context(), queries.Analysis{Run: run.id, AsOf: day(run.asOf)}, run.items); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.ReadVerifyList(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]queries.VerifyItem{listed(true)}, got); diff != "" {
		t.Fatal(diff)
	}
	history, err := s.VerifyHistory(t.Context(), "", "f")
	if err != nil {
		t.Fatal(err)
	}
	want := []queries.VerifyDay{
		{Unit: "u", Form: "f", AsOf: day("2026-06-30"), Priority: 1, Recommended: true, Families: []string{"copying"}, Expected: 0.75},
		{Unit: "u", Form: "f", AsOf: day("2026-07-31"), Priority: 1, Recommended: true, Families: []string{"copying"}, Expected: 0.75},
	}
	if diff := cmp.Diff(want, history); diff != "" {
		t.Fatal(diff)
	}
}

func TestOutcomesAreKeptAndAnswerTheFindings(t *testing.T) {
	s := verifyStore(t)
	finding := queries.Finding{ID: "a", Detector: "fab-x", Family: "fabrication", Severity: "low", Status: "open", Subject: queries.Subject{Units: []string{"u"}, Forms: []string{"f"}}}
	if err := s.SaveFindings(t.Context(), queries.Analysis{Run: 1, AsOf: day("2026-06-30"), Policy: "7"}, []string{"fab-x"}, []queries.Finding{finding}); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveVerifyList(t.Context(), queries.Analysis{Run: 1, AsOf: day("2026-06-30")}, []queries.VerifyItem{listed(true)}); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []queries.VerifyOutcome{
		{Unit: "u", Form: "f", Outcome: "guilty", Reason: "x", By: "y"},
		{Unit: "u", Form: "f", Outcome: queries.OutcomeConfirmed, Reason: " ", By: "y"},
		{Unit: "u", Form: "f", Outcome: queries.OutcomeConfirmed, Reason: "x"},
		{Unit: "z", Form: "f", Outcome: queries.OutcomeConfirmed, Reason: "x", By: "y"},
		{Unit: "u", Form: "g", Outcome: queries.OutcomeConfirmed, Reason: "x", By: "y"},
	} {
		if err := s.RecordOutcome(t.Context(), wrong); err == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
	at := time.Date(2026, 7, 3, 9, 0, 0, 0, time.UTC)
	for i, outcome := range []string{queries.OutcomeUnreachable, queries.OutcomeConfirmed} {
		err := s.RecordOutcome(t.Context(), queries.VerifyOutcome{Unit: "u", Form: "f", Outcome: outcome, Reason: "查了原始台账", By: "王", At: at.AddDate(0, 0, i)})
		if err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Outcomes(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	want := queries.VerifyOutcome{
		Unit: "u", Form: "f", Period: "2026-01/2026-06", Outcome: queries.OutcomeConfirmed, Reason: "查了原始台账", By: "王", At: at.AddDate(0, 0, 1),
		Expected: 0.75, Families: []string{"copying"}, Recommended: true, Policy: "7", Findings: []string{"a"},
	}
	if diff := cmp.Diff(want, all[1]); diff != "" {
		t.Fatal(diff)
	}
	list, err := s.ReadVerifyList(t.Context())
	if err != nil || list[0].Outcome == nil || list[0].Outcome.Outcome != queries.OutcomeConfirmed {
		t.Fatal(list, err)
	}
	if got := ask(t, s, "SELECT status FROM findings FINAL WHERE id = 'a'"); got != "verified" {
		t.Errorf("the finding is %s", got)
	}
}

func TestAuditSampleStandsForItsStratum(t *testing.T) {
	s := verifyStore(t)
	if err := s.SaveVerifyList(t.Context(), queries.Analysis{Run: 1, AsOf: day("2026-06-30")}, []queries.VerifyItem{listed(false)}); err != nil {
		t.Fatal(err)
	}
	row := func(unit, month string) queries.AuditRow {
		return queries.AuditRow{Unit: unit, Form: "f", Month: day(month), Stratum: "village/none", Population: 30, Drawn: 4, Period: "2026-06"}
	}
	for run, rows := range [][]queries.AuditRow{{row("u", "2026-05-01")}, {row("v", "2026-06-01")}, {row("u", "2026-06-01"), row("v", "2026-06-01")}} {
		if err := s.SaveAuditSample(t.Context(), queries.Analysis{Run: uint64(run + 1)}, rows); err != nil {
			t.Fatal(err)
		}
	}
	sample, err := s.AuditSample(t.Context())
	if err != nil || len(sample) != 2 {
		t.Fatal(sample, err)
	}
	if v := sample[0]; v.Unit != "u" || !v.Audit || v.Weight != 7.5 || v.Priority != 1 {
		t.Errorf("a listed pair: %+v", v)
	}
	if v := sample[1]; v.Unit != "v" || !v.Audit || v.Priority != 0 || v.Recommended || v.Period != "2026-06" {
		t.Errorf("a pair without a finding: %+v", v)
	}
	if err := s.RecordOutcome(t.Context(), queries.VerifyOutcome{Unit: "v", Form: "f", Outcome: queries.OutcomeNotConfirmed, Reason: "x", By: "y"}); err != nil {
		t.Fatal(err)
	}
	all, err := s.Outcomes(t.Context())
	if err != nil || !all[0].Audit || all[0].Weight != 7.5 || all[0].Stratum != "village/none" || !math.IsNaN(all[0].Expected) {
		t.Fatal(all, err)
	}
}

func TestLooksOfAMonthAreReplaced(t *testing.T) {
	s := querytest.New(t)
	look := func(month string, p float64) queries.VerifyLook {
		return queries.VerifyLook{Unit: "u", Form: "f", Family: "copying", Month: day(month), P: p}
	}
	for run, looks := range [][]queries.VerifyLook{{look("2026-05-01", 0.1)}, {look("2026-06-01", 0.2)}, {look("2026-06-01", 0.3)}, nil} {
		month := "2026-05-01"
		if run > 0 {
			month = "2026-06-01"
		}
		if run == 3 {
			month = "2026-07-01"
		}
		if err := s.SaveVerifyLooks(t.Context(), queries.Analysis{Run: uint64(run + 1), AsOf: day(month)}, day(month), looks); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.VerifyLooks(t.Context(), day("2026-05-01"), day("2026-08-01"))
	if err != nil {
		t.Fatal(err)
	}
	got = slices.DeleteFunc(got, func(l queries.VerifyLook) bool { return l.Unit == "" && l.Month.Before(day("2026-07-01")) })
	want := []queries.VerifyLook{look("2026-05-01", 0.1), look("2026-06-01", 0.3), {Month: day("2026-07-01"), P: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

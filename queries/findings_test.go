package queries_test

import (
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func TestFindingsUpdateAndResolve(t *testing.T) {
	s := querytest.New(t)
	effect := 0.4
	finding := func(id string, score float64) queries.Finding {
		return queries.Finding{
			ID: id, Detector: "dup-form", Version: 1, Family: "duplicate", Score: score, Effect: &effect, N: 12, Severity: "high", Status: "open",
			Subject: queries.Subject{Forms: []string{"f1", "f2"}, Fields: [][2]string{{"f1.a", "f2.b"}}},
			From:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC),
			Evidence: queries.Evidence{Message: queries.Message{Key: "dup.form", Params: map[string]any{"n": 3}}},
		}
	}
	save := func(run uint64, all ...queries.Finding) {
		t.Helper()
		if err := s.SaveFindings(t.Context(), queries.Analysis{Run: run}, []string{"dup-form"}, all); err != nil {
			t.Fatal(err)
		}
	}
	read := func(all bool) (out []queries.Finding) {
		t.Helper()
		err := s.Findings(t.Context(), queries.FindingFilter{All: all}, func(f queries.Finding) error { out = append(out, f); return nil })
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	save(1, finding("a", 0.9), finding("b", 0.8))
	save(2, finding("a", 0.7))
	open := read(false)
	if len(open) != 1 || open[0].Score != 0.7 || *open[0].Effect != 0.4 || open[0].Subject.Fields[0] != [2]string{"f1.a", "f2.b"} || open[0].Evidence.Message.Params["n"].(float64) != 3 {
		t.Fatalf("%+v", open)
	}
	all := read(true)
	if len(all) != 2 || all[0].ID != "b" || all[0].Status != "resolved" {
		t.Fatalf("%+v", all)
	}
	if got := ask(t, s, "SELECT count() FROM findings"); got != "2" {
		t.Fatal(got)
	}
}

func TestDecisionsOfPeopleStay(t *testing.T) {
	s := querytest.New(t)
	finding := queries.Finding{ID: "a", Detector: "fab-x", Family: "fabrication", Severity: "low", Status: "false_alarm"}
	run := func(n uint64, all []queries.Finding) {
		t.Helper()
		if err := s.SaveFindings(t.Context(), queries.Analysis{Run: n}, []string{"fab-x"}, all); err != nil {
			t.Fatal(err)
		}
	}
	run(1, []queries.Finding{finding})
	finding.Status = "open"
	again := []queries.Finding{finding}
	run(2, again)
	if again[0].Status != "false_alarm" {
		t.Errorf("the verification list would see %q", again[0].Status)
	}
	run(3, nil)
	if got := ask(t, s, "SELECT status FROM findings FINAL"); got != "false_alarm" {
		t.Error(got)
	}
}

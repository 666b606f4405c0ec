package queries_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

var caseNow = time.Date(2026, 7, 3, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))

// caseStore has a row of the verification list with the finding a, and findings of duplicate reporting b and c.
func caseStore(t *testing.T) *queries.Store {
	t.Helper()
	s := verifyStore(t)
	saveCaseFindings(t, s, 1)
	if err := s.SaveVerifyList(t.Context(), queries.Analysis{Run: 1, AsOf: day("2026-06-30")}, []queries.VerifyItem{listed(true)}); err != nil {
		t.Fatal(err)
	}
	return s
}

func saveCaseFindings(t *testing.T, s *queries.Store, run uint64) {
	t.Helper()
	all := []queries.Finding{
		{ID: "a", Detector: "fab-x", Family: "fabrication", Subject: queries.Subject{Units: []string{"u"}, Forms: []string{"f"}}},
		{ID: "b", Detector: "dup-x", Family: "duplicate", Subject: queries.Subject{Forms: []string{"f", "g"}}},
		{ID: "c", Detector: "dup-x", Family: "duplicate", Subject: queries.Subject{Forms: []string{"f", "h"}}},
		{ID: "d", Detector: "dup-x", Family: "duplicate", Subject: queries.Subject{Forms: []string{"z"}}},
	}
	for i := range all {
		all[i].Severity, all[i].Status, all[i].From, all[i].To = "high", "open", day("2026-01-01"), day("2026-06-30")
	}
	if err := s.SaveFindings(t.Context(), queries.Analysis{Run: run, AsOf: day("2026-06-30"), Policy: "7"}, []string{"fab-x", "dup-x"}, all); err != nil {
		t.Fatal(err)
	}
}

func act(t *testing.T, s *queries.Store, cmd queries.CaseCommand) {
	t.Helper()
	if err := tryAct(t, s, cmd); err != nil {
		t.Fatal(err)
	}
}

func tryAct(t *testing.T, s *queries.Store, cmd queries.CaseCommand) error {
	if cmd.Name == "" {
		cmd.Account, cmd.Name = "wang", "王主任"
	}
	if cmd.Now.IsZero() {
		cmd.Now = caseNow
	}
	_, err := s.ActOnCase(t.Context(), cmd)
	return err
}

func statusOf(t *testing.T, s *queries.Store, id string) string {
	t.Helper()
	return ask(t, s, "SELECT status FROM findings FINAL WHERE id = '"+id+"'")
}

// A case about a form of a unit moves its finding, is kept as the outcome of the verification, and all of it survives the next
// analysis, until somebody reopens it.
func TestCaseMovesItsFindings(t *testing.T) {
	s := caseStore(t)
	c, err := s.OpenCase(t.Context(), queries.CaseOpening{Findings: []string{"a"}, Account: "wang", Name: "王主任", Text: "先看台账", Now: caseNow})
	if err != nil {
		t.Fatal(err)
	}
	if c.ID != "2026-0001" || c.Unit != "u" || c.Form != "f" || c.Period != "2026-01/2026-06" || c.Severity != "high" || len(c.Said) != 1 {
		t.Fatalf("%+v", c)
	}
	var refused *queries.CaseRefusal
	for _, again := range []queries.CaseOpening{{Findings: []string{"a"}}, {Unit: "u", Form: "f"}} {
		again.Account, again.Name, again.Now = "li", "李", caseNow
		if _, err := s.OpenCase(t.Context(), again); !errors.As(err, &refused) || refused.Code != queries.CaseRefusedAlready || refused.Case != c.ID {
			t.Errorf("opened twice: %v", err)
		}
	}
	act(t, s, queries.CaseCommand{Case: c.ID, Verb: "assign", Assignee: "li", AssigneeName: "李科长", Due: day("2026-07-20")})
	if got := statusOf(t, s, "a"); got != "assigned" {
		t.Errorf("assigned: the finding is %s", got)
	}
	saveCaseFindings(t, s, 2)
	if got := statusOf(t, s, "a"); got != "assigned" {
		t.Errorf("after an analysis the finding is %s", got)
	}
	act(t, s, queries.CaseCommand{Case: c.ID, Verb: "decide", Verdict: queries.CaseFalseAlarm, Text: "照册核对无误"})
	outcomes, err := s.Outcomes(t.Context())
	if err != nil || len(outcomes) != 1 || outcomes[0].Outcome != queries.OutcomeNotConfirmed || outcomes[0].By != "王主任" || !outcomes[0].Recommended || outcomes[0].Findings[0] != "a" {
		t.Fatal(outcomes, err)
	}
	if share := queries.NewExpectation(outcomes, queries.VerifyPrior{Recommended: 0.8, Listed: 0.3, Weight: 5}).Of([]string{"copying"}, true); share >= 0.8 {
		t.Errorf("a false alarm leaves the expectation at %v", share)
	}
	saveCaseFindings(t, s, 3)
	if got := statusOf(t, s, "a"); got != "false_alarm" {
		t.Errorf("after an analysis the finding is %s", got)
	}
	act(t, s, queries.CaseCommand{Case: c.ID, Verb: "reopen", Text: "收到新的凭证"})
	act(t, s, queries.CaseCommand{Case: c.ID, Verb: "decide", Verdict: queries.CaseVerified, Text: "凭证与填报不符", Now: caseNow.Add(time.Hour)})
	act(t, s, queries.CaseCommand{Case: c.ID, Verb: "close", Resolved: true, Now: caseNow.Add(2 * time.Hour)})
	saveCaseFindings(t, s, 4)
	if got := statusOf(t, s, "a"); got != "resolved" {
		t.Errorf("after it was put right the finding is %s", got)
	}
	if outcomes, err = s.Outcomes(t.Context()); err != nil || len(queries.SettledOutcomes(outcomes)) != 1 || queries.SettledOutcomes(outcomes)[0].Outcome != queries.OutcomeConfirmed {
		t.Error(outcomes, err)
	}
	got, err := s.Case(t.Context(), c.ID)
	if err != nil || got.State != queries.CaseClosed || len(got.Events) != 6 || !got.Events[1].Due.Equal(day("2026-07-20")) {
		t.Errorf("%+v, %v", got, err)
	}
}

// What was put right comes up again when it is found in data that all came after the case was closed.
func TestRemediedFindingComesBackWithNewData(t *testing.T) {
	s := caseStore(t)
	c, err := s.OpenCase(t.Context(), queries.CaseOpening{Findings: []string{"b"}, Account: "wang", Name: "王", Now: caseNow})
	if err != nil {
		t.Fatal(err)
	}
	act(t, s, queries.CaseCommand{Case: c.ID, Verb: "decide", Verdict: queries.CaseVerified, Text: "两表同项"})
	act(t, s, queries.CaseCommand{Case: c.ID, Verb: "close", Resolved: true})
	for i, first := range []string{"2026-06-01", "2026-08-01"} {
		f := queries.Finding{ID: "b", Detector: "dup-x", Family: "duplicate", Severity: "low", Status: "open", From: day(first), To: day("2026-12-31")}
		if err := s.SaveFindings(t.Context(), queries.Analysis{Run: uint64(i + 2)}, []string{"dup-x"}, []queries.Finding{f}); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"2026-06-01": "resolved", "2026-08-01": "open"}[first]
		if got := statusOf(t, s, "b"); got != want {
			t.Errorf("found from %s on: %s, want %s", first, got, want)
		}
		act(t, s, queries.CaseCommand{Case: c.ID, Verb: "reopen", Text: "再看"})
		act(t, s, queries.CaseCommand{Case: c.ID, Verb: "decide", Verdict: queries.CaseVerified, Text: "两表同项"})
		act(t, s, queries.CaseCommand{Case: c.ID, Verb: "close", Resolved: true})
	}
}

// An outcome that is recorded from a check sheet decides the case that looks into the row.
func TestOutcomeDecidesTheCase(t *testing.T) {
	s := caseStore(t)
	c, err := s.OpenCase(t.Context(), queries.CaseOpening{Unit: "u", Form: "f", Account: "wang", Name: "王", Now: caseNow})
	if err != nil || len(c.Findings) != 1 || c.Family != "fabrication" {
		t.Fatal(c, err)
	}
	for _, outcome := range []string{queries.OutcomeUnreachable, queries.OutcomeExplained} {
		if err := s.RecordOutcome(t.Context(), queries.VerifyOutcome{Unit: "u", Form: "f", Outcome: outcome, Reason: "村会计不在", By: "张三", Account: "zhang"}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Case(t.Context(), c.ID)
	if err != nil || got.State != queries.CaseDecided || got.Verdict != queries.CaseExplained || got.Last != 2 || got.Events[1].Account != "zhang" {
		t.Errorf("%+v, %v", got, err)
	}
	if outcomes, err := s.Outcomes(t.Context()); err != nil || len(outcomes) != 2 {
		t.Errorf("%d outcomes, %v", len(outcomes), err)
	}
}

func TestCasesThatCannotBeOpened(t *testing.T) {
	s := caseStore(t)
	by := func(o queries.CaseOpening) error {
		o.Account, o.Name, o.Now = "wang", "王", caseNow
		_, err := s.OpenCase(t.Context(), o)
		return err
	}
	var refused *queries.CaseRefusal
	if err := by(queries.CaseOpening{Findings: []string{"b", "d"}}); !errors.As(err, &refused) || refused.Code != queries.CaseRefusedMixed {
		t.Error(err)
	}
	if err := by(queries.CaseOpening{}); !errors.As(err, &refused) || refused.Code != queries.CaseRefusedEmpty {
		t.Error(err)
	}
	for _, o := range []queries.CaseOpening{{Findings: []string{"nope"}}, {Unit: "u", Form: "nope"}, {Findings: []string{"b", "nope"}}} {
		if err := by(o); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if err := by(queries.CaseOpening{Findings: []string{"b", "c"}}); err != nil { // both about the form f
		t.Error(err)
	}
	if _, err := s.OpenCase(t.Context(), queries.CaseOpening{Findings: []string{"d"}}); !errors.As(err, &refused) || refused.Code != queries.CaseRefusedNobody {
		t.Error(err)
	}
	if _, err := s.Case(t.Context(), "2026-9999"); !errors.Is(err, queries.ErrNotFound) {
		t.Error(err)
	}
}

// Of two decisions on one state one is taken, and the other hears what changed; comments of many at once are all kept.
func TestCasesAtTheSameTime(t *testing.T) {
	s := caseStore(t)
	ids := make([]string, 4)
	var group sync.WaitGroup
	for i, finding := range []string{"a", "b", "c", "d"} {
		group.Go(func() {
			c, err := s.OpenCase(t.Context(), queries.CaseOpening{Findings: []string{finding}, Account: "wang", Name: "王", Now: caseNow})
			if err != nil {
				t.Error(err)
			}
			ids[i] = c.ID
		})
	}
	group.Wait()
	seen := map[string]bool{}
	for _, id := range ids {
		seen[id] = true
	}
	if len(seen) != 4 {
		t.Fatalf("numbers %v", ids)
	}
	errs := make([]error, 6)
	for i := range errs {
		group.Go(func() {
			cmd := queries.CaseCommand{Case: ids[1], Verb: "decide", Verdict: queries.CaseVerdicts[i%3], Text: "x", Last: 1}
			if i >= 4 {
				cmd = queries.CaseCommand{Case: ids[1], Verb: "comment", Text: "同时", Last: 1}
			}
			errs[i] = tryAct(t, s, cmd)
		})
	}
	group.Wait()
	taken := 0
	for _, err := range errs[:4] {
		var stale *queries.StaleCase
		switch {
		case err == nil:
			taken++
		case !errors.As(err, &stale) || len(stale.Since) == 0:
			t.Error(err)
		}
	}
	c, err := s.Case(t.Context(), ids[1])
	// All four may have come too late, after the comments; whoever was taken, the finding says the same as the case.
	if err != nil || taken > 1 || errs[4] != nil || errs[5] != nil || int(c.Last) != 3+taken {
		t.Fatalf("%d taken, %+v, %v", taken, c, errors.Join(append(errs, err)...))
	}
	if got := statusOf(t, s, "b"); got != c.Status() {
		t.Errorf("the case makes the finding %s, it is %s", c.Status(), got)
	}
}

func TestCaseFiles(t *testing.T) {
	s := caseStore(t)
	large := make([]byte, 3<<20+17)
	random := rand.NewChaCha8([32]byte{1})
	if _, err := random.Read(large); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"台账.bin": large, "a.txt": []byte("x"), "nul.bin": {0, 0, 255, 0}} {
		for range 2 {
			f, err := s.SaveCaseFile(t.Context(), name, content)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.CaseFile(t.Context(), f.SHA256)
			if err != nil || !bytes.Equal(got, content) || f.Size != len(content) {
				t.Errorf("%s: %d bytes came back as %d, %v", name, len(content), len(got), err)
			}
		}
	}
	if got := ask(t, s, "SELECT count() FROM case_files"); got != "6" {
		t.Errorf("%s parts, want 4 + 1 + 1", got)
	}
	if _, err := s.SaveCaseFile(t.Context(), "x", make([]byte, queries.MostAttached+1)); !errors.Is(err, queries.ErrTooLarge) {
		t.Error(err)
	}
	if _, err := s.SaveCaseFile(t.Context(), "x", nil); err == nil {
		t.Error("an empty file was taken")
	}
	if _, err := s.CaseFile(t.Context(), strings.Repeat("0", 64)); !errors.Is(err, queries.ErrNotFound) {
		t.Error(err)
	}
}

func TestDescribeFile(t *testing.T) {
	for name, want := range map[string]string{
		"台账.pdf": "台账.pdf", `C:\a\..\b.doc`: "b.doc", "../../etc/passwd": "passwd", "a\r\nX: y\".html": "a__X_ y_.html", "": "attachment", "..": "attachment",
		"\u202egpj.exe": "_gpj.exe", strings.Repeat("长", 200) + ".pdf": strings.Repeat("长", 116) + ".pdf", "/": "attachment",
	} {
		if got := queries.DescribeFile(name, []byte("x")).Name; got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for content, want := range map[string]string{
		"%PDF-1.7": "application/pdf", "<html><script>": "text/html", "\x89PNG\r\n\x1a\n": "image/png", "PK\x03\x04": "application/zip", "abc": "text/plain", "\x00\x01\x02": "application/octet-stream",
	} {
		if got := queries.DescribeFile("a.pdf", []byte(content)).Type; got != want {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
}

// A crash between the two writes of a decision loses nothing, and bringing it to its end doubles nothing.
func TestCasesAfterACrash(t *testing.T) {
	open := func(s *queries.Store, finding string) string {
		t.Helper()
		c, err := s.OpenCase(t.Context(), queries.CaseOpening{Findings: []string{finding}, Account: "wang", Name: "王主任", Now: caseNow})
		if err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	settle := func(s *queries.Store) {
		t.Helper()
		for range 2 {
			if err := s.SettleCases(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	cut := func(s *queries.Store, statements ...string) {
		t.Helper()
		for _, statement := range statements {
			if err := s.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
	}
	const undone = "INSERT INTO findings SELECT * REPLACE ('open' AS status, now64(6) AS updated) FROM findings FINAL WHERE id = 'a'"
	check := func(s *queries.Store, id, state, status string, events, outcomes int) {
		t.Helper()
		c, err := s.Case(t.Context(), id)
		all, err2 := s.Outcomes(t.Context())
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		if got := statusOf(t, s, "a"); c.State != state || got != status || int(c.Last) != events || len(all) != outcomes {
			t.Errorf("the case is %s after %d events, the finding %s, %d outcomes", c.State, c.Last, got, len(all))
		}
	}
	t.Run("decided, no outcome", func(t *testing.T) {
		s := caseStore(t)
		id := open(s, "a")
		act(t, s, queries.CaseCommand{Case: id, Verb: "decide", Verdict: queries.CaseVerified, Text: "属实"})
		cut(s, "TRUNCATE TABLE verification_outcomes", undone)
		act(t, s, queries.CaseCommand{Case: id, Verb: "comment", Text: "之后"})
		settle(s)
		check(s, id, queries.CaseDecided, "verified", 3, 1)
	})
	t.Run("decided, findings lag", func(t *testing.T) {
		s := caseStore(t)
		id := open(s, "a")
		act(t, s, queries.CaseCommand{Case: id, Verb: "decide", Verdict: queries.CaseFalseAlarm, Text: "无误"})
		cut(s, undone)
		settle(s)
		check(s, id, queries.CaseDecided, "false_alarm", 2, 1)
	})
	t.Run("closed, findings lag", func(t *testing.T) {
		s := caseStore(t)
		id := open(s, "a")
		act(t, s, queries.CaseCommand{Case: id, Verb: "decide", Verdict: queries.CaseVerified, Text: "属实"})
		act(t, s, queries.CaseCommand{Case: id, Verb: "close", Resolved: true})
		cut(s, "INSERT INTO findings SELECT * REPLACE ('verified' AS status, now64(6) AS updated) FROM findings FINAL WHERE id = 'a'")
		settle(s)
		check(s, id, queries.CaseClosed, "resolved", 3, 1)
	})
	t.Run("outcome, case not decided", func(t *testing.T) {
		s := caseStore(t)
		id := open(s, "a")
		o := queries.VerifyOutcome{Unit: "u", Form: "f", Outcome: queries.OutcomeExplained, Reason: "x", By: "张三", At: caseNow.Add(time.Hour)}
		if err := s.KeepOutcome(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		cut(s, undone)
		settle(s)
		check(s, id, queries.CaseDecided, "explained", 2, 1)
	})
	t.Run("reopened, then checked again", func(t *testing.T) {
		s := caseStore(t)
		id := open(s, "a")
		act(t, s, queries.CaseCommand{Case: id, Verb: "decide", Verdict: queries.CaseVerified, Text: "属实"})
		act(t, s, queries.CaseCommand{Case: id, Verb: "reopen", Text: "再看", Now: caseNow.Add(time.Hour)})
		settle(s)
		check(s, id, queries.CaseOpen, "open", 3, 1)
	})
	t.Run("sound", func(t *testing.T) {
		s := caseStore(t)
		id := open(s, "a")
		act(t, s, queries.CaseCommand{Case: id, Verb: "decide", Verdict: queries.CaseVerified, Text: "属实"})
		if err := s.RecordOutcome(t.Context(), queries.VerifyOutcome{Unit: "u", Form: "f", Outcome: queries.OutcomeNotConfirmed, Reason: "复查", By: "李四"}); err != nil {
			t.Fatal(err)
		}
		settle(s)
		check(s, id, queries.CaseDecided, "false_alarm", 2, 2)
	})
}

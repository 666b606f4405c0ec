package queries_test

import (
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

func TestDataVersionChangesWithWhatPagesShow(t *testing.T) {
	s := caseStore(t)
	last := uint64(0)
	version := func(what string, same bool) {
		t.Helper()
		v, err := s.DataVersion(t.Context())
		if err != nil || v == 0 || (v == last) != same {
			t.Errorf("%s: version %d after %d, %v", what, v, last, err)
		}
		last = v
	}
	version("at first", false)
	version("again", true)
	if _, err := s.OpenCase(t.Context(), queries.CaseOpening{Findings: []string{"b"}, Account: "wang", Name: "王", Now: caseNow}); err != nil {
		t.Fatal(err)
	}
	version("a case", false)
	if err := s.Exec(t.Context(), "OPTIMIZE TABLE case_events FINAL"); err != nil {
		t.Fatal(err)
	}
	version("a merge", true)
	act(t, s, queries.CaseCommand{Case: "2026-0001", Verb: "decide", Verdict: queries.CaseVerified, Text: "x"})
	version("a status", false)
	if err := s.SaveRun(t.Context(), queries.SourceRun{Source: "x", Kind: "ndjson", Started: time.Now(), Finished: time.Now(), Status: "ok"}); err != nil {
		t.Fatal(err)
	}
	version("a run of a source", false)
	record(t, openTrail(t, s, queries.AuditOptions{Folder: t.TempDir()}), 1)
	version("the trail", true)
	if err := s.Exec(t.Context(), "ALTER TABLE findings DELETE WHERE id = 'd' SETTINGS mutations_sync = 2"); err != nil {
		t.Fatal(err)
	}
	version("a deletion", false)
}

package web_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func TestPagesRefuseEvidenceThatCannotBeRecorded(t *testing.T) {
	store := querytest.New(t)
	o := queries.AuditOptions{Folder: t.TempDir(), Anchor: filepath.Join(t.TempDir(), "anchor")}
	trail, err := queries.OpenAuditTrail(t.Context(), store, o)
	if err != nil {
		t.Fatal(err)
	}
	defer trail.Close()
	c := county()
	served := options(t, c)
	served.Trail = trail
	s := open(t, served).enter()
	evidence := "/findings/" + c.findings[0].ID
	ask := func(want int, path string) {
		t.Helper()
		if res := s.get(path); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
	before := func() uint64 {
		t.Helper()
		p, err := store.AuditEntries(t.Context(), queries.AuditQuery{Account: "local", Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		return p.Total
	}
	start := before()
	ask(http.StatusOK, evidence)
	ask(http.StatusOK, "/findings.csv")
	if got := before(); got != start+2 {
		t.Errorf("%d entries of a reading and an export", got-start)
	}
	if err := errors.Join(os.Rename(o.Anchor, o.Anchor+".aside"), os.Mkdir(o.Anchor, 0o700)); err != nil {
		t.Fatal(err)
	}
	ask(http.StatusServiceUnavailable, evidence)
	ask(http.StatusServiceUnavailable, "/findings.csv")
	ask(http.StatusOK, "/methods") // no evidence, so nothing to record
	if err := errors.Join(os.Remove(o.Anchor), os.Rename(o.Anchor+".aside", o.Anchor)); err != nil {
		t.Fatal(err)
	}
	ask(http.StatusOK, evidence)
	if err := trail.Close(); err != nil {
		t.Fatal(err)
	}
	ask(http.StatusServiceUnavailable, evidence)
	if _, err := queries.VerifyAudit(t.Context(), store, o, ""); err != nil {
		t.Error(err)
	}
}

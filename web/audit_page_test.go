package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/locale"
)

func TestAuditorsReadTheTrail(t *testing.T) {
	store := querytest.New(t)
	trail, err := queries.OpenAuditTrail(t.Context(), store, queries.AuditOptions{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer trail.Close()
	zone := time.FixedZone("CST", 8*3600)
	at := time.Date(2026, 7, 5, 23, 30, 0, 0, time.UTC) // the sixth of July in China
	for _, e := range []queries.AuditEntry{
		{At: at, Account: "li", Action: "evidence.read", Object: "GET /findings/1?q=<script>", Address: "10.0.0.8"},
		{At: at, Account: "wang", Action: "export", Object: "=cmd|' /C calc'!A0"},
		{At: at.AddDate(0, 0, 1), Account: "clock", Action: queries.AuditSound, Object: "3", Detail: strings.Repeat("ab", 32)},
	} {
		if err := trail.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Options: Options{Reader: store, Audits: store, Bundle: bundle, Zone: zone, Language: locale.Chinese, Clock: func() time.Time { return at }}}
	s.reads = newCache(-1, s.Clock)
	s.shared = shared{Reader: store, reads: s.reads}
	s.rules = newRules(s.table())
	ask := func(h handler, address string) string {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, address, nil)
		r = r.WithContext(access.With(r.Context(), &access.Principal{Account: "zhao", Roles: []access.Role{access.Auditor}}))
		w := httptest.NewRecorder()
		s.answer(h).ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", address, w.Code, w.Body)
		}
		return w.Body.String()
	}
	check := func(text string, has, hasNot []string) {
		t.Helper()
		for _, want := range has {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing in %s", want, text)
			}
		}
		for _, wrong := range hasNot {
			if strings.Contains(text, wrong) {
				t.Errorf("%q is shown", wrong)
			}
		}
	}
	check(ask(s.audit, "/audit?lang=zh-CN"), []string{"共 3 条，完整无误", "2026-07-06 07:30:00", "&lt;script&gt;", "查看依据", "系统定时"}, []string{"<script>", "!MISSING"})
	check(ask(s.audit, "/audit?lang=en"), []string{"3 entries, all sound", "evidence read"}, []string{"查看"})
	check(ask(s.audit, "/audit?account=wang&lang=en"), []string{"calc"}, []string{"GET /findings/1"})
	check(ask(s.audit, "/audit?day=2026-07-06&object=FINDINGS&lang=en"), []string{"GET /findings/1"}, []string{"calc"})
	check(ask(s.audit, "/audit?day=2026-07-05&lang=en"), []string{"No entry fits"}, []string{"calc"})
	check(ask(s.auditCSV, "/audit.csv?lang=en"), []string{"\ufeffNo.,Time", "'=cmd", "10.0.0.8"}, nil)
	if got := strings.Count(ask(s.auditCSV, "/audit.csv?action=export"), "\r\n"); got != 2 {
		t.Errorf("%d lines of one export", got)
	}
	none := &server{Options: Options{Bundle: bundle}}
	if (access.Rule{Roles: []access.Role{access.Auditor}}).Allows(access.Local("")) {
		t.Error("the person at the machine is an auditor")
	}
	for _, r := range none.table() {
		if strings.HasPrefix(r.pattern, "GET /audit") && (r.rule.Audit == "" || len(r.rule.Roles) != 1 || r.rule.Roles[0] != access.Auditor) {
			t.Errorf("%s is open to others than auditors, or not recorded", r.pattern)
		}
	}
}

package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
)

// Everybody begins where their work is, in either language, and goes on to where they were going.
func TestEveryRoleBeginsWhereItsWorkIs(t *testing.T) {
	everything := []string{"*"}
	people := []struct {
		account queries.Account
		page    string
		heads   map[string]string
	}{
		{queries.Account{Name: "inspector", Roles: []string{"inspector"}, Divisions: everything}, "/verify", map[string]string{"zh-CN": "核查清单", "en": "Verification list"}},
		{queries.Account{Name: "leader", Roles: []string{"leader"}, Divisions: everything}, "/", map[string]string{"zh-CN": "总览", "en": "Overview"}},
		{queries.Account{Name: "both", Roles: []string{"leader", "inspector"}, Divisions: everything}, "/", map[string]string{"zh-CN": "总览", "en": "Overview"}},
		{queries.Account{Name: "owner", Roles: []string{"owner"}, Systems: []string{insideSystem}}, "/inbox", map[string]string{"zh-CN": "主管单位收件箱", "en": "Inbox of owners"}},
		{queries.Account{Name: "operator", Roles: []string{"operator"}}, "/sources", map[string]string{"zh-CN": "数据来源", "en": "Sources"}},
		{queries.Account{Name: "security", Roles: []string{"security"}}, "/accounts", map[string]string{"zh-CN": "账号", "en": "Accounts"}},
		{queries.Account{Name: "auditor", Roles: []string{"auditor"}}, "/audit", map[string]string{"zh-CN": "审计", "en": "Audit"}},
	}
	var accounts []queries.Account
	for _, p := range people {
		accounts = append(accounts, p.account)
	}
	o, _ := withAccounts(t, accounts...)
	for _, p := range people {
		for _, lang := range locale.Languages() {
			s := open(t, o)
			res := s.post("/signin?lang="+lang, url.Values{"name": {p.account.Name}, "password": {goodPassword}})
			if res.StatusCode != http.StatusSeeOther {
				t.Fatalf("%s cannot sign in: %d", p.account.Name, res.StatusCode)
			}
			s.cookies = res.Cookies()
			// At most one more step: the first address leads people to the page of their role.
			at := res.Header.Get("Location")
			if res = s.get(at + "?lang=" + lang); res.StatusCode == http.StatusSeeOther {
				at = res.Header.Get("Location")
				res = s.get(at + "?lang=" + lang)
			}
			body := text(t, res)
			_, title, _ := strings.Cut(body, "<title>")
			title, _, _ = strings.Cut(title, "</title>")
			if at != p.page || res.StatusCode != http.StatusOK || !strings.Contains(title, p.heads[lang]) {
				t.Errorf("%s in %s begins at %s (%d) with %q, want %s with %q", p.account.Name, lang, at, res.StatusCode, title, p.page, p.heads[lang])
			}
		}
	}
	res := open(t, o).post("/signin", url.Values{"name": {"inspector"}, "password": {goodPassword}, "next": {"/methods"}})
	if at := res.Header.Get("Location"); at != "/methods" {
		t.Errorf("an inspector was going to /methods and came to %q", at)
	}
}

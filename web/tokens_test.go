package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/account"
)

const goodPassword = "a long sentence to remember"

// withAccounts is a service over the canned county with accounts in a real store, and the trail that it keeps.
func withAccounts(t *testing.T, accounts ...queries.Account) (web.Options, *recorded) {
	t.Helper()
	store := querytest.New(t)
	o, trail := options(t, county()), &recorded{}
	o.Accounts = account.New(account.Options{Store: store, Clock: o.Clock})
	o.Tokens, o.Trail = store, trail
	for _, a := range accounts {
		a, err := o.Accounts.Password(a, goodPassword, false)
		if err == nil {
			_, err = o.Accounts.Save(t.Context(), a, "test")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return o, trail
}

// signIn opens a session by name and password.
func (s *site) signIn(name string) *site {
	s.t.Helper()
	s.cookies = nil
	res := s.post("/signin", url.Values{"name": {name}, "password": {goodPassword}})
	if res.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("%s cannot sign in: %d", name, res.StatusCode)
	}
	s.cookies = res.Cookies()
	return s
}

// speak asks the API with a token.
func speak(t *testing.T, s *site, path, token string) int {
	t.Helper()
	other := &site{t: t, handler: s.handler}
	return other.get(path, "Authorization", "Bearer "+token).StatusCode
}

func TestTokenIsIssuedUsedAndRevoked(t *testing.T) {
	o, trail := withAccounts(t,
		queries.Account{Name: "wang", Roles: []string{"leader", "inspector"}, Divisions: []string{insideTown}},
		queries.Account{Name: "li", Roles: []string{"owner"}, Systems: []string{insideSystem}},
		queries.Account{Name: "sun", Roles: []string{"security"}},
	)
	wang, li := open(t, o).signIn("wang"), open(t, o)
	li.handler = wang.handler
	li.signIn("li")
	asked := url.Values{"do": {"add"}, "name": {"甲平台取数"}, "ability": {"read"}, "role": {"leader"}, "divisions": {insideTown}, "days": {"30"}, "password": {goodPassword}}
	with := func(key string, values ...string) url.Values {
		form := url.Values{}
		for k, v := range asked {
			form[k] = v
		}
		form[key] = values
		return form
	}
	for name, form := range map[string]url.Values{
		"当前密码不正确":       with("password", "another sentence"),
		"写明用途":          with("name", " "),
		"至少选择一项用途":      with("ability"),
		"366 天以内":       with("days", "4000"),
		"账号没有的角色":       with("role", "security"),
		"须在账号的辖区之内":     with("divisions", outsideTown),
		"须是账号负责的系统":     with("systems", insideSystem),
		"366 天以内，不得为过去": with("days", "-3"),
	} {
		res := wang.post("/tokens", form)
		want, _, _ := strings.Cut(name, "，")
		if body := text(t, res); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, want) || strings.Contains(body, "jf_") {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	body := text(t, wang.post("/tokens", asked))
	secret := regexp.MustCompile(`jf_[0-9A-Za-z]{38}`).FindString(body)
	if secret == "" {
		t.Fatalf("no token:\n%s", body)
	}
	if again := text(t, wang.get("/tokens")); strings.Contains(again, secret) || !strings.Contains(again, "甲平台取数") {
		t.Error("the secret is shown twice, or the token not at all")
	}
	for path, want := range map[string]int{"/api/v1/burden": 200, "/api/v1/verify": 403, "/api/v1/exports/burden": 403, "/findings": 401, "/tokens": 401} {
		if got := speak(t, wang, path, secret); got != want {
			t.Errorf("%s with a token of a leader who reads: %d, want %d", path, got, want)
		}
	}
	id := regexp.MustCompile(`name="id" value="([0-9a-f]{10})"`).FindStringSubmatch(text(t, wang.get("/tokens")))[1]
	if res := li.post("/tokens", url.Values{"do": {"revoke"}, "id": {id}}); res.StatusCode != http.StatusNotFound || speak(t, wang, "/api/v1/me", secret) != 200 {
		t.Errorf("somebody else revokes it: %d", res.StatusCode)
	}
	if strings.Contains(text(t, li.get("/tokens")), "甲平台取数") {
		t.Error("somebody else sees it")
	}
	sun := &site{t: t, handler: wang.handler}
	sun.signIn("sun")
	if page := text(t, sun.get("/tokens")); !strings.Contains(page, "甲平台取数") || !strings.Contains(page, "wang") {
		t.Error("the security administrator does not see it")
	}
	if res := sun.post("/tokens", url.Values{"do": {"revoke"}, "id": {id}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the security administrator cannot revoke it: %d", res.StatusCode)
	}
	if got := speak(t, wang, "/api/v1/me", secret); got != http.StatusUnauthorized {
		t.Errorf("a revoked token: %d", got)
	}
	var actions []string
	for _, e := range trail.entries {
		actions = append(actions, e.Action)
		if strings.Contains(e.Object+e.Detail, secret) || strings.Contains(e.Object+e.Detail, goodPassword) {
			t.Errorf("a secret is in the trail: %+v", e)
		}
	}
	if all := strings.Join(actions, " "); !strings.Contains(all, "token.add") || !strings.Contains(all, "token.revoke") || !strings.Contains(all, "token.refused") {
		t.Errorf("recorded: %s", all)
	}
}

// TestTokenShrinksWithItsAccount disables an account and takes a role from it: its tokens follow.
func TestTokenShrinksWithItsAccount(t *testing.T) {
	o, _ := withAccounts(t, queries.Account{Name: "wang", Roles: []string{"leader", "inspector"}, Divisions: []string{"*"}}, queries.Account{Name: "sun", Roles: []string{"security"}})
	wang := open(t, o).signIn("wang")
	secret := regexp.MustCompile(`jf_[0-9A-Za-z]{38}`).FindString(text(t, wang.post("/tokens",
		url.Values{"do": {"add"}, "name": {"取数"}, "ability": {"read"}, "days": {"30"}, "password": {goodPassword}})))
	if got := speak(t, wang, "/api/v1/verify", secret); got != http.StatusOK {
		t.Fatalf("the list of an inspector: %d", got)
	}
	change := func(f func(a *queries.Account)) {
		a, err := o.Accounts.Account(t.Context(), "wang")
		if err == nil {
			f(&a)
			_, err = o.Accounts.Save(t.Context(), a, "sun")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	change(func(a *queries.Account) { a.Roles = []string{"leader"} })
	if got := speak(t, wang, "/api/v1/verify", secret); got != http.StatusForbidden {
		t.Errorf("the role is gone: %d", got)
	}
	change(func(a *queries.Account) { a.Disabled = true })
	if got := speak(t, wang, "/api/v1/me", secret); got != http.StatusUnauthorized {
		t.Errorf("the account is disabled: %d", got)
	}
}

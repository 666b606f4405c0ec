package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/access"
	secret "github.com/jianfu/jianfu/web/token"
)

// keyring holds tokens and accounts in memory.
type keyring struct {
	tokens   []queries.Token
	accounts map[string]*access.Principal
	used     int
}

func (k *keyring) SaveToken(_ context.Context, t queries.Token) error {
	k.tokens = append(k.tokens, t)
	return nil
}

func (k *keyring) Tokens(context.Context, string) ([]queries.Token, error) { return k.tokens, nil }

func (k *keyring) TokenByHash(_ context.Context, hash string) (queries.Token, error) {
	for _, t := range k.tokens {
		if t.Hash == hash {
			return t, nil
		}
	}
	return queries.Token{}, queries.ErrNotFound
}

func (k *keyring) RevokeToken(_ context.Context, _, id, by string, at time.Time) (queries.Token, error) {
	for i := range k.tokens {
		if k.tokens[i].ID == id {
			k.tokens[i].Revoked, k.tokens[i].RevokedBy = at, by
			return k.tokens[i], nil
		}
	}
	return queries.Token{}, queries.ErrNotFound
}

func (k *keyring) UseToken(context.Context, string, time.Time) error {
	k.used++
	return nil
}

func (k *keyring) Principal(_ context.Context, account string) (*access.Principal, error) {
	if p := k.accounts[account]; p != nil {
		return p, nil
	}
	return nil, queries.ErrNotFound
}

// give makes a token.
func (k *keyring) give(t *testing.T, x queries.Token) string {
	t.Helper()
	text, err := secret.New()
	if err != nil {
		t.Fatal(err)
	}
	hash, ok := secret.Hash(text)
	if !ok {
		t.Fatal("a token that is none")
	}
	x.ID, x.Hash = secret.ID(hash), hash
	if x.Expires.IsZero() {
		x.Expires = now.AddDate(0, 1, 0)
	}
	k.tokens = append(k.tokens, x)
	return text
}

// ledger is a trail in memory.
type ledger struct{ entries []queries.AuditEntry }

// Record implements web.Trail.
func (l *ledger) Record(_ context.Context, e queries.AuditEntry) error {
	l.entries = append(l.entries, e)
	return nil
}

func TestTokensReachAsFarAsAccountAndTokenAllow(t *testing.T) {
	k := &keyring{accounts: map[string]*access.Principal{
		"wang": {Account: "wang", Name: "王", Roles: []access.Role{access.Inspector, access.Leader}, Divisions: []string{"330199001000"}},
	}}
	trail := &ledger{}
	o := options(t, storable())
	o.Tokens, o.Principals, o.Trail = k, k, trail
	s := open(t, o)
	read := []string{queries.TokenRead}
	reader := k.give(t, queries.Token{Account: "wang", Abilities: read})
	leader := k.give(t, queries.Token{Account: "wang", Abilities: read, Roles: []string{"leader"}})
	operator := k.give(t, queries.Token{Account: "wang", Abilities: read, Roles: []string{"operator"}})
	exporter := k.give(t, queries.Token{Account: "wang", Abilities: []string{queries.TokenExport}})
	writer := k.give(t, queries.Token{Account: "wang", Abilities: []string{queries.TokenWrite}})
	narrow := k.give(t, queries.Token{Account: "wang", Abilities: read, Divisions: []string{"330199001201", "330199002000"}})
	late := k.give(t, queries.Token{Account: "wang", Abilities: read, Expires: now})
	nobody := k.give(t, queries.Token{Account: "li", Abilities: read})
	withdrawn := k.give(t, queries.Token{Account: "wang", Abilities: read, Revoked: now.Add(-time.Hour)})
	for _, c := range []struct {
		name, path, token string
		want              int
	}{
		{"none", "/api/v1/systems", "", 401},
		{"a reader", "/api/v1/systems", reader, 200},
		{"a reader of the list of inspectors", "/api/v1/verify", reader, 200},
		{"a leader's part of the account there", "/api/v1/verify", leader, 403},
		{"a leader's part of the account", "/api/v1/overview", leader, 200},
		{"a role that the account lacks", "/api/v1/sources", operator, 403},
		{"a reader who exports", "/api/v1/exports/usage", reader, 403},
		{"an exporter", "/api/v1/exports/usage", exporter, 200},
		{"an exporter who reads", "/api/v1/systems", exporter, 403},
		{"a writer who reads", "/api/v1/systems", writer, 403},
		{"past its end", "/api/v1/systems", late, 401},
		{"of nobody", "/api/v1/systems", nobody, 401},
		{"revoked", "/api/v1/systems", withdrawn, 401},
		{"one character wrong", "/api/v1/systems", reader[:len(reader)-1] + "!", 401},
		{"the token of serve beside accounts", "/api/v1/systems", token, 401},
		{"on a page", "/systems", reader, 401},
	} {
		header := []string{}
		if c.token != "" {
			header = []string{"Authorization", "Bearer " + c.token}
		}
		if res := s.get(c.path, header...); res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d: %s", c.name, res.StatusCode, c.want, text(t, res))
		}
	}
	if body := text(t, s.get("/api/v1/me", "Authorization", "Bearer "+narrow)); !strings.Contains(body, `"divisions":["330199001201"]`) {
		t.Errorf("a division outside the account's: %s", body)
	}
	if body := text(t, s.get("/api/v1/me", "Authorization", "bearer  "+reader)); !strings.Contains(body, `"divisions":["330199001000"]`) || !strings.Contains(body, `"roles":["inspector","leader"]`) {
		t.Errorf("me: %s", body)
	}
	if res := send(s, "/plan/decisions", `{}`, "Authorization", "Bearer "+reader); res.StatusCode != http.StatusForbidden {
		t.Errorf("a reader who decides: %d", res.StatusCode)
	}
	if res := send(s, "/plan/decisions", `{}`, "Authorization", "Bearer "+writer); res.StatusCode != http.StatusBadRequest {
		t.Errorf("a writer who decides nothing: %d", res.StatusCode)
	}
	if k.used == 0 || !slices.ContainsFunc(trail.entries, func(e queries.AuditEntry) bool { return e.Action == "export" && e.Account == "wang" && e.Token != "" }) {
		t.Errorf("%d uses, trail %+v", k.used, trail.entries)
	}
	for _, e := range trail.entries {
		if strings.Contains(e.Object+e.Detail, "jf_") {
			t.Errorf("a secret in the trail: %+v", e)
		}
	}
	delete(k.accounts, "wang")
	if res := s.get("/api/v1/systems", "Authorization", "Bearer "+reader); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("after the account was disabled: %d", res.StatusCode)
	}
}

func TestMetricsAreForThisMachine(t *testing.T) {
	o := options(t, storable())
	o.MetricsToken = "a-token-of-operators"
	var broken error
	o.Ready = func(context.Context) error { return broken }
	s := open(t, o)
	for _, c := range []struct {
		name   string
		from   string
		header []string
		want   int
	}{
		{"this machine", "127.0.0.1:5000", nil, 200},
		{"this machine by IPv6", "[::1]:5000", nil, 200},
		{"through a proxy on this machine", "127.0.0.1:5000", []string{"X-Forwarded-For", "10.0.0.1"}, 401},
		{"another machine", "10.0.0.1:5000", nil, 401},
		{"another machine with the token", "10.0.0.1:5000", []string{"Authorization", "Bearer a-token-of-operators"}, 200},
		{"a wrong token", "127.0.0.1:5000", []string{"Authorization", "Bearer a-token"}, 401},
	} {
		res := s.from(c.from, "/metrics", c.header...)
		body := text(t, res)
		if res.StatusCode != c.want {
			t.Errorf("%s: %d", c.name, res.StatusCode)
		}
		for _, private := range []string{"青山", "330199", "柳河"} {
			if strings.Contains(body, private) {
				t.Errorf("%s: %s in the metrics", c.name, private)
			}
		}
	}
	s.enter()
	s.get("/api/v1/systems/nothing")
	body := text(t, s.from("127.0.0.1:5000", "/metrics"))
	for _, line := range []string{
		`jianfu_http_requests_total{code="404",route="GET /api/v1/systems/{id}"} 1`, "jianfu_store_up 1", `jianfu_analysis_seconds 60`, "jianfu_cache_reads_total",
		"jianfu_source_lag_seconds{", "jianfu_quarantine_records{",
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no %s in\n%.3000s", line, body)
		}
	}
	if res := s.get("/readyz"); res.StatusCode != http.StatusOK {
		t.Errorf("ready: %d", res.StatusCode)
	}
	broken = context.DeadlineExceeded
	if res := s.get("/readyz"); res.StatusCode != http.StatusServiceUnavailable || strings.Contains(text(t, res), "deadline") {
		t.Errorf("not ready: %d", res.StatusCode)
	}
	if res := s.get("/healthz"); res.StatusCode != http.StatusOK {
		t.Errorf("alive: %d", res.StatusCode)
	}
}

// from asks as a machine.
func (s *site) from(address, path string, header ...string) *http.Response {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://127.0.0.1:8080"+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.RemoteAddr = address
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return s.do(r)
}

var _ web.Tokens = &keyring{}

package web_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/account"
)

// provided is a service whose people sign in at a real identity provider on loopback.
type provided struct {
	t        *testing.T
	pages    string // address of the service
	provider string
	accounts *account.Book
	trail    *recorded
}

// recorded keeps what was written to the trail.
type recorded struct{ entries []queries.AuditEntry }

func (r *recorded) Record(_ context.Context, e queries.AuditEntry) error {
	r.entries = append(r.entries, e)
	return nil
}

func withProvider(t *testing.T) *provided {
	t.Helper()
	ctx := t.Context()
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat("../testdata/oidc/node_modules/oidc-provider")
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the identity provider of the tests is not installed (make provider): %v", err)
		}
		t.Skip("the identity provider of the tests is not installed: make provider")
	}
	free, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	free.Close()
	site := httptest.NewUnstartedServer(nil)
	p := &provided{t: t, provider: "http://127.0.0.1:" + port, pages: "http://" + site.Listener.Addr().String(), trail: &recorded{}}
	address, _ := url.Parse(p.pages)
	command := exec.CommandContext(ctx, node, "server.mjs", port, p.pages+web.CallbackPath)
	command.Dir = "../testdata/oidc"
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	if lines := bufio.NewScanner(out); !lines.Scan() || lines.Text() != p.provider {
		t.Fatalf("the identity provider says %q", lines.Text())
	}
	p.accounts = account.New(account.Options{Store: querytest.New(t), Clock: time.Now})
	o := options(t, county())
	o.Accounts, o.Address, o.Trail = p.accounts, address, p.trail
	o.Provider = account.NewProvider(account.ProviderOptions{Issuer: p.provider, ClientID: "jianfu", ClientSecret: "a secret of the tests", Redirect: p.pages + web.CallbackPath, Label: "统一身份认证"})
	handler, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	site.Config.Handler = handler
	site.Start()
	t.Cleanup(site.Close)
	for _, a := range []queries.Account{
		{Name: "li", Title: "李敏", Roles: []string{"inspector"}, Divisions: []string{"*"}, Subject: p.provider + " li.min"},
		{Name: "gone", Roles: []string{"inspector"}, Divisions: []string{"*"}, Subject: p.provider + " gone", Disabled: true},
		{Name: "wang", Roles: []string{"leader"}, Divisions: []string{"*"}, Subject: "https://elsewhere.example wang"},
	} {
		if _, err := p.accounts.Save(ctx, a, "test"); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// browser keeps cookies and lets every redirect that leads to the service's callback be changed on the way.
func (p *provided) browser(change func(u *url.URL)) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if change != nil {
			change(r.URL)
		}
		return nil
	}}
}

func (p *provided) get(c *http.Client, address string) *http.Response {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := c.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { res.Body.Close() })
	return res
}

// signIn goes to the provider as a person and comes back.
func (p *provided) signIn(c *http.Client, person string) *http.Response {
	p.t.Helper()
	p.get(http.DefaultClient, p.provider+"/be/"+person)
	return p.get(c, p.pages+"/signin/oidc?next=%2Ffindings")
}

// inside says whether a browser holds a session.
func (p *provided) inside(c *http.Client) bool {
	p.t.Helper()
	return p.get(c, p.pages+"/findings").StatusCode == http.StatusOK
}

func TestSignInAtAProvider(t *testing.T) {
	p := withProvider(t)
	c := p.browser(nil)
	if page := text(t, p.get(c, p.pages+"/signin")); !strings.Contains(page, "用统一身份认证登录") {
		t.Errorf("no way to the provider:\n%s", page)
	}
	res := p.signIn(c, "li.min")
	if res.StatusCode != http.StatusOK || res.Header.Get("Refresh") != "0; url=/findings" {
		t.Fatalf("%d %q\n%s", res.StatusCode, res.Header.Get("Refresh"), text(t, res))
	}
	if !p.inside(c) {
		t.Error("no session after signing in at the provider")
	}
	last := p.trail.entries[0]
	if last.Action != "signin" || last.Account != "li" || last.Detail != "oidc" || last.Address != "127.0.0.1" {
		t.Errorf("recorded %+v", last)
	}
	if p.inside(p.browser(nil)) {
		t.Error("another browser is inside too")
	}
}

func TestSignInAtAProviderIsRefused(t *testing.T) {
	p := withProvider(t)
	for _, person := range []string{"stranger", "gone", "wang"} {
		t.Run(person, func(t *testing.T) {
			c := p.browser(nil)
			before := len(p.trail.entries)
			if res := p.signIn(c, person); res.StatusCode != http.StatusForbidden || !strings.Contains(text(t, res), "没有与之关联的账号") {
				t.Errorf("%d", res.StatusCode)
			}
			if p.inside(c) {
				t.Error("is inside")
			}
			if len(p.trail.entries) <= before || p.trail.entries[before].Action != "signin.failed" {
				t.Errorf("the refusal is not recorded: %+v", p.trail.entries[before:])
			}
		})
	}
	replace := func(name, value string) func(u *url.URL) {
		return func(u *url.URL) {
			if q := u.Query(); q.Has(name) {
				q.Set(name, value)
				u.RawQuery = q.Encode()
			}
		}
	}
	for name, change := range map[string]func(u *url.URL){
		"state that is not ours":    replace("state", "forged"),
		"code that is not theirs":   replace("code", "forged"),
		"nonce of another sign-in":  replace("nonce", "of-another-sign-in"),
		"challenge of another code": replace("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeGKktUDzr5SNzTtFJbw"),
	} {
		t.Run(name, func(t *testing.T) {
			c := p.browser(change)
			if res := p.signIn(c, "li.min"); res.StatusCode != http.StatusForbidden {
				t.Errorf("%d\n%s", res.StatusCode, text(t, res))
			}
			if p.inside(c) {
				t.Error("is inside")
			}
		})
	}
	t.Run("twice", func(t *testing.T) {
		var callback string
		c := p.browser(func(u *url.URL) {
			if u.Path == web.CallbackPath {
				callback = u.String()
			}
		})
		if res := p.signIn(c, "li.min"); res.StatusCode != http.StatusOK {
			t.Fatalf("%d", res.StatusCode)
		}
		if res := p.get(c, callback); res.StatusCode != http.StatusForbidden {
			t.Errorf("the same answer of the provider opens another session: %d", res.StatusCode)
		}
	})
	t.Run("in another browser", func(t *testing.T) {
		var callback string
		c := p.browser(func(u *url.URL) {
			if u.Path == web.CallbackPath {
				callback = u.String()
				u.Path = "/healthz"
			}
		})
		p.signIn(c, "li.min")
		other := p.browser(nil)
		if res := p.get(other, callback); res.StatusCode != http.StatusForbidden || p.inside(other) {
			t.Errorf("a planted answer of the provider signs in another browser: %d", res.StatusCode)
		}
	})
}

func TestProviderThatIsDown(t *testing.T) {
	o := options(t, county())
	o.Accounts = account.New(account.Options{Store: querytest.New(t)})
	o.Provider = account.NewProvider(account.ProviderOptions{Issuer: "http://127.0.0.1:1", ClientID: "jianfu", Label: "统一身份认证"})
	if _, err := o.Accounts.Save(t.Context(), queries.Account{Name: "li", Roles: []string{"operator"}}, "test"); err != nil {
		t.Fatal(err)
	}
	res := open(t, o).get("/signin/oidc")
	if page := text(t, res); res.StatusCode != http.StatusBadGateway || !strings.Contains(page, "暂时无法连接统一身份认证") || !strings.Contains(page, `name="password"`) {
		t.Errorf("%d\n%s", res.StatusCode, page)
	}
}

func TestOneSubjectOneAccount(t *testing.T) {
	b := account.New(account.Options{Store: querytest.New(t)})
	for i, want := range []bool{true, false} {
		_, err := b.Save(t.Context(), queries.Account{Name: fmt.Sprintf("op%d", i), Roles: []string{"operator"}, Subject: "https://id.example x"}, "test")
		if (err == nil) != want {
			t.Errorf("account %d: %v", i, err)
		}
	}
}

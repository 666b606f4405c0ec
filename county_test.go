package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// simulated keeps the folder of a small county that is built once and copied for every test that changes something in it.
var simulated struct {
	once   sync.Once
	dir    string
	failed string
}

// county gives the configuration of a copy of a small county, collected and analysed from the demo's upstream systems.
func county(ctx context.Context, t *testing.T) string {
	t.Helper()
	simulated.once.Do(func() {
		dir, err := os.MkdirTemp("", "jianfu-county-")
		if err != nil {
			t.Fatal(err)
		}
		simulated.dir = dir
		if out, err := jianfu(ctx, t, "demo", "--villages", "24", "--no-serve", "--dir", filepath.Join(dir, "county"), "--listen", "127.0.0.1:0").CombinedOutput(); err != nil {
			simulated.failed = err.Error() + "\n" + string(out)
		}
	})
	if simulated.failed != "" {
		t.Fatalf("demo: %s", simulated.failed)
	}
	source, dir := filepath.Join(simulated.dir, "county"), t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS(filepath.Join(source, "data"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "data", "pseudonym.key"), 0o600); err != nil { // a copy is readable for all
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(source, "jianfu.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "jianfu.yaml")
	write(t, config, string(text))
	return config
}

// password is what the people of the tests sign in with.
const password = "grosse-Kiefer-am-Hang-7"

// hire adds an account with a password that need not be changed.
func hire(ctx context.Context, t *testing.T, config, name, title string, rights ...string) {
	t.Helper()
	c := jianfu(ctx, t, append([]string{"account", "add", name, "--title", title, "-c", config}, rights...)...)
	c.Stdin = strings.NewReader(password + "\n")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("account add %s: %v\n%s", name, err, out)
	}
}

// staff adds the six people whom the pages know. The owner answers for the systems that are given.
func staff(ctx context.Context, t *testing.T, config string, owned []string) {
	t.Helper()
	hire(ctx, t, config, "sun", "孙安全", "--role", "security")
	hire(ctx, t, config, "li", "李敏", "--role", "inspector", "--division", "*")
	hire(ctx, t, config, "wang", "王主任", "--role", "leader", "--division", "*")
	hire(ctx, t, config, "zhang", "张科长", "--role", "owner", "--system", strings.Join(owned, ","))
	hire(ctx, t, config, "zhao", "赵工", "--role", "operator")
	hire(ctx, t, config, "zhou", "周审计", "--role", "auditor")
}

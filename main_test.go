package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/jianfu/jianfu/queries/engine"
)

func TestMain(m *testing.M) {
	testscript.Main(cleaned{m}, map[string]func(){"jianfu": main})
}

// cleaned removes the program and the simulated county after the tests.
type cleaned struct{ *testing.M }

// Run implements testscript.TestingM.
func (c cleaned) Run() int {
	code := c.M.Run()
	if built.Load() {
		if path, err := build(); err == nil {
			os.RemoveAll(filepath.Dir(path))
		}
	}
	if simulated.dir != "" {
		os.RemoveAll(simulated.dir)
	}
	return code
}

var built atomic.Bool

// build makes the program once for all tests that run it as a process. It is built as it is shipped: the test binary
// itself may carry the race detector, which makes it many times slower than what is killed and measured here.
var build = sync.OnceValues(func() (path string, err error) {
	built.Store(true)
	dir, err := os.MkdirTemp("", "jianfu-program-")
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "jianfu")
	c := exec.Command("go", "build", "-o", path, ".")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("unable to build the program: %w: %s", err, out)
	}
	return path, nil
})

// jianfu runs the program as a process of its own.
func jianfu(ctx context.Context, t testing.TB, arguments ...string) *exec.Cmd {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	library, err := engine.Locate()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, path, arguments...)
	c.Env = append(os.Environ(), "JIANFU_ENGINE="+library)
	return c
}

// needEngine skips a test where the engine library is missing, and fails it in CI.
func needEngine(t testing.TB) {
	t.Helper()
	if _, err := engine.Locate(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

package main

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/jianfu/jianfu/queries/engine"
)

// asProgram in the environment makes the test binary behave as jianfu itself, for tests that kill it.
const asProgram = "JIANFU_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"jianfu": main})
}

// jianfu runs the program as a process of its own.
func jianfu(ctx context.Context, arguments ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0], arguments...)
	c.Env = append(os.Environ(), asProgram+"=1")
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

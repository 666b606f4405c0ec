// Package querytest gives each test a fresh database of its own on the embedded engine.
package querytest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/engine"
)

// The library opens one path in a process, so all tests of a package share one engine.
var shared struct {
	sync.Mutex
	engine *engine.Engine
	number int
}

const prefix = "jianfu-querytest-"

// New opens an empty database with the schema. Without the engine library the test is skipped, and fails when CI is set.
func New(t testing.TB) *queries.Store {
	t.Helper()
	e := Engine(t)
	shared.Lock()
	shared.number++
	name := fmt.Sprintf("test_%d", shared.number)
	shared.Unlock()
	store, err := queries.OpenEngine(context.Background(), e, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(store.Drop(context.Background()), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return store
}

// Engine is the engine of this test process; it lives until the process ends.
func Engine(t testing.TB) *engine.Engine {
	t.Helper()
	if _, err := engine.Locate(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.engine == nil {
		removeLeftovers()
		e, err := engine.Open(context.Background(), filepath.Join(os.TempDir(), prefix+strconv.Itoa(os.Getpid())))
		if err != nil {
			t.Fatal(err)
		}
		shared.engine = e
	}
	return shared.engine
}

// removeLeftovers deletes the folders of test processes that are gone: the engine lives until its process ends, so no
// test can delete its own.
func removeLeftovers() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, folder := range folders {
		pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(folder), prefix))
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			os.RemoveAll(folder)
		}
	}
}

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries/engine"
)

// TestScripts runs the command line as people do; each file of testdata/script is one story.
func TestScripts(t *testing.T) {
	needEngine(t)
	library, err := engine.Locate()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("JIANFU_ENGINE", library)
			return nil
		},
		Condition: func(cond string) (bool, error) { return cond == "short" && testing.Short(), nil },
	})
}

// TestDependenciesPointOneWay holds the direction main -> {collector, analyzer, web, demo} -> queries.
func TestDependenciesPointOneWay(t *testing.T) {
	const module = "github.com/jianfu/jianfu/"
	for room, forbidden := range map[string][]string{
		"collector/...": {"analyzer", "web", "demo"},
		"analyzer/...":  {"collector", "web", "demo"},
		"web/...":       {"collector", "analyzer", "demo"},
		"demo/...":      {"collector", "analyzer", "web"},
		"queries/...":   {"collector", "analyzer", "web", "demo"},
	} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "./"+room).Output()
		if err != nil {
			t.Fatal(err, stderr(err))
		}
		for _, dependency := range strings.Fields(string(out)) {
			rest, ours := strings.CutPrefix(dependency, module)
			if top, _, _ := strings.Cut(rest, "/"); ours && slices.Contains(forbidden, top) {
				t.Errorf("%s depends on %s", room, dependency)
			}
		}
	}
}

// TestEverythingHasItsPage holds that each kind of source and each detector has its documentation.
func TestEverythingHasItsPage(t *testing.T) {
	for _, k := range kinds() {
		if _, err := os.Stat(filepath.Join("docs", "sources", k.Name+".md")); err != nil {
			t.Error(err)
		}
	}
	for _, d := range analyzer.Detectors() {
		if _, err := os.Stat(filepath.Join("docs", "detectors", d.Meta().ID+".md")); err != nil {
			t.Error(err)
		}
	}
}

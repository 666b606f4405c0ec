package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/jianfu/jianfu/web/component"
)

// TestTheGuideWorks does what the first-run guide says, to the letter, in an empty folder.
func TestTheGuideWorks(t *testing.T) {
	needEngine(t)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "records"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "jianfu.yaml"), component.SampleConfig)
	write(t, filepath.Join(dir, "records", "first.ndjson"), component.SampleRecords)
	for _, command := range []string{"check", "collect", "analyze"} {
		c := jianfu(t.Context(), t, command, "-c", "jianfu.yaml")
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	c := jianfu(t.Context(), t, "sql", "-c", "jianfu.yaml", "SELECT count() FROM submissions")
	c.Dir = dir
	if out, err := c.Output(); err != nil || string(out) != "1\n" {
		t.Errorf("stored: %s %v", out, err)
	}
}

package accesslog

import (
	"os"
	"strings"
	"testing"
)

// TestDocumentation builds sources from the configurations in the documentation.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/sources/accesslog.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```yaml\n")[1:]
	if len(blocks) != 2 {
		t.Fatalf("%d blocks of configuration", len(blocks))
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		var own []string
		for line := range strings.Lines(block) {
			// The framework keeps these keys for itself.
			if key, _, _ := strings.Cut(line, ":"); key != "id" && key != "kind" && key != "schedule" {
				own = append(own, line)
			}
		}
		if _, err := newFrom(strings.Join(own, "")); err != nil {
			t.Errorf("%v\n%s", err, block)
		}
	}
	chinese, english, _ := strings.Cut(string(text), "\n---\n")
	for _, half := range []string{chinese, english} {
		for _, format := range formats {
			if !strings.Contains(half, format) {
				t.Errorf("format %s is not documented in %.20s", format, half)
			}
		}
	}
	for _, name := range jsonKeyNames {
		if !strings.Contains(english, name) {
			t.Errorf("key %s is not documented", name)
		}
	}
}

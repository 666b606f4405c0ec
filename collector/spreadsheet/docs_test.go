package spreadsheet

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/sources/spreadsheet.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```yaml\n")[1:]
	if len(blocks) != 4 {
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
		if _, err := build(strings.Join(own, ""), "."); err != nil {
			t.Errorf("%v\n%s", err, block)
		}
	}
	chinese, english, found := strings.Cut(string(text), "\n---\n")
	if !found {
		t.Fatal("there is no English half")
	}
	of := reflect.TypeFor[config]()
	for i := range of.NumField() {
		key := "`" + of.Field(i).Tag.Get("yaml") + "`"
		if !strings.Contains(chinese, key) || !strings.Contains(english, key) {
			t.Errorf("the key %s is not in both halves", key)
		}
	}
}

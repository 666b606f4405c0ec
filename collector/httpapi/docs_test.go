package httpapi

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestDocumentation builds sources from the configurations in the documentation, and looks for every key in both languages.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/sources/httpapi.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```yaml\n")[1:]
	if len(blocks) != 3 {
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
		if _, err := build(strings.Join(own, ""), time.Now); err != nil {
			t.Errorf("%v\n%s", err, block)
		}
	}
	chinese, english, found := strings.Cut(string(text), "\n---\n")
	if !found {
		t.Fatal("there is no English half")
	}
	for _, key := range keys(reflect.TypeFor[Config]()) {
		for name, half := range map[string]string{"Chinese": chinese, "English": english} {
			if !strings.Contains(half, key) {
				t.Errorf("the key %s is not in the %s half", key, name)
			}
		}
	}
}

// keys are the keys of a configuration and of the blocks in it that belong to this package.
func keys(of reflect.Type) []string {
	var all []string
	for i := range of.NumField() {
		field := of.Field(i)
		all = append(all, field.Tag.Get("yaml"))
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner.PkgPath() == of.PkgPath() {
			all = append(all, keys(inner)...)
		}
	}
	return all
}

package ndjson

import (
	"context"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/jianfu/jianfu/collector"
)

func readDoc(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks are the fenced blocks of a language.
func blocks(text, language string) (all []string) {
	for _, b := range strings.Split(text, "```"+language+"\n")[1:] {
		b, _, _ = strings.Cut(b, "```")
		all = append(all, b)
	}
	return all
}

func TestDocumentation(t *testing.T) {
	text := readDoc(t, "sources/ndjson.md")
	configs := blocks(text, "yaml")
	if len(configs) != 2 {
		t.Fatalf("%d blocks of configuration", len(configs))
	}
	for _, block := range configs {
		var own []string
		for line := range strings.Lines(block) {
			// The framework keeps these keys for itself.
			if key, _, _ := strings.Cut(line, ":"); key != "id" && key != "kind" && key != "schedule" {
				own = append(own, line)
			}
		}
		_, err := Kind().New(collector.Deps{}, func(into any) error {
			return yaml.UnmarshalWithOptions([]byte(strings.Join(own, "")), into, yaml.Strict())
		})
		if err != nil {
			t.Errorf("%v\n%s", err, block)
		}
	}
	chinese, english, found := strings.Cut(text, "\n---\n")
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

// Every record of the documentation is read, and every word of the enumerations stands in it.
func TestInterchangeDocumentation(t *testing.T) {
	text := readDoc(t, "interchange.md")
	m := &memory{}
	counts, err := Read(context.Background(), strings.NewReader(strings.Join(blocks(text, "ndjson"), "")), "docs", testOptions(), m)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.rejected) > 0 {
		t.Errorf("rejected: %v", m.rejected)
	}
	if counts.Systems == 0 || counts.Units == 0 || counts.Forms == 0 || counts.Usage == 0 || counts.Submissions == 0 {
		t.Errorf("the example leaves something out: %+v", counts)
	}
	for _, words := range [][]string{levels, systemKinds, systemCycles, unitKinds, formCycles, pers, fieldTypes, roles, measures, channels, recordTypes} {
		for _, word := range words {
			if !strings.Contains(text, "`"+word+"`") && !strings.Contains(text, "### "+word+" ") {
				t.Errorf("%s is not in the documentation", word)
			}
		}
	}
}

package demo

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// checkConfig looks whether the sources reach every upstream.
func checkConfig(t *testing.T, c *County) {
	var config struct {
		Sources []struct {
			ID, Kind, Schedule string
			Path, DSN, URL     string
			Form               string
			Mapping            struct{ Form any }
		}
	}
	if err := yaml.Unmarshal(c.Config("http://127.0.0.1:1/"), &config); err != nil {
		t.Fatal(err)
	}
	kinds, ids, forms := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, s := range config.Sources {
		kinds[s.Kind]++
		if ids[s.ID] || s.Schedule == "" {
			t.Errorf("source %q is there twice, or has no schedule", s.ID)
		}
		ids[s.ID] = true
		if form, isText := s.Mapping.Form.(string); isText {
			forms[form] = true
		}
		if s.Form != "" {
			forms[s.Form] = true
		}
		for _, path := range []string{s.Path, s.DSN} {
			if path == "" {
				continue
			}
			if found, err := filepath.Glob(path); err != nil || len(found) == 0 || !filepath.IsAbs(path) {
				t.Errorf("%s: nothing at %s: %v", s.ID, path, err)
			}
		}
		if s.Kind == "httpapi" && !strings.HasPrefix(s.URL, "http://127.0.0.1:1/") {
			t.Errorf("%s: address %s", s.ID, s.URL)
		}
	}
	if config.Sources[0].ID != "register" {
		t.Errorf("the first source is %s", config.Sources[0].ID)
	}
	for _, kind := range []string{"accesslog", "spreadsheet", "sqldb", "httpapi", "ndjson"} {
		if kinds[kind] == 0 {
			t.Errorf("no source of kind %s", kind)
		}
	}
	for f, form := range c.forms {
		if len(c.submissions[f]) > 0 && c.systems[form.system].data != inDrop && !forms[form.spec.id] {
			t.Errorf("no source for the form %s", form.spec.id)
		}
	}
}

package analyzer_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
)

// readable checks that people can read findings in both languages: every key is translated, every parameter of the text given.
func readable(t testing.TB, all []queries.Finding) {
	t.Helper()
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var messages []queries.Message
	word := func(v any) {
		if s, ok := v.(string); ok && strings.Contains(s, ".") && !strings.ContainsAny(s, " %(") {
			messages = append(messages, queries.Message{Key: s})
		}
	}
	for _, f := range all {
		messages = append(messages, f.Evidence.Message, queries.Message{Key: "rule." + f.Detector})
		messages = append(messages, f.Explanations...)
		if f.Reason.Key != "" {
			messages = append(messages, f.Reason)
		} else {
			messages = append(messages, queries.Message{Key: "not_proof." + f.Detector})
		}
		for _, v := range f.Evidence.Message.Params {
			if m, ok := v.(queries.Message); ok {
				messages = append(messages, m)
			}
		}
		if c := f.Evidence.Chart; c != nil {
			messages = append(messages, c.Title)
			word(c.Unit)
			for _, s := range c.Series {
				messages = append(messages, s.Name)
				if len(s.Values) != len(c.X) {
					t.Errorf("%s: a series of %d values over %d places", f.Detector, len(s.Values), len(c.X))
				}
			}
		}
		if table := f.Evidence.Table; table != nil {
			for _, c := range table.Columns {
				word(c)
			}
			for _, row := range table.Rows {
				for i, cell := range row {
					// Under form and field stand ids, which the pages turn into names.
					if i < len(table.Columns) && !idColumn.MatchString(table.Columns[i]) {
						word(cell)
					}
				}
				if len(row) != len(table.Columns) {
					t.Errorf("%s: a row of %d cells under %d columns", f.Detector, len(row), len(table.Columns))
				}
			}
		}
	}
	missing := map[string]bool{}
	for _, m := range messages {
		for _, lang := range locale.Languages() {
			if !texts.Has(lang, m.Key) {
				missing[lang+" "+m.Key] = true
				continue
			}
			for _, name := range texts.Placeholders(lang, m.Key) {
				if _, given := m.Params[name]; !given {
					missing[lang+" "+m.Key+" {"+name+"}"] = true
				}
			}
		}
	}
	for _, m := range slices.Sorted(maps.Keys(missing)) {
		t.Errorf("no text for %s", m)
	}
}

var idColumn = regexp.MustCompile(`\.(system|unit|form|field)s?(_\w+)?$`)

// named gives findings of Detect the names that the framework adds.
func named(id string, all []queries.Finding) []queries.Finding {
	out := slices.Clone(all)
	for i := range out {
		out[i].Detector = id
	}
	return out
}

func TestThresholdsHaveDefaults(t *testing.T) {
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range analyzer.Detectors() {
		if len(policy.Of(d.Meta().ID)) == 0 {
			t.Errorf("the policy has no thresholds of %s", d.Meta().ID)
		}
	}
}

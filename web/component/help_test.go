package component

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/web/locale"
)

var (
	helpOf   = regexp.MustCompile(`component\.Help\([a-z.A-Z]+, "([a-z_]+)"(\+?)`)
	statHead = regexp.MustCompile(`(?s)<div class="stat">.*?</div>`)
)

// Every question mark beside a figure opens a text, in both languages, that is more than its name.
func TestHelpIsComplete(t *testing.T) {
	b, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	templates, err := filepath.Glob("../page/*.templ")
	if err != nil || len(templates) == 0 {
		t.Fatal(err, "no templates")
	}
	keys := HelpKeys(b)
	for _, path := range templates {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range helpOf.FindAllStringSubmatch(string(raw), -1) {
			known := slices.Contains(keys, m[1])
			if m[2] == "+" {
				known = slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, m[1]) })
			}
			if !known {
				t.Errorf("%s: help.%s is missing", filepath.Base(path), m[1])
			}
		}
	}
	for _, kind := range []string{"line", "bars", "compare", "band", "strip", "heat", "funnel", "calendar"} {
		keys = append(keys, "chart_"+kind)
	}
	for _, lang := range locale.Languages() {
		v := View{Lang: lang, Bundle: b}
		for _, key := range keys {
			if !v.Has("help."+key+".name") || !v.Has("help."+key+".text") {
				t.Errorf("%s: help.%s is incomplete", lang, key)
			} else if name, text := v.T("help."+key+".name"), v.T("help."+key+".text"); len(text) < 2*len(name) {
				t.Errorf("%s: help.%s explains nothing: %s", lang, key, text)
			}
		}
	}
}

// Every headline figure can be asked what it means.
func TestEveryStatHasHelp(t *testing.T) {
	templates, err := filepath.Glob("../page/*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range templates {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, stat := range statHead.FindAllString(string(raw), -1) {
			if !strings.Contains(stat, "Help(") {
				t.Errorf("%s: a figure without help:\n%.160s", filepath.Base(path), stat)
			}
		}
	}
}

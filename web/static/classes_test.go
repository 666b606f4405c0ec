package static

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	classRule = regexp.MustCompile(`\.([a-zA-Z][a-zA-Z0-9_-]*)`)
	comments  = regexp.MustCompile(`(?s)/\*.*?\*/`)
	blocks    = regexp.MustCompile(`(?s)\{[^{}]*\}`)
	word      = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9_-]*`)
)

// Every class of the sheet is written by some page: rules that nothing uses go. Classes that are put together from parts
// (tag-verify, no-3, q4) count when their beginning is written.
func TestNoDeadRules(t *testing.T) {
	used := map[string]bool{}
	var parts []string
	for _, pattern := range []string{"../*/*.templ", "../*/*.go", "../*/*.js", "../*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || strings.Contains(path, "htmx") {
				continue
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range word.FindAllString(string(raw), -1) {
				if used[w] = true; strings.HasSuffix(w, "-") {
					parts = append(parts, w)
				}
			}
		}
	}
	selectors := blocks.ReplaceAllString(comments.ReplaceAllString(CSS, ""), "\n")
	var dead []string
	for _, m := range classRule.FindAllStringSubmatch(selectors, -1) {
		class := m[1]
		if used[class] || slices.Contains(dead, class) || slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(class, p) }) {
			continue
		}
		// One letter and a number: places on a scale.
		if len(class) == 2 && class[1] >= '0' && class[1] <= '9' {
			continue
		}
		dead = append(dead, class)
	}
	if len(dead) > 0 {
		t.Errorf("nothing has the classes %v", dead)
	}
}

package locale

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	quotedText = regexp.MustCompile("\"([^\"\\\\\n]*)\"|`([^`\n]*)`")
	saidWhole  = regexp.MustCompile(`\bT\("([a-z][a-zA-Z0-9_.]*[a-zA-Z0-9_])"[,)]`)
)

// sources calls read with the text of everything that may say something: programs, templates, and the policy with its names.
func sources(t *testing.T, read func(path, text string)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "node_modules" || name == ".git" || name == "testdata" || name == "docs") {
			return filepath.SkipDir
		}
		program := strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_templ.go")
		if d.IsDir() || !program && !strings.HasSuffix(name, ".templ") && name != "policy.yaml" {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err == nil {
			files++
			read(path, string(raw))
		}
		return err
	})
	if err != nil || files == 0 {
		t.Fatal("no sources", err)
	}
}

// No text stays behind when what said it goes. A key counts as used where a source has it whole, or has two parts that make it
// up, or the beginning to which a name of data is added ("status.", "retirement.field.basis_").
func TestNoTextIsUnused(t *testing.T) {
	b := load(t)
	parts := map[string]bool{}
	sources(t, func(_, text string) {
		for _, m := range quotedText.FindAllStringSubmatch(text, -1) {
			parts[m[1]+m[2]] = true
		}
	})
	delete(parts, "")
	for _, key := range b.Keys(English) {
		used := parts[key]
		for i := 1; i < len(key) && !used; i++ {
			begin, end := key[:i], key[i:]
			named := strings.Contains(begin, ".") && (strings.HasSuffix(begin, ".") || strings.HasSuffix(begin, "_"))
			used = parts[begin] && (named || parts[end])
		}
		if !used {
			t.Errorf("nothing says %s", key)
		}
	}
}

// What is said by its whole key exists.
func TestNoTextIsMissing(t *testing.T) {
	b := load(t)
	said := 0
	sources(t, func(path, text string) {
		for _, m := range saidWhole.FindAllStringSubmatch(text, -1) {
			said++
			for _, lang := range Languages() {
				if !b.Has(lang, m[1]) {
					t.Errorf("%s says %s, which %s lacks", path, m[1], lang)
				}
			}
		}
	})
	if said < 500 {
		t.Errorf("only %d texts are said: the pattern fits the sources no more", said)
	}
}

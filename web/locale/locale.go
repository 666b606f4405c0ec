// Package locale holds every sentence that people read, in Chinese and in English, and renders the language-neutral
// messages of findings.
//
// Texts live in files NAME.zh-CN.yaml and NAME.en.yaml beside this file. Keys are dotted; nesting and dots mean the same.
// A text may hold placeholders:
//
//	{n}              the parameter n; numbers with thousands separators, lists joined
//	{share:percent}  0.834 as 83%; percent1 as 83.4%
//	{hours:1}        a fixed number of decimals, 0 to 6
//	{p:p}            a probability: 0.0123, or <0.0001
//	{year:raw}       without separators
//	{n|village|villages}  the first word where n is 1, otherwise the second
//
// A string parameter named system, unit, form or field, alone, in the plural or with a suffix (form_a, units), is the id of
// that thing and shows its name; into is a system or a form. A string that is itself a key, or a value of a known list (family, status, severity,
// detector, action, cycle, kind, relation, verdict), shows its translation. {{ and }} are braces.
package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/language"
)

// Chinese and English are the languages of the product, by their BCP 47 tags.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Languages in the order in which they are offered.
func Languages() []string { return []string{Chinese, English} }

//go:embed *.yaml
var files embed.FS

// Bundle is the texts of all languages, parsed. It does not change after Load and may be shared.
type Bundle struct {
	texts map[string]map[string]template // language, key
}

// Load parses the texts that are built into the program.
func Load() (*Bundle, error) { return LoadFS(files) }

// LoadFS parses NAME.LANGUAGE.yaml files at the root of a file system.
func LoadFS(fsys fs.FS) (*Bundle, error) {
	b := &Bundle{texts: map[string]map[string]template{}}
	for _, lang := range Languages() {
		b.texts[lang] = map[string]template{}
		names, err := fs.Glob(fsys, "*."+lang+".yaml")
		if err != nil {
			return nil, fmt.Errorf("unable to list texts: %w", err)
		}
		for _, name := range names {
			if err := b.loadFile(fsys, lang, name); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

func (b *Bundle) loadFile(fsys fs.FS, lang, name string) error {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("unable to read %s: %w", name, err)
	}
	tree := map[string]any{}
	if err := yaml.Unmarshal(raw, &tree); err != nil {
		return fmt.Errorf("unable to parse %s: %w", name, err)
	}
	flat := map[string]string{}
	if err := flatten(flat, "", tree); err != nil {
		return fmt.Errorf("unable to use %s: %w", name, err)
	}
	for _, key := range slices.Sorted(maps.Keys(flat)) {
		if _, ok := b.texts[lang][key]; ok {
			return fmt.Errorf("unable to use %s: %s is already defined in another file", name, key)
		}
		parsed, err := parse(flat[key])
		if err != nil {
			return fmt.Errorf("unable to use %s: %s: %w", name, key, err)
		}
		b.texts[lang][key] = parsed
	}
	return nil
}

func flatten(out map[string]string, prefix string, tree map[string]any) error {
	for key, value := range tree {
		full := key
		if prefix != "" {
			full = prefix + "." + key
		}
		switch v := value.(type) {
		case string:
			if _, ok := out[full]; ok {
				return fmt.Errorf("%s is defined twice", full)
			}
			out[full] = strings.Trim(v, "\n")
		case map[string]any:
			if err := flatten(out, full, v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s must be text in quotes, not %T", full, value)
		}
	}
	return nil
}

// Has says whether a key exists in a language.
func (b *Bundle) Has(lang, key string) bool {
	_, ok := b.texts[lang][key]
	return ok
}

// Keys of a language, sorted.
func (b *Bundle) Keys(lang string) []string { return slices.Sorted(maps.Keys(b.texts[lang])) }

// Placeholders of a text, sorted, each once, without their formats.
func (b *Bundle) Placeholders(lang, key string) []string {
	seen := map[string]bool{}
	for _, part := range b.texts[lang][key] {
		if part.name != "" {
			seen[part.name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Match picks the best language for an Accept-Language header, or fallback where it names none of ours.
func Match(header, fallback string) string {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return fallback
	}
	for _, tag := range tags {
		switch base, _ := tag.Base(); base.String() {
		case "zh":
			return Chinese
		case "en":
			return English
		}
	}
	return fallback
}

// Known says whether a language is one of ours.
func Known(lang string) bool { return slices.Contains(Languages(), lang) }

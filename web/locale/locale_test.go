package locale

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jianfu/jianfu/queries"
)

func load(t *testing.T) *Bundle {
	t.Helper()
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every text exists in both languages, with the same parameters: neither language is a gloss of the other.
func TestBothLanguagesSayTheSame(t *testing.T) {
	b := load(t)
	for _, pair := range [][2]string{{Chinese, English}, {English, Chinese}} {
		for _, key := range b.Keys(pair[0]) {
			if !b.Has(pair[1], key) {
				t.Errorf("%s has %s, %s does not", pair[0], key, pair[1])
				continue
			}
			if a, z := b.Placeholders(pair[0], key), b.Placeholders(pair[1], key); !slices.Equal(a, z) {
				t.Errorf("%s: %s takes %v, %s takes %v", key, pair[0], a, pair[1], z)
			}
		}
	}
}

func TestNoTextIsEmptyOrLeftInTheWrongLanguage(t *testing.T) {
	b := load(t)
	for _, key := range b.Keys(English) {
		if len(b.texts[English][key]) == 0 || len(b.texts[Chinese][key]) == 0 {
			t.Errorf("%s is empty", key)
		}
		if key == "nav.other_lang" {
			continue
		}
		for _, p := range b.texts[English][key] {
			if strings.ContainsFunc(p.text, func(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }) {
				t.Errorf("%s in English holds Chinese: %s", key, p.text)
			}
		}
	}
}

// constantKey finds keys that detectors write out in full; those that are put together from parts are not found.
var constantKey = regexp.MustCompile(`Key: *"([a-z][a-zA-Z0-9_.-]*[a-zA-Z0-9])"[,}]`)

// What detectors say can be said in both languages.
func TestDetectorsSpeakBothLanguages(t *testing.T) {
	b := load(t)
	files, err := filepath.Glob("../../analyzer/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no detectors", err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range constantKey.FindAllSubmatch(source, -1) {
			for _, lang := range Languages() {
				if key := string(m[1]); strings.Contains(key, ".") && !b.Has(lang, key) {
					t.Errorf("%s says %s, which %s lacks", filepath.Base(file), key, lang)
				}
			}
		}
	}
}

func TestRender(t *testing.T) {
	b, err := LoadFS(fstest.MapFS{
		"a.zh-CN.yaml": {Data: []byte("word: {and_more: '{list}等 {n} 项', 'yes': 是, 'no': 否}\nfamily: {unused: 闲置系统}\nx:\n  unit: '{unit}连续 {n} 期'\n  nested: '前{inner}后'\n")},
		"a.en.yaml":    {Data: []byte("word: {and_more: '{list} and {rest} more', 'yes': 'yes', 'no': 'no'}\nfamily: {unused: Unused systems}\nx.unit: '{unit} for {n} {n|period|periods}'\nx.nested: 'before {inner} after'\nx.all: '{share:percent} {share:percent1} {h:1} {p:p} {y:raw} {t} {missing} {{x}} {flag} {family} {forms}'\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	names := func(kind, id string) string {
		return map[string]string{"unit/330": "柳河镇东村", "form/f1": "月报"}[kind+"/"+id]
	}
	m := func(key string, params map[string]any) queries.Message {
		return queries.Message{Key: key, Params: params}
	}
	for _, c := range []struct {
		name, lang string
		m          queries.Message
		want       string
	}{
		{"name for id", Chinese, m("x.unit", map[string]any{"unit": "330", "n": 7}), "柳河镇东村连续 7 期"},
		{"unknown id stays", Chinese, m("x.unit", map[string]any{"unit": "331", "n": 12345}), "331连续 12,345 期"},
		{"plural", English, m("x.unit", map[string]any{"unit": "330", "n": 2.0}), "柳河镇东村 for 2 periods"},
		{"singular", English, m("x.unit", map[string]any{"unit": "330", "n": uint64(1)}), "柳河镇东村 for 1 period"},
		{"message inside, as JSON leaves it", Chinese, m("x.nested", map[string]any{"inner": map[string]any{"key": "x.unit", "params": map[string]any{"unit": "330", "n": 3.0}}}), "前柳河镇东村连续 3 期后"},
		{"message inside", English, m("x.nested", map[string]any{"inner": m("x.unit", map[string]any{"unit": "z", "n": 1})}), "before z for 1 period after"},
		{"formats", English, m("x.all", map[string]any{
			"share": 0.8349, "h": 1234.56, "p": 0.00001, "y": 2026, "t": time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
			"flag": true, "family": "unused", "forms": []any{"f1", "f2"},
		}), "83% 83.5% 1,234.6 <0.0001 2026 2026-07-01 — {x} yes Unused systems 月报, f2"},
		{"a long list is counted", Chinese, m("x.nested", map[string]any{"inner": []string{"a", "b", "c", "d", "e", "f", "g", "h"}}), "前a、b、c、d、e、f等 8 项后"},
		{"a long list in English", English, m("x.nested", map[string]any{"inner": []int{1, 2, 3, 4, 5, 6, 7}}), "before 1, 2, 3, 4, 5, 6 and 1 more after"},
		{"other language where one lacks the key", Chinese, m("x.all", nil), "— — — — — — — {x} — — —"},
		{"unknown key shows all it has", English, m("y.z", map[string]any{"n": 3}), `y.z {"n":3}`},
		{"nothing", English, queries.Message{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := b.Render(c.lang, c.m, names); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFaultsInFilesAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"open brace":     {"a: 'x {n'", "does not end"},
		"closing brace":  {"a: 'x n}'", "without an opening"},
		"unknown format": {"a: '{n:hex}'", "unknown format"},
		"no name":        {"a: '{}'", "no name"},
		"three words":    {"a: '{n|a|b|c}'", "two words"},
		"not text":       {"a: 3", "must be text"},
		"defined twice":  {"a: {b: x}\n'a.b': y", "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadFS(fstest.MapFS{"t.en.yaml": {Data: []byte(c.text)}})
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "t.en.yaml") {
				t.Errorf("got %v, want the file and %q", err, c.want)
			}
		})
	}
	_, err := LoadFS(fstest.MapFS{"a.en.yaml": {Data: []byte("k: x")}, "b.en.yaml": {Data: []byte("k: y")}})
	if err == nil || !strings.Contains(err.Error(), "already defined") {
		t.Errorf("a key in two files: got %v", err)
	}
}

func TestNumber(t *testing.T) {
	for want, x := range map[string]float64{
		"0": 0, "7": 7, "12,345": 12345, "1,234,567": 1234567, "−1,200": -1200, "0.834": 0.8341, "0.0123": 0.01234,
		"3.14": 3.14159, "1,234.6": 1234.56, "12.5": 12.5, "−0.5": -0.5, "1.0e-05": 0.00001,
	} {
		if got := Number(x); got != want {
			t.Errorf("Number(%v) = %s, want %s", x, got, want)
		}
	}
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"": Chinese, "en-GB,en;q=0.9": English, "zh-TW": Chinese, "fr,en;q=0.5": English, "fr": Chinese, ";;;": Chinese,
		"zh;q=0.3, en;q=0.8": English,
	} {
		if got := Match(header, Chinese); got != want {
			t.Errorf("Match(%q) = %s, want %s", header, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "a {n} b", "{n:percent}", "{n|a|b}", "{{}}", "{", "}", "{:}", "{a|b}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := parse(text)
		if err != nil {
			return
		}
		b := &Bundle{texts: map[string]map[string]template{Chinese: {"k": parsed}, English: {}}}
		b.Render(Chinese, queries.Message{Key: "k", Params: map[string]any{"n": 1}}, nil)
	})
}

package httpapi

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/valyala/fastjson"
)

func TestParsePath(t *testing.T) {
	for text, want := range map[string]path{
		"": nil, "$": nil, "a": {"a"}, "data.items": {"data", "items"}, "$.data.0": {"data", "0"}, `@odata\.nextLink`: {"@odata.nextLink"}, `a\\.b`: {`a\`, "b"},
	} {
		if got, err := parsePath(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{".", "a.", ".a", "a..b"} {
		if got, err := parsePath(text); err == nil {
			t.Errorf("%q is read as %q", text, got)
		}
	}
}

func TestPathFind(t *testing.T) {
	v := fastjson.MustParse(`{"a": {"b": [{"c": 5}, {"c": "x"}], "d.e": true, "n": null}}`)
	for text, want := range map[string]string{"a.b.0.c": "5", "a.b.1.c": "x", `a.d\.e`: "true", "a.n": "", "a.b.2.c": "", "a.b.x": "", "a.b": "", "a.b.0.c.d": ""} {
		p, err := parsePath(text)
		if err != nil || p.text(v) != want {
			t.Errorf("%s: %q, %v; want %q", text, p.text(v), err, want)
		}
	}
}

func TestRetryAfterHeader(t *testing.T) {
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"0": 0, " 120 ": 2 * time.Minute, "99999999999999999999": 10 * 365 * 24 * time.Hour,
		"Wed, 01 Jul 2026 00:01:00 GMT": time.Minute, "Wednesday, 01-Jul-26 00:01:00 GMT": time.Minute, "Tue, 30 Jun 2026 00:00:00 GMT": 0,
	} {
		if got, ok := retryAfter(header, now); !ok || got != want {
			t.Errorf("%q: %s, %v; want %s", header, got, ok, want)
		}
	}
	for _, header := range []string{"", "-1", "1.5", "soon", "2026-07-01"} {
		if got, ok := retryAfter(header, now); ok {
			t.Errorf("%q is read as %s", header, got)
		}
	}
}

func TestNextLink(t *testing.T) {
	for header, want := range map[string]string{
		`<https://h/2>; rel="next"`:                                          "https://h/2",
		`<https://h/1>; rel=prev, <https://h/3?a=1,2>; rel=next`:             "https://h/3?a=1,2",
		`</x>; title="a, b; rel=\"next\""; rel="last", </y>; REL="foo Next"`: "/y",
		`</x>; rel=first; rel=next`:                                          "", `</x>`: "", `rel=next`: "", `<x`: "", "": "", `<a>; rel="next`: "a", `<a>;;;rel=next`: "a",
	} {
		if got := nextLink([]string{header}); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	if got := nextLink([]string{`<a>; rel=prev`, `<b>; rel=next`}); got != "b" {
		t.Errorf("two headers: %q", got)
	}
}

func TestFlatten(t *testing.T) {
	f := newFlattener()
	row, fault := f.row(fastjson.MustParse(`{"a": 1.50, "b": {"c": null, "d": {"e": "x"}}, "l": [1, {"m": 2}], "t": true, "o": {}}`))
	if fault != nil {
		t.Fatal(fault)
	}
	want := map[string]string{"a": "json.Number 1.50", "b.c": "<nil> <nil>", "b.d.e": "string x", "l": `string [1,{"m":2}]`, "t": "bool true"}
	got := map[string]string{}
	for i, name := range row.Columns {
		got[name] = typed(row.Cells[i])
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func FuzzParsePath(f *testing.F) {
	for _, seed := range []string{"data.items", "$.a.0", `a\.b`, "..", `\`} {
		f.Add(seed)
	}
	v := fastjson.MustParse(`{"a": {"b": [1, {"c": "x"}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePath(text)
		if err != nil {
			return
		}
		if again, err := parsePath(p.String()); err != nil && len(p) > 0 || len(again) != len(p) && p.String() != "$" {
			t.Errorf("%q is written %q, which is read as %q, %v", text, p, again, err)
		}
		p.text(v)
		p.keys(v)
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"120", "Wed, 01 Jul 2026 00:01:00 GMT", "-1", "99999999999999999999999"} {
		f.Add(seed)
	}
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, header string) {
		if d, _ := retryAfter(header, now); d < 0 {
			t.Errorf("%q waits %s", header, d)
		}
	})
}

func FuzzNextLink(f *testing.F) {
	for _, seed := range []string{`<https://h/2>; rel="next"`, `</x>; title="a\"`, `<a>;;`, `,,<`, `<a>;b=`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) { nextLink([]string{header}) })
}

func FuzzFlatten(f *testing.F) {
	for _, seed := range []string{`{"a":{"b":1}}`, `[1]`, `{"a":1,"a":2}`, `{"a":-}`, `{"":{"":""}}`, `{"a":1-2}`} {
		f.Add([]byte(seed))
	}
	flat := newFlattener()
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := fastjson.ParseBytes(text)
		if err != nil {
			return
		}
		row, _ := flat.row(v)
		if len(row.Columns) != len(row.Cells) {
			t.Errorf("%d columns, %d cells", len(row.Columns), len(row.Cells))
		}
	})
}

func typed(cell any) string { return fmt.Sprintf("%T %v", cell, cell) }

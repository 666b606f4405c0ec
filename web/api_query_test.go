package web

import (
	"net/url"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCursorsReadBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := place{rapid.Uint64Range(0, 1<<40).Draw(r, "offset"), rapid.Int64().Draw(r, "analysed"), rapid.Uint64().Draw(r, "asked")}
		if got, ok := parseCursor(p.cursor()); !ok || got != p {
			r.Fatalf("%+v became %+v", p, got)
		}
	})
}

func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "AAAA", place{50, time.Now().Unix(), 7}.cursor(), "=", "界"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if p, ok := parseCursor(text); ok && p.cursor() != text {
			t.Errorf("%q is read as %+v, which is written %q", text, p, p.cursor())
		}
	})
}

func FuzzQuery(f *testing.F) {
	known := []parameter{{name: "q", kind: "string"}, {name: "limit", kind: "integer"}, {name: "from", kind: "month"}, {name: "day", kind: "date"}, oneOf("order", "asc", "desc")}
	for _, seed := range []string{"", "q=x&limit=3", "limit=0", "limit=-1", "limit=9999999999999999999", "order=up", "from=2026-02", "day=2026-02-30", "q=%zz", "q=a&q=b", "Q=1", "lang=en"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if err := checkQuery(raw, known); err != nil {
			return
		}
		asked, err := url.ParseQuery(raw)
		if err != nil {
			t.Fatalf("%q passed and cannot be read", raw)
		}
		for name, values := range asked {
			if len(values) != 1 || !namesParameter(known, name) {
				t.Errorf("%q passed with %s=%q", raw, name, values)
			}
		}
	})
}

func namesParameter(known []parameter, name string) bool {
	for _, p := range known {
		if p.name == name {
			return true
		}
	}
	return name == language.name
}

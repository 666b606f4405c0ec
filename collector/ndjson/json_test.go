package ndjson

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// FuzzJSON compares the reader with encoding/json: what one accepts, so must the other.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":1}`, `{"a":[1,2,{"b":null}],"c":"\u00e9\n\ud83d\ude00"}`, `{"a":-0.5e+10}`, `{}`, `{"a":01}`, `{"a":1.}`, `{"a":tru}`,
		`{"a":"` + "\x7f" + `"}`, `{"a":"\ud800"}`, `{"a" : [ ] , "b" : { } }`, `{"a":1,}`, `{,}`, `[1]`, `{"a":"\`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || strings.Count(text, "[")+strings.Count(text, "{") > deepest {
			return
		}
		c := cursor{s: text}
		k, value, err := c.value(0)
		if err == nil && c.next() != 0 {
			err = errors.New("trailing")
		}
		var e *encoding
		if errors.As(err, &e) {
			return
		}
		if valid := json.Valid([]byte(text)); valid != (err == nil) {
			t.Fatalf("%q: valid %v, error %v", text, valid, err)
		}
		if err != nil || k != kindString {
			return
		}
		var want string
		if err := json.Unmarshal([]byte(text), &want); err != nil || want != value {
			t.Fatalf("%q is read as %q, want %q (%v)", text, value, want, err)
		}
	})
}

// FuzzRead looks for panics, lost lines and wrong counts.
func FuzzRead(f *testing.F) {
	f.Add(submissionLine + "\n" + `{"type":"unit","code":"1","name":"x","kind":"village"}` + "\n\nnonsense")
	f.Add("\xef\xbb\xbf" + submissionLine)
	f.Add("\xff\xfe{")
	f.Add("\x1f\x8b\x08")
	f.Add(`{"type":"form","id":"f","system":"s","title":"t","cycle":"month","fields":[{"id":"a","label":"x","codes":{"1":"y"}}]}`)
	f.Add(`{"type":"usage","system":"s","time":"2026-07-15T09:30:00Z","action":"view","object":"/a/1?x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		m := &memory{}
		counts, err := Read(context.Background(), strings.NewReader(text), "in", testOptions(), m)
		if err != nil {
			t.Fatal(err)
		}
		records := len(m.rows) + m.usage.Len() + len(m.declared.Systems) + len(m.declared.Units) + len(m.declared.Forms)
		faults := 0
		for _, r := range m.rejected {
			if r.Reason == "" || r.Kind == "" {
				t.Errorf("rejected without a reason: %+v", r)
			}
			if r.Kind != "archive" && r.Reason != errUTF16.what {
				faults++
			}
		}
		if counts.Lines != uint64(records+faults) || counts.Rejected != uint64(len(m.rejected)) {
			t.Errorf("%+v, but %d records and %d rejections", counts, records, len(m.rejected))
		}
	})
}

func TestSmallNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		literal := rapid.StringMatching(`-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,14})?`).Draw(t, "literal")
		got, exact := smallNumber(literal)
		if want, err := strconv.ParseFloat(literal, 64); exact && (err != nil || got != want) {
			t.Fatalf("%s is read as %v, want %v", literal, got, want)
		}
	})
}

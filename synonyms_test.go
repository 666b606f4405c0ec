package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
)

func TestSynonymFilesComeBack(t *testing.T) {
	want := []queries.Synonym{
		{A: "=SUM(A1)", B: "'直接引号", Same: true, By: "-王", Note: "含,逗号\"引号\"", At: time.Date(2026, 7, 1, 8, 0, 0, 123456000, time.UTC)},
		{A: "人数", B: "人数", FieldA: "a.n", FieldB: "b.n", At: time.Date(2026, 7, 2, 0, 0, 0, 0, time.UTC)},
	}
	for format, read := range map[string]func([]byte) ([]queries.Synonym, error){
		"csv":    func(b []byte) ([]queries.Synonym, error) { return readSynonymTable(bytes.NewReader(b)) },
		"ndjson": func(b []byte) ([]queries.Synonym, error) { return readSynonymLines(bytes.NewReader(b)) },
	} {
		var text bytes.Buffer
		if err := writeSynonyms(&text, want, format); err != nil {
			t.Fatal(err)
		}
		if format == "csv" && !strings.Contains(text.String(), "'=SUM(A1)") {
			t.Errorf("a spreadsheet would take the label for a formula: %s", text.String())
		}
		got, err := read(text.Bytes())
		if err != nil {
			t.Fatal(format, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

// Whatever a file holds, it is read or refused with a reason; what is read can be written and read again.
func FuzzReadSynonyms(f *testing.F) {
	for _, s := range []string{
		"a,b,same\n甲,乙,true\n", "\ufeffb,a,same,at\n甲,乙,否,2026-07-01T08:00:00+08:00\n", "a,b,same\n\"甲", "same\ntrue\n", "",
		`{"a":"甲","b":"乙","same":false,"at":"2026-07-01T08:00:00Z"}`, `{"a":"甲"}`, `{"a":"甲","b":"乙","same":true}{}`, "null", `{"c":1}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		table, err1 := readSynonymTable(strings.NewReader(s))
		lines, err2 := readSynonymLines(strings.NewReader(s))
		for _, all := range [][]queries.Synonym{table, lines} {
			for _, v := range all {
				if _, err := v.Normalised(); err != nil {
					t.Errorf("%+v was taken: %v", v, err)
				}
			}
		}
		if err1 == nil && err2 == nil && len(table) > 0 && len(lines) > 0 {
			t.Errorf("%q is read both as csv and as ndjson", s)
		}
	})
}

package queries_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func TestSynonymsKeepTheNewestVerdict(t *testing.T) {
	s := querytest.New(t)
	at := func(day int) time.Time { return time.Date(2026, 5, day, 8, 0, 0, 0, time.UTC) }
	save := func(v queries.Synonym) {
		t.Helper()
		if err := s.SaveSynonym(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	save(queries.Synonym{A: "住院人次", B: "入院人次", Same: true, FieldA: "wj.a", FieldB: "yb.b", By: "王", Note: "同一台账", At: at(2)})
	save(queries.Synonym{A: " 户籍人口 ", B: "常住人口", Same: true, At: at(3)})
	save(queries.Synonym{A: "常住人口", B: "户籍人口", Same: false, At: at(4)})
	save(queries.Synonym{A: "户籍人口", B: "常住人口", Same: true, At: at(1)}) // an older verdict, brought by an import
	want := []queries.Synonym{
		{A: "常住人口", B: "户籍人口", Same: false, At: at(4)},
		{A: "住院人次", B: "入院人次", Same: true, FieldA: "wj.a", FieldB: "yb.b", By: "王", Note: "同一台账", At: at(2)},
	}
	read := func() []queries.Synonym {
		t.Helper()
		got, err := s.Synonyms(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Error(diff)
	}
	// Labels that are the same to the letter are told apart by their fields.
	save(queries.Synonym{A: "人数", B: "人数", FieldA: "z.n", FieldB: "a.n", At: at(1)})
	save(queries.Synonym{A: "人数", B: "人数", FieldA: "a.n", FieldB: "b.n", At: at(1)})
	if got := read(); len(got) != 4 || got[2].FieldB != "b.n" || got[3].FieldA != "a.n" || got[3].FieldB != "z.n" {
		t.Errorf("%+v", got)
	}
	remove := func(v queries.Synonym) {
		t.Helper()
		if err := s.RemoveSynonym(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	remove(queries.Synonym{A: "人数", B: "人数", FieldA: "b.n", FieldB: "a.n"})
	if got := read(); len(got) != 3 || got[2].FieldB != "z.n" {
		t.Errorf("%+v", got)
	}
	remove(queries.Synonym{A: "人数", B: "人数"})
	remove(queries.Synonym{A: "户籍人口", B: "常住人口", FieldA: "c.x", FieldB: "d.y"})
	if diff := cmp.Diff(want[1:], read()); diff != "" {
		t.Error(diff)
	}
}

func TestFaultySynonymsAreRefused(t *testing.T) {
	s := querytest.New(t)
	for name, v := range map[string]queries.Synonym{
		"empty": {A: "", B: "b"}, "equal": {A: "a", B: " a"}, "equal and same": {A: "a", B: "a", Same: true, FieldA: "f.x", FieldB: "g.x"}, "bytes": {A: "\xff", B: "b"}, "long": {A: strings.Repeat("长", 501), B: "b"},
	} {
		if err := s.SaveSynonyms(t.Context(), []queries.Synonym{{A: "x", B: "y", Same: true}, v}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if got := ask(t, s, "SELECT count() FROM synonyms"); got != "0" {
		t.Errorf("%s synonyms were stored", got)
	}
}

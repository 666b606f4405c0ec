package queries_test

import (
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func TestSavedFiltersBelongToTheirAccount(t *testing.T) {
	ctx, s := t.Context(), querytest.New(t)
	at := time.Date(2026, 7, 6, 9, 0, 0, 0, time.UTC)
	for i, f := range []queries.SavedFilter{
		{Account: "li", Path: "/findings", Name: "高", Query: "severity=high"},
		{Account: "li", Path: "/findings", Name: "高", Query: "severity=high&status=open"},
		{Account: "li", Path: "/systems", Name: "高", Query: "verdict=unused"},
		{Account: "wang", Path: "/findings", Name: "高", Query: "q=%27"},
	} {
		f.At = at.Add(time.Duration(i) * time.Second)
		if err := s.SaveFilter(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(account string, want ...string) {
		t.Helper()
		got, err := s.SavedFilters(ctx, account)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%s keeps %v, want %v", account, got, want)
		}
		for i, f := range got {
			if f.Path+"?"+f.Query != want[i] {
				t.Errorf("%s keeps %v, want %s", account, f, want[i])
			}
		}
	}
	expect("li", "/findings?severity=high&status=open", "/systems?verdict=unused")
	expect("nobody")
	if err := s.RemoveFilter(ctx, queries.SavedFilter{Account: "li", Path: "/findings", Name: "高", At: at.Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	expect("li", "/systems?verdict=unused")
	expect("wang", "/findings?q=%27")
	// The same name again.
	if err := s.SaveFilter(ctx, queries.SavedFilter{Account: "li", Path: "/findings", Name: "高", Query: "page=2", At: at.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	expect("li", "/findings?page=2", "/systems?verdict=unused")
}

package queries_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func TestSQLIsReadOnlyAndStreams(t *testing.T) {
	store := querytest.New(t)
	ctx := t.Context()
	var out strings.Builder
	if err := store.SQL(ctx, "SELECT number, toString(number) AS s FROM numbers(3)", "JSONEachRow", &out); err != nil {
		t.Fatal(err)
	}
	if want := "{\"number\":0,\"s\":\"0\"}\n"; !strings.HasPrefix(out.String(), want) {
		t.Fatalf("got %q", out.String())
	}
	err := store.SQL(ctx, "DROP TABLE systems", "TSV", &out)
	if queries.Code(err) != 164 {
		t.Fatalf("a write must be refused with code 164 (READONLY), got %v", err)
	}
	if err := store.SQL(ctx, "SELECT nonsense", "TSV", &out); queries.Code(err) != 47 {
		t.Fatalf("want ClickHouse's code 47, got %v", err)
	}
}

func TestCancelEndsALongStatement(t *testing.T) {
	store := querytest.New(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var out strings.Builder
	started := time.Now()
	err := store.SQL(ctx, "SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) % 7 = 3", "TSV", &out)
	if err == nil {
		t.Fatal("the statement was not ended")
	}
	if time.Since(started) > 20*time.Second {
		t.Fatalf("ended after %s only", time.Since(started))
	}
	// The store works on.
	if err := store.SQL(t.Context(), "SELECT 1", "TSV", &out); err != nil {
		t.Fatal(err)
	}
}

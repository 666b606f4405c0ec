package queries_test

import (
	"context"
	"errors"
	"net/http/httptest"
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

// TestServerByURL reaches the engine's HTTP interface over TCP, as it would reach a ClickHouse server.
func TestServerByURL(t *testing.T) {
	server := httptest.NewServer(querytest.Engine(t))
	defer server.Close()
	store, err := queries.Open(t.Context(), queries.Config{URL: server.URL + "/by_url"})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if store.Database != "by_url" {
		t.Errorf("the database of the URL was not taken: %s", store.Database)
	}
	w, err := store.Write(t.Context(), queries.Batch{Source: "x", Usage: []*queries.UsageColumns{usageBlock(0, 50_000)}})
	if err != nil || w.Usage != 50_000 {
		t.Fatal(w, err)
	}
	if got := ask(t, store, "SELECT count(), sum(position) FROM usage_events"); got != "50000\t1249975000" {
		t.Error(got)
	}
	if err := store.Drop(t.Context()); err != nil {
		t.Error(err)
	}
}

// limited is a reader that goes away after some bytes.
type limited struct{ left int }

var errGone = errors.New("the reader went away")

func (l *limited) Write(b []byte) (int, error) {
	if l.left -= len(b); l.left < 0 {
		return 0, errGone
	}
	return len(b), nil
}

// TestReadingStreams stops in the middle of a result that would take hours and gigabytes as a whole.
func TestReadingStreams(t *testing.T) {
	store := querytest.New(t)
	err := store.SQL(t.Context(), "SELECT number FROM numbers(1000000000000)", "TSV", &limited{left: 10 << 20})
	if !errors.Is(err, errGone) {
		t.Fatal(err)
	}
	if got := ask(t, store, "SELECT 1"); got != "1" {
		t.Fatal(got)
	}
	stop := errors.New("enough")
	if err := store.Each(t.Context(), "schema.Applied", nil, func(func(...any) error) error { return stop }); !errors.Is(err, stop) {
		t.Fatal(err)
	}
}

// TestMemoryLimitFailsTheStatementOnly gives a statement too little memory; the next one works.
func TestMemoryLimitFailsTheStatementOnly(t *testing.T) {
	store := querytest.New(t)
	var out strings.Builder
	err := store.SQL(t.Context(), "SELECT uniqExact(number) FROM numbers(20000000) SETTINGS max_memory_usage = 20000000", "TSV", &out)
	if queries.Code(err) != 241 && queries.Code(err) != 164 {
		t.Fatalf("want code 241 (MEMORY_LIMIT_EXCEEDED), got %v", err)
	}
	if got := ask(t, store, "SELECT 1"); got != "1" {
		t.Fatal(got)
	}
}

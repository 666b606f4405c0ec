package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// upstream is one growing upstream of a kind of source.
type upstream struct {
	config string                 // the source's part of jianfu.yaml
	grow   func(t *testing.T) int // adds rows and gives how many
	count  string                 // SQL: rows stored, distinct rows
}

// TestKilledAnywhereLosesNothing kills a collect run of each kind at fifty random moments while its upstream grows, lets a
// last run end, and compares what is stored with what the upstream holds.
func TestKilledAnywhereLosesNothing(t *testing.T) {
	needEngine(t)
	jianfu(t.Context(), t) // builds the program, so that the first kill meets a running one
	kills := 50
	if testing.Short() {
		kills = 4
	}
	for kind, make := range map[string]func(t *testing.T, dir string) upstream{
		"accesslog": logUpstream, "ndjson": recordUpstream, "sqldb": tableUpstream, "httpapi": apiUpstream, "spreadsheet": sheetUpstream,
	} {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			up := make(t, dir)
			config := filepath.Join(dir, "jianfu.yaml")
			if err := os.WriteFile(config, []byte("clickhouse: {embedded: ./data}\nsources:\n  - "+up.config+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(1, uint64(len(kind))))
			total, killed := 0, 0
			for range kills {
				total += up.grow(t)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				c := jianfu(ctx, t, "collect", "-c", config)
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(100+random.IntN(900)) * time.Millisecond)
				if err := c.Process.Signal(syscall.SIGKILL); err == nil {
					killed++
				}
				_ = c.Wait() // it was killed, or had just ended
				cancel()
			}
			if out, err := jianfu(t.Context(), t, "collect", "-c", config).CombinedOutput(); err != nil {
				t.Fatalf("the last run: %v\n%s", err, out)
			}
			out, err := jianfu(t.Context(), t, "sql", "-c", config, up.count).Output()
			if err != nil {
				t.Fatal(err, stderr(err))
			}
			want := fmt.Sprintf("%d\t%d", total, total)
			if got := strings.TrimSpace(string(out)); got != want {
				t.Fatalf("after %d kills: stored and distinct %s, upstream %s", killed, got, want)
			}
			t.Logf("%d kills, %d rows, none lost, none twice", killed, total)
		})
	}
}

func stderr(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(exit.Stderr)
	}
	return ""
}

func logUpstream(t *testing.T, dir string) upstream {
	path, n := filepath.Join(dir, "access.log"), 0
	return upstream{
		config: `{id: gateway, kind: accesslog, path: ./access.log, format: combined, system: portal}`,
		count:  "SELECT count(), uniqExact(object) FROM (SELECT concat(object, toString(duration_ms), toString(position)) AS object FROM usage_events)",
		grow: func(t *testing.T) int {
			var b bytes.Buffer
			for range 50_000 {
				n++
				when := time.Unix(1_750_000_000+int64(n/20), 0).UTC()
				fmt.Fprintf(&b, "10.0.%d.%d - user%d [%s] \"GET /form/page%d HTTP/1.1\" 200 %d \"-\" \"Mozilla/5.0\"\n", n%7, n%250, n%99, when.Format("02/Jan/2006:15:04:05 -0700"), n%13, n)
			}
			appendTo(t, path, b.Bytes())
			return 50_000
		},
	}
}

func recordUpstream(t *testing.T, dir string) upstream {
	path, n := filepath.Join(dir, "records.ndjson"), 0
	return upstream{
		config: `{id: drop, kind: ndjson, path: ./records.ndjson}`,
		count:  "SELECT count(), uniqExact(key) FROM submissions",
		grow: func(t *testing.T) int {
			var b bytes.Buffer
			for range 10_000 {
				n++
				fmt.Fprintf(&b, `{"type":"submission","form":"f1","unit":"9901%02d","period":"2026-0%d","submitted_at":"2026-08-01T00:00:00Z","id":"r%d","values":{"a":%d,"b":"x%d"}}`+"\n", n%60, n%6+1, n, n, n%5)
			}
			appendTo(t, path, b.Bytes())
			return 10_000
		},
	}
}

func appendTo(t *testing.T, path string, b []byte) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(b)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func tableUpstream(t *testing.T, dir string) upstream {
	db, err := sql.Open("sqlite", filepath.Join(dir, "app.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE reports (id INTEGER PRIMARY KEY, village TEXT, month TEXT, saved TEXT, people INTEGER)"); err != nil {
		t.Fatal(err)
	}
	n := 0
	return upstream{
		config: `{id: app, kind: sqldb, driver: sqlite, dsn: ./app.db, query: "SELECT * FROM reports", watermark: saved, key: id, mapping: {record: submission, form: f1, unit: village, period: month, submitted_at: saved, id: id, values: {people: people}}}`,
		count:  "SELECT count(), uniqExact(key) FROM submissions",
		grow: func(t *testing.T) int {
			tx, err := db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for range 5_000 {
				n++
				when := time.Unix(1_780_000_000+int64(n/7), 0).UTC().Format(time.RFC3339)
				if _, err := tx.ExecContext(t.Context(), "INSERT INTO reports VALUES (?, ?, ?, ?, ?)", n, fmt.Sprintf("9901%02d", n%60), fmt.Sprintf("2026-0%d", n%6+1), when, n); err != nil {
					t.Fatal(err)
				}
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			return 5_000
		},
	}
}

func apiUpstream(t *testing.T, _ string) upstream {
	var size atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		total := int(size.Load())
		items := []map[string]any{}
		for n := (page-1)*500 + 1; n <= page*500 && n <= total; n++ {
			items = append(items, map[string]any{"id": n, "village": fmt.Sprintf("9901%02d", n%60), "month": fmt.Sprintf("2026-0%d", n%6+1), "saved": "2026-08-01T00:00:00Z", "people": n})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"total": total, "items": items})
	}))
	t.Cleanup(server.Close)
	return upstream{
		config: `{id: api, kind: httpapi, url: "` + server.URL + `/reports", records: items, paging: {kind: page, page_param: page, first: 1, size: 500, total_path: total}, mapping: {record: submission, form: f1, unit: village, period: month, submitted_at: saved, id: id, values: {people: people}}}`,
		count:  "SELECT count(), uniqExact(key) FROM submissions",
		grow:   func(*testing.T) int { size.Add(700); return 700 },
	}
}

func sheetUpstream(t *testing.T, dir string) upstream {
	n := 0
	return upstream{
		config: `{id: sheets, kind: spreadsheet, path: "./*.csv", form: f1, unit: {column: 村代码}, period: {column: 月份}, submitted_at: {column: 上报时间}}`,
		count:  "SELECT count(), uniqExact(key) FROM submissions",
		grow: func(t *testing.T) int {
			var b bytes.Buffer
			b.WriteString("村代码,月份,上报时间,人数\n")
			for range 2_000 {
				n++
				fmt.Fprintf(&b, "9901%02d,2026-0%d,2026-08-01 08:00:00,%d\n", n%60, n%6+1, n)
			}
			// Written beside and renamed, as a careful upstream does.
			name := filepath.Join(dir, fmt.Sprintf("report-%05d.csv", n))
			if err := errors.Join(os.WriteFile(name+".part", b.Bytes(), 0o600), os.Rename(name+".part", name)); err != nil {
				t.Fatal(err)
			}
			return 2_000
		},
	}
}

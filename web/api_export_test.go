package web_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// exportOf asks a real server for an export, so that trailers and broken connections are those of HTTP.
func exportOf(t *testing.T, c *canned, path string) *http.Response {
	t.Helper()
	o := options(t, c)
	o.Listen = ""
	s := open(t, o)
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/v1/exports"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// TestExportsHoldNoRows exports a million rows and looks at what is alive on the heap on the way: it must not grow with them.
func TestExportsHoldNoRows(t *testing.T) {
	rows := 1_000_000
	if testing.Short() {
		rows = 100_000
	}
	for _, format := range []string{"ndjson", "csv", "xlsx"} {
		t.Run(format, func(t *testing.T) {
			c := storable()
			var first, most uint64
			c.exporting = exporting{rows: rows, seen: func(row int) {
				if row%(rows/10) != rows/20 {
					return
				}
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				if first == 0 {
					first = m.HeapAlloc
				}
				most = max(most, m.HeapAlloc)
			}}
			res := exportOf(t, c, "/usage?format="+format)
			n, err := io.Copy(io.Discard, res.Body)
			if err != nil || res.StatusCode != http.StatusOK || n < int64(rows) {
				t.Fatalf("%d, %d bytes, %v", res.StatusCode, n, err)
			}
			if res.Trailer.Get("Jianfu-Complete") != "true" || res.Trailer.Get("Jianfu-Rows") != strconv.Itoa(rows) {
				t.Errorf("trailers: %v", res.Trailer)
			}
			// A workbook keeps up to 16 MiB before its rows go to a file. A million rows are more than 100 MB in any format.
			if most > first+24<<20 {
				t.Errorf("the heap grew from %d to %d bytes over %d rows", first, most, rows)
			}
		})
	}
}

// TestABrokenExportIsSeenAsBroken fails at a row that comes after the first bytes have left, and at the first.
func TestABrokenExportIsSeenAsBroken(t *testing.T) {
	for _, format := range []string{"ndjson", "csv"} {
		c := storable()
		c.exporting = exporting{rows: 50_000, failAt: 40_000}
		res := exportOf(t, c, "/usage?format="+format)
		if res.StatusCode != http.StatusOK {
			t.Fatal(res.StatusCode)
		}
		if _, err := io.Copy(io.Discard, res.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: a short file ends with %v", format, err)
		}
		if res.Trailer.Get("Jianfu-Complete") != "" {
			t.Errorf("%s: a short file says that it is whole", format)
		}
	}
	for _, path := range []string{"/usage", "/submissions/f1?format=csv", "/usage?format=xlsx"} {
		c := storable()
		c.exporting = exporting{rows: 10, failAt: 2}
		res := exportOf(t, c, path)
		body := text(t, res)
		if res.StatusCode != http.StatusInternalServerError || res.Header.Get("Content-Type") != "application/problem+json" || strings.Contains(body, "store went away") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
		if res.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s: a problem is no file", path)
		}
	}
}

// TestExportsOfSubmissionsNameNobody looks for the name that the canned county holds in a field of free text.
func TestExportsOfSubmissionsNameNobody(t *testing.T) {
	for _, format := range []string{"ndjson", "csv", "xlsx"} {
		c := storable()
		form := c.forms["f1"]
		for i := range form.Fields {
			form.Fields[i].Type = "code"
		}
		res := exportOf(t, c, "/submissions/f1?format="+format)
		raw := []byte(text(t, res))
		if res.StatusCode != http.StatusOK || len(raw) == 0 {
			t.Fatal(res.StatusCode, string(raw))
		}
		table := string(raw)
		if format == "xlsx" {
			f, err := excelize.OpenReader(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := f.GetRows("Sheet1")
			if err != nil {
				t.Fatal(err)
			}
			raw, err = json.Marshal(rows)
			if err != nil {
				t.Fatal(err)
			}
			table = string(raw)
		}
		if strings.Contains(table, "张三") || !strings.Contains(table, "abc") {
			t.Errorf("%s: %s", format, table)
		}
		if format != "csv" {
			continue
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 4 {
			t.Fatal(rows, err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.HasPrefix(cell, "=") {
					t.Errorf("a formula: %s", cell)
				}
			}
		}
	}
}

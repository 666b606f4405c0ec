package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// BenchmarkRead measures records of ten members a second, in pages of a thousand from a server in the process.
func BenchmarkRead(b *testing.B) {
	const pages, size = 100, 1000
	bodies := make([][]byte, pages)
	for p := range bodies {
		var rows []map[string]any
		for i := range size {
			n := p*size + i
			rows = append(rows, map[string]any{
				"id": n, "updated": fmt.Sprintf("2026-07-%02d 08:%02d:00", 1+n%28, n%60), "org": map[string]any{"code": fmt.Sprintf("4312251%05d", n%150)},
				"data": map[string]any{"a": n, "b": n % 7, "c": float64(n) + .25, "d": fmt.Sprintf("姓名%d", n), "e": "2026年", "f": true, "g": nil},
			})
		}
		var err error
		if bodies[p], err = json.Marshal(map[string]any{"total": pages * size, "rows": rows}); err != nil {
			b.Fatal(err)
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var p int
		fmt.Sscan(r.URL.Query().Get("page"), &p)
		_, _ = w.Write(bodies[p-1])
	}))
	b.Cleanup(server.Close)
	s := source(b, "url: "+server.URL+"\nrecords: rows\npaging: {kind: page, size: 1000, total_path: total}\n"+
		"mapping: {record: submission, id: id, form: report, unit: org.code, period: updated, cycle: month, submitted_at: updated}")
	for b.Loop() {
		m := &counting{}
		if err := s.Collect(b.Context(), nil, m); err != nil || m.rows != pages*size {
			b.Fatalf("%d rows, %v", m.rows, err)
		}
	}
	b.ReportMetric(float64(pages*size)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

type counting struct {
	memory
	rows int
}

func (c *counting) Submissions(_ context.Context, rows []queries.Submission) error {
	c.rows += len(rows)
	return nil
}

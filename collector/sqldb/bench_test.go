package sqldb

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// BenchmarkRead measures rows of ten columns a second, mapping included.
func BenchmarkRead(b *testing.B) {
	const rows = 100_000
	for _, driver := range []string{"sqlite", "postgres", "mysql"} {
		b.Run(driver, func(b *testing.B) {
			db := open(b, driver)
			table := fmt.Sprintf("bench_%d", tableSeq.Add(1))
			db.exec(b, "CREATE TABLE "+table+" (id INT PRIMARY KEY, changed "+map[string]string{"sqlite": "TEXT", "postgres": "TIMESTAMP", "mysql": "DATETIME(6)"}[driver]+
				", village VARCHAR(20), a INT, b INT, c NUMERIC(10,2), d VARCHAR(40), e VARCHAR(40), f DOUBLE PRECISION, g DATE)")
			b.Cleanup(func() { db.exec(b, "DROP TABLE "+table) })
			db.exec(b, "CREATE INDEX w_"+table+" ON "+table+" (changed, id)")
			for from := 0; from < rows; from += 1000 {
				var values []string
				for id := from; id < from+1000; id++ {
					values = append(values, fmt.Sprintf("(%d, '2026-07-%02d %02d:%02d:00', '4312251%05d', %d, %d, %d.25, '姓名%d', '2026年', %d.5, '2026-07-01')", id, 1+id%28, id%24, id%60, id%150, id, id%7, id%1000, id, id%99))
				}
				db.exec(b, "INSERT INTO "+table+" VALUES "+strings.Join(values, ","))
			}
			s := db.source(b, "query: SELECT * FROM "+table+"\nwatermark: changed\nkey: id\nmapping: {record: submission, form: report, unit: village, period: g, cycle: month, submitted_at: changed}")
			b.ResetTimer()
			for range b.N {
				m := &counting{}
				if err := s.Collect(b.Context(), nil, m); err != nil || m.rows != rows {
					b.Fatalf("%d rows, %v", m.rows, err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

type counting struct {
	memory
	rows int
}

func (c *counting) Submissions(_ context.Context, rows []queries.Submission) error {
	c.rows += len(rows)
	return nil
}

package spreadsheet

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// counting is a sink that counts.
type counting struct {
	memory
	values int
}

func (c *counting) Submissions(_ context.Context, rows []queries.Submission) error {
	for i := range rows {
		c.values += len(rows[i].Values)
	}
	return nil
}

func benchmark(b *testing.B, path string, rows int) {
	s, err := build("path: '"+path+"'\nform: f\nperiod: {value: '2026'}\nsubject: 户号", ".")
	if err != nil {
		b.Fatal(err)
	}
	s.(*source).Now = func() time.Time { return time.Now().Add(time.Hour) }
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	values := 0
	for b.Loop() {
		c := &counting{}
		if err := s.Collect(context.Background(), collector.Checkpoint(nil), c); err != nil {
			b.Fatal(err)
		}
		if c.values != rows*10 || len(c.rejected) > 0 {
			b.Fatalf("%d values, %v", c.values, c.rejected)
		}
		values += c.values
	}
	b.ReportMetric(float64(values)/b.Elapsed().Seconds(), "values/s")
}

func BenchmarkCSV(b *testing.B) {
	const rows = 100_000
	var text strings.Builder
	text.WriteString("村,户号,a,b,c,d,e,f,g,h,i,j\n")
	for i := range rows {
		fmt.Fprintf(&text, "3301%08d,h%d,%d,%d,%d.5,%d,是,%d,\"甲，乙\",无变化,%d,%d\n", i%150, i, i%97, i%1000, i%333, i%7, i, i%55, i*7)
	}
	path := filepath.Join(b.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	benchmark(b, path, rows)
}

func BenchmarkWorkbook(b *testing.B) {
	const rows = 20_000
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	header := []any{"村", "户号", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	for i := range rows + 1 {
		cells := header
		if i > 0 {
			cells = []any{fmt.Sprintf("3301%08d", i%150), fmt.Sprintf("h%d", i), i % 97, i % 1000, float64(i%333) + 0.5, i % 7, "是", i, "甲", "无变化", i % 55, i * 7}
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "a.xlsx")
	if err := f.SaveAs(path); err != nil {
		b.Fatal(err)
	}
	benchmark(b, path, rows)
}

package web_test

import (
	"io"
	"testing"

	"github.com/jianfu/jianfu/web/report"
)

// BenchmarkReportPDF200 prints a report of 200 findings, each with its picture, tables and explanations, from reading the findings
// to the last byte of the PDF.
func BenchmarkReportPDF200(b *testing.B) {
	c := crowded(200)
	for i := range c.findings {
		c.findings[i].Severity = "high"
	}
	texts, printer := bundle(b), report.NewPrinter()
	b.ResetTimer()
	for range b.N {
		data, err := report.Read(b.Context(), c, report.Scope{})
		if err != nil {
			b.Fatal(err)
		}
		if err := report.PDF(b.Context(), io.Discard, data, report.Options{Bundle: texts, Now: now}, printer); err != nil {
			b.Fatal(err)
		}
	}
}

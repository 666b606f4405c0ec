package analyzer_test

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkFabrication judges 200 units x 36 months x 300 fields, two million values, with each detector.
func BenchmarkFabrication(b *testing.B) {
	w := newWorld(200, 36)
	fields := make([]figure, 300)
	for i := range fields {
		fields[i] = figure{id: fmt.Sprintf("f%d", i), measure: "flow", mean: 15 + float64(i*7%400), noise: 6}
	}
	s := w.honest("wide", fields...)
	s.copyForward(4, 2, 3, 4, 7, 8, 9, 11, 20, 21, 22)
	s.copyUnit(5, 15, 2, 3, 4, 7, 8, 9, 11, 20, 21, 22)
	s.late = after(5, 2, 3, 4, 7, 8, 9, 11, 20, 21, 22)
	begin := time.Now()
	w.hand(s)
	in := w.input(b)
	b.Logf("stored in %v", time.Since(begin))
	for _, id := range []string{"fab-copy-forward", "fab-cross-unit", "fab-near-duplicate"} {
		b.Run(id, func(b *testing.B) {
			for b.Loop() {
				fabricationFindings(b, in, id)
			}
			b.ReportMetric(200*36*300*float64(b.N)/b.Elapsed().Seconds(), "values/s")
		})
	}
}

package analyzer_test

import (
	"testing"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
)

// BenchmarkMergePlan stores the comparison of many forms with its plan; the comparison itself is not counted.
func BenchmarkMergePlan(b *testing.B) {
	a := newArchive(b, benchForms(200), 20, 6)
	in := a.input()
	for _, d := range analyzer.Detectors() {
		keeper, keeps := d.(analyzer.Keeper)
		if !keeps {
			continue
		}
		if _, err := d.Detect(b.Context(), in); err != nil {
			b.Fatal(err)
		}
		run := uint64(0)
		for b.Loop() {
			run++
			if err := keeper.Keep(b.Context(), in, queries.Analysis{Run: run, AsOf: in.Window.To}); err != nil {
				b.Fatal(err)
			}
		}
	}
	lines, err := a.store.PlanLines(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(lines)), "lines")
}

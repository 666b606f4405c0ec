package analyzer_test

import (
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// TestTryFab prints what the detectors of suspicious data make of counties.
func TestTryFab(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		for _, fraud := range []float64{demo.DefaultFraud, 0} {
			built := time.Now()
			s := simulateWithout(t, demo.Options{Seed: seed, Fraud: fraud}, "usage")
			t.Log("built in", time.Since(built))
			var all []queries.Finding
			for _, d := range analyzer.Detectors() {
				if d.Meta().Family != "fabrication" {
					continue
				}
				begin := time.Now()
				found, err := d.Detect(t.Context(), s.input)
				if err != nil {
					t.Fatal(err)
				}
				open, silent := 0, 0
				for i := range found {
					found[i].Detector, found[i].Family = d.Meta().ID, "fabrication"
					if found[i].Status == "not_assessed" {
						silent++
						continue
					}
					found[i].Status = "open"
					open++
					all = append(all, found[i])
				}
				t.Logf("seed %d fraud %.2f %s: %d findings, %d not assessed, %v", seed, fraud, d.Meta().ID, open, silent, time.Since(begin))
			}
			list := analyzer.VerifyList(all, s.input.Policy)
			report := demo.Score(s.truth, all, list)
			for _, r := range report.Rows {
				if r.Family == "fabrication" || r.Family == "verify-list" {
					t.Logf("  %-20s planted %d found %d right %d caught %d P %.3f R %.3f wrong %v missed %v", r.Detector, r.Planted, r.Found, r.Right, r.Caught, r.Precision, r.Recall, r.Wrong, r.Missed)
				}
			}
		}
	}
}

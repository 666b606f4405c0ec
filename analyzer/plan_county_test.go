package analyzer_test

import (
	"math"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// planOf analyses duplicates and gives the plan that is stored.
func planOf(t testing.TB, s simulated) []queries.PlanLine {
	t.Helper()
	run := queries.Analysis{Run: uint64(time.Now().UnixNano()), AsOf: s.input.Window.To}
	for _, d := range analyzer.Detectors() {
		if keeper, keeps := d.(analyzer.Keeper); keeps {
			if _, err := d.Detect(t.Context(), s.input); err != nil {
				t.Fatal(err)
			}
			if err := keeper.Keep(t.Context(), s.input, run); err != nil {
				t.Fatal(err)
			}
		}
	}
	lines, err := s.input.Store.PlanLines(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestPlanOfCounties(t *testing.T) {
	if testing.Short() {
		t.Skip("builds counties")
	}
	for seed := range uint64(3) {
		s := simulateWithout(t, demo.Options{Villages: 30, Fraud: demo.DefaultFraud, Seed: 40 + seed}, "usage")
		findings(t, s, "burden-hours")
		lines := planOf(t, s)
		score := demo.ScorePlan(s.truth, lines)
		t.Logf("seed %d: %d lines, precision %.3f, promised %.0f h, true %.0f h (%+.1f %%), intervals hold %d, recall %.3f, mappings %d of %d",
			40+seed, score.Lines, score.Precision, score.Promised, score.True, 100*score.Error, score.Covered, score.Recall, score.Exact, score.Mappings)
		for _, w := range score.Wrong {
			t.Log("wrong: ", w)
		}
		t.Log("left: ", score.Left)
		if score.Precision < 0.95 || score.Recall < 0.85 || math.Abs(score.Error) > 0.15 || score.Exact < score.Mappings {
			t.Errorf("precision %.3f, recall %.3f, error %+.3f, %d of %d mappings exact", score.Precision, score.Recall, score.Error, score.Exact, score.Mappings)
		}
		if score.Covered*10 < score.Lines*8 {
			t.Errorf("%d of %d intervals hold what the line saves", score.Covered, score.Lines)
		}
	}
}

package analyzer_test

import (
	"fmt"
	"testing"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/demo"
)

// What the detectors must reach over three simulated counties taken together. Precision comes first: a false finding has a
// victim. What is planted so thinly that a year hardly shows it costs some recall.
var fabGoals = map[string]struct{ precision, recall float64 }{
	"fab-copy-forward":   {0.95, 0.9},
	"fab-cross-unit":     {0.95, 0.95},
	"fab-terminal-digit": {0.9, 0.8},
	"fab-benford":        {1, 1},
	"verify-list":        {0.95, 0.75},
}

func TestFabricationInCounties(t *testing.T) {
	if testing.Short() {
		t.Skip("builds six counties")
	}
	sums := map[string]*demo.Row{}
	for _, seed := range []uint64{1, 2, 3} {
		s := simulateWithout(t, demo.Options{Seed: seed, Fraud: demo.DefaultFraud}, "usage")
		found := fabricationFindings(t, s.input, "")
		readable(t, found)
		report := demo.Score(s.truth, found, analyzer.VerifyList(found, s.input.Policy))
		for _, r := range report.Rows {
			sum := sums[r.Detector]
			if sum == nil {
				sum = &demo.Row{}
				sums[r.Detector] = sum
			}
			sum.Planted, sum.Found, sum.Right, sum.Caught = sum.Planted+r.Planted, sum.Found+r.Found, sum.Right+r.Right, sum.Caught+r.Caught
			sum.Wrong, sum.Missed = append(sum.Wrong, r.Wrong...), append(sum.Missed, r.Missed...)
		}
	}
	for detector, goal := range fabGoals {
		sum := sums[detector]
		precision, recall := float64(sum.Right)/float64(max(1, sum.Found)), float64(sum.Caught)/float64(sum.Planted)
		t.Logf("%s: precision %.3f (%d of %d), recall %.3f (%d of %d)", detector, precision, sum.Right, sum.Found, recall, sum.Caught, sum.Planted)
		if precision < goal.precision || recall < goal.recall {
			t.Errorf("%s: precision %.3f and recall %.3f, want %v; wrong %v, missed %v", detector, precision, recall, goal, sum.Wrong, sum.Missed)
		}
	}
}

// In a county where nobody invents anything nearly nothing may be found, and nothing recommended.
func TestFabricationInHonestCounties(t *testing.T) {
	if testing.Short() {
		t.Skip("builds three counties")
	}
	var said []string
	ordered := 0
	for _, seed := range []uint64{1, 2, 3} {
		s := simulateWithout(t, demo.Options{Seed: seed}, "usage")
		found := fabricationFindings(t, s.input, "")
		readable(t, found)
		assessed := map[string]bool{}
		for _, f := range found {
			switch {
			case f.Status != "open":
			case f.P == nil && len(f.Subject.Units) == 1:
				ordered++ // triage, which claims nothing
			case f.P != nil && len(f.Subject.Units) > 0:
				said = append(said, fmt.Sprint(seed, " ", f.Detector, f.Subject))
			}
			assessed[f.Detector] = true
		}
		if len(assessed) < 4 {
			t.Errorf("only %v spoke", assessed)
		}
		for _, item := range analyzer.VerifyList(found, s.input.Policy) {
			if item.Recommended {
				t.Errorf("seed %d: %s %s is recommended", seed, item.Unit, item.Form)
			}
		}
	}
	if len(said) > 3 {
		t.Errorf("findings where there is nothing: %v", said)
	}
	if ordered > 20 {
		t.Errorf("%d units of 450 are put in order where there is nothing", ordered)
	}
}

package analyzer_test

import (
	"slices"
	"testing"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// onDuplicates runs every detector of duplicate reporting and of standards over a county.
func onDuplicates(t *testing.T, s simulated) (found []queries.Finding) {
	t.Helper()
	for _, d := range analyzer.Detectors() {
		if !slices.Contains([]string{"duplicate", "standard"}, d.Meta().Family) {
			continue
		}
		list, err := d.Detect(t.Context(), s.input)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, named(d.Meta().ID, list)...)
	}
	return found
}

// What counties, two of them in other words, must reach, taken together: pairs of fields as the issue asks, and of every kind of trap no more than one in
// twenty walked into. asked-again counts misses.
func TestTrapsInCounties(t *testing.T) {
	if testing.Short() {
		t.Skip("builds counties")
	}
	traps, rows := map[string]*demo.TrapRow{}, map[string]*demo.Row{}
	for seed := range uint64(3) {
		s := simulateWithout(t, demo.Options{Villages: 30, Fraud: demo.DefaultFraud, Seed: 90 + seed, Reworded: seed > 0}, "usage")
		findings(t, s, "burden-hours")
		report := demo.Score(s.truth, onDuplicates(t, s), nil)
		for _, r := range report.Traps {
			sum := traps[r.Kind]
			if sum == nil {
				sum = &demo.TrapRow{}
				traps[r.Kind] = sum
			}
			sum.Pairs, sum.Wrong, sum.Names = sum.Pairs+r.Pairs, sum.Wrong+r.Wrong, append(sum.Names, r.Names...)
			if r.Wrong > 0 && r.Kind != "" {
				t.Logf("seed %d, trap %s: %d of %d, %v", 90+seed, r.Kind, r.Wrong, r.Pairs, r.Names)
			}
		}
		for _, r := range report.Rows {
			if r.Detector == "" || !slices.Contains([]string{"duplicate", "pairs", "aggregates", "codes", "entry-hours", "standard"}, r.Family) {
				continue
			}
			t.Logf("seed %d, %s: planted %d, found %d, precision %.3f, recall %.3f, wrong %v, missed %v", 90+seed, r.Detector, r.Planted, r.Found, r.Precision, r.Recall, r.Wrong, r.Missed)
			sum := rows[r.Detector]
			if sum == nil {
				sum = &demo.Row{}
				rows[r.Detector] = sum
			}
			sum.Planted, sum.Found, sum.Right, sum.Caught = sum.Planted+r.Planted, sum.Found+r.Found, sum.Right+r.Right, sum.Caught+r.Caught
		}
	}
	for kind, sum := range traps {
		if 20*sum.Wrong > sum.Pairs {
			t.Errorf("trap %q: %d of %d walked into, %v", kind, sum.Wrong, sum.Pairs, sum.Names)
		}
	}
	for detector, goal := range map[string][2]float64{
		"field-pairs": {0.95, 0.9}, "dup-form": {0.95, 0.9}, "dup-item": {0.95, 0.9}, "dup-entry": {0.95, 0.9}, "std-conflict": {0.95, 0.9},
		"code-mapping": {1, 1}, "aggregates": {0.95, 0.8},
	} {
		sum := rows[detector]
		precision, recall := float64(sum.Right)/float64(max(1, sum.Found)), float64(sum.Caught)/float64(max(1, sum.Planted))
		if precision < goal[0] || recall < goal[1] {
			t.Errorf("%s: precision %.3f, recall %.3f, want %v", detector, precision, recall, goal)
		}
	}
}

// byLabels are the kinds of trap that labels and declarations are enough to see. Whether a machine hands a form on, whether
// something was measured again, or whether the persons are the same, only answers tell.
var byLabels = []string{"identifier-key", "identity", "header", "outcome", "part-total", "same-words", "small-enumeration", "constant", "serial", "copied", "period-flow", "period-stock"}

// Where no answers are collected, labels have to do: less is found, and what labels can tell apart stays apart.
func TestLabelsAloneInACounty(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a county")
	}
	traps := map[string]*demo.TrapRow{}
	for seed := range uint64(3) {
		s := simulateWithout(t, demo.Options{Villages: demo.MinVillages, Seed: 93 + seed, Reworded: seed > 0}, "submission")
		report := demo.Score(s.truth, onDuplicates(t, s), nil)
		for _, r := range report.Rows {
			if r.Detector == "field-pairs" {
				t.Logf("seed %d: planted %d, found %d, precision %.3f, recall %.3f, wrong %v, missed %v", 93+seed, r.Planted, r.Found, r.Precision, r.Recall, r.Wrong, r.Missed)
				if r.Caught == 0 {
					t.Errorf("seed %d: labels alone find nothing", 93+seed)
				}
			}
		}
		for _, r := range report.Traps {
			if !slices.Contains(byLabels, r.Kind) {
				continue
			}
			if traps[r.Kind] == nil {
				traps[r.Kind] = &demo.TrapRow{}
			}
			traps[r.Kind].Pairs += r.Pairs
			traps[r.Kind].Names = append(traps[r.Kind].Names, r.Names...)
		}
	}
	for kind, sum := range traps {
		if 20*len(sum.Names) > sum.Pairs {
			t.Errorf("trap %s: %d of %d walked into, %v", kind, len(sum.Names), sum.Pairs, sum.Names)
		}
	}
}

package analyzer_test

import (
	"math"
	"testing"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// findings runs one detector over a county.
func findings(t testing.TB, s simulated, id string) []queries.Finding {
	t.Helper()
	for _, d := range analyzer.Detectors() {
		if d.Meta().ID == id {
			found, err := d.Detect(t.Context(), s.input)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
	}
	t.Fatalf("there is no detector %s", id)
	return nil
}

// uniform are the numbers that every finding on hours has.
var uniform = []string{
	"hours", "low", "high", "yuan", "yuan_low", "yuan_high", "confidence", "observed_hours", "filled_hours", "estimated_hours", "submissions", "method", "from", "to",
}

// Most forms of the county tell when they were begun, some with pauses in between; the rest is estimated. Hours must come
// within a tenth of what was really worked, and the 90 % intervals must hold it.
func TestBurdenOfACounty(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a county")
	}
	s := simulate(t, demo.Options{Villages: 30, Fraud: demo.DefaultFraud})
	found := findings(t, s, "burden-hours")
	readable(t, named("burden-hours", found))
	units, err := s.input.Store.BurdenByUnit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	truth := map[string]demo.Burden{}
	var hours, planted float64
	for _, b := range s.truth.Burden {
		truth[b.Unit] = b
		planted += b.Hours
	}
	held := 0
	for _, u := range units {
		want := truth[u.Unit]
		low, high := u.Interval()
		hours += u.Hours()
		if u.Submissions != uint64(want.Submitted) {
			t.Errorf("%s: %d submissions, %d were made", u.Unit, u.Submissions, want.Submitted)
		}
		if want.Hours >= low && want.Hours <= high {
			held++
		}
		if want.Recorded > 0.75 && math.Abs(u.Hours()/want.Hours-1) > 0.1 {
			t.Errorf("%s: %.1f hours, %.1f were worked", u.Unit, u.Hours(), want.Hours)
		}
	}
	t.Logf("%.0f hours, planted %.0f; %d of %d intervals hold the truth", hours, planted, held, len(units))
	if float64(held) < 0.85*float64(len(units)) || len(units) != len(truth) {
		t.Errorf("%d of %d intervals hold the truth (%d units reported)", held, len(units), len(truth))
	}
	sums := map[string]float64{}
	for _, f := range found {
		if f.Status == "not_assessed" {
			continue
		}
		detail := f.Evidence.Detail
		for _, key := range []string{"form", "owner", "system", "unit"} {
			if detail[key] != nil {
				sums[key] += detail["hours"].(float64)
				break
			}
		}
		for _, key := range uniform {
			if detail[key] == nil {
				t.Errorf("%s: no %s among the numbers", f.Evidence.Message.Key, key)
			}
		}
		parts := detail["observed_hours"].(float64) + detail["filled_hours"].(float64) + detail["estimated_hours"].(float64)
		if math.Abs(parts/detail["hours"].(float64)-1) > 1e-9 || math.Abs(detail["yuan"].(float64)/detail["hours"].(float64)-40) > 1e-9 {
			t.Errorf("%v", detail)
		}
	}
	for key, sum := range sums {
		if math.Abs(sum/hours-1) > 0.01 {
			t.Errorf("units add up to %.0f hours, findings of each %s to %.0f", hours, key, sum)
		}
	}
	if len(sums) != 4 {
		t.Errorf("findings of %v", sums)
	}
}

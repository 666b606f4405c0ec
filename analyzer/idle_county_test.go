package analyzer_test

import (
	"testing"

	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// bySystem arranges the findings of one detector by system.
func bySystem(t testing.TB, s simulated, id string) map[string]queries.Finding {
	t.Helper()
	out := map[string]queries.Finding{}
	found := findings(t, s, id)
	readable(t, named(id, found))
	for _, f := range found {
		out[f.Subject.Systems[0]] = f
	}
	return out
}

func TestIdleSystemsOfACounty(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a county")
	}
	s := simulate(t, demo.Options{Villages: 30, Fraud: demo.DefaultFraud})
	idle, forced := bySystem(t, s, "idle-system"), bySystem(t, s, "idle-forced")
	for _, u := range s.truth.Systems {
		a, b := idle[u.System], forced[u.System]
		t.Logf("%-8s %-12s idle-system %-12s %v %s; idle-forced %s %s", u.System, u.Verdict, a.Status, a.Evidence.Detail["verdict"], a.Reason.Key, b.Status, b.Reason.Key)
		if got := a.Status == "open"; got != u.Idle {
			t.Errorf("%s (%s: %s): idle-system says %q %v", u.System, u.Verdict, u.Why, a.Status, a.Evidence.Message)
		}
		if got := b.Status == "open"; got != u.Forced {
			t.Errorf("%s (%s: %s): idle-forced says %q %v", u.System, u.Verdict, u.Why, b.Status, b.Evidence.Message)
		}
		if u.Verdict == "waived" && a.Status != "waived" {
			t.Errorf("%s: waived, yet %q", u.System, a.Status)
		}
		if u.Verdict == "not_covered" && a.Status != "not_assessed" {
			t.Errorf("%s: not covered, yet %q", u.System, a.Status)
		}
	}
}

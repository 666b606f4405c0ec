package analyzer

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

// timedWorld is forms of random fields in a place where kinds of field take other times than the policy has them.
func timedWorld(random *rand.Rand, forms int, policy map[string]float64) (all []dupForm, truth map[string]float64, seconds []float64) {
	truth = map[string]float64{}
	for _, kind := range secondsKinds {
		truth[kind] = policy[kind] * math.Exp(0.4*random.NormFloat64())
	}
	types := []queries.Field{
		{Type: "integer", Measure: "flow"}, {Type: "integer", Measure: "stock"}, {Type: "code"}, {Type: "text"}, {Type: "text", Role: "key"}, {Type: "photo"},
	}
	for range forms {
		f := dupForm{}
		total := truth[secondsKinds[baseKind]]
		for range 5 + random.IntN(20) {
			field := types[random.IntN(len(types))]
			f.fields = append(f.fields, dupField{Field: field, complete: 1})
			total += truth[secondsKind(f.Form, field)]
		}
		all = append(all, f)
		seconds = append(seconds, total*math.Exp(0.15*random.NormFloat64()))
	}
	return all, truth, seconds
}

func planLimits(t testing.TB) (burden, limits map[string]float64) {
	t.Helper()
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return policy.Of("burden-hours"), policy.Of("merge-plan")
}

// Start times show what kinds of field take: shares of forms come nearer to the truth than those of the policy, and the
// intervals hold them.
func TestSecondsAreLearntFromForms(t *testing.T) {
	burden, limits := planLimits(t)
	limits["field_spread"] = 0 // fields of one kind take the same here
	before, after, held, n := 0.0, 0.0, 0, 0
	for seed := range uint64(60) {
		forms, truth, seconds := timedWorld(rand.New(rand.NewPCG(seed, 1)), 40, burden)
		m := afterPolicy(burden, limits)
		var seen []timedForm
		for i := range forms[:30] {
			seen = append(seen, timedForm{parts: m.parts(&forms[i]), seconds: seconds[i]})
		}
		old := afterPolicy(burden, limits)
		if err := m.learn(seen, limits); err != nil {
			t.Fatal(err)
		}
		if err := old.learn(nil, limits); err != nil {
			t.Fatal(err)
		}
		for i := 30; i < 40; i++ {
			f := &forms[i]
			all := truth[secondsKinds[baseKind]]
			for k := range f.fields {
				all += truth[secondsKind(f.Form, f.fields[k].Field)]
			}
			learnt, policy := m.fieldHours(f, formCost{hours: 1}), old.fieldHours(f, formCost{hours: 1})
			for k := range f.fields {
				share := truth[secondsKind(f.Form, f.fields[k].Field)] / all
				before += math.Abs(policy[k].Mid/share - 1)
				after += math.Abs(learnt[k].Mid/share - 1)
				if share >= learnt[k].Low && share <= learnt[k].High {
					held++
				}
				n++
			}
		}
	}
	t.Logf("mean error of shares: %.1f %% after the policy, %.1f %% learnt; %.1f %% of the intervals hold the truth",
		100*before/float64(n), 100*after/float64(n), 100*float64(held)/float64(n))
	if after > 0.7*before || float64(held) < 0.85*float64(n) {
		t.Error("nothing was learnt, or too surely")
	}
}

func TestFieldHoursAddUp(t *testing.T) {
	burden, limits := planLimits(t)
	rapid.Check(t, func(t *rapid.T) {
		forms, _, seconds := timedWorld(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2)), 12, burden)
		m := afterPolicy(burden, limits)
		var seen []timedForm
		for i := range rapid.IntRange(0, 12).Draw(t, "timed") {
			seen = append(seen, timedForm{parts: m.parts(&forms[i]), seconds: seconds[i]})
		}
		if err := m.learn(seen, limits); err != nil {
			t.Fatal(err)
		}
		hours := rapid.Float64Range(0, 1e5).Draw(t, "hours")
		for i := range forms {
			total := 0.0
			for k, h := range m.fieldHours(&forms[i], formCost{hours: hours, doubt: rapid.Float64Range(0, 1).Draw(t, "doubt") * hours}) {
				total += h.Mid
				if h.Low < 0 || h.Low > h.Mid || h.Mid > h.High || math.IsNaN(h.Mid) {
					t.Fatalf("field %d: %+v", k, h)
				}
			}
			if math.Abs(total-hours) > 1e-9*(1+hours) {
				t.Fatalf("%g hours shared among fields are %g", hours, total)
			}
		}
	})
}

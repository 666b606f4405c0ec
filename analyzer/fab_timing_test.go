package analyzer_test

import (
	"fmt"
	"testing"

	"github.com/jianfu/jianfu/analyzer"
)

// trial counts what one detector says about a world's villages.
type trial struct{ bad, caught, recommended, listed, wrongListed, wrongRecommended int }

func (w *visitWorld) score(t *testing.T, id string, kinds map[string][2]int) trial {
	in := w.input(t)
	found := fabricationFindings(t, in, id)
	readable(t, found)
	open := map[string]string{}
	for _, f := range found {
		if f.Status == "open" && len(f.Subject.Units) == 1 {
			sign, _ := f.Evidence.Detail["sign"].(string)
			open[f.Subject.Units[0]] = fmt.Sprintf("%s (%.2f, p %.1e, open %v)", sign, *f.Effect, *f.P, f.Evidence.Detail["innocent_open"])
		} else {
			t.Log(f.Status, f.Evidence.Message.Key, f.Reason)
		}
	}
	named := map[string]bool{}
	for _, item := range analyzer.VerifyList(found, in.Policy) {
		if item.Recommended {
			named[item.Unit] = true
		}
	}
	var s trial
	for _, v := range w.units {
		_, is := open[v.code]
		k := kinds[v.bad]
		switch {
		case v.bad == "" && is:
			s.wrongListed++
			t.Logf("%s is listed for %s (recommended %t): %d visits, towers %t register %t offline %t paper %d clock %v last %t blind %t", v.code, open[v.code],
				named[v.code], len(v.visits), v.towers, v.register, v.offline, v.paper, v.clock, v.last, v.blind)
		case v.bad != "":
			s.bad++
			k[1]++
			if named[v.code] {
				k[0]++
			}
			if is && !named[v.code] {
				t.Logf("%s (%s) is listed for %s, not recommended: %d visits", v.code, v.bad, open[v.code], len(v.visits))
			}
			if is {
				s.caught++
			} else {
				t.Logf("%s (%s) is missed: %d visits, towers %t register %t offline %t paper %d blind %t", v.code, v.bad, len(v.visits), v.towers, v.register, v.offline, v.paper, v.blind)
			}
		}
		kinds[v.bad] = k
		if is {
			s.listed++
		}
		if named[v.code] {
			s.recommended++
			if v.bad == "" {
				s.wrongRecommended++
			}
		}
	}
	return s
}

func TestInventedVisits(t *testing.T) {
	if testing.Short() {
		t.Skip("builds many villages")
	}
	kinds := map[string][2]int{}
	var sum trial
	for seed := range uint64(3) {
		w := newVisitWorld(seed, 120, 12, 20)
		for i, u := range w.rng.Perm(len(w.units))[:10] {
			w.invent(w.units[u], visitFrauds[i%len(visitFrauds)], 0.3+0.6*w.rng.Float64())
		}
		s := w.score(t, "fab-timing", kinds)
		t.Logf("seed %d: %+v", seed, s)
		sum.bad, sum.caught, sum.recommended = sum.bad+s.bad, sum.caught+s.caught, sum.recommended+s.recommended
		sum.wrongListed, sum.wrongRecommended = sum.wrongListed+s.wrongListed, sum.wrongRecommended+s.wrongRecommended
	}
	t.Logf("%+v, recommended by kind %v", sum, kinds)
}

package analyzer_test

import (
	"fmt"
	"os"
	"strconv"
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

func (t *trial) add(s trial) {
	t.bad, t.caught, t.recommended, t.listed = t.bad+s.bad, t.caught+s.caught, t.recommended+s.recommended, t.listed+s.listed
	t.wrongListed, t.wrongRecommended = t.wrongListed+s.wrongListed, t.wrongRecommended+s.wrongRecommended
}

// seeds is how many worlds a trial builds: few in the usual run, as many as JIANFU_SEEDS says in a measurement.
func seeds(t *testing.T, usual int) uint64 {
	if text := os.Getenv("JIANFU_SEEDS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return uint64(n)
	}
	return uint64(usual)
}

// Units that invent 30 to 90 % of their visits are recommended for verification, and hardly anybody else is.
func TestInventedVisits(t *testing.T) {
	if testing.Short() {
		t.Skip("builds many villages")
	}
	for _, id := range []string{"fab-timing", "fab-burst"} {
		kinds := map[string][2]int{}
		var sum trial
		for seed := range seeds(t, 1) {
			w := newVisitWorld(seed, 120, 12, 20)
			for i, u := range w.rng.Perm(len(w.units))[:10] {
				w.invent(w.units[u], visitFrauds[i%len(visitFrauds)], 0.3+0.6*w.rng.Float64())
			}
			sum.add(w.score(t, id, kinds))
		}
		t.Logf("%s: %+v; recommended by kind %v", id, sum, kinds)
		if sum.wrongRecommended*20 > sum.recommended {
			t.Errorf("%s: %d of %d recommended units are honest", id, sum.wrongRecommended, sum.recommended)
		}
		if right := sum.recommended - sum.wrongRecommended; id == "fab-timing" && right*10 < sum.bad*8 {
			t.Errorf("%d of %d units are recommended", right, sum.bad)
		}
	}
}

// Where nobody invents anything nobody is recommended, and hardly anybody listed.
func TestHonestVisits(t *testing.T) {
	if testing.Short() {
		t.Skip("builds many villages")
	}
	for _, id := range []string{"fab-timing", "fab-burst"} {
		var sum trial
		units := 0
		for seed := range seeds(t, 1) {
			w := newVisitWorld(100+seed, 100, 12, 20)
			units += len(w.units)
			sum.add(w.score(t, id, map[string][2]int{}))
		}
		t.Logf("%s: of %d honest units %d are listed and %d recommended", id, units, sum.wrongListed, sum.wrongRecommended)
		if sum.wrongRecommended*500 > units || sum.wrongListed*100 > units {
			t.Errorf("%s: of %d honest units %d are listed and %d recommended", id, units, sum.wrongListed, sum.wrongRecommended)
		}
	}
}

package analyzer

import (
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// A silent collector never makes a system unused: with its logs cut off for 120 days it is not covered, whatever kind of source
// brought them, whether it was used or idle before.
func TestCutLogsAreNeverSilence(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	limits := policy.Of("idle-system")
	var whole, mine []uint16
	for ago := 500; ago >= 0; ago-- {
		whole = append(whole, uint16(daysAgo(ago)))
		if ago >= 120 {
			mine = append(mine, uint16(daysAgo(ago)))
		}
	}
	for _, c := range []struct {
		name      string
		kind      string
		other     bool // another system of the same source goes on
		monitored bool
		stale     bool
	}{
		{"its own access log", "accesslog", false, true, true},
		{"its own access log, without monitors", "accesslog", false, false, true},
		{"a gateway of which nothing comes any more", "accesslog", false, true, true},
		{"a gateway that goes on, its monitors silent too", "accesslog", true, true, true},
		{"a gateway that goes on, never monitored: people are gone", "accesslog", true, false, false},
		{"one import for many systems, others going on", "import", true, true, true},
		{"one import for many systems, never monitored", "import", true, false, true},
		{"a table of the system's own", "database", false, false, true},
	} {
		for _, used := range []uint64{0, 5} {
			all := []queries.Delivery{{Source: "log", System: "s", Days: mine}}
			if c.other {
				all = append(all, queries.Delivery{Source: "log", System: "other", Days: whole})
			}
			u := &systemUse{system: queries.System{ID: "s", UsageCovered: true}, recent: 90}
			for _, day := range mine {
				d := queries.UsageDay{System: "s", Day: int(day), Meaningful: used, Machines: 1, Business: used}
				if c.monitored {
					d.Monitors = 1
				}
				u.days = append(u.days, d)
			}
			own, gateways := deliveredDays(all, map[string]string{"log": c.kind})
			u.coverage, u.seen = coverageOf(own["s"], gateways, u.monitored(), limits)
			u.takeCycle(nil, limits)
			w := Window{From: asOf.AddDate(-1, 0, 1), To: asOf, AsOf: asOf}
			v := judgeUse(u, w, limits, policy.Of("idle-forced"))
			a := assess(judgedUse{systemUse: u, verdict: v}, Input{Policy: policy, Window: w})
			if c.stale && (v.verdict != "" || v.reason.Key != "idle.reason.stale" || a.Seen != queries.SeenStale) {
				t.Errorf("%s, use %d: %q %q, seen %q", c.name, used, v.verdict, v.reason.Key, a.Seen)
			}
			if !c.stale && (v.verdict != "unused" || a.Seen != queries.SeenNoUse) {
				t.Errorf("%s, use %d: %q %q, seen %q", c.name, used, v.verdict, v.reason.Key, a.Seen)
			}
			if len(a.Tests) != len(testOrder) {
				t.Errorf("%s: %d tests are answered", c.name, len(a.Tests))
			}
			for _, answer := range a.Tests {
				if answer.Evidence.Key == "" || c.stale && answer.Answer == "yes" {
					t.Errorf("%s: %+v", c.name, answer)
				}
			}
		}
	}
}

// What arrives in the forms of a system contradicts "unused", however silent its logs are.
func TestSubmissionsContradictSilence(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	limits := policy.Of("idle-system")
	u := usePlan{system: queries.System{ID: "s", UsageCovered: true}, actions: none, from: 400}.build(limits)
	w := Window{From: asOf.AddDate(-1, 0, 1), To: asOf, AsOf: asOf}
	if v := judgeUse(u, w, limits, policy.Of("idle-forced")); v.verdict != "unused" {
		t.Fatal(v)
	}
	u.sent = queries.Sent{Count: 12, Last: asOf.AddDate(0, 0, -9)}
	v := judgeUse(u, w, limits, policy.Of("idle-forced"))
	if v.verdict != "" || v.reason.Key != "idle.reason.used_elsewhere" {
		t.Errorf("%+v", v)
	}
}

func TestCyclesAreLearntFromBursts(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	limits := policy.Of("idle-system")
	every := func(cycle int) func(int) uint64 {
		return func(ago int) uint64 {
			if (ago+cycle/3)%cycle < 8 {
				return 5
			}
			return 0
		}
	}
	for _, c := range []struct {
		name    string
		actions func(int) uint64
		cycle   string
		need    int
	}{
		{"every quarter", every(91), "quarter", 137},
		{"every half year", every(182), "half", 273},
		{"every working day", evenly(3), "", 90},
		{"stray looks are no bursts", func(ago int) uint64 {
			if ago%150 == 7 {
				return 1
			}
			return 0
		}, "", 90},
		{"one rest: nothing is named, but as long a rest proves nothing", func(ago int) uint64 {
			if ago > 380 || ago > 160 && ago < 260 {
				return 4
			}
			return 0
		}, "", 362},
	} {
		u := usePlan{system: queries.System{ID: "s", UsageCovered: true}, actions: c.actions, from: 500}.build(limits)
		if u.cycle != c.cycle || u.need != c.need || u.learnt != (c.cycle != "") {
			t.Errorf("%s: cycle %q, need %d", c.name, u.cycle, u.need)
		}
	}
}

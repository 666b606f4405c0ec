package analyzer

import (
	"maps"
	"math"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// usePlan is the use of a system in a test, told by day before the as-of date (0: that day, 500: five hundred days ago).
type usePlan struct {
	system  queries.System
	actions func(ago int) uint64 // meaningful actions
	noise   func(ago int) uint64 // health checks and the like; nil: one a day
	from    int                  // first day of the logs, days ago
	until   int                  // last day of the logs, days ago
	gateway bool                 // whether another system of the same source shows that it goes on
	people  queries.Reach
}

var asOf = time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)

func daysAgo(ago int) int { return queries.DayNumber(asOf) - ago }

// build turns a plan into what loadUse would read.
func (p usePlan) build(limits map[string]float64) *systemUse {
	u := &systemUse{system: p.system, recent: int(limits["unused_days"]), reach: p.people}
	own := queries.Delivery{Source: "log", System: "s"}
	for ago := p.from; ago >= p.until; ago-- {
		d := queries.UsageDay{System: "s", Day: daysAgo(ago)}
		if p.actions != nil {
			d.Meaningful = p.actions(ago)
		}
		d.Machines = 1
		if p.noise != nil {
			d.Machines = p.noise(ago)
		}
		d.Monitors = d.Machines
		if d.Meaningful+d.Machines > 0 {
			u.days = append(u.days, d)
			own.Days = append(own.Days, uint16(d.Day))
		}
	}
	all := []queries.Delivery{own}
	if p.gateway {
		other := queries.Delivery{Source: "log", System: "other"}
		for ago := 700; ago >= 0; ago-- {
			other.Days = append(other.Days, uint16(daysAgo(ago)))
		}
		all = append(all, other)
	}
	bySystem, gateways := deliveredDays(all, map[string]string{"log": "accesslog"})
	u.coverage, u.seen = coverageOf(bySystem["s"], gateways, u.monitored(), limits)
	u.takeCycle(nil, limits)
	return u
}

func none(int) uint64 { return 0 }

func evenly(n uint64) func(int) uint64 { return func(int) uint64 { return n } }

func until(last int, n uint64) func(int) uint64 {
	return func(ago int) uint64 {
		if ago < last {
			return 0
		}
		return n
	}
}

// month of the day so many days ago.
func monthOf(ago int) time.Month { return queries.DayOf(daysAgo(ago)).Month() }

func TestJudgeUse(t *testing.T) {
	covered := queries.System{ID: "s", UsageCovered: true, Launched: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
	with := func(change func(*queries.System)) queries.System {
		s := covered
		change(&s)
		return s
	}
	cycle := func(c string) queries.System { return with(func(s *queries.System) { s.Cycle = c }) }
	season := func(from, to string) queries.System {
		return with(func(s *queries.System) { s.Cycle, s.Season = "season", []string{from, to} })
	}
	summer := func(ago int) uint64 {
		if m := monthOf(ago); m >= time.March && m <= time.May {
			return 9
		}
		return 0
	}
	for _, c := range []struct {
		name    string
		plan    usePlan
		verdict string
		reason  string
	}{
		{"used every day", usePlan{system: covered, actions: evenly(5), from: 500}, "", ""},
		{"only machines", usePlan{system: covered, actions: none, from: 500}, "unused", ""},
		{"stopped 91 days ago", usePlan{system: covered, actions: until(91, 5), from: 500}, "unused", ""},
		{"stopped 89 days ago", usePlan{system: covered, actions: until(89, 5), from: 500}, "declining", ""},
		{"stopped 30 days ago", usePlan{system: covered, actions: until(30, 5), from: 500}, "", ""},
		{"silent collector, 120 days", usePlan{system: covered, actions: evenly(5), from: 500, until: 120}, "", "stale"},
		{"silent collector of a zombie", usePlan{system: covered, actions: none, from: 500, until: 120}, "", "stale"},
		{"silent for ten days", usePlan{system: covered, actions: none, from: 500, until: 10}, "unused", ""},
		{"dead behind a living gateway", usePlan{system: covered, actions: until(120, 5), noise: none, from: 500, gateway: true}, "unused", ""},
		{"quarterly, silent for 120 days", usePlan{system: cycle("quarter"), actions: until(120, 5), from: 600}, "", ""},
		{"quarterly, silent for 139 days", usePlan{system: cycle("quarter"), actions: until(139, 5), from: 600}, "unused", ""},
		{"yearly, used each January", usePlan{system: cycle("year"), actions: func(ago int) uint64 {
			if monthOf(ago) == time.January {
				return 40
			}
			return 0
		}, from: 540}, "", ""},
		{"yearly, never used, logs of 540 days", usePlan{system: cycle("year"), actions: none, from: 540}, "", "short"},
		{"yearly, never used, logs of 600 days", usePlan{system: cycle("year"), actions: none, from: 600}, "unused", ""},
		{"cycle unknown, rested last year too", usePlan{system: covered, actions: func(ago int) uint64 {
			if m := monthOf(ago); m >= time.September || m <= time.February {
				return 9
			}
			return 0
		}, from: 700}, "", "season_seen"},
		{"in season next month, used in the last", usePlan{system: season("07-15", "09-30"), actions: func(ago int) uint64 {
			if m := monthOf(ago); m == time.August {
				return 9
			}
			return 0
		}, from: 500}, "", "out_of_season"},
		{"out of season, last one unused", usePlan{system: season("07-15", "09-30"), actions: none, from: 500}, "unused", ""},
		{"out of season, last one not seen", usePlan{system: season("07-15", "09-30"), actions: none, from: 200}, "", "season_unseen"},
		{"in season and used", usePlan{system: season("03-01", "08-31"), actions: summer, from: 500}, "", ""},
		{"in season for 20 days, used last year", usePlan{system: season("06-11", "09-30"), actions: func(ago int) uint64 {
			if m := monthOf(ago); m == time.July {
				return 9
			}
			return 0
		}, from: 500}, "", "season_begun"},
		{"in season for four months, unused", usePlan{system: season("03-01", "08-31"), actions: none, from: 500}, "unused", ""},
		{"season over the new year, used", usePlan{system: season("11-01", "03-31"), actions: func(ago int) uint64 {
			if m := monthOf(ago); m == time.December {
				return 9
			}
			return 0
		}, from: 500}, "", "out_of_season"},
		{"launched five weeks ago", usePlan{system: with(func(s *queries.System) { s.Launched = asOf.AddDate(0, 0, -38) }), actions: none, from: 38}, "", "new"},
		{"launch unknown, logs since five weeks", usePlan{system: queries.System{ID: "s", UsageCovered: true}, actions: none, from: 38}, "", "short"},
		{"logs not collected", usePlan{system: queries.System{ID: "s"}, actions: none, from: 500}, "", "not_collected"},
		{"no event at all", usePlan{system: covered, noise: none, from: 500}, "", "no_events"},
		{"interrupted in the silence", usePlan{system: covered, actions: until(100, 5), noise: func(ago int) uint64 {
			if ago > 5 && ago < 60 {
				return 0
			}
			return 1
		}, from: 500}, "", "short"},
		{"450 entitled, 5 look in", usePlan{
			system:  with(func(s *queries.System) { s.EntitledUsers = 450 }),
			actions: func(ago int) uint64 { return uint64(1 - min(1, ago%8)) }, from: 500, people: queries.Reach{Active: 5},
		}, "underused", ""},
		{"450 entitled, 20 work in it all day", usePlan{
			system: with(func(s *queries.System) { s.EntitledUsers = 450 }), actions: evenly(200), from: 500, people: queries.Reach{Active: 20},
		}, "", ""},
		{"small but alive", usePlan{
			system: with(func(s *queries.System) { s.EntitledUsers = 6 }), actions: func(ago int) uint64 { return uint64(1 - min(1, ago%7)) }, from: 500, people: queries.Reach{Active: 5},
		}, "", ""},
		{"fell by nine tenths", usePlan{system: covered, actions: func(ago int) uint64 { return uint64(20 - 18*min(1, 200/max(ago, 1))) }, from: 540}, "declining", ""},
		{"fell by nine tenths, logs of a year", usePlan{system: covered, actions: func(ago int) uint64 { return uint64(20 - 18*min(1, 130/max(ago, 1))) }, from: 360}, "declining", ""},
		{"fell by a third", usePlan{system: covered, actions: func(ago int) uint64 { return uint64(21 - 7*min(1, 200/max(ago, 1))) }, from: 540}, "", ""},
		{"low every spring", usePlan{system: covered, actions: func(ago int) uint64 {
			if m := monthOf(ago); m >= time.April && m <= time.June {
				return 2
			}
			return 20
		}, from: 540}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			policy, err := DefaultPolicy()
			if err != nil {
				t.Fatal(err)
			}
			limits := policy.Of("idle-system")
			u := c.plan.build(limits)
			w := Window{From: asOf.AddDate(-1, 0, 1), To: asOf, AsOf: asOf}
			v := judgeUse(u, w, limits, policy.Of("idle-forced"))
			if reason := v.reason.Key; v.verdict != c.verdict || reason != "" && reason != "idle.reason."+c.reason || reason == "" && c.reason != "" {
				t.Fatalf("verdict %q, reason %q %v; want %q, %q", v.verdict, reason, v.reason.Params, c.verdict, c.reason)
			}
			if v.verdict != "" {
				f := useFinding(u, v, Input{Policy: policy, Window: w}, limits, queries.Suggestion{Action: queries.SuggestKeep})
				if f.Score <= 0 || f.Score > 1 || f.Effect == nil || math.IsNaN(*f.Effect) || len(f.Evidence.Table.Rows) < 15 || f.Evidence.Chart == nil {
					t.Fatalf("%+v", f)
				}
			}
		})
	}
}

func TestForcedUse(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	hours := make([]uint64, 24)
	hours[8], hours[9], hours[14] = 700, 200, 100
	forced := queries.Visits{Count: 1000, Empty: 900, LoginOnly: 900, OneEndpoint: 950, Points: 800, Deep: 120, People: 60, DeepPeople: 20, Weekend: 20, Hours: hours}
	for _, c := range []struct {
		name     string
		change   func(s *queries.Visits)
		entitled uint64
		unknown  float64
		want     bool
	}{
		{"all signs", func(*queries.Visits) {}, 65, 0, true},
		{"entitled unknown: two signs are left", func(*queries.Visits) {}, 0, 0, true},
		{"spread over the day, reach small", func(s *queries.Visits) { s.Hours = make([]uint64, 24) }, 600, 0, false},
		{"people do something", func(s *queries.Visits) { s.Empty = 300 }, 65, 0, false},
		{"they come once in two months", func(s *queries.Visits) { s.People = 700 }, 720, 0, false},
		{"few sessions", func(s *queries.Visits) { s.Count, s.Empty = 150, 140 }, 65, 0, false},
		{"nobody knows who", func(*queries.Visits) {}, 65, 0.5, false},
		{"a notice board: people read and leave", func(s *queries.Visits) { s.Empty, s.Points, s.Deep = 50, 0, 950 }, 65, 0, false},
	} {
		u := &systemUse{sessions: forced, recent: 90, unknown: c.unknown, system: queries.System{EntitledUsers: c.entitled}}
		u.sessions.Hours = append([]uint64(nil), hours...)
		c.change(&u.sessions)
		if f := forcedUse(u, policy.Of("idle-forced")); f.holds != c.want {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

func TestWriteOnly(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	limits := policy.Of("idle-system")
	for name, c := range map[string]struct {
		readers queries.Readers
		want    bool
	}{
		"nobody else reads":       {queries.Readers{Writers: 30, Written: 300, Read: 200}, true},
		"somebody reads":          {queries.Readers{Writers: 30, Written: 300, Read: 200, Others: 1}, false},
		"reads are not logged":    {queries.Readers{Writers: 30, Written: 300}, false},
		"few submissions":         {queries.Readers{Writers: 3, Written: 30, Read: 30}, false},
		"nobody knows who reads":  {queries.Readers{Writers: 30, Written: 300, Read: 200, Unknown: 300}, false},
		"nothing was submitted":   {queries.Readers{Read: 200}, false},
		"some events are unknown": {queries.Readers{Writers: 30, Written: 300, Read: 200, Unknown: 50}, true},
	} {
		u := usePlan{actions: evenly(1), from: 400}.build(limits)
		u.reach.Readers = c.readers
		if got := writeOnly(u, limits); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCoverageCountsOnlySeenDays(t *testing.T) {
	limits := map[string]float64{"stale_days": 14, "stale_gaps": 3, "unused_days": 90, "monitored_share": 0.5}
	days := []uint16{100, 101, 102, 103, 140, 141, 142}
	c, ok := coverageOf([]queries.Delivery{{Source: "a", System: "s", Days: days}}, nil, nil, limits)
	if !ok || c.first != 100 || c.mark != 142 || c.limit != 14 {
		t.Fatalf("%+v", c)
	}
	if got := c.days(90, 200); got != 7 {
		t.Errorf("%d days, gaps %v", got, c.gaps)
	}
	if c.stale(156) || !c.stale(157) {
		t.Error("an interruption begins after a fortnight")
	}
	weekly := make([]uint16, 40)
	for i := range weekly {
		weekly[i] = uint16(100 + 7*i)
	}
	if c, _ := coverageOf([]queries.Delivery{{Source: "a", System: "s", Days: weekly}}, nil, nil, limits); c.limit != 21 || len(c.gaps) != 0 {
		t.Errorf("a system with an event a week is interrupted after three: %+v", c)
	}
	if _, ok := coverageOf(nil, nil, nil, limits); ok {
		t.Error("a system without events is not covered")
	}
}

func TestOfficialTestsAnswerOnlyWhatLogsShow(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	limits := policy.Of("idle-system")
	w := Window{From: asOf.AddDate(-1, 0, 1), To: asOf}
	u := usePlan{system: queries.System{ID: "s", UsageCovered: true, Successor: "t", EntitledUsers: 30}, actions: until(200, 3), from: 500}.build(limits)
	v := judgeUse(u, w, limits, policy.Of("idle-forced"))
	want := map[string]string{"detached": "yes", "replaceable": "yes", "resources_idle": "yes", "unmaintained": "unknown", "narrow": "yes"}
	if got := answers(officialTests(u, v, w, limits)); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	u.days[len(u.days)-1].Vendor = 3
	if got := answers(officialTests(u, v, w, limits))["unmaintained"]; got != "no" {
		t.Error(got)
	}
}

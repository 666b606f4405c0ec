package analyzer_test

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
)

func always(int) float64 { return 1 }

// before is full use until so many days ago, and none after.
func before(last int) func(int) float64 {
	return func(ago int) float64 {
		if ago < last {
			return 0
		}
		return 1
	}
}

// burstsEvery is use for some days at the beginning of every so many days.
func burstsEvery(cycle, length, phase int) func(int) float64 {
	return func(ago int) float64 {
		if (ago+phase)%cycle < length {
			return 1
		}
		return 0
	}
}

// inMonths is use in some months of the year.
func inMonths(months ...time.Month) func(int) float64 {
	return func(ago int) float64 {
		if slices.Contains(months, worldEnd.AddDate(0, 0, -ago).Month()) {
			return 1
		}
		return 0
	}
}

// lived adds machines; behind the gateway, where others show that the log goes on, there may be no monitors.
func (w *idleWorld) lived() { w.machines(w.s.source != "gateway" || w.s.rng.IntN(2) == 0) }

// honest adds systems of which nothing should be said.
func (w *idleWorld) honest() {
	for range 6 {
		w.system("used", "", "", nil)
		w.work(func(ago int) float64 { return 0.8 + 0.4*w.s.rng.Float64() }, true)
		w.lived()
	}
	w.system("weekend", "", "", nil)
	for ago := w.s.first; ago >= 0; ago-- {
		if day := worldEnd.AddDate(0, 0, -ago).Weekday(); day == time.Saturday || day == time.Sunday {
			for _, who := range w.s.villagers {
				if w.s.rng.IntN(3) == 0 {
					w.add(ago, 40000, who, "submit", "/patrol/save", queries.Business)
				}
			}
			w.add(ago, 50000, w.s.staff[0], "view", "/patrol/list", queries.Business)
		}
	}
	w.lived()
	w.system("mild", "", "", func(s *worldSystem) { s.level = 60 })
	w.work(func(ago int) float64 {
		if ago < 200 {
			return 0.65
		}
		return 1
	}, true)
	w.lived()
	w.system("team", "", "", func(s *worldSystem) {
		s.EntitledUsers, s.level, s.villagers = 5+uint64(s.rng.IntN(8)), 3, s.villagers[:4]
	})
	w.work(always, true)
	w.lived()
	// A board that people open and read again and again; it is the only page.
	w.system("board", "", "", nil)
	for ago := w.s.first; ago >= 0; ago-- {
		if w.working(ago) {
			for i := range 4 {
				who := pickOne(w.s.rng, w.s.staff)
				w.add(ago, 30000+i*5000, who, "login", "/login", queries.Business)
				for k := range 3 {
					w.add(ago, 30010+i*5000+k*700+w.s.rng.IntN(300), who, "view", []string{"/", "/index.html", "/portal"}[ago%2], queries.Business)
				}
			}
		}
	}
	w.lived()
	// Leaders look at its first page on most days, once each time.
	w.system("brief", "", "", func(s *worldSystem) { s.EntitledUsers = uint64(len(s.staff)) + 3 })
	for ago := w.s.first; ago >= 0; ago-- {
		for _, who := range w.s.staff {
			if w.working(ago) && w.s.rng.IntN(2) == 0 {
				at := 28800 + w.s.rng.IntN(34000)
				w.add(ago, at, who, "login", "/login", queries.Business)
				w.add(ago, at+6, who, "view", "/index.html", queries.Business)
			}
		}
	}
	w.lived()
	// A dispatcher's screen asks for itself, in the hours in which somebody sits before it.
	w.system("screen", "", "", nil)
	for ago := min(w.s.first, 200); ago >= 0; ago-- {
		if w.working(ago) {
			who := pickOne(w.s.rng, w.s.staff)
			w.add(ago, 29900, who, "login", "/login", queries.Business)
			for k := range 60 {
				w.add(ago, 30000+k*300, who, "view", "/dispatch/queue", queries.Business)
			}
		}
	}
	w.machines(true)
	w.system("exchange", "", "", nil)
	for ago := w.s.first; ago >= 0; ago-- {
		w.add(ago, 7200+w.s.rng.IntN(600), 77_000, "api", "/api/records", queries.Business)
	}
	w.machines(true)
	w.system("season", "", "", func(s *worldSystem) {
		s.Cycle, s.Season = "season", []string{"09-01", "11-30"}
		s.first, s.gaps = 700, nil
	})
	w.work(inMonths(time.September, time.October, time.November), true)
	w.machines(true)
	w.system("yearly", "", "", func(s *worldSystem) { s.Cycle, s.first = "year", 700 })
	w.work(inMonths(time.January), true)
	w.machines(true)
	w.system("quarterly", "", "", func(s *worldSystem) { s.Cycle = "quarter" })
	w.work(burstsEvery(91, 12, 40+w.s.rng.IntN(45)), true)
	w.machines(true)
	w.system("biannual", "", "", func(s *worldSystem) { s.Cycle = "half" })
	w.work(burstsEvery(182, 20, 40+w.s.rng.IntN(130)), true)
	w.machines(true)
	w.system("biannual-undeclared", "", "", func(s *worldSystem) { s.Cycle, s.first, s.gaps = "", 640, nil })
	w.work(burstsEvery(182, 25, 20+w.s.rng.IntN(140)), true)
	w.machines(true)
	w.system("summer-low", "", "", func(s *worldSystem) { s.first, s.level, s.gaps, s.Cycle = 725, 60, nil, "week" })
	w.work(func(ago int) float64 {
		if m := worldEnd.AddDate(0, 0, -ago).Month(); m >= time.April && m <= time.July {
			return 0.15
		}
		return 1
	}, true)
	w.lived()
	w.system("read-quarterly", "", "", func(s *worldSystem) { s.first, s.gaps = 600, nil })
	w.work(always, false)
	for _, ago := range []int{20, 110, 200, 290, 380, 470} {
		w.add(ago, 36000, w.s.staff[0], "export", "/report/excel", queries.Business)
	}
	w.lived()
}

// unjudged adds systems of which nothing can be said, or nothing has to be done about.
func (w *idleWorld) unjudged() {
	for range 2 {
		w.system("new", "", "not_assessed", func(s *worldSystem) {
			s.first = 20 + s.rng.IntN(60)
			s.Launched, s.gaps = worldEnd.AddDate(0, 0, -s.first), nil
		})
		w.machines(true)
		w.system("waived", "", "waived", func(s *worldSystem) {
			s.Waiver = queries.Waiver{Rule: "idle-system", Basis: "应急预案", Until: worldEnd.AddDate(0, s.rng.IntN(20), 0)}
		})
		w.machines(true)
		w.system("uncovered", "", "not_assessed", func(s *worldSystem) { s.UsageCovered = false })
	}
	for i := range 6 {
		w.system("cut", "", "not_assessed", func(s *worldSystem) {
			s.cut = 120 + s.rng.IntN(60)
			s.source = []string{"gateway", "own-" + s.ID, "import"}[i%3]
		})
		if i < 3 {
			w.work(always, true)
			w.machines(true)
		} else {
			w.machines(true) // a zombie behind a log that was cut
		}
	}
}

// dead adds systems that nobody uses, each dead in another way.
func (w *idleWorld) dead() {
	for i := range 16 {
		w.system("dead", "unused", "open", func(s *worldSystem) {
			s.gaps = nil
			if i%4 == 0 {
				s.first = 130 + s.rng.IntN(200)
			}
		})
		last := 100 + w.s.rng.IntN(250)
		switch i % 8 {
		case 0: // machines only
		case 1: // passwords are kept alive, and nothing else is there
			for ago := w.s.first; ago >= 0; ago-- {
				if w.s.rng.IntN(5) == 0 {
					who, at := pickOne(w.s.rng, w.s.villagers), 30000+w.s.rng.IntN(20000)
					w.add(ago, at, who, "login", "/login", queries.Business)
					w.add(ago, at+3, who, "view", "/index.html", queries.Business)
				}
			}
		case 2, 3:
			w.work(before(last), true)
		case 4, 5: // people are made to log in and see the first page
			w.work(before(last), true)
			for ago := last; ago >= 0; ago-- {
				if w.s.rng.IntN(4) == 0 {
					who := pickOne(w.s.rng, w.s.villagers)
					w.add(ago, 33000, who, "login", "/login", queries.Business)
					w.add(ago, 33005, who, "view", "/index", queries.Business)
				}
			}
		case 6: // a first page that no word betrays
			for ago := w.s.first; ago >= 0; ago-- {
				for range w.poisson(1.5) {
					who, at := pickOne(w.s.rng, w.s.villagers), 30000+w.s.rng.IntN(20000)
					w.add(ago, at, who, "login", "/login", queries.Business)
					w.add(ago, at+4, who, "view", "/my/todo", queries.Business)
					if ago > last {
						w.add(ago, at+60, who, "view", "/form/show", queries.Business)
						w.add(ago, at+200, who, "submit", "/form/save", queries.Business)
					}
				}
			}
		case 7: // one forgotten browser asks for messages
			w.work(before(last), true)
			for ago := last; ago >= 0; ago-- {
				for k := range 30 {
					w.add(ago, 20000+k*600+w.s.rng.IntN(5), w.s.staff[0], "view", "/msg/latest", queries.Business)
				}
			}
		}
		w.machines(w.s.source != "gateway" || i%8 < 2)
	}
}

// ailing adds systems that live, but not as they should.
func (w *idleWorld) ailing() {
	for range 5 {
		w.system("underused", "underused", "open", func(s *worldSystem) { s.EntitledUsers = 250 + uint64(s.rng.IntN(2750)); s.gaps = nil })
		w.s.level, w.s.staff = 1.5+2*w.s.rng.Float64(), w.s.staff[:2]
		w.s.villagers = w.s.villagers[:3]
		w.work(always, true)
		w.lived()
	}
	for i := range 6 {
		w.system("declining", "declining", "open", func(s *worldSystem) {
			s.level, s.first, s.gaps = 40+60*s.rng.Float64(), 480+s.rng.IntN(200), nil
			s.EntitledUsers = uint64(len(s.staff) + len(s.villagers))
		})
		keep, from := 0.05+0.27*w.s.rng.Float64(), 130+w.s.rng.IntN(60)
		w.work(func(ago int) float64 {
			if i%2 == 0 { // at once
				return map[bool]float64{true: 1, false: keep}[ago >= from]
			}
			return max(keep, min(1, 1-(1-keep)*float64(from+120-ago)/120)) // over four months
		}, true)
		w.lived()
	}
	for range 4 {
		w.system("forced", "forced", "open", func(s *worldSystem) { s.EntitledUsers = uint64(float64(len(s.villagers)) * 1.2) })
		for ago := 200; ago >= 0; ago-- {
			for _, who := range w.s.villagers {
				if w.working(ago) && w.s.rng.IntN(10) < 7 {
					at := 8*3600 + w.s.rng.IntN(2400)
					w.add(ago, at, who, "login", "/login", queries.Business)
					w.add(ago, at+5, who, []string{"other", "submit"}[ago%2], "/points/checkin", queries.Business)
				}
			}
		}
		w.s.level = 3
		w.work(always, true)
		w.lived()
	}
	for range 4 {
		w.system("write-only", "write-only", "open", func(s *worldSystem) { s.first, s.gaps, s.level = 450+s.rng.IntN(200), nil, 20 })
		w.work(func(ago int) float64 { return 0.7 + 0.6*w.s.rng.Float64() }, false)
		w.lived()
	}
	for range 3 {
		day := 150 + w.s.rng.IntN(60)
		heir := w.system("heir", "", "", func(s *worldSystem) {
			s.first, s.gaps, s.level = day, nil, 60
			s.Launched = worldEnd.AddDate(0, 0, -day)
			s.villagers = w.crowd(30)
			for i := range s.villagers {
				w.people++
				s.villagers[i] = 1_000_000*(w.seed+1) + w.people
			}
			s.EntitledUsers = 50
		})
		w.work(always, true)
		w.machines(true)
		w.system("superseded", "superseded", "open", func(s *worldSystem) {
			s.first, s.gaps, s.level = 560, nil, 60
			s.villagers, s.staff, s.EntitledUsers = heir.villagers, heir.staff, 50
		})
		if day%2 == 0 {
			w.s.Successor = heir.ID
		}
		stay := w.s.villagers[:4]
		w.s.villagers = heir.villagers
		w.work(before(day), true)
		w.s.villagers, w.s.level = stay, 5
		w.work(func(ago int) float64 { return 1 - before(day)(ago) }, true)
		w.lived()
	}
}

// TestIdleWorlds judges worlds of about seventy systems. JIANFU_SEEDS sets how many, three where unset.
func TestIdleWorlds(t *testing.T) {
	if testing.Short() {
		t.Skip("judges several worlds")
	}
	seeds := 3
	if text := os.Getenv("JIANFU_SEEDS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		seeds = n
	}
	type tally struct{ right, said, due int }
	score := map[string]*tally{}
	of := func(verdict string) *tally {
		if score[verdict] == nil {
			score[verdict] = &tally{}
		}
		return score[verdict]
	}
	for seed := range seeds {
		w := &idleWorld{t: t, seed: uint64(seed), events: map[string]*queries.UsageColumns{}}
		w.honest()
		w.unjudged()
		w.dead()
		w.ailing()
		said := verdictsOf(t, w)
		for _, s := range w.systems {
			got := said[s.ID]
			if s.want != "" {
				of(s.want).due++
			}
			if got.verdict != "" {
				of(got.verdict).said++
			}
			if got.verdict == s.want && s.want != "" {
				of(s.want).right++
			}
			if got.verdict != s.want {
				t.Logf("seed %d: %s from %s (cycle %q, %d days): %q, not %q; %s", seed, s.ID, s.source, s.Cycle, s.first, got.verdict, s.want, got.reason)
			}
			if s.status != "" && got.verdict == s.want && got.status != s.status {
				t.Errorf("seed %d: %s is %q %s, not %q", seed, s.ID, got.status, got.reason, s.status)
			}
			if s.kind == "cut" && (got.verdict != "" || got.reason != "idle.reason.stale") {
				t.Errorf("seed %d: %s from %s is not covered, yet %q %q", seed, s.ID, s.source, got.verdict, got.reason)
			}
		}
	}
	all := tally{}
	for _, verdict := range slices.Sorted(maps.Keys(score)) {
		c := score[verdict]
		all.right, all.said, all.due = all.right+c.right, all.said+c.said, all.due+c.due
		t.Logf("%-11s precision %.3f (%d/%d), recall %.3f (%d/%d)", verdict, share(c.right, c.said), c.right, c.said, share(c.right, c.due), c.right, c.due)
	}
	precision, recall := share(all.right, all.said), share(all.right, all.due)
	t.Logf("%d worlds: precision %.3f, recall %.3f", seeds, precision, recall)
	if precision < 0.95 || recall < 0.95 {
		t.Error("below .95")
	}
}

func share(a, b int) float64 { return float64(a) / float64(max(b, 1)) }

type worldVerdict struct{ verdict, status, reason string }

// verdictsOf runs both detectors; a waived finding is no verdict.
func verdictsOf(t *testing.T, w *idleWorld) map[string]worldVerdict {
	t.Helper()
	in := w.store()
	out := map[string]worldVerdict{}
	for _, d := range analyzer.Detectors() {
		id := d.Meta().ID
		if id != "idle-system" && id != "idle-forced" {
			continue
		}
		found, err := d.Detect(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		readable(t, named(id, found))
		for _, f := range found {
			v := out[f.Subject.Systems[0]]
			switch {
			case f.Status == "open":
				v.verdict, _ = f.Evidence.Detail["verdict"].(string)
				v.status = f.Status
			case id == "idle-system":
				v.status, v.reason = f.Status, f.Reason.Key
			}
			out[f.Subject.Systems[0]] = v
		}
	}
	return out
}

package analyzer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// The world of systems is made without the county of demo: every system draws its pattern and all its parameters by itself. What is
// assumed: a fall that should be found takes 68 to 95 % of a level of at least 15 actions a week and is at least four months old;
// logs of systems with a verdict are long enough for it; people of one county share user names across systems; a collector that
// lost a system's log lost its monitors' requests as well.

var worldEnd = time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)

// worldSystem is one system of the world with what should be said of it.
type worldSystem struct {
	queries.System
	kind, want string // want: verdict, or empty
	status     string // of the finding: open, waived or not_assessed; empty for none
	source     string
	rng        *rand.Rand
	staff      []uint64
	villagers  []uint64
	first      int // days ago of the first event
	cut        int // days ago of the last event; 0: none is lost
	gaps       [][2]int
	level      float64 // visits a week
}

// idleWorld writes events and collects systems.
type idleWorld struct {
	t       testing.TB
	seed    uint64
	systems []*worldSystem
	events  map[string]*queries.UsageColumns
	people  uint64
	s       *worldSystem // that is being written
}

func (w *idleWorld) system(kind, want, status string, change func(*worldSystem)) *worldSystem {
	n := len(w.systems)
	s := &worldSystem{kind: kind, want: want, status: status, rng: stats.NewRand(w.seed, fmt.Sprint("world ", n, kind))}
	r := s.rng
	s.System = queries.System{
		ID: fmt.Sprintf("s%02d-%s", n, kind), Name: kind, Owner: fmt.Sprint("d", n%9), UsageCovered: true, Declared: true,
		Launched: worldEnd.AddDate(-2-r.IntN(6), -r.IntN(12), 0), AnnualCost: float64(r.IntN(400)) * 1000,
		Cycle: []string{"", "day", "week", "month"}[r.IntN(4)],
	}
	s.source = []string{"gateway", "gateway", "own-" + s.ID, "import"}[r.IntN(4)]
	s.first = 430 + r.IntN(300)
	s.level = 12 * math.Pow(10, r.Float64())
	s.staff, s.villagers = w.crowd(2+r.IntN(8)), w.crowd(12+r.IntN(80))
	s.EntitledUsers = uint64(float64(len(s.staff)+len(s.villagers)) * (1.1 + 2*r.Float64()))
	if r.IntN(6) == 0 {
		s.gaps = append(s.gaps, [2]int{260, 230 + r.IntN(10)})
	}
	w.systems, w.s = append(w.systems, s), s
	if change != nil {
		change(s)
	}
	return s
}

// crowd is people with user names of the county: officials of 300 places, who use many systems, and some who use one.
func (w *idleWorld) crowd(n int) []uint64 {
	out := make([]uint64, n)
	for i := range out {
		w.people++
		out[i] = 1_000_000*(w.seed+1) + w.people
		if w.people%3 != 0 {
			out[i] = 1 + (w.people*7919)%300
		}
	}
	return out
}

// add writes an event so many days ago at a second of the local day.
func (w *idleWorld) add(ago, second int, who uint64, action, object string, traffic queries.Traffic) {
	s := w.s
	if ago > s.first || ago < s.cut || ago < 0 {
		return
	}
	for _, g := range s.gaps {
		if ago <= g[0] && ago >= g[1] {
			return
		}
	}
	u := w.events[s.source]
	if u == nil {
		u = &queries.UsageColumns{}
		w.events[s.source] = u
	}
	at := worldEnd.AddDate(0, 0, -ago).Add(time.Duration(second)*time.Second - 8*time.Hour)
	u.System, u.Time, u.Actor = append(u.System, s.ID), append(u.Time, at), append(u.Actor, who)
	u.Unit, u.Action, u.Traffic = append(u.Unit, fmt.Sprint("9902", who%97)), append(u.Action, action), append(u.Traffic, string(traffic))
	status := uint16(200)
	if s.rng.IntN(200) == 0 {
		status = 500
	}
	u.Object, u.Form, u.Status = append(u.Object, object), append(u.Form, ""), append(u.Status, status)
	u.Duration, u.Client, u.Position = append(u.Duration, 20), append(u.Client, "chrome"), append(u.Position, uint64(len(u.Position)))
}

// working says whether people work on a day: not on most weekends, nor in the weeks of two holidays.
func (w *idleWorld) working(ago int) bool {
	day := worldEnd.AddDate(0, 0, -ago)
	if day.Month() == time.October && day.Day() <= 7 || day.Month() == time.February && day.Day() >= 15 && day.Day() <= 21 {
		return false
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday || w.s.rng.IntN(15) == 0
}

func (w *idleWorld) poisson(mean float64) int {
	n, product, limit := 0, w.s.rng.Float64(), math.Exp(-mean)
	for product > limit {
		n++
		product *= w.s.rng.Float64()
	}
	return n
}

func pickOne(r *rand.Rand, all []uint64) uint64 { return all[r.IntN(len(all))] }

// work writes the visits of people on working days: villagers submit and look, staff read, approve and export. Share scales the
// level by day; office says whether staff come too.
func (w *idleWorld) work(share func(ago int) float64, office bool) {
	s := w.s
	for ago := s.first; ago >= 0; ago-- {
		if !w.working(ago) {
			continue
		}
		for range w.poisson(s.level / 5 * share(ago)) {
			at := 8*3600 + s.rng.IntN(9*3600)
			if office && s.rng.IntN(3) == 0 {
				who := pickOne(s.rng, s.staff)
				w.add(ago, at, who, "login", "/login", queries.Business)
				for i := range 2 + s.rng.IntN(4) {
					page := s.rng.IntN(6)
					action := []string{"view", "view", "approve", "view", "export", "view"}[page]
					w.add(ago, at+20+90*i+s.rng.IntN(60), who, action, fmt.Sprint("/task/p", page), queries.Business)
				}
				continue
			}
			who := pickOne(s.rng, s.villagers)
			w.add(ago, at, who, "login", "/login", queries.Business)
			w.add(ago, at+9, who, "view", "/index", queries.Business)
			w.add(ago, at+30+s.rng.IntN(60), who, "view", "/form/show", queries.Business)
			w.add(ago, at+150+s.rng.IntN(300), who, "submit", "/form/save", queries.Business)
		}
	}
}

// machines writes what runs without people: monitors, and often crawlers and the vendor's log-ins.
func (w *idleWorld) machines(monitored bool) {
	s := w.s
	every, crawled, looked := 1+s.rng.IntN(6), s.rng.IntN(3), s.rng.IntN(2) == 0
	for ago := s.first; ago >= 0; ago-- {
		if monitored {
			for i := range every {
				w.add(ago, 1800+i*86400/every, 0, "heartbeat", "/healthz", queries.Health)
			}
		}
		for range w.poisson(float64(crawled)) {
			w.add(ago, s.rng.IntN(86400), 0, "view", "/robots", queries.Bot)
		}
		if looked && ago%7 == 3 {
			w.add(ago, 36000, 99, "login", "/login", queries.Vendor)
			w.add(ago, 36030, 99, "view", "/task/p1", queries.Vendor)
		}
	}
}

// store keeps the world and gives the analysis its input.
func (w *idleWorld) store() analyzer.Input {
	store := querytest.New(w.t)
	registry, err := queries.OpenRegistry(w.t.Context(), store)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range w.systems {
		registry.DeclareSystem(s.System)
	}
	for source, u := range w.events {
		if _, err := store.Write(w.t.Context(), queries.Batch{Source: source, Usage: []*queries.UsageColumns{u}}); err != nil {
			w.t.Fatal(err)
		}
		kind := "accesslog"
		if source == "import" {
			kind = "import"
		}
		if err := store.SaveRun(w.t.Context(), queries.SourceRun{Source: source, Kind: kind, Started: worldEnd, Finished: worldEnd, Status: "ok"}); err != nil {
			w.t.Fatal(err)
		}
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		w.t.Fatal(err)
	}
	return analyzer.Input{Store: store, Registry: registry, Policy: policy, Window: analyzer.Window{From: worldEnd.AddDate(-1, 0, 1), To: worldEnd, AsOf: worldEnd}}
}

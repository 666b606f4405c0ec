package analyzer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// visitWorld is the visits of many villages over some months, as honest people with habits of their own make them.
type visitWorld struct {
	rng     *rand.Rand
	units   []*village
	months  int
	from    time.Time
	noTimes bool // the app does not say when a visit was begun
}

// village has 150 to 600 households at real distances, and two to six visitors.
type village struct {
	code     string
	lat, lon float64
	homes    [][2]float64
	towers   bool // most households live in a few buildings
	register bool // the coordinates are those of a register of buildings
	offline  bool // visits are uploaded when there is a network
	paper    int  // the visitor who writes on paper, which a clerk enters on Fridays; -1 for none
	clock    time.Duration
	last     bool // forms are opened at the end of a visit
	blind    bool // telephones without a receiver
	visits   []oneVisit
	bad      string
}

type oneVisit struct {
	home, visitor int
	begun, ended  time.Time
	lat, lon      float64
	channel       string
}

// metre in degrees of latitude, and of longitude at 31 degrees north.
const (
	metreLat = 1 / 111_200.0
	metreLon = 1 / 95_300.0
)

var china = time.FixedZone("+08:00", 8*3600)

// newVisitWorld settles villages and makes perMonth visits a village and month.
func newVisitWorld(seed uint64, units, months, perMonth int) *visitWorld {
	w := &visitWorld{rng: stats.NewRand(seed, "visits"), months: months, from: time.Date(2025, 7, 1, 0, 0, 0, 0, china)}
	for u := range units {
		v := &village{code: fmt.Sprintf("99020%04d", u), lat: 31.2 + 0.5*w.rng.Float64(), lon: 112.1 + 0.6*w.rng.Float64(), paper: -1}
		r := w.rng.Float64()
		switch {
		case r < 0.08:
			v.towers = true
		case r < 0.12:
			v.towers, v.register = true, true
		case r < 0.24:
			v.offline = true
		case r < 0.32:
			v.paper = 0
		case r < 0.36:
			v.clock = time.Duration(w.rng.IntN(40)-20) * time.Hour / 2
		case r < 0.42:
			v.last = true
		case r < 0.46:
			v.blind = true
		}
		w.settle(v)
		w.visit(v, float64(perMonth)*math.Exp(0.3*w.rng.NormFloat64()))
		w.units = append(w.units, v)
	}
	return w
}

func (w *visitWorld) settle(v *village) {
	n := 150 + w.rng.IntN(450)
	groups := 3 + w.rng.IntN(5)
	if v.towers {
		groups = max(2, n/50)
	}
	for g := range groups {
		lat, lon := v.lat+600*metreLat*w.rng.NormFloat64(), v.lon+600*metreLon*w.rng.NormFloat64()
		for range n/groups + 1 - g%2 {
			if v.towers {
				v.homes = append(v.homes, [2]float64{lat, lon})
				continue
			}
			v.homes = append(v.homes, [2]float64{lat + 90*metreLat*w.rng.NormFloat64(), lon + 90*metreLon*w.rng.NormFloat64()})
		}
	}
}

// visit makes honest visits, month by month and visitor by visitor.
func (w *visitWorld) visit(v *village, perMonth float64) {
	visitors := 2 + w.rng.IntN(5)
	minutes := 6 + 10*w.rng.Float64()
	for m := range w.months {
		days := []time.Time{}
		for day := w.from.AddDate(0, m, 0); day.Before(w.from.AddDate(0, m+1, 0)); day = day.AddDate(0, 0, 1) {
			if day.Weekday() != time.Sunday {
				days = append(days, day)
			}
		}
		for left := perMonth * math.Exp(0.2*w.rng.NormFloat64()); left > 0; {
			n := 2 + w.rng.IntN(9)
			left -= float64(n)
			w.round(v, w.rng.IntN(visitors), n, minutes, days[w.rng.IntN(len(days))])
		}
	}
	if v.offline {
		w.upload(v)
	}
	if v.paper >= 0 {
		w.enter(v, visitors)
	}
}

// round is one visitor's day: a walk through the neighbourhood, with a lunch break.
func (w *visitWorld) round(v *village, visitor, n int, minutes float64, day time.Time) {
	at := day.Add(time.Duration((8.3 + 7*w.rng.Float64()) * float64(time.Hour)))
	home := w.rng.IntN(len(v.homes))
	var fix [2]float64
	kept := 0
	for range n {
		before := v.homes[home]
		home = (home + 1 + w.rng.IntN(3)) % len(v.homes)
		way := math.Hypot((v.homes[home][0]-before[0])/metreLat, (v.homes[home][1]-before[1])/metreLon)
		pace := 1.2
		if way > 500 {
			pace = 6
		}
		at = at.Add(time.Duration((way/pace + 30 + 150*w.rng.Float64()) * float64(time.Second)))
		if h := at.Sub(day).Hours(); h > 12 && h < 13.7 {
			at = day.Add(time.Duration((13.7 + 0.6*w.rng.Float64()) * float64(time.Hour)))
		}
		stay := time.Duration(math.Max(1.5, minutes*math.Exp(0.5*w.rng.NormFloat64())) * float64(time.Minute)).Truncate(time.Second)
		x := oneVisit{home: home, visitor: visitor, begun: at.Truncate(time.Second), channel: "app"}
		at = at.Add(stay)
		x.ended = at.Add(time.Duration(2+w.rng.IntN(30)) * time.Second).Truncate(time.Second)
		if v.last {
			x.begun = x.ended.Add(-time.Duration(15+w.rng.IntN(60)) * time.Second)
		}
		x.begun, x.ended = x.begun.Add(v.clock), x.ended.Add(v.clock)
		switch {
		case v.register:
			fix = v.homes[home]
		case kept > 0: // the telephone gives its last fix again
			kept--
		default:
			noise := 5 * math.Exp(0.5*w.rng.NormFloat64())
			if w.rng.Float64() < 0.03 {
				noise = 50
			}
			fix = [2]float64{v.homes[home][0] + noise*metreLat*w.rng.NormFloat64(), v.homes[home][1] + noise*metreLon*w.rng.NormFloat64()}
			if w.rng.Float64() < 0.03 {
				kept = 1 + w.rng.IntN(4)
			}
		}
		x.lat, x.lon = fix[0], fix[1]
		switch r := w.rng.Float64(); {
		case v.blind && r < 0.5:
			x.lat, x.lon = 0, 0
		case v.blind || r < 0.02:
			x.lat, x.lon = math.NaN(), math.NaN()
		}
		v.visits = append(v.visits, x)
	}
}

// upload hands visits in when there is a network: every few days, one after the other.
func (w *visitWorld) upload(v *village) {
	slices.SortFunc(v.visits, func(a, b oneVisit) int { return a.begun.Compare(b.begun) })
	for i := range v.visits {
		x := &v.visits[i]
		day := int(x.ended.Sub(w.from).Hours()/24)/5*5 + 5
		x.ended = w.from.AddDate(0, 0, day).Add(19*time.Hour + time.Duration(i%300)*time.Second)
	}
}

// enter makes one visitor's sheets of paper the work of a clerk on Fridays: minutes apart, at the office, with times as written
// or those of entering.
func (w *visitWorld) enter(v *village, clerk int) {
	typed := w.rng.Float64() < 0.5
	channel := "web"
	if w.rng.Float64() < 0.3 {
		channel = "app"
	}
	sheets := map[time.Time]int{}
	for i := range v.visits {
		x := &v.visits[i]
		if x.visitor != v.paper {
			continue
		}
		friday := x.begun.AddDate(0, 0, (int(time.Friday)-int(x.begun.Weekday())+7)%7)
		friday = time.Date(friday.Year(), friday.Month(), friday.Day(), 15, 0, 0, 0, china)
		sheets[friday]++
		x.ended = friday.Add(time.Duration(sheets[friday])*70*time.Second + time.Duration(w.rng.IntN(25))*time.Second)
		if typed && channel == "web" {
			x.begun = x.begun.Truncate(5 * time.Minute)
		} else {
			x.begun = x.ended.Add(-time.Duration(25+w.rng.IntN(35)) * time.Second)
		}
		x.visitor, x.channel, x.lat, x.lon = clerk, channel, math.NaN(), math.NaN()
	}
}

// Ways of inventing visits.
var visitFrauds = []string{"point", "three", "jitter", "box", "rounded", "replay", "desk", "typed", "map", "clockwork"}

// invent rewrites a share of a village's visits, in a row or here and there.
func (w *visitWorld) invent(v *village, kind string, share float64) {
	v.bad = kind
	slices.SortFunc(v.visits, func(a, b oneVisit) int { return a.begun.Compare(b.begun) })
	n := int(share * float64(len(v.visits)))
	at := w.rng.Perm(len(v.visits))[:n]
	if w.rng.Float64() < 0.5 {
		first := w.rng.IntN(len(v.visits) - n + 1)
		for i := range at {
			at[i] = first + i
		}
	}
	slices.Sort(at)
	spot := func() [2]float64 {
		return [2]float64{v.lat + 300*metreLat*w.rng.NormFloat64(), v.lon + 300*metreLon*w.rng.NormFloat64()}
	}
	spots := [][2]float64{spot(), spot(), spot()}
	walk := [][2]float64{}
	for i := range 12 {
		h := v.homes[i*7%len(v.homes)]
		walk = append(walk, [2]float64{h[0] + 5*metreLat*w.rng.NormFloat64(), h[1] + 5*metreLon*w.rng.NormFloat64()})
	}
	var desk time.Time
	month := time.Month(0)
	for k, i := range at {
		x := &v.visits[i]
		switch kind {
		case "point":
			x.lat, x.lon = spots[0][0], spots[0][1]
		case "three":
			x.lat, x.lon = spots[k%3][0], spots[k%3][1]
		case "jitter":
			x.lat, x.lon = spots[0][0]+2e-5*(2*w.rng.Float64()-1), spots[0][1]+2e-5*(2*w.rng.Float64()-1)
		case "box":
			x.lat, x.lon = v.lat+0.006*(2*w.rng.Float64()-1), v.lon+0.006*(2*w.rng.Float64()-1)
		case "rounded":
			x.lat, x.lon = math.Round(v.homes[x.home][0]*1e3)/1e3, math.Round(v.homes[x.home][1]*1e3)/1e3
		case "replay":
			x.lat, x.lon = walk[k%len(walk)][0], walk[k%len(walk)][1]
		case "clockwork":
			if k > 0 && x.begun.Sub(v.visits[at[k-1]].begun) < 20*time.Hour {
				x.begun = v.visits[at[k-1]].begun.Add(3 * time.Minute)
			}
			x.visitor, x.ended = 0, x.begun.Add(170*time.Second)
		default: // entered at the desk when the month is over
			if x.begun.Month() != month {
				month = x.begun.Month()
				desk = time.Date(x.begun.Year(), month+1, 0, 9+w.rng.IntN(8), w.rng.IntN(60), 0, 0, china)
			}
			desk = desk.Add(time.Duration(20+w.rng.IntN(75)) * time.Second)
			x.visitor, x.ended, x.channel = 0, desk, "app"
			switch kind {
			case "desk":
				x.begun = desk.Add(-time.Duration(12+w.rng.IntN(48)) * time.Second)
				x.lat, x.lon = v.lat+4*metreLat*w.rng.NormFloat64(), v.lon+4*metreLon*w.rng.NormFloat64()
			case "map":
				x.begun = desk.Add(-time.Duration(12+w.rng.IntN(48)) * time.Second)
				x.lat, x.lon = v.homes[x.home][0], v.homes[x.home][1]
			case "typed":
				if x.begun.After(desk) {
					x.begun = desk.Add(-time.Hour)
				}
				x.begun = x.begun.Truncate(10 * time.Minute)
				x.lat, x.lon = math.NaN(), math.NaN()
			}
		}
	}
}

// hash is a stable number of a name.
func hash(name string, n int) uint64 {
	h := uint64(1469598103934665603)
	for _, b := range []byte(fmt.Sprint(name, ".", n)) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h
}

// input stores the visits.
func (w *visitWorld) input(t testing.TB) analyzer.Input {
	t.Helper()
	store := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	registry.DeclareSystem(queries.System{ID: "visit-app", Owner: "局", Level: "county", Declared: true})
	registry.DeclareForm(queries.Form{ID: "visits", System: "visit-app", Title: "入户走访", Cycle: "month", Per: "record", Declared: true})
	c := &queries.SubmissionColumns{}
	for _, v := range w.units {
		registry.DeclareUnit(queries.Unit{Code: v.code, Name: v.code, Kind: "village", Declared: true})
		for i, x := range v.visits {
			month := time.Date(x.begun.Year(), x.begun.Month(), 1, 0, 0, 0, 0, time.UTC)
			if w.noTimes {
				x.begun = time.Unix(0, 0)
			}
			six := func(d float64) float64 { return math.Round(d*1e6) / 1e6 }
			c.Form, c.Unit, c.Period, c.PeriodStart = append(c.Form, "visits"), append(c.Unit, v.code), append(c.Period, month.Format("2006-01")), append(c.PeriodStart, month)
			c.SubmittedAt, c.StartedAt = append(c.SubmittedAt, x.ended), append(c.StartedAt, x.begun)
			c.Reporter, c.Channel, c.Subject = append(c.Reporter, hash(v.code+"-w", x.visitor)), append(c.Channel, x.channel), append(c.Subject, hash(v.code+"-h", x.home))
			c.Lat, c.Lon, c.Layout = append(c.Lat, six(x.lat)), append(c.Lon, six(x.lon)), append(c.Layout, "present")
			c.Numbers, c.Texts = append(c.Numbers, string(queries.PackNumbers(nil, float64(i%5)))), append(c.Texts, "")
			c.Key = append(c.Key, hash(v.code+"-k", i))
		}
	}
	if _, err := store.Write(t.Context(), queries.Batch{Source: "visits", Submissions: c}); err != nil {
		t.Fatal(err)
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	to := w.from.AddDate(0, w.months, 5)
	to = time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, time.UTC)
	return analyzer.Input{Store: store, Registry: registry, Policy: policy, Window: analyzer.Window{From: to.AddDate(0, 0, 1-policy.Window), To: to, AsOf: to}}
}

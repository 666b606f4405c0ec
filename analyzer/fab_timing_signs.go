package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// visitBounds is which of the fixed bounds say something in a form: such as its units hardly ever cross. -1 for none.
type visitBounds struct {
	run, quick, lag, tight int
	seconds                bool    // beginnings have seconds
	decimals               int     // of coordinates: 6, or 5 where no more are stored; 0 for fewer
	noise                  float64 // metres of standard deviation of a fix in one direction
}

// visitSign is one way in which visits cannot have been as recorded, counted in one unit.
type visitSign struct {
	id   string
	hits uint64
	of   uint64
	open string // key of the innocent explanation that is open, or empty

	usual float64 // median share of the form's units
	most  float64 // greatest share of a unit that is not in line for a finding
	p     float64
}

func (s visitSign) share() float64 { return float64(s.hits) / math.Max(1, float64(s.of)) }

// learn chooses the bounds of a form by what is usual among its units, which a few that invent visits hardly move.
func (f *visitForm) learn(limits map[string]float64) {
	var weeks uint64
	for _, u := range f.units {
		for _, p := range u.paces {
			weeks = max(weeks, p.Weeks)
		}
	}
	for _, u := range f.units {
		u.setAside(weeks)
	}
	median := func(share func(*visitUnit) (hits, of uint64)) float64 {
		var all []float64
		for _, u := range f.units {
			if hits, of := share(u); of >= uint64(limits["min_visits"]) {
				all = append(all, float64(hits)/float64(of))
			}
		}
		return stats.Median(all)
	}
	paced := func(get func(queries.VisitPace) uint64) func(*visitUnit) (uint64, uint64) {
		return func(u *visitUnit) (uint64, uint64) { return u.sum(get) }
	}
	greatest := func(n int, usual float64, get func(queries.VisitPace, int) uint64) int {
		best := -1
		for i := range n {
			if median(paced(func(p queries.VisitPace) uint64 { return get(p, i) })) <= usual {
				best = i
			}
		}
		return best
	}
	f.at.run = greatest(len(visitSeconds), limits["usual_runs"], func(p queries.VisitPace, i int) uint64 { return p.Run[i] })
	f.at.quick = greatest(len(visitSeconds), limits["percentile"], func(p queries.VisitPace, i int) uint64 { return p.Quick[i] })
	// Where most units begin most records within minutes of one another, a register is typed up in sittings and no visits are
	// timed: who types faster than others is no sign.
	sittings := median(paced(func(p queries.VisitPace) uint64 { return p.Run[len(visitSeconds)-1] })) >= limits["sittings"]
	if sittings {
		f.at.run, f.at.quick = -1, -1
	}
	f.at.lag = -1
	for i := len(visitLags) - 1; i >= 0; i-- {
		if median(paced(func(p queries.VisitPace) uint64 { return p.Late[i] })) <= limits["usual_runs"] {
			f.at.lag = i
		}
	}
	f.at.seconds = !sittings && median(paced(func(p queries.VisitPace) uint64 { return p.Minutes })) < 0.5
	switch {
	case median(func(u *visitUnit) (uint64, uint64) { return u.points.Rounded5, u.points.Located }) < 0.5:
		f.at.decimals = 6
	case median(func(u *visitUnit) (uint64, uint64) { return u.points.Rounded4, u.points.Located }) < 0.5:
		f.at.decimals = 5
	}
	var noise []float64
	for _, u := range f.units {
		if n := u.homes.Noise; !math.IsNaN(n) && n > 0 {
			noise = append(noise, n/medianOfPair)
		}
	}
	f.at.noise, f.at.tight = stats.Median(noise), -1
	for i, spread := range visitSpreads {
		if spread <= limits["tight"]*interquartile*f.at.noise || math.IsNaN(f.at.noise) && spread <= 1 {
			f.at.tight = i
		}
	}
}

const (
	medianOfPair  = 0.9539 // median distance of two normal variables, in standard deviations: 0.6745 √2
	interquartile = 1.3490 // of a normal variable, in standard deviations
)

// sum adds a count up over the unit's visitors.
func (u *visitUnit) sum(get func(queries.VisitPace) uint64) (hits, of uint64) {
	for _, p := range u.paces {
		hits, of = hits+get(p), of+p.Visits
	}
	return hits, of
}

// sign counts the signs that the data of the form allow.
func (u *visitUnit) sign(limits map[string]float64) {
	at := u.form.at
	add := func(id string, hits, of uint64, open string) {
		if float64(of) >= limits["min_visits"] {
			u.signs = append(u.signs, visitSign{id: id, hits: min(hits, of), of: of, open: open})
		}
	}
	paced := func(id, open string, get func(queries.VisitPace) uint64) uint64 {
		hits, of := u.sum(get)
		add(id, hits, of, open)
		return hits
	}
	var runs uint64
	if at.run >= 0 {
		runs = paced("run", "", func(p queries.VisitPace) uint64 { return p.Run[at.run] })
	}
	if at.quick >= 0 {
		// Who opens the form at the end of a visit takes seconds: a short time says something only where the way between the
		// houses was as short.
		quick, of := u.sum(func(p queries.VisitPace) uint64 { return p.Quick[at.quick] })
		add("quick", min(quick, runs), of, "")
	}
	if at.lag >= 0 {
		clock := ""
		for _, p := range u.paces {
			if p.Late[at.lag]*10 >= p.Visits*9 { // a telephone whose date is wrong is late always
				clock = "clock"
			}
		}
		paced("late", clock, func(p queries.VisitPace) uint64 { return p.Late[at.lag] - min(p.Late[at.lag], p.Uploaded) })
	}
	paced("overlap", "", func(p queries.VisitPace) uint64 { return p.Overlaps })
	fast, _ := u.sum(func(p queries.VisitPace) uint64 { return p.Fast })
	shuttled, _ := u.sum(func(p queries.VisitPace) uint64 { return p.Shuttled })
	shared := ""
	if 3*shuttled >= fast {
		shared = "shared_account"
	}
	paced("speed", shared, func(p queries.VisitPace) uint64 { return p.Fast })
	// A clock or time zone that is wrong moves visits into the night, and nothing else.
	night, of := u.sum(func(p queries.VisitPace) uint64 { return p.Night })
	add("night", min(night, runs), of, "")
	paced("crowd", "shared_account", func(p queries.VisitPace) uint64 { return p.Crowded })
	if at.seconds {
		paced("regular", "", func(p queries.VisitPace) uint64 { return p.Regular })
		typed := ""
		if fives, of := u.sum(func(p queries.VisitPace) uint64 { return p.FiveMinutes }); fives*20 >= of*19 {
			typed = "typed_times"
		}
		paced("fives", typed, func(p queries.VisitPace) uint64 { return p.FiveMinutes })
	}
	u.signPlaces(add, limits)
}

// signPlaces counts the signs of coordinates that no receiver measured.
func (u *visitUnit) signPlaces(add func(id string, hits, of uint64, open string), limits map[string]float64) {
	at, points, homes := u.form.at, u.points, u.homes
	register, open := u.register(limits)
	if at.decimals > 0 && !register {
		add("point", points.Shared-min(points.Shared, points.SharedDesk), points.Located, open)
		add("frozen", homes.Same, homes.Revisited, "register")
	}
	switch at.decimals {
	case 6:
		add("rounded", points.Rounded5, points.Located, "old_phone")
	case 5:
		add("rounded", points.Rounded4, points.Located, "old_phone")
	}
	if at.tight >= 0 {
		add("tight", u.tight(), points.Located, "")
	}
	met := "" // a few people are met on their fields; so many are not
	if float64(homes.Displaced) < limits["met_share"]*float64(homes.Revisits) {
		met = "met_elsewhere"
	}
	add("displaced", homes.Displaced, homes.Revisits, met)
}

// register says whether shared coordinates are those that a register holds for buildings: every household has its own, always
// the same, and there are several. Where too few households were visited again to tell, that is open, unless most visits show
// that telephones measure.
func (u *visitUnit) register(limits map[string]float64) (is bool, open string) {
	points, homes := u.points, u.homes
	steady := homes.SharedRevisited >= 5 && homes.SharedSame*10 >= homes.SharedRevisited*9
	measured := points.Located - points.Shared
	switch {
	case points.Shared == 0:
		return false, ""
	case steady && (points.SharedPoints > 1 || measured*2 > points.Located):
		return true, ""
	case float64(points.LargestHomes) >= limits["one_building"]:
		return false, ""
	case steady, homes.SharedRevisited < 5 && (measured*5 < points.Located || points.SharedPoints > 5):
		return false, "register"
	}
	return false, ""
}

// tight is the visits at crowded places whose fixes scatter less than receivers do.
func (u *visitUnit) tight() uint64 {
	if len(u.spots.Tight) == 0 {
		return 0
	}
	return u.spots.Tight[u.form.at.tight]
}

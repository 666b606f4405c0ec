package analyzer

import (
	"context"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// fabTiming looks for visits that cannot have taken place as they were recorded: when they were begun, how they follow one
// another, and where.
type fabTiming struct{}

const timingDetector = "fab-timing"

// Meta implements Detector.
func (fabTiming) Meta() Meta {
	return Meta{ID: timingDetector, Family: "fabrication", Version: 1, Evidence: "timing"}
}

// What is counted set-wise, at fixed bounds; which of them is used follows from what is usual among peers.
var (
	visitSeconds = []uint64{15, 30, 60, 90, 120, 180}
	visitLags    = []uint64{2, 7, 20}
	visitSpreads = []float64{0.5, 1, 1.5, 2, 2.5, 3, 4}
)

// sittingBound is the place in visitSeconds of two minutes, for telling accounts that are never on the way.
const sittingBound = 4

// visitForm is the visits of one form, unit by unit.
type visitForm struct {
	form  queries.Form
	units []*visitUnit
	at    visitBounds
}

// visitUnit is what the visits of one unit look like. Paces is empty where beginnings are unknown, Points.Located is zero
// where coordinates are.
type visitUnit struct {
	form   *visitForm
	shape  queries.VisitShape
	paces  []queries.VisitPace
	points queries.VisitPoints
	homes  queries.VisitHomes
	spots  queries.VisitSpots
	clerks int // accounts set aside that never are on the way: they enter what others wrote down
	clocks int // accounts set aside that seem to work at night only: their clock or time zone is wrong

	signs []visitSign
	worst int // of signs: the strongest
	p, q  float64
}

// Detect implements Detector.
func (d fabTiming) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(timingDetector)
	var out []queries.Finding
	forms, err := loadVisits(ctx, in, limits, func(form queries.Form, reason queries.Message) {
		out = append(out, NotAssessed(timingDetector, fabSubject(form), reason, form.ID))
	})
	if err != nil {
		return nil, err
	}
	for _, form := range forms {
		form.learn(limits)
		for _, u := range form.units {
			u.sign(limits)
		}
	}
	tests := judgeVisits(forms, limits)
	for _, form := range forms {
		found, err := form.findings(ctx, in, limits, tests)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// visitShapes groups the shapes of a form's units and says why a form cannot be judged as visits, or nothing. Forms that
// are not about anybody have no shapes.
func visitObstacle(form queries.Form, shapes []queries.VisitShape, limits map[string]float64) queries.Message {
	var visits, about, begun, located uint64
	enough := 0
	for _, s := range shapes {
		visits, about, begun, located = visits+s.Visits, about+s.About, begun+s.Begun, located+s.Located
		if float64(s.Visits) >= limits["min_visits"] {
			enough++
		}
	}
	params := map[string]any{"form": form.ID}
	switch {
	case visits == 0:
		return fabReason("no_visits", params)
	case 2*about < visits:
		return fabReason("not_about", params)
	case 10*begun < visits && 10*located < visits:
		return fabReason("no_times", params)
	case enough < int(limits["min_units"]):
		params["n"], params["need"], params["visits"] = enough, limits["min_units"], limits["min_visits"]
		return fabReason("few_visited", params)
	}
	return queries.Message{}
}

// loadVisits reads what the visits of every form look like, a million at a time at the most, so that memory does not grow
// with the county.
func loadVisits(ctx context.Context, in Input, limits map[string]float64, notAssessed func(queries.Form, queries.Message)) ([]*visitForm, error) {
	from, to := in.verifySpan()
	all, err := in.Store.VisitShapes(ctx, from, to)
	if err != nil {
		return nil, err
	}
	shapes := map[string][]queries.VisitShape{}
	for _, s := range all {
		shapes[s.Form] = append(shapes[s.Form], s)
	}
	var out []*visitForm
	for _, form := range in.Registry.Forms() {
		if reason := visitObstacle(form, shapes[form.ID], limits); reason.Key != "" {
			notAssessed(form, reason)
			continue
		}
		f := &visitForm{form: form}
		scope := queries.VisitScope{
			Form: form.ID, From: from, To: to, Bounds: visitSeconds, At: sittingBound, Lags: visitLags, Spreads: visitSpreads,
			Speed: limits["speed"], Margin: limits["margin"], Clock: limits["clock"], Far: limits["far"],
			Homes: uint64(limits["shared_homes"]), Days: uint64(limits["shared_days"]), Crowd: uint64(limits["visits_day"]), Dense: uint64(limits["crowded_homes"]),
		}
		for _, chunk := range visitChunks(shapes[form.ID], limits) {
			if err := f.read(ctx, in, scope, chunk); err != nil {
				return nil, err
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// visitsAtOnce bounds the memory of one query.
const visitsAtOnce = 1_000_000

// visitChunks puts the units with enough visits into groups that are read together.
func visitChunks(shapes []queries.VisitShape, limits map[string]float64) [][]queries.VisitShape {
	var out [][]queries.VisitShape
	var held uint64 = math.MaxUint64
	for _, s := range shapes {
		if float64(s.Visits) < limits["min_visits"] {
			continue
		}
		if held == math.MaxUint64 || held+s.Visits > visitsAtOnce {
			out, held = append(out, nil), 0
		}
		out[len(out)-1] = append(out[len(out)-1], s)
		held += s.Visits
	}
	return out
}

// read counts the visits of some units.
func (f *visitForm) read(ctx context.Context, in Input, scope queries.VisitScope, shapes []queries.VisitShape) error {
	byUnit := map[string]*visitUnit{}
	var begun, located uint64
	for _, s := range shapes {
		u := &visitUnit{form: f, shape: s}
		u.homes.Noise = math.NaN()
		byUnit[s.Unit] = u
		f.units = append(f.units, u)
		scope.Units = append(scope.Units, s.Unit)
		begun, located = begun+s.Begun, located+s.Located
	}
	if begun > 0 {
		paces, err := in.Store.VisitPaces(ctx, scope)
		if err != nil {
			return err
		}
		for _, p := range paces {
			byUnit[p.Unit].paces = append(byUnit[p.Unit].paces, p)
		}
	}
	if located == 0 {
		return nil
	}
	points, err := in.Store.VisitPoints(ctx, scope)
	if err != nil {
		return err
	}
	for _, p := range points {
		byUnit[p.Unit].points = p
	}
	homes, err := in.Store.VisitHomes(ctx, scope)
	if err != nil {
		return err
	}
	for _, h := range homes {
		byUnit[h.Unit].homes = h
	}
	spots, err := in.Store.VisitSpots(ctx, scope)
	if err != nil {
		return err
	}
	for _, s := range spots {
		byUnit[s.Unit].spots = s
	}
	return nil
}

// setAside drops the accounts that are no visitors: clerks who enter what others wrote down, at a desk and without a receiver,
// throughout the year and within the week; and telephones whose clock is wrong by hours. Weeks is how many weeks the busiest
// account of the form worked.
func (u *visitUnit) setAside(weeks uint64) {
	u.paces = slices.DeleteFunc(u.paces, func(p queries.VisitPace) bool {
		switch {
		case p.Night*10 >= p.Visits*7:
			u.clocks++
			return true
		case p.Desk*10 >= p.Visits*8, u.isClerk(p, weeks):
			u.clerks++
			return true
		}
		return false
	})
}

// isClerk says whether an account only ever enters what others wrote down: without a receiver, soon after the day, and either
// in most weeks or always on the same days of the week.
func (u *visitUnit) isClerk(p queries.VisitPace, weeks uint64) bool {
	if p.Located*50 > p.Visits || p.Late[1]*5 >= p.Visits || p.Weeks < 5 {
		return false
	}
	return u.points.Located > 0 && p.Weeks*5 >= weeks*2 || p.Weekdays <= 2
}

package simulate

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/demo/evaluate"
)

// county is everything that is decided before the first figure is drawn.
type county struct {
	Options
	start     time.Time // first day
	towns     []town
	units     []unit
	forms     []*form
	visits    *visitForm // nil without visits
	survey    *surveyForm
	cases     []*fabrication
	campaigns []campaign
	shocks    []shock
	looks     []evaluate.LookAlike
}

type town struct {
	code, name string
	lat, lon   float64
	clerk      bool // one person enters for all villages (代办员)
	batch      bool // uploads a file for all villages
}

// unit is a village or community.
type unit struct {
	code, name, kind string
	town             int
	population       float64
	staff            int
	lat, lon         float64   // of its office
	activity         []float64 // log-level of everything it does, by month
	late             float64   // days by which it uses to report before the day it is due
	untidy           float64   // chance that a submission is late, missing or mistaken, as a multiple of the usual
	rounds           float64   // share of large figures that it rounds
	offline          bool      // hands in from a telephone when there is a network
	newClerk         int       // month in which another person takes over, -1 for never
	shift            float64   // what the other person counts differently, as a factor
	merged           int       // month in which it is joined with another, -1 for never
	absorbs          int       // month from which it reports for another too, -1 for never
	growth           float64   // of its figures from then on
}

// campaign is a month in which everybody does more of what a form asks.
type campaign struct {
	form, month int
	factor      float64
	every       int // each field whose number divided by 3 leaves this
}

// shock is a flood or an epidemic in one town.
type shock struct {
	town, from, months, form int
	factor                   float64
}

func newCounty(o Options) *county {
	c := &county{Options: o, start: o.Until.AddDate(0, -o.Months, 0)}
	c.settle()
	c.makeForms()
	c.happen()
	c.plan()
	return c
}

func (c *county) asOf() time.Time { return c.Until.AddDate(0, 0, 24) }

// settle places towns and units.
func (c *county) settle() {
	s := newStream(c.Seed, "settle")
	n := max(2, (c.Units+6)/13)
	for t := range n {
		c.towns = append(c.towns, town{
			code: fmt.Sprintf("990101%03d", t+1), name: townNames[t%len(townNames)] + ordinal(t/len(townNames)) + "镇",
			lat: 31.2 + 0.13*float64(t/6) + 0.02*s.NormFloat64(), lon: 112.3 + 0.16*float64(t%6) + 0.02*s.NormFloat64(),
			clerk: c.alike("shared-clerk") && s.chance(0.2), batch: c.alike("batch-import") && s.chance(0.15),
		})
	}
	for u := range c.Units {
		t := u * n / c.Units
		x := unit{town: t, kind: "village", newClerk: -1, merged: -1, absorbs: -1, growth: 1, shift: 1}
		place := u - t*c.Units/n
		x.code = fmt.Sprintf("%s%03d", c.towns[t].code, place+1)
		suffix := "村"
		x.population = math.Round(s.lognormal(1350, 0.5))
		if s.chance(0.2) {
			x.kind, suffix, x.population = "community", "社区", math.Round(s.lognormal(3600, 0.45))
		}
		x.name = villageNames[u%len(villageNames)] + ordinal(u/len(villageNames)) + suffix
		x.staff = 3 + int(x.population/900)
		x.lat, x.lon = c.towns[t].lat+0.022*s.NormFloat64(), c.towns[t].lon+0.026*s.NormFloat64()
		x.late, x.untidy = s.within(-6, 3), s.lognormal(1, 0.6)
		level := 0.12 * s.NormFloat64()
		rho, step := s.within(0.3, 0.85), s.within(0.03, 0.12)
		for range c.Months {
			level = rho*level + step*s.NormFloat64()
			x.activity = append(x.activity, level)
		}
		c.units = append(c.units, x)
	}
}

// happen draws what befalls units: mergers, campaigns, shocks, new clerks, habits.
func (c *county) happen() {
	s := newStream(c.Seed, "happen")
	note := func(kind, why string, units, forms, periods []string) {
		if c.alike(kind) {
			c.looks = append(c.looks, evaluate.LookAlike{Kind: kind, Units: units, Forms: forms, Periods: periods, Why: why})
		}
	}
	for t := range c.towns {
		if c.towns[t].clerk {
			note("shared-clerk", "one clerk enters for every village of the town in one sitting", c.unitsOf(t), nil, nil)
		}
		if c.towns[t].batch {
			note("batch-import", "the town uploads one file for all its villages", c.unitsOf(t), nil, nil)
		}
	}
	for u := range c.units {
		x := &c.units[u]
		one := []string{x.code}
		if c.alike("offline-sync") && s.chance(0.12) {
			x.offline = true
			note("offline-sync", "hands in from a telephone when there is a network", one, nil, nil)
		}
		if c.alike("rounding-habit") && s.chance(0.08) {
			x.rounds = s.within(0.1, 0.35)
			note("rounding-habit", fmt.Sprintf("rounds %.0f %% of its larger figures to 5 or 10", 100*x.rounds), one, nil, nil)
		}
		if c.alike("new-clerk") && s.chance(0.15) {
			x.newClerk, x.shift = s.between(c.Months/5, c.Months*4/5), s.lognormal(1, 0.12)
			note("new-clerk", "another person takes over and counts a little differently", one, nil, []string{c.monthName(x.newClerk)})
		}
	}
	if c.alike("merger") {
		for range max(1, c.Units/60) {
			a := s.IntN(c.Units - 1)
			b := a + 1
			if c.units[a].town != c.units[b].town || c.units[a].absorbs >= 0 || c.units[a].merged >= 0 || c.units[b].absorbs >= 0 || c.units[b].merged >= 0 {
				continue
			}
			month := s.between(c.Months/4, c.Months*3/4)
			c.units[a].absorbs, c.units[b].merged = month, month
			c.units[a].growth = (c.units[a].population + c.units[b].population) / c.units[a].population
			note("merger", c.units[b].code+" is joined with "+c.units[a].code, []string{c.units[a].code, c.units[b].code}, nil, []string{c.monthName(month)})
		}
	}
	if c.alike("campaign") {
		for range max(1, c.Months/12) {
			x := campaign{form: s.IntN(c.Forms), month: s.IntN(c.Months), factor: s.within(1.8, 4), every: s.IntN(3)}
			c.campaigns = append(c.campaigns, x)
			note("campaign", "a campaign of the whole county", nil, []string{c.forms[x.form].id}, []string{c.monthName(x.month)})
		}
	}
	if c.alike("shock") {
		for range max(1, c.Months/9) {
			x := shock{town: s.IntN(len(c.towns)), from: s.IntN(c.Months), months: s.between(1, 3), form: s.IntN(c.Forms), factor: s.within(1.7, 4)}
			c.shocks = append(c.shocks, x)
			note("shock", "a flood or an epidemic in the town", c.unitsOf(x.town), []string{c.forms[x.form].id}, []string{c.monthName(x.from)})
		}
	}
	note("holiday", "the weeks of the Spring Festival", nil, nil, c.februaries())
	for _, f := range c.forms {
		for _, kind := range f.looks() {
			note(kind, formWhy[kind], nil, []string{f.id}, nil)
		}
	}
	if c.visits != nil {
		var codes []string
		for u := range c.units {
			if c.inApartments(u) {
				codes = append(codes, c.units[u].code)
			}
		}
		if len(codes) > 0 {
			note("apartments", "many households share the coordinates of a building", codes, []string{c.visits.id}, nil)
		}
	}
}

// inApartments says whether the households of a unit live in blocks of flats.
func (c *county) inApartments(u int) bool {
	return c.alike("apartments") && c.units[u].kind == "community"
}

func (c *county) unitsOf(t int) []string {
	var out []string
	for u := range c.units {
		if c.units[u].town == t {
			out = append(out, c.units[u].code)
		}
	}
	return out
}

func (c *county) month(m int) time.Time  { return c.start.AddDate(0, m, 0) }
func (c *county) monthName(m int) string { return c.month(m).Format("2006-01") }
func (c *county) monthOf(day time.Time) int {
	return (day.Year()-c.start.Year())*12 + int(day.Month()) - int(c.start.Month())
}

func (c *county) februaries() []string {
	var out []string
	for m := range c.Months {
		if c.month(m).Month() == time.February {
			out = append(out, c.monthName(m))
		}
	}
	return out
}

// neighbour is the honest unit of the same town whose size is nearest, or -1.
func (c *county) neighbour(u int, bad map[int]bool) int {
	best, distance := -1, math.Inf(1)
	for v := range c.units {
		if v == u || bad[v] || c.units[v].town != c.units[u].town || c.units[v].merged >= 0 || c.units[v].absorbs >= 0 {
			continue
		}
		if d := math.Abs(math.Log(c.units[v].population / c.units[u].population)); d < distance {
			best, distance = v, d
		}
	}
	return best
}

// truth is what evaluate reads.
func (c *county) truth() *evaluate.Truth {
	t := &evaluate.Truth{
		Format: evaluate.Format, Version: evaluate.Version, Seed: c.Seed, From: c.start.Format(time.DateOnly), AsOf: c.asOf().Format(time.DateOnly),
		Share: c.Share, HeldOut: HeldOut(), Bad: []evaluate.Bad{}, LookAlikes: c.looks,
	}
	if t.LookAlikes == nil {
		t.LookAlikes = []evaluate.LookAlike{}
	}
	for _, u := range c.units {
		t.Units = append(t.Units, u.code)
	}
	for _, f := range c.forms {
		t.Forms = append(t.Forms, f.id)
	}
	if c.visits != nil {
		t.Forms = append(t.Forms, c.visits.id, c.survey.id)
	}
	for _, x := range c.cases {
		if x.touched > 0 {
			t.Bad = append(t.Bad, x.truth(c))
		}
	}
	slices.SortFunc(t.Bad, func(a, b evaluate.Bad) int {
		return slices.Compare([]string{a.Unit, a.Form}, []string{b.Unit, b.Form})
	})
	return t
}

package analyzer

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// stake weighs the case by what hangs on it: the gravest severity among the findings, and the unit's and the form's stakes.
func (c *verifyCase) stake(past verifyPast, limit map[string]float64) {
	c.stakes = 1
	for _, f := range c.findings {
		c.stakes = math.Max(c.stakes, map[string]float64{"high": limit["stake_high"], "medium": limit["stake_medium"]}[f.Severity])
	}
	if past.stakes != nil {
		c.stakes *= past.stakes(c.unit, c.form)
	}
	c.weight *= c.stakes
}

// verifyStakes gives the stakes of a unit and form, 1 for the least: more for many residents, for money, for a form that rests on
// law or is on the approved list, and for one that takes many hours; less for a unit that is asked for more hours than it has,
// because the cause lies with those who ask.
func verifyStakes(registry *queries.Registry, hours map[string]float64, overloaded map[string]bool, limit map[string]float64) func(unit, form string) float64 {
	var residents, most []float64
	for _, u := range registry.Units() {
		if u.Population > 0 {
			residents = append(residents, float64(u.Population))
		}
	}
	for _, h := range hours {
		most = append(most, h)
	}
	slices.Sort(residents)
	slices.Sort(most)
	return func(unit, form string) float64 {
		out := 1.0
		if u, ok := registry.Unit(unit); ok && u.Population > 0 {
			out += limit["stake_population"] * rankShare(residents, float64(u.Population))
		}
		if h, ok := hours[form]; ok {
			out += limit["stake_hours"] * rankShare(most, h)
		}
		if f, ok := registry.Form(form); ok {
			if f.Basis != "" || f.Approved {
				out += limit["stake_statutory"]
			}
			if slices.ContainsFunc(f.Fields, ofMoney) {
				out += limit["stake_money"]
			}
		}
		if overloaded[unit] {
			out *= limit["overloaded"]
		}
		return out
	}
}

// rankShare is the share of ascending figures that lie below x.
func rankShare(sorted []float64, x float64) float64 {
	below, _ := slices.BinarySearch(sorted, x)
	return float64(below) / math.Max(1, float64(len(sorted)-1))
}

// ofMoney tells by its measure whether a field holds sums of money.
func ofMoney(f queries.Field) bool {
	return strings.HasSuffix(f.UnitOf, "元") || strings.EqualFold(f.UnitOf, "CNY") || strings.EqualFold(f.UnitOf, "yuan")
}

// unitsOverloaded are the units that findings say are asked for more hours than they have.
func unitsOverloaded(all []queries.Finding) map[string]bool {
	out := map[string]bool{}
	for _, f := range all {
		if f.Detector == "burden-overload" && f.Status != "not_assessed" && f.Status != "false_alarm" {
			for _, u := range f.Subject.Units {
				out[u] = true
			}
		}
	}
	return out
}

// newest is the newest outcome of every unit and form that answered the question.
func (past verifyPast) newest() map[[2]string]*queries.VerifyOutcome {
	out := map[[2]string]*queries.VerifyOutcome{}
	for i := range past.outcomes {
		if o := &past.outcomes[i]; o.Settled() {
			out[[2]string{o.Unit, o.Form}] = o
		}
	}
	return out
}

// renewed says whether a case rests on data that its last check could not see: so many days more of what was found then, or
// another finding that data after the check took part in.
func (c *verifyCase) renewed(o queries.VerifyOutcome, days int) bool {
	end := checkedUntil(o)
	return slices.ContainsFunc(c.findings, func(f queries.Finding) bool {
		return !f.To.Before(end.AddDate(0, 0, days)) || f.To.After(end) && !slices.Contains(o.Findings, f.ID)
	})
}

// checkedUntil is the last day of the data that a check saw: the end of its period, else the day on which it was recorded.
func checkedUntil(o queries.VerifyOutcome) time.Time {
	last := o.Period
	if _, to, found := strings.Cut(last, "/"); found {
		last = to
	}
	for layout, next := range map[string][3]int{"2006-01": {0, 1, 0}, "2006": {1, 0, 0}, time.DateOnly: {0, 0, 1}} {
		if t, err := time.Parse(layout, last); err == nil {
			return t.AddDate(next[0], next[1], next[2]-1)
		}
	}
	y, m, d := o.At.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

package demo

import (
	"math"
	"slices"
	"time"
)

// OwnerMonth is the time that all units together really spent on the forms of a department in a month, by the day of filing.
type OwnerMonth struct {
	Owner string  `json:"owner"`
	Month string  `json:"month"` // 2026-06
	Hours float64 `json:"hours"`
}

// Measure is something that a department really did to lower the burden, and what it says of it.
type Measure struct {
	Name    string   `json:"name"`
	Owner   string   `json:"owner"`
	Day     string   `json:"day"`     // on which the forms were last asked
	Stopped []string `json:"stopped"` // forms
	Claimed float64  `json:"claimed"` // change of the department's hours, as a share: -0.57
	Before  float64  `json:"before"`  // hours a month, over the months between the first of the simulation and the day
	After   float64  `json:"after"`   // hours a month, over the whole months since
	Change  float64  `json:"change"`  // After/Before - 1
	True    bool     `json:"true"`    // whether the claim is
}

// claimedCut is what offices like to announce: Jiangxi's cut of the number of forms, 91 to 39.
const claimedCut = -0.57

// measures tells what two departments did, from the hours as they came out.
func (c *County) measures(t *Truth) {
	hours := map[string][]float64{}
	for i, f := range c.forms {
		owner := c.systems[f.system].owner
		if hours[owner] == nil {
			hours[owner] = make([]float64, allMonths)
		}
		for k := range c.submissions[i] {
			sub := &c.submissions[i][k]
			if m := c.world.monthIndex(time.Unix(sub.submitted, 0).In(beijing)); m >= 0 {
				hours[owner][m] += float64(sub.active) / 3600
			}
		}
	}
	owners := make([]string, 0, len(hours))
	for owner := range hours {
		owners = append(owners, owner)
	}
	slices.Sort(owners)
	for _, owner := range owners {
		for m := warmMonths; m < allMonths; m++ {
			t.Owners = append(t.Owners, OwnerMonth{owner, c.world.calendar.months[m].Format("2006-01"), hours[owner][m]})
		}
	}
	t.Measures = append(
		t.Measures,
		c.measure("停报两张林业月报表", "林业局", stoppedA, claimedCut, hours["林业局"]),
		c.measure("停报公共文化活动逐场登记表", "公共文化服务中心", stoppedB, math.NaN(), hours["公共文化服务中心"]),
	)
}

// measure compares the same months of the year before and after the forms were stopped. NaN claims what is true.
func (c *County) measure(name, owner string, stopped int, claimed float64, hours []float64) Measure {
	day := c.Options.AsOf.AddDate(0, 0, -stopped)
	m := Measure{Name: name, Owner: owner, Day: day.Format(time.DateOnly), Claimed: claimed}
	for _, f := range c.forms {
		if c.systems[f.system].owner == owner && f.spec.end == stopped {
			m.Stopped = append(m.Stopped, f.spec.id)
		}
	}
	after := 0
	for i := warmMonths; i < allMonths; i++ {
		// The last report of a stopped form comes in the month after its last period.
		if c.world.calendar.months[i].After(day.AddDate(0, 0, 31)) {
			after++
			m.After += hours[i]
			m.Before += hours[i-12]
		}
	}
	m.Before, m.After = m.Before/float64(max(after, 1)), m.After/float64(max(after, 1))
	m.Change = m.After/m.Before - 1
	if math.IsNaN(claimed) {
		m.Claimed, m.True = math.Round(m.Change*100)/100, true
	}
	return m
}

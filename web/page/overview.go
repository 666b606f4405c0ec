// Package page holds the pages, each a template over one plain struct.
package page

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Overview is the first page.
type Overview struct {
	component.View
	queries.Overview
	Savable queries.Hours     // a year, of what is asked for twice
	Check   []queries.Finding // the strongest of each place that verification is recommended for first
	Waiting int               // recommended cases that nobody has checked
	Tally   Tally             // of what was checked
}

// HasData says whether anything has been collected yet.
func (o Overview) HasData() bool { return o.Systems > 0 || o.Forms > 0 || !o.DataTo.IsZero() }

// hoursPerUnit is the burden of one month on one reporting unit.
func hoursPerUnit(m queries.BurdenMonth) float64 {
	if m.Units == 0 {
		return math.NaN()
	}
	return m.Hours / float64(m.Units)
}

// whole are the months that lie wholly in the data. The last one may still be filling up, and the first ones may hold only
// stragglers of an earlier period: those in which less than half as many units reported as at most.
func (o Overview) whole() []queries.BurdenMonth {
	months := o.Months
	var most uint64
	for _, m := range months {
		most = max(most, m.Units)
	}
	for len(months) > 1 && months[0].Units*2 < most {
		months = months[1:]
	}
	if n := len(months); n > 1 && o.DataTo.Before(months[n-1].Month.AddDate(0, 1, -1)) {
		months = months[:n-1]
	}
	return months
}

// change is how the last three whole months compare with the same three a year before, as a share; NaN where unknown.
func (o Overview) change() float64 {
	months := o.whole()
	mean := func(ms []queries.BurdenMonth) float64 {
		sum := 0.0
		for _, m := range ms {
			sum += hoursPerUnit(m)
		}
		return sum / float64(len(ms))
	}
	n := len(months)
	if n < 15 {
		return math.NaN()
	}
	return mean(months[n-3:])/mean(months[n-15:n-12]) - 1
}

// headline states what the leader needs to know first.
func (o Overview) headline() string {
	if o.Hours <= 0 {
		return o.T("overview.title_none", "systems", o.Systems, "forms", o.Forms)
	}
	hours := o.T("overview.hours", "hours", locale.Fixed(o.Hours, 1), "low", locale.Fixed(o.Low, 1), "high", locale.Fixed(o.High, 1))
	switch change := o.change(); {
	case math.IsNaN(change) || math.IsInf(change, 0):
		return o.T("overview.title", "hours", hours)
	case change <= -0.005:
		return o.T("overview.title_less", "hours", hours, "change", -change)
	case change >= 0.005:
		return o.T("overview.title_more", "hours", hours, "change", change)
	default:
		return o.T("overview.title_same", "hours", hours)
	}
}

func (o Overview) note() string {
	if o.Analysed.IsZero() {
		return o.T("overview.not_analysed")
	}
	return o.T("overview.note", "from", o.Date(o.From), "to", o.Date(o.To), "n", o.Reporting, "analysed", o.Moment(o.Analysed))
}

// open counts the findings of some families that wait for a person.
func (o Overview) open(families ...string) uint64 {
	var n uint64
	for _, f := range families {
		n += o.Families[f]["open"] + o.Families[f]["assigned"]
	}
	return n
}

// families are those that have any finding, in the order in which people read them.
func (o Overview) families() []string {
	var out []string
	for _, f := range component.Families {
		if len(o.Families[f]) > 0 {
			out = append(out, f)
		}
	}
	return out
}

func (o Overview) trend() component.Figure {
	months := o.whole()
	f := chart.Figure{Kind: "line", Title: o.T("overview.trend"), Number: locale.Number, Unit: o.T("overview.trend_unit")}
	hours := chart.Series{Name: o.T("overview.trend_hours")}
	for _, m := range months {
		f.X = append(f.X, m.Month.Format("2006-01"))
		hours.Values = append(hours.Values, math.Round(hoursPerUnit(m)*10)/10)
	}
	f.Series = []chart.Series{hours}
	if last := len(f.X) - 1; last >= 0 {
		peak := 0
		for i, h := range hours.Values {
			if h > hours.Values[peak] {
				peak = i
			}
		}
		f.Title = o.T("overview.trend_title", "last_month", f.X[last], "last", hours.Values[last], "peak_month", f.X[peak], "peak", hours.Values[peak])
		f.Description = o.T("chart.describe", "series", hours.Name, "n", len(f.X), "first", f.X[0], "last", f.X[len(f.X)-1])
	}
	return o.Draw(f)
}

// share is how much an asker asks, of the one who asks most.
func (o Overview) share(a queries.Asker) float64 {
	most := slices.MaxFunc(o.Askers, func(a, b queries.Asker) int {
		if a.Hours < b.Hours {
			return -1
		}
		return 1
	})
	return a.Hours / most.Hours
}

// askers are the departments that ask most.
func (o Overview) askers() []queries.Asker { return o.Askers[:min(8, len(o.Askers))] }

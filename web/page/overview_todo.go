package page

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// The lengths of the lists of the first page; the whole lists are a link away.
const (
	stopsShown  = 4
	askersShown = 6
)

// stop is something that can be stopped now.
type stop struct {
	name, why, path string
	hours           queries.Hours // a year, of the place shown
	all             bool          // of all units, since what a place takes of it is not known
}

// open are the steps of the plan that wait for no legal basis and of which no line has been decided.
func (o *Overview) open() []PlanStep {
	return slices.DeleteFunc(StepsOf(o.Plan, queries.NewestDecisions(o.Decisions), nil), func(t PlanStep) bool {
		return t.Apart || len(t.Decided) > 0 || t.Hours.Mid <= 0
	})
}

// stopList gathers the systems whose retirement is suggested and not yet carried out, and the open steps of the plan, those
// that save most first. A step about a form of such a system is left out, so that no hour is counted twice.
func (o *Overview) stopList() {
	ending := map[string]bool{}
	for _, c := range o.Cases {
		waits := slices.Contains([]string{queries.RetirementSuggested, queries.RetirementNotified, queries.RetirementReopened}, c.State)
		if !waits || c.Assessment.Suggestion.Hours.Mid <= 0 {
			continue
		}
		ending[c.System] = true
		share, known := o.partOfSystem(c.System)
		if known && share == 0 {
			continue // nobody there reports into it
		}
		o.stops = append(o.stops, stop{o.Name("system", c.System), RetirementVerdict(o.View, c.Assessment), RetirementPath(c.System), times(c.Assessment.Suggestion.Hours, share), !known})
	}
	words := Plan{View: o.View, Called: o.Called}
	for _, t := range o.open() {
		form := subjectOf(t)
		if ending[o.Called.FormSystems[form]] {
			continue
		}
		var hours queries.Hours
		for _, l := range t.Lines {
			hours = hours.Plus(times(l.Hours, o.part(l.Form)))
		}
		if hours.Mid <= 0 {
			continue
		}
		path := component.Address("/plan", nil, "step", o.Int(uint64(t.Step)))
		o.stops = append(o.stops, stop{o.Name("form", form), words.headline(t), path, hours, false})
	}
	slices.SortStableFunc(o.stops, func(a, b stop) int { return cmp.Compare(b.hours.Mid, a.hours.Mid) })
	for _, s := range o.stops {
		o.stopped = o.stopped.Plus(s.hours)
	}
}

// part is which share of the hours of a form the place shown takes.
func (o *Overview) part(form string) float64 {
	if o.Unit == "" {
		return 1
	}
	if all := o.Whole[form]; all > 0 {
		return math.Min(1, o.taken[form]/all)
	}
	return 0
}

// partOfSystem is which share of the hours of a system's forms the place shown takes; it is not known of a system that takes its
// time otherwise than by forms.
func (o *Overview) partOfSystem(system string) (share float64, known bool) {
	if o.Unit == "" {
		return 1, true
	}
	all, here := 0.0, 0.0
	for form, of := range o.Called.FormSystems {
		if of == system {
			all, here = all+o.Whole[form], here+o.taken[form]
		}
	}
	if all <= 0 {
		return 1, false
	}
	return math.Min(1, here/all), true
}

// anyOfAll says that a line of the list of what can be stopped is about all units, although a place is shown.
func (o *Overview) anyOfAll() bool {
	return slices.ContainsFunc(o.stops, func(s stop) bool { return s.all })
}

// late counts the suggestions to which no answer came in time, and the longest wait in days.
func (o *Overview) late() (n, days int) {
	for _, c := range o.Cases {
		if c.Step == "answer" && c.Late(o.Today) {
			n++
			days = max(days, queries.DayNumber(o.Today)-queries.DayNumber(c.Due))
		}
	}
	return n, days
}

// asked counts the suggestions that wait for an answer, late or not.
func (o *Overview) asked() int {
	n := 0
	for _, c := range o.Cases {
		if c.Step == "answer" {
			n++
		}
	}
	return n
}

// turnover counts the systems that began and ended in the year to the end of the month, and those of which nobody registered
// when they began.
func (o *Overview) turnover() (began, ended, unknown int) {
	end := o.end()
	from := end.AddDate(-1, 0, 0)
	within := func(day time.Time) bool { return day.After(from) && !day.After(end) }
	for _, x := range o.Rows {
		switch {
		case x.Launched.IsZero() || x.Launched.Unix() <= 0:
			unknown++
		case within(x.Launched):
			began++
		}
	}
	for _, c := range o.Cases {
		for _, s := range c.Plan {
			if s.Step == "off" && !s.Done.IsZero() && within(s.Done) {
				ended++
			}
		}
	}
	return began, ended, unknown
}

// end is the last day of the month shown, or of the data.
func (o *Overview) end() time.Time {
	if o.Month.IsZero() {
		return o.DataTo
	}
	return o.Month.AddDate(0, 1, -1)
}

// silent are the sources that bring nothing any more or whose last run failed, and the longest silence in days, counted to
// the newest record of any source.
func (o *Overview) silent() (n, days int) {
	var newest time.Time
	for _, s := range o.Fed {
		if s.LastRecord.After(newest) {
			newest = s.LastRecord
		}
	}
	for _, s := range o.Fed {
		gap, quiet := o.Silence.Of(s, newest)
		if quiet {
			days = max(days, gap)
		}
		if quiet || s.Error != "" {
			n++
		}
	}
	return n, days
}

// one writes hours of a unit in a month.
func one(h float64) string { return locale.Fixed(h, 1) }

// bounds are the 90 % interval of hours of a unit in a month.
func bounds(h queries.Hours) string { return "(" + one(h.Low) + "\u2060–\u2060" + one(h.High) + ")" }

// place is what the figures are about.
func (o *Overview) place() string {
	if o.Unit != "" {
		return o.Name("unit", o.Unit)
	}
	if o.Place != "" {
		return o.Place
	}
	return o.T("overview.everywhere")
}

// headline states what the leader needs to know first.
func (o *Overview) headline() string {
	b, known := o.last()
	if !known {
		return o.T("overview.title_none", "systems", o.Systems, "forms", o.Forms)
	}
	key := "overview.title"
	change := o.change()
	switch {
	case math.IsNaN(change.Mid):
	case change.High < 0:
		key = "overview.title_less"
	case change.Low > 0:
		key = "overview.title_more"
	default:
		key = "overview.title_same"
	}
	return o.T(key, "month", o.monthName(o.Month), "hours", one(b.all.Mid), "change", math.Abs(change.Mid))
}

func (o *Overview) monthName(m time.Time) string {
	return o.T("overview.month_name", "year", m.Format("2006"), "month", m.Format("1"))
}

// note says of what the figures speak, how far they are covered and when they were reckoned.
func (o *Overview) note() string {
	if o.Analysed.IsZero() {
		return o.T("overview.not_analysed")
	}
	b, known := o.last()
	if !known {
		return o.T("overview.no_month", "analysed", o.Moment(o.Analysed))
	}
	return o.T("overview.note", "place", o.place(), "from", o.Date(o.Month), "to", o.Date(o.end()), "n", b.units, "analysed", o.Moment(o.Analysed))
}

// trend draws twelve months with the measures that were taken.
func (o *Overview) trend() component.Figure {
	f := chart.Figure{Kind: "line", Number: one, Unit: o.T("overview.trend_unit")}
	all, twice := chart.Series{Name: o.T("overview.trend_hours")}, chart.Series{Name: o.T("overview.trend_twice")}
	at := map[string]int{}
	for _, m := range o.months {
		x := m.month.Format("2006-01")
		at[x] = len(f.X)
		f.X = append(f.X, x)
		all.Values, twice.Values = append(all.Values, math.Round(m.all.Mid*10)/10), append(twice.Values, math.Round(m.twice.Mid*10)/10)
	}
	if len(f.X) < 2 {
		return component.Figure{}
	}
	f.Series = []chart.Series{all}
	if len(o.Items) > 0 {
		f.Series = append(f.Series, twice)
	}
	f.Title = o.T("overview.trend", "n", len(f.X))
	f.Description = o.T("chart.describe", "series", all.Name, "n", len(f.X), "first", f.X[0], "last", f.X[len(f.X)-1])
	marks := map[int]int{}
	for _, m := range o.Measures {
		if i, shown := at[m.Effective.Format("2006-01")]; shown {
			marks[i]++
		}
	}
	for _, a := range o.Accepted {
		if i, shown := at[a.Day.Format("2006-01")]; shown {
			marks[i] += a.Lines
		}
	}
	for i := range f.X {
		if marks[i] > 0 {
			f.Marks = append(f.Marks, chart.Mark{At: float64(i), Value: all.Values[i], Name: o.T("overview.measures", "n", marks[i])})
		}
	}
	out := o.Draw(f)
	out.Wide = chart.Draw(f, chart.Size{Width: 1160, Height: 140}, "overview-trend")
	return out
}

// widest is the share of an asker's bar of the widest one.
func (o *Overview) widest(a asker) float64 { return a.hours / math.Max(o.askers[0].hours, 1e-9) }

// link is an address with the place kept, empty where the reader may not open it.
func (o *Overview) link(path string) string {
	if o.May == nil || !o.May(path) {
		return ""
	}
	return path
}

func (o *Overview) numberOf(n int) string { return locale.Number(float64(n)) }

package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// unseen says whether the log of a day was not collected: before the first event, after the last one, in an interruption.
func (p System) unseen(day time.Time) bool {
	use := p.assessed().Use
	if p.Assessment == nil || use.From.IsZero() || day.Before(use.From) || day.After(use.To) {
		return true
	}
	for _, gap := range use.Gaps {
		if !day.Before(gap[0]) && !day.After(gap[1]) {
			return true
		}
	}
	return false
}

// calendarDays are the days of the year shown, each with what is known of it.
func (p System) calendarDays() []chart.CalendarDay {
	if p.From.IsZero() || !p.From.Before(p.To) {
		return nil
	}
	used := map[string]queries.SystemDay{}
	for _, d := range p.Days {
		used[d.Day.Format(time.DateOnly)] = d
	}
	var out []chart.CalendarDay
	for at := p.From; !at.After(p.To); at = at.AddDate(0, 0, 1) {
		d := used[at.Format(time.DateOnly)]
		day := chart.CalendarDay{Day: at, Value: float64(d.Meaningful)}
		switch {
		case d.Events > 0:
		case !p.Launched.IsZero() && at.Before(p.Launched):
			day.State = chart.Outside
		case p.unseen(at):
			day.State = chart.Unseen
		}
		if p.Holiday != nil {
			day.Holiday = p.holiday(at)
		}
		out = append(out, day)
	}
	return out
}

// calendar is the year as a heat map, with a table by month behind it.
func (p System) calendar() component.Figure {
	days := p.calendarDays()
	if len(days) == 0 {
		return component.Figure{}
	}
	seen, active, total := 0, 0, 0.0
	for _, d := range days {
		if d.State == chart.Seen {
			seen++
			total += d.Value
			if d.Value > 0 {
				active++
			}
		}
	}
	title := p.T("systems.calendar.title", "active", active, "seen", seen, "total", total)
	if seen == 0 {
		title = p.T("systems.calendar.title_none")
	}
	c := chart.Calendar{
		Title: title, Description: p.T("systems.calendar.describe", "from", p.Date(p.From), "to", p.Date(p.To), "active", active, "seen", seen, "unseen", len(days)-seen),
		Days: days, Month: func(t time.Time) string { return p.T("systems.month." + fmt.Sprint(int(t.Month()))) }, Words: p.dayWords,
	}
	for i := range c.Weekdays {
		c.Weekdays[i] = p.T("systems.weekday." + fmt.Sprint(i+1))
	}
	return p.DrawCalendar(c, p.monthTable(days))
}

func (p System) dayWords(d chart.CalendarDay) string {
	var words string
	switch {
	case d.State == chart.Outside:
		words = p.T("systems.calendar.day_outside", "day", p.Date(d.Day))
	case d.State == chart.Unseen:
		words = p.T("systems.calendar.day_unseen", "day", p.Date(d.Day))
	case d.Value == 0:
		words = p.T("systems.calendar.day_none", "day", p.Date(d.Day))
	default:
		words = p.T("systems.calendar.day", "day", p.Date(d.Day), "n", d.Value)
	}
	if d.Holiday != "" {
		words += p.T("systems.calendar.day_holiday", "name", d.Holiday)
	}
	return words
}

// legend are the steps of colour with the numbers that they stand for.
func (p System) legend() []string {
	bounds := chart.Calendar{Days: p.calendarDays()}.Levels()
	var out []string
	from := 1.0
	for _, b := range bounds {
		if b > from {
			out = append(out, locale.Number(from)+"–"+locale.Number(b))
		} else {
			out = append(out, locale.Number(b))
		}
		from = b + 1
	}
	return out
}

// holiday is what a statutory holiday is called, empty on other days.
func (p System) holiday(day time.Time) string {
	name, off := p.Holiday(day)
	switch {
	case !off:
		return ""
	case name == "":
		return p.T("systems.calendar.key_holiday")
	}
	return name
}

// holidayKey explains the mark of holidays, and names the years whose arrangement is not known.
func (p System) holidayKey() string {
	var missing []string
	for year := p.From.Year(); year <= p.To.Year() && p.Holiday != nil; year++ {
		if p.holiday(time.Date(year, 10, 1, 0, 0, 0, 0, time.UTC)) == "" {
			missing = append(missing, fmt.Sprint(year))
		}
	}
	if len(missing) == 0 {
		return p.T("systems.calendar.key_holiday")
	}
	return p.T("systems.calendar.key_holiday_missing", "years", strings.Join(missing, p.T("systems.comma")))
}

// monthTable is the calendar for those who read numbers.
func (p System) monthTable(days []chart.CalendarDay) component.Figure {
	out := component.Figure{Head: []string{
		p.T("systems.calendar.column.month"), p.T("systems.calendar.column.actions"), p.T("systems.calendar.column.active"),
		p.T("systems.calendar.column.seen"), p.T("systems.calendar.column.unseen"), p.T("systems.calendar.column.most"),
	}}
	type month struct {
		actions, most        float64
		active, seen, unseen int
	}
	var order []string
	sums := map[string]*month{}
	for _, d := range days {
		name := d.Day.Format("2006-01")
		m := sums[name]
		if m == nil {
			m = &month{}
			sums[name] = m
			order = append(order, name)
		}
		switch d.State {
		case chart.Seen:
			m.seen++
			m.actions += d.Value
			m.most = max(m.most, d.Value)
			if d.Value > 0 {
				m.active++
			}
		case chart.Unseen:
			m.unseen++
		}
	}
	for _, name := range order {
		m := sums[name]
		row := []string{name, locale.Number(m.actions), fmt.Sprint(m.active), fmt.Sprint(m.seen), fmt.Sprint(m.unseen), locale.Number(m.most)}
		if m.seen == 0 {
			row[1], row[2], row[5] = locale.Absent, locale.Absent, locale.Absent
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// weeksShown is how many weeks the line of use shows at most: two years.
const weeksShown = 104

// weeks is the weekly course of use with its levels and where they change.
func (p System) weeks() component.Figure {
	use := p.assessed().Use
	values := use.Weeks
	if len(values) < 2 {
		return component.Figure{}
	}
	first := use.To.AddDate(0, 0, 1-7*len(values))
	if cut := len(values) - weeksShown; cut > 0 {
		values, first = values[cut:], first.AddDate(0, 0, 7*cut)
	}
	f := chart.Figure{Kind: "line", Unit: p.T("unit_of.actions_week"), Number: locale.Number}
	for i := range values {
		f.X = append(f.X, first.AddDate(0, 0, 7*i).Format(time.DateOnly))
	}
	f.Series = []chart.Series{{Name: p.T("systems.use_series"), Values: values}}
	f.Title = p.weeksTitle(use)
	if levels, marks := p.levels(use.Changes, first, len(values)); len(levels) > 0 {
		f.Series = append(f.Series, chart.Series{Name: p.T("systems.level_series"), Values: levels})
		f.Marks = marks
	}
	f.Description = p.T("chart.describe", "series", f.Series[0].Name, "n", len(f.X), "first", f.X[0], "last", f.X[len(f.X)-1])
	return p.Draw(f)
}

// weeksTitle states the last change of level, or that there is none.
func (p System) weeksTitle(use queries.Use) string {
	if len(use.Changes) == 0 {
		return p.T("systems.weeks_steady")
	}
	c := use.Changes[len(use.Changes)-1]
	key := "systems.weeks_less"
	if c.After > c.Before {
		key = "systems.weeks_more"
	}
	return p.T(key, "week", p.Date(c.Week), "before", levelNumber(c.Before), "after", levelNumber(c.After))
}

func levelNumber(x float64) string {
	if x > 0 && x < 9.95 {
		return locale.Fixed(x, 1)
	}
	return locale.Fixed(x, 0)
}

// levels are the level of each week between changes, and a mark for each change that is shown.
func (p System) levels(changes []queries.LevelChange, first time.Time, n int) ([]float64, []chart.Mark) {
	if len(changes) == 0 {
		return nil, nil
	}
	out, marks := make([]float64, n), []chart.Mark{}
	week := func(t time.Time) int { return int(t.Sub(first).Hours()/24+0.5) / 7 }
	for i := range out {
		out[i] = changes[0].Before
		for _, c := range changes {
			if i >= week(c.Week) {
				out[i] = c.After
			}
		}
	}
	for _, c := range changes {
		if at := week(c.Week); at > 0 && at < n && !c.Week.Before(first) {
			marks = append(marks, chart.Mark{At: float64(at), Value: c.After, Name: p.T("systems.change", "week", p.Date(c.Week))})
		}
	}
	// Words stand apart: of turns that are close to one another only the last is named.
	for i := range marks {
		if i+1 < len(marks) && marks[i+1].At-marks[i].At < float64(n)/3 {
			marks[i].Name = ""
		}
	}
	return out, marks
}

// town is the units beneath one unit with how many of them use the system.
type town struct {
	code       string
	units      []queries.SystemUnit
	used, sent int
	last       time.Time
}

// towns groups the units that use the system or report into it, and those of the same kind that the registry knows beside
// them, under the units above them. Those with the smallest share of use stand first.
func (p System) towns() []town {
	by := map[string]*town{}
	for _, u := range p.Units {
		parent := p.Called.Parents[u.Unit]
		t := by[parent]
		if t == nil {
			t = &town{code: parent}
			by[parent] = t
		}
		t.units = append(t.units, u)
		if u.Events > 0 {
			t.used++
		}
		if u.Submissions > 0 {
			t.sent++
		}
		if u.LastUse.After(t.last) {
			t.last = u.LastUse
		}
	}
	var out []town
	for _, t := range by {
		slices.SortFunc(t.units, func(a, b queries.SystemUnit) int {
			return cmp.Or(cmp.Compare(a.Events, b.Events), a.LastUse.Compare(b.LastUse), cmp.Compare(a.Unit, b.Unit))
		})
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b town) int {
		return cmp.Or(cmp.Compare(a.used*len(b.units), b.used*len(a.units)), cmp.Compare(a.code, b.code))
	})
	return out
}

// ownName is a unit's name without that of the unit above it.
func (p System) ownName(unit, parent string) string {
	name := p.Name("unit", unit)
	if above := p.Called.Units[parent]; above != "" {
		if short := strings.TrimPrefix(name, above); short != "" {
			return short
		}
	}
	return name
}

func (p System) townName(code string) string {
	if code == "" {
		return p.T("systems.no_parent")
	}
	return p.Name("unit", code)
}

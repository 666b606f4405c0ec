package page

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Unit is one unit: what is asked of it, what it handed in, how its figures compare, and what was found and checked. Nobody
// is named.
type Unit struct {
	component.View
	queries.UnitPage
	Called *queries.NameTable
	Row    *queries.UnitRow  // what is asked of it in a month, nil where nothing was reckoned
	Alike  []queries.UnitRow // units of its kind, itself included, most hours first
	queries.BurdenPage
	Fields   map[string]queries.Form
	Overload []queries.Finding // more is asked than it can do
	Clues    []queries.Finding // of the family fabrication, the gravest first
	Others   uint64            // further open findings that name it
	Cases    []VerifyRow       // of it and of those below it
	Outcomes []queries.VerifyOutcome
	Matters  []queries.Case // about it or those below it
}

// course draws the hours of the unit by whole month.
func (p Unit) course() component.Figure {
	by := map[time.Time][]queries.BurdenCell{}
	for _, c := range p.Cells {
		by[c.Month] = append(by[c.Month], c)
	}
	span := queries.WholeBurden(p.Cells, p.Run)
	f := chart.Figure{Kind: "line", Number: locale.Number, Unit: p.T("burden.unit.hours"), BandName: p.T("burden.page.band")}
	hours := chart.Series{Name: p.T("burden.series.hours")}
	for _, m := range slices.SortedFunc(maps.Keys(by), time.Time.Compare) {
		if m.Before(span.First) || m.After(span.Last) {
			continue
		}
		h := queries.SumBurden(by[m], p.Paces).Span()
		f.X = append(f.X, m.Format("2006-01"))
		hours.Values = append(hours.Values, math.Round(h.Mid*10)/10)
		f.Low, f.High = append(f.Low, math.Round(h.Low*10)/10), append(f.High, math.Round(h.High*10)/10)
	}
	if len(f.X) < 2 {
		return component.Figure{}
	}
	f.Series = []chart.Series{hours}
	f.Title = p.T("departments.trend", "change", changeWords(span.Change(p.Cells)), "n", len(f.X))
	f.Description = p.T("chart.describe", "series", hours.Name, "n", len(f.X), "first", f.X[0], "last", f.X[len(f.X)-1])
	return p.Draw(f)
}

func (p Unit) title() string {
	if p.Row == nil || p.Row.Hours <= 0 {
		return p.T("unit.title_plain", "unit", p.Code)
	}
	return p.T("unit.title", "unit", p.Code, "hours", locale.Fixed(p.Row.Hours, 1), "low", locale.Fixed(p.Row.Low, 1), "high", locale.Fixed(p.Row.High, 1))
}

func (p Unit) note() string {
	if p.From.IsZero() || p.From.Year() < 1971 {
		return p.T("overview.not_analysed")
	}
	return p.T("unit.note", "from", p.Date(p.From), "to", p.Date(p.To))
}

// rank says where its hours lie among units of its kind.
func (p Unit) rank() string {
	at := slices.IndexFunc(p.Alike, func(u queries.UnitRow) bool { return u.Code == p.Code })
	if at < 0 || len(p.Alike) < 3 {
		return p.T("unit.rank_none")
	}
	return p.T("unit.rank", "rank", at+1, "n", len(p.Alike), "kind", p.Known("kind."+p.Kind, p.T("word.not_declared")), "median", locale.Fixed(p.Alike[len(p.Alike)/2].Hours, 1))
}

func (p Unit) recommended() int {
	n := 0
	for _, c := range p.Cases {
		if c.Recommended {
			n++
		}
	}
	return n
}

func (p Unit) peersNote() string {
	key := "unit.peers_kind"
	if p.Sized {
		key = "unit.peers_sized"
	}
	return p.T(key, "n", len(p.Peers), "kind", p.Known("kind."+p.Kind, p.T("word.not_declared")))
}

// indicatorsShown is how many indicators the table shows: those farthest from the peers.
const indicatorsShown = 24

func (p Unit) shown() []queries.UnitIndicator {
	return p.Indicators[:min(len(p.Indicators), indicatorsShown)]
}

func (p Unit) indicatorName(form, field string) string { return p.Name("field", form+"."+field) }

// unitOf is the unit of measure of a field.
func (p Unit) unitOf(form, field string) string {
	for _, f := range p.Fields[form].Fields {
		if f.ID == field {
			return f.UnitOf
		}
	}
	return ""
}

func (p Unit) figure(form, field string, x float64) string {
	words := locale.Number(x)
	if unit := p.unitOf(form, field); unit != "" {
		words += " " + unit
	}
	return words
}

func (p Unit) spread(i queries.UnitIndicator) string {
	return chart.Spread(i.Own, i.Spread, p.T("unit.spread", "own", i.Own, "low", i.Spread[0], "median", i.Spread[2], "high", i.Spread[4]))
}

// distance in words: how far from the median of the peers.
func (p Unit) distance(i queries.UnitIndicator) string {
	d := i.Distance()
	if d == 0 {
		return locale.Absent
	}
	return fmt.Sprintf("%+.1f", d)
}

// courses are the pictures of indicators by period before the spread of the peers.
func (p Unit) courses() []component.Figure {
	var out []component.Figure
	for _, c := range p.Courses {
		f := chart.Figure{
			Kind: "band", Title: p.T("unit.course", "form", c.Form, "item", p.indicatorName(c.Form, c.Field)), X: c.Periods, Unit: p.unitOf(c.Form, c.Field),
			Series: []chart.Series{{Name: p.Name("unit", p.Code), Values: c.Own}}, Bands: c.Spread, Number: locale.Number,
			SpreadNames: [3]string{p.T("chart.peers_90"), p.T("chart.peers_50"), p.T("chart.peers_median")},
		}
		if n := len(c.Periods); n > 0 {
			f.Description = p.T("chart.describe", "series", f.Series[0].Name, "n", n, "first", c.Periods[0], "last", c.Periods[n-1])
		}
		if drawn := p.Draw(f); drawn.Drawable() {
			out = append(out, drawn)
		}
	}
	return out
}

// calendar is the year of submissions, with a table by month behind it.
func (p Unit) calendar() component.Figure {
	if p.From.IsZero() || !p.From.Before(p.To) || len(p.Days) == 0 {
		return component.Figure{}
	}
	sent := map[string]float64{}
	total := 0.0
	for _, d := range p.Days {
		sent[d.Day.Format(time.DateOnly)] = float64(d.Submissions)
		total += float64(d.Submissions)
	}
	byMonth := map[string][2]float64{}
	var days []chart.CalendarDay
	for at := p.From; !at.After(p.To); at = at.AddDate(0, 0, 1) {
		v := sent[at.Format(time.DateOnly)]
		days = append(days, chart.CalendarDay{Day: at, Value: v})
		m := byMonth[at.Format("2006-01")]
		m[0] += v
		m[1] = max(m[1], v)
		byMonth[at.Format("2006-01")] = m
	}
	table := component.Figure{Head: []string{p.T("unit.month"), p.T("unit.sent"), p.T("unit.most")}}
	for _, month := range slices.Sorted(maps.Keys(byMonth)) {
		m := byMonth[month]
		table.Rows = append(table.Rows, []string{month, locale.Number(m[0]), locale.Number(m[1])})
	}
	c := chart.Calendar{
		Title: p.T("unit.calendar", "days", len(p.Days), "n", total), Description: p.T("unit.calendar_describe", "from", p.Date(p.From), "to", p.Date(p.To), "n", total),
		Days: days, Month: func(t time.Time) string { return p.T("systems.month." + fmt.Sprint(int(t.Month()))) },
		Words: func(d chart.CalendarDay) string { return p.T("unit.day", "day", p.Date(d.Day), "n", d.Value) },
	}
	for i := range c.Weekdays {
		c.Weekdays[i] = p.T("systems.weekday." + fmt.Sprint(i+1))
	}
	return p.DrawCalendar(c, table)
}

// formRow is a form of the unit with what it takes.
type formRow struct {
	queries.UnitForm
	hours float64 // a month, NaN where it was not reckoned
	cases int     // on the verification list
}

// formRows are the forms that the unit handed in, those that take most first.
func (p Unit) formRows() []formRow {
	hours, months := map[string]float64{}, map[time.Time]bool{}
	for _, c := range p.Cells {
		if c.Recent {
			hours[c.Form] += c.Hours()
			months[c.Month] = true
		}
	}
	out := make([]formRow, 0, len(p.Forms))
	for _, f := range p.Forms {
		row := formRow{UnitForm: f, hours: math.NaN()}
		if h, ok := hours[f.Form]; ok && len(months) > 0 {
			row.hours = h / float64(len(months))
		}
		for _, c := range p.Cases {
			if c.Form == f.Form && c.Unit == p.Code && c.Priority > 0 {
				row.cases++
			}
		}
		out = append(out, row)
	}
	slices.SortStableFunc(out, func(a, b formRow) int { return -cmp.Compare(a.hours, b.hours) })
	return out
}

// clues are the findings of suspicious data by family of evidence.
func (p Unit) clues() []familyEvidence { return byEvidence(p.Clues) }

// checked are the outcomes of earlier checks, the newest first.
func (p Unit) checked() []queries.VerifyOutcome {
	out := slices.Clone(p.Outcomes)
	slices.Reverse(out)
	return out
}

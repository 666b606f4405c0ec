package component

import (
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/locale"
)

// Figure is a chart ready to be drawn: both sizes and the table behind it.
type Figure struct {
	Title, Unit  string
	Kind         string // of the chart: help.chart_KIND says how to read it
	Wide, Narrow string
	Head         []string
	Rows         [][]string
}

// Drawable says whether there is anything to show.
func (f Figure) Drawable() bool { return f.Wide != "" }

// FigureOf puts a chart of evidence into the reader's words and draws it.
func (v View) FigureOf(c *queries.Chart) Figure {
	if c == nil {
		return Figure{}
	}
	f := chart.Figure{
		Kind: c.Kind, Title: v.M(c.Title), X: v.placeNames(c.X), Expected: c.Expected, ExpectedName: v.T("chart.expected"), Number: locale.Number,
		Bands: c.Bands, Sizes: c.Sizes, Rows: v.placeNames(c.Rows), Cells: c.Cells, Zone: v.Zone, MarkedName: v.T("chart.marked"), OtherName: v.T("chart.unmarked"),
		CellNames: [3]string{v.T("chart.cell_none"), v.T("chart.cell_same"), v.T("chart.cell_missing")},
	}
	switch c.Kind {
	case "band":
		f.SpreadNames = [3]string{v.T("chart.peers_90"), v.T("chart.peers_50"), v.T("chart.peers_median")}
		if len(c.Bands) != 5 {
			f.SpreadNames[0] = v.T("chart.peers_range")
		}
	case "funnel":
		f.SpreadNames[0], f.SizeName = v.T("chart.limits"), v.T("chart.size")
	}
	if c.Unit != "" {
		f.Unit = v.Known(c.Unit, v.Known("unit_of."+c.Unit, c.Unit))
	}
	names := make([]string, 0, len(c.Series))
	for _, s := range c.Series {
		name := v.M(s.Name)
		names = append(names, name)
		f.Series = append(f.Series, chart.Series{Name: name, Values: s.Values})
	}
	for _, p := range c.Points {
		f.Points = append(f.Points, chart.Point{X: p.X, Y: p.Y, Name: v.placeNames([]string{p.Label})[0], Marked: p.Marked})
	}
	f.Description = v.describe(f, names)
	return v.Draw(f)
}

// describe says what a picture shows to those who do not see it.
func (v View) describe(f chart.Figure, names []string) string {
	marked := 0
	for _, p := range f.Points {
		if p.Marked {
			marked++
		}
	}
	switch {
	case f.Kind == "strip":
		return v.T("chart.describe_strip", "n", len(f.Points), "rows", len(f.Rows), "marked", marked)
	case f.Kind == "funnel":
		return v.T("chart.describe_funnel", "n", len(f.Points), "marked", marked)
	case f.Kind == "heat":
		return v.T("chart.describe_heat", "rows", len(f.Rows), "n", len(f.X))
	case len(f.X) > 0:
		return v.T("chart.describe", "series", names, "n", len(f.X), "first", f.X[0], "last", f.X[len(f.X)-1])
	}
	return ""
}

// placeNames shows the names of systems, units and forms where a chart carries their ids.
func (v View) placeNames(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id
		if v.Names == nil {
			continue
		}
		for _, kind := range []string{"system", "form", "unit", "field"} {
			if name := v.Names(kind, id); name != "" {
				out[i] = name
				break
			}
		}
	}
	return out
}

// Draw draws a chart in both sizes and lays out the table behind it.
func (v View) Draw(f chart.Figure) Figure {
	out := Figure{
		Title: f.Title, Unit: f.Unit, Kind: f.Kind,
		Wide: chart.Draw(f, chart.Wide, v.nextID("fig")), Narrow: chart.Draw(f, chart.Narrow, v.nextID("fig")),
	}
	switch f.Kind {
	case "strip", "funnel":
		v.pointRows(&out, f)
	case "heat":
		out.Head = append([]string{""}, f.X...)
		for i, name := range f.Rows {
			row := []string{name}
			for j := range f.X {
				row = append(row, cellAt(f.Cells, i, j))
			}
			out.Rows = append(out.Rows, row)
		}
	default:
		valueRows(&out, f)
	}
	return out
}

// pointsListed is how many points the table behind a picture lists.
const pointsListed = 200

// pointRows lists the points of a picture, the marked ones first.
func (v View) pointRows(out *Figure, f chart.Figure) {
	out.Head = []string{v.T("chart.point"), v.T("chart.size"), f.Title, f.MarkedName}
	if f.Kind == "strip" {
		out.Head = []string{v.T("chart.row"), v.T("chart.moment"), v.T("chart.point"), f.MarkedName}
	} else if f.Unit != "" {
		out.Head[2] = f.Unit
	}
	for _, marked := range []bool{true, false} {
		for _, p := range f.Points {
			if p.Marked != marked || len(out.Rows) == pointsListed {
				continue
			}
			name := p.Name
			if name == "" {
				name = locale.Absent
			}
			row := []string{name, locale.Number(p.X), locale.Number(p.Y), v.T("word.no")}
			if f.Kind == "strip" {
				if i := int(p.Y); p.Y >= 0 && i < len(f.Rows) {
					row[0] = f.Rows[i]
				}
				row[1], row[2] = chart.Moment(p.X, v.zone()), name
			}
			if marked {
				row[3] = v.T("word.yes")
			}
			out.Rows = append(out.Rows, row)
		}
	}
}

func (v View) zone() *time.Location {
	if v.Zone == nil {
		return time.UTC
	}
	return v.Zone
}

// valueRows lists the values of all series by place, and what they are compared with.
func valueRows(out *Figure, f chart.Figure) {
	out.Head = []string{""}
	for _, s := range f.Series {
		out.Head = append(out.Head, s.Name)
	}
	if len(f.Low) > 0 {
		out.Head = append(out.Head, f.BandName)
	}
	n := len(f.Bands)
	spread := f.Kind == "band" && (n == 2 || n == 3 || n == 5)
	if spread {
		out.Head = append(out.Head, f.SpreadNames[0])
	}
	if spread && n > 2 {
		out.Head = append(out.Head, f.SpreadNames[2])
	}
	if len(f.Expected) > 0 {
		out.Head = append(out.Head, f.ExpectedName)
	}
	for i, x := range f.X {
		row := []string{x}
		for _, s := range f.Series {
			row = append(row, numberAt(s.Values, i))
		}
		if len(f.Low) > 0 {
			row = append(row, numberAt(f.Low, i)+"–"+numberAt(f.High, i))
		}
		if spread {
			row = append(row, numberAt(f.Bands[0], i)+"–"+numberAt(f.Bands[n-1], i))
		}
		if spread && n > 2 {
			row = append(row, numberAt(f.Bands[n/2], i))
		}
		if len(f.Expected) == 1 {
			row = append(row, numberAt(f.Expected, 0))
		} else if len(f.Expected) > 1 {
			row = append(row, numberAt(f.Expected, i))
		}
		out.Rows = append(out.Rows, row)
	}
}

// cellAt writes a cell of a grid; below zero nothing was reported.
func cellAt(cells [][]float64, i, j int) string {
	if i >= len(cells) || j >= len(cells[i]) || !(cells[i][j] >= 0) {
		return locale.Absent
	}
	return locale.Number(cells[i][j])
}

func numberAt(values []float64, i int) string {
	if i >= len(values) {
		return locale.Absent
	}
	return locale.Number(values[i])
}

// DrawCalendar draws a year of days in both sizes; the table behind it is given.
func (v View) DrawCalendar(c chart.Calendar, table Figure) Figure {
	table.Title, table.Kind = c.Title, "calendar"
	table.Wide, table.Narrow = c.Draw(54, 15, v.nextID("fig"), true), c.Draw(20, 12, v.nextID("fig"), false)
	return table
}

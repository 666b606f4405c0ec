package component

import (
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/locale"
)

// Figure is a chart ready to be drawn: both sizes and the table behind it.
type Figure struct {
	Title, Unit  string
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
		Kind: c.Kind, Title: v.M(c.Title), X: c.X, Expected: c.Expected,
		ExpectedName: v.T("chart.expected"), Number: locale.Number,
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
	f.X = v.placeNames(c.X)
	if len(c.X) > 0 {
		f.Description = v.T("chart.describe", "series", names, "n", len(c.X), "first", f.X[0], "last", f.X[len(f.X)-1])
	}
	return v.Draw(f)
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
		Title: f.Title, Unit: f.Unit,
		Wide: chart.Draw(f, chart.Wide, v.nextID("fig")), Narrow: chart.Draw(f, chart.Narrow, v.nextID("fig")),
	}
	out.Head = []string{""}
	for _, s := range f.Series {
		out.Head = append(out.Head, s.Name)
	}
	if len(f.Low) > 0 {
		out.Head = append(out.Head, f.BandName)
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
		if len(f.Expected) == 1 {
			row = append(row, numberAt(f.Expected, 0))
		} else if len(f.Expected) > 1 {
			row = append(row, numberAt(f.Expected, i))
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func numberAt(values []float64, i int) string {
	if i >= len(values) {
		return locale.Absent
	}
	return locale.Number(values[i])
}

// DrawCalendar draws a year of days in both sizes; the table behind it is given.
func (v View) DrawCalendar(c chart.Calendar, table Figure) Figure {
	table.Title = c.Title
	table.Wide, table.Narrow = c.Draw(54, 15, v.nextID("fig"), true), c.Draw(20, 12, v.nextID("fig"), false)
	return table
}

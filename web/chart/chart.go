// Package chart draws the pictures of evidence on the server, as SVG: the same on the screen, on paper and without
// scripts. Colours come from the style sheet through classes, so that light, dark and print need no second drawing, and
// every series differs by line pattern or fill as well as by colour.
package chart

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Figure is a chart with all its words already in the reader's language.
type Figure struct {
	Kind        string // line, bars, compare, band, strip, heat or funnel
	Title       string
	Description string // what the picture shows, for those who do not see it
	X           []string
	Series      []Series
	Expected    []float64 // one value for every X, or one for all, or none
	// ExpectedName is the word in the legend for Expected.
	ExpectedName string
	Unit         string
	Number       func(float64) string
	// Low and High bound the first series of a line chart, one value for every X; BandName is the word for them.
	Low, High []float64
	BandName  string
	Marks     []Mark
	// Bands are percentiles of peers in ascending order over X (band), or the lower and the upper limit at Sizes (funnel);
	// SpreadNames are their words: of the outer area, the inner one and the line in the middle.
	Bands       [][]float64
	SpreadNames [3]string
	Sizes       []float64
	SizeName    string // word for the horizontal axis of a funnel
	Rows        []string
	Cells       [][]float64 // by row, each 0 to 1; below 0 nothing was reported
	CellNames   [3]string   // words for nothing alike, identical and nothing reported
	Points      []Point
	MarkedName  string
	OtherName   string         // of the points that are not marked
	Zone        *time.Location // of the moments of a strip; UTC where nil
}

// Point is one dot: in a strip X is a moment in seconds since 1970 and Y a row, in a funnel X a size and Y a figure, in a
// line or band X a place among X and Y a value.
type Point struct {
	X, Y   float64
	Name   string
	Marked bool
}

// Mark is a point of a line chart with words of its own.
type Mark struct {
	At    float64 // place among X, from 0, in between where it has a fraction
	Value float64
	Name  string
}

// Series is one line or set of bars.
type Series struct {
	Name   string
	Values []float64
}

// Size is the size of a drawing in CSS pixels.
type Size struct{ Width, Height int }

// Wide and Narrow are the two drawings that a page carries; the style sheet shows the one that fits.
var (
	Wide   = Size{720, 280}
	Narrow = Size{340, 240}
)

// Draw writes a figure as one svg element. The id must be unique in the page. A figure without any finite value gives
// the empty string.
func Draw(f Figure, size Size, id string) string {
	if f.Number == nil {
		f.Number = func(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }
	}
	if !f.drawable() {
		return ""
	}
	switch {
	case f.Kind == "strip":
		return f.moments(size, id)
	case f.Kind == "heat":
		return f.heat(size, id)
	case f.Kind == "funnel":
		return f.funnel(size, id)
	case (f.Kind == "line" || f.Kind == "band") && len(f.X) > 1:
		return f.lines(size, id)
	case f.horizontal(size):
		return f.rows(size, id)
	default:
		return f.columns(size, id)
	}
}

func (f Figure) drawable() bool {
	switch f.Kind {
	case "strip":
		return len(f.Rows) > 0 && slices.ContainsFunc(f.Points, f.placed)
	case "funnel":
		return slices.ContainsFunc(f.Points, sized)
	case "heat":
		return len(f.X) > 0 && len(f.Rows) > 0 && slices.ContainsFunc(f.Cells[:min(len(f.Cells), len(f.Rows))], func(row []float64) bool {
			return slices.ContainsFunc(row[:min(len(row), len(f.X))], finite)
		})
	}
	if len(f.X) == 0 {
		return false
	}
	for _, s := range f.Series {
		for _, v := range s.Values {
			if finite(v) {
				return true
			}
		}
	}
	return false
}

// finite says whether a value can be drawn. Beyond 1e30 the arithmetic of an axis would overflow.
func finite(v float64) bool { return math.Abs(v) <= 1e30 }

// at is the value of a series at a place, NaN beyond its end.
func at(values []float64, i int) float64 {
	if i < len(values) {
		return values[i]
	}
	return math.NaN()
}

// expectedAt is the expected value at a place: one value given for all places stands for each.
func (f Figure) expectedAt(i int) float64 {
	if len(f.Expected) == 1 {
		return f.Expected[0]
	}
	return at(f.Expected, i)
}

// extent is the range of all values, always with zero in it, so that lengths and slopes do not exaggerate.
func (f Figure) extent() (low, high float64) {
	see := func(v float64) {
		if finite(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	for _, s := range f.Series {
		for _, v := range s.Values {
			see(v)
		}
	}
	for _, v := range f.Expected {
		see(v)
	}
	for _, v := range f.High {
		see(v)
	}
	for _, m := range f.Marks {
		see(m.Value)
	}
	for _, b := range f.Bands {
		for _, v := range b {
			see(v)
		}
	}
	for _, p := range f.Points {
		see(p.Y)
	}
	if high-low < 1e-30 {
		low, high = 0, 1 // all values are zero
	}
	return low, high
}

// whole says whether all values are whole numbers, whose axis needs no fractions.
func (f Figure) whole() bool {
	fraction := func(v float64) bool { return finite(v) && v != math.Trunc(v) }
	for _, s := range f.Series {
		if slices.ContainsFunc(s.Values, fraction) {
			return false
		}
	}
	return !slices.ContainsFunc(f.Expected, fraction)
}

// ticks are round numbers that cover a range, at most count+2 of them, no closer than least.
func ticks(low, high float64, count int, least float64) []float64 {
	raw := (high - low) / float64(count)
	magnitude := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * magnitude
	for _, nice := range []float64{1, 2, 2.5, 5} {
		if nice*magnitude >= raw*0.999 {
			step = nice * magnitude
			break
		}
	}
	step = max(step, least)
	var out []float64
	for i := math.Floor(low/step + 1e-9); ; i++ {
		out = append(out, i*step)
		if i*step >= high-step*1e-9 {
			return out
		}
	}
}

// canvas collects the elements of a drawing.
type canvas struct{ b strings.Builder }

func (c *canvas) open(f Figure, size Size, id, class string) {
	fmt.Fprintf(&c.b, `<svg class="chart %s" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="%s-t %s-d">`,
		class, size.Width, size.Height, size.Width, size.Height, id, id)
	fmt.Fprintf(&c.b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, html.EscapeString(f.Title), id, html.EscapeString(f.Description))
}

func (c *canvas) close() string {
	c.b.WriteString("</svg>")
	return c.b.String()
}

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&c.b, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, px(x1), px(y1), px(x2), px(y2))
}

func (c *canvas) rect(class string, x, y, w, h float64) {
	fmt.Fprintf(&c.b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, px(x), px(y), px(max(w, 0)), px(max(h, 0)))
}

// text writes a label. Anchor is start, middle or end.
func (c *canvas) text(class, anchor string, x, y float64, text string) {
	fmt.Fprintf(&c.b, `<text class="%s" text-anchor="%s" x="%s" y="%s">%s</text>`, class, anchor, px(x), px(y), html.EscapeString(text))
}

func (c *canvas) path(class, d string) {
	fmt.Fprintf(&c.b, `<path class="%s" d="%s"/>`, class, d)
}

func (c *canvas) dot(class string, x, y, r float64) {
	fmt.Fprintf(&c.b, `<circle class="%s" cx="%s" cy="%s" r="%s"/>`, class, px(x), px(y), px(r))
}

// px writes a coordinate with at most one decimal.
func px(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// width estimates how wide a text is at 12 pixels: Chinese characters are square, others about half as wide.
func width(text string) float64 {
	w := 0.0
	for _, r := range text {
		if r >= 0x2E80 {
			w += 12
		} else {
			w += 6.8
		}
	}
	return w
}

// fit cuts a text to a width; the whole text stands in the table behind the chart.
func fit(text string, limit float64) string {
	if width(text) <= limit {
		return text
	}
	out, w := make([]rune, 0, len(text)), 12.0
	for _, r := range text {
		if w += width(string(r)); w > limit {
			break
		}
		out = append(out, r)
	}
	return strings.TrimSpace(string(out)) + "…"
}

func series(i int) string { return "s" + strconv.Itoa(i%4) }

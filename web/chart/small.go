package chart

import (
	"fmt"
	"html"
	"math"
)

// Sparkline draws a course without axes, for a cell of a table. Its words say what the line shows.
func Sparkline(values []float64, words string) string {
	const w, h = 96.0, 24.0
	c := &canvas{}
	fmt.Fprintf(&c.b, `<svg class="chart spark" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" role="img"><title>%s</title>`,
		w, h, w, h, html.EscapeString(words))
	high := 0.0
	for _, v := range values {
		if finite(v) {
			high = max(high, v)
		}
	}
	c.line("zero", 0, h-2, w, h-2)
	if high > 0 && len(values) > 1 {
		x := func(i int) float64 { return 1 + float64(i)/float64(len(values)-1)*(w-5) }
		y := func(v float64) float64 { return h - 2 - v/high*(h-6) }
		value := func(i int) float64 { return values[i] }
		c.path("area s0", area(len(values), x, y, value))
		c.path("line s0", trace(len(values), x, y, value))
		if last := len(values) - 1; finite(values[last]) {
			c.dot("dot s0", x(last), y(values[last]), 2)
		}
	}
	return c.close()
}

// Meter draws one share of a whole as a bar, beside the number that says the same.
func Meter(share float64) string {
	const w, h = 96.0, 8.0
	if !finite(share) {
		share = 0
	}
	c := &canvas{}
	fmt.Fprintf(&c.b, `<svg class="chart meter" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" aria-hidden="true">`, w, h, w, h)
	c.rect("track", 0, 0, w, h)
	c.rect("bar s0", 0, 0, w*math.Max(0, math.Min(1, share)), h)
	return c.close()
}

// DayState is what happened on one day of a calendar strip.
type DayState uint8

// The states of a day. Each has its own shape.
const (
	Received DayState = iota // rows arrived: a filled square
	Empty                    // the source was read and had nothing: a hollow square
	Missing                  // no successful reading: a cross
	Before                   // before the first reading: a dot
)

// Day is one day of a calendar strip.
type Day struct {
	State DayState
	Words string // the day, what happened
}

// Strip draws days in a row, oldest first, a week apart by a gap where a Monday begins.
func Strip(days []Day, mondays []bool, words string) string {
	const cell, gap, week = 10.0, 2.0, 4.0
	xs, x := make([]float64, len(days)), 0.0
	for i := range days {
		if i > 0 && i < len(mondays) && mondays[i] {
			x += week
		}
		xs[i] = x
		x += cell + gap
	}
	total := max(x-gap, cell)
	c := &canvas{}
	fmt.Fprintf(&c.b, `<svg class="chart strip" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" `, total, cell, total, cell)
	if words == "" {
		c.b.WriteString(`aria-hidden="true">`)
	} else {
		fmt.Fprintf(&c.b, `role="img"><title>%s</title>`, html.EscapeString(words))
	}
	for i, day := range days {
		c.b.WriteString("<g>")
		if day.Words != "" {
			fmt.Fprintf(&c.b, `<title>%s</title>`, html.EscapeString(day.Words))
		}
		switch day.State {
		case Received:
			c.rect("day received", xs[i], 0, cell, cell)
		case Empty:
			c.rect("day empty", xs[i]+0.5, 0.5, cell-1, cell-1)
		case Missing:
			c.path("day missing", fmt.Sprintf("M%g 1.5l7 7m0 -7l-7 7", xs[i]+1.5))
		case Before:
			c.dot("day before", xs[i]+cell/2, cell/2, 1.2)
		}
		c.b.WriteString("</g>")
	}
	return c.close()
}

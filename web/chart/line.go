package chart

import "strings"

// lines draws values over time or another order. A missing value breaks the line.
func (f Figure) lines(size Size, id string) string {
	c := &canvas{}
	c.open(f, size, id, "chart-line")
	a := f.upright(c, size)
	x := func(i int) float64 {
		return a.left + 4 + float64(i)/float64(len(f.X)-1)*(a.right-a.left-8)
	}
	f.places(c, a, x)
	if len(f.Expected) > 0 {
		c.path("expected", trace(len(f.X), x, a.y, f.expectedAt))
	}
	if len(f.Low) == len(f.X) && len(f.High) == len(f.X) {
		c.path("band", band(f.Low, f.High, x, a.y))
	}
	f.spreads(c, a, x)
	for i, s := range f.Series {
		value := func(j int) float64 { return at(s.Values, j) }
		if len(f.Series) == 1 && len(f.Low) == 0 && f.Kind == "line" {
			c.path("area "+series(i), area(len(f.X), x, a.y, value))
		}
		c.path("line "+series(i), trace(len(f.X), x, a.y, value))
		f.ends(c, a, i, x, value)
	}
	for _, m := range f.Marks {
		f.mark(c, a, m)
	}
	for _, p := range f.Points {
		if p.X >= 0 && p.X <= float64(len(f.X)-1) && finite(p.Y) {
			c.point(p, a.left+4+p.X/float64(len(f.X)-1)*(a.right-a.left-8), a.y(p.Y))
		}
	}
	return c.close()
}

// mark draws a point of its own with a line down to the places and its words on the side that has more room.
func (f Figure) mark(c *canvas, a frame, m Mark) {
	if !finite(m.At) || !finite(m.Value) {
		return
	}
	x := a.left + 4 + max(0, min(1, m.At/float64(len(f.X)-1)))*(a.right-a.left-8)
	y := a.y(m.Value)
	c.line("marker", x, y, x, a.bottom)
	c.dot("marker-dot", x, y, 4.5)
	side, at := "start", x+8
	if x > (a.left+a.right)/2 {
		side, at = "end", x-8
	}
	if m.Name == "" {
		return
	}
	c.text("value", side, at, min(y+20, a.bottom-6), fit(m.Name, (a.right-a.left)/2))
}

// band is the area between two bounds, broken where either is missing.
func band(low, high []float64, x func(int) float64, y func(float64) float64) string {
	var b strings.Builder
	known := func(i int) bool { return finite(low[i]) && finite(high[i]) }
	for start := 0; start < len(low); {
		if !known(start) {
			start++
			continue
		}
		end := start
		for end+1 < len(low) && known(end+1) {
			end++
		}
		for i := start; i <= end; i++ {
			b.WriteString(map[bool]string{true: "M", false: "L"}[i == start] + px(x(i)) + " " + px(y(high[i])))
		}
		for i := end; i >= start; i-- {
			b.WriteString("L" + px(x(i)) + " " + px(y(low[i])))
		}
		b.WriteString("Z")
		start = end + 1
	}
	return b.String()
}

// ends marks points that stand alone and the last value, which is written out.
func (f Figure) ends(c *canvas, a frame, i int, x func(int) float64, value func(int) float64) {
	last := -1
	for j := range f.X {
		if !finite(value(j)) {
			continue
		}
		last = j
		before := j > 0 && finite(value(j-1))
		after := j+1 < len(f.X) && finite(value(j+1))
		if !before && !after {
			c.dot("dot "+series(i), x(j), a.y(value(j)), 2.5)
		}
	}
	if last < 0 {
		return
	}
	c.dot("dot "+series(i), x(last), a.y(value(last)), 3.5)
	if len(f.Series) == 1 {
		// A line that comes from above leaves room below its end, and the other way round.
		y := a.y(value(last)) - 8
		if last > 0 && finite(value(last-1)) && value(last-1) > value(last) && y+28 < a.bottom {
			y += 24
		}
		c.text("value", "end", min(x(last)+4, a.right+12), max(y, 10), f.Number(value(last)))
	}
}

func trace(n int, x func(int) float64, y func(float64) float64, value func(int) float64) string {
	var b strings.Builder
	drawing := false
	for i := range n {
		v := value(i)
		if !finite(v) {
			drawing = false
			continue
		}
		if drawing {
			b.WriteString("L")
		} else {
			b.WriteString("M")
		}
		drawing = true
		b.WriteString(px(x(i)) + " " + px(y(v)))
	}
	return b.String()
}

// area closes every unbroken run of a line down to zero.
func area(n int, x func(int) float64, y func(float64) float64, value func(int) float64) string {
	var b strings.Builder
	for start := 0; start < n; {
		if !finite(value(start)) {
			start++
			continue
		}
		end := start
		for end+1 < n && finite(value(end+1)) {
			end++
		}
		b.WriteString("M" + px(x(start)) + " " + px(y(0)))
		for i := start; i <= end; i++ {
			b.WriteString("L" + px(x(i)) + " " + px(y(value(i))))
		}
		b.WriteString("L" + px(x(end)) + " " + px(y(0)) + "Z")
		start = end + 1
	}
	return b.String()
}

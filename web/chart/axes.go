package chart

import "slices"

// frame is the part of a drawing that holds the marks, with its scale.
type frame struct {
	left, top, right, bottom float64
	low, high                float64
	marks                    []float64
}

func (a frame) y(v float64) float64 {
	return a.bottom - (v-a.low)/(a.high-a.low)*(a.bottom-a.top)
}

// upright lays out a drawing with values on the vertical axis: legend above, places below.
func (f Figure) upright(c *canvas, size Size) frame {
	low, high := f.extent()
	count := 4
	if size.Height < 260 {
		count = 3
	}
	least := 0.0
	if f.whole() {
		least = 1
	}
	marks := ticks(low, high, count, least)
	a := frame{marks: marks, low: marks[0], high: marks[len(marks)-1]}
	wide := 0.0
	for _, m := range marks {
		wide = max(wide, width(f.Number(m)))
	}
	a.left, a.right = wide+10, float64(size.Width)-12
	a.top, a.bottom = f.legend(c, float64(size.Width))+8, float64(size.Height)-28
	if f.Unit != "" || f.SizeName != "" {
		a.top += 24
		c.text("axis", "start", 0, a.top-16, f.Unit)
	} else {
		a.top += 12
	}
	for _, m := range marks {
		class := "grid"
		if m == 0 {
			class = "zero"
		}
		c.line(class, a.left, a.y(m), a.right, a.y(m))
		c.text("axis", "end", a.left-6, a.y(m)+4, f.Number(m))
	}
	return a
}

// places writes the labels of the horizontal axis, as many as fit beside one another, at even steps counted from the last:
// the reader sees up to when the data reach.
func (f Figure) places(c *canvas, a frame, x func(int) float64) {
	widest := 0.0
	for _, label := range f.X {
		widest = max(widest, width(label))
	}
	room := a.right - a.left
	step := 1
	for float64(len(f.X))/float64(step)*(widest+12) > room && step < len(f.X) {
		step++
	}
	free := a.right + 12 // where the label to the right begins
	for i := len(f.X) - 1; i >= 0; i -= step {
		label := fit(f.X[i], room)
		half := width(label) / 2
		centre := min(max(x(i), half), a.right+12-half)
		if centre+half > free {
			continue
		}
		c.text("axis", "middle", centre, a.bottom+18, label)
		free = centre - half - 8
	}
}

// legend names the series where there is more than one, or something expected, and returns the height it takes.
func (f Figure) legend(c *canvas, room float64) float64 {
	entries := make([]string, 0, len(f.Series)+2)
	outer, inner, middle := f.spread()
	if len(f.Series) > 1 || len(f.Expected) > 0 || len(f.Low) > 0 || outer {
		for _, s := range f.Series {
			entries = append(entries, s.Name)
		}
	}
	limits := f.Kind == "funnel" && len(f.Sizes) > 0
	marked := slices.ContainsFunc(f.Points, func(p Point) bool { return p.Marked })
	if len(entries) == 0 && !limits && !marked {
		return 0
	}
	x, y := 0.0, 12.0
	key := func(label string, draw func(x, y float64)) {
		label = fit(label, room-40)
		if need := 26 + width(label); x > 0 && x+need > room {
			x, y = 0, y+20
		}
		draw(x, y)
		c.text("legend", "start", x+24, y, label)
		x += 40 + width(label)
	}
	for i, label := range entries {
		key(label, func(x, y float64) {
			if f.Kind == "line" || f.Kind == "band" {
				c.line("line "+series(i), x, y-4, x+18, y-4)
				return
			}
			c.rect("bar "+series(i), x+2, y-10, 12, 12)
		})
	}
	if len(f.Low) > 0 {
		key(f.BandName, func(x, y float64) { c.rect("band", x, y-10, 18, 12) })
	}
	if limits {
		key(f.SpreadNames[0], func(x, y float64) { c.line("limit", x, y-4, x+18, y-4) })
	}
	if outer {
		key(f.SpreadNames[0], func(x, y float64) { c.rect("spread-outer", x, y-10, 18, 12) })
	}
	if inner {
		key(f.SpreadNames[1], func(x, y float64) { c.rect("spread-inner", x, y-10, 18, 12) })
	}
	if middle {
		key(f.SpreadNames[2], func(x, y float64) { c.line("spread-middle", x, y-4, x+18, y-4) })
	}
	if len(f.Expected) > 0 {
		key(f.ExpectedName, func(x, y float64) { c.line("expected", x, y-4, x+18, y-4) })
	}
	if marked {
		key(f.MarkedName, func(x, y float64) { c.diamond("point-marked", x+9, y-4, 5) })
	}
	return y + 8
}

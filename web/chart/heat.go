package chart

import (
	"fmt"
	"html"
	"math"
)

// heat draws rows and places as a grid of cells: the fuller the closer to 1, with a notch where it is exactly 1, and hatched
// where nothing was reported. Beyond rowsShown rows the rest stands in the table only.
func (f Figure) heat(size Size, id string) string {
	const head, foot, most = 24.0, 24.0, 22.0
	rows := min(len(f.Rows), len(f.Cells), rowsShown)
	labels := 0.0
	for _, r := range f.Rows[:rows] {
		labels = max(labels, width(r))
	}
	labels = min(labels, float64(size.Width)*0.4)
	left, room := labels+8, float64(size.Width)-labels-10
	cell := min(room/float64(len(f.X)), 52)
	tall := min(max(cell, 16), most)
	size.Height = int(head + tall*float64(rows) + foot)
	c := &canvas{}
	c.open(f, size, id, "chart-heat")
	f.heatKey(c, float64(size.Width))
	for i := range rows {
		y := head + tall*float64(i)
		c.text("axis", "end", labels, y+tall/2+4, fit(f.Rows[i], labels))
		for j := range f.X {
			v := at(f.Cells[i], j)
			c.heatCell(v, left+cell*float64(j), y, cell, tall, f.cellWords(i, j, v))
		}
	}
	a := frame{left: left, right: left + cell*float64(len(f.X)), bottom: head + tall*float64(rows)}
	f.places(c, a, func(j int) float64 { return left + cell*(float64(j)+0.5) })
	return c.close()
}

func (f Figure) cellWords(i, j int, v float64) string {
	value := f.CellNames[2]
	if finite(v) && v >= 0 {
		value = f.Number(v)
	}
	return f.Rows[i] + " · " + f.X[j] + " · " + value
}

// heatLevel is the step of colour of a share: 0 for none, 4 for all.
func heatLevel(v float64) int {
	switch {
	case v >= 1-1e-9:
		return 4
	case v <= 1e-9:
		return 0
	}
	return 1 + min(2, int(v*3))
}

func (c *canvas) heatCell(v, x, y, w, h float64, words string) {
	gap := min(1.5, w*0.15)
	x, y, w, h = x+gap/2, y+gap/2, w-gap, h-gap
	fmt.Fprintf(&c.b, `<g><title>%s</title>`, html.EscapeString(words))
	defer c.b.WriteString("</g>")
	if !finite(v) || v < 0 {
		c.rect("unseen", x, y, w, h)
		d := math.Min(w, h)
		c.path("hatch", fmt.Sprintf("M%s %sl%s -%s", px(x+(w-d)/2), px(y+(h+d)/2), px(d), px(d)))
		return
	}
	step := heatLevel(v)
	c.rect(fmt.Sprintf("l%d", step), x, y, w, h)
	if step == 4 && w >= 6 {
		c.dot("notch", x+w/2, y+h/2, min(2, w/4))
	}
}

// heatKey explains the cells above the grid.
func (f Figure) heatKey(c *canvas, room float64) {
	x := 0.0
	for i, name := range f.CellNames {
		if name == "" {
			continue
		}
		if x+26+width(name) > room {
			return
		}
		c.heatCell([]float64{0, 1, -1}[i], x, 2, 14, 14, name)
		c.text("legend", "start", x+20, 14, name)
		x += 36 + width(name)
	}
}

package chart

import (
	"fmt"
	"html"
)

// spread says which parts of the peers' spread are drawn: two rows of Bands are an area, three an area and a line in the
// middle, five two areas and a line. Anything else, or rows that do not reach over all places, is left out.
func (f Figure) spread() (outer, inner, middle bool) {
	if f.Kind != "band" {
		return false, false, false
	}
	for _, b := range f.Bands {
		if len(b) != len(f.X) {
			return false, false, false
		}
	}
	n := len(f.Bands)
	return n == 2 || n == 3 || n == 5, n == 5, n == 3 || n == 5
}

// spreads draws the peers behind a unit's line.
func (f Figure) spreads(c *canvas, a frame, x func(int) float64) {
	outer, inner, middle := f.spread()
	n := len(f.Bands)
	if outer {
		c.path("spread-outer", band(f.Bands[0], f.Bands[n-1], x, a.y))
	}
	if inner {
		c.path("spread-inner", band(f.Bands[1], f.Bands[n-2], x, a.y))
	}
	if middle {
		c.path("spread-middle", trace(len(f.X), x, a.y, func(i int) float64 { return f.Bands[n/2][i] }))
	}
}

// diamond is the shape of what a finding speaks of, which other marks do not have.
func (c *canvas) diamond(class string, x, y, r float64) {
	c.path(class, fmt.Sprintf("M%s %sL%s %sL%s %sL%s %sZ", px(x), px(y-r), px(x+r), px(y), px(x), px(y+r), px(x-r), px(y)))
}

// point draws one dot, which says its name under the pointer.
func (c *canvas) point(p Point, x, y float64) {
	if p.Name != "" {
		fmt.Fprintf(&c.b, `<g><title>%s</title>`, html.EscapeString(p.Name))
		defer c.b.WriteString("</g>")
	}
	if p.Marked {
		c.diamond("point-marked", x, y, 5)
		return
	}
	c.dot("point", x, y, 2.5)
}

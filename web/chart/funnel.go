package chart

import (
	"cmp"
	"math"
	"slices"
)

// sized says whether a point has a place in a funnel.
func sized(p Point) bool { return finite(p.X) && p.X >= 0 && finite(p.Y) }

// named is how many of the marked points a funnel writes the name of; the others say it under the pointer.
const named = 3

// funnel draws units by their size and figure, with the limits within which figures of that size are expected. Sizes are
// spread by their logarithm where they reach over more than a factor of ten.
func (f Figure) funnel(size Size, id string) string {
	least, most := math.Inf(1), 0.0
	for _, p := range f.Points {
		if sized(p) {
			least, most = min(least, p.X), max(most, p.X)
		}
	}
	for _, s := range f.Sizes {
		if finite(s) && s > 0 {
			least, most = min(least, s), max(most, s)
		}
	}
	scale := func(v float64) float64 { return v }
	if least > 0 && most > 10*least {
		scale = math.Log
	}
	span := scale(most) - scale(least)
	if !finite(span) || span <= 0 {
		span = 1
	}
	c := &canvas{}
	c.open(f, size, id, "chart-funnel")
	a := f.upright(c, size)
	x := func(v float64) float64 { return a.left + 8 + (scale(v)-scale(least))/span*(a.right-a.left-16) }
	f.limits(c, a, x)
	points := slices.DeleteFunc(slices.Clone(f.Points), func(p Point) bool { return !sized(p) })
	slices.SortStableFunc(points, func(p, q Point) int { return cmp.Or(compareMarked(p, q), -cmp.Compare(math.Abs(p.Y), math.Abs(q.Y))) })
	written := 0
	var taken [][2]float64
	for _, p := range slices.Backward(points) { // the marked ones last, on top
		c.point(p, x(p.X), a.y(p.Y))
	}
	for _, p := range points {
		at := [2]float64{x(p.X), a.y(p.Y)}
		crowded := slices.ContainsFunc(taken, func(o [2]float64) bool { return math.Abs(o[1]-at[1]) < 14 && math.Abs(o[0]-at[0]) < 200 })
		if !p.Marked || p.Name == "" || written == named || crowded {
			continue
		}
		taken, written = append(taken, at), written+1
		side, from := "start", at[0]+9
		if at[0] > (a.left+a.right)/2 {
			side, from = "end", at[0]-9
		}
		c.text("value", side, from, at[1]+4, fit(p.Name, (a.right-a.left)/2))
	}
	f.sizes(c, a, x, least, most)
	return c.close()
}

func compareMarked(p, q Point) int {
	switch {
	case p.Marked == q.Marked:
		return 0
	case p.Marked:
		return -1
	}
	return 1
}

// limits draws the lower and the upper limit, which ascend with the sizes.
func (f Figure) limits(c *canvas, a frame, x func(float64) float64) {
	if len(f.Bands) < 2 || len(f.Bands[0]) != len(f.Sizes) || len(f.Bands[1]) != len(f.Sizes) {
		return
	}
	at := func(i int) float64 { return x(f.Sizes[i]) }
	known := func(values []float64) func(int) float64 {
		return func(i int) float64 {
			if !finite(f.Sizes[i]) || f.Sizes[i] <= 0 {
				return math.NaN()
			}
			return values[i]
		}
	}
	c.path("limit", trace(len(f.Sizes), at, a.y, known(f.Bands[0])))
	c.path("limit", trace(len(f.Sizes), at, a.y, known(f.Bands[1])))
}

// sizes writes the horizontal axis of a funnel: the least, the greatest and round numbers between them, and what they count.
func (f Figure) sizes(c *canvas, a frame, x func(float64) float64, least, most float64) {
	marks := []float64{least, most}
	for power := math.Pow(10, math.Floor(math.Log10(max(least, 1e-9)))); power <= most && len(marks) < 40; power *= 10 {
		for _, k := range []float64{1, 2, 5} {
			if v := k * power; v > least && v < most {
				marks = append(marks, v)
			}
		}
	}
	var taken [][2]float64
	for _, v := range marks {
		label := f.Number(v)
		half := width(label) / 2
		centre := min(max(x(v), half), a.right+12-half)
		if slices.ContainsFunc(taken, func(o [2]float64) bool { return centre+half+8 > o[0] && centre-half-8 < o[1] }) {
			continue
		}
		taken = append(taken, [2]float64{centre - half, centre + half})
		c.line("grid", x(v), a.bottom, x(v), a.bottom+4)
		c.text("axis", "middle", centre, a.bottom+18, label)
	}
	if f.SizeName != "" {
		c.text("axis", "end", a.right+12, a.top-16, f.SizeName)
	}
}

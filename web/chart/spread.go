package chart

import (
	"fmt"
	"html"
)

// Spread draws where one figure lies in the spread of its peers, for a cell of a table: the 5th to the 95th percentile as a
// thin bar, the middle half as a thick one, the median as a stroke, the figure as a diamond. It is empty unless spread has
// five ascending percentiles.
func Spread(own float64, spread []float64, words string) string {
	const w, h = 168.0, 20.0
	if len(spread) != 5 || !finite(own) {
		return ""
	}
	low, high := own, own
	for _, v := range spread {
		if !finite(v) {
			return ""
		}
		low, high = min(low, v), max(high, v)
	}
	if high-low < 1e-30 {
		low, high = low-1, high+1
	}
	x := func(v float64) float64 { return 7 + (v-low)/(high-low)*(w-14) }
	c := &canvas{}
	fmt.Fprintf(&c.b, `<svg class="chart spread" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" role="img"><title>%s</title>`,
		w, h, w, h, html.EscapeString(words))
	c.line("zero", x(spread[0]), h/2, x(spread[4]), h/2)
	c.rect("spread-inner", x(spread[1]), h/2-5, max(x(spread[3])-x(spread[1]), 1), 10)
	c.line("spread-mid", x(spread[2]), h/2-6, x(spread[2]), h/2+6)
	c.diamond("point-marked", x(own), h/2, 5)
	return c.close()
}

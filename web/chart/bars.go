package chart

// horizontal says whether the labels are too long, or the bars too many, to stand side by side.
func (f Figure) horizontal(size Size) bool {
	slot := float64(size.Width-60) / float64(len(f.X))
	if slot < 7*float64(max(len(f.Series), 1)) {
		return true
	}
	for _, label := range f.X {
		if width(label) > slot && !f.ordered() {
			return true
		}
	}
	return false
}

// ordered says whether the labels are short marks in an order (digits, dates), of which some may be left out.
func (f Figure) ordered() bool {
	for _, label := range f.X {
		for _, r := range label {
			if r >= 0x2E80 || (r >= 'A' && r <= 'Z' && r != 'Q' && r != 'H' && r != 'W') || (r >= 'a' && r <= 'z') {
				return false
			}
		}
	}
	return true
}

// columns draws upright bars, beside one another for several series, with the expected value as a dashed mark.
func (f Figure) columns(size Size, id string) string {
	c := &canvas{}
	c.open(f, size, id, "chart-bars")
	a := f.upright(c, size)
	slot := (a.right - a.left) / float64(len(f.X))
	centre := func(i int) float64 { return a.left + slot*(float64(i)+0.5) }
	f.places(c, a, centre)
	group := min(slot*0.72, 64*float64(len(f.Series)))
	thick := group / float64(max(len(f.Series), 1))
	written := f.written(slot)
	for i := range f.X {
		for k, s := range f.Series {
			v := at(s.Values, i)
			if !finite(v) {
				continue
			}
			x := centre(i) - group/2 + thick*float64(k)
			top, bottom := min(a.y(v), a.y(0)), max(a.y(v), a.y(0))
			c.rect("bar "+series(k), x+0.5, top, thick-1, bottom-top)
			if written {
				c.text("value", "middle", x+thick/2, max(top-5, 10), f.Number(v))
			}
		}
		if e := f.expectedAt(i); finite(e) {
			c.line("expected", centre(i)-slot/2+1, a.y(e), centre(i)+slot/2-1, a.y(e))
		}
	}
	return c.close()
}

// written says whether the values stand above the bars: all of them or none, one series, and room for each.
func (f Figure) written(slot float64) bool {
	if len(f.Series) != 1 {
		return false
	}
	for _, v := range f.Series[0].Values {
		if finite(v) && width(f.Number(v))+4 > slot {
			return false
		}
	}
	return true
}

const rowsShown = 40

// rows draws bars that lie, one label a line; the drawing grows with their number. Beyond rowsShown the rest stands in
// the table only.
func (f Figure) rows(size Size, id string) string {
	shown := min(len(f.X), rowsShown)
	thick := 14.0
	pitch := thick*float64(len(f.Series)) + 12
	c := &canvas{}
	head := f.legend(&canvas{}, float64(size.Width))
	size.Height = int(head + 12 + pitch*float64(shown) + 4)
	c.open(f, size, id, "chart-rows")
	f.legend(c, float64(size.Width))

	low, high := f.extent()
	labels, numbers := 0.0, 0.0
	for i := range shown {
		labels = max(labels, width(f.X[i]))
		for _, s := range f.Series {
			if v := at(s.Values, i); finite(v) {
				numbers = max(numbers, width(f.Number(v)))
			}
		}
	}
	labels = min(labels, float64(size.Width)*0.42)
	left, right := labels+10, float64(size.Width)-numbers-10
	x := func(v float64) float64 { return left + (v-low)/(high-low)*(right-left) }
	for i := range shown {
		y := head + 8 + pitch*float64(i)
		middle := y + thick*float64(len(f.Series))/2
		c.text("axis", "end", labels, middle+4, fit(f.X[i], labels))
		for k, s := range f.Series {
			v := at(s.Values, i)
			if !finite(v) {
				continue
			}
			from, to := min(x(v), x(0)), max(x(v), x(0))
			c.rect("bar "+series(k), from, y+thick*float64(k)+1, max(to-from, 1), thick-2)
			c.text("value", "start", to+6, y+thick*(float64(k)+0.5)+4, f.Number(v))
		}
		if e := f.expectedAt(i); finite(e) {
			c.line("expected", x(e), y-2, x(e), y+thick*float64(len(f.Series))+2)
		}
	}
	c.line("zero", x(0), head+2, x(0), head+8+pitch*float64(shown)-8)
	return c.close()
}

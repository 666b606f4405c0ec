package chart

import (
	"fmt"
	"html"
	"math"
	"slices"
	"time"
)

// latest bounds the moments that are drawn: the year 9999.
const latest = 253402300799

// placed says whether a point of a strip has a moment and a row.
func (f Figure) placed(p Point) bool {
	return p.X > 0 && p.X <= latest && p.Y >= 0 && p.Y < float64(min(len(f.Rows), rowsShown)) && p.Y == math.Trunc(p.Y)
}

// moments draws submissions on a line of time, a row below another: a stroke for each, a diamond for those that the finding
// speaks of. Strokes that would lie on one another are drawn once.
func (f Figure) moments(size Size, id string) string {
	const pitch, foot = 24.0, 24.0
	rows := min(len(f.Rows), rowsShown)
	labels := 0.0
	for _, r := range f.Rows[:rows] {
		labels = max(labels, width(r))
	}
	labels = min(labels, float64(size.Width)*0.36)
	head := 8.0
	if slices.ContainsFunc(f.Points, func(p Point) bool { return p.Marked }) {
		head = 28
	}
	size.Height = int(head + pitch*float64(rows) + foot)
	left, right := labels+16, float64(size.Width)-14
	from, to := f.span()
	x := func(moment float64) float64 { return left + (moment-from)/(to-from)*(right-left) }
	c := &canvas{}
	c.open(f, size, id, "chart-moments")
	if head > 8 {
		f.momentKey(c)
	}
	bottom := head + pitch*float64(rows)
	for _, m := range timeTicks(from, to, f.zone(), (right-left)/96) {
		c.line("grid", x(m.at), head, x(m.at), bottom)
		half := width(m.label) / 2
		c.text("axis", "middle", min(max(x(m.at), left+half-8), right+14-half), bottom+16, m.label)
	}
	for i := range rows {
		y := head + pitch*(float64(i)+0.5)
		c.line("zero", left, y, right, y)
		c.text("axis", "end", labels, y+4, fit(f.Rows[i], labels))
	}
	type spot struct {
		row, at int
		marked  bool
	}
	drawn := map[spot]bool{}
	for _, marked := range []bool{false, true} {
		for _, p := range f.Points {
			if p.Marked != marked || !f.placed(p) {
				continue
			}
			s := spot{int(p.Y), int(x(p.X) * 2), marked}
			if drawn[s] {
				continue
			}
			drawn[s] = true
			c.moment(p, x(p.X), head+pitch*(p.Y+0.5), f.momentWords(p))
		}
	}
	return c.close()
}

func (c *canvas) moment(p Point, x, y float64, words string) {
	fmt.Fprintf(&c.b, `<g><title>%s</title>`, html.EscapeString(words))
	if p.Marked {
		c.diamond("point-marked", x, y, 5.5)
	} else {
		c.line("moment", x, y-6, x, y+6)
	}
	c.b.WriteString("</g>")
}

func (f Figure) momentWords(p Point) string {
	words := Moment(p.X, f.zone())
	if p.Name != "" {
		words = p.Name + " · " + words
	}
	return words
}

// Moment writes seconds since 1970 as day and time of a zone.
func Moment(seconds float64, zone *time.Location) string {
	return time.Unix(int64(seconds), 0).In(zone).Format("2006-01-02 15:04:05")
}

func (f Figure) zone() *time.Location {
	if f.Zone == nil {
		return time.UTC
	}
	return f.Zone
}

func (f Figure) momentKey(c *canvas) {
	c.diamond("point-marked", 8, 9, 5.5)
	c.text("legend", "start", 20, 13, f.MarkedName)
	x := 40 + width(f.MarkedName)
	c.line("moment", x, 3, x, 15)
	c.text("legend", "start", x+8, 13, f.OtherName)
}

// span is the time that the points cover, at least a minute.
func (f Figure) span() (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for _, p := range f.Points {
		if f.placed(p) {
			from, to = min(from, p.X), max(to, p.X)
		}
	}
	if room := 60 - (to - from); room > 0 {
		from, to = from-room/2, to+room/2
	}
	return from, to
}

type timeTick struct {
	at    float64
	label string
}

// steps of the axis of time, in seconds; beyond days the ticks stand on months.
var timeSteps = []float64{1, 5, 15, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 14 * 86400}

// timeTicks are round moments of a zone within a span, most of them at most.
func timeTicks(from, to float64, zone *time.Location, most float64) []timeTick {
	most = max(2, most)
	var out []timeTick
	for _, step := range timeSteps {
		if (to-from)/step > most {
			continue
		}
		_, offset := time.Unix(int64(from), 0).In(zone).Zone()
		shift := float64(offset)
		for at := math.Ceil((from+shift)/step)*step - shift; at <= to; at += step {
			out = append(out, timeTick{at, time.Unix(int64(at), 0).In(zone).Format(timeLayout(step, to-from))})
		}
		return out
	}
	start := time.Unix(int64(from), 0).In(zone)
	for _, months := range []int{1, 2, 3, 6, 12, 24, 60, 120, 600} {
		if (to-from)/(float64(months)*30.4*86400) > most {
			continue
		}
		month := time.Date(start.Year(), 1, 1, 0, 0, 0, 0, zone)
		for ; float64(month.Unix()) <= to; month = month.AddDate(0, months, 0) {
			if float64(month.Unix()) >= from {
				out = append(out, timeTick{float64(month.Unix()), month.Format("2006-01")})
			}
		}
		return out
	}
	return nil
}

func timeLayout(step, span float64) string {
	switch {
	case step < 60:
		return "15:04:05"
	case step < 86400 && span < 86400:
		return "15:04"
	case step < 86400:
		return "01-02 15:04"
	case span < 300*86400:
		return "01-02"
	}
	return "2006-01-02"
}

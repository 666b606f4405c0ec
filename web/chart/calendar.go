package chart

import (
	"fmt"
	"html"
	"slices"
	"time"
)

// CalendarState is what is known of one day of a calendar.
type CalendarState uint8

// The states of a day. Not seen and not used look different on purpose: silence outside what was collected says nothing.
const (
	Seen    CalendarState = iota // the log was collected: a square, filled by level, hollow where the value is zero
	Unseen                       // the log was not collected: hatched
	Outside                      // before the system began, or after the last day shown: a dot
)

// CalendarDay is one day with its value.
type CalendarDay struct {
	Day     time.Time
	State   CalendarState
	Value   float64
	Holiday string // name of the public holiday, empty for none
}

// Calendar is a heat map of days, a column a week from Monday to Sunday, as of GitHub's contributions.
type Calendar struct {
	Title, Description string
	Days               []CalendarDay // in order, without gaps
	Weekdays           [7]string     // short names from Monday
	Month              func(time.Time) string
	Words              func(CalendarDay) string // what a day says under the pointer
}

// Levels are the upper bounds of the four steps of colour: the quartiles of the values above zero, rounded to whole numbers,
// each at least one above the one before. It is nil where no value is above zero.
func (c Calendar) Levels() []float64 {
	var values []float64
	for _, d := range c.Days {
		if d.State == Seen && d.Value > 0 {
			values = append(values, d.Value)
		}
	}
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	out := make([]float64, 4)
	for i := range out {
		out[i] = values[min(len(values)-1, (i+1)*len(values)/4)]
		if i == 3 {
			out[i] = values[len(values)-1]
		}
		if i > 0 {
			out[i] = max(out[i], out[i-1]+1)
		}
	}
	return out
}

func level(bounds []float64, value float64) int {
	for i, b := range bounds {
		if value <= b {
			return i + 1
		}
	}
	return len(bounds)
}

// Room beside the cells of a calendar, in pixels.
const (
	dayGap  = 3.0
	dayLeft = 28.0 // for the names of weekdays
	dayTop  = 18.0 // for the names of months
)

// Draw writes the calendar as one svg element with at most weeks columns beside one another, each day a square of dayCell
// pixels; longer spans go on below. The id must be unique in the page. Each day has its own words where spoken is true.
func (c Calendar) Draw(weeks int, dayCell float64, id string, spoken bool) string {
	dayPeriod := 7*(dayCell+dayGap) + dayTop + 10
	if len(c.Days) == 0 || weeks < 1 {
		return ""
	}
	monday := (int(c.Days[0].Day.Weekday()) + 6) % 7 // of the first day: 0 for Monday
	columns := (len(c.Days) + monday + 6) / 7
	blocks := (columns + weeks - 1) / weeks
	perBlock := (columns + blocks - 1) / blocks
	w := dayLeft + float64(perBlock)*(dayCell+dayGap)
	h := float64(blocks) * dayPeriod
	out := &canvas{}
	fmt.Fprintf(&out.b, `<svg class="chart chart-calendar" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="%s-t %s-d">`,
		px(w), px(h), px(w), px(h), id, id)
	fmt.Fprintf(&out.b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, html.EscapeString(c.Title), id, html.EscapeString(c.Description))
	for b := range blocks {
		for i, name := range c.Weekdays {
			if i%2 == 0 && name != "" {
				out.text("axis", "start", 0, float64(b)*dayPeriod+dayTop+float64(i)*(dayCell+dayGap)+dayCell/2+4, name)
			}
		}
	}
	bounds := c.Levels()
	free := 0.0
	for i, d := range c.Days {
		column := (i + monday) / 7
		block := column / perBlock
		x := dayLeft + float64(column%perBlock)*(dayCell+dayGap)
		y := float64(block)*dayPeriod + dayTop + float64((i+monday)%7)*(dayCell+dayGap)
		if column%perBlock == 0 && (i+monday)%7 == 0 || i == 0 {
			free = 0
		}
		if c.Month != nil && (d.Day.Day() == 1 || i == 0 && d.Day.Day() < 20) && x >= free {
			name := c.Month(d.Day)
			out.text("axis", "start", x, float64(block)*dayPeriod+11, name)
			free = x + width(name) + 6
		}
		c.cell(out, d, x, y, dayCell, bounds, spoken)
	}
	return out.close()
}

func (c Calendar) cell(out *canvas, d CalendarDay, x, y, dayCell float64, bounds []float64, spoken bool) {
	if spoken && c.Words != nil {
		fmt.Fprintf(&out.b, `<g><title>%s</title>`, html.EscapeString(c.Words(d)))
		defer out.b.WriteString("</g>")
	}
	switch {
	case d.State == Outside:
		out.dot("before", x+dayCell/2, y+dayCell/2, 1)
		return
	case d.State == Unseen:
		out.rect("unseen", x+0.5, y+0.5, dayCell-1, dayCell-1)
		half, whole := dayCell/2-1, dayCell-2
		out.path("hatch", fmt.Sprintf("M%s %sl%s -%sM%s %sl%s -%sM%s %sl%s -%s", px(x+1), px(y+1+half), px(half), px(half),
			px(x+1), px(y+1+whole), px(whole), px(whole), px(x+dayCell-1-half), px(y+1+whole), px(half), px(half)))
	case d.Value <= 0:
		out.rect("l0", x+0.5, y+0.5, dayCell-1, dayCell-1)
	default:
		out.rect(fmt.Sprintf("l%d", level(bounds, d.Value)), x, y, dayCell, dayCell)
	}
	if d.Holiday != "" {
		out.dot("holiday", x+dayCell/2, y+dayCell/2, 1.6)
	}
}

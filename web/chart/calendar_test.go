package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func year(from time.Time, days int, value func(i int) CalendarDay) []CalendarDay {
	out := make([]CalendarDay, days)
	for i := range out {
		out[i] = value(i)
		out[i].Day = from.AddDate(0, 0, i)
	}
	return out
}

// wellFormed reads a drawing to its end.
func wellFormed(t interface{ Fatalf(string, ...any) }, svg string) {
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
	}
}

// A day without use, a day whose log was not collected and a day before the launch are three different things.
func TestCalendarTellsSilenceFromAbsence(t *testing.T) {
	c := Calendar{
		Title: "<一年>", Description: "d", Weekdays: [7]string{"一", "二", "三", "四", "五", "六", "日"},
		Month: func(t time.Time) string { return t.Format("1月") },
		Words: func(d CalendarDay) string { return d.Day.Format(time.DateOnly) },
		Days: year(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), 5, func(i int) CalendarDay {
			return []CalendarDay{{Value: 9}, {Value: 0}, {State: Unseen, Value: 7}, {State: Outside}, {Value: 1, Holiday: "端午"}}[i]
		}),
	}
	svg := c.Draw(54, 15, "f1", true)
	wellFormed(t, svg)
	for want, n := range map[string]int{
		`class="l0"`: 1, `class="unseen"`: 1, `class="hatch"`: 1, `class="before"`: 1, `class="holiday"`: 1, `class="l4"`: 0, "&lt;一年&gt;": 1,
		"<title>2026-06-03</title>": 1, "6月": 1, `aria-labelledby="f1-t f1-d"`: 1,
	} {
		if got := strings.Count(svg, want); got != n {
			t.Errorf("%s stands %d times, not %d: %s", want, got, n, svg)
		}
	}
	if strings.Contains(c.Draw(20, 12, "f2", false), "<g>") {
		t.Error("words for every day although nobody can point at them")
	}
	if got := (Calendar{}).Draw(54, 15, "f3", true); got != "" {
		t.Errorf("no days gave %s", got)
	}
}

// Every value has a step, a larger one none below that of a smaller one, and the largest value lies within the last bound.
func TestCalendarLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(0, 5000), 1, 400).Draw(t, "values")
		c := Calendar{Days: year(time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), len(values), func(i int) CalendarDay {
			return CalendarDay{Value: float64(values[i])}
		})}
		bounds := c.Levels()
		most := 0
		for _, v := range values {
			most = max(most, v)
		}
		if (bounds == nil) != (most == 0) {
			t.Fatalf("bounds %v of values up to %d", bounds, most)
		}
		if most == 0 {
			return
		}
		if len(bounds) != 4 || bounds[3] < float64(most) {
			t.Fatalf("%v does not hold %d", bounds, most)
		}
		last := 0
		for v := 1; v <= most; v++ {
			step := level(bounds, float64(v))
			if step < last || step < 1 || step > 4 {
				t.Fatalf("%d is on step %d after %d of %v", v, step, last, bounds)
			}
			last = step
		}
		wellFormed(t, c.Draw(rapid.IntRange(1, 60).Draw(t, "weeks"), 12, "f", true))
	})
}

package demo

import (
	"fmt"
	"math"
	"time"
)

// A village with one official is asked for so many plots that the month does not suffice; others for as many as can be done
// beside the rest.
const (
	hoursTooMany = 205.0
	hoursBusy    = 130.0
	plotsUsual   = 24
)

// plots is how many plots a village has to register, at so many seconds for each.
func (w *world) plots(v int, seconds float64) int {
	place := &w.villages[v]
	each := seconds * sittingShare * place.speed / 3600
	switch place.staff {
	case 1:
		return int(hoursTooMany / each)
	case 2:
		return int(hoursBusy / each)
	}
	return plotsUsual + v%9
}

// census registers the plots of a village on the working days of one month, from eight in the morning. Clock is set before
// each line to the moment at which work on it begins.
func (c *County) census(s stream, f *form, v int, at period, clock *int64, each func(n int, e entry)) {
	n := c.world.plots(v, c.medianSeconds(f))
	var days []time.Time
	for day := at.start; !day.After(at.end); day = day.AddDate(0, 0, 1) {
		if c.world.officeDay(day) {
			days = append(days, day)
		}
	}
	daily := max(6, int(math.Ceil(float64(n)/float64(len(days)))))
	for i := range n {
		if i%daily == 0 {
			*clock = days[i/daily].Unix() + 8*3600 + int64(s.IntN(900))
		}
		each(i+1, newPlot(s, i+1))
	}
}

func newPlot(s stream, n int) entry {
	side := func() string { return pick(s, []string{"路", "沟", "邻宅", "耕地", "林地", "空地", "河"}) }
	number := func(x float64) value { return value{number: x} }
	return entry{plot: map[string]value{
		"plot":        {text: fmt.Sprintf("ZJD%05d", n)},
		"plot-area":   number(math.Round(s.lognormal(142, 0.35)*100) / 100),
		"plot-floors": number(float64(s.between(1, 4))),
		"plot-walls":  {text: weighted(s, []string{"砖混", "砖木", "土木", "框架", "石木"}, 55, 20, 12, 8, 5)},
		"plot-year":   number(float64(s.between(1968, 2024))),
		"plot-bounds": {text: "东至" + side() + "，南至" + side() + "，西至" + side() + "，北至" + side()},
	}}
}

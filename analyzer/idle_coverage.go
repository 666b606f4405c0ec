package analyzer

import (
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// usageCoverage is how far the use of a system can be seen at all. Silence outside it says nothing.
type usageCoverage struct {
	first, mark int      // first day with an event of the system; last day that was seen
	limit       int      // days without any event that count as an interruption
	gaps        [][2]int // interruptions between first and mark: first and last unseen day
}

// deliveredDays sorts what sources delivered by system, and gives the days on which each gateway delivered anything. A
// gateway is a source that reads the access log of one or several systems.
func deliveredDays(all []queries.Delivery, kinds map[string]string) (own map[string][]queries.Delivery, gateways map[string][]uint16) {
	own, gateways = map[string][]queries.Delivery{}, map[string][]uint16{}
	systems := map[string]int{}
	for _, d := range all {
		own[d.System] = append(own[d.System], d)
		if kinds[d.Source] == "accesslog" {
			gateways[d.Source] = append(gateways[d.Source], d.Days...)
			systems[d.Source]++
		}
	}
	for source, days := range gateways {
		if systems[source] == 1 {
			delete(gateways, source) // the log of one system: nothing else shows that it is still written
			continue
		}
		slices.Sort(days)
		gateways[source] = slices.Compact(days)
	}
	return own, gateways
}

// coverageOf finds the days on which a system's use was seen. A gateway that delivers the logs of several systems shows by
// any of their events that it is alive, unless the system's own monitors fall silent too: what was asked every day does not
// stop because people lose interest, so its log was cut off. Any other source shows by the system's own events only, health
// checks, crawlers and log-ins included. An interruption is longer than stale_days and than stale_gaps times the usual gap
// between days with events (90th percentile). Ok is false for a system without any event.
func coverageOf(own []queries.Delivery, gateways map[string][]uint16, monitored []int, limits map[string]float64) (c usageCoverage, ok bool) {
	var mine, seen []int
	for _, d := range own {
		for _, day := range d.Days {
			mine = append(mine, int(day))
		}
	}
	if len(mine) == 0 {
		return c, false
	}
	slices.Sort(mine)
	mine = slices.Compact(mine)
	c.first = mine[0]
	behind := !watched(mine, monitored, limits)
	for _, d := range own {
		days, gateway := gateways[d.Source]
		if !gateway || !behind {
			days = d.Days
		}
		for _, day := range days {
			if int(day) >= c.first {
				seen = append(seen, int(day))
			}
		}
	}
	slices.Sort(seen)
	seen = slices.Compact(seen)
	c.mark = seen[len(seen)-1]
	between := make([]int, 0, len(seen))
	for i := 1; i < len(seen); i++ {
		between = append(between, seen[i]-seen[i-1])
	}
	slices.Sort(between)
	usual := 1
	if len(between) > 0 {
		usual = between[(len(between)-1)*9/10]
	}
	c.limit = int(math.Max(limits["stale_days"], limits["stale_gaps"]*float64(usual)))
	for i := 1; i < len(seen); i++ {
		if seen[i]-seen[i-1] > c.limit {
			c.gaps = append(c.gaps, [2]int{seen[i-1] + 1, seen[i] - 1})
		}
	}
	return c, true
}

// watched says whether monitors ask for a system so regularly, up to its last event, that their silence means a cut log.
func watched(mine, monitored []int, limits map[string]float64) bool {
	last := mine[len(mine)-1]
	from := max(mine[0], last-int(limits["unused_days"])+1)
	n := 0
	for _, day := range monitored {
		if day >= from && day <= last {
			n++
		}
	}
	return float64(n) >= limits["monitored_share"]*float64(last-from+1) && n >= int(limits["stale_days"])
}

// stale says whether nothing has been seen for too long to speak of the day to.
func (c usageCoverage) stale(to int) bool { return to-c.mark > c.limit }

// days counts the days of [from, to] that were seen.
func (c usageCoverage) days(from, to int) int {
	from, to = max(from, c.first), min(to, c.mark)
	n := max(0, to-from+1)
	for _, g := range c.gaps {
		n -= max(0, min(to, g[1])-max(from, g[0])+1)
	}
	return n
}

// evidence tells the reader how far the window was seen. A tail shorter than an interruption counts as seen.
func (c usageCoverage) evidence(w Window) *queries.Coverage {
	from, to := queries.DayNumber(w.From), queries.DayNumber(w.To)
	share := float64(c.days(from, to)) / float64(to-from+1)
	if !c.stale(to) {
		share += float64(min(to-c.mark, to-from+1)) / float64(to-from+1)
	}
	out := &queries.Coverage{
		From: isoDay(max(from, c.first)), To: isoDay(min(to, c.mark)), Share: share, Freshness: isoDay(c.mark), State: "covered",
	}
	switch {
	case c.stale(to):
		out.State = "stale"
	case share < 0.95:
		out.State = "partial"
	}
	return out
}

// interruptions are the gaps as days of the calendar.
func (c usageCoverage) interruptions() [][2]time.Time {
	out := make([][2]time.Time, 0, len(c.gaps))
	for _, g := range c.gaps {
		out = append(out, [2]time.Time{queries.DayOf(g[0]), queries.DayOf(g[1])})
	}
	return out
}

func isoDay(number int) string { return queries.DayOf(number).Format(time.DateOnly) }

package analyzer

import (
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// cycleDays is the length of a declared cycle; 0 for none.
var cycleDays = map[string]float64{"day": 1, "week": 7, "month": 31, "quarter": 92, "half year": 183, "half": 183, "year": 366, "season": 366}

// useCycle is the declared cycle of a system, else the longest of its forms, else empty.
func useCycle(s queries.System, forms []queries.Form) string {
	if cycleDays[s.Cycle] > 0 {
		return s.Cycle
	}
	longest := ""
	for _, f := range forms {
		if f.System == s.ID && cycleDays[f.Cycle] > cycleDays[longest] {
			longest = f.Cycle
		}
	}
	return longest
}

// neededSilence is how many days without use make a system unused: max(unused_days, cycle_factor x cycle).
func neededSilence(cycle string, limits map[string]float64) int {
	return int(math.Ceil(math.Max(limits["unused_days"], limits["cycle_factor"]*cycleDays[cycle])))
}

// cycleNames are the cycles that bursts of use can show, by their length.
var cycleNames = []string{"month", "quarter", "half", "year"}

// takeCycle settles the cycle of a system and how long it must be silent to be unused. Where no cycle is declared, neither for
// it nor for its forms, one is learnt from the days on which bursts of use began: what rested and came back by itself before may
// do so again.
func (u *systemUse) takeCycle(forms []queries.Form, limits map[string]float64) {
	u.cycle, u.learnt = useCycle(u.system, forms), false
	u.need = neededSilence(u.cycle, limits)
	u.plain = u.need
	if u.cycle != "" {
		return
	}
	between := u.bursts(limits)
	if len(between) == 0 {
		return
	}
	length := stats.Median(between)
	u.need = max(u.need, int(math.Ceil(limits["cycle_factor"]*length)))
	if len(between) < 2 {
		return
	}
	for _, name := range cycleNames {
		if near := length / cycleDays[name]; near > 0.8 && near < 1.25 {
			u.cycle, u.learnt = name, true
		}
	}
}

// bursts gives the days between the beginnings of bursts of use: runs of days with use that rests of burst_rest days or more
// part. A burst of fewer than burst_actions actions is a stray look, and days on which logs were cut are no rest. Where use is
// no sequence of bursts, because one of them lasts longer than its rest, there are none.
func (u *systemUse) bursts(limits map[string]float64) (between []float64) {
	type burst struct {
		from, to int
		actions  uint64
	}
	var all []burst
	rest := int(limits["burst_rest"])
	for _, d := range u.days {
		if d.Meaningful == 0 {
			continue
		}
		if n := len(all); n > 0 && u.coverage.days(all[n-1].to+1, d.Day-1) < rest {
			all[n-1].to, all[n-1].actions = d.Day, all[n-1].actions+d.Meaningful
			continue
		}
		all = append(all, burst{d.Day, d.Day, d.Meaningful})
	}
	all = slices.DeleteFunc(all, func(b burst) bool { return float64(b.actions) < limits["burst_actions"] })
	for i := 1; i < len(all); i++ {
		between = append(between, float64(all[i].from-all[i-1].from))
	}
	return between
}

// yearSeason is the part of each year in which a system is meant to be used; it may run over the new year.
type yearSeason struct{ from, to string } // MM-DD

// seasonOf reads a declared season; ok is false where there is none that can be read.
func seasonOf(s queries.System) (season yearSeason, ok bool) {
	if len(s.Season) != 2 {
		return season, false
	}
	for _, text := range s.Season {
		if _, err := time.Parse("2006-01-02", "2024-"+text); err != nil {
			return season, false
		}
	}
	return yearSeason{s.Season[0], s.Season[1]}, true
}

func (y yearSeason) has(day int) bool {
	d := queries.DayOf(day).Format("01-02")
	if y.from <= y.to {
		return d >= y.from && d <= y.to
	}
	return d >= y.from || d <= y.to
}

// last gives the season that holds the day, or the latest one before it: its first day, and its last day or the day itself.
func (y yearSeason) last(day int) (from, to int) {
	for to = day; !y.has(to); to-- {
	}
	for from = to; y.has(from-1) && to-from < 366; from-- {
	}
	return from, to
}

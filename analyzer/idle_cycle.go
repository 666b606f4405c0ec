package analyzer

import (
	"math"
	"time"

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

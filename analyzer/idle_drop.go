package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// useDrop is how the weekly meaningful actions fell.
type useDrop struct {
	holds         bool
	known         bool    // whether there was enough to compare
	before, now   float64 // weekly means
	share         float64 // 1 - now/before
	since         int     // first day of the week in which the level changed most, 0 when it fell slowly
	onset         int     // first day of the week in which a cumulative sum begins to fall away, 0 for never
	seasonAllowed bool    // whether the same weeks of the year before were compared
}

// dropOf compares the last decline_weeks whole weeks with the median of all earlier spans of that length and, where the
// logs reach back, with the same weeks of the year before, so that a season is not taken for a fall; the lower of the two
// counts. The fall must show in each of the last three spans of four weeks. Weeks in which logs were cut are in no mean.
// Systems with a cycle of more than a month are not judged: a quarter of a year without use is nothing unusual for them.
func dropOf(u *systemUse, limits map[string]float64) (d useDrop) {
	counts, starts := u.seenWeeks()
	n, k := len(counts), int(limits["decline_weeks"])
	if n < int(limits["decline_history_weeks"]) || n < 3*k || cycleDays[u.cycle] > cycleDays["month"] || u.need > int(limits["unused_days"]) {
		return d
	}
	if u.coverage.mark-starts[n-k]+1 > 7*k+7*4 {
		return d // a month or more of the last quarter was not seen
	}
	var earlier []float64
	for i := 0; i+k <= n-2*k; i++ {
		earlier = append(earlier, mean(counts[i:i+k]))
	}
	if len(earlier) == 0 {
		return d
	}
	d.now, d.before = mean(counts[n-k:]), stats.Median(earlier)
	needed := limits["min_drop_short"]
	var lastYear []float64
	for i, start := range starts {
		if start >= starts[n-k]-364 && start < starts[n-k]-364+7*k {
			lastYear = append(lastYear, counts[i])
		}
	}
	if 2*len(lastYear) > k && starts[0] <= starts[n-k]-364 {
		d.seasonAllowed = true
		d.before = math.Min(d.before, mean(lastYear))
		needed = limits["min_drop"]
	}
	if d.before < limits["min_weekly"] {
		return d
	}
	d.known = true
	d.share = 1 - d.now/d.before
	d.holds = d.share >= needed
	for i := range 3 {
		d.holds = d.holds && mean(counts[n-4*i-4:n-4*i]) <= (1-needed*0.8)*d.before
	}
	if d.holds {
		d.since, d.onset = steepest(counts, starts), onsetOf(counts, starts)
		d.holds = d.since > 0 || d.onset > 0 // else it is within the luck of small numbers
	}
	return d
}

func mean(xs []float64) float64 {
	var total float64
	for _, x := range xs {
		total += x
	}
	return total / float64(max(len(xs), 1))
}

// seenWeeks are the whole weeks of which most days were seen, scaled up to seven.
func (u *systemUse) seenWeeks() (counts []float64, starts []int) {
	all, begins := u.weekly()
	for i, count := range all {
		if seen := u.coverage.days(begins[i], begins[i]+6); seen >= 4 {
			counts, starts = append(counts, count*7/float64(seen)), append(starts, begins[i])
		}
	}
	return counts, starts
}

// weekLevels finds the changes of the weekly level: indices of the first weeks on a new one. Counts of use vary more than Poisson
// counts, so their likelihood is tempered by the dispersion that neighbouring weeks show.
func weekLevels(counts []float64) []int {
	if len(counts) < 6 {
		return nil
	}
	return stats.CountChangePoints(counts, stats.Dispersion(counts), 3*math.Log(float64(len(counts))), 3)
}

// levelChanges lists them with the mean before and after.
func levelChanges(counts []float64, starts []int) []queries.LevelChange {
	changes := weekLevels(counts)
	var out []queries.LevelChange
	for i, c := range changes {
		from, to := 0, len(counts)
		if i > 0 {
			from = changes[i-1]
		}
		if i+1 < len(changes) {
			to = changes[i+1]
		}
		out = append(out, queries.LevelChange{Week: queries.DayOf(starts[c]), Before: mean(counts[from:c]), After: mean(counts[c:to])})
	}
	return out
}

// steepest is the first day of the change with the largest fall of the level; 0 when there is none.
func steepest(counts []float64, starts []int) int {
	best, since := 0.0, 0
	for _, c := range levelChanges(counts, starts) {
		if fall := c.Before - c.After; fall > best {
			best, since = fall, queries.DayNumber(c.Week)
		}
	}
	return since
}

// onsetOf is the first day of the week from which a two-sided cumulative sum falls away from the level of the first half of the
// weeks, and stays away; 0 for never. The scale is one on which counts have equal noise (Anscombe 1948).
func onsetOf(counts []float64, starts []int) int {
	xs := make([]float64, len(counts))
	for i, c := range counts {
		xs[i] = 2 * math.Sqrt(c+0.375)
	}
	noise := math.Max(1, stats.NoiseSD(xs))
	sum := stats.NewCUSUM(xs, stats.Median(xs[:len(xs)/2]), noise/2, 5*noise)
	last := len(sum.Lower) - 1
	if last < 0 || sum.Lower[last] <= 5*noise {
		return 0
	}
	for last >= 0 && sum.Lower[last] > 0 {
		last--
	}
	return starts[last+1]
}

// trendOf is the change of the weekly level a year as a share of its mean: the median of the slopes between all pairs of weeks
// (Theil 1950, Sen 1968), which single busy weeks do not move. It is 0 for less than half a year of weeks and -1, all of it, at
// the least: a steep fall would go below nothing.
func trendOf(counts []float64, starts []int) float64 {
	level := mean(counts)
	if len(counts) < 26 || level == 0 {
		return 0
	}
	var slopes []float64
	for i := range counts {
		for j := i + 1; j < len(counts); j++ {
			slopes = append(slopes, (counts[j]-counts[i])/float64(starts[j]-starts[i]))
		}
	}
	return math.Max(-1, stats.Median(slopes)*365/level)
}

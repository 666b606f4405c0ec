package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// useVerdict is the answer for one system: a verdict, a reason why none can be given, or neither for a system in use.
type useVerdict struct {
	verdict string // unused, write-only, declining, underused
	reason  queries.Message
	silence int // days up to the last one seen without a meaningful action
	never   bool
	drop    useDrop
	narrow  narrowUse
	readers queries.Readers
}

func unassessed(key string, params map[string]any) useVerdict {
	return useVerdict{reason: queries.Message{Key: "idle.reason." + key, Params: params}}
}

// judgeUse decides what the use of a system amounts to. Missing data is never "unused": what was not seen long and
// freshly enough gets a reason instead.
func judgeUse(u *systemUse, w Window, limits, forced map[string]float64, readers map[string]queries.Readers) useVerdict {
	to := queries.DayNumber(w.To)
	id := map[string]any{"system": u.system.ID}
	switch {
	case !u.system.UsageCovered:
		return unassessed("not_collected", id)
	case !u.seen:
		return unassessed("no_events", id)
	case u.coverage.stale(to):
		return unassessed("stale", map[string]any{"system": u.system.ID, "last": isoDay(u.coverage.mark), "days": to - u.coverage.mark, "limit": u.coverage.limit})
	}
	if launched := u.system.Launched; !launched.IsZero() && to-queries.DayNumber(launched) < u.need {
		return unassessed("new", map[string]any{"system": u.system.ID, "launched": isoDay(queries.DayNumber(launched)), "need": u.need})
	}
	if season, ok := seasonOf(u.system); ok {
		return judgeSeason(u, season, limits)
	}
	v := judgeSilence(u)
	if v.verdict != "" && forcedUse(u, forced).holds {
		return useVerdict{} // people do come, if only to be counted: idle-forced says so
	}
	if v.verdict != "" || v.reason.Key != "" {
		return v
	}
	if forcedUse(u, forced).holds {
		return useVerdict{}
	}
	if r, ok := readers[u.system.ID]; ok && writeOnly(r, limits) {
		v.verdict, v.readers = "write-only", r
		return v
	}
	if v.drop = dropOf(u, limits); v.drop.holds {
		v.verdict = "declining"
		return v
	}
	if v.narrow = narrowOf(u, limits); v.narrow.holds {
		v.verdict = "underused"
	}
	return v
}

// judgeSilence looks for the last meaningful action.
func judgeSilence(u *systemUse) (v useVerdict) {
	last, used := u.lastUse()
	if !used {
		last, v.never = u.coverage.first-1, true
	}
	v.silence = u.coverage.mark - last
	if v.silence < u.need {
		if v.never {
			return unassessed("short", map[string]any{"system": u.system.ID, "days": v.silence, "need": u.need})
		}
		return v
	}
	if seen := u.coverage.days(last+1, u.coverage.mark); seen < u.need {
		return unassessed("short", map[string]any{"system": u.system.ID, "days": seen, "need": u.need})
	}
	if u.cycle == "" && restedLastYear(u, last) {
		return unassessed("season_seen", map[string]any{"system": u.system.ID, "last": isoDay(last)})
	}
	v.verdict = "unused"
	return v
}

// restedLastYear says whether a system without a declared cycle rested in the same days of the year before as well, and was
// used before and after: its next season may still come.
func restedLastYear(u *systemUse, last int) bool {
	from, to := last+1-365, u.coverage.mark-365
	return from > u.coverage.first && u.sum(u.coverage.first, from-1, meaningful) > 0 &&
		u.sum(from, to, meaningful) == 0 && u.sum(to+1, last, meaningful) > 0
}

// judgeSeason judges a seasonal system by its season: out of season by the last one, in season once enough of it has passed.
func judgeSeason(u *systemUse, season yearSeason, limits map[string]float64) useVerdict {
	mark := u.coverage.mark
	from, to := season.last(mark)
	v := useVerdict{}
	last, used := u.lastUse()
	if !used {
		last, v.never = u.coverage.first-1, true
	}
	v.silence = mark - last
	if u.sum(from, to, meaningful) > 0 {
		if season.has(mark) {
			return v
		}
		return unassessed("out_of_season", map[string]any{"system": u.system.ID, "from": season.from, "to": season.to, "last": isoDay(last)})
	}
	length := to - from + 1
	if season.has(mark) && float64(length) < limits["unused_days"] {
		before, end := season.last(from - 1)
		if season.has(from-1) || u.sum(before, end, meaningful) > 0 || float64(u.coverage.days(before, end)) < 0.8*float64(end-before+1) {
			return unassessed("season_begun", map[string]any{"system": u.system.ID, "from": season.from, "days": length})
		}
		from, to, length = before, end, end-before+1
	}
	if float64(u.coverage.days(from, to)) < 0.8*float64(length) {
		return unassessed("season_unseen", map[string]any{"system": u.system.ID, "from": isoDay(from), "to": isoDay(to)})
	}
	v.verdict = "unused"
	return v
}

// writeOnly says whether people submit and nobody else ever reads, in logs that do show reads.
func writeOnly(r queries.Readers, limits map[string]float64) bool {
	return float64(r.Written) >= limits["write_only_submissions"] && r.ByOthers == 0 && r.Read > 0 &&
		float64(r.Unknown) <= limits["max_unknown_actors"]*float64(r.Written+r.Read)
}

// useDrop is how the weekly meaningful actions fell.
type useDrop struct {
	holds         bool
	before, now   float64 // weekly means
	share         float64 // 1 - now/before
	since         int     // first day of the week in which the level changed most, 0 when it fell slowly
	seasonAllowed bool    // whether the same weeks of the year before were compared
}

// dropOf compares the last decline_weeks whole weeks with the median of all earlier spans of that length and, where the
// logs reach back, with the same weeks of the year before, so that a season is not taken for a fall; the lower of the two
// counts. The fall must show in each of the last three spans of four weeks. Systems with a cycle of more than a month are not
// judged: a quarter of a year without use is nothing unusual for them.
func dropOf(u *systemUse, limits map[string]float64) (d useDrop) {
	counts, starts := u.weekly()
	n, k := len(counts), int(limits["decline_weeks"])
	if n < int(limits["decline_history_weeks"]) || n < 3*k || cycleDays[u.cycle] > cycleDays["month"] {
		return d
	}
	mean := func(from, to int) float64 {
		var total float64
		for _, x := range counts[from:to] {
			total += x
		}
		return total / float64(to-from)
	}
	var earlier []float64
	for i := 0; i+k <= n-2*k; i++ {
		earlier = append(earlier, mean(i, i+k))
	}
	d.now, d.before = mean(n-k, n), stats.Median(earlier)
	needed := limits["min_drop_short"]
	if n >= 52+k {
		d.seasonAllowed = true
		d.before = math.Min(d.before, mean(n-52-k, n-52))
		needed = limits["min_drop"]
	}
	if d.before < limits["min_weekly"] {
		return d
	}
	d.share = 1 - d.now/d.before
	d.holds = d.share >= needed
	for i := range 3 {
		d.holds = d.holds && mean(n-4*i-4, n-4*i) <= (1-needed*0.8)*d.before
	}
	if d.holds {
		d.since = steepest(counts, starts)
	}
	return d
}

// steepest finds the change point with the largest fall of the level, on a scale on which counts have equal noise
// (Anscombe 1948); 0 when there is none.
func steepest(counts []float64, starts []int) int {
	xs := make([]float64, len(counts))
	for i, c := range counts {
		xs[i] = 2 * math.Sqrt(c+0.375)
	}
	noise := math.Max(1, stats.NoiseSD(xs))
	changes := stats.ChangePoints(xs, 2*noise*noise*math.Log(float64(len(xs))), 3)
	level := func(from, to int) float64 {
		var total float64
		for _, x := range counts[from:to] {
			total += x
		}
		return total / float64(to-from)
	}
	best, since := 0.0, 0
	for i, c := range changes {
		from, to := 0, len(xs)
		if i > 0 {
			from = changes[i-1]
		}
		if i+1 < len(changes) {
			to = changes[i+1]
		}
		if fall := level(from, c) - level(c, to); fall > best {
			best, since = fall, starts[c]
		}
	}
	return since
}

// narrowUse is who uses a system of those who may.
type narrowUse struct {
	known   bool // whether reach can be told
	holds   bool
	reach   float64 // active / entitled
	monthly float64 // meaningful actions per entitled user in 30 days
	sticky  float64 // mean daily actors / monthly actors
}

// narrowOf tests narrow and rare use: few of those entitled, and little per head. Both are needed: a system for many that
// few use all day is not idle, and one that serves few because few need it has few entitled.
func narrowOf(u *systemUse, limits map[string]float64) (n narrowUse) {
	if u.reach.Monthly > 0 {
		n.sticky = u.reach.DailyMean / float64(u.reach.Monthly)
	}
	entitled := float64(u.system.EntitledUsers)
	if entitled == 0 || u.unknown > limits["max_unknown_actors"] || u.coverage.mark-u.coverage.first+1 < u.need {
		return n
	}
	n.known = true
	n.reach = math.Min(1, float64(u.reach.Active)/entitled)
	actions := u.sum(u.coverage.mark-u.need+1, u.coverage.mark, meaningful)
	n.monthly = float64(actions) / entitled * 30 / float64(u.need)
	n.holds = entitled >= limits["min_entitled"] && n.reach < limits["min_reach"] && n.monthly < limits["max_monthly_actions"]
	return n
}

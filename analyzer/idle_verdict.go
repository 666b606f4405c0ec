package analyzer

import (
	"math"

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
func judgeUse(u *systemUse, w Window, limits, forced map[string]float64) useVerdict {
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
	v := useVerdict{}
	season, seasonal := seasonOf(u.system)
	if seasonal {
		v = judgeSeason(u, season, limits)
	} else {
		v = judgeSilence(u, limits)
	}
	if v.verdict != "" && float64(u.sent.Count) >= limits["min_sent"] {
		// The logs show nothing, yet forms arrive: by another channel, or by a path that is not taken for work.
		return unassessed("used_elsewhere", map[string]any{
			"system": u.system.ID, "n": u.sent.Count, "days": u.need, "last": isoDay(queries.DayNumber(u.sent.Last)),
		})
	}
	if v.verdict != "" && forcedUse(u, forced).holds {
		return useVerdict{silence: v.silence, never: v.never} // people do come, if only to be counted: idle-forced says so
	}
	if v.verdict != "" || v.reason.Key != "" || seasonal || forcedUse(u, forced).holds {
		return v
	}
	v.narrow = narrowOf(u, limits)
	v.drop = dropOf(u, limits)
	switch {
	case u.moved.holds:
		v.verdict = "superseded"
	case writeOnly(u, limits):
		v.verdict, v.readers = "write-only", u.reach.Readers
	case v.drop.holds && !(v.narrow.holds && v.drop.before*30/7 < limits["max_monthly_actions"]*float64(u.system.EntitledUsers)):
		v.verdict = "declining" // what was rare before its fall as well is underused
	case v.narrow.holds:
		v.verdict = "underused"
	}
	return v
}

// judgeSilence looks for the last meaningful action.
func judgeSilence(u *systemUse, limits map[string]float64) (v useVerdict) {
	last, used := u.lastUse()
	if !used {
		last, v.never = u.coverage.first-1, true
	}
	v.silence = u.coverage.mark - last
	if v.silence < u.need {
		if v.never {
			return unassessed("short", map[string]any{"system": u.system.ID, "days": v.silence, "need": u.need})
		}
		if v.silence >= u.plain {
			return unassessed("season_seen", map[string]any{"system": u.system.ID, "last": isoDay(last)})
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

// writeOnly says whether people submit and nobody else ever reads, in logs of a year that do show reads.
func writeOnly(u *systemUse, limits map[string]float64) bool {
	r, span := u.reach.Readers, int(limits["write_only_days"])
	handled := u.sum(u.coverage.mark-span+1, u.coverage.mark, func(d queries.UsageDay) uint64 { return d.Handled })
	return u.coverage.days(u.coverage.mark-span+1, u.coverage.mark) >= span*9/10 && handled == 0 &&
		float64(r.Written) >= limits["write_only_submissions"] && r.Others == 0 && r.Read > 0 &&
		float64(r.Unknown) <= limits["max_unknown_actors"]*float64(r.Written+r.Read)
}

// narrowUse is who uses a system of those who may.
type narrowUse struct {
	known   bool // whether reach can be told
	holds   bool
	reach   float64 // active / entitled
	monthly float64 // meaningful actions per entitled user in 30 days
	sticky  float64 // mean daily actors / monthly actors
	pulled  uint64  // interface calls, where they are most of the use
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
	pulls := u.sum(u.coverage.mark-u.need+1, u.coverage.mark, func(d queries.UsageDay) uint64 { return d.Pulls })
	if pulls > 0 && float64(pulls) >= limits["pulled_share"]*float64(actions) {
		n.pulled = pulls // other systems use this one: how many people enter it says nothing
		return n
	}
	n.holds = entitled >= limits["min_entitled"] && n.reach < limits["min_reach"] && n.monthly < limits["max_monthly_actions"]
	return n
}

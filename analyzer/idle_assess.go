package analyzer

import (
	"github.com/jianfu/jianfu/queries"
)

// assess writes down what was seen and judged of one system.
func assess(u judgedUse, in Input) queries.Assessment {
	limits := in.Policy.Of("idle-system")
	to := queries.DayNumber(in.Window.To)
	v := u.verdict
	a := queries.Assessment{System: u.system.ID, AsOf: in.Window.To, Seen: queries.SeenNotCovered, Verdict: v.verdict}
	exemption, waived := in.waiverOf(u.system, idleSystem{}.Meta())
	a.Waived = waived
	if v.reason.Key != "" {
		a.Reasons = append(a.Reasons, v.reason)
	}
	detector := "idle-system"
	if u.forced.holds {
		a.Verdict, detector = "forced", "idle-forced"
	}
	if a.Verdict != "" {
		a.Finding = queries.FindingID(detector, u.system.ID)
	}
	if a.Waived {
		a.Reasons = append(a.Reasons, queries.Message{Key: "idle.reason.waived", Params: map[string]any{"system": u.system.ID, "basis": exemption.basis}})
	}
	a.Use.Sent, a.Use.LastSent = u.sent.Count, u.sent.Last
	a.Use.Needed, a.Use.Cycle, a.Use.Learnt, a.Use.Season = u.need, u.cycle, u.learnt, u.system.Season
	a.Use.Entitled = u.system.EntitledUsers
	if !u.system.UsageCovered || !u.seen {
		if u.sent.Count > 0 {
			a.Reasons = append(a.Reasons, sentReason(u.systemUse))
		}
		a.Tests = officialTests(u.systemUse, v, in.Window, limits)
		return a
	}
	v.narrow = narrowOf(u.systemUse, limits)
	last, used := u.lastUse()
	a.Use = measures(u.systemUse, v, in.Window, limits)
	switch {
	case u.coverage.stale(to):
		a.Seen = queries.SeenStale
	case used && u.coverage.mark-last < u.need:
		a.Seen = queries.SeenUsed
	default:
		a.Seen = queries.SeenNoUse
	}
	if a.Verdict == "" && len(a.Reasons) == 0 && a.Seen == queries.SeenUsed {
		a.Reasons = append(a.Reasons, queries.Message{Key: "idle.reason.used", Params: map[string]any{
			"system": u.system.ID, "people": u.reach.Active, "need": u.need, "last": isoDay(last), "n": a.Use.Meaningful, "recent": u.recent,
		}})
	}
	a.Tests = officialTests(u.systemUse, v, in.Window, limits)
	return a
}

func sentReason(u *systemUse) queries.Message {
	return queries.Message{Key: "idle.reason.used_elsewhere", Params: map[string]any{
		"system": u.system.ID, "n": u.sent.Count, "days": u.need, "last": isoDay(queries.DayNumber(u.sent.Last)),
	}}
}

// measures are the numbers of a system whose use was seen.
func measures(u *systemUse, v useVerdict, w Window, limits map[string]float64) queries.Use {
	count := func(f func(queries.UsageDay) uint64) uint64 { return u.recentSum(f) }
	use := queries.Use{
		From: queries.DayOf(u.coverage.first), To: queries.DayOf(u.coverage.mark), Gaps: u.coverage.interruptions(), Silence: v.silence, Needed: u.need, Cycle: u.cycle,
		Season: u.system.Season, Learnt: u.learnt, Recent: u.recent, Meaningful: count(meaningful),
		Logins: count(func(d queries.UsageDay) uint64 { return d.Logins }), Others: count(func(d queries.UsageDay) uint64 { return d.Others }),
		Machines: count(func(d queries.UsageDay) uint64 { return d.Machines }), Vendor: count(func(d queries.UsageDay) uint64 { return d.Vendor }),
		Active: u.reach.Active, Entitled: u.system.EntitledUsers, Reach: v.narrow.reach, ReachKnown: v.narrow.known, Stickiness: v.narrow.sticky,
		Depth: perSession(u.sessions.Deep, u.sessions.Count), Units: u.reach.Units, Entitling: u.reach.YearUnits,
		Written: u.reach.Readers.Written, ReadBack: u.reach.Readers.Others, ReadKnown: u.reach.Readers.Read > 0,
		Coverage: u.coverage.evidence(w), Visits: u.sessions.Count, Empty: perSession(u.sessions.Empty, u.sessions.Count),
		Pages: u.pages[:min(len(u.pages), 20)], Sent: u.sent.Count, LastSent: u.sent.Last, MovedTo: u.moved.to, Moved: u.moved.people,
	}
	if last, used := u.lastUse(); used {
		use.LastUse = queries.DayOf(last)
		use.Silence = u.coverage.mark - last
	} else {
		use.Silence = u.coverage.mark - u.coverage.first + 1
	}
	if u.reach.Active > 0 {
		use.CostPerOne = u.system.AnnualCost / float64(u.reach.Active)
	}
	use.Weeks, _ = u.weekly()
	counts, starts := u.seenWeeks()
	use.Changes, use.Trend = levelChanges(counts, starts), trendOf(counts, starts)
	if onset := onsetOf(counts, starts); onset > 0 {
		use.Onset = queries.DayOf(onset)
	}
	return use
}

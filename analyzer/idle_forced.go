package analyzer

import (
	"context"
	"math"

	"github.com/jianfu/jianfu/queries"
)

// idleForced looks for systems that people open to be counted, not to work in (打卡式使用).
type idleForced struct{ uses *useModel }

// Meta implements Detector.
func (idleForced) Meta() Meta { return Meta{ID: "idle-forced", Family: "unused", Version: 1} }

// forcedSigns are the marks of forced use in the sessions of a system.
type forcedSigns struct {
	holds   bool
	enough  bool    // whether sessions are known and enough
	empty   float64 // share of sessions without any business action
	single  float64 // share of sessions on one page at most
	reach   float64 // people / entitled, NaN when unknown
	visits  float64 // sessions a person and 30 days
	spike   float64 // share of sessions that begin in the busiest hour of the day
	hour    int
	points  float64 // share of sessions on pages of points, check-ins or rankings
	depth   float64 // business actions a session
	weekend float64 // sessions a weekend day over sessions a weekday
	count   int     // signs among reach, spike and points
}

// forcedUse reads the signs. Most visits must leave without having done anything, people must come often, and two of three
// must hold: nearly all who are entitled come, they come in the same hour, they come to pages of points.
func forcedUse(u *systemUse, limits map[string]float64) (f forcedSigns) {
	s := u.sessions
	f.reach = math.NaN()
	if s.Count == 0 || float64(s.Count) < limits["min_sessions"] || float64(s.People) < limits["min_people"] || u.unknown > limits["max_unknown_actors"] {
		return f
	}
	f.enough = true
	n := float64(s.Count)
	f.empty, f.single, f.points, f.depth = float64(s.Empty)/n, float64(s.OneEndpoint)/n, float64(s.Points)/n, float64(s.Deep)/n
	f.visits = n / float64(s.People) * 30 / float64(u.recent)
	if weekdays := n - float64(s.Weekend); weekdays > 0 {
		f.weekend = float64(s.Weekend) / 2 / (weekdays / 5)
	}
	for hour, count := range s.Hours {
		if share := float64(count) / n; share > f.spike {
			f.spike, f.hour = share, hour
		}
	}
	if u.system.EntitledUsers > 0 {
		f.reach = math.Min(1, float64(s.People)/float64(u.system.EntitledUsers))
		if f.reach >= limits["min_reach"] {
			f.count++
		}
	}
	if f.spike >= limits["min_spike"] {
		f.count++
	}
	if f.points >= limits["min_points"] {
		f.count++
	}
	f.holds = f.empty >= limits["min_empty"] && f.visits >= limits["min_visits"] && float64(f.count) >= limits["min_signs"]
	return f
}

// Detect implements Detector.
func (d idleForced) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of("idle-forced")
	all, err := d.uses.of(ctx, in)
	if err != nil {
		return nil, err
	}
	suggestions, err := d.uses.suggestions(ctx, in)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	to := queries.DayNumber(in.Window.To)
	for _, judged := range all {
		u, f := judged.systemUse, judged.forced
		reason := ""
		switch {
		case !u.system.UsageCovered:
			reason = "not_collected"
		case !u.seen:
			reason = "no_events"
		case u.coverage.stale(to):
			reason = "stale"
		}
		if reason == "" {
			if f.holds {
				out = append(out, forcedFinding(u, f, in, suggestions[u.system.ID]))
			}
			if f.enough {
				continue
			}
			reason = "few_sessions"
			if u.unknown > limits["max_unknown_actors"] {
				reason = "unknown_actors"
			}
		}
		message := queries.Message{Key: "idle.reason." + reason, Params: map[string]any{
			"system": u.system.ID, "last": isoDay(u.coverage.mark), "days": to - u.coverage.mark, "limit": u.coverage.limit,
			"n": u.people, "share": u.unknown,
		}}
		subject := queries.Subject{Systems: []string{u.system.ID}}
		out = append(out, NotAssessed(d.Meta().ID, subject, message, u.system.ID))
	}
	return out, nil
}

package analyzer

import (
	"context"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// judgeCheckIns looks for check-ins, points and rankings, and time on line as a duty (the second of the five): pages of that kind
// which a good part of the people use, and fields that ask for such figures. Attendance systems, whose purpose it is, and the
// points of villagers (积分制) are no duty of officials.
func judgeCheckIns(_ context.Context, r *ruling) error {
	const topic = "checkin"
	for _, u := range r.systems {
		s := u.system
		kept := r.words.in(topic, "kept", s.Name) != ""
		share, part, all := r.reachOf(u, topic)
		fields := r.signs[topic][s.ID]
		reason := r.unseen(u)
		// A good part of all, or some people time and again.
		each := float64(part.Events) / float64(max(1, part.People)) * 30 / float64(max(1, u.recent))
		used := reason == "" && !kept && float64(part.People) >= r.limits["min_people"] && (share >= r.limits["min_share"] || each >= r.limits["min_visits"])
		forced := reason == "" && !kept && u.forced.holds && part.Events > 0 && u.forced.points >= r.limits["min_share"]
		if used && !u.forced.holds && r.words.in(topic, "village", s.Name) != "" {
			used = false
		}
		if !used && !forced && len(fields) == 0 {
			r.unseenApp(u, reason, share)
			continue
		}
		b := breach{subject: subjectOf(s.ID, fields), about: s.ID, n: all.Events, score: 0.5, severity: 1}
		pages := r.pages[[2]string{s.ID, topic}]
		params := map[string]any{"system": s.ID, "people": part.People, "all": all.People, "fields": len(fields), "recent": u.recent, "each": each}
		key := "fields"
		switch {
		case used || forced:
			key = "pages"
			b.effect, b.score = share, 0.5+0.4*share
			if math.IsNaN(share) || forced {
				b.effect = math.Max(u.forced.points, zeroNaN(share))
				b.score = 0.5 + 0.4*b.effect
			}
			params["share"] = b.effect
			if len(fields) > 0 {
				key = "both"
			}
			if forced || b.effect >= r.limits["high_share"] || each >= r.limits["min_visits"] {
				b.severity = 2
			}
			b.coverage = u.coverage.evidence(r.in.Window)
		default:
			pages = nil
			b.n, b.effect = submissions(fields), float64(len(fields))
			if !slices.ContainsFunc(fields, func(f ruleField) bool { return held(f.field) }) {
				b.severity = 0
			}
			if founded(fields) {
				b.severity--
			}
		}
		b.message = queries.Message{Key: "rules.checkin." + key, Params: params}
		b.table = r.signTable(pages, fields)
		b.detail = map[string]any{"people": part.People, "of": all.People, "forced": u.forced.holds, "fields": len(fields), "kind": s.Kind}
		b.explanations = append([]queries.Message{{Key: "rules.explain.emergency"}}, bases(fields)...)
		b.explanations = append(b.explanations, queries.Message{Key: "rules.explain.attendance"}, queries.Message{Key: "rules.explain.village_points"})
		r.scope(s, &b)
		r.find(b)
	}
	return nil
}

func zeroNaN(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}

// scope weighs what stands against a system: the document speaks of apps; other systems are held to it by local policy, with
// less weight.
func (r *ruling) scope(s queries.System, b *breach) {
	if isApp(s) {
		return
	}
	key := "rules.explain.not_app"
	if mayBeApp(s) {
		key = "rules.explain.kind_unknown"
	}
	b.severity--
	b.score *= 0.8
	b.explanations = append(b.explanations, queries.Message{Key: key})
}

// unseenApp says that logs which are missing, or do not tell people apart, may hide something. Of spreadsheets and groups there
// are no logs to miss.
func (r *ruling) unseenApp(u judgedUse, reason string, share float64) {
	if u.system.Kind == "spreadsheet" || u.system.Kind == "group" || u.system.Kind == "account" {
		return
	}
	if reason == "" && math.IsNaN(share) && u.unknown > r.limits["max_unknown_actors"] {
		reason = "unknown_actors"
	}
	if reason != "" {
		r.cannot(queries.Subject{Systems: []string{u.system.ID}}, u.system.ID, reason, map[string]any{"system": u.system.ID})
	}
}

// judgeForcedUse looks for forced promotion (the third of the five): figures of installation, registration or log-in that units
// report or are held to, and systems of forced use into which nearly everyone logs in without doing anything. What idle-forced
// does not call forced, such as a board that is looked at every day, is not.
func judgeForcedUse(_ context.Context, r *ruling) error {
	const topic = "forced"
	for _, u := range r.systems {
		s, f := u.system, u.forced
		fields := r.signs[topic][s.ID]
		reason := r.unseen(u)
		entered := reason == "" && f.holds && f.reach >= r.limits["min_reach"] && f.empty >= r.limits["min_empty"] && f.visits >= r.limits["min_visits"]
		if r.words.in("checkin", "kept", s.Name) != "" {
			entered = false
		}
		if !entered && len(fields) == 0 {
			r.unseenApp(u, reason, 0)
			continue
		}
		targets := 0
		for _, x := range fields {
			if held(x.field) {
				targets++
			}
		}
		b := breach{subject: subjectOf(s.ID, fields), about: s.ID, n: submissions(fields), effect: float64(len(fields)), score: 0.5, severity: 0}
		params := map[string]any{"system": s.ID, "fields": len(fields), "targets": targets}
		key := "fields"
		if targets > 0 {
			key, b.severity, b.score = "targets", 2, 0.8
		}
		if founded(fields) && targets == 0 {
			b.severity--
		}
		if entered {
			params["reach"], params["empty"], params["recent"] = f.reach, f.empty, u.recent
			b.effect, b.n, b.coverage = f.reach, u.sessions.Count, u.coverage.evidence(r.in.Window)
			b.severity, b.score = max(1, b.severity), 0.5+0.3*f.empty+0.1*f.reach
			if len(fields) > 0 {
				key, b.severity = "both", 2
			} else {
				key = "entered"
			}
			if f.empty >= r.limits["high_empty"] {
				b.severity = 2
			}
		}
		b.message = queries.Message{Key: "rules.forced." + key, Params: params}
		b.table = r.signTable(nil, fields)
		b.detail = map[string]any{"fields": len(fields), "targets": targets, "entered": entered}
		if entered {
			b.detail["reach"], b.detail["empty"] = f.reach, f.empty
			b.table.Rows = append(b.table.Rows, []any{"rules.sign.entries", "", "", u.sessions.Count})
		}
		b.explanations = append([]queries.Message{{Key: "rules.explain.emergency"}}, bases(fields)...)
		b.explanations = append(b.explanations, queries.Message{Key: "rules.explain.anti_fraud"})
		if entered {
			b.explanations = append(b.explanations, queries.Message{Key: "rules.explain.reading"})
		}
		r.scope(s, &b)
		r.find(b)
	}
	return nil
}

// judgeTrade looks for commercial activity (the fifth of the five): pages of shops, coupons and advertisements that people use.
// Systems whose name says that trade is what they are for serve farmers, not the operator; fees of public services are none.
func judgeTrade(_ context.Context, r *ruling) error {
	const topic = "trade"
	for _, u := range r.systems {
		s := u.system
		part := r.topics[[2]string{s.ID, topic}]
		all := r.topics[[2]string{s.ID, ""}]
		fields := r.signs[topic][s.ID]
		reason := r.unseen(u)
		kept := r.words.in(topic, "kept", s.Name) != ""
		used := reason == "" && float64(part.People) >= r.limits["min_people"] && float64(part.Events) >= r.limits["min_events"]
		if kept || !used && len(fields) == 0 {
			if !kept {
				r.unseenApp(u, reason, 0)
			}
			continue
		}
		b := breach{
			subject: subjectOf(s.ID, fields), about: s.ID, n: all.Events, score: 0.4, severity: 1, table: r.signTable(r.pages[[2]string{s.ID, topic}], fields),
			message:  queries.Message{Key: "rules.trade.pages", Params: map[string]any{"system": s.ID, "people": part.People, "events": part.Events, "recent": u.recent}},
			coverage: u.coverage.evidence(r.in.Window), detail: map[string]any{"people": part.People, "events": part.Events, "fields": len(fields)},
			explanations: []queries.Message{{Key: "rules.explain.public_fee"}, {Key: "rules.explain.help_farmers"}},
		}
		if all.Events > 0 {
			b.effect = float64(part.Events) / float64(all.Events)
		}
		if !used {
			b.message = queries.Message{Key: "rules.trade.fields", Params: map[string]any{"system": s.ID, "fields": len(fields)}}
			b.n, b.effect, b.severity, b.coverage = submissions(fields), float64(len(fields)), 0, nil
		}
		r.scope(s, &b)
		r.find(b)
	}
	return nil
}

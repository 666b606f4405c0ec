package analyzer

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// judgeAppLevel names the apps and mini-programs of bodies below the county.
func judgeAppLevel(_ context.Context, r *ruling) error {
	for _, u := range r.systems {
		s := u.system
		below := s.Level == "town" || s.Level == "" && r.words.in("below", "owner", s.Owner) != ""
		if !below || !mayBeApp(s) {
			continue
		}
		subject := queries.Subject{Systems: []string{s.ID}}
		if !isApp(s) {
			if s.Kind == "" {
				r.cannot(subject, s.ID, "kind_unknown", map[string]any{"system": s.ID})
			}
			continue
		}
		all := r.topics[[2]string{s.ID, ""}]
		b := breach{
			subject: subject, about: s.ID, effect: 1, n: max(1, all.Events), score: 0.6, severity: 1,
			message: queries.Message{Key: "rules.app_level.message", Params: map[string]any{"system": s.ID, "owner": s.Owner, "kind": s.Kind, "people": all.People}},
			table:   appTable([]judgedUse{u}, r), detail: map[string]any{"level": s.Level, "people": all.People},
			explanations: []queries.Message{{Key: "rules.explain.in_principle"}, {Key: "rules.explain.built_above"}},
		}
		if float64(all.People) >= r.limits["high_people"] {
			b.severity, b.score = 2, 0.7
		}
		r.find(b)
	}
	return nil
}

func appTable(apps []judgedUse, r *ruling) *queries.Table {
	t := &queries.Table{Columns: []string{"rules.column.system", "rules.column.kind", "rules.column.launched", "rules.column.people", "rules.column.forms"}}
	for _, u := range apps {
		launched := ""
		if !u.system.Launched.IsZero() {
			launched = u.system.Launched.Format("2006-01-02")
		}
		t.Rows = append(t.Rows, []any{u.system.ID, u.system.Kind, launched, r.topics[[2]string{u.system.ID, ""}].People, len(r.forms[u.system.ID])})
	}
	return t
}

// department is a body at one level: bodies of several levels share a name.
type department struct{ owner, level string }

// judgeAppCount counts the apps that a department turns to the grassroots. The rule binds central departments; for the others it
// is advice of local policy.
func judgeAppCount(_ context.Context, r *ruling) error {
	facing, open := map[department][]judgedUse{}, map[department][]judgedUse{}
	for _, u := range r.systems {
		s := u.system
		if !isApp(s) || s.Owner == "" {
			continue
		}
		d := department{s.Owner, s.Level}
		used := r.topics[[2]string{s.ID, ""}]
		switch {
		case len(r.forms[s.ID]) > 0 || used.VillagePeople > 0 || used.VillageEvents > 0:
			facing[d] = append(facing[d], u)
		case r.unseen(u) != "", used.People > 0 && used.Units == 0: // or nobody knows of which units its users are
			open[d] = append(open[d], u)
		}
	}
	for _, d := range sortedDepartments(facing, open) {
		limit := r.limits["max_apps_below"]
		if d.level == "central" {
			limit = r.limits["max_apps_central"]
		}
		apps := facing[d]
		var subject queries.Subject
		for _, u := range apps {
			subject.Systems = append(subject.Systems, u.system.ID)
		}
		about := d.owner + "\x00" + d.level
		if float64(len(apps)) <= limit {
			if n := len(apps) + len(open[d]); float64(n) > limit {
				for _, u := range open[d] {
					subject.Systems = append(subject.Systems, u.system.ID)
				}
				r.cannot(subject, about, "facing_unknown", map[string]any{"owner": d.owner, "systems": subject.Systems})
			}
			continue
		}
		b := breach{
			subject: subject, about: about, effect: float64(len(apps)) - limit, n: uint64(len(apps)), score: 0.4, severity: 0,
			table:        appTable(apps, r),
			detail:       map[string]any{"owner": d.owner, "level": d.level, "apps": len(apps), "limit": limit},
			explanations: []queries.Message{{Key: "rules.explain.central_only"}, {Key: "rules.explain.built_above"}},
		}
		key := "below"
		if d.level == "central" {
			key, b.severity, b.score, b.explanations = "central", 1, 0.7, b.explanations[1:]
		}
		b.message = queries.Message{Key: "rules.app_count." + key, Params: map[string]any{"owner": d.owner, "n": len(apps), "systems": subject.Systems, "limit": limit}}
		r.find(b)
	}
	return nil
}

func sortedDepartments(lists ...map[department][]judgedUse) []department {
	known := map[department]bool{}
	for _, list := range lists {
		for d := range list {
			known[d] = true
		}
	}
	return slices.SortedFunc(maps.Keys(known), func(a, b department) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.level, b.level))
	})
}

// judgeUnfiled names the apps that are used without having been filed. Whether an app is filed is told by its registration; where
// it is not, the rule cannot be judged.
func judgeUnfiled(_ context.Context, r *ruling) error {
	for _, u := range r.systems {
		s := u.system
		if !isApp(s) || s.Filed {
			continue
		}
		subject := queries.Subject{Systems: []string{s.ID}}
		if !s.FiledKnown {
			r.cannot(subject, s.ID, "filing_unknown", map[string]any{"system": s.ID})
			continue
		}
		all := r.topics[[2]string{s.ID, ""}]
		b := breach{
			subject: subject, about: s.ID, effect: float64(all.People), n: max(1, all.Events), score: 0.5, severity: 0, table: appTable([]judgedUse{u}, r),
			message:      queries.Message{Key: "rules.unfiled.message", Params: map[string]any{"system": s.ID, "people": all.People}},
			detail:       map[string]any{"people": all.People, "forced": u.forced.holds},
			explanations: []queries.Message{{Key: "rules.explain.filing_pending"}},
		}
		switch {
		case u.forced.holds || u.forced.enough && u.forced.reach >= r.limits["high_reach"]:
			b.severity, b.score = 2, 0.8
		case float64(all.People) >= r.limits["min_people"]:
			b.severity, b.score = 1, 0.6
		}
		r.find(b)
	}
	return nil
}

// judgeLowUse repeats the verdict of idle-system for apps, which the document wants closed within a set time.
func judgeLowUse(_ context.Context, r *ruling) error {
	limits := r.in.Policy.Of("idle-system")
	for _, u := range r.systems {
		s, v := u.system, u.verdict
		if !isApp(s) {
			continue
		}
		subject := queries.Subject{Systems: []string{s.ID}}
		if v.verdict != "unused" && v.verdict != "underused" {
			if v.verdict == "" && v.reason.Key != "" {
				r.out = append(r.out, NotAssessed(r.id, subject, v.reason, s.ID))
			}
			continue
		}
		narrow := narrowOf(u.systemUse, limits)
		b := breach{
			subject: subject, about: s.ID, score: 0.6, severity: 1, coverage: u.coverage.evidence(r.in.Window), table: appTable([]judgedUse{u}, r),
			n: u.sum(u.coverage.first, u.coverage.mark, allEvents), detail: map[string]any{"verdict": v.verdict, "days": v.silence, "reach": narrow.reach},
			explanations: []queries.Message{{Key: "rules.explain.emergency"}, {Key: "rules.explain.see_idle", Params: map[string]any{"detector": "idle-system"}}},
		}
		params := map[string]any{"system": s.ID, "days": v.silence, "need": u.need}
		if v.verdict == "unused" {
			b.effect = float64(v.silence) / float64(max(1, u.need))
			b.score = 0.7
		} else {
			b.effect = 1 - narrow.reach
			params["reach"], params["people"] = narrow.reach, u.reach.Active
		}
		if s.AnnualCost >= r.limits["high_cost"] {
			b.severity = 2
		}
		b.message = queries.Message{Key: "rules.low_use." + v.verdict, Params: params}
		r.find(b)
	}
	return nil
}

package analyzer

import (
	"time"

	"github.com/jianfu/jianfu/queries"
)

// plan dates the steps. Each falls on a workday, and no step but the answer falls into the season of a seasonal system. A merger
// gets more time between the freeze and the end, for the data to move. Systems that are kept have no steps; those that are
// simplified have no end.
func (s *suggester) plan(u judgedUse, x *queries.Suggestion) []queries.PlannedStep {
	if x.Action == queries.SuggestKeep {
		return nil
	}
	var out []queries.PlannedStep
	season, seasonal := seasonOf(u.system)
	day := s.to
	add := func(step string, after float64, needs string, params map[string]any) {
		day += int(after)
		day = s.days.next(day)
		if seasonal && step != "answer" {
			// A season that never ends leaves no day free: then the step keeps its own.
			for later := range 400 {
				if !season.has(day+later) && s.days.works(day+later) {
					day += later
					break
				}
			}
		}
		m := queries.Message{Key: "retire.needs." + needs, Params: params}
		out = append(out, queries.PlannedStep{Step: step, Day: queries.DayOf(day), Needs: m})
	}
	add("answer", s.limits["answer_days"], "answer", map[string]any{"owner": u.system.Owner})
	if x.Action == queries.SuggestSimplify {
		add("announce", s.limits["announce_days"], "changes", map[string]any{"people": x.People, "units": x.Units})
		add("check", s.limits["check_days"], "check_changes", nil)
		return out
	}
	records, missing := kept(x.Move)
	add("announce", s.limits["announce_days"], "announce", map[string]any{"people": x.People, "units": x.Units})
	if n := len(x.Dependants); n > 0 {
		add("freeze", s.limits["step_days"], "freeze_dependants", map[string]any{"n": n})
	} else {
		add("freeze", s.limits["step_days"], "freeze", nil)
	}
	if x.Action == queries.SuggestMerge {
		add("read_only", s.limits["step_days"]+s.limits["move_days"], "move", map[string]any{"into": x.Into, "n": records, "missing": missing})
	} else {
		add("read_only", s.limits["step_days"], "read_only", nil)
	}
	add("archive", s.limits["step_days"], "archive", map[string]any{"n": records})
	add("off", s.limits["step_days"], "off", nil)
	out[len(out)-1].Needs.Params = map[string]any{
		"until": queries.DayOf(day).AddDate(0, int(s.limits["log_months"]), 0).Format(time.DateOnly), "months": int(s.limits["log_months"]),
	}
	add("check", s.limits["check_days"], "check", map[string]any{"days": int(s.limits["check_days"])})
	return out
}

package analyzer

import (
	"context"

	"github.com/jianfu/jianfu/queries"
)

// suggestAll proposes what should become of every system, by its id. People decide.
func suggestAll(_ context.Context, _ Input, all []judgedUse) (map[string]queries.Suggestion, error) {
	out := map[string]queries.Suggestion{}
	for _, u := range all {
		verdict := u.verdict.verdict
		if u.forced.holds {
			verdict = "forced"
		}
		s := queries.Suggestion{Action: queries.SuggestKeep}
		switch {
		case verdict == "":
		case u.system.Successor != "" && verdict != "write-only":
			s.Action, s.Into = queries.SuggestMerge, u.system.Successor
		case verdict == "unused":
			s.Action = queries.SuggestRetire
		default:
			s.Action = queries.SuggestSimplify
		}
		out[u.system.ID] = s
	}
	return out, nil
}

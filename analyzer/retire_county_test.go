package analyzer_test

import (
	"testing"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// suggested runs what suggestions rest on and gives the assessments that the analysis leaves.
func suggested(t testing.TB, s simulated) map[string]queries.Assessment {
	t.Helper()
	run := queries.Analysis{Run: 1, AsOf: s.input.Window.To, From: s.input.Window.From, To: s.input.Window.To}
	for _, d := range analyzer.Detectors() {
		switch d.Meta().ID {
		case "burden-hours", "dup-form", "dup-item", "idle-system":
		default:
			continue
		}
		if _, err := d.Detect(t.Context(), s.input); err != nil {
			t.Fatal(err)
		}
		if keeper, ok := d.(analyzer.Keeper); ok {
			if err := keeper.Keep(t.Context(), s.input, run); err != nil {
				t.Fatal(err)
			}
		}
	}
	all, err := s.input.Store.Assessments(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]queries.Assessment{}
	for _, a := range all {
		out[a.System] = a
	}
	return out
}

func TestSuggestionsAndIdleFormsOfACounty(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a county")
	}
	s := simulate(t, demo.Options{Villages: 30, Fraud: demo.DefaultFraud})
	all := suggested(t, s)
	t.Run("suggestions", func(t *testing.T) { checkSuggestions(t, s, all) })
	t.Run("forms", func(t *testing.T) { checkIdleForms(t, s) })
	t.Run("fields", func(t *testing.T) { checkIdleFields(t, s) })
}

func checkSuggestions(t *testing.T, s simulated, all map[string]queries.Assessment) {
	for _, u := range s.truth.Systems {
		a := all[u.System]
		x := a.Suggestion
		var why []string
		for _, m := range x.Because {
			why = append(why, m.Key)
		}
		t.Logf("%-10s %-12s %-11s %-8s %-8s successors %v dependants %d hours %.0f yuan %.0f steps %d %v", u.System, u.Verdict, a.Verdict, x.Action, x.Into,
			x.Successors, len(x.Dependants), x.Hours.Mid, x.Yuan.Mid, len(x.Steps), why)
		readableSuggestion(t, x)
		switch {
		case a.Verdict == "" && x.Action == queries.SuggestKeep:
			if len(x.Steps) > 0 || len(x.Because) == 0 {
				t.Errorf("%s is kept with %d steps and %d reasons", u.System, len(x.Steps), len(x.Because))
			}
		case u.Successor != "" && u.Idle && x.Into != u.Successor:
			t.Errorf("%s: %s into %q, planted successor %s", u.System, x.Action, x.Into, u.Successor)
		case x.Action == queries.SuggestMerge && (all[x.Into].Verdict != "" || x.Into == u.System):
			t.Errorf("%s would be merged into %s, which is %s", u.System, x.Into, all[x.Into].Verdict)
		}
		if (u.Verdict == "waived" || u.Verdict == "not_covered") && x.Action != queries.SuggestKeep {
			t.Errorf("%s is %s, yet %s is suggested", u.System, u.Verdict, x.Action)
		}
		if !(x.Hours.Low <= x.Hours.Mid && x.Hours.Mid <= x.Hours.High && x.Yuan.Low <= x.Yuan.Mid && x.Yuan.Mid <= x.Yuan.High) {
			t.Errorf("%s: hours %v, yuan %v", u.System, x.Hours, x.Yuan)
		}
	}
}

func readableSuggestion(t testing.TB, x queries.Suggestion) {
	t.Helper()
	messages := append([]queries.Message{}, x.Because...)
	for _, d := range x.Dependants {
		messages = append(messages, d.Why)
	}
	for i, s := range x.Steps {
		messages = append(messages, s.Needs)
		if i > 0 && s.Day.Before(x.Steps[i-1].Day) {
			t.Errorf("step %s comes before the one before it", s.Step)
		}
	}
	readable(t, []queries.Finding{{Detector: "idle-system", Explanations: messages, Evidence: queries.Evidence{Message: queries.Message{Key: "rule.idle-system"}}}})
}

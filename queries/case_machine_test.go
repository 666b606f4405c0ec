package queries_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

// caseModel is the work on a case as the rules tell it, written down a second time: where a verb leads from a state. A verb
// that is not there is refused.
var caseModel = map[string]map[string]string{
	"open":     {"assign": "assigned", "comment": "open", "attach": "open", "decide": "decided", "close": "closed"},
	"assigned": {"assign": "assigned", "comment": "assigned", "attach": "assigned", "decide": "decided", "close": "closed"},
	"decided":  {"comment": "decided", "attach": "decided", "reopen": "open", "close": "closed"},
	"closed":   {"comment": "closed", "reopen": "open"},
}

func opening(id string) []queries.CaseEvent {
	return []queries.CaseEvent{{
		Case: id, Number: 1, Recorded: day("2026-07-01"), Account: "a", Name: "王", Kind: queries.CaseEventOpened, To: queries.CaseOpen,
		Subject: &queries.CaseSubject{Findings: []string{"x"}}, Said: []queries.CaseSaid{{ID: "x", Detector: "d", Family: "duplicate", Severity: "high"}},
	}}
}

// Whatever people do, in whatever order and on whatever state they saw: no step is skipped, nothing is decided without a name
// and a reason, nothing rests on an old state, and the status of the findings follows from the state.
func TestCasesKeepTheirRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := opening("2026-0001")
		now := day("2026-07-01")
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			folded, err := queries.FoldCases(events)
			if err != nil {
				t.Fatal(err)
			}
			c := folded[0]
			now = now.Add(time.Hour)
			verbs := queries.CaseVerbs
			if rapid.Bool().Draw(t, "sensible") {
				verbs = c.Possible()
			}
			cmd := queries.CaseCommand{
				Case: c.ID, Verb: rapid.SampledFrom(verbs).Draw(t, "verb"), Account: "a", Name: rapid.SampledFrom([]string{"王", "王", "王", " "}).Draw(t, "name"),
				Text: rapid.SampledFrom([]string{"查了台账", "查了台账", ""}).Draw(t, "text"), Verdict: rapid.SampledFrom(append(queries.CaseVerdicts, "guilty")).Draw(t, "verdict"),
				Assignee: rapid.SampledFrom([]string{"li", "li", ""}).Draw(t, "assignee"), Resolved: rapid.Bool().Draw(t, "resolved"), Now: now,
				Last: uint32(rapid.IntRange(0, int(c.Last)).Draw(t, "last")),
			}
			if rapid.IntRange(0, 3).Draw(t, "file") > 0 {
				cmd.File = &queries.CaseFile{SHA256: "00", Name: "a.pdf"}
			}
			if rapid.Bool().Draw(t, "fresh") {
				cmd.Last = c.Last
			}
			e, err := c.Act(cmd)
			adds := cmd.Verb == "comment" || cmd.Verb == "attach"
			stale := cmd.Last != 0 && cmd.Last != c.Last && !adds
			to, possible := caseModel[c.State][cmd.Verb]
			complete := cmd.Name == "王" && map[string]bool{
				"assign": cmd.Assignee != "", "comment": cmd.Text != "", "attach": cmd.File != nil, "decide": cmd.Text != "" && cmd.Verdict != "guilty",
				"reopen": cmd.Text != "", "close": (cmd.Text != "" || c.Verdict != "") && (!cmd.Resolved || c.Verdict == queries.CaseVerified),
			}[cmd.Verb]
			var old *queries.StaleCase
			var refused *queries.CaseRefusal
			switch {
			case stale:
				if !errors.As(err, &old) || len(old.Since) != int(c.Last-cmd.Last) || old.Since[0].Number != cmd.Last+1 {
					t.Fatalf("%s on event %d of %d: %v", cmd.Verb, cmd.Last, c.Last, err)
				}
				continue
			case !possible || !complete:
				if !errors.As(err, &refused) || (refused.Code == queries.CaseRefusedState) == possible {
					t.Fatalf("%s of %q: %v", cmd.Verb, c.State, err)
				}
				continue
			case err != nil || e.To != to || e.From != c.State:
				t.Fatalf("%s of %q leads to %q: %v", cmd.Verb, c.State, e.To, err)
			}
			events = append(events, e)
			next, err := queries.FoldCases(events)
			if err != nil {
				t.Fatal(err)
			}
			checkCase(t, c, next[0], cmd)
		}
	})
}

func checkCase(t *rapid.T, before, after queries.Case, cmd queries.CaseCommand) {
	want := map[string]string{"assign": "assigned", "decide": cmd.Verdict, "reopen": "open"}[cmd.Verb]
	if want == "" {
		want = before.Status()
	}
	switch {
	case cmd.Verb == "close" && cmd.Resolved:
		want = "resolved"
	case cmd.Verb == "close" && before.Verdict == "": // nobody looks into it any more
		want = "open"
	}
	if after.Status() != want {
		t.Fatalf("%s of %s makes findings %s, not %s", cmd.Verb, before.State, after.Status(), want)
	}
	if after.State == queries.CaseDecided && (after.Verdict == "" || strings.TrimSpace(after.Reason) == "") {
		t.Fatalf("decided without a verdict or a reason: %+v", after)
	}
	if after.Active() && after.Verdict != "" || !slices.Equal(after.Findings, []string{"x"}) || after.Severity != "high" {
		t.Fatalf("%+v", after)
	}
}

// A history that somebody changed by hand is not believed.
func TestCaseHistoryWithAGap(t *testing.T) {
	good := opening("2026-0001")
	c, err := queries.FoldCases(good)
	if err != nil {
		t.Fatal(err)
	}
	e, err := c[0].Act(queries.CaseCommand{Verb: "comment", Account: "a", Name: "王", Text: "问"})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*queries.CaseEvent){
		"gap": func(e *queries.CaseEvent) { e.Number++ }, "kind": func(e *queries.CaseEvent) { e.Kind = "deleted" },
		"from": func(e *queries.CaseEvent) { e.From = queries.CaseClosed }, "to": func(e *queries.CaseEvent) { e.To = queries.CaseClosed },
		"move": func(e *queries.CaseEvent) { e.Kind, e.To = queries.CaseEventReopened, queries.CaseOpen },
	} {
		bad := e
		change(&bad)
		if _, err := queries.FoldCases(append(slices.Clone(good), bad)); err == nil {
			t.Errorf("%s: believed", name)
		}
	}
}

func TestTallyOfDecisions(t *testing.T) {
	decided := func(id, verdict string) queries.Case {
		return queries.Case{ID: id, Verdict: verdict, Said: []queries.CaseSaid{{ID: "f" + id[5:6], Detector: "fab-x", Family: "fabrication"}}}
	}
	got := queries.TallyCases([]queries.Case{
		decided("2026-1", queries.CaseVerified), decided("2026-2", queries.CaseFalseAlarm), decided("2026-3", queries.CaseExplained),
		decided("2026-1b", queries.CaseFalseAlarm), // a later case about the same finding
		{ID: "2026-9", Said: []queries.CaseSaid{{ID: "z", Detector: "fab-x"}}},
	})
	if len(got) != 1 || got[0].Verified != 0 || got[0].Explained != 1 || got[0].FalseAlarm.Count != 2 || got[0].FalseAlarm.Of != 3 {
		t.Errorf("%+v", got)
	}
}

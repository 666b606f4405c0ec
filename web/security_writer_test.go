package web_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/access"
)

// counting is a writer that keeps nothing and counts what reaches it.
type counting struct{ calls int }

func (w *counting) SaveSynonym(context.Context, queries.Synonym) error { w.calls++; return nil }

func (w *counting) RemoveSynonym(context.Context, queries.Synonym) error { w.calls++; return nil }

func (w *counting) ChoosePlan(context.Context, queries.PlanChoice) ([]queries.PlanDecision, error) {
	w.calls++
	return nil, nil
}

func (w *counting) Retire(context.Context, queries.RetirementCommand) ([]queries.RetirementEvent, error) {
	w.calls++
	return nil, nil
}

func (w *counting) RecordOutcome(context.Context, queries.VerifyOutcome) error { w.calls++; return nil }

func (w *counting) OpenCase(context.Context, queries.CaseOpening) (queries.Case, error) {
	w.calls++
	return queries.Case{}, nil
}

func (w *counting) ActOnCase(context.Context, queries.CaseCommand) (queries.CaseEvent, error) {
	w.calls++
	return queries.CaseEvent{}, nil
}

func (w *counting) SaveCaseFile(context.Context, string, []byte) (queries.CaseFile, error) {
	w.calls++
	return queries.CaseFile{}, nil
}

// decision is a call of the writer about the unit and the system inside, and who may make it.
type decision struct {
	method string
	what   string
	call   func(ctx context.Context, w web.Writer) error
	may    map[access.Role][]string // scopes
}

// decisions has every method of the writer at least once.
func decisions(c *canned) []decision {
	anywhere, here, county := []string{"everything", "inside", "outside"}, []string{"everything", "inside"}, []string{"everything"}
	inspectors := func(scopes []string) map[access.Role][]string {
		return map[access.Role][]string{access.Inspector: scopes}
	}
	found := slices.IndexFunc(c.findings, func(f queries.Finding) bool { return f.Family == "fabrication" })
	c.findings[found].Subject.Units = []string{insideUnit}
	c.matters[0].Units = []string{insideUnit}
	finding, matter := c.findings[found].ID, c.matters[0].ID
	retire := func(verb string) func(context.Context, web.Writer) error {
		return func(ctx context.Context, w web.Writer) error {
			_, err := w.Retire(ctx, queries.RetirementCommand{System: insideSystem, Verb: verb})
			return err
		}
	}
	rulers := map[access.Role][]string{access.Inspector: county, access.Leader: county}
	return []decision{
		{"SaveSynonym", "labels, which are of no unit", func(ctx context.Context, w web.Writer) error { return w.SaveSynonym(ctx, queries.Synonym{}) }, inspectors(anywhere)},
		{"RemoveSynonym", "labels", func(ctx context.Context, w web.Writer) error { return w.RemoveSynonym(ctx, queries.Synonym{}) }, inspectors(anywhere)},
		{"ChoosePlan", "the plan of the county", func(ctx context.Context, w web.Writer) error {
			_, err := w.ChoosePlan(ctx, queries.PlanChoice{})
			return err
		}, map[access.Role][]string{access.Leader: county}},
		{"Retire", "its owner's answer", retire("accept"), map[access.Role][]string{access.Owner: here}},
		{"Retire", "its owner's dispute", retire("dispute"), map[access.Role][]string{access.Owner: here}},
		{"Retire", "the notice", retire("notify"), rulers},
		{"Retire", "a grant", retire("grant"), rulers},
		{"Retire", "a refusal", retire("refuse"), rulers},
		{"RecordOutcome", "a unit", func(ctx context.Context, w web.Writer) error {
			return w.RecordOutcome(ctx, queries.VerifyOutcome{Unit: insideUnit, Form: "f1"})
		}, inspectors(here)},
		{"OpenCase", "a unit", func(ctx context.Context, w web.Writer) error {
			_, err := w.OpenCase(ctx, queries.CaseOpening{Unit: insideUnit, Form: "f1"})
			return err
		}, inspectors(here)},
		{"OpenCase", "a finding", func(ctx context.Context, w web.Writer) error {
			_, err := w.OpenCase(ctx, queries.CaseOpening{Findings: []string{finding}})
			return err
		}, inspectors(here)},
		{"ActOnCase", "a case", func(ctx context.Context, w web.Writer) error {
			_, err := w.ActOnCase(ctx, queries.CaseCommand{Case: matter, Verb: "comment"})
			return err
		}, inspectors(here)},
		{"SaveCaseFile", "bytes that no case has yet", func(ctx context.Context, w web.Writer) error {
			_, err := w.SaveCaseFile(ctx, "x", []byte("x"))
			return err
		}, map[access.Role][]string{access.Inspector: anywhere, access.Owner: anywhere}},
	}
}

// TestEveryDecisionIsRefusedOutside makes every decision as every role bound to what it is about, to something else and to all.
func TestEveryDecisionIsRefusedOutside(t *testing.T) {
	c := county()
	all := decisions(c)
	of := reflect.TypeFor[web.Writer]()
	for i := range of.NumMethod() {
		if name := of.Method(i).Name; !slices.ContainsFunc(all, func(d decision) bool { return d.method == name }) {
			t.Errorf("%s is not tested: say who may call it", name)
		}
	}
	for _, d := range all {
		try := func(who *access.Principal, may bool, name string) {
			kept := &counting{}
			err := d.call(access.With(t.Context(), who), web.ScopedWriter(kept, c))
			if may != (err == nil) || may != (kept.calls == 1) {
				t.Errorf("%s about %s as %s: %v, %d calls; allowed: %t", d.method, d.what, name, err, kept.calls, may)
			}
		}
		for _, role := range access.Roles {
			for scope := range scopes {
				try(principal(role, scope), slices.Contains(d.may[role], scope), string(role)+" "+scope)
			}
			nowhere := principal(role, "everything")
			nowhere.Divisions, nowhere.Systems = nil, nil
			try(nowhere, slices.Contains(d.may[role], "outside"), string(role)+" bound to nothing")
		}
		try(nil, false, "a stranger")
		try(&access.Principal{Account: "a", Divisions: []string{access.Everything}, Systems: []string{access.Everything}}, false, "an account without a role")
	}
}

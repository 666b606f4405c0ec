package analyzer_test

import (
	"testing"

	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// checkIdleForms compares what is found with what was planted: nothing planted is missed, nothing else is named.
func checkIdleForms(t *testing.T, s simulated) {
	found := map[string]queries.Finding{}
	list := findings(t, s, "idle-form")
	readable(t, named("idle-form", list))
	for _, f := range list {
		found[f.Subject.Forms[0]] = f
	}
	planted := map[string]demo.IdleForm{}
	for _, p := range s.truth.IdleForms {
		planted[p.Form] = p
		f := found[p.Form]
		t.Logf("%-14s %-10s required %v: %s %v %s", p.Form, p.Kind, p.Required, f.Status, f.Evidence.Detail["verdict"], f.Reason.Key)
		if p.Required && f.Status != "open" {
			t.Errorf("%s (%s) was not found: %s %s", p.Form, p.Why, f.Status, f.Reason.Key)
		}
	}
	reasons := map[string]int{}
	for form, f := range found {
		if _, ok := planted[form]; !ok && f.Status == "open" {
			t.Errorf("%s is in use, yet: %v", form, f.Evidence.Message)
		}
		if f.Status == "not_assessed" {
			reasons[f.Reason.Key]++
		}
	}
	t.Log(len(s.input.Registry.Forms()), "forms,", reasons)
}

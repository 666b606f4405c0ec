package analyzer_test

import "testing"

// checkIdleFields compares what is found with what was counted value by value.
func checkIdleFields(t *testing.T, s simulated) {
	list := findings(t, s, "idle-field")
	readable(t, named("idle-field", list))
	found, reason := map[string]bool{}, map[string]string{}
	for _, f := range list {
		if f.Status == "not_assessed" {
			reason[f.Subject.Forms[0]] = f.Reason.Key
			continue
		}
		for i, pair := range f.Subject.Fields {
			found[pair[0]] = true
			t.Log(pair[0], f.Evidence.Table.Rows[i][1:])
		}
	}
	planted := map[string]bool{}
	for _, p := range s.truth.IdleFields {
		planted[p.Field] = true
		if !found[p.Field] {
			t.Logf("missed %s %s n %d units %d required %v", p.Field, p.Kind, p.N, p.Units, p.Required)
			if p.Required {
				t.Errorf("%s is %s in all %d submissions of %d units, and was not found", p.Field, p.Kind, p.N, p.Units)
			}
		}
	}
	for field := range found {
		if !planted[field] {
			t.Errorf("%s carries information, yet it was found", field)
		}
	}
}

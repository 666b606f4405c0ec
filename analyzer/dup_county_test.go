package analyzer_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// duplicates runs both detectors over a county and measures them against what was planted.
func duplicates(t *testing.T, s simulated) (found []queries.Finding) {
	t.Helper()
	for _, id := range []string{"dup-form", "dup-item"} {
		found = append(found, named(id, findings(t, s, id))...)
	}
	readable(t, found)
	for _, row := range demo.Score(s.truth, found, nil).Rows {
		if row.Detector != "dup-form" && row.Detector != "dup-item" {
			continue
		}
		t.Logf("%s: planted %d, found %d, precision %.3f, recall %.3f, wrong %v, missed %v",
			row.Detector, row.Planted, row.Found, row.Precision, row.Recall, row.Wrong, row.Missed)
		if row.Precision < 0.95 || row.Recall < 0.9 {
			t.Errorf("%s: precision %.3f, recall %.3f", row.Detector, row.Precision, row.Recall)
		}
	}
	return found
}

func TestDuplicatesOfCounties(t *testing.T) {
	if testing.Short() {
		t.Skip("builds counties")
	}
	for seed := range uint64(3) {
		s := simulate(t, demo.Options{Villages: 30, Fraud: demo.DefaultFraud, Seed: 70 + seed})
		findings(t, s, "burden-hours")
		found := duplicates(t, s)
		hoursAreTrue(t, s, found)
		relationsAreTrue(t, s, found)
		lookAlikesAreLeft(t, s, found)
		if seed == 0 {
			t.Run("undeclared", func(t *testing.T) { duplicates(t, undeclared(t, s)) })
		}
	}
}

// hoursAreTrue compares the hours spent on items that several forms ask with those really spent on them.
func hoursAreTrue(t *testing.T, s simulated, found []queries.Finding) {
	t.Helper()
	var asked, planted float64
	for _, b := range s.truth.Burden {
		planted += b.Duplicate
	}
	for _, f := range found {
		if hours, given := f.Evidence.Detail["hours_asked"].(float64); given {
			asked += hours
		}
	}
	t.Logf("%.0f hours on items asked more than once, planted %.0f", asked, planted)
	if math.Abs(asked/planted-1) > 0.15 {
		t.Errorf("%.0f hours on items asked more than once, planted %.0f", asked, planted)
	}
}

// relationsAreTrue checks how each pair is said to be related, factors and code mappings.
func relationsAreTrue(t *testing.T, s simulated, found []queries.Finding) {
	t.Helper()
	words := map[string][]string{
		"equal": {"equal"}, "recode": {"recode"}, "scale": {"scale"}, "aggregate": {"sum", "units", "records"}, "stock": {"last"},
		"count": {"count"}, "sum": {"sum", "units", "records", "computed"}, "ratio": {"computed"}, "last": {"last"},
	}
	truth := map[string]demo.FieldPair{}
	for _, a := range s.truth.Aggregates {
		for _, of := range a.Of {
			truth[of+"|"+a.Total] = demo.FieldPair{A: of, B: a.Total, Relation: a.How}
		}
	}
	for _, p := range s.truth.DuplicateFields {
		delete(truth, p.B+"|"+p.A)
		truth[p.A+"|"+p.B] = p
	}
	told, right := 0, 0
	for _, f := range found {
		if f.Status == "not_assessed" {
			continue
		}
		for _, p := range f.Evidence.Detail["pairs"].([]map[string]any) {
			a, b := p["a"].(string), p["b"].(string)
			want, forth := truth[a+"|"+b]
			if !forth {
				want = truth[b+"|"+a]
			}
			told++
			relation := p["relation"].(string)
			if !slices.Contains(words[want.Relation], relation) && relation != "identity" {
				t.Errorf("%s and %s: %s, planted %q", a, b, relation, want.Relation)
				continue
			}
			right++
			if factor, given := p["factor"].(float64); given && forth && math.Abs(factor/want.Factor-1) > 1e-6 || given && !forth && math.Abs(factor*want.Factor-1) > 1e-6 {
				t.Errorf("%s and %s: factor %v, planted %v", a, b, factor, want.Factor)
			}
			if relation == "recode" {
				mappingIsExact(t, s, a, b, p["codes"].(map[string]string))
			}
		}
	}
	t.Logf("%d of %d relations are right", right, told)
}

// mappingIsExact compares a code mapping with the code lists that the forms declare.
func mappingIsExact(t *testing.T, s simulated, a, b string, got map[string]string) {
	t.Helper()
	meaning := func(ref, code string) string {
		form, field, _ := strings.Cut(ref, ".")
		f, _ := s.input.Registry.Field(form, field)
		if m, coded := f.Codes[code]; coded {
			return m
		}
		return code
	}
	declared := 0
	for _, ref := range []string{a, b} {
		form, field, _ := strings.Cut(ref, ".")
		f, _ := s.input.Registry.Field(form, field)
		declared = max(declared, len(f.Codes))
	}
	if len(got) != declared {
		t.Errorf("%s and %s: %d codes are mapped, %d are declared: %v", a, b, len(got), declared, got)
	}
	for from, to := range got {
		if meaning(a, from) != meaning(b, to) {
			t.Errorf("%s and %s: %s is not %s", a, b, from, to)
		}
	}
}

func lookAlikesAreLeft(t *testing.T, s simulated, found []queries.Finding) {
	t.Helper()
	for _, look := range s.truth.LookAlikes {
		a, b, pair := strings.Cut(look.Subject, "|")
		for _, f := range found {
			if !pair || f.Detector != look.Detector || f.Status == "not_assessed" {
				continue
			}
			inForms := slices.Contains(f.Subject.Forms, a) && slices.Contains(f.Subject.Forms, b) && f.Detector == "dup-form"
			inFields := slices.ContainsFunc(f.Subject.Fields, func(p [2]string) bool { return p[0] == a }) && slices.ContainsFunc(f.Subject.Fields, func(p [2]string) bool { return p[0] == b })
			if inForms || inFields {
				t.Errorf("%s is reported by %s, though %s", look.Subject, look.Detector, look.Why)
			}
		}
	}
}

// undeclared is the same county where nobody told what the forms are: labels, types, roles and cycles are unknown.
func undeclared(t *testing.T, s simulated) simulated {
	t.Helper()
	registry, err := queries.OpenRegistry(t.Context(), s.input.Store)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range registry.Forms() {
		f.Title, f.Cycle, f.Per, f.Prefilled, f.Basis, f.Approved = f.ID, "", "", nil, "", false
		for i, old := range f.Fields {
			f.Fields[i] = queries.Field{Form: f.ID, ID: old.ID, Label: old.ID, Target: math.NaN(), Declared: true}
		}
		registry.DeclareForm(f)
	}
	s.input.Registry = registry
	return s
}

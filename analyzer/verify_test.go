package analyzer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

// clue is one finding of a test.
type clue struct {
	unit, form, family string
	p, q               float64 // NaN: none
	flags              []string
	status             string
}

func (c clue) finding(i int) queries.Finding {
	f := queries.Finding{
		ID: fmt.Sprintf("%s/%s/%s/%d", c.unit, c.form, c.family, i), Detector: "fab-" + c.family, Family: "fabrication", Status: "open", Severity: "medium",
		Subject: queries.Subject{Units: []string{c.unit}, Forms: []string{c.form}},
		From:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC),
		Evidence: queries.Evidence{Detail: map[string]any{"family": c.family}},
	}
	if c.status != "" {
		f.Status = c.status
	}
	if !math.IsNaN(c.p) {
		f.P = &c.p
	}
	if !math.IsNaN(c.q) {
		f.Q = &c.q
	}
	for _, flag := range c.flags {
		f.Evidence.Detail[flag] = true
	}
	return f
}

func verifyPolicy(t interface{ Fatal(...any) }) *Policy {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

func TestVerifyListRecommends(t *testing.T) {
	none := math.NaN()
	strong := []string{"beyond_peers", "sustained"}
	for _, c := range []struct {
		name        string
		clues       []clue
		recommended bool
		families    []string
	}{
		{"one family, clear", []clue{{"u", "f", "copying", 1e-4, 1e-3, nil, ""}}, false, []string{"copying"}},
		{"one family, overwhelming", []clue{{"u", "f", "copying", 1e-12, 1e-9, strong, ""}}, true, []string{"copying"}},
		{"overwhelming, but not beyond its peers", []clue{{"u", "f", "copying", 1e-12, 1e-9, []string{"sustained"}, ""}}, false, []string{"copying"}},
		{"overwhelming, but once only", []clue{{"u", "f", "copying", 1e-12, 1e-9, []string{"beyond_peers"}, ""}}, false, []string{"copying"}},
		{"overwhelming, an innocent cause is open", []clue{{"u", "f", "copying", 1e-12, 1e-9, append(slices.Clone(strong), "innocent_open"), ""}}, false, []string{"copying"}},
		{"q of 2e-6 is not overwhelming", []clue{{"u", "f", "copying", 2e-9, 2e-6, strong, ""}}, false, []string{"copying"}},
		{"two families agree", []clue{{"u", "f", "copying", 1e-4, 0.01, nil, ""}, {"u", "f", "target", 2e-4, 0.02, nil, ""}}, true, []string{"copying", "target"}},
		{"two families that may see one artefact", []clue{{"u", "f", "copying", 1e-4, 0.01, nil, ""}, {"u", "f", "digits", 2e-4, 0.02, nil, ""}}, false, []string{"copying", "digits"}},
		{"these, much surer, but like some peer", []clue{{"u", "f", "copying", 1e-6, 1e-3, nil, ""}, {"u", "f", "digits", 2e-6, 2e-3, nil, ""}}, false, []string{"copying", "digits"}},
		{"these, much surer and beyond every peer", []clue{{"u", "f", "copying", 1e-6, 1e-3, []string{"beyond_peers"}, ""}, {"u", "f", "digits", 2e-6, 2e-3, nil, ""}}, true, []string{"copying", "digits"}},
		{"a third family beside an echo", []clue{{"u", "f", "copying", 1e-4, 0.01, nil, ""}, {"u", "f", "digits", 2e-4, 0.02, nil, ""}, {"u", "f", "timing", 1e-4, 0.01, nil, ""}}, true, []string{"copying", "digits", "timing"}},
		{"two families, in one an innocent cause is open", []clue{{"u", "f", "copying", 1e-4, 0.01, []string{"innocent_open"}, ""}, {"u", "f", "target", 2e-4, 0.02, nil, ""}}, false, []string{"copying", "target"}},
		{"two families, in one an innocent cause is open for one of two findings", []clue{
			{"u", "f", "copying", 1e-4, 0.01, []string{"innocent_open"}, ""}, {"u", "f", "copying", 1e-4, 0.01, nil, ""}, {"u", "f", "target", 2e-4, 0.02, nil, ""},
		}, true, []string{"copying", "target"}},
		{"overwhelming findings are not the extreme ones", []clue{{"u", "f", "copying", 1e-12, 1e-9, nil, ""}, {"u", "f", "copying", 1e-3, 0.01, strong, ""}}, false, []string{"copying"}},
		{"a contradiction that may be a matter of rounding", []clue{{"u", "f", "consistency", none, none, []string{"deterministic", "innocent_open"}, ""}}, false, []string{"consistency"}},
		{"certainty in a matter of degree", []clue{{"u", "f", "copying", none, none, []string{"deterministic"}, ""}}, false, []string{"copying"}},
		{"two detectors of one family do not agree with one another", []clue{{"u", "f", "copying", 1e-4, 0.01, nil, ""}, {"u", "f", "copying", 1e-4, 0.01, nil, ""}}, false, []string{"copying"}},
		{"the second family is weak", []clue{{"u", "f", "copying", 1e-4, 0.01, nil, ""}, {"u", "f", "digits", 0.01, 0.3, nil, ""}}, false, []string{"copying"}},
		{"families on two forms of the unit", []clue{{"u", "f", "copying", 1e-4, 0.01, nil, ""}, {"u", "g", "digits", 1e-4, 0.01, nil, ""}}, false, []string{"copying"}},
		{"a contradiction", []clue{{"u", "f", "consistency", none, none, []string{"deterministic"}, ""}}, true, []string{"consistency"}},
		{"triage without p", []clue{{"u", "f", "dynamics", none, none, nil, ""}}, false, []string{"dynamics"}},
		{"q alone", []clue{{"u", "f", "copying", none, 0.01, nil, ""}, {"u", "f", "target", none, 0.02, nil, ""}}, true, []string{"copying", "target"}},
		{"no family is named", []clue{{"u", "f", "copying", 1e-4, 0.01, nil, ""}, {"u", "f", "", 1e-4, 0.01, nil, ""}}, false, []string{"copying"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all []queries.Finding
			for i, x := range c.clues {
				all = append(all, x.finding(i))
			}
			list := VerifyList(all, verifyPolicy(t))
			got := list[0]
			if got.Unit != "u" || got.Form != "f" || got.Priority != 1 || got.Recommended != c.recommended || !slices.Equal(got.Families, c.families) {
				t.Fatalf("%+v", got)
			}
			if got.Period != "2026-01/2026-06" {
				t.Error(got.Period)
			}
		})
	}
}

func TestVerifyListLeavesOut(t *testing.T) {
	pool := clue{"u", "f", "digits", 1e-9, 1e-6, nil, ""}.finding(0)
	pool.Subject.Units = nil
	group := clue{"u", "f", "copying", 1e-9, 1e-6, nil, ""}.finding(1)
	group.Subject.Units = []string{"u", "v"}
	other := clue{"u", "f", "copying", 1e-9, 1e-6, nil, ""}.finding(2)
	other.Family = "duplicate"
	all := []queries.Finding{pool, group, other}
	for i, status := range []string{"not_assessed", "waived", "explained", "false_alarm"} {
		all = append(all, clue{"u", "f", "copying", 1e-9, 1e-6, nil, status}.finding(10+i))
	}
	if list := VerifyList(all, verifyPolicy(t)); len(list) != 0 {
		t.Fatalf("%+v", list)
	}
}

func TestVerifyListOrders(t *testing.T) {
	all := []queries.Finding{
		clue{"weak", "f", "copying", 1e-4, 0.01, nil, ""}.finding(0),
		clue{"weaker", "f", "copying", 1e-3, 0.04, nil, ""}.finding(1),
		clue{"two", "f", "copying", 1e-5, 0.001, nil, ""}.finding(2),
		clue{"two", "f", "digits", 1e-5, 0.001, nil, ""}.finding(3),
		clue{"proven", "f", "timing", math.NaN(), math.NaN(), []string{"deterministic"}, ""}.finding(4),
		clue{"two", "f", "copying", 1e-9, 1e-6, nil, ""}.finding(5),
	}
	list := VerifyList(all, verifyPolicy(t))
	var order []string
	for i, v := range list {
		order = append(order, v.Unit)
		if v.Priority != i+1 {
			t.Errorf("%s has priority %d at place %d", v.Unit, v.Priority, i+1)
		}
	}
	if diff := cmp.Diff([]string{"proven", "two", "weak", "weaker"}, order); diff != "" {
		t.Fatal(diff)
	}
	if got := list[1].Findings; got[0] != "two/f/copying/5" {
		t.Errorf("the strongest finding comes first: %v", got)
	}
}

// A grave case comes before a slight one of the same strength.
func TestVerifyListWeighsStakes(t *testing.T) {
	slight, grave := clue{"a", "f", "copying", 1e-4, 0.01, nil, ""}.finding(0), clue{"b", "f", "copying", 1e-4, 0.01, nil, ""}.finding(1)
	slight.Severity, grave.Severity = "low", "high"
	if list := VerifyList([]queries.Finding{slight, grave}, verifyPolicy(t)); list[0].Unit != "b" {
		t.Fatalf("%+v", list)
	}
}

// The correction counts the tests that found nothing: p of 1e-4 among ten tests speaks, among ten thousand it does not.
func TestVerifyListCountsAllTests(t *testing.T) {
	for _, c := range []struct {
		tests any
		q     float64
		want  bool
	}{{10, 1e-3, true}, {10000.0, 1e-3, false}, {nil, 1e-3, true}, {nil, 0.5, false}} {
		a, b := clue{"u", "f", "copying", 1e-4, c.q, nil, ""}.finding(0), clue{"u", "f", "target", 1e-4, c.q, nil, ""}.finding(1)
		if c.tests != nil {
			a.Evidence.Detail["tests"], b.Evidence.Detail["tests"] = c.tests, c.tests
		}
		if list := VerifyList([]queries.Finding{a, b}, verifyPolicy(t)); list[0].Recommended != c.want {
			t.Errorf("%+v: %+v", c, list[0])
		}
	}
}

// The number of tests is recovered from p and q as the step-up correction makes them.
func TestTestsAreRecoveredFromPAndQ(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made := rapid.IntRange(1, 5000).Draw(t, "tests")
		n := rapid.IntRange(1, min(made, 20)).Draw(t, "findings")
		var all []queries.Finding
		for i := range n {
			p := float64(i+1) * 1e-6 // q = p m / rank is the same for all
			all = append(all, clue{fmt.Sprint(i), "f", "copying", p, math.Min(1, p*float64(made)/float64(i+1)), nil, ""}.finding(i))
		}
		if got := testsByFamily(all)["copying"]; got != made {
			t.Fatalf("%d tests, %d were made", got, made)
		}
	})
}

// The order in which detectors speak changes nothing.
func TestVerifyListDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []queries.Finding
		for i := range rapid.IntRange(1, 30).Draw(t, "n") {
			p := math.Pow(10, -rapid.Float64Range(1, 12).Draw(t, "p"))
			all = append(all, clue{
				rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "unit"), rapid.SampledFrom([]string{"f", "g"}).Draw(t, "form"),
				rapid.SampledFrom([]string{"copying", "digits", "target", "timing"}).Draw(t, "family"), p, math.Min(1, p*50), nil, "",
			}.finding(i))
		}
		policy := verifyPolicy(t)
		before := VerifyList(slices.Clone(all), policy)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if diff := cmp.Diff(before, VerifyList(all, policy)); diff != "" {
			t.Fatal(diff)
		}
	})
}

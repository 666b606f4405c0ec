package analyzer_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
)

const identity = "fab-identity"

// accounts is a form whose figures depend on one another: details and their total, a stock with what comes and goes, a rate.
func (w *world) accounts(id string) *sheet {
	fields := []figure{
		{id: "total", measure: "flow", mean: 1, noise: 6},
		{id: "a", measure: "flow", mean: 40, noise: 6},
		{id: "b", measure: "flow", mean: 25, noise: 6},
		{id: "c", measure: "flow", mean: 60, noise: 6},
		{id: "opening", measure: "stock", mean: 1, noise: 6},
		{id: "in", measure: "flow", mean: 6, noise: 6},
		{id: "out", measure: "flow", mean: 6, noise: 6},
		{id: "closing", measure: "stock", mean: 1, noise: 6},
		{id: "due", measure: "flow", mean: 150, noise: 6},
		{id: "done", measure: "flow", mean: 1, noise: 6},
		{id: "rate", measure: "rate", mean: 1, noise: 6},
		{id: "persons", measure: "flow", mean: 30, noise: 6},
		{id: "women", measure: "flow", mean: 1, noise: 6},
	}
	s := w.honest(id, fields...)
	for u := range s.values {
		stock := 200 + math.Round(100*w.rng.Float64())
		for m := range s.values[u] {
			v := s.values[u][m]
			v[0] = v[1] + v[2] + v[3]
			v[4], v[7] = stock, stock+v[5]-v[6]
			stock = v[7]
			v[9] = math.Round(v[8] * (0.7 + 0.25*w.rng.Float64()))
			v[10] = math.Round(1000*v[9]/math.Max(1, v[8])) / 10
			v[12] = math.Round(v[11] * math.Min(1, 0.3+0.75*w.rng.Float64()))
		}
	}
	return s
}

func TestIdentityNamesTheUnitThatContradictsItself(t *testing.T) {
	w := newWorld(30, 24)
	s := w.accounts("ledger")
	for _, m := range []int{3, 5, 8, 9, 12, 15, 19, 22} {
		s.values[4][m][0] = math.Round(s.values[4][m][0] * (1.2 + 0.4*w.rng.Float64())) // the total is made up
		s.values[9][m][10] = 92 + math.Round(70*w.rng.Float64())/10                     // and here the rate
		s.values[14][m][7] += 20 + math.Round(30*w.rng.Float64())                       // and the stock
	}
	s.values[20][7][0] += 90                                          // one slip
	s.values[21][7][0] *= 10                                          // a decimal slip
	for _, m := range []int{2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22} { // another reading: the total without c
		s.values[22][m][0] -= s.values[22][m][3]
	}
	w.hand(s)
	in := w.input(t)
	all := fabricationFindings(t, in, identity)
	readable(t, all)
	certain := map[string]bool{}
	for _, f := range about(all, identity, "ledger") {
		if f.Evidence.Detail["deterministic"] == true {
			certain[f.Subject.Units[0]] = true
		}
		t.Log(f.Subject.Units, f.Evidence.Message.Params["rule"], f.Evidence.Message.Params["n"], f.Evidence.Detail["standing"], f.Evidence.Detail["rules"], *f.Q)
	}
	for _, u := range []int{4, 9, 14} {
		if !certain[unitCode(u)] {
			t.Errorf("%s is not found", unitCode(u))
		}
	}
	if len(certain) != 3 {
		t.Errorf("certain contradictions of %v", certain)
	}
	for _, item := range analyzer.VerifyList(all, in.Policy) {
		if item.Recommended != certain[item.Unit] {
			t.Errorf("%s: recommended %v", item.Unit, item.Recommended)
		}
	}
}

// Honest units make slips, round, leave figures blank, and hand in revised sheets; forms whose figures only seem to depend on
// one another are in the world too.
func TestIdentityIsSilentOnHonestForms(t *testing.T) {
	pairs := 0
	for seed := range 5 {
		w := newWorld(40, 24)
		for range seed {
			w.rng.Uint64()
		}
		for i := range 6 {
			s := w.accounts(fmt.Sprint("ledger", i))
			for u := range s.values {
				careless := 0.004
				if u%13 == 5 {
					careless = 0.03
				}
				for m := range s.values[u] {
					v := s.values[u][m]
					if w.rng.Float64() < careless {
						f := w.rng.IntN(len(v))
						v[f] = honestSlip(w.rng.IntN(4), v[f])
					}
					if u == 7 { // rounds to tens, total and all
						for _, f := range []int{0, 1, 2, 3} {
							v[f] = math.Round(v[f]/10) * 10
						}
					}
					if u == 11 { // adds another figure to the total, always
						v[0] += v[8]
					}
				}
			}
			w.hand(s)
		}
		for i := range 2 {
			w.hand(w.honest(fmt.Sprint("loose", i), flows(8)...))
			pairs += w.units
		}
		pairs += 6 * w.units
		in := w.input(t)
		all := fabricationFindings(t, in, identity)
		readable(t, all)
		for _, item := range analyzer.VerifyList(all, in.Policy) {
			if item.Recommended {
				t.Errorf("world %d: %s %s is recommended", seed, item.Unit, item.Form)
			}
		}
		for _, f := range all {
			if f.Evidence.Detail["deterministic"] == true {
				t.Errorf("world %d: %v: %v", seed, f.Subject, f.Evidence.Message.Params)
			}
		}
		if testing.Short() {
			break
		}
	}
	t.Logf("%d pairs of unit and form", pairs)
}

func honestSlip(kind int, v float64) float64 {
	switch kind {
	case 0:
		return v * 10
	case 1:
		return v + 10
	case 2:
		return 0
	}
	return math.Floor(v/10) + 10*math.Mod(v, 10)
}

// A rule of the policy file binds from a day on, and a rule that does not fit the form is answered, not ignored.
func TestDeclaredIdentities(t *testing.T) {
	w := newWorld(20, 12)
	s := w.honest("sheet", flows(3)...)
	for u := range s.values {
		for m := range s.values[u] {
			v := s.values[u][m]
			v[2] = v[0] + v[1] + float64(1+w.rng.IntN(30))
		}
	}
	for _, m := range []int{1, 2, 3, 9, 10} {
		s.values[3][m][2] = math.Floor(s.values[3][m][0] / 2) // before July nothing is bound
		s.values[5][m][2] = math.Floor(s.values[5][m][1] / 3)
	}
	s.values[5][9], s.values[5][10] = []float64{20, 30, 60}, []float64{20, 30, 60}
	w.hand(s)
	in := w.input(t)
	file := filepath.Join(t.TempDir(), "policy.yaml")
	text := "version: local-1\nidentities:\n  - {form: sheet, rule: \"f0 + f1 <= f2\", since: 2026-03-01, version: v7}\n  - {form: sheet, rule: \"f9 = f0 + f1\"}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	policy, err := analyzer.LoadPolicy(file)
	if err != nil {
		t.Fatal(err)
	}
	in.Policy = policy
	all := fabricationFindings(t, in, identity)
	readable(t, all)
	found := about(all, identity, "sheet")
	if len(found) != 1 || found[0].Subject.Units[0] != unitCode(3) {
		t.Fatalf("%+v", found)
	}
	f := found[0]
	if f.Evidence.Detail["deterministic"] != true || f.Evidence.Detail["rule_version"] != "v7" || f.Evidence.Detail["standing"] != 2 {
		t.Errorf("%+v", f.Evidence.Detail)
	}
	if !slices.ContainsFunc(f.Explanations, func(m queries.Message) bool { return m.Key == "fab.explain.identity_typo" }) {
		t.Error("slips were not considered")
	}
	answered := false
	for _, f := range all {
		answered = answered || f.Status == "not_assessed" && strings.Contains(fmt.Sprint(f.Reason.Params["fault"]), `"f9"`)
	}
	if !answered {
		t.Error("nobody says that there is no field f9")
	}
	if err := os.WriteFile(file, []byte("version: x\nidentities:\n  - {form: \"\", rule: \"a = b +\", since: soon}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = analyzer.LoadPolicy(file)
	for _, want := range []string{":3: identities[0].form", ":3: identities[0].rule", "character 8", ":3: identities[0].since"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
}

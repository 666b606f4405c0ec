package analyzer

import (
	"fmt"
	"math"
	"testing"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// Figures of scipy.stats.hypergeom.sf(k-1, all, marked, n), SciPy 1.10.
func TestHypergeometricUpper(t *testing.T) {
	for _, c := range []struct {
		k, n, marked, all int
		want              float64
	}{{5, 10, 12, 150, 0.0002742034028898434}, {3, 20, 3, 150, 0.002067839651732269}, {0, 5, 3, 20, 1}, {8, 12, 9, 60, 1.622117877877531e-06}} {
		if got := hypergeometricUpper(c.k, c.n, c.marked, c.all); math.Abs(got/c.want-1) > 1e-9 {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestTownsAreComparedWithOneAnother(t *testing.T) {
	store := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	var pairs []queries.ReportedPair
	code := func(town, village int) string { return fmt.Sprintf("t%d-%02d", town, village) }
	for town := range 8 {
		registry.DeclareUnit(queries.Unit{Code: fmt.Sprintf("t%d", town), Kind: "town"})
		for village := range 15 {
			registry.DeclareUnit(queries.Unit{Code: code(town, village), Parent: fmt.Sprintf("t%d", town), Kind: "village"})
			for _, form := range []string{"f", "g"} {
				pairs = append(pairs, queries.ReportedPair{Unit: code(town, village), Form: form})
			}
		}
	}
	in := Input{Store: store, Registry: registry, Policy: verifyPolicy(t)}
	for _, c := range []struct {
		name  string
		shown []int // villages with signs in each town
		want  []string
	}{
		{"nothing", []int{0, 0, 0, 0, 0, 0, 0, 0}, nil},
		{"one town alone", []int{0, 0, 9, 0, 1, 0, 0, 1}, []string{"t2"}},
		{"signs everywhere", []int{6, 5, 7, 6, 5, 6, 4, 7}, nil},
		{"two villages of one town", []int{2, 0, 0, 0, 0, 0, 0, 0}, nil},
		{"one in each", []int{1, 1, 1, 1, 1, 1, 1, 3}, nil},
	} {
		clean := map[[2]string]bool{}
		for town, n := range c.shown {
			for village := range n {
				clean[[2]string{code(town, village), "f"}] = true
				clean[[2]string{code(town, village), "g"}] = true // a village counts once
			}
		}
		var got []string
		for _, f := range compareTowns(in, pairs, clean) {
			got = append(got, f.Subject.Units...)
			if speaks(f) {
				t.Errorf("%s: a finding on a town recommends nothing: %+v", c.name, f.Subject)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

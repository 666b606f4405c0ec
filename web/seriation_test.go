package web

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

// Whatever overlaps, every form stands in one place, no matrix is too large, and groups keep together.
func TestClusters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 80).Draw(t, "forms")
		var overlaps []queries.FormOverlap
		pairs := map[[2]int]bool{}
		for range rapid.IntRange(0, 200).Draw(t, "overlaps") {
			a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
			if a == b || pairs[[2]int{min(a, b), max(a, b)}] {
				continue
			}
			pairs[[2]int{min(a, b), max(a, b)}] = true
			overlaps = append(overlaps, queries.FormOverlap{
				A: fmt.Sprint("f", a), B: fmt.Sprint("f", b), Share: [2]float64{rapid.Float64Range(0.01, 1).Draw(t, "x"), rapid.Float64Range(0.01, 1).Draw(t, "y")},
				Hours: queries.Hours{Mid: rapid.Float64Range(0, 100).Draw(t, "hours")},
			})
		}
		groups := clusters(overlaps)
		want := map[string]bool{}
		for _, o := range overlaps {
			want[o.A], want[o.B] = true, true
		}
		var all []string
		for i, g := range groups {
			all = append(all, g.forms...)
			if len(g.forms) > matrixForms || i > 0 && g.hours > groups[i-1].hours {
				t.Fatalf("group %d of %d forms saves %v", i, len(g.forms), g.hours)
			}
		}
		slices.Sort(all)
		if len(slices.Compact(slices.Clone(all))) != len(want) || len(all) != len(want) {
			t.Fatalf("%d forms of %d", len(all), len(want))
		}
		var packed []string
		for _, m := range matrices(groups) {
			size := 0
			for _, g := range m {
				size += len(g.forms)
				packed = append(packed, g.forms...)
			}
			if size > matrixForms || size == 0 {
				t.Fatalf("a matrix of %d", size)
			}
		}
		if len(packed) != len(all) {
			t.Fatalf("%d forms in matrices", len(packed))
		}
	})
}

// A chain of forms, each like the next, is laid out as a chain, wherever it begins.
func TestSeriationFindsTheChain(t *testing.T) {
	var overlaps []queries.FormOverlap
	for i, pair := range [][2]string{{"d", "c"}, {"a", "b"}, {"e", "d"}, {"b", "c"}} {
		overlaps = append(overlaps, queries.FormOverlap{A: pair[0], B: pair[1], Share: [2]float64{0.9 - float64(i)/10, 0.1}})
	}
	groups := clusters(overlaps)
	if len(groups) != 1 {
		t.Fatalf("%d groups", len(groups))
	}
	order := groups[0].forms
	if order[0] > order[4] {
		slices.Reverse(order)
	}
	if got := fmt.Sprint(order); got != "[a b c d e]" {
		t.Error(got)
	}
}

package analyzer

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

// However pairs are drawn, an item has at most one field of a form, no field is in two items, and the order of the pairs
// does not matter.
func TestClustersHoldOneFieldOfAForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pairs []fieldPair
		seen := map[[2]fieldRef]bool{}
		for i := range rapid.IntRange(0, 30).Draw(t, "pairs") {
			a := fieldRef{rapid.IntRange(0, 4).Draw(t, "form a"), rapid.IntRange(0, 3).Draw(t, "field a")}
			b := fieldRef{rapid.IntRange(5, 8).Draw(t, "form b"), rapid.IntRange(0, 3).Draw(t, "field b")}
			if !seen[[2]fieldRef{a, b}] {
				seen[[2]fieldRef{a, b}] = true
				// No two pairs are equally strong.
				pairs = append(pairs, fieldPair{a: a, b: b, match: Match{Score: rapid.Float64Range(0.5, 1).Draw(t, "score"), Why: Why{LogOdds: float64(i)}}})
			}
		}
		items := cluster(pairs, 0.5)
		in := map[fieldRef]bool{}
		for _, item := range items {
			forms := map[int]bool{}
			for _, r := range item.members {
				if forms[r.form] || in[r] {
					t.Fatalf("%v is in the item or the form twice: %v", r, item.members)
				}
				forms[r.form], in[r] = true, true
			}
			if len(item.members) < 2 || len(item.pairs) == 0 {
				t.Fatalf("an item of %d fields and %d pairs", len(item.members), len(item.pairs))
			}
		}
		members := func(items []*dataItem) [][][2]int {
			var out [][][2]int
			for _, item := range items {
				var refs [][2]int
				for _, r := range item.members {
					refs = append(refs, [2]int{r.form, r.field})
				}
				out = append(out, refs)
			}
			return out
		}
		slices.Reverse(pairs)
		if diff := cmp.Diff(members(items), members(cluster(pairs, 0.5))); diff != "" {
			t.Fatalf("another order, other items: %s", diff)
		}
	})
}

// One pair does not string two groups together.
func TestClusterNeedsSupport(t *testing.T) {
	pair := func(a, b int, score float64) fieldPair {
		return fieldPair{a: fieldRef{a, 0}, b: fieldRef{b, 0}, match: Match{Score: score}}
	}
	items := cluster([]fieldPair{
		pair(0, 1, 0.99), pair(0, 2, 0.98), pair(1, 2, 0.97), pair(3, 4, 0.96), pair(3, 5, 0.95), pair(4, 5, 0.94), pair(2, 3, 0.9),
	}, 0.5)
	if len(items) != 2 || len(items[0].members) != 3 || len(items[1].members) != 3 {
		t.Errorf("%d items", len(items))
	}
}

func TestLongerPeriods(t *testing.T) {
	day := func(s string) int32 {
		at, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return int32(queries.DayNumber(at))
	}
	for _, c := range []struct {
		cycle, first, longer, start string
		within                      int
	}{
		{"month", "2026-05-01", "quarter", "2026-04-01", 3},
		{"month", "2026-05-01", "half", "2026-01-01", 6},
		{"month", "2026-12-01", "year", "2026-01-01", 12},
		{"quarter", "2026-10-01", "year", "2026-01-01", 4},
		{"half", "2026-07-01", "year", "2026-01-01", 2},
		{"day", "2026-02-10", "month", "2026-02-01", 28},
		{"day", "2026-02-11", "week", "2026-02-09", 7},
		// The week of Monday, 29 June has its Thursday in July, which has five Thursdays.
		{"week", "2026-06-29", "month", "2026-07-01", 5},
		{"week", "2025-12-29", "year", "2026-01-01", 53},
	} {
		f := &dupForm{cycle: c.cycle}
		if got := f.longerDay(day(c.first), c.longer); got != day(c.start) {
			t.Errorf("%s from %s lies in the %s of %s", c.cycle, c.first, c.longer, queries.DayOf(int(got)).Format("2006-01-02"))
		}
		if got := f.periodsWithin(day(c.start), c.longer); got != c.within {
			t.Errorf("%d times %s in the %s from %s, want %d", got, c.cycle, c.longer, c.start, c.within)
		}
	}
}

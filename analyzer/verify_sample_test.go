package analyzer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
)

// auditWorld is 60 villages and 12 communities with two forms each; the first ten villages are on the list for form a, the
// first two of them recommended.
func auditWorld() (pairs []queries.ReportedPair, items []queries.VerifyItem, kind func(string) string) {
	for u := range 72 {
		for _, form := range []string{"a", "b"} {
			pairs = append(pairs, queries.ReportedPair{Unit: fmt.Sprintf("%02d", u), Form: form, From: month(1), To: month(6)})
		}
		if u < 10 {
			items = append(items, queries.VerifyItem{Unit: fmt.Sprintf("%02d", u), Form: "a", Priority: u + 1, Recommended: u < 2})
		}
	}
	return pairs, items, func(unit string) string {
		if unit >= "60" {
			return "community"
		}
		return "village"
	}
}

func TestAuditSample(t *testing.T) {
	pairs, items, kind := auditWorld()
	skip := map[[2]string]bool{{"05", "a"}: true}
	sample := auditSample(pairs, items, skip, kind, month(7), 20)
	if len(sample) != 20 {
		t.Fatalf("%d rows", len(sample))
	}
	drawn, stands := map[string]int{}, map[string]float64{}
	for _, a := range sample {
		drawn[a.Stratum]++
		stands[a.Stratum] += a.Weight()
		if a.Form == "a" && (a.Unit < "02" || a.Unit == "05") {
			t.Errorf("%s is recommended or answered", a.Unit)
		}
		if a.Period != "2026-01/2026-06" {
			t.Error(a.Period)
		}
	}
	if diff := cmp.Diff(map[string]int{"village/some": 7, "village/none": 11, "community/none": 2}, drawn); diff != "" {
		t.Error(diff) // all seven on the list, and the rest by size: 110 pairs to 24
	}
	for stratum, want := range map[string]float64{"village/some": 7, "village/none": 110, "community/none": 24} {
		if math.Abs(stands[stratum]-want) > 1e-9 {
			t.Errorf("the rows of %s stand for %v pairs of %v", stratum, stands[stratum], want)
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	slices.Reverse(items)
	if diff := cmp.Diff(sample, auditSample(pairs, items, skip, kind, month(7), 20)); diff != "" {
		t.Errorf("the order in which pairs come changes the sample: %s", diff)
	}
	if cmp.Equal(sample, auditSample(pairs, items, skip, kind, month(8), 20)) {
		t.Error("another month draws the same pairs")
	}
}

func TestAuditSampleOfSmallCounties(t *testing.T) {
	pairs, items, kind := auditWorld()
	for _, size := range []int{0, 1, 3, 500} {
		sample := auditSample(pairs, items, nil, kind, month(7), size)
		if want := min(size, len(pairs)-2); len(sample) != want {
			t.Errorf("%d rows of %d", len(sample), want)
		}
		for _, a := range sample {
			if size == 500 && a.Weight() != 1 {
				t.Errorf("where all are drawn each stands for itself: %+v", a)
			}
		}
	}
	if sample := auditSample(nil, nil, nil, kind, month(7), 20); len(sample) != 0 {
		t.Errorf("%+v", sample)
	}
}

// Over the months every pair has its turn as often as its stratum says.
func TestAuditSampleIsFair(t *testing.T) {
	pairs, _, kind := auditWorld()
	const months, size = 400, 20
	turns := map[[2]string]int{}
	for m := range months {
		for _, a := range auditSample(pairs, nil, nil, kind, month(1+m), size) {
			turns[[2]string{a.Unit, a.Form}]++
		}
	}
	// 120 pairs of villages share 17 draws and 24 of communities 3: chi squared on 143 degrees of freedom.
	chi := 0.0
	for _, p := range pairs {
		expected := months * 17.0 / 120
		if kind(p.Unit) == "community" {
			expected = months * 3.0 / 24
		}
		d := float64(turns[[2]string{p.Unit, p.Form}]) - expected
		chi += d * d / expected
	}
	if chi < 80 || chi > 200 { // scipy.stats.chi2.ppf([1e-4, 1-1e-3], 142): 86.9, 198.0; draws without replacement vary less
		t.Errorf("chi squared %v", chi)
	}
}

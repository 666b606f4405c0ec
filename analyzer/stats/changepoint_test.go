package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The annual flow of the Nile at Aswan, 1871-1970, in 10^8 m³ (Cobb 1978; data set Nile of R). It falls once, after 1898,
// when the first dam was begun: the change point that every textbook finds.
var nile = []float64{
	1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
	1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
	831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
	781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
	744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
}

func TestChangePointOfTheNile(t *testing.T) {
	s := NoiseSD(nile)
	got := ChangePoints(nile, 2*s*s*math.Log(float64(len(nile))), 2)
	if !slices.Equal(got, []int{28}) {
		t.Fatalf("%v, noise %v", got, s)
	}
}

// Pruning must not change the result: compare with every way of cutting the series.
func TestChangePointsAreOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(-5, 5), 0, 10).Draw(t, "xs")
		penalty := rapid.Float64Range(0.1, 20).Draw(t, "penalty")
		segment := rapid.IntRange(1, 4).Draw(t, "segment")
		total := func(changes []int) float64 {
			sum, from := 0.0, 0
			for _, to := range append(slices.Clone(changes), len(xs)) {
				mean := 0.0
				for _, x := range xs[from:to] {
					mean += x / float64(to-from)
				}
				for _, x := range xs[from:to] {
					sum += (x - mean) * (x - mean)
				}
				from = to
			}
			return sum + penalty*float64(len(changes))
		}
		least := math.Inf(1)
		for mask := range 1 << max(0, len(xs)-1) {
			var changes []int
			from, whole := 0, true
			for i := 1; i < len(xs); i++ {
				if mask>>(i-1)&1 == 1 {
					whole = whole && i-from >= segment
					changes, from = append(changes, i), i
				}
			}
			if whole && (len(changes) == 0 || len(xs)-from >= segment) {
				least = math.Min(least, total(changes))
			}
		}
		got := ChangePoints(xs, penalty, segment)
		if diff := total(got) - least; diff > 1e-9 {
			t.Fatalf("%v costs %v more than the best", got, diff)
		}
	})
}

func TestNoiseSDIgnoresAStep(t *testing.T) {
	rng := NewRand(1, "noise")
	xs := make([]float64, 2000)
	for i := range xs {
		xs[i] = 3 * rng.NormFloat64()
		if i >= 1000 {
			xs[i] += 500
		}
	}
	if s := NoiseSD(xs); math.Abs(s-3) > 0.2 {
		t.Fatal(s)
	}
	if !math.IsNaN(NoiseSD(nil)) {
		t.Fatal("no noise without a series")
	}
}

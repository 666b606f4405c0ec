package stats_test

import (
	"math"
	"testing"

	"github.com/jianfu/jianfu/analyzer/stats"
)

func TestTruncatedProduct(t *testing.T) {
	for _, c := range []struct {
		name  string
		small []float64
		tests int
		tau   float64
		want  float64
	}{
		{"none", nil, 5, 0.05, 1},
		{"one test is itself", []float64{0.01}, 1, 0.05, 0.01},
		// 1 - (1-0.05)^5: the product is at tau, so any one test at most tau does it.
		{"the least evidence there is", []float64{0.05}, 5, 0.05, 1 - math.Pow(0.95, 5)},
		// Fisher's method: scipy.stats.combine_pvalues([0.1, 0.2, 0.3]).pvalue = 0.11516...
		{"tau of one is Fisher", []float64{0.1, 0.2, 0.3}, 3, 1, 0.006 * (1 - math.Log(0.006) + math.Log(0.006)*math.Log(0.006)/2)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := stats.TruncatedProduct(c.small, c.tests, c.tau); math.Abs(got-c.want) > 1e-12 {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Under the null the combination must reject as often as it says.
func TestTruncatedProductIsCalibrated(t *testing.T) {
	rng := stats.NewRand(1, "truncated product")
	const draws, tau = 20000, 0.1
	below := map[float64]int{0.2: 0, 0.05: 0, 0.01: 0}
	for range draws {
		var small []float64
		for range 12 {
			if p := rng.Float64(); p <= tau {
				small = append(small, p)
			}
		}
		got := stats.TruncatedProduct(small, 12, tau)
		for level := range below {
			if got <= level {
				below[level]++
			}
		}
	}
	for level, n := range below {
		if share := float64(n) / draws; math.Abs(share-level) > 4*math.Sqrt(level*(1-level)/draws) {
			t.Errorf("at %v it rejects %v of honest draws", level, share)
		}
	}
}

package stats

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// RiskRatio is the ratio of two shares a/n and b/m with its interval at a level by the logarithm (Katz, Baptista, Azen & Pike
// 1978, Biometrics 34). Where a group shows nothing, one half is added to each count.
func RiskRatio(a, n, b, m int, level float64) (ratio, low, high float64) {
	x, nx, y, ny := float64(a), float64(n), float64(b), float64(m)
	if a == 0 || b == 0 {
		x, nx, y, ny = x+0.5, nx+0.5, y+0.5, ny+0.5
	}
	ratio = x / nx / (y / ny)
	half := distuv.UnitNormal.Quantile(1-(1-level)/2) * math.Sqrt(1/x-1/nx+1/y-1/ny)
	return ratio, ratio * math.Exp(-half), ratio * math.Exp(half)
}

// SignFlip is the one-sided p-value that a sum of differences is as large if each might as well have had the other sign
// (Fisher's randomization test of paired data), by that many random flips; all 2^n are taken where they are fewer. 1 for none.
func SignFlip(differences []float64, flips int, rng *rand.Rand) float64 {
	n := len(differences)
	if n == 0 {
		return 1
	}
	observed := sum(differences)
	if n < 30 && 1<<n <= flips+1 {
		larger := 0
		for mask := range 1 << n {
			total := 0.0
			for i, d := range differences {
				if mask>>i&1 == 1 {
					d = -d
				}
				total += d
			}
			if total >= observed-1e-12 {
				larger++
			}
		}
		return float64(larger) / float64(int(1)<<n)
	}
	larger := 1
	for range flips {
		total := 0.0
		for _, d := range differences {
			if rng.Uint64()&1 == 1 {
				d = -d
			}
			total += d
		}
		if total >= observed-1e-12 {
			larger++
		}
	}
	return float64(larger) / float64(flips+1)
}

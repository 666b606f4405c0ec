package stats

import (
	"math"
	"testing"
)

func TestRiskRatio(t *testing.T) {
	// R: rr <- (12/40)/(4/40); exp(log(rr)+c(-1,1)*qnorm(.975)*sqrt(1/12-1/40+1/4-1/40)) gives 1.0569018 8.5154553.
	ratio, low, high := RiskRatio(12, 40, 4, 40, 0.95)
	if math.Abs(ratio-3) > 1e-12 || math.Abs(low-1.0569018) > 1e-6 || math.Abs(high-8.5154553) > 1e-6 {
		t.Errorf("%v (%v-%v)", ratio, low, high)
	}
	if ratio, low, _ := RiskRatio(5, 40, 0, 40, 0.95); math.IsInf(ratio, 0) || low > ratio {
		t.Errorf("nothing in one group: %v, %v", ratio, low)
	}
}

func TestSignFlip(t *testing.T) {
	rng := NewRand(1, "flip")
	// Five positive differences: 1 of 32. With one against four of equal size: 1 + 5 of 32.
	if p := SignFlip([]float64{1, 2, 3, 4, 5}, 9999, rng); p != 1./32 {
		t.Errorf("all positive: %v", p)
	}
	if p := SignFlip([]float64{1, 1, 1, 1, -1}, 9999, rng); p != 6./32 {
		t.Errorf("four to one: %v", p)
	}
	many := make([]float64, 40)
	for i := range many {
		many[i] = 1
	}
	if p := SignFlip(many, 999, rng); p != 1./1000 {
		t.Errorf("forty positive: %v", p)
	}
	if p := SignFlip(nil, 999, rng); p != 1 {
		t.Errorf("nothing: %v", p)
	}
}

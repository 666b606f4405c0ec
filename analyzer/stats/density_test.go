package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestDensityJumpBaseline(t *testing.T) {
	// rddensity(x, h = c(0.6, 0.6)) of Cattaneo, Jansson & Ma on linspace(-1.5, 1.5, 200) + 0.05 sin(0:199), from the
	// numerical baseline of their package (p = 2, q = 3, triangular kernel, jackknife).
	x := make([]float64, 200)
	for i := range x {
		x[i] = -1.5 + 3*float64(i)/199 + 0.05*math.Sin(float64(i))
	}
	slices.Sort(x)
	d, err := DensityJumpAt(x, 0, 0.6, 0.6)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "left", d.TestBelow, 0.35436788441285694, 1e-9)
	near(t, "right", d.TestAbove, 0.36540670986861795, 1e-9)
	near(t, "se left", d.SEBelow, 0.1934161455053153, 1e-9)
	near(t, "se right", d.SEAbove, 0.25123753881873434, 1e-9)
	near(t, "T", d.T, 0.03481567307558094, 1e-7)
	near(t, "p", d.P, 0.9722267229011303, 1e-8)
	// The same with p = 2 only, rddensity(x, h = c(0.6, 0.6), useall = TRUE).
	near(t, "left, quadratic", d.Below, 0.3403542844764266, 1e-9)
	near(t, "right, quadratic", d.Above, 0.3419898797355181, 1e-9)
	if d.Left != 40 || d.Right != 38 {
		t.Errorf("%d and %d in the bandwidth, want 40 and 38", d.Left, d.Right)
	}
}

func TestDensityJumpUnderTheNull(t *testing.T) {
	rng := NewRand(14, "smooth")
	var p []float64
	for range 400 {
		x := make([]float64, 1500)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		slices.Sort(x)
		h := NormalReferenceBandwidth(x)
		d, err := DensityJumpAt(x, 0.6, h, h)
		if err != nil {
			t.Fatal(err)
		}
		p = append(p, d.P)
	}
	evenlySpread(t, "density jump", p)
}

func TestDensityJumpFindsAJump(t *testing.T) {
	// Half of those just below move just above.
	rng := NewRand(15, "jump")
	x := make([]float64, 4000)
	for i := range x {
		x[i] = rng.NormFloat64()
		if x[i] > 0.3 && x[i] < 0.6 && rng.Float64() < 0.5 {
			x[i] = 0.6 + 0.3*rng.Float64()
		}
	}
	slices.Sort(x)
	d, err := DensityJumpAt(x, 0.6, 0.5, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	if d.P > 1e-4 || d.T < 0 || d.LogRatio() < 0.5 {
		t.Errorf("jump not found: %+v, log ratio %.2f", d, d.LogRatio())
	}
}

func TestDensityJumpRefuses(t *testing.T) {
	x := make([]float64, 500)
	for i := range x {
		x[i] = float64(i)
	}
	for _, c := range [][3]float64{{10, 10, 10}, {250, 0, 50}, {1000, 50, 50}, {-5, 50, 50}} {
		if _, err := DensityJumpAt(x, c[0], c[1], c[2]); err == nil {
			t.Errorf("cut-off %v with bandwidths %v and %v is accepted", c[0], c[1], c[2])
		}
	}
	constant := make([]float64, 500)
	if _, err := DensityJumpAt(constant, 0, 1, 1); err == nil {
		t.Error("a constant is accepted")
	}
}

// Shifting and stretching the unit changes neither the test nor the ratio, and mirroring turns their sign.
func TestDensityJumpInvariances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := NewRand(rapid.Uint64().Draw(t, "seed"), "invariance")
		scale := rapid.Float64Range(0.1, 50).Draw(t, "scale")
		shift := rapid.Float64Range(-100, 100).Draw(t, "shift")
		x, moved, mirrored := make([]float64, 300), make([]float64, 300), make([]float64, 300)
		for i := range x {
			x[i] = rng.NormFloat64()
			moved[i], mirrored[i] = scale*x[i]+shift, -x[i]
		}
		for _, s := range [][]float64{x, moved, mirrored} {
			slices.Sort(s)
		}
		a, errA := DensityJumpAt(x, 0, 1.5, 1.5)
		b, errB := DensityJumpAt(moved, shift, 1.5*scale, 1.5*scale)
		c, errC := DensityJumpAt(mirrored, 0, 1.5, 1.5)
		if errA != nil || errB != nil || errC != nil {
			t.Fatal(errA, errB, errC)
		}
		if a.P < 0 || a.P > 1 {
			t.Fatalf("p = %v", a.P)
		}
		if math.Abs(a.T-b.T) > 1e-6 || math.Abs(a.LogRatio()-b.LogRatio()) > 1e-6 {
			t.Fatalf("moved: T %v and %v, ratio %v and %v", a.T, b.T, a.LogRatio(), b.LogRatio())
		}
		if math.Abs(a.T+c.T) > 0.05*(1+math.Abs(a.T)) {
			t.Fatalf("mirrored: T %v and %v", a.T, c.T)
		}
	})
}

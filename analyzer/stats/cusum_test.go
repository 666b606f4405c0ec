package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Montgomery, Introduction to Statistical Quality Control, table 9.1: twenty values around 10 and ten around 11, standard
// deviation 1. With K = 0.5 and H = 5 the upper sum of table 9.2 passes 5 at the 29th value with N+ = 7, so that the shift
// is put between the 22nd and the 23rd.
var montgomery = []float64{
	9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08,
	9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
}

// The upper sum that he tabulates.
var montgomeryUpper = []float64{
	0, 0, 0, 1.16, 2.82, 2.50, 0.04, 1.00, 0, 0, 0, 0.97, 0.98, 0, 0,
	0, 0.12, 0, 0, 0.34, 0.74, 0, 1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28, 5.30,
}

// NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.3: means of samples of four around 325; h = 4.1959, k = 0.3175. The
// process is out of control from the 14th on.
var nist = []float64{
	324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600,
	324.625, 325.150, 328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350,
}

var (
	nistHigh = []float64{0, 0, 0, 0, 0.03, 0, 0, 0, 0, 0, 0, 0, 3.01, 4.94, 7.45, 10.63, 11.99, 14.44, 16.00, 19.04}
	nistLow  = []float64{0, 0.01, 0, 0.33, 0, 0, 0.56, 0.72, 0.17, 0.25, 0.31, 0, 0, 0, 0, 0, 0, 0, 0, 0}
)

func TestCUSUMOfPublishedExamples(t *testing.T) {
	for _, c := range []struct {
		name                       string
		xs                         []float64
		target, allowance, h       float64
		upper, lower               []float64
		tolerance                  float64
		signal, side, first, count int
	}{
		{"Montgomery", montgomery, 10, 0.5, 5, montgomeryUpper, nil, 0.005, 29, 1, 23, 7},
		{"NIST", nist, 325, 0.3175, 4.1959, nistHigh, nistLow, 0.0051, 14, 1, 13, 2},
	} {
		got := NewCUSUM(c.xs, c.target, c.allowance, c.h)
		// The published numbers count from one.
		if got.Signal != c.signal-1 || got.Side != c.side || got.Onset != c.first-1 || got.Signal-got.Onset+1 != c.count {
			t.Errorf("%s: signal %d, side %d, onset %d", c.name, got.Signal+1, got.Side, got.Onset+1)
		}
		for i := range c.upper {
			if math.Abs(got.Upper[i]-c.upper[i]) > c.tolerance+1e-9 {
				t.Errorf("%s: upper sum %d is %.4f, published %.2f", c.name, i+1, got.Upper[i], c.upper[i])
			}
		}
		for i := range c.lower {
			if math.Abs(got.Lower[i]-c.lower[i]) > c.tolerance+1e-9 {
				t.Errorf("%s: lower sum %d is %.4f, published %.2f", c.name, i+1, got.Lower[i], c.lower[i])
			}
		}
	}
}

// A series turned upside down signals on the other side at the same place.
func TestCUSUMIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(-3, 3), 0, 60).Draw(t, "xs")
		k, h := rapid.Float64Range(0, 1).Draw(t, "k"), rapid.Float64Range(0.5, 6).Draw(t, "h")
		turned := make([]float64, len(xs))
		for i, x := range xs {
			turned[i] = -x
		}
		a, b := NewCUSUM(xs, 0, k, h), NewCUSUM(turned, 0, k, h)
		if a.Signal != b.Signal || a.Side != -b.Side || a.Onset != b.Onset || !slices.Equal(a.Upper, b.Lower) {
			t.Fatalf("%+v\n%+v", a, b)
		}
		if a.Signal >= 0 && (a.Onset > a.Signal || a.Onset < 0) {
			t.Fatalf("%+v", a)
		}
	})
}

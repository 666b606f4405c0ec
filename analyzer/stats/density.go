package stats

import (
	"fmt"
	"math"
	"slices"
)

const (
	// pointOrder is the degree of the local polynomial of the point estimate, testOrder that of the bias-corrected test
	// (Cattaneo, Jansson & Ma 2020: p = 2, q = p + 1).
	pointOrder = 2
	testOrder  = 3
	// minimumSide is the fewest observations on one side within the bandwidth that carry a cubic fit.
	minimumSide = 20
	// normalReference is the constant of the bandwidth 4.21 sd n^(-1/5) that minimises the integrated mean squared error
	// of the one-sided quadratic fit with the triangular kernel if the density is normal: variance constant 40/7, bias
	// constant -1/14.
	normalReference = 4.2106
)

// DensityJump is the local-polynomial density test of a jump at a cut-off (Cattaneo, Jansson & Ma 2020, JASA 115(531)).
type DensityJump struct {
	N                    int // observations
	Left, Right          int // of them within the bandwidth
	Bandwidth            [2]float64
	Below, Above         float64 // density just below and just above the cut-off, quadratic fit, at least 0
	TestBelow, TestAbove float64 // cubic fit, on which the test rests
	SEBelow, SEAbove     float64 // jackknife standard errors of the cubic fit
	T, P                 float64 // (above - below)/se, two-sided
}

// LogRatio is ln(above/below), McCrary's (2008) measure of the jump. A density that is estimated at nothing is held at
// that of one observation in the bandwidth.
func (d DensityJump) LogRatio() float64 {
	floor := func(f, h float64) float64 { return math.Max(f, 1/(float64(d.N)*h)) }
	return math.Log(floor(d.Above, d.Bandwidth[1]) / floor(d.Below, d.Bandwidth[0]))
}

// NormalReferenceBandwidth is 4.21 s n^(-1/5) with s the smaller of the standard deviation and IQR/1.349 of the sorted
// numbers, or the other if one is zero.
func NormalReferenceBandwidth(sorted []float64) float64 {
	n := float64(len(sorted))
	mean := sum(sorted) / n
	var ss float64
	for _, x := range sorted {
		ss += (x - mean) * (x - mean)
	}
	sd := math.Sqrt(ss / math.Max(1, n-1))
	iqr := (QuantileSorted(sorted, 0.75) - QuantileSorted(sorted, 0.25)) / 1.349
	if iqr > 0 && iqr < sd {
		sd = iqr
	}
	return normalReference * sd * math.Pow(n, -0.2)
}

// DensityJumpAt tests ascending numbers for a jump of their density at the cut-off, numbers at the cut-off counting as
// above, with the given bandwidths below and above (same unit as the numbers). Fewer than 20 numbers or 6 distinct
// values in a bandwidth are an error.
func DensityJumpAt(sorted []float64, cutoff, below, above float64) (DensityJump, error) {
	split, _ := slices.BinarySearch(sorted, cutoff)
	from, _ := slices.BinarySearch(sorted, cutoff-below)
	to, _ := slices.BinarySearchFunc(sorted, cutoff+above, func(x, limit float64) int {
		if x <= limit {
			return -1
		}
		return 1
	})
	d := DensityJump{N: len(sorted), Left: split - from, Right: max(0, to-split), Bandwidth: [2]float64{below, above}, P: math.NaN()}
	if !(below > 0 && above > 0) || d.Left < minimumSide || d.Right < minimumSide ||
		distinct(sorted[from:split]) < 2*testOrder || distinct(sorted[split:to]) < 2*testOrder {
		return d, fmt.Errorf("unable to fit the density at %g: %d observations below and %d above within the bandwidths %.4g and %.4g",
			cutoff, d.Left, d.Right, below, above)
	}
	var err error
	fit := func(from, to, order int, h float64) (f, se float64) {
		if err != nil {
			return 0, 0
		}
		f, se, err = boundaryDensity(sorted, from, to, cutoff, h, order)
		return f, se
	}
	d.Below, _ = fit(from, split, pointOrder, below)
	d.Above, _ = fit(split, to, pointOrder, above)
	d.Below, d.Above = math.Max(0, d.Below), math.Max(0, d.Above)
	d.TestBelow, d.SEBelow = fit(from, split, testOrder, below)
	d.TestAbove, d.SEAbove = fit(split, to, testOrder, above)
	if err != nil {
		return d, err
	}
	d.T = (d.TestAbove - d.TestBelow) / math.Hypot(d.SEBelow, d.SEAbove)
	d.P = math.Min(1, 2*NormalTail(math.Abs(d.T)))
	return d, nil
}

// boundaryDensity regresses the empirical distribution function of all numbers on a polynomial in those of [from, to),
// with triangular weights around the cut-off; the slope is the density there. The standard error is the jackknife's, from
// each observation's influence on the slope.
func boundaryDensity(sorted []float64, from, to int, cutoff, h float64, order int) (density, se float64, err error) {
	k := order + 1
	n := float64(len(sorted))
	gram := make([][]float64, k)
	for a := range gram {
		gram[a] = make([]float64, k+1) // the last column is the right-hand side of the equation solved below
	}
	gram[1][k] = 1
	powers := make([]float64, 2*order+1)
	for i := from; i < to; i++ {
		u := (sorted[i] - cutoff) / h
		v := (1 - math.Abs(u)) / h
		for e := range powers {
			powers[e] += v
			v *= u
		}
	}
	for a := range k {
		for b := range k {
			gram[a][b] = powers[a+b]
		}
	}
	slope, ok := solve(gram)
	if !ok {
		return 0, 0, fmt.Errorf("unable to fit the density at %g: the values in the bandwidth %.4g are too few or too alike", cutoff, h)
	}
	// Walking from the largest number down, the running sum of the weights c is the influence of the number reached;
	// equal numbers share it and the rank of the last of them.
	var influence, squares float64
	for i := to - 1; i >= from; {
		j := i
		for j > from && sorted[j-1] == sorted[i] {
			j--
		}
		u := (sorted[i] - cutoff) / h
		w := (1 - math.Abs(u)) / h
		var c float64
		for a, v := 0, w; a < k; a, v = a+1, v*u {
			c += slope[a] * v
		}
		c /= h
		ties := float64(i - j + 1)
		density += ties * c * float64(i) / (n - 1)
		influence += ties * c
		squares += ties * influence * influence
		i = j - 1
	}
	return density, math.Sqrt(squares) / (n - 1), nil
}

// solve works out a small system given as an augmented matrix, by elimination with row pivoting.
func solve(m [][]float64) ([]float64, bool) {
	n := len(m)
	for c := range n {
		pivot := c
		for r := c + 1; r < n; r++ {
			if math.Abs(m[r][c]) > math.Abs(m[pivot][c]) {
				pivot = r
			}
		}
		m[c], m[pivot] = m[pivot], m[c]
		if math.Abs(m[c][c]) < 1e-12*math.Abs(m[0][0]) || m[c][c] == 0 {
			return nil, false
		}
		for r := range n {
			if r == c {
				continue
			}
			factor := m[r][c] / m[c][c]
			for j := c; j <= n; j++ {
				m[r][j] -= factor * m[c][j]
			}
		}
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = m[i][n] / m[i][i]
	}
	return x, true
}

// distinct counts the different values of ascending numbers.
func distinct(sorted []float64) int {
	n := 0
	for i, x := range sorted {
		if i == 0 || x != sorted[i-1] {
			n++
		}
	}
	return n
}

package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// ChiSquare is a Pearson chi-square test.
type ChiSquare struct {
	N         float64 // observations
	Statistic float64
	DF        int
	P         float64 // upper tail; NaN where there is nothing to test
	CramersV  float64 // 0..1
}

// ChiSquareTail is the probability that a chi-square variable with df degrees of freedom exceeds x.
func ChiSquareTail(x float64, df int) float64 {
	if math.IsNaN(x) || df < 1 {
		return math.NaN()
	}
	if x <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(float64(df)/2, x/2)
}

// GoodnessOfFit compares counts with probabilities that sum to one; both have the same length k >= 2, df is k - 1 and
// Cramér's V is sqrt(chi2 / (n (k-1))), equal to Cohen's w / sqrt(k-1). Categories of probability zero are left out.
func GoodnessOfFit(counts, probabilities []float64) ChiSquare {
	n := sum(counts)
	r := ChiSquare{N: n, DF: -1, P: math.NaN(), CramersV: math.NaN()}
	if len(counts) != len(probabilities) || n <= 0 {
		return r
	}
	for i, p := range probabilities {
		if p <= 0 {
			continue
		}
		expected := n * p
		r.Statistic += (counts[i] - expected) * (counts[i] - expected) / expected
		r.DF++
	}
	r.P = ChiSquareTail(r.Statistic, r.DF)
	if r.DF > 0 {
		r.CramersV = math.Sqrt(r.Statistic / (n * float64(r.DF)))
	}
	return r
}

// Independence tests a table of counts [rows][columns]; empty rows and columns are left out, df is (r-1)(c-1) and
// Cramér's V is sqrt(chi2 / (n (min(r,c)-1))) (Cramér 1946).
func Independence(table [][]float64) ChiSquare {
	var rows, cols []float64
	for i, row := range table {
		rows = append(rows, 0)
		for j, x := range row {
			for len(cols) <= j {
				cols = append(cols, 0)
			}
			rows[i] += x
			cols[j] += x
		}
	}
	n := sum(rows)
	nr, nc := positive(rows), positive(cols)
	r := ChiSquare{N: n, DF: (nr - 1) * (nc - 1), P: math.NaN(), CramersV: math.NaN()}
	if n <= 0 || r.DF < 1 {
		return r
	}
	for i, rowSum := range rows {
		for j, colSum := range cols {
			expected := rowSum * colSum / n
			if expected == 0 {
				continue
			}
			var x float64
			if j < len(table[i]) {
				x = table[i][j]
			}
			r.Statistic += (x - expected) * (x - expected) / expected
		}
	}
	r.P = ChiSquareTail(r.Statistic, r.DF)
	r.CramersV = math.Sqrt(r.Statistic / (n * float64(min(nr, nc)-1)))
	return r
}

// Uniform gives k equal probabilities.
func Uniform(k int) []float64 {
	p := make([]float64, k)
	for i := range p {
		p[i] = 1 / float64(k)
	}
	return p
}

func sum(xs []float64) float64 {
	var s float64
	for _, x := range xs {
		s += x
	}
	return s
}

func positive(xs []float64) int {
	n := 0
	for _, x := range xs {
		if x > 0 {
			n++
		}
	}
	return n
}

package stats

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ErrSingular says that a scatter matrix cannot be inverted: too few rows, or columns that depend on one another.
var ErrSingular = errors.New("the scatter matrix is singular")

// Scatter is where a cloud of rows lies and how it spreads.
type Scatter struct {
	Location []float64
	chol     mat.Cholesky
}

// NewScatter takes a location of length p and a symmetric positive definite matrix, p x p.
func NewScatter(location []float64, covariance *mat.SymDense) (*Scatter, error) {
	s := &Scatter{Location: location}
	if !s.chol.Factorize(covariance) {
		return nil, ErrSingular
	}
	return s, nil
}

// SquaredDistance is the squared Mahalanobis distance of a row, (x - location)' covariance⁻¹ (x - location).
func (s *Scatter) SquaredDistance(row []float64) float64 {
	centred := mat.NewVecDense(len(row), nil)
	for i, x := range row {
		centred.SetVec(i, x-s.Location[i])
	}
	var solved mat.VecDense
	if err := s.chol.SolveVecTo(&solved, centred); err != nil {
		return math.NaN()
	}
	return mat.Dot(centred, &solved)
}

// LogDet is the logarithm of the determinant of the covariance.
func (s *Scatter) LogDet() float64 { return s.chol.LogDet() }

// Wrap pulls in what lies beyond b robust standard deviations and takes back to zero what lies beyond c, with the function that
// Raymaekers & Rousseeuw (2021, Fast robust correlation for high-dimensional data) call wrapping, b = 1.5 and c = 4:
// covariances of wrapped data are robust against single cells, at any number of columns.
func Wrap(z float64) float64 {
	const b, c, q1, q2 = 1.5, 4.0, 1.540793, 0.8622731
	switch a := math.Abs(z); {
	case a < b:
		return z
	case a < c:
		return math.Copysign(q1*math.Tanh(q2*(c-a)), z)
	}
	return 0
}

// LedoitWolf is the covariance of rows about their means shrunk towards a multiple of the identity by as much as minimises the
// expected squared error (Ledoit & Wolf 2004, A well-conditioned estimator for large-dimensional covariance matrices), and the
// share of the shrinkage. It is positive definite even with more columns than rows, unless nothing varies.
func LedoitWolf(rows [][]float64) (*mat.SymDense, float64) {
	n, p := len(rows), len(rows[0])
	mean := make([]float64, p)
	for _, r := range rows {
		for j, x := range r {
			mean[j] += x / float64(n)
		}
	}
	centred := mat.NewDense(n, p, nil)
	for i, r := range rows {
		for j, x := range r {
			centred.Set(i, j, x-mean[j])
		}
	}
	var cov mat.SymDense
	cov.SymOuterK(1/float64(n), centred.T())
	mu := mat.Trace(&cov) / float64(p)
	delta, squares := -mu*mu*float64(p), 0.0
	for a := range p {
		for b := range p {
			delta += cov.At(a, b) * cov.At(a, b)
		}
	}
	frobenius := delta + mu*mu*float64(p)
	for i := range n {
		norm := 0.0
		for j := range p {
			norm += centred.At(i, j) * centred.At(i, j)
		}
		squares += norm * norm
	}
	beta := (squares/float64(n) - frobenius) / float64(n)
	shrinkage := 0.0
	if delta > 0 {
		shrinkage = math.Max(0, math.Min(1, beta/delta))
	}
	for a := range p {
		for b := a; b < p; b++ {
			x := (1 - shrinkage) * cov.At(a, b)
			if a == b {
				x += shrinkage * mu
			}
			cov.SetSym(a, b, x)
		}
	}
	return &cov, shrinkage
}

package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
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

// MCD is a robust location and scatter.
type MCD struct {
	*Scatter
	Support []int // rows of the half with the least determinant, ascending
	// RawLogDet is the logarithm of the determinant of the half's covariance, its sum of squares divided by its number of rows.
	RawLogDet float64
}

// mcdStarts is how many random subsets are concentrated; the best ten go on until they rest (Rousseeuw & Van Driessen 1999).
const mcdStarts = 500

// FastMCD finds the h rows whose covariance has the least determinant by concentration steps from random elemental subsets
// (Rousseeuw & Van Driessen 1999, A fast algorithm for the minimum covariance determinant estimator), makes the scatter
// consistent at the normal by the median of the distances, and reweights the rows within the .975 quantile of chi-square.
// It needs n > 2 p rows, h of at least (n+p+1)/2 (h = 0 takes that), and fails with ErrSingular where the data lie in a plane.
func FastMCD(rows [][]float64, h int, rng *rand.Rand) (*MCD, error) {
	n := len(rows)
	if n == 0 || n <= 2*len(rows[0]) {
		return nil, ErrSingular
	}
	p := len(rows[0])
	if h == 0 {
		h = (n + p + 1) / 2
	}
	h = min(max(h, p+1), n)
	type candidate struct {
		subset []int
		fit    *Scatter
	}
	var best []candidate
	for range mcdStarts {
		subset := rng.Perm(n)[:p+1]
		fit, err := classical(rows, subset)
		for k := p + 2; err != nil && k <= h; k++ {
			subset = rng.Perm(n)[:k]
			fit, err = classical(rows, subset)
		}
		for step := 0; err == nil && step < 2; step++ {
			subset = nearest(rows, fit, h)
			fit, err = classical(rows, subset)
		}
		if err != nil {
			continue
		}
		best = append(best, candidate{subset, fit})
		slices.SortStableFunc(best, func(a, b candidate) int { return compareFloat(a.fit.LogDet(), b.fit.LogDet()) })
		best = best[:min(len(best), 10)]
	}
	if len(best) == 0 {
		return nil, ErrSingular
	}
	var winner candidate
	for i, c := range best {
		for range 100 {
			subset := nearest(rows, c.fit, h)
			fit, err := classical(rows, subset)
			if err != nil || fit.LogDet() >= c.fit.LogDet()-1e-12 {
				break
			}
			c = candidate{subset, fit}
		}
		if i == 0 || c.fit.LogDet() < winner.fit.LogDet() {
			winner = c
		}
	}
	slices.Sort(winner.subset)
	out := &MCD{Support: winner.subset, RawLogDet: winner.fit.LogDet()}
	var err error
	out.Scatter, err = reweighted(rows, winner.subset, winner.fit)
	return out, err
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// reweighted is the classical fit to the rows that the consistent raw fit does not call outlying.
func reweighted(rows [][]float64, support []int, raw *Scatter) (*Scatter, error) {
	p := len(rows[0])
	chi := distuv.ChiSquared{K: float64(p)}
	d := make([]float64, len(rows))
	for i, r := range rows {
		d[i] = raw.SquaredDistance(r)
	}
	factor := Median(d) / chi.Quantile(0.5)
	if !(factor > 0) {
		return nil, ErrSingular
	}
	var inside []int
	for i := range rows {
		if d[i]/factor < chi.Quantile(0.975) {
			inside = append(inside, i)
		}
	}
	if len(inside) < len(support) {
		inside = support
	}
	return classical(rows, inside)
}

// classical is the mean and the covariance (divided by the number of rows) of some rows.
func classical(rows [][]float64, subset []int) (*Scatter, error) {
	p := len(rows[0])
	mean := make([]float64, p)
	for _, i := range subset {
		for j, x := range rows[i] {
			mean[j] += x / float64(len(subset))
		}
	}
	cov := mat.NewSymDense(p, nil)
	for _, i := range subset {
		for a := range p {
			da := rows[i][a] - mean[a]
			for b := a; b < p; b++ {
				cov.SetSym(a, b, cov.At(a, b)+da*(rows[i][b]-mean[b])/float64(len(subset)))
			}
		}
	}
	return NewScatter(mean, cov)
}

// nearest are the h rows nearest to a location.
func nearest(rows [][]float64, fit *Scatter, h int) []int {
	d := make([]float64, len(rows))
	order := make([]int, len(rows))
	for i, r := range rows {
		d[i], order[i] = fit.SquaredDistance(r), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compareFloat(d[a], d[b]) })
	return order[:h]
}

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

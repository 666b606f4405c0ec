package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// smoothForm is how near the submissions of every unit of a form are to one another, in two ways: as rows of like proportions, and
// as points on a straight line between two others.
type smoothForm struct {
	p      *panel
	fields []int // flows that are large enough
	units  []*smoothUnit
	median float64
}

// smoothUnit is one unit: distances between its submissions, relative to what its own chance allows.
type smoothUnit struct {
	form    *smoothForm
	unit    int
	rows    []int // of the panel
	logs    [][]float64
	alike   []pairDistance
	line    []lineDistance
	level   float64 // logarithm of the median distance of two submissions without fitting proportions: the dispersion
	poisson float64 // the same as a share of what a Poisson variable would show

	near, onLine              []bool // of each row
	pNear, pLine, pFlat, p, q float64
	smooth                    int
	about                     circumstances
}

type pairDistance struct {
	a, b     int // rows, by place
	distance float64
}

type lineDistance struct {
	a, mid, b int
	distance  float64
}

const (
	leastLevel    = 5   // mean of a figure, in units of its last place, below which chance and rounding hide everything
	mostSmooth    = 24  // fields that are compared: those of the largest level
	leastUsable   = 0.7 // share of the fields that a comparison needs
	mostEqual     = 0.5 // share of equal figures from which a submission is a copy, which fab-copy-forward sees
	longestLine   = 24  // periods that a line is looked for over
	leastDistance = 10  // comparisons of a unit that teach what is usual
)

// smoothFields are the flows of a form that are large enough, at most mostSmooth.
func smoothFields(p *panel) []int {
	var out []int
	size := map[int]float64{}
	for f := range p.fields {
		x := &p.fields[f]
		size[f] = stats.Median(present(x.level))
		if x.flow() && size[f] >= leastLevel {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int {
		switch {
		case size[a] > size[b]:
			return -1
		case size[a] < size[b]:
			return 1
		}
		return 0
	})
	out = out[:min(len(out), mostSmooth)]
	slices.Sort(out)
	return out
}

// variance is that of honest figures around a mean, in units of the last place, rounding included.
func (x *panelField) variance(mean float64) float64 {
	v := mean + 1.0/12
	if !math.IsInf(x.size, 1) {
		v += mean * mean / x.size
	}
	return v
}

// measure works out the distances of one unit; false where too few submissions can be compared.
func (s *smoothForm) measure(unit int, least int) (*smoothUnit, bool) {
	u := &smoothUnit{form: s, unit: unit}
	for t := range s.p.periods {
		if r := s.p.row(unit, t); r >= 0 {
			u.rows = append(u.rows, r)
		}
	}
	if len(u.rows) < least {
		return nil, false
	}
	values := make([][]float64, len(u.rows))
	u.logs = make([][]float64, len(u.rows))
	for i, r := range u.rows {
		for _, f := range s.fields {
			v := s.p.value(r, f) * s.p.fields[f].scale
			values[i] = append(values[i], v)
			if v < 1 {
				v = math.NaN()
			}
			u.logs[i] = append(u.logs[i], math.Log(v))
		}
	}
	var plain, poisson []float64
	for a := range values {
		for b := a + 1; b < len(values); b++ {
			d, whole, counts, ok := s.proportion(values[a], values[b], u.logs[a], u.logs[b])
			if !ok {
				continue
			}
			plain, poisson = append(plain, whole), append(poisson, counts)
			u.alike = append(u.alike, pairDistance{a, b, d})
		}
	}
	for a := range values {
		for b := a + 2; b < len(values) && b-a <= longestLine; b++ {
			for mid := a + 1; mid < b; mid++ {
				if d, ok := s.offLine(u, values, a, mid, b); ok {
					u.line = append(u.line, lineDistance{a, mid, b, d})
				}
			}
		}
	}
	if len(u.alike) < leastDistance {
		return nil, false
	}
	u.level, u.poisson = math.Log(math.Max(1e-9, stats.Median(plain))), stats.Median(poisson)
	return u, true
}

// proportion is how far two submissions are from being of like proportions: the mean squared difference of the logarithms after
// the best common factor, by the variance of honest figures. Whole is the same without the factor, counts without the factor and
// against Poisson variances. Submissions that repeat are copies: not ok.
func (s *smoothForm) proportion(a, b, logA, logB []float64) (d, whole, counts float64, ok bool) {
	var weight, sum, square, excess float64
	n, equal := 0, 0
	for i, f := range s.fields {
		step := logA[i] - logB[i]
		if math.IsNaN(step) {
			continue
		}
		mean := (a[i] + b[i]) / 2
		if mean < leastLevel {
			continue
		}
		n++
		if a[i] == b[i] {
			equal++
		}
		w := mean * mean / s.p.fields[f].variance(mean) / 2
		weight += w
		sum += w * step
		square += w * step * step
		excess += (a[i] - b[i]) * (a[i] - b[i]) / (2 * mean)
	}
	if n < 3 || float64(n) < leastUsable*float64(len(s.fields)) || float64(equal) >= mostEqual*float64(n) {
		return 0, 0, 0, false
	}
	return math.Max(0, square-sum*sum/weight) / float64(n-1), square / float64(n), excess / float64(n), true
}

// offLine is how far a submission is from the line between two others, as a mean of squares by the variance of honest figures.
func (s *smoothForm) offLine(u *smoothUnit, values [][]float64, a, mid, b int) (float64, bool) {
	at := func(i int) float64 { return float64(s.p.rows[u.rows[i]].period) }
	w := (at(mid) - at(a)) / (at(b) - at(a))
	spread := 1 + w*w + (1-w)*(1-w)
	total, n, equal := 0.0, 0, 0
	for i, f := range s.fields {
		x, y, z := values[a][i], values[mid][i], values[b][i]
		mean := (x + y + z) / 3
		if math.IsNaN(mean) || mean < leastLevel {
			continue
		}
		n++
		if y == x || y == z {
			equal++
		}
		off := math.Max(0, math.Abs(y-(1-w)*x-w*z)-0.5) // what rounding alone may do
		total += off * off / spread / s.p.fields[f].variance(mean)
	}
	if n < 3 || float64(n) < leastUsable*float64(len(s.fields)) || float64(equal) >= mostEqual*float64(n) {
		return 0, false
	}
	return math.Max(total/float64(n), 1e-9), true
}

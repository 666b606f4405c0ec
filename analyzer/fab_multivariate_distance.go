package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// standing is how far units stand from a reference.
type standing struct {
	z         [][]float64 // of each unit and feature: robust z against the reference
	distance  []float64   // Mahalanobis, relative to the reference's median
	isolation []float64   // score of the isolation forest

	distanceZ, tailZ, isolationZ []float64 // robust z among the reference
	score                        []float64 // all three, as a robust z that orders units
	picked                       []int     // units that stand out
	bound                        float64   // the least score among them
}

const (
	widestZ       = 8   // beyond which a single feature does not count more
	forestTrees   = 200 // twice the usual: scores are compared with one another
	crossFolds    = 10  // parts of the reference; the distance of each is measured from the others
	rowsPerColumn = 5   // units of the reference for each feature, from which the exact MCD is used
)

// standings measures every unit's distance from the reference units: robust Mahalanobis distance of standardised features, each
// unit of the reference from a fit without it, and an isolation forest that the reference grew. Sizes are the units' records.
func standings(features []feature, reference []bool, sizes []int) (*standing, error) {
	n, p := len(reference), len(features)
	s := &standing{z: make([][]float64, n), distance: make([]float64, n), isolation: make([]float64, n)}
	usual := usualSize(sizes, reference)
	for u := range s.z {
		s.z[u] = make([]float64, p)
	}
	for f := range features {
		standardise(features[f].values, reference, sizes, usual, s.z, f)
	}
	var folds [crossFolds][]int
	var rows [][]float64
	k := 0
	for u, in := range reference {
		if in {
			folds[k%crossFolds] = append(folds[k%crossFolds], u)
			rows = append(rows, s.z[u])
			k++
		}
	}
	whole, err := robustScatter(rows)
	if err != nil {
		return nil, err
	}
	for u, in := range reference {
		if !in {
			s.distance[u] = math.Sqrt(whole.SquaredDistance(s.z[u]))
		}
	}
	for _, fold := range folds {
		if err := s.leaveOut(fold, reference); err != nil {
			return nil, err
		}
	}
	forest := stats.NewIsolationForest(rows, forestTrees, 0, stats.NewRand(1, "fab-multivariate"))
	for u := range s.z {
		s.isolation[u] = forest.Score(s.z[u])
	}
	s.calibrate(reference)
	return s, nil
}

func usualSize(sizes []int, reference []bool) float64 {
	var all []float64
	for u, in := range reference {
		if in {
			all = append(all, float64(sizes[u]))
		}
	}
	return stats.Median(all)
}

// standardise writes the robust z of one feature. Units with fewer records than usual vary more by chance: their scale is wider,
// as if all of the spread were due to sampling. What a unit lacks is as usual.
func standardise(values []float64, reference []bool, sizes []int, usual float64, z [][]float64, f int) {
	var all []float64
	for u, in := range reference {
		if in && !math.IsNaN(values[u]) {
			all = append(all, values[u])
		}
	}
	median, mad := stats.MedianMAD(all)
	scale := mad * 1.482602218505602
	total := 0.0
	for _, x := range all {
		total += math.Abs(x - median)
	}
	if scale == 0 {
		scale = 1.2533141373155003 * total / float64(len(all))
	}
	// A feature that the whole reference shares, such as no repeats at all, still varies by chance: by a record or so in a unit.
	scale = math.Max(scale, 1/math.Max(1, usual))
	for u, x := range values {
		if math.IsNaN(x) {
			continue
		}
		wider := math.Sqrt(math.Max(1, usual/math.Max(1, float64(sizes[u]))))
		z[u][f] = math.Max(-widestZ, math.Min(widestZ, (x-median)/scale/wider))
	}
}

// robustScatter fits the reference: by the exact minimum covariance determinant where there are many more units than features,
// else from wrapped data with a shrunk covariance.
func robustScatter(rows [][]float64) (*stats.Scatter, error) {
	p := len(rows[0])
	if len(rows) >= rowsPerColumn*p {
		if fit, err := stats.FastMCD(rows, 0, stats.NewRand(1, "fab-multivariate mcd")); err == nil {
			return fit.Scatter, nil
		}
	}
	wrapped := make([][]float64, len(rows))
	for i, r := range rows {
		wrapped[i] = make([]float64, p)
		for j, x := range r {
			wrapped[i][j] = stats.Wrap(x)
		}
	}
	covariance, _ := stats.LedoitWolf(wrapped)
	return stats.NewScatter(make([]float64, p), covariance)
}

// leaveOut measures the units of a fold from the rest of the reference.
func (s *standing) leaveOut(fold []int, reference []bool) error {
	if len(fold) == 0 {
		return nil
	}
	out := map[int]bool{}
	for _, u := range fold {
		out[u] = true
	}
	var rest [][]float64
	for u, in := range reference {
		if in && !out[u] {
			rest = append(rest, s.z[u])
		}
	}
	fit, err := robustScatter(rest)
	if err != nil {
		return err
	}
	for _, u := range fold {
		s.distance[u] = math.Sqrt(fit.SquaredDistance(s.z[u]))
	}
	return nil
}

// usualTail is the square of a robust z beyond which a feature adds to the tail of a unit: two in forty-odd do by chance.
const usualTail = 4

// calibrate holds three figures of every unit against those of the reference, whose bulk may be wider than any theory: the
// distance, which gathers many small departures, the tail, which sees a few large ones that many usual features would drown, and
// the isolation. Their mean, held against the reference again, is the unit's standing.
func (s *standing) calibrate(reference []bool) {
	logs, tails := make([]float64, len(reference)), make([]float64, len(reference))
	for u, z := range s.z {
		logs[u] = math.Log(s.distance[u])
		for _, x := range z {
			tails[u] += math.Max(0, x*x-usualTail)
		}
		tails[u] = math.Sqrt(tails[u])
	}
	usual := math.Exp(stats.Median(among(logs, reference)))
	s.distanceZ, s.tailZ, s.isolationZ = against(logs, reference), against(tails, reference), against(s.isolation, reference)
	mean := make([]float64, len(reference))
	for u := range mean {
		mean[u] = (s.distanceZ[u] + s.tailZ[u] + s.isolationZ[u]) / 3
		s.distance[u] /= usual
	}
	s.score = against(mean, reference)
}

func among(xs []float64, reference []bool) []float64 {
	var out []float64
	for u, in := range reference {
		if in {
			out = append(out, xs[u])
		}
	}
	return out
}

// against is the robust z of every unit among the reference.
func against(xs []float64, reference []bool) []float64 {
	peers := among(xs, reference)
	median, mad := stats.MedianMAD(peers)
	scale := 1.482602218505602 * mad
	out := make([]float64, len(xs))
	for u, x := range xs {
		if scale > 0 {
			out[u] = (x - median) / scale
		}
	}
	return out
}

// pick takes the units that stand out: those whose standing is at least leastZ and that the procedure of Benjamini and Hochberg
// would keep at the level given, with the normal tail of the standing in place of a p.
func (s *standing) pick(candidates []bool, level, leastZ float64) {
	var units []int
	var tails []float64
	for u, is := range candidates {
		if is {
			units, tails = append(units, u), append(tails, stats.NormalTail(s.score[u]))
		}
	}
	s.picked, s.bound = nil, math.Inf(1)
	for i, q := range stats.BenjaminiHochberg(tails) {
		if u := units[i]; q <= level && s.score[u] >= leastZ {
			s.picked, s.bound = append(s.picked, u), math.Min(s.bound, s.score[u])
		}
	}
}

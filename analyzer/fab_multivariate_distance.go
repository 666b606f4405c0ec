package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// standing is how far units stand from a reference.
type standing struct {
	z         [][]float64 // of each unit and feature: robust z against the reference
	distance  []float64   // Mahalanobis, relative to the reference's median
	isolation []float64   // score of the isolation forest

	distanceZ, isolationZ []float64            // robust z among the reference
	aspectZ               map[string][]float64 // the same of each aspect
	score                 []float64            // all together, as a robust z that orders units
	picked                []int                // units that stand out
	bound                 float64              // the least score among them
}

const (
	widestZ     = 8   // beyond which a single figure does not count more
	forestTrees = 100 // of Liu, Ting & Zhou (2008)
	crossFolds  = 10  // parts of the reference; the distance of each is measured from the others
	normalMAD   = 1.482602218505602
)

// aspects are what features tell of, and how much each counts. Hartgerink et al. (2019) had genuine data sets and ones made up by
// researchers to compare: sizes of effects told most, associations and dispersions next, digits nothing.
var aspects = map[string]struct {
	name   string
	weight float64
}{
	"difference": {"effect", 3}, "group_difference": {"effect", 3},
	"correlation": {"association", 1.5}, "association": {"association", 1.5},
	"dispersion": {"dispersion", 1.5}, "spread_ratio": {"dispersion", 1.5}, "group_spread": {"dispersion", 1.5},
	"location": {"location", 1}, "figure": {"location", 1}, "ratio": {"effect", 3},
	"share": {"answers", 1}, "entropy": {"answers", 1},
	"skewness": {"shape", 0.5}, "kurtosis": {"shape", 0.5},
	"zeros": {"habit", 0.5}, "repeats": {"habit", 0.5}, "round": {"habit", 0.5}, "digits": {"habit", 0.5},
}

// aspectsOf are the aspects of features, in the order of their first one, with their features and weights.
func aspectsOf(features []feature) (names []string, members map[string][]int, weights map[string]float64) {
	members, weights = map[string][]int{}, map[string]float64{}
	for f := range features {
		a := aspects[features[f].kind]
		if members[a.name] == nil {
			names = append(names, a.name)
		}
		members[a.name], weights[a.name] = append(members[a.name], f), a.weight
	}
	return names, members, weights
}

// standings measures every unit's distance from the reference units: what its features depart by in each aspect, the robust
// Mahalanobis distance over all of them (each unit of the reference from a fit without it), and an isolation forest that the
// reference grew. Each is held against those of the reference; their weighted mean, held against it again, is the standing.
func standings(features []feature, reference []bool, sizes []int) (*standing, error) {
	n := len(reference)
	s := &standing{
		z: standardised(features, reference, sizes), distance: make([]float64, n), isolation: make([]float64, n),
		aspectZ: map[string][]float64{}, score: make([]float64, n),
	}
	if err := s.mahalanobis(reference); err != nil {
		return nil, err
	}
	var rows [][]float64
	for u, in := range reference {
		if in {
			rows = append(rows, s.z[u])
		}
	}
	forest := stats.NewIsolationForest(rows, forestTrees, 0, stats.NewRand(1, "fab-multivariate"))
	logs := make([]float64, n)
	for u := range s.z {
		s.isolation[u], logs[u] = forest.Score(s.z[u]), math.Log(s.distance[u])
	}
	s.distanceZ, s.isolationZ = against(logs, reference), against(s.isolation, reference)
	usual := math.Exp(stats.Median(among(logs, reference)))
	names, members, weights := aspectsOf(features)
	for _, a := range names {
		departures := make([]float64, n)
		for u := range departures {
			departures[u] = math.Log(math.Max(departure(s.z[u], members[a]), 1e-3))
		}
		s.aspectZ[a] = against(departures, reference)
	}
	mean := make([]float64, n)
	for u := range mean {
		mean[u] = bounded(s.distanceZ[u]) + bounded(s.isolationZ[u])
		for _, a := range names {
			mean[u] += weights[a] * bounded(s.aspectZ[a][u])
		}
		s.distance[u] /= usual
	}
	s.score = against(mean, reference)
	return s, nil
}

// bounded bounds what one aspect adds: to be more usual than usual in one is no merit that makes up for another.
func bounded(z float64) float64 { return math.Max(-1, math.Min(widestZ, z)) }

// departure is the root of the root mean fourth power of some features, which heeds a few that depart far among many that do not.
func departure(z []float64, members []int) float64 {
	sum := 0.0
	for _, f := range members {
		sum += z[f] * z[f] * z[f] * z[f]
	}
	return math.Pow(sum/float64(len(members)), 0.25)
}

// standardised is the robust z of every unit and feature against the reference; what a unit lacks is as usual.
func standardised(features []feature, reference []bool, sizes []int) [][]float64 {
	z := make([][]float64, len(reference))
	for u := range z {
		z[u] = make([]float64, len(features))
	}
	for f := range features {
		x := &features[f]
		centre, between := x.fit(reference, sizes)
		for u, v := range x.values {
			if !math.IsNaN(v) {
				z[u][f] = math.Max(-widestZ, math.Min(widestZ, (v-centre)/math.Sqrt(between+x.noise/float64(sizes[u]))))
			}
		}
	}
	return z
}

// fit is where a feature of the reference lies, and the variance between its units beyond what their numbers of records explain.
func (x *feature) fit(reference []bool, sizes []int) (centre, between float64) {
	var all, chance []float64
	for u, in := range reference {
		if in && !math.IsNaN(x.values[u]) {
			all = append(all, x.values[u])
			chance = append(chance, x.noise/float64(sizes[u]))
		}
	}
	if len(all) == 0 {
		return 0, 1
	}
	median, mad := stats.MedianMAD(all)
	scale := mad * normalMAD
	if scale == 0 {
		total := 0.0
		for _, v := range all {
			total += math.Abs(v - median)
		}
		scale = 1.2533141373155003 * total / float64(len(all))
	}
	// What the whole reference shares may still vary a little elsewhere without meaning anything.
	least := math.Max(leastVaried*x.scale, 1e-9)
	total := math.Max(scale*scale, least*least)
	return median, math.Max(total-stats.Median(chance), total/10)
}

// leastVaried is the share of the spread of a feature over all units that the reference varies by at the least.
const leastVaried = 0.1

// mahalanobis measures units from the reference, and those of the reference from the other nine parts of it.
func (s *standing) mahalanobis(reference []bool) error {
	var folds [crossFolds + 1][]int // the last are those outside
	k := 0
	for u, in := range reference {
		if !in {
			folds[crossFolds] = append(folds[crossFolds], u)
			continue
		}
		folds[k%crossFolds] = append(folds[k%crossFolds], u)
		k++
	}
	for _, fold := range folds {
		if len(fold) == 0 {
			continue
		}
		var rest [][]float64
		for u, in := range reference {
			if in && !slices.Contains(fold, u) {
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
	}
	return nil
}

// robustScatter fits the reference from wrapped data with a shrunk covariance, which exists for any number of features.
func robustScatter(rows [][]float64) (*stats.Scatter, error) {
	if len(rows) == 0 {
		return nil, stats.ErrSingular
	}
	p := len(rows[0])
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
	scale := normalMAD * mad
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

// few keeps the n units that stand out most.
func (s *standing) few(n int) {
	if len(s.picked) <= n {
		return
	}
	slices.SortStableFunc(s.picked, func(a, b int) int {
		if s.score[a] > s.score[b] {
			return -1
		}
		return boolInt(s.score[a] < s.score[b])
	})
	s.picked = s.picked[:n]
	s.bound = s.score[s.picked[n-1]]
}

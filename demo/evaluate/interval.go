package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
)

// z is the 97.5th percentile of the normal distribution: all intervals are of 95 %.
const z = 1.959963984540054

// Wilson is the score interval of a share (Wilson 1927), which holds for few observations and for shares of 0 and 1.
func Wilson(count, of int) (low, high float64) {
	if of == 0 {
		return math.NaN(), math.NaN()
	}
	n, p := float64(of), float64(count)/float64(of)
	centre, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return math.Max(0, (centre-half)/(1+z*z/n)), math.Min(1, (centre+half)/(1+z*z/n))
}

func shareOf(name string, count, of int) Measure {
	if of == 0 {
		return Measure{Name: name, Count: count}
	}
	low, high := Wilson(count, of)
	return figure(name, float64(count)/float64(of), low, high, count, of)
}

func figure(name string, value, low, high float64, count, of int) Measure {
	at := func(x float64) *float64 {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil
		}
		return &x
	}
	return Measure{name, at(value), at(low), at(high), count, of}
}

// scored is one thing that was ranked.
type scored struct {
	unit  int
	score float64
	bad   bool
	said  bool // recommended
}

// auroc is the area under the receiver operating characteristic: the chance that a fabricated one ranks before an honest
// one, equal places counting half, with the interval of DeLong, DeLong & Clarke-Pearson (1988) by the midranks of Sun & Xu (2014).
func auroc(name string, all []scored) Measure {
	var bad, honest []float64
	for _, s := range all {
		if s.bad {
			bad = append(bad, s.score)
		} else {
			honest = append(honest, s.score)
		}
	}
	value, deviation := delong(bad, honest)
	return figure(name, value, math.Max(0, value-z*deviation), math.Min(1, value+z*deviation), 0, 0)
}

// delong gives the area and its standard error; NaN where one side is empty, and an error of NaN where one side has but one.
func delong(positive, negative []float64) (area, deviation float64) {
	m, n := len(positive), len(negative)
	if m == 0 || n == 0 {
		return math.NaN(), math.NaN()
	}
	among := midranks(slices.Concat(positive, negative))
	own, other := midranks(positive), midranks(negative)
	v10, v01 := make([]float64, m), make([]float64, n)
	for i := range v10 {
		v10[i] = (among[i] - own[i]) / float64(n)
		area += v10[i] / float64(m)
	}
	for j := range v01 {
		v01[j] = 1 - (among[m+j]-other[j])/float64(m)
	}
	return area, math.Sqrt(variance(v10, area)/float64(m) + variance(v01, area)/float64(n))
}

func variance(x []float64, mean float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += (v - mean) * (v - mean)
	}
	return sum / float64(len(x)-1)
}

// midranks are ranks from 1, equal values sharing the mean of theirs.
func midranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case x[a] < x[b]:
			return -1
		case x[a] > x[b]:
			return 1
		}
		return a - b
	})
	out := make([]float64, len(x))
	for first := 0; first < len(order); {
		last := first
		for last < len(order) && x[order[last]] == x[order[first]] {
			last++
		}
		for _, i := range order[first:last] {
			out[i] = float64(first+last+1) / 2
		}
		first = last
	}
	return out
}

// resamples of the bootstrap: whole units are drawn, because the forms of a unit hang together (Efron & Tibshirani 1993).
const resamples = 400

// resample gives the 2.5th and 97.5th percentile of a figure over counties drawn from the units.
func resample(all []scored, of func(weight []float64) float64) (low, high float64) {
	units := 0
	for _, s := range all {
		units = max(units, s.unit+1)
	}
	chance := rand.New(rand.NewPCG(uint64(units), uint64(len(all))))
	weight := make([]float64, units)
	var values []float64
	for range resamples {
		clear(weight)
		for range units {
			weight[chance.IntN(units)]++
		}
		if v := of(weight); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return math.NaN(), math.NaN()
	}
	slices.Sort(values)
	return values[len(values)*25/1000], values[min(len(values)-1, len(values)*975/1000)]
}

// averagePrecision is the mean of the precision at each fabricated one, over the distinct places of the ranking.
func averagePrecision(all []scored) Measure {
	ordered := slices.Clone(all)
	slices.SortStableFunc(ordered, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	of := func(weight []float64) float64 {
		total, right, seen, sum := 0.0, 0.0, 0.0, 0.0
		for first := 0; first < len(ordered); {
			here := 0.0
			last := first
			for ; last < len(ordered) && ordered[last].score == ordered[first].score; last++ {
				w := weight[ordered[last].unit]
				seen += w
				if ordered[last].bad {
					here += w
				}
			}
			right += here
			if here > 0 {
				sum += here * right / seen
			}
			total += here
			first = last
		}
		if total == 0 {
			return math.NaN()
		}
		return sum / total
	}
	low, high := resample(all, of)
	return figure("average_precision", of(ones(all)), low, high, 0, 0)
}

func ones(all []scored) []float64 {
	units := 0
	for _, s := range all {
		units = max(units, s.unit+1)
	}
	out := make([]float64, units)
	for i := range out {
		out[i] = 1
	}
	return out
}

// f1 is the harmonic mean of precision and recall, kinds that are held out left aside.
func (m *matched) f1() Measure {
	var pairs []scored
	for u, unit := range m.truth.Units {
		for _, form := range m.truth.Forms {
			p := Pair{unit, form}
			b := m.bad[p]
			if b != nil && m.truth.heldOut(b.Kind) {
				continue
			}
			pairs = append(pairs, scored{unit: u, bad: b != nil, said: m.recommended[p]})
		}
	}
	of := func(weight []float64) float64 {
		both, either := 0.0, 0.0
		for _, s := range pairs {
			if s.bad && s.said {
				both += weight[s.unit]
			}
			if s.bad {
				either += weight[s.unit]
			}
			if s.said {
				either += weight[s.unit]
			}
		}
		return 2 * both / either // NaN where nothing is bad and nothing was said
	}
	low, high := resample(pairs, of)
	return figure("f1", of(ones(pairs)), low, high, 0, 0)
}

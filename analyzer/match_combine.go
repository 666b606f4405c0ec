package analyzer

import "math"

// A component of evidence is measured in 0..1, cut into levels, and weighed by log(m/u): m is how often a level occurs among
// pairs that hold the same data, u among all others (Fellegi & Sunter 1969). The priors below were first set by reasoning; u of
// the name, the weight of the prior of u and the bounds of priorLogOdds were changed once after looking at our own Chinese
// labels and at the DHIS2 forms (docs/detectors/dup-form.md). EM moves them towards what the pairs of the run show.
type levels struct {
	at   []float64 // centres of the levels, ascending
	m, u []float64
}

type componentID uint8

const (
	nameComponent componentID = iota
	formatComponent
	valueComponent
	distributionComponent
	components
)

func priorLevels() [components]levels {
	return [components]levels{
		nameComponent: {
			at: []float64{0, 0.2, 0.4, 0.55, 0.7, 0.85, 1},
			m:  []float64{0.05, 0.08, 0.09, 0.09, 0.12, 0.30, 0.27},
			u:  []float64{0.78, 0.18, 0.03, 0.007, 0.002, 0.0006, 0.0004},
		},
		formatComponent: {
			at: []float64{0, 0.3, 0.6, 0.85, 1},
			m:  []float64{0.01, 0.02, 0.05, 0.12, 0.80},
			u:  []float64{0.40, 0.12, 0.10, 0.08, 0.30},
		},
		valueComponent: {
			at: []float64{0, 0.1, 0.3, 0.5, 0.75, 1},
			m:  []float64{0.15, 0.08, 0.12, 0.18, 0.22, 0.25},
			u:  []float64{0.90, 0.05, 0.02, 0.012, 0.01, 0.008},
		},
		distributionComponent: {
			at: []float64{0, 0.25, 0.5, 0.7, 0.85, 1},
			m:  []float64{0.02, 0.05, 0.13, 0.20, 0.25, 0.35},
			u:  []float64{0.20, 0.25, 0.25, 0.16, 0.09, 0.05},
		},
	}
}

// observation is one component as measured on one pair. Reliable scales the weight: 1 for full, 0 for no evidence.
type observation struct {
	measure  float64
	reliable float64
	known    bool
}

// weight is the log-likelihood ratio of an observation, linear between the centres of the levels.
func (l *levels) weight(o observation) float64 {
	if !o.known {
		return 0
	}
	last := len(l.at) - 1
	i := 0
	for i < last && o.measure >= l.at[i+1] {
		i++
	}
	w := l.logRatio(i)
	if i < last {
		share := (o.measure - l.at[i]) / (l.at[i+1] - l.at[i])
		w += share * (l.logRatio(i+1) - w)
	}
	return w * o.reliable
}

func (l *levels) logRatio(i int) float64 { return math.Log(l.m[i] / l.u[i]) }

// nearest is the level that an observation counts towards.
func (l *levels) nearest(v float64) int {
	best := 0
	for i := range l.at {
		if math.Abs(v-l.at[i]) < math.Abs(v-l.at[best]) {
			best = i
		}
	}
	return best
}

const (
	emRounds = 30
	emSettle = 1e-3   // m that moves less than this has converged
	emPriorM = 40.0   // pairs that the prior of m is worth
	emPriorU = 400.0  // pairs that the prior of u is worth
	emPairs  = 150    // fewer pairs than these teach nothing
	emWorth  = 1500.0 // what all pairs of a run are worth together at most, for a column stands in hundreds of them
	emNames  = 20_000 // the same for names: how alike unrelated names are differs most from schema to schema
)

// estimate moves m and u towards what the pairs of a run show, none of which is labelled. u is counted on the pairs that are
// not each other's best choice: nearly all of them are no matches, as a column has at most one partner, and leaving out the
// rest keeps true pairs from raising u against themselves. m follows by expectation and maximisation. fixed are the log-odds
// of each pair that EM does not touch: prior, alignment, vetoes.
func (r *run) estimate(pairs []judged, fixed []float64) [components]levels {
	current := priorLevels()
	if len(pairs) < emPairs {
		return current
	}
	prior := priorLevels()
	logOdds := make([]float64, len(pairs))
	add := func() {
		for i := range pairs {
			logOdds[i] = fixed[i]
			for c := range components {
				logOdds[i] += current[c].weight(pairs[i].observed[c])
			}
		}
	}
	add()
	best := r.mutualBest(pairs, logOdds)
	for c := range components {
		u := scaled(prior[c].u, emPriorU)
		worth := min(1, emWorth/float64(len(pairs)))
		if componentID(c) == nameComponent {
			worth = min(1, emNames/float64(len(pairs)))
		}
		for i := range pairs {
			if o := pairs[i].observed[c]; o.known && o.reliable >= 0.5 && !best[i] && len(pairs[i].hard) == 0 {
				u[current[c].nearest(o.measure)] += worth
			}
		}
		current[c].u = normalised(u)
		current[c].monotone()
	}
	for range emRounds {
		add()
		moved := 0.0
		for c := range components {
			before := current[c].m
			m := scaled(prior[c].m, emPriorM)
			for i := range pairs {
				if o := pairs[i].observed[c]; o.known && o.reliable >= 0.5 {
					m[current[c].nearest(o.measure)] += 1 / (1 + math.Exp(-logOdds[i]))
				}
			}
			current[c].m = normalised(m)
			current[c].monotone()
			for i := range m {
				moved = max(moved, math.Abs(current[c].m[i]-before[i]))
			}
		}
		if moved < emSettle {
			break
		}
	}
	return current
}

// mutualBest marks the pairs in which each column is the other's best choice among the columns of its table.
func (r *run) mutualBest(pairs []judged, logOdds []float64) []bool {
	type seat struct{ column, table int }
	best := map[seat]float64{}
	seats := func(p *judged) [2]seat { return [2]seat{{p.a, r.table[p.b]}, {p.b, r.table[p.a]}} }
	for i := range pairs {
		for _, s := range seats(&pairs[i]) {
			if old, seen := best[s]; !seen || logOdds[i] > old {
				best[s] = logOdds[i]
			}
		}
	}
	out := make([]bool, len(pairs))
	for i := range pairs {
		s := seats(&pairs[i])
		out[i] = logOdds[i] >= best[s[0]] && logOdds[i] >= best[s[1]]
	}
	return out
}

// monotone keeps more likeness from ever counting less: the log-ratios are made non-decreasing by pooling neighbours.
func (l *levels) monotone() {
	for again := true; again; {
		again = false
		for i := 0; i+1 < len(l.at); i++ {
			if l.logRatio(i) > l.logRatio(i+1)+1e-12 {
				m, u := (l.m[i]+l.m[i+1])/2, (l.u[i]+l.u[i+1])/2
				l.m[i], l.m[i+1], l.u[i], l.u[i+1] = m, m, u, u
				again = true
			}
		}
	}
}

func scaled(v []float64, by float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = v[i] * by
	}
	return out
}

func normalised(v []float64) []float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	for i := range v {
		v[i] /= sum
	}
	return v
}

// alignedWeight is the log-likelihood ratio of an alignment. Agreement that far exceeds the permuted baseline is the
// strongest evidence there is; rows that disagree speak against the pair, softly, for two forms may have been filled at
// different times.
func alignedWeight(al *Alignment) float64 {
	if al == nil || al.N < 5 {
		return 0
	}
	strength := min(1, float64(al.N)/50)
	if al.scaled() {
		return 7 * strength
	}
	if al.recoded() && al.Agree < 0.5 {
		return 5
	}
	if al.Baseline >= 0.97 {
		return 0
	}
	// A column that hardly varies says little, whichever way.
	strength *= min(1, (1-al.Baseline)/0.3)
	least := -math.MaxFloat64
	if al.recoded() {
		least = 5
	}
	return max(least, strength*interpolate(al.Kappa(), []float64{-1, 0, 0.1, 0.3, 0.5, 0.8, 0.95, 1}, []float64{-3.5, -3, -1, 1.5, 3.5, 6, 8, 8}))
}

func interpolate(x float64, at, value []float64) float64 {
	if x <= at[0] {
		return value[0]
	}
	for i := 1; i < len(at); i++ {
		if x <= at[i] {
			share := (x - at[i-1]) / (at[i] - at[i-1])
			return value[i-1] + share*(value[i]-value[i-1])
		}
	}
	return value[len(value)-1]
}

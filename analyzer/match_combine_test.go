package analyzer

import (
	"math"
	"math/rand/v2"
	"testing"
)

// drawnPairs are observations of which a share is drawn from the priors of matches and the rest from those of others.
func drawnPairs(columns int, random *rand.Rand) []judged {
	prior := priorLevels()
	draw := func(l *levels, p []float64) observation {
		x := random.Float64()
		for i := range p {
			if x -= p[i]; x <= 0 {
				return observation{measure: l.at[i], reliable: 1, known: true}
			}
		}
		return observation{measure: l.at[len(p)-1], reliable: 1, known: true}
	}
	var pairs []judged
	for a := range columns {
		for b := range columns {
			p := judged{a: a, b: columns + b}
			for c := range components {
				if a == b {
					p.observed[c] = draw(&prior[c], prior[c].m)
				} else {
					p.observed[c] = draw(&prior[c], prior[c].u)
				}
			}
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// What is estimated are distributions, more likeness never counts less, further rounds change nothing, and where the priors
// are right they are kept.
func TestEstimateConverges(t *testing.T) {
	for _, columns := range []int{5, 13, 60} {
		random := rand.New(rand.NewPCG(uint64(columns), 51))
		pairs := drawnPairs(columns, random)
		r := &run{table: make([]int, 2*columns), forms: [][]Column{make([]Column, columns), make([]Column, columns)}}
		for i := columns; i < 2*columns; i++ {
			r.table[i] = 1
		}
		fixed := make([]float64, len(pairs))
		for i := range fixed {
			fixed[i] = priorLogOdds(columns, columns)
		}
		prior, got := priorLevels(), r.estimate(pairs, fixed)
		for c := range components {
			for _, p := range [][]float64{got[c].m, got[c].u} {
				sum := 0.0
				for _, x := range p {
					sum += x
				}
				if math.Abs(sum-1) > 1e-9 {
					t.Errorf("%d columns: component %d sums to %v", columns, c, sum)
				}
			}
			for i := range got[c].at {
				now := got[c].logRatio(i)
				if i > 0 && now < got[c].logRatio(i-1)-1e-9 {
					t.Errorf("%d columns: component %d counts level %d less than the one below", columns, c, i)
				}
				if math.Abs(now-prior[c].logRatio(i)) > 1.2 {
					t.Errorf("%d columns: component %d, level %d weighs %.2f, the priors that it was drawn from say %.2f", columns, c, i, now, prior[c].logRatio(i))
				}
				if columns*columns < emPairs && now != prior[c].logRatio(i) {
					t.Errorf("%d columns teach something", columns)
				}
			}
		}
	}
}

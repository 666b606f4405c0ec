package analyzer

import "math"

// edge is a candidate pair with its log-odds of holding the same data, seen alone.
type edge struct {
	a, b    int32
	logOdds float64
}

// marginals turns the log-odds of single pairs into the probability of each pair when a column has at most one partner in
// the other table: belief propagation on the monomer-dimer model, whose fixed point exists, is unique and is exact on
// trees (Bayati, Gamarnik, Katz, Nair and Tetali, STOC 2007). Two equally good candidates so get at most one half each:
// the answer is then "insufficient evidence", not a coin toss.
func marginals(edges []edge) []float64 {
	const rounds = 40
	weight := make([]float64, len(edges))
	fromA := make([]float64, len(edges)) // message of the a end: probability that a is free for this edge
	fromB := make([]float64, len(edges))
	sumA, sumB := map[int32]float64{}, map[int32]float64{}
	for i, e := range edges {
		weight[i] = math.Exp(min(max(e.logOdds, -30), 30))
		fromA[i], fromB[i] = 1, 1
	}
	for range rounds {
		clear(sumA)
		clear(sumB)
		for i, e := range edges {
			sumA[e.a] += weight[i] * fromB[i]
			sumB[e.b] += weight[i] * fromA[i]
		}
		worst := 0.0
		for i, e := range edges {
			// Rounding may leave a difference slightly below zero.
			nextA := 1 / (1 + max(0, sumA[e.a]-weight[i]*fromB[i]))
			nextB := 1 / (1 + max(0, sumB[e.b]-weight[i]*fromA[i]))
			// Damping keeps the two sides from swinging against each other.
			nextA, nextB = 0.5*nextA+0.5*fromA[i], 0.5*nextB+0.5*fromB[i]
			worst = max(worst, math.Abs(nextA-fromA[i]), math.Abs(nextB-fromB[i]))
			fromA[i], fromB[i] = nextA, nextB
		}
		if worst < 1e-9 {
			break
		}
	}
	out := make([]float64, len(edges))
	for i := range edges {
		k := weight[i] * fromA[i] * fromB[i]
		out[i] = k / (1 + k)
	}
	return out
}

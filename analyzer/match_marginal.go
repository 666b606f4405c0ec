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
	const (
		rounds    = 400
		tolerance = 1e-6 // relative
		most      = 20   // log-odds beyond these change no printed digit
	)
	weight := make([]float64, len(edges))
	fromA := make([]float64, len(edges)) // message of the a end: probability that a is free for this edge
	fromB := make([]float64, len(edges))
	a, sumA := numbered(edges, func(e edge) int32 { return e.a })
	b, sumB := numbered(edges, func(e edge) int32 { return e.b })
	for i, e := range edges {
		weight[i] = math.Exp(min(max(e.logOdds, -most), most))
		fromA[i], fromB[i] = 1, 1
	}
	for range rounds {
		clear(sumA)
		clear(sumB)
		for i := range edges {
			sumA[a[i]] += weight[i] * fromB[i]
			sumB[b[i]] += weight[i] * fromA[i]
		}
		worst := 0.0
		for i := range edges {
			// Rounding may leave a difference slightly below zero.
			nextA := 1 / (1 + max(0, sumA[a[i]]-weight[i]*fromB[i]))
			nextB := 1 / (1 + max(0, sumB[b[i]]-weight[i]*fromA[i]))
			// Damping keeps the two sides from swinging against each other.
			nextA, nextB = 0.5*nextA+0.5*fromA[i], 0.5*nextB+0.5*fromB[i]
			worst = max(worst, math.Abs(nextA/fromA[i]-1), math.Abs(nextB/fromB[i]-1))
			fromA[i], fromB[i] = nextA, nextB
		}
		if worst < tolerance {
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

// numbered gives the ends of the edges consecutive numbers, and room for a sum at each.
func numbered(edges []edge, end func(edge) int32) (numbers []int, sums []float64) {
	of := map[int32]int{}
	numbers = make([]int, len(edges))
	for i, e := range edges {
		n, seen := of[end(e)]
		if !seen {
			n = len(of)
			of[end(e)] = n
		}
		numbers[i] = n
	}
	return numbers, make([]float64, len(of))
}

package stats

import (
	"math"
	"math/rand/v2"
)

// IsolationForest tells how easily a row is cut off from the others by random splits (Liu, Ting & Zhou 2008).
type IsolationForest struct {
	trees  []isolationNode // roots
	sample int
}

type isolationNode struct {
	column      int
	cut         float64
	low, high   *isolationNode
	size, depth int
}

// NewIsolationForest grows trees, each on a random sample of rows without replacement (256 in the paper; 0 takes that or all).
func NewIsolationForest(rows [][]float64, trees, sample int, rng *rand.Rand) *IsolationForest {
	if sample <= 0 {
		sample = 256
	}
	f := &IsolationForest{sample: min(sample, len(rows))}
	limit := int(math.Ceil(math.Log2(math.Max(2, float64(f.sample)))))
	for range trees {
		picked := make([][]float64, f.sample)
		for i, at := range rng.Perm(len(rows))[:f.sample] {
			picked[i] = rows[at]
		}
		f.trees = append(f.trees, *isolate(picked, 0, limit, rng))
	}
	return f
}

func isolate(rows [][]float64, depth, limit int, rng *rand.Rand) *isolationNode {
	node := &isolationNode{size: len(rows), depth: depth}
	if len(rows) <= 1 || depth >= limit {
		return node
	}
	var columns []int
	var lows, highs []float64
	for c := range rows[0] {
		low, high := math.Inf(1), math.Inf(-1)
		for _, r := range rows {
			low, high = math.Min(low, r[c]), math.Max(high, r[c])
		}
		if high > low {
			columns, lows, highs = append(columns, c), append(lows, low), append(highs, high)
		}
	}
	if len(columns) == 0 {
		return node
	}
	k := rng.IntN(len(columns))
	node.column = columns[k]
	node.cut = lows[k] + rng.Float64()*(highs[k]-lows[k])
	var low, high [][]float64
	for _, r := range rows {
		if r[node.column] <= node.cut {
			low = append(low, r)
		} else {
			high = append(high, r)
		}
	}
	node.low, node.high = isolate(low, depth+1, limit, rng), isolate(high, depth+1, limit, rng)
	return node
}

// Score of a row is 2^(-mean path length / c(sample)): near 1 for rows that are cut off at once, below one half for the usual ones.
func (f *IsolationForest) Score(row []float64) float64 {
	total := 0.0
	for i := range f.trees {
		node := &f.trees[i]
		for node.low != nil {
			if row[node.column] <= node.cut {
				node = node.low
			} else {
				node = node.high
			}
		}
		total += float64(node.depth) + usualPath(node.size)
	}
	return math.Exp2(-total / float64(len(f.trees)) / math.Max(1, usualPath(f.sample)))
}

// usualPath is the mean length of an unsuccessful search in a binary tree of n rows.
func usualPath(n int) float64 {
	const euler = 0.5772156649015329
	switch {
	case n <= 1:
		return 0
	case n == 2:
		return 1
	}
	m := float64(n)
	return 2*(math.Log(m-1)+euler) - 2*(m-1)/m
}

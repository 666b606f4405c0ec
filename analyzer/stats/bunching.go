package stats

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// enoughExceedances ends the permutations early: with this many draws as extreme as the data the p-value is known to
// be large (Besag & Clifford 1991).
const enoughExceedances = 20

// Bunching is the number-bunching test (Simonsohn 2019): do exact values repeat more than they would if the digits at
// the end had nothing to do with those at the front?
type Bunching struct {
	N, Distinct      int
	AverageFrequency float64 // sum f² / sum f: how often the value of an average observation occurs
	Entropy          float64 // -sum p ln p of the values, in nats
	Expected         float64 // mean of the average frequency under all permutations, exact
	SD               float64 // its standard deviation under all permutations, exact (Mantel 1967)
	P                float64 // permutation p-value, upper tail
	Replicates       int     // permutations drawn
}

// Excess is the share of repeats beyond those expected, (AF - E) / (E - 1): 0.16 says that a value has 16 % more
// doubles than chance gives. NaN where chance gives none.
func (b Bunching) Excess() float64 {
	if b.Expected <= 1 {
		return math.NaN()
	}
	return (b.AverageFrequency - b.Expected) / (b.Expected - 1)
}

// Z is the standardised average frequency under all permutations.
func (b Bunching) Z() float64 { return (b.AverageFrequency - b.Expected) / b.SD }

// NumberBunching tests values split into a head (integer part) and a tail (decimals), of equal length. Heads stay, tails
// are shuffled, at most replicates times; the cost of one is O(n). Without replicates there is no p-value.
func NumberBunching(ctx context.Context, head, tail []uint64, replicates int, rng *rand.Rand) (Bunching, error) {
	n := len(head)
	if n != len(tail) {
		return Bunching{}, fmt.Errorf("unable to test number bunching: %d heads and %d tails", n, len(tail))
	}
	r := Bunching{N: n, P: math.NaN()}
	if n < 4 {
		return r, nil
	}
	sizes, codes, distinctTails := segments(head, tail)
	tailSizes := make([]int, distinctTails)
	for _, c := range codes {
		tailSizes[c]++
	}
	r.Expected, r.SD = blockMatches(n, sizes, tailSizes)

	counter := newPairCounter(distinctTails)
	squares := counter.sumOfSquares(sizes, codes, func(f float64) {
		r.Distinct++
		r.Entropy -= f / float64(n) * math.Log(f/float64(n))
	})
	r.AverageFrequency = float64(squares) / float64(n)

	exceed := 0
	for r.Replicates < replicates && exceed < enoughExceedances {
		if err := ctx.Err(); err != nil {
			return r, fmt.Errorf("unable to finish the permutations of number bunching: %w", err)
		}
		rng.Shuffle(n, func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
		r.Replicates++
		if counter.sumOfSquares(sizes, codes, nil) >= squares {
			exceed++
		}
	}
	switch {
	case r.Replicates == 0: // only the figures were asked for
	case exceed == enoughExceedances:
		r.P = float64(exceed) / float64(r.Replicates)
	default:
		r.P = float64(exceed+1) / float64(r.Replicates+1)
	}
	return r, nil
}

// segments orders the observations by head and returns the number of each head and, in that order, the tails as codes
// 0..distinct-1.
func segments(head, tail []uint64) (sizes []int, codes []int32, distinct int) {
	type pair struct{ head, tail uint64 }
	pairs := make([]pair, len(head))
	for i := range head {
		pairs[i] = pair{head[i], tail[i]}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.head, b.head), cmp.Compare(a.tail, b.tail))
	})
	known := map[uint64]int32{}
	codes = make([]int32, len(pairs))
	for i, p := range pairs {
		if i == 0 || p.head != pairs[i-1].head {
			sizes = append(sizes, 0)
		}
		sizes[len(sizes)-1]++
		code, ok := known[p.tail]
		if !ok {
			code = int32(len(known))
			known[p.tail] = code
		}
		codes[i] = code
	}
	return sizes, codes, len(known)
}

// pairCounter counts equal tails within a head without clearing its table between heads.
type pairCounter struct {
	count, stamp []int64
	epoch        int64
}

func newPairCounter(distinct int) *pairCounter {
	return &pairCounter{count: make([]int64, distinct), stamp: make([]int64, distinct)}
}

// sumOfSquares is the sum of squared frequencies of the pairs (head, tail); each, if given, sees every frequency.
func (c *pairCounter) sumOfSquares(sizes []int, codes []int32, each func(f float64)) int64 {
	var total int64
	for _, size := range sizes {
		segment := codes[:size]
		codes = codes[size:]
		c.epoch++
		for _, code := range segment {
			if c.stamp[code] != c.epoch {
				c.stamp[code], c.count[code] = c.epoch, 0
			}
			total += 2*c.count[code] + 1 // (f+1)² - f²
			c.count[code]++
		}
		if each == nil {
			continue
		}
		for _, code := range segment {
			if c.count[code] > 0 {
				each(float64(c.count[code]))
				c.count[code] = 0
			}
		}
	}
	return total
}

// blockMatches gives mean and standard deviation, over all pairings of heads with tails, of the average frequency.
func blockMatches(n int, heads, tails []int) (mean, sd float64) {
	first, sd := ExpectedPairs(float64(n), BlockSums(heads), BlockSums(tails))
	return 1 + first/float64(n), sd / float64(n)
}

// BlockSums are the sums of m(m-1) and of m(m-1)² over block sizes m.
func BlockSums(sizes []int) (sums [2]float64) {
	for _, s := range sizes {
		m := float64(s)
		sums[0] += m * (m - 1)
		sums[1] += m * (m - 1) * (m - 1)
	}
	return sums
}

// ExpectedPairs gives mean and standard deviation, over all pairings of n heads with n tails, of the ordered pairs of
// observations equal in both, from the BlockSums of heads and of tails. With a_ij = 1 where observations i and j share the
// head, b_ij the tail, it is Mantel's (1967) statistic sum a_ij b_ij. At least 4 observations.
func ExpectedPairs(n float64, heads, tails [2]float64) (mean, sd float64) {
	a, a3, b, b3 := heads[0], heads[1], tails[0], tails[1]
	ordered2 := n * (n - 1)
	ordered3 := ordered2 * (n - 2)
	ordered4 := ordered3 * (n - 3)
	first := a * b / ordered2
	second := 2*a*b/ordered2 + 4*(a3-a)*(b3-b)/ordered3 + (a*a+2*a-4*a3)*(b*b+2*b-4*b3)/ordered4
	return first, math.Sqrt(math.Max(0, second-first*first))
}

package analyzer

import (
	"context"
	"math"
	"strconv"

	"github.com/jianfu/jianfu/analyzer/stats"
)

const (
	// The permutations of number bunching: at most so many draws, and so many rows drawn in all, but never fewer than
	// what can reach a p-value of 0.01.
	bunchingReplicates      = 1999
	bunchingRows            = 30_000_000
	bunchingLeastReplicates = 99
	bunchingLeastExpected   = 5 // pairs of equal values expected by chance
	// Heads and tails are unrelated only where the numbers are many times the range of a tail: the median head, and the
	// share of numbers that have a head at all.
	bunchingMedianHead = 5
	bunchingHeaded     = 0.9
)

func (s *digitSample) numberBunching(ctx context.Context) (DigitJudgement, error) {
	t := s.in.Thresholds
	split := s.headsAndTails()
	j := DigitJudgement{DigitResult: DigitResult{
		Test: DigitNumberBunching, N: len(split.head), Verdict: DigitNotAssessed, Threshold: figure(t.RepeatExcess),
	}}
	if float64(j.N) < t.DigitMinimum {
		j = j.block(ObstacleFew, tooFew(j.N, t.DigitMinimum))
	}
	if split.headed < bunchingHeaded*float64(j.N) || split.median < bunchingMedianHead {
		j = j.block(ObstacleNoTail, say("以 %g 为界拆分首尾，首部中位数为 %.4g，%.0f%% 的数值有首部；需要中位数不低于 %d 且 %.0f%% 的数值有首部：数值太小，首尾并不无关，不作判断。",
			"Split at %g, the median head is %.4g and %.0f%% of the numbers have a head; a median of %d and %.0f%% are needed: in such small numbers head and tail are related, so nothing is concluded.",
			split.unit, split.median, 100*split.headed/math.Max(1, float64(j.N)), bunchingMedianHead, 100*bunchingHeaded))
	}
	replicates := 0 // where nothing may be concluded the figures are still shown
	if len(j.Obstacles) == 0 {
		replicates = max(bunchingLeastReplicates, min(bunchingReplicates, bunchingRows/j.N))
	}
	b, err := stats.NumberBunching(ctx, split.head, split.tail, replicates, s.rng(j.Test))
	if err != nil {
		return j, err
	}
	if b.Distinct > 0 {
		j.Statistic, j.Effect = figure(b.AverageFrequency), figure(b.Excess())
	}
	if len(j.Obstacles) > 0 {
		return j, nil
	}
	j.P = figure(b.P)
	j.reason = say("非零数值 %d 个（%d 种），平均频数 %.4f，打乱尾数后的期望 %.4f，熵 %.6f（置换 %d 次，p=%.3g）。",
		"%d numbers other than zero (%d different), average frequency %.4f against %.4f with the tails shuffled, entropy %.6f (%d permutations, p=%.3g).",
		b.N, b.Distinct, b.AverageFrequency, b.Expected, b.Entropy, b.Replicates, b.P)
	if pairs := (b.Expected - 1) * float64(b.N) / 2; pairs < bunchingLeastExpected {
		return j.block(ObstacleFew, say("偶然相同的数对仅期望 %.1f 对，至少需要 %d 对，不作判断。",
			"Only %.1f pairs of equal values are expected by chance and at least %d are needed, so nothing is concluded.", pairs, bunchingLeastExpected)), nil
	}
	if b.Excess() <= t.RepeatExcess || b.P > t.Alpha {
		return j.conclude(DigitConforms, say("重复与期望相差 %+.1f%%，未同时超过界值 %.0f%% 与偶然波动，没有明显扎堆。",
			"Repeats differ from expectation by %+.1f%%, not beyond both the bound of %.0f%% and chance: no marked bunching.", 100*b.Excess(), 100*t.RepeatExcess)), nil
	}
	value, times := s.mostFrequent()
	return j.conclude(DigitDeparts, say("重复比期望多 %.1f%%，超过界值 %.0f%%；出现最多的是 %s（%d 次），建议核对重复的数值。固定收费、补助标准会造成重复，先予排除。",
		"Repeats exceed expectation by %.1f%%, beyond the bound of %.0f%%; the most frequent value is %s (%d times); repeated values are worth checking. Fixed fees and subsidy standards repeat too: exclude them first.",
		100*b.Excess(), 100*t.RepeatExcess, value, times)), nil
}

// bunchingSplit is the numbers other than zero, each split into head and tail.
type bunchingSplit struct {
	head, tail []uint64
	unit       float64 // what one of a head is worth: 1, or 100 where the column has no decimals
	median     float64 // of the heads
	headed     float64 // numbers whose head is not zero
}

// headsAndTails splits the numbers into integer part (with its sign) and decimals, or whole numbers before their last
// two digits.
func (s *digitSample) headsAndTails() bunchingSplit {
	r := bunchingSplit{unit: 1}
	places := s.places
	if places == 0 {
		places, r.unit = 2, 100
	}
	base := uint64(1)
	for range places {
		base *= 10
	}
	var heads []float64
	for _, v := range s.units {
		h := v.units / base
		heads = append(heads, float64(h))
		if h > 0 {
			r.headed++
		}
		h <<= 1
		if v.negative {
			h++
		}
		r.head, r.tail = append(r.head, h), append(r.tail, v.units%base)
	}
	if len(heads) > 0 {
		r.median = stats.Median(heads)
	}
	return r
}

// mostFrequent names the value that occurs most often, the smallest of several.
func (s *digitSample) mostFrequent() (value string, times int) {
	counts := map[signedUnits]int{}
	for _, v := range s.units {
		counts[v]++
	}
	var best signedUnits
	for v, n := range counts {
		if n > times || n == times && v.units < best.units {
			best, times = v, n
		}
	}
	x := float64(best.units) * math.Pow10(-s.places)
	if best.negative {
		x = -x
	}
	return strconv.FormatFloat(x, 'f', s.places, 64), times
}

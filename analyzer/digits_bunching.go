package analyzer

import (
	"context"
	"strconv"

	"github.com/jianfu/jianfu/analyzer/stats"
)

const (
	// The permutations of number bunching: at most so many draws, and so many rows drawn in all, but never fewer than
	// what can reach a p-value of 0.01.
	bunchingReplicates        = 1999
	bunchingRows              = 30_000_000
	bunchingLeastReplicates   = 99
	bunchingLeastExpected     = 5    // pairs of equal values expected by chance
	bunchingWholeNumberMedian = 1000 // from here on whole numbers have a tail of two digits
)

func (s *digitSample) numberBunching(ctx context.Context) (DigitJudgement, error) {
	t := s.in.Thresholds
	head, tail, median := s.headsAndTails()
	j := DigitJudgement{DigitResult: DigitResult{
		Test: DigitNumberBunching, N: len(head), Verdict: DigitNotAssessed, Threshold: figure(t.RepeatExcess),
	}}
	if j.N < t.DigitMinimum {
		j = j.block(ObstacleFew, tooFew(j.N, t.DigitMinimum))
	}
	if s.places == 0 && median < bunchingWholeNumberMedian {
		j = j.block(ObstacleNoTail, say("数值为整数且中位数仅 %.4g，没有可打乱的尾数（需要小数，或中位数不低于 %d），不作判断。",
			"The numbers are whole with a median of %.4g, so there is no tail to shuffle (decimals, or a median of at least %d, are needed) and nothing is concluded.",
			median, bunchingWholeNumberMedian))
	}
	if len(j.Obstacles) > 0 {
		return j, nil
	}
	replicates := max(bunchingLeastReplicates, min(bunchingReplicates, bunchingRows/j.N))
	b, err := stats.NumberBunching(ctx, head, tail, replicates, s.rng(j.Test))
	if err != nil {
		return j, err
	}
	j.Statistic, j.P, j.Effect = figure(b.AverageFrequency), figure(b.P), figure(b.Excess())
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

// headsAndTails splits the numbers other than zero into integer part (with its sign) and decimals, or whole numbers of
// four digits and more before their last two digits. The median is in units of the last place.
func (s *digitSample) headsAndTails() (head, tail []uint64, median float64) {
	places := s.places
	if places == 0 {
		places = 2
	}
	unit := uint64(1)
	for range places {
		unit *= 10
	}
	var magnitudes []float64
	for _, d := range s.values {
		u, ok := d.Units(s.places)
		if !ok || u == 0 {
			continue
		}
		magnitudes = append(magnitudes, float64(u))
		h := u / unit << 1
		if d.Negative {
			h++
		}
		head, tail = append(head, h), append(tail, u%unit)
	}
	return head, tail, stats.Median(magnitudes)
}

// mostFrequent names the value other than zero that occurs most often, the smallest of several.
func (s *digitSample) mostFrequent() (value string, times int) {
	counts := map[float64]int{}
	for _, d := range s.values {
		if !d.IsZero() {
			counts[d.Float()]++
		}
	}
	var best float64
	for x, n := range counts {
		if n > times || n == times && x < best {
			best, times = x, n
		}
	}
	return strconv.FormatFloat(best, 'f', -1, 64), times
}

package analyzer

import (
	"math"
	"math/rand/v2"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// benfordReplicates are the bootstrap samples of the mean absolute deviation.
const benfordReplicates = 1000

// BenfordSummary is what Benford's law needs to know of many positive numbers. It is small, so that the store can make it
// of millions.
type BenfordSummary struct {
	FirstTwo        [90]uint64 // numbers by their first two significant digits 10..99, taken from the decimal text
	P5, P50, P95    float64    // percentiles
	Least, Most     float64
	AtLeast, AtMost uint64 // numbers equal to the least and to the most
}

// N is the number of positive numbers.
func (b BenfordSummary) N() int {
	var n uint64
	for _, c := range b.FirstTwo {
		n += c
	}
	return int(n)
}

// benfordSummary of the sample's positive numbers.
func (s *digitSample) benfordSummary() BenfordSummary {
	var b BenfordSummary
	n := len(s.sorted)
	if n == 0 {
		return b
	}
	for _, d := range s.values {
		if digits := d.FirstTwoDigits(); digits > 0 && !d.Negative {
			b.FirstTwo[digits-10]++
		}
	}
	b.P5, b.P50, b.P95 = stats.QuantileSorted(s.sorted, 0.05), stats.QuantileSorted(s.sorted, 0.5), stats.QuantileSorted(s.sorted, 0.95)
	b.Least, b.Most = s.sorted[0], s.sorted[n-1]
	for i := 0; i < n && s.sorted[i] == b.Least; i++ {
		b.AtLeast++
	}
	for i := n - 1; i >= 0 && s.sorted[i] == b.Most; i-- {
		b.AtMost++
	}
	return b
}

// JudgeBenford holds the numbers against Benford's law by the test DigitBenfordFirst or DigitBenfordFirstTwo. The
// statistic is Pearson's chi-square, the effect the mean absolute deviation. The verdict departs needs a deviation beyond
// Nigrini's (2012) bound of nonconformity and beyond what chance gives so many numbers, by parametric bootstrap; that the
// bound has to grow where numbers are few is the point of Barney & Schulzke (2016).
func JudgeBenford(test string, b BenfordSummary, t DigitThresholds, rng *rand.Rand) DigitJudgement {
	law, first, bound := stats.BenfordFirstTwo(), 10, t.MADFirstTwo
	counts := make([]float64, 90)
	for i, c := range b.FirstTwo {
		counts[i] = float64(c)
	}
	if test == DigitBenfordFirst {
		law, first, bound = stats.BenfordFirst(), 1, t.MADFirst
		ones := make([]float64, 9)
		for i, c := range counts {
			ones[i/10] += c
		}
		counts = ones
	}
	n := b.N()
	j := DigitJudgement{DigitResult: DigitResult{Test: test, N: n, Verdict: DigitNotAssessed, Threshold: figure(bound)}}
	if n == 0 {
		return j.block(ObstacleFew, say("没有正数，无从检验。", "There are no positive numbers to test."))
	}
	fit := stats.GoodnessOfFit(counts, law)
	mad := stats.MeanAbsoluteDeviation(counts, law)
	j.Statistic, j.DF, j.P, j.Effect = figure(fit.Statistic), &fit.DF, figure(fit.P), figure(mad)
	j.reason = say("正数 %d 个，平均绝对偏差 %.6f（偶然波动约 %.6f）。",
		"%d positive numbers, mean absolute deviation %.6f (chance alone gives about %.6f).",
		n, mad, stats.ExpectedMAD(n, law))
	if j = j.benfordObstacles(b, t); len(j.Obstacles) > 0 {
		return j
	}
	null := stats.BootstrapMAD(n, law, benfordReplicates, rng)
	bound = math.Max(bound, null.Quantile(1-t.Alpha))
	j.Threshold = figure(bound)
	p := null.P(mad)
	switch {
	case mad > bound:
		top, excess := topDigits(counts, law, first)
		return j.conclude(DigitDeparts, say("超过界值 %.6f（自助法 p=%.3f），以 %d 开头的数偏多最甚（多 %.0f 个），建议核对这些记录。固定收费、标准定额、单价也会造成偏离。",
			"It exceeds the bound %.6f (bootstrap p=%.3f); numbers that begin with %d are the most overrepresented (%.0f too many) and worth checking. Fixed fees, quotas and unit prices also cause this.",
			bound, p, top, excess))
	case p <= t.Alpha:
		j = j.conclude(DigitConforms, say("偏离在统计上可辨（自助法 p=%.3f），但幅度未超过界值 %.6f，不足以引起注意。",
			"The departure is discernible (bootstrap p=%.3f) but its size stays within the bound %.6f and gives no cause for attention.", p, bound))
	default:
		j = j.conclude(DigitConforms, say("未超过界值 %.6f（自助法 p=%.3f），与本福特定律相符。",
			"It stays within the bound %.6f (bootstrap p=%.3f): consistent with Benford's law.", bound, p))
	}
	if test == DigitBenfordFirst {
		j.reason = j.reason.then(say("首位数字相符并不能排除编造：已知的财务造假也能通过首位检验。",
			"Conforming first digits do not rule out invention: a known accounting fraud passes this test."))
	}
	return j
}

// topDigits names the digits with the greatest excess over the law, in standard deviations.
func topDigits(counts, law []float64, first int) (digits int, excess float64) {
	var n, best float64
	for _, c := range counts {
		n += c
	}
	for i, p := range law {
		if z := (counts[i] - n*p) / math.Sqrt(n*p*(1-p)); i == 0 || z > best {
			digits, excess, best = first+i, counts[i]-n*p, z
		}
	}
	return digits, excess
}

// benfordObstacles records the preconditions of the law that the numbers do not meet.
func (j DigitJudgement) benfordObstacles(b BenfordSummary, t DigitThresholds) DigitJudgement {
	if float64(j.N) < t.BenfordMinimum {
		j = j.block(ObstacleFew, tooFew(j.N, t.BenfordMinimum))
	}
	if b.P95 < t.BenfordSpread*b.P5 {
		j = j.block(ObstacleNarrow, say("第 95 与第 5 百分位之比为 %.3g，至少需要 %.3g：数值跨度不够，诚实数据也会偏离，不作判断。",
			"The 95th percentile is %.3g times the 5th and %.3g times is needed: over so narrow a range honest data depart too, so nothing is concluded.",
			b.P95/b.P5, t.BenfordSpread))
	}
	if float64(j.N) < t.BenfordMinimum || b.Least == b.Most {
		return j // too few to tell a cut-off from chance
	}
	return j.cutOff(b, t)
}

// cutOff detects numbers recorded only from a floor upwards or up to a cap: many at the very edge, or logarithms that end
// abruptly on one side with half of the numbers within one decade of that edge. The law then fails for a reason that has
// nothing to do with who reported.
func (j DigitJudgement) cutOff(b BenfordSummary, t DigitThresholds) DigitJudgement {
	n := float64(j.N)
	below, above := math.Log(b.P50/b.P5), math.Log(b.P95/b.P50)
	switch {
	case float64(b.AtLeast) >= t.CapShare*n:
		return j.block(ObstacleFloor, say("有 %.0f%% 的数值恰为最小值 %g，像是设有下限（截断），偏离可由截断解释，不作判断。",
			"%.0f%% of the numbers equal the minimum %g, as if there were a floor; the cut-off explains a departure, so nothing is concluded.",
			100*float64(b.AtLeast)/n, b.Least))
	case float64(b.AtMost) >= t.CapShare*n:
		return j.block(ObstacleCap, say("有 %.0f%% 的数值恰为最大值 %g，像是设有上限（封顶），偏离可由截断解释，不作判断。",
			"%.0f%% of the numbers equal the maximum %g, as if they were capped; the cut-off explains a departure, so nothing is concluded.",
			100*float64(b.AtMost)/n, b.Most))
	case above > t.BenfordSkew*below && b.P50 < 10*b.Least:
		return j.block(ObstacleFloor, say("数值从 %g 起，半数不到 %g，最大却达 %g：像是在 %[1]g 左右截断（只登记达到一定规模的对象），偏离可由截断解释，不作判断。",
			"The numbers start at %g, half of them lie below %g, yet they reach %g: they look cut off at about %[1]g (only what is large enough is recorded); the cut-off explains a departure, so nothing is concluded.",
			b.Least, b.P50, b.Most))
	case below > t.BenfordSkew*above && b.Most < 10*b.P50:
		return j.block(ObstacleCap, say("数值最小 %g，半数超过 %g，却止于 %g：像是在 %[3]g 左右封顶（超过的不登记或另行审批），偏离可由截断解释，不作判断。",
			"The numbers start at %g, half of them lie above %g, yet they end at %g: they look cut off at about %[3]g (more is not recorded, or approved elsewhere); the cut-off explains a departure, so nothing is concluded.",
			b.Least, b.P50, b.Most))
	}
	return j
}

package analyzer

import (
	"context"
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// benfordReplicates are the bootstrap samples of the mean absolute deviation.
const benfordReplicates = 1000

func (s *digitSample) benfordFirst(context.Context) (digitOutcome, error) {
	counts := make([]float64, 9)
	for _, d := range s.values {
		if digit := d.FirstDigit(); digit > 0 && !d.Negative {
			counts[digit-1]++
		}
	}
	o := s.benford(DigitBenfordFirst, counts, stats.BenfordFirst(), 1, s.in.Thresholds.MADFirst)
	if o.result.Verdict == DigitConforms {
		o.reason = o.reason.then(say("首位数字相符并不能排除编造：已知的财务造假也能通过首位检验。",
			"Conforming first digits do not rule out invention: a known accounting fraud passes this test."))
	}
	return o, nil
}

func (s *digitSample) benfordFirstTwo(context.Context) (digitOutcome, error) {
	counts := make([]float64, 90)
	for _, d := range s.values {
		if digits := d.FirstTwoDigits(); digits > 0 && !d.Negative {
			counts[digits-10]++
		}
	}
	return s.benford(DigitBenfordFirstTwo, counts, stats.BenfordFirstTwo(), 10, s.in.Thresholds.MADFirstTwo), nil
}

// benford judges counts of leading digits, the first category being the digits first.
func (s *digitSample) benford(test string, counts, law []float64, first int, bound float64) digitOutcome {
	n := len(s.sorted)
	r := DigitResult{Test: test, N: n, Verdict: DigitNotAssessed, Threshold: figure(bound)}
	if n == 0 {
		return digitOutcome{r, say("没有正数，无从检验。", "There are no positive numbers to test.").then(s.skippedCells())}
	}
	fit := stats.GoodnessOfFit(counts, law)
	mad := stats.MeanAbsoluteDeviation(counts, law)
	r.Statistic, r.DF, r.P, r.Effect = figure(fit.Statistic), &fit.DF, figure(fit.P), figure(mad)
	seen := say("正数 %d 个，平均绝对偏差 %.6f（偶然波动约 %.6f）。",
		"%d positive numbers, mean absolute deviation %.6f (chance alone gives about %.6f).",
		n, mad, stats.ExpectedMAD(n, law))

	if against := s.benfordObstacles(); against.en != "" {
		return digitOutcome{r, seen.then(against, s.skippedCells())}
	}
	null := stats.BootstrapMAD(n, law, benfordReplicates, stats.NewRand(s.in.Seed, test+"\x00"+s.group))
	bound = math.Max(bound, null.Quantile(1-s.in.Thresholds.Alpha))
	r.Threshold = figure(bound)
	judge(&r, false, mad > bound)
	if r.Verdict == DigitConforms {
		verdict := say("未超过界值 %.6f（自助法 p=%.3f），与本福特定律相符。",
			"It stays within the bound %.6f (bootstrap p=%.3f): consistent with Benford's law.", bound, null.P(mad))
		if null.P(mad) <= s.in.Thresholds.Alpha {
			verdict = say("偏离在统计上可辨（自助法 p=%.3[2]f），但幅度未超过界值 %.6[1]f，不足以引起注意。",
				"The departure is discernible (bootstrap p=%.3[2]f) but its size stays within the bound %.6[1]f and gives no cause for attention.", bound, null.P(mad))
		}
		return digitOutcome{r, seen.then(verdict, s.skippedCells())}
	}
	top, excess := topDigits(counts, law, first)
	return digitOutcome{r, seen.then(say("超过界值 %.6f（自助法 p=%.3f），以 %d 开头的数偏多最甚（多 %.0f 个），建议核对这些记录。固定收费、标准定额、单价也会造成偏离。",
		"It exceeds the bound %.6f (bootstrap p=%.3f); numbers that begin with %d are the most overrepresented (%.0f too many) and worth checking. Fixed fees, quotas and unit prices also cause this.",
		bound, null.P(mad), top, excess), s.skippedCells())}
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

// benfordObstacles lists the preconditions of Benford's law that the positive numbers do not meet.
func (s *digitSample) benfordObstacles() sentence {
	t := s.in.Thresholds
	against := tooFew(len(s.sorted), t.BenfordMinimum)
	p5, p50, p95 := stats.QuantileSorted(s.sorted, 0.05), stats.QuantileSorted(s.sorted, 0.5), stats.QuantileSorted(s.sorted, 0.95)
	if p95 < t.BenfordSpread*p5 {
		against = against.then(say("第 95 与第 5 百分位之比为 %.3g，至少需要 %.3g：数值跨度不够，诚实数据也会偏离，不作判断。",
			"The 95th percentile is %.3g times the 5th and %.3g times is needed: over so narrow a range honest data depart too, so nothing is concluded.",
			p95/p5, t.BenfordSpread))
	}
	if len(s.sorted) < t.BenfordMinimum {
		return against // too few to tell a cut-off from chance
	}
	return against.then(s.cutOff(p5, p50, p95))
}

// cutOff detects numbers recorded only from a floor upwards or up to a cap: many at the very edge, or logarithms that end
// abruptly on one side with half of the numbers within one decade of that edge. The law then fails for a reason that has
// nothing to do with who reported.
func (s *digitSample) cutOff(p5, p50, p95 float64) sentence {
	t := s.in.Thresholds
	n := len(s.sorted)
	least, most := s.sorted[0], s.sorted[n-1]
	if share := edgeShare(s.sorted, least); share >= t.CapShare && least < most {
		return say("有 %.0f%% 的数值恰为最小值 %g，像是设有下限（截断），偏离可由截断解释，不作判断。",
			"%.0f%% of the numbers equal the minimum %g, as if there were a floor; the cut-off explains a departure, so nothing is concluded.", 100*share, least)
	}
	if share := edgeShare(s.sorted, most); share >= t.CapShare && least < most {
		return say("有 %.0f%% 的数值恰为最大值 %g，像是设有上限（封顶），偏离可由截断解释，不作判断。",
			"%.0f%% of the numbers equal the maximum %g, as if they were capped; the cut-off explains a departure, so nothing is concluded.", 100*share, most)
	}
	lower, upper := math.Log(p50/p5), math.Log(p95/p50)
	switch {
	case upper > t.BenfordSkew*lower && p50 < 10*least:
		return say("数值从 %g 起，半数不到 %g，最大却达 %g：像是在 %[1]g 左右截断（只登记达到一定规模的对象），偏离可由截断解释，不作判断。",
			"The numbers start at %g, half of them lie below %g, yet they reach %g: they look cut off at about %[1]g (only what is large enough is recorded); the cut-off explains a departure, so nothing is concluded.",
			least, p50, most)
	case lower > t.BenfordSkew*upper && most < 10*p50:
		return say("数值最小 %g，半数超过 %g，却止于 %g：像是在 %[3]g 左右封顶（超过的不登记或另行审批），偏离可由截断解释，不作判断。",
			"The numbers start at %g, half of them lie above %g, yet they end at %g: they look cut off at about %[3]g (more is not recorded, or approved elsewhere); the cut-off explains a departure, so nothing is concluded.",
			least, p50, most)
	}
	return sentence{}
}

// edgeShare is the share of ascending numbers that equal the edge.
func edgeShare(sorted []float64, edge float64) float64 {
	n := 0
	for i := 0; i < len(sorted) && sorted[i] == edge; i++ {
		n++
	}
	for i := len(sorted) - 1; i >= n && sorted[i] == edge; i-- {
		n++
	}
	return float64(n) / float64(len(sorted))
}

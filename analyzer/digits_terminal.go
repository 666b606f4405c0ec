package analyzer

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// evenHeaping is the share of last digits 0 and 5 where all ten are equally frequent.
const evenHeaping = 0.2

// Last digits can be even if mostlyLarge of the numbers have three digits, or if the mean is large enough and
// mostlyTwoDigits of them have two: a mean alone could come from a few giants among single digits.
const (
	mostlyLarge     = 0.95
	mostlyTwoDigits = 0.90
)

// TerminalSummary is what the tests of last digits need to know of many numbers other than zero, counted in units of
// their last place. It is small, so that the store can make it of millions.
type TerminalSummary struct {
	Last      [10]uint64 // numbers by their last digit
	Large     uint64     // numbers of at least DigitThresholds.LargeValue
	TwoDigits uint64     // numbers of at least 10
	Distinct  uint64     // different numbers
	Mean      float64
	Places    int // decimal places of the unit
}

// N is the number of numbers.
func (s TerminalSummary) N() int {
	var n uint64
	for _, c := range s.Last {
		n += c
	}
	return int(n)
}

func (s TerminalSummary) counts() []float64 {
	counts := make([]float64, 10)
	for i, c := range s.Last {
		counts[i] = float64(c)
	}
	return counts
}

// terminalSummary of the sample's numbers.
func (s *digitSample) terminalSummary() TerminalSummary {
	r := TerminalSummary{Places: s.places}
	units := make([]uint64, 0, len(s.units))
	var total float64
	for _, v := range s.units {
		u := v.units
		r.Last[u%10]++
		units = append(units, u)
		total += float64(u)
		if float64(u) >= s.in.Thresholds.LargeValue {
			r.Large++
		}
		if u >= 10 {
			r.TwoDigits++
		}
	}
	if len(units) > 0 {
		r.Mean = total / float64(len(units))
	}
	slices.Sort(units)
	r.Distinct = uint64(len(slices.Compact(units)))
	return r
}

// JudgeTerminalDigit tests whether the ten last digits are equally frequent (chi-square with 9 degrees of freedom; the
// effect is Cramér's V).
func JudgeTerminalDigit(s TerminalSummary, t DigitThresholds) DigitJudgement {
	n := s.N()
	j := DigitJudgement{DigitResult: DigitResult{Test: DigitTerminalDigit, N: n, Verdict: DigitNotAssessed, Threshold: figure(t.CramersV)}}
	fit := stats.GoodnessOfFit(s.counts(), stats.Uniform(10))
	if n > 0 {
		j.Statistic, j.DF, j.P, j.Effect = figure(fit.Statistic), &fit.DF, figure(fit.P), figure(fit.CramersV)
		j.reason = say("非零数值 %d 个，按 %d 位小数取末位，Cramér's V=%.4f（p=%.3g）。",
			"%d numbers other than zero, last digit at %d decimal places, Cramér's V=%.4f (p=%.3g).",
			n, s.Places, fit.CramersV, fit.P)
	}
	if j = j.terminalObstacles(s, t); len(j.Obstacles) > 0 {
		return j
	}
	chance := math.Sqrt(distuv.ChiSquared{K: 9}.Quantile(1-t.Alpha) / (9 * float64(n)))
	bound := math.Max(t.CramersV, chance)
	j.Threshold = figure(bound)
	if fit.CramersV <= bound {
		return j.conclude(DigitConforms, say("未超过界值 %.4f，末位数字大致均匀。",
			"It stays within the bound %.4f: the last digits are about even.", bound))
	}
	top, excess := topDigits(s.counts(), stats.Uniform(10), 0)
	return j.conclude(DigitDeparts, say("超过界值 %.4f，末位为 %d 的偏多最甚（占 %.1f%%，多 %.0f 个）。取整、定额、单位换算、仪器精度也会造成偏离，先查报表是否要求取整。",
		"It exceeds the bound %.4f; the last digit %d is the most overrepresented (%.1f%%, %.0f too many). Rounding, quotas, conversion of units and the resolution of instruments also cause this: first see whether the form asks for round figures.",
		bound, top, 100*float64(s.Last[top])/float64(n), excess))
}

// JudgeHeaping tests the share of numbers that end in 0 or 5 against the baseline, 0.2 where no peers set one, in both
// directions. The statistic is the share, the effect the share less the baseline.
func JudgeHeaping(s TerminalSummary, baseline float64, t DigitThresholds) DigitJudgement {
	n := s.N()
	j := DigitJudgement{DigitResult: DigitResult{Test: DigitHeaping, N: n, Verdict: DigitNotAssessed, Threshold: figure(t.HeapingShare)}}
	h := stats.HeapingShare(s.counts(), baseline)
	effect := h.Share - baseline
	if n > 0 {
		j.Statistic, j.P, j.Effect = figure(h.Share), figure(h.P), figure(effect)
		j.reason = say("非零数值 %d 个，末位为 0 或 5 的占 %.1f%%（95%% 区间 %.1f%%–%.1f%%），基准为 %.1f%%。",
			"%d numbers other than zero, %.1f%% of them end in 0 or 5 (95%% interval %.1f%% to %.1f%%) against a baseline of %.1f%%.",
			n, 100*h.Share, 100*h.Low, 100*h.High, 100*baseline)
	}
	if j = j.terminalObstacles(s, t); len(j.Obstacles) > 0 {
		return j
	}
	chance := distuv.UnitNormal.Quantile(1-t.Alpha/2) * math.Sqrt(baseline*(1-baseline)/float64(n))
	bound := math.Max(t.HeapingShare, chance)
	j.Threshold = figure(bound)
	switch {
	case math.Abs(effect) <= bound || h.P > t.Alpha:
		return j.conclude(DigitConforms, say("相差未超过 %.1f 个百分点，没有明显凑整。",
			"The difference stays within %.1f percentage points: no marked heaping.", 100*bound))
	case effect > 0:
		return j.conclude(DigitDeparts, say("高出界值（%.1f 个百分点），存在凑整。估报、取整习惯和报表口径都可能是原因。",
			"It exceeds the bound of %.1f percentage points: figures are heaped. Estimates, habits of rounding and the form's own rules are possible causes.", 100*bound))
	}
	return j.conclude(DigitDeparts, say("低于界值（%.1f 个百分点），整数过少，与过多一样值得核对：随手编写的数字往往回避 0 和 5。",
		"It falls short by more than %.1f percentage points: too few round figures deserve a look as too many do, since invented numbers tend to avoid 0 and 5.", 100*bound))
}

// terminalObstacles records what stands against reading anything into the last digits.
func (j DigitJudgement) terminalObstacles(s TerminalSummary, t DigitThresholds) DigitJudgement {
	n := float64(j.N)
	if j.N == 0 {
		return j.block(ObstacleFew, say("没有非零数值，无从检验。", "There are no numbers other than zero to test."))
	}
	if float64(j.N) < t.DigitMinimum {
		j = j.block(ObstacleFew, tooFew(j.N, t.DigitMinimum))
	}
	if large, two := float64(s.Large)/n, float64(s.TwoDigits)/n; large < mostlyLarge && (s.Mean < t.LargeMean || two < mostlyTwoDigits) {
		j = j.block(ObstacleSmall, say("以末位为单位，平均数为 %.4g，%.0f%% 的数值达到 %g，%.0f%% 达到 10；需要 %.0f%% 达到 %[3]g，或平均数不低于 %[6]g 且 %.0[7]f%% 达到 10：数值太小，末位本来就不均匀，不作判断。",
			"In units of the last place the mean is %.4g, %.0f%% of the numbers reach %g and %.0f%% reach 10; %.0f%% should reach %[3]g, or the mean be at least %[6]g and %.0[7]f%% reach 10: last digits of such small numbers are uneven by nature, so nothing is concluded.",
			s.Mean, 100*large, t.LargeValue, 100*two, 100*mostlyLarge, t.LargeMean, 100*mostlyTwoDigits))
	}
	if float64(j.N) >= t.DigitMinimum && float64(s.Distinct) < t.DistinctMinimum {
		j = j.block(ObstacleNarrow, say("只有 %d 种不同数值，至少需要 %g 种：像是年份、编码或固定标准，末位没有意义，不作判断。",
			"There are only %d different numbers and at least %g are needed: these look like years, codes or fixed amounts whose last digits mean nothing, so nothing is concluded.",
			s.Distinct, t.DistinctMinimum))
	}
	if s.Last[0]+s.Last[5] == uint64(j.N) && float64(j.N) >= t.DigitMinimum {
		j = j.block(ObstacleRounds, say("全部数值末位都是 0 或 5，报表本身很可能要求取整，不作判断。",
			"All numbers end in 0 or 5: the form itself most likely rounds, so nothing is concluded."))
	}
	return j
}

package analyzer

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// leastRateSD is the standard deviation of the expected count below which the denominators leave next to no choice.
const leastRateSD = 0.5

func (s *digitSample) integerRate() DigitJudgement {
	t := s.in.Thresholds
	var numerator, denominator []int64
	unreadable := 0
	for _, i := range s.rows {
		if !s.isNumber[i] || !s.isDenom[i] {
			unreadable++
			continue
		}
		x, whole := wholeNumber(s.numbers[i])
		d, wholeDenominator := wholeNumber(s.denominators[i])
		if !whole || !wholeDenominator {
			unreadable++
			continue
		}
		numerator, denominator = append(numerator, x), append(denominator, d)
	}
	rate := stats.IntegerRates(numerator, denominator)
	j := JudgeIntegerRate(rate, t)
	j.reason = j.reason.then(say("分母低于 100、比率高于 99%% 或不成比率的 %d 行、分子或分母不是整数的 %d 行未计入。",
		"%d rows with a denominator below 100, a rate above 99%% or no rate, and %d rows whose numerator or denominator is no whole number, were left out.",
		rate.LeftOut, unreadable))
	return j
}

// JudgeIntegerRate judges the excess of whole percentages. The statistic is the observed count, the effect observed less
// expected.
func JudgeIntegerRate(rate stats.IntegerRate, t DigitThresholds) DigitJudgement {
	j := DigitJudgement{DigitResult: DigitResult{
		Test: DigitIntegerRate, N: rate.Rows, Verdict: DigitNotAssessed, Threshold: figure(t.IntegerRateShare * float64(rate.Rows)),
	}}
	if rate.Rows > 0 {
		j.Statistic, j.P, j.Effect = figure(float64(rate.Observed)), figure(rate.P), figure(rate.Excess())
		j.reason = say("%d 行中有 %d 行的比率落在整数百分点（±0.05）上，按二项分布期望 %.1f 行（p=%.3g）。",
			"Of %d rows %d have a rate within 0.05 of a whole percentage; %.1f are expected from the binomial distribution (p=%.3g).",
			rate.Rows, rate.Observed, rate.Expected, rate.P)
	}
	if float64(rate.Rows) < t.DigitMinimum {
		j = j.block(ObstacleFew, tooFew(rate.Rows, t.DigitMinimum))
	}
	if rate.Rows > 0 && rate.SD < leastRateSD {
		j = j.block(ObstacleNecessity, say("这些分母下整数百分点几乎是必然的，不作判断。",
			"With these denominators whole percentages are almost a necessity, so nothing is concluded."))
	}
	if len(j.Obstacles) > 0 {
		return j
	}
	bound := math.Max(t.IntegerRateShare*float64(rate.Rows), distuv.UnitNormal.Quantile(1-t.Alpha)*rate.SD)
	j.Threshold = figure(bound)
	if rate.Excess() <= bound || rate.P > t.Alpha {
		return j.conclude(DigitConforms, say("未比期望多出 %.1f 行以上，没有明显聚集。",
			"They do not exceed expectation by more than %.1f rows: no marked excess.", bound))
	}
	return j.conclude(DigitDeparts, say("多出 %.1f 行，超过界值 %.1f：完成率可能是先定比率后倒推人数。下达的目标为整数百分点时，先核对目标。",
		"That is %.1f rows too many, beyond the bound %.1f: the rates may have been set first and the counts worked out backwards. Where targets are whole percentages, look at the target first.",
		rate.Excess(), bound))
}

// wholeNumber is the integer that the decimal writes, false for fractions and numbers beyond 10^15.
func wholeNumber(d stats.Decimal) (int64, bool) {
	u, ok := d.Units(0)
	if !ok || u > 1e15 {
		return 0, false
	}
	if d.Negative {
		return -int64(u), true
	}
	return int64(u), true
}

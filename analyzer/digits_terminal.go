package analyzer

import (
	"context"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// evenHeaping is the share of last digits 0 and 5 where all ten are equally frequent.
const evenHeaping = 0.2

// mostlyLarge is the share of numbers of three digits or more, and smallMedian the least median, that let the last digits
// be even; a mean alone could come from a few giants among single digits.
const (
	mostlyLarge = 0.95
	smallMedian = 20
)

func (s *digitSample) terminalDigit(context.Context) (digitOutcome, error) {
	t := s.in.Thresholds
	units, against := s.lastPlaces()
	r := DigitResult{Test: DigitTerminalDigit, N: len(units), Threshold: figure(t.CramersV)}
	counts := stats.TerminalDigits(units)
	fit := stats.GoodnessOfFit(counts, stats.Uniform(10))
	if len(units) == 0 {
		judge(&r, true, false)
		return digitOutcome{r, against.then(s.skippedCells())}, nil
	}
	r.Statistic, r.DF, r.P, r.Effect = figure(fit.Statistic), &fit.DF, figure(fit.P), figure(fit.CramersV)
	seen := say("非零数值 %d 个，按 %d 位小数取末位，Cramér's V=%.4f（p=%.3g）。",
		"%d numbers other than zero, last digit at %d decimal places, Cramér's V=%.4f (p=%.3g).",
		len(units), s.places, fit.CramersV, fit.P)
	if against.en != "" {
		judge(&r, true, false)
		return digitOutcome{r, seen.then(against, s.skippedCells())}, nil
	}
	chance := math.Sqrt(distuv.ChiSquared{K: 9}.Quantile(1-t.Alpha) / (9 * float64(len(units))))
	bound := math.Max(t.CramersV, chance)
	r.Threshold = figure(bound)
	judge(&r, false, fit.CramersV > bound)
	if r.Verdict == DigitConforms {
		return digitOutcome{r, seen.then(say("未超过界值 %.4f，末位数字分布均匀。",
			"It stays within the bound %.4f: the last digits are even.", bound), s.skippedCells())}, nil
	}
	top, excess := topDigits(counts, stats.Uniform(10), 0)
	return digitOutcome{r, seen.then(say("超过界值 %.4f，末位为 %d 的偏多最甚（占 %.1f%%，多 %.0f 个）。取整、定额、仪器精度也会造成偏离，先查报表是否要求取整。",
		"It exceeds the bound %.4f; the last digit %d is the most overrepresented (%.1f%%, %.0f too many). Rounding, quotas and the resolution of instruments also cause this: first see whether the form asks for round figures.",
		bound, top, 100*counts[top]/fit.N, excess), s.skippedCells())}, nil
}

func (s *digitSample) heaping(context.Context) (digitOutcome, error) {
	t := s.in.Thresholds
	units, against := s.lastPlaces()
	r := DigitResult{Test: DigitHeaping, N: len(units), Threshold: figure(t.HeapingShare)}
	if len(units) == 0 {
		judge(&r, true, false)
		return digitOutcome{r, against.then(s.skippedCells())}, nil
	}
	h := stats.HeapingShare(stats.TerminalDigits(units), evenHeaping)
	effect := h.Share - evenHeaping
	r.Statistic, r.P, r.Effect = figure(h.Share), figure(h.P), figure(effect)
	seen := say("非零数值 %d 个，末位为 0 或 5 的占 %.1f%%（95%% 区间 %.1f%%–%.1f%%），均匀时为 20%%。",
		"%d numbers other than zero, %.1f%% of them end in 0 or 5 (95%% interval %.1f%% to %.1f%%); 20%% would be even.",
		len(units), 100*h.Share, 100*h.Low, 100*h.High)
	if against.en != "" {
		judge(&r, true, false)
		return digitOutcome{r, seen.then(against, s.skippedCells())}, nil
	}
	chance := distuv.UnitNormal.Quantile(1-t.Alpha/2) * math.Sqrt(evenHeaping*(1-evenHeaping)/float64(len(units)))
	bound := math.Max(t.HeapingShare, chance)
	r.Threshold = figure(bound)
	judge(&r, false, math.Abs(effect) > bound && h.P <= t.Alpha)
	switch {
	case r.Verdict == DigitConforms:
		seen = seen.then(say("相差未超过 %.1f 个百分点，没有明显凑整。",
			"The difference stays within %.1f percentage points: no marked heaping.", 100*bound))
	case effect > 0:
		seen = seen.then(say("高出界值（%.1f 个百分点），存在凑整。估报、取整习惯和报表口径都可能是原因。",
			"It exceeds the bound of %.1f percentage points: figures are heaped. Estimates, habits of rounding and the form's own rules are possible causes.", 100*bound))
	default:
		seen = seen.then(say("低于界值（%.1f 个百分点），整数过少，与过多一样值得核对：随手编写的数字往往回避 0 和 5。",
			"It falls short by more than %.1f percentage points: too few round figures deserve a look as too many do, since invented numbers tend to avoid 0 and 5.", 100*bound))
	}
	return digitOutcome{r, seen.then(s.skippedCells())}, nil
}

// lastPlaces gives the numbers other than zero in units of the column's last place, and what stands against reading
// anything into their last digits.
func (s *digitSample) lastPlaces() (units []uint64, against sentence) {
	t := s.in.Thresholds
	var total float64
	large, round, finer := 0, 0, 0
	floats := make([]float64, 0, len(s.values))
	for _, d := range s.values {
		u, ok := d.Units(s.places)
		if !ok {
			finer++
			continue
		}
		if u == 0 {
			continue
		}
		units = append(units, u)
		floats = append(floats, float64(u))
		total += float64(u)
		if float64(u) >= t.LargeValue {
			large++
		}
		if u%5 == 0 {
			round++
		}
	}
	n := len(units)
	if n == 0 {
		return nil, say("没有非零数值，无从检验。", "There are no numbers other than zero to test.")
	}
	against = tooFew(n, t.DigitMinimum)
	mean, median := total/float64(n), stats.Median(floats)
	if float64(large) < mostlyLarge*float64(n) && (mean < t.LargeMean || median < smallMedian) {
		against = against.then(say("以末位为单位，平均数为 %.4g、中位数为 %.4g，%.0f%% 的数值达到 %g；需要数值多在 %[4]g 以上，或平均数不低于 %g 且中位数不低于 %d：数值太小，末位本来就不均匀，不作判断。",
			"In units of the last place the mean is %.4g and the median %.4g, and %.0f%% of the numbers reach %g; nearly all should reach %[4]g, or the mean be at least %g and the median %d: last digits of such small numbers are uneven by nature, so nothing is concluded.",
			mean, median, 100*float64(large)/float64(n), t.LargeValue, t.LargeMean, smallMedian))
	}
	if round == n && n >= t.DigitMinimum {
		against = against.then(say("全部数值末位都是 0 或 5，报表本身很可能要求取整，不作判断。",
			"All numbers end in 0 or 5: the form itself most likely rounds, so nothing is concluded."))
	}
	return units, against
}

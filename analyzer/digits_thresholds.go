package analyzer

// DigitThresholds are the bounds of the digit, repetition, rate and target tests. Those without a published source are
// local policy. They live in the policy file and are printed beside every verdict.
type DigitThresholds struct {
	// Alpha is the share of honest columns that may fail a test by chance; no departure counts that chance exceeds more
	// often than this.
	Alpha float64 `json:"alpha" yaml:"alpha"`

	// BenfordMinimum numbers are needed: below, honest columns exceed Nigrini's bounds by chance (measured: at 300 always,
	// at 1,000 in 93 %).
	BenfordMinimum int `json:"benford_minimum" yaml:"benford_minimum"`
	// BenfordSpread is the least ratio of the 95th to the 5th percentile.
	BenfordSpread float64 `json:"benford_spread" yaml:"benford_spread"`
	// BenfordSkew is how much longer one side of the logarithms may be than the other, (p95-p50)/(p50-p5), before the
	// column counts as cut off at the short side. An exponential, which a bare cut-off leaves, has 3.6.
	BenfordSkew float64 `json:"benford_skew" yaml:"benford_skew"`
	// CapShare is the share of numbers at the very minimum or maximum from which it counts as a floor or cap.
	CapShare float64 `json:"cap_share" yaml:"cap_share"`
	// MADFirst and MADFirstTwo are Nigrini's (2012) bounds of nonconformity.
	MADFirst    float64 `json:"mad_first" yaml:"mad_first"`
	MADFirstTwo float64 `json:"mad_first_two" yaml:"mad_first_two"`

	// DigitMinimum numbers are needed for last digits, repetition and rates.
	DigitMinimum int `json:"digit_minimum" yaml:"digit_minimum"`
	// LargeValue and LargeMean: last digits are even only in numbers of at least three digits, or counts with such a mean.
	LargeValue float64 `json:"large_value" yaml:"large_value"`
	LargeMean  float64 `json:"large_mean" yaml:"large_mean"`
	// CramersV is Cohen's (1988) small effect, w = 0.1, for ten digits: 0.1/sqrt(9).
	CramersV float64 `json:"cramers_v" yaml:"cramers_v"`
	// HeapingShare is the deviation of the share ending in 0 or 5 from its baseline: a Whipple index of 1.25, where the
	// United Nations' "approximate" data end, is 0.25 - 0.20.
	HeapingShare float64 `json:"heaping_share" yaml:"heaping_share"`

	// RepeatExcess is the share of repeated values beyond those expected.
	RepeatExcess float64 `json:"repeat_excess" yaml:"repeat_excess"`
	// IntegerRateShare is the excess of whole percentages as a share of the rows.
	IntegerRateShare float64 `json:"integer_rate_share" yaml:"integer_rate_share"`
	// TargetLogRatio is the log ratio of the densities above and below the target, ln 1.5.
	TargetLogRatio float64 `json:"target_log_ratio" yaml:"target_log_ratio"`
	// TargetMassLogRatio is the log ratio of the rows exactly at the target to those expected there, ln 2.
	TargetMassLogRatio float64 `json:"target_mass_log_ratio" yaml:"target_mass_log_ratio"`
}

// DefaultDigitThresholds are the published or, where there are none, proposed bounds.
func DefaultDigitThresholds() DigitThresholds {
	return DigitThresholds{
		Alpha:              0.01,
		BenfordMinimum:     1000,
		BenfordSpread:      50,
		BenfordSkew:        2.5,
		CapShare:           0.05,
		MADFirst:           0.015,
		MADFirstTwo:        0.0022,
		DigitMinimum:       100,
		LargeValue:         100,
		LargeMean:          30,
		CramersV:           0.0333,
		HeapingShare:       0.05,
		RepeatExcess:       0.10,
		IntegerRateShare:   0.02,
		TargetLogRatio:     0.405,
		TargetMassLogRatio: 0.693,
	}
}

package analyzer

import "fmt"

// DigitThresholds are the bounds of the digit, repetition, rate and target tests. Those without a published source are
// local policy. They live in the policy file and are printed beside every verdict.
type DigitThresholds struct {
	// Alpha is the share of honest columns that may fail a test by chance; no departure counts that chance exceeds more
	// often than this.
	Alpha float64 `json:"alpha"`

	// BenfordMinimum numbers are needed: below, honest columns exceed Nigrini's bounds by chance (measured: at 300 always,
	// at 1,000 in 93 %).
	BenfordMinimum float64 `json:"benford_minimum"`
	// BenfordSpread is the least ratio of the 95th to the 5th percentile.
	BenfordSpread float64 `json:"benford_spread"`
	// BenfordSkew is how much longer one side of the logarithms may be than the other, (p95-p50)/(p50-p5), before the
	// column counts as cut off at the short side. An exponential, which a bare cut-off leaves, has 3.6.
	BenfordSkew float64 `json:"benford_skew"`
	// CapShare is the share of numbers at the very minimum or maximum from which it counts as a floor or cap.
	CapShare float64 `json:"cap_share"`
	// MADFirst and MADFirstTwo are Nigrini's (2012) bounds of nonconformity.
	MADFirst    float64 `json:"mad_first"`
	MADFirstTwo float64 `json:"mad_first_two"`

	// DigitMinimum numbers are needed for last digits, repetition and rates.
	DigitMinimum float64 `json:"digit_minimum"`
	// LargeValue and LargeMean: last digits are even only in numbers of at least three digits, or counts with such a mean.
	LargeValue float64 `json:"large_value"`
	LargeMean  float64 `json:"large_mean"`
	// DistinctMinimum is the least number of different values whose last digits mean anything.
	DistinctMinimum float64 `json:"distinct_minimum"`
	// CramersV is Cohen's (1988) small effect, w = 0.1, for ten digits: 0.1/sqrt(9).
	CramersV float64 `json:"cramers_v"`
	// HeapingShare is the deviation of the share ending in 0 or 5 from its baseline: a Whipple index of 1.25, where the
	// United Nations' "approximate" data end, is 0.25 - 0.20.
	HeapingShare float64 `json:"heaping_share"`

	// RepeatExcess is the share of repeated values beyond those expected.
	RepeatExcess float64 `json:"repeat_excess"`
	// IntegerRateShare is the excess of whole percentages as a share of the rows.
	IntegerRateShare float64 `json:"integer_rate_share"`
	// TargetLogRatio is the log ratio of the densities above and below the target, ln 1.5.
	TargetLogRatio float64 `json:"target_log_ratio"`
	// TargetMassLogRatio is the log ratio of the rows exactly at the target to those expected there, ln 2.
	TargetMassLogRatio float64 `json:"target_mass_log_ratio"`
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
		DistinctMinimum:    15,
		CramersV:           0.0333,
		HeapingShare:       0.05,
		RepeatExcess:       0.10,
		IntegerRateShare:   0.02,
		TargetLogRatio:     0.405,
		TargetMassLogRatio: 0.693,
	}
}

// Apply returns the thresholds with those of a policy in their place, under the names of the struct tags. A name that is
// no threshold of these tests is an error.
func (t DigitThresholds) Apply(policy map[string]float64) (DigitThresholds, error) {
	fields := t.fields()
	for name, value := range policy {
		field, ok := fields[name]
		if !ok {
			return t, fmt.Errorf("unable to apply the threshold %q: known are %s", name, list(fields))
		}
		*field = value
	}
	return t, nil
}

// Map gives the thresholds by name, for evidence and reports.
func (t DigitThresholds) Map() map[string]float64 {
	values := map[string]float64{}
	for name, field := range t.fields() {
		values[name] = *field
	}
	return values
}

func (t *DigitThresholds) fields() map[string]*float64 {
	return map[string]*float64{
		"alpha":                 &t.Alpha,
		"benford_minimum":       &t.BenfordMinimum,
		"benford_spread":        &t.BenfordSpread,
		"benford_skew":          &t.BenfordSkew,
		"cap_share":             &t.CapShare,
		"mad_first":             &t.MADFirst,
		"mad_first_two":         &t.MADFirstTwo,
		"digit_minimum":         &t.DigitMinimum,
		"large_value":           &t.LargeValue,
		"large_mean":            &t.LargeMean,
		"distinct_minimum":      &t.DistinctMinimum,
		"cramers_v":             &t.CramersV,
		"heaping_share":         &t.HeapingShare,
		"repeat_excess":         &t.RepeatExcess,
		"integer_rate_share":    &t.IntegerRateShare,
		"target_log_ratio":      &t.TargetLogRatio,
		"target_mass_log_ratio": &t.TargetMassLogRatio,
	}
}

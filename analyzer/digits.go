package analyzer

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// The verdicts of a digit test.
const (
	DigitConforms    = "conforms"
	DigitDeparts     = "departs"
	DigitNotAssessed = "not_assessed"
)

// The digit, repetition, rate and target tests, in the order in which they are reported.
const (
	DigitBenfordFirst    = "benford-first"
	DigitBenfordFirstTwo = "benford-first-two"
	DigitTerminalDigit   = "terminal-digit"
	DigitHeaping         = "heaping"
	DigitNumberBunching  = "number-bunching"
	DigitIntegerRate     = "integer-rate"
	DigitTargetBunching  = "target-bunching"
)

// DigitInput is a column of a table as its text was read, so that every digit is exact.
type DigitInput struct {
	Values       []string        // one a row; what is no number is skipped and counted
	Denominators []string        // nil, or one a row: the whole of which the value is a part
	Groups       []string        // nil, or one a row: every group is judged on its own beside all rows together
	Target       string          // empty, or the figure that the value has to reach; with denominators a rate in per cent, or a share up to 1
	Thresholds   DigitThresholds // the zero value stands for DefaultDigitThresholds
	Seed         uint64          // of the permutations and bootstrap draws
	Language     string          // of the reasons: zh-CN, en, or empty for Chinese followed by English
}

// DigitResult is one test of one group; its JSON is a row of `jianfu digits`. A nil pointer is a figure that the test
// does not have, or that these data do not give.
type DigitResult struct {
	Test      string   `json:"test"`
	Group     string   `json:"group"` // empty for all rows
	N         int      `json:"n"`     // rows that entered the test
	Statistic *float64 `json:"statistic"`
	DF        *int     `json:"df"`
	P         *float64 `json:"p"`
	Effect    *float64 `json:"effect"`
	// Threshold is the size of the effect from which the verdict is departs: the policy's bound or, where that is
	// greater, the one that chance alone exceeds in a share Alpha of honest columns of this length.
	Threshold *float64 `json:"threshold"`
	Verdict   string   `json:"verdict"`
	Reason    string   `json:"reason"`
}

// Digits runs every test that the input allows, over all rows and then over each group in order of name. The verdict
// follows the size of the effect; a test whose preconditions are not met answers not_assessed, with the figures it has.
func Digits(ctx context.Context, in DigitInput) ([]DigitResult, error) {
	if in.Thresholds == (DigitThresholds{}) {
		in.Thresholds = DefaultDigitThresholds()
	}
	column, err := readDigitColumn(in)
	if err != nil {
		return nil, err
	}
	var results []DigitResult
	for _, group := range column.groups() {
		sample := column.sample(group)
		judgements, err := sample.judge(ctx)
		if err != nil {
			return nil, err
		}
		for _, j := range judgements {
			j.Group = group.name
			j.Reason = j.reason.then(sample.leftOut(j.Test)...).in(in.Language)
			results = append(results, j.DigitResult)
		}
	}
	return results, nil
}

// judge runs the tests that the input allows.
func (s *digitSample) judge(ctx context.Context) ([]DigitJudgement, error) {
	t := s.in.Thresholds
	benford, terminal := s.benfordSummary(), s.terminalSummary()
	judgements := []DigitJudgement{
		JudgeBenford(DigitBenfordFirst, benford, t, s.rng(DigitBenfordFirst)),
		JudgeBenford(DigitBenfordFirstTwo, benford, t, s.rng(DigitBenfordFirstTwo)),
		JudgeTerminalDigit(terminal, t),
		JudgeHeaping(terminal, evenHeaping, t),
	}
	bunching, err := s.numberBunching(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to finish the digit tests: %w", err)
	}
	judgements = append(judgements, bunching)
	if s.denominators != nil {
		judgements = append(judgements, s.integerRate())
	}
	if s.target != nil {
		judgements = append(judgements, s.targetBunching())
	}
	return judgements, ctx.Err()
}

// rng is the generator of one test of one group.
func (s *digitSample) rng(test string) *rand.Rand {
	return stats.NewRand(s.in.Seed, test+"\x00"+s.group)
}

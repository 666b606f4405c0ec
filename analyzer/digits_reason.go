package analyzer

import (
	"fmt"
	"math"
	"slices"
)

// sentence is one statement in the two languages of the pages.
type sentence struct{ zh, en string }

// say formats a statement; both formats take the same arguments, by index where their order differs.
func say(zh, en string, args ...any) sentence {
	if len(args) == 0 {
		return sentence{zh, en}
	}
	return sentence{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}

// then appends statements; empty ones vanish.
func (s sentence) then(more ...sentence) sentence {
	for _, m := range more {
		if m.en == "" {
			continue
		}
		if s.en != "" {
			s.en += " "
		}
		s.zh += m.zh
		s.en += m.en
	}
	return s
}

func (s sentence) in(language string) string {
	switch language {
	case "zh-CN", "zh":
		return s.zh
	case "en":
		return s.en
	}
	return s.zh + " " + s.en
}

// The obstacles that make a test answer not_assessed.
const (
	ObstacleFew       = "too_few"     // numbers, rows or expected repeats
	ObstacleNarrow    = "narrow"      // the numbers do not span enough magnitudes
	ObstacleFloor     = "floor"       // the numbers are cut off from below
	ObstacleCap       = "cap"         // the numbers are cut off from above
	ObstacleSmall     = "small"       // the numbers are too small for their last digits to be even
	ObstacleRounds    = "form_rounds" // every number is round
	ObstacleNoTail    = "no_tail"     // there is no part of the numbers to shuffle
	ObstacleNecessity = "necessity"   // the denominators leave nothing but whole percentages
	ObstacleOneSided  = "one_sided"   // too little on one side of the target
)

// DigitJudgement is a test's result with the obstacles it met.
type DigitJudgement struct {
	DigitResult
	Obstacles []string // empty unless the verdict is not_assessed
	reason    sentence
}

// Explain gives the reason in zh-CN, en or, for any other language, both.
func (j DigitJudgement) Explain(language string) string { return j.reason.in(language) }

// block records an obstacle and what it means.
func (j DigitJudgement) block(obstacle string, why sentence) DigitJudgement {
	j.Verdict = DigitNotAssessed
	j.Obstacles = append(slices.Clone(j.Obstacles), obstacle)
	j.reason = j.reason.then(why)
	return j
}

// conclude sets the verdict and what it means.
func (j DigitJudgement) conclude(verdict string, why sentence) DigitJudgement {
	j.Verdict = verdict
	j.reason = j.reason.then(why)
	return j
}

// leftOut says how many cells a test did not look at, and why.
func (s *digitSample) leftOut(test string) []sentence {
	var left []sentence
	if test == DigitTerminalDigit || test == DigitHeaping || test == DigitNumberBunching {
		for _, e := range s.edges {
			left = append(left, say("恰为边界值 %g（下限或上限）的 %d 个未计入。", "%[2]d numbers exactly at the floor or cap %[1]g were left out.", e.value, e.count))
		}
	}
	if s.skipped > 0 {
		left = append(left, say("另有 %d 个单元格不是数字，未计入。", "%d cells are no numbers and were left out.", s.skipped))
	}
	return left
}

// tooFew says what was there and what is needed.
func tooFew(have int, need float64) sentence {
	return say("可用数值 %d 个，至少需要 %.0f 个，样本不足，不作判断。",
		"%d usable numbers were found and at least %.0f are needed, so nothing is concluded.", have, need)
}

// figure returns the pointer to a finite number, or nil.
func figure(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

const (
	// windowSteps is the least number of steps of the column's last place in a bandwidth, so that a lattice of values
	// looks like a density.
	windowSteps = 10
	// leastTargetMass is the least number of rows exactly at the target that are spoken of.
	leastTargetMass = 5
)

// targetValues are the figures to be held against a target, in the unit of the target.
type targetValues struct {
	target float64
	others []float64 // ascending, those exactly at the target left out
	at     int       // rows exactly at the target
	chance float64   // expected rows at the target per unit of density and row: the lattice step
	step   float64   // of the values' lattice, 0 for rates, whose lattices differ
}

func (s *digitSample) targetBunching() DigitJudgement {
	t := s.in.Thresholds
	v := s.targetValues()
	n := len(v.others) + v.at
	j := DigitJudgement{DigitResult: DigitResult{
		Test: DigitTargetBunching, N: n, Verdict: DigitNotAssessed, Threshold: figure(t.TargetLogRatio),
	}}
	j.reason = say("可用记录 %[1]d 行，恰为目标 %[3]g 的 %[2]d 行。", "%[1]d usable rows, %[2]d of them exactly at the target %[3]g.", n, v.at, v.target)
	if float64(n) < t.DigitMinimum {
		return j.block(ObstacleFew, tooFew(n, t.DigitMinimum))
	}
	return j.target(&v, t)
}

// target judges the figures on either side of a target, and those exactly at it.
func (j DigitJudgement) target(v *targetValues, t DigitThresholds) DigitJudgement {
	below, above := v.bandwidths()
	jump, err := stats.DensityJumpAt(v.others, v.target, below, above)
	if err != nil {
		return j.block(ObstacleOneSided, say("目标以下 %d 行、以上 %d 行落在比较范围内（%.4g 至 %.4g），两侧各需至少 20 行、6 个不同数值，不作判断。",
			"%d rows below and %d above the target lie in the range compared (%.4g to %.4g) and each side needs at least 20 rows and 6 different values, so nothing is concluded.",
			jump.Left, jump.Right, v.target-below, v.target+above))
	}
	expected := v.expectedAt(jump)
	massP := stats.PoissonUpperMidP(v.at, expected)
	massRatio := math.Log((float64(v.at) + 0.5) / (expected + 0.5))
	// Two looks at the same column, so each has to pass at half the level.
	jumps := math.Abs(jump.LogRatio()) > t.TargetLogRatio && 2*jump.P <= t.Alpha
	massed := v.at >= leastTargetMass && massRatio > t.TargetMassLogRatio && 2*massP <= t.Alpha
	j.Statistic, j.P, j.Effect = figure(jump.T), figure(math.Min(1, 2*math.Min(jump.P, massP))), figure(jump.LogRatio())
	if massed && !jumps {
		j.Statistic, j.Effect, j.Threshold = figure(float64(v.at)), figure(massRatio), figure(t.TargetMassLogRatio)
	}
	j.reason = j.reason.then(say("目标以上与以下的密度之比为 %.2f（Cattaneo–Jansson–Ma 局部多项式检验 T=%.2f，p=%.3g），恰在目标处期望 %.1f 行（p=%.3g）。",
		"Just above the target rows are %.2f times as dense as just below (Cattaneo, Jansson & Ma's local polynomial test T=%.2f, p=%.3g); %.1f rows are expected exactly at it (p=%.3g).",
		math.Exp(jump.LogRatio()), jump.T, jump.P, expected, massP))
	if !jumps && !massed {
		return j.conclude(DigitConforms, say("没有明显踩线。", "No marked bunching at the target."))
	}
	return j.conclude(DigitDeparts, say("记录在目标附近聚集。为达标而努力同样会踩线，因此首先值得检讨的是目标本身，其次才是填报。",
		"Rows bunch at the target. Effort to reach it bunches too, so the target itself is the first thing to question and the reporting the second."))
}

// targetValues reads the rows as values or, with denominators, as rates in per cent.
func (s *digitSample) targetValues() targetValues {
	v := targetValues{target: s.target.Float()}
	if s.denominators == nil {
		v.step = math.Pow10(-s.places)
		v.chance = v.step
		for _, d := range s.values {
			v.add(d.Float())
		}
		slices.Sort(v.others)
		return v
	}
	if v.target <= 1 {
		v.target *= 100
	}
	rows := 0
	for _, i := range s.rows {
		if !s.isNumber[i] || !s.isDenom[i] {
			continue
		}
		d := s.denominators[i].Float()
		if d <= 0 {
			continue
		}
		rows++
		v.add(100 * s.numbers[i].Float() / d)
		// A row can be exactly at the target only if the target is a whole number of its denominator.
		if need := v.target * d / 100; math.Abs(need-math.Round(need)) < 1e-6 {
			v.chance += 100 / d
		}
	}
	v.chance /= math.Max(1, float64(rows))
	slices.Sort(v.others)
	return v
}

func (v *targetValues) add(x float64) {
	if math.Abs(x-v.target) <= 1e-9*math.Max(1, math.Abs(v.target)) {
		v.at++
		return
	}
	v.others = append(v.others, x)
}

// bandwidths start from the normal reference, hold at least ten steps of the lattice, and end where the values end: beyond
// a bound such as 100 % there is nothing to fit.
func (v *targetValues) bandwidths() (below, above float64) {
	if len(v.others) == 0 {
		return 0, 0
	}
	h := math.Max(stats.NormalReferenceBandwidth(v.others), windowSteps*v.step)
	return math.Min(h, v.target-v.others[0]), math.Min(h, v.others[len(v.others)-1]-v.target)
}

// expectedAt is the number of rows exactly at the target if it were a value like its neighbours: the density there times
// the lattice step, but no fewer than at the other figures that are as round.
func (v *targetValues) expectedAt(jump stats.DensityJump) float64 {
	smooth := (jump.Below + jump.Above) / 2 * v.chance * float64(len(v.others))
	return math.Max(smooth, v.atRoundNeighbours(jump.Bandwidth))
}

// atRoundNeighbours is the mean number of rows at the nearest equally round figures on either side, such as 90 for 95:
// people who round do so everywhere, not only at the target.
func (v *targetValues) atRoundNeighbours(bandwidth [2]float64) float64 {
	round := roundStep(v.target, math.Max(bandwidth[0], bandwidth[1]))
	if round == 0 {
		return 0
	}
	rows, figures := 0, 0
	for _, neighbour := range []float64{v.target - round, v.target + round} {
		if neighbour <= v.others[0] || neighbour >= v.others[len(v.others)-1] {
			continue
		}
		figures++
		from, _ := slices.BinarySearch(v.others, neighbour-1e-9*math.Max(1, math.Abs(neighbour)))
		for ; from < len(v.others) && v.others[from] <= neighbour+1e-9*math.Max(1, math.Abs(neighbour)); from++ {
			rows++
		}
	}
	return float64(rows) / math.Max(1, float64(figures))
}

// roundStep is the largest 1 or 5 times a power of ten, within the span, that x is a multiple of; 0 for none down to 10^-6.
func roundStep(x, span float64) float64 {
	for exponent := int(math.Ceil(math.Log10(span))); exponent >= -6; exponent-- {
		for _, step := range []float64{math.Pow10(exponent), math.Pow10(exponent) / 2} {
			multiple := x / step
			if step <= span && math.Abs(multiple-math.Round(multiple)) < 1e-9 {
				return step
			}
		}
	}
	return 0
}

package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// ratePair is a part and its whole among the numeric fields of a form, with the field that states their rate, or -1.
type ratePair struct {
	numerator, denominator, stated int
}

const (
	// statedShare of the submissions must bear out that a stated rate is 100 part/whole, rounded as the field rounds.
	statedShare = 0.9
	// nearFields is how far part and whole may lie apart in the form where no rate is stated.
	nearFields = 3
	// pairSample is how many submissions, spread over the panel, are tried first.
	pairSample = 240
)

// ratePairs learns which fields of a panel are part and whole: where a rate is stated, value = round(100 a/b); else a part
// that is never more than a whole of a hundred or more, lies near it in the form and moves with it across units.
func (p *panel) ratePairs(limits map[string]float64) []ratePair {
	rows := p.sampleRows(pairSample)
	var pairs []ratePair
	used := map[int]bool{}
	for x, f := range p.every.fields {
		if f.Measure != "rate" && f.UnitOf != "%" {
			continue
		}
		if pair, ok := p.statedPair(x, rows); ok {
			used[pair.numerator] = true
			pairs = append(pairs, pair)
		}
	}
	var whole []int
	for f := range p.every.fields {
		if p.countsOf(f, rows) {
			whole = append(whole, f)
		}
	}
	for _, a := range whole {
		if used[a] || p.every.prefilled[a] || p.every.fields[a].Measure == "stock" {
			continue
		}
		best := ratePair{-1, -1, -1}
		for _, b := range whole {
			if a == b || abs(a-b) > nearFields || best.denominator >= 0 && abs(a-b) >= abs(a-best.denominator) {
				continue
			}
			if p.partOf(a, b, rows, limits) {
				best = ratePair{a, b, -1}
			}
		}
		if best.denominator >= 0 {
			pairs = append(pairs, best)
		}
	}
	return pairs
}

func abs(x int) int { return max(x, -x) }

// sampleRows takes rows from all over the panel, whose order is by unit.
func (p *panel) sampleRows(n int) []int {
	step := max(1, len(p.rows)/n)
	if step > 1 && len(p.periods)%step == 0 {
		step++ // else every row would be of the same few periods
	}
	var out []int
	for r := 0; r < len(p.rows); r += step {
		out = append(out, r)
	}
	return out
}

// countsOf says whether a field holds whole numbers.
func (p *panel) countsOf(field int, rows []int) bool {
	n, f := 0, p.every.fields[field]
	if f.Measure == "rate" || f.UnitOf == "%" {
		return false
	}
	for _, r := range rows {
		v := p.raw(r, field)
		if math.IsNaN(v) {
			continue
		}
		if v < 0 || v != math.Trunc(v) || v > 1e15 {
			return false
		}
		n++
	}
	return 2*n >= len(rows) && n > 0
}

// statedPair looks for the two fields whose rate a field states. Rows that tell nothing, with no whole or a rate of 0 or 100,
// do not count.
func (p *panel) statedPair(x int, rows []int) (ratePair, bool) {
	places := 0
	for _, r := range rows {
		if v := p.raw(r, x); !math.IsNaN(v) {
			places = max(places, decimals(v))
		}
	}
	telling := slices.DeleteFunc(slices.Clone(rows), func(r int) bool {
		v := p.raw(r, x)
		return math.IsNaN(v) || v <= 0 || v == 100 || v == 1
	})
	if len(telling) < 8 {
		return ratePair{}, false
	}
	for _, scale := range []float64{100, 1} {
		slack := 0.5001 * math.Pow10(-places)
		for a := range p.every.fields {
			for b := range p.every.fields {
				if a == b || a == x || b == x {
					continue
				}
				right, wrong := 0, 0
				for _, r := range telling {
					n, d := p.raw(r, a), p.raw(r, b)
					if math.IsNaN(n) || math.IsNaN(d) || d <= 0 || math.Abs(scale*n/d-p.raw(r, x)) > slack {
						if wrong++; float64(wrong) > (1-statedShare)*float64(len(telling)) {
							break
						}
						continue
					}
					right++
				}
				if float64(right) >= statedShare*float64(len(telling)) {
					return ratePair{a, b, x}, true
				}
			}
		}
	}
	return ratePair{}, false
}

// partOf says whether one field looks like a part of another.
func (p *panel) partOf(a, b int, rows []int, limits map[string]float64) bool {
	var n, within, equal int
	var wholes, x, y []float64
	for _, r := range rows {
		part, all := p.raw(r, a), p.raw(r, b)
		if math.IsNaN(part) || math.IsNaN(all) {
			continue
		}
		n++
		if part <= all {
			within++
		}
		if part == all {
			equal++
		}
		wholes = append(wholes, all)
		x, y = append(x, math.Log(part+1)), append(y, math.Log(all+1))
	}
	if n < 20 || float64(within) < limits["pair_share"]*float64(n) || 2*equal > n {
		return false
	}
	slices.Sort(wholes)
	return wholes[len(wholes)/4] >= leastDenominator && correlation(x, y) >= limits["pair_correlation"]
}

// leastDenominator is the whole from which a whole percentage is no necessity (Kobak, Shpilkin & Pshenichnikov 2016).
const leastDenominator = 100

// correlation is Pearson's, 0 where nothing varies.
func correlation(x, y []float64) float64 {
	var mx, my, xx, yy, xy float64
	for i := range x {
		mx, my = mx+x[i]/float64(len(x)), my+y[i]/float64(len(x))
	}
	for i := range x {
		xx, yy, xy = xx+(x[i]-mx)*(x[i]-mx), yy+(y[i]-my)*(y[i]-my), xy+(x[i]-mx)*(y[i]-my)
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// rateRow is one rate of a unit: part and whole, and where they come from.
type rateRow struct {
	pair             ratePair
	period           int
	part, all        int64
	rate             float64 // per cent
	wholePercentages bool
}

// pairRates are the rates of a unit, of its pairs, that may lie anywhere: those with a small whole, above 99 % or equal to a
// target that was set are left out, and so is a rate whose part and whole are those of the period before.
func (p *panel) pairRates(unit int, pairs []ratePair) []rateRow {
	var out []rateRow
	for _, pair := range pairs {
		if !p.rateMoves(unit, pair) {
			continue
		}
		var before [2]float64
		for t := range p.periods {
			r := p.row(unit, t)
			if r < 0 {
				continue
			}
			a, b := p.raw(r, pair.numerator), p.raw(r, pair.denominator)
			repeats := before == [2]float64{a, b}
			before = [2]float64{a, b}
			if repeats || !(b >= leastDenominator) || !(a >= 0 && a <= b) || a != math.Trunc(a) || b != math.Trunc(b) || b > 1e12 {
				continue
			}
			rate := 100 * a / b
			if rate > 99 || p.setRate(pair, rate) {
				continue
			}
			out = append(out, rateRow{pair: pair, period: t, part: int64(a), all: int64(b), rate: rate, wholePercentages: math.Abs(rate-math.Round(rate)) <= math.Max(0.05, 50/b)+1e-9})
		}
	}
	slices.SortStableFunc(out, func(a, b rateRow) int { return cmp.Compare(a.period, b.period) })
	return out
}

// leastRateMove is the median change of a rate from period to period, in points, from which its place between two whole
// percentages is found anew: rates of stocks creep, and stay where they are.
const leastRateMove = 0.75

// rateMoves says whether a unit's rate changes enough from period to period.
func (p *panel) rateMoves(unit int, pair ratePair) bool {
	var moves []float64
	p.eachTransition(unit, func(before, now int) {
		a := 100 * p.raw(before, pair.numerator) / p.raw(before, pair.denominator)
		b := 100 * p.raw(now, pair.numerator) / p.raw(now, pair.denominator)
		if d := math.Abs(a - b); d < math.Inf(1) {
			moves = append(moves, d)
		}
	})
	return stats.Median(moves) >= leastRateMove
}

// setRate says whether a rate is what the unit is held to.
func (p *panel) setRate(pair ratePair, rate float64) bool {
	for _, f := range []int{pair.stated, pair.numerator} {
		if f < 0 {
			continue
		}
		target := p.every.fields[f].Target
		if target <= 1 {
			target *= 100
		}
		if math.Abs(rate-target) <= 0.05 {
			return true
		}
	}
	return false
}

// fieldName is a field of the panel as subjects name it.
func (p *panel) fieldName(f int) string { return p.form.ID + "." + p.every.fields[f].ID }

// lookAtRates are the newest whole percentages.
func (p *panel) lookAtRates(rows []rateRow) []queries.Look {
	var out []queries.Look
	for i := len(rows) - 1; i >= 0 && len(out) < 10; i-- {
		if x := rows[i]; x.wholePercentages {
			part, all := float64(x.part), float64(x.all)
			out = append(out, queries.Look{Period: p.periods[x.period].name, Field: p.fieldName(x.pair.numerator), Value: &part, Compare: &all, With: p.periods[x.period].name})
		}
	}
	return out
}

package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// compareUnit holds the figures of one unit in both sources against one another. A period counts as differing if a share of
// what can be compared in it differs by more than rounding, delay and revision explain.
func (pair *sourcePair) compareUnit(u *sourceUnit, periods []int, limits map[string]float64) {
	var steps [][2]float64 // of each field, learnt when first needed
	for t := range pair.a.periods {
		ra, rb := pair.rows(u, periods, t)
		if ra < 0 || rb < 0 {
			continue
		}
		compared, differing, side := 0, 0, 0.0
		for i := range pair.fields {
			f := &pair.fields[i]
			a, b := pair.a.raw(ra, f.a), pair.b.raw(rb, f.b)
			if math.IsNaN(a) || math.IsNaN(b) || a == 0 && b == 0 {
				continue
			}
			compared++
			cell := sourceCell{field: i, period: t, a: a * f.factor, b: b, cause: "rounding"}
			if !f.equal(a, b) {
				if steps == nil {
					steps = pair.steps(u)
				}
				cell.cause = pair.difference(u, &cell, periods, steps[i], limits)
			}
			u.cells = append(u.cells, cell)
			switch cell.cause {
			case "":
				differing++
				side += softLog(cell.a) - softLog(cell.b)
			case "rounding":
			default:
				u.causes[cell.cause]++
			}
		}
		if compared == 0 {
			continue
		}
		u.compared++
		if differing > 0 && float64(differing) >= limits["least_fields"]*float64(compared) {
			u.hits = append(u.hits, t)
			if side > 0 {
				u.upper++
			}
		}
	}
	u.habits(len(pair.a.periods))
}

// rows are those of a unit in a period of a, -1 where there is none.
func (pair *sourcePair) rows(u *sourceUnit, periods []int, t int) (a, b int) {
	if t < 0 || t >= len(periods) || periods[t] < 0 {
		return -1, -1
	}
	return pair.a.row(u.at[0], t), pair.b.row(u.at[1], periods[t])
}

func (pair *sourcePair) steps(u *sourceUnit) [][2]float64 {
	out := make([][2]float64, len(pair.fields))
	for i, f := range pair.fields {
		out[i] = [2]float64{pair.a.unitStep(u.at[0], f.a) * f.place[0] * f.factor, pair.b.unitStep(u.at[1], f.b) * f.place[1]}
	}
	return out
}

// difference names the innocent cause of a difference: rounding where it is small, a delay of one period, a revision of one
// of the two, another unit of measure; empty where there is none.
func (pair *sourcePair) difference(u *sourceUnit, c *sourceCell, periods []int, steps [2]float64, limits map[string]float64) string {
	gap := math.Abs(c.a - c.b)
	f := &pair.fields[c.field]
	last := math.Max(f.place[0]*f.factor, f.place[1])
	if gap <= math.Max(steps[0], steps[1]) && math.Max(steps[0], steps[1]) > last ||
		gap < limits["least_places"]*last || math.Abs(softLog(c.a)-softLog(c.b)) < math.Log(1+limits["least_ratio"]) {
		return "rounding"
	}
	ra, rb := pair.rows(u, periods, c.period)
	if pair.a.rows[ra].revisions > 0 || pair.b.rows[rb].revisions > 0 {
		return "revised"
	}
	// What one source tells of a period the other tells of the next, or of the one before.
	for _, shift := range [...]int{-1, 1} {
		sa, sb := pair.rows(u, periods, c.period+shift)
		if sb >= 0 && f.equal(pair.a.raw(ra, f.a), pair.b.raw(sb, f.b)) || sa >= 0 && f.equal(pair.a.raw(sa, f.a), pair.b.raw(rb, f.b)) {
			return "delayed"
		}
	}
	if c.a > 0 && c.b > 0 {
		if k := math.Log10(c.a / c.b); math.Abs(k) > 0.5 && math.Abs(k-math.Round(k)) < 0.002 {
			return "unit"
		}
	}
	return ""
}

const (
	sameRatio  = 0.01 // spread of the logarithm of the ratio of two definitions of one unit
	cancelling = 0.35 // share of the differences that is left when they cancel out over the periods
)

// habits looks at all differences of a unit together: what a definition, or a cut-off day, would make of them.
func (u *sourceUnit) habits(periods int) {
	var ratios []float64
	type sums struct{ net, gross float64 }
	byField := map[int]*sums{}
	equal := 0
	for _, c := range u.cells {
		switch c.cause {
		case "":
			ratios = append(ratios, softLog(c.a)-softLog(c.b))
		case "rounding":
			equal++
		}
		s := byField[c.field]
		if s == nil {
			s = &sums{}
			byField[c.field] = s
		}
		s.net += c.a - c.b
		s.gross += math.Abs(c.a - c.b)
	}
	u.ratio = 1
	if len(ratios) == 0 {
		return
	}
	middle, spread := stats.MedianMAD(ratios)
	u.ratio = math.Exp(middle)
	// Figures of another definition differ in nearly every period, by much the same factor.
	u.reading = len(ratios) >= 4 && equal*5 < len(ratios) && spread < sameRatio
	net, gross := 0.0, 0.0
	for _, s := range byField {
		net, gross = net+math.Abs(s.net), gross+s.gross
	}
	u.cutOff = len(ratios) >= 4 && gross > 0 && net < cancelling*gross
}

// clipped is the most that one figure may say for one side.
const clipped = 4

// culprit says which of the two figures departs from what the unit reports where both agree, from one period to another as
// the form's figures usually move: 0 for a, 1 for b, -1 where the data do not tell. The logarithm of the likelihood ratio of
// normal errors decides, their spread learnt where the two agree.
func (pair *sourcePair) culprit(u *sourceUnit, limits map[string]float64) int {
	odds := 0.0 // that a departs
	for i := range pair.fields {
		season := pair.fields[i].season
		var base []float64
		for _, c := range u.cells {
			if c.field == i && c.cause == "rounding" {
				base = append(base, softLog(c.b)-season[c.period])
			}
		}
		if len(base) < int(limits["least_agreeing"]) {
			continue
		}
		level, spread := stats.MedianMAD(base)
		spread = math.Max(0.1, 1.4826*spread)
		for _, c := range u.cells {
			if c.field != i || c.cause != "" || !slices.Contains(u.hits, c.period) {
				continue
			}
			expected := level + season[c.period]
			a, b := (softLog(c.a)-expected)/spread, (softLog(c.b)-expected)/spread
			odds += math.Max(-clipped, math.Min(clipped, (a*a-b*b)/2))
		}
	}
	switch {
	case odds >= limits["decide"]:
		return 0
	case odds <= -limits["decide"]:
		return 1
	case pair.counted && u.ratio > 1 && 5*u.upper >= 4*len(u.hits):
		return 0 // what was reported but is not in the register was reported without a record
	}
	return -1
}

package analyzer

import (
	"math"
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// identityBreak is one submission that breaks one rule.
type identityBreak struct {
	rule        *identityRule
	period, row int
	left, right float64
	cause       string // typo, unit, blank, revised, rounding; empty where none explains it
}

func (b *identityBreak) diff() float64 { return b.left - b.right }

// lastPlaceSample is how many submissions show to which place a field is reported.
const lastPlaceSample = 400

// weigh notes to which place each field of a rule is reported.
func (p *panel) weigh(rule *identityRule) {
	rows := p.spreadRows(lastPlaceSample, 0, 1)
	for _, side := range []*term{rule.left, rule.right} {
		side.walk(func(t *term) {
			if t.op != 'f' {
				return
			}
			places := 0
			for _, r := range rows {
				if v := p.raw(r, t.at); !math.IsNaN(v) {
					places = max(places, decimals(v))
				}
			}
			t.ulp = math.Pow10(-places)
		})
	}
}

// differs gives by how much the two sides differ beyond rounding: 0 where the rule holds, NaN where it does not apply or a
// figure is missing, because a blank is not nought. The other values are the sides.
func (p *panel) differs(rule *identityRule, unit, period int) (diff float64, sides [2]float64) {
	now, before := p.row(unit, period), -1
	if now < 0 || !rule.since.IsZero() && p.periods[period].start.Before(rule.since) {
		return math.NaN(), sides
	}
	if period > 0 {
		before = p.row(unit, period-1)
	}
	if rule.inYear && (period == 0 || p.periods[period].start.Year() != p.periods[period-1].start.Year()) {
		return math.NaN(), sides
	}
	figures := func(t *term) float64 {
		switch {
		case !t.before:
			return p.raw(now, t.at)
		case before < 0:
			return math.NaN()
		}
		return p.raw(before, t.at)
	}
	sides = [2]float64{rule.left.value(figures), rule.right.value(figures)}
	return rule.excess(sides, func(t *term) float64 { return t.roundingError(rule.rounding, 1) }, figures), sides
}

// roundingError is how far a reported figure may be from the true one: half of the last place for decimals, and for whole
// numbers only where they were rounded, to a step of more than one.
func (t *term) roundingError(rounded bool, step float64) float64 {
	if t.ulp < 1 || step > 1 || rounded {
		return t.ulp * math.Max(1, step) / 2
	}
	return 0
}

// excess is by how much the sides differ beyond what the roundings of the figures can do to them.
func (rule *identityRule) excess(sides [2]float64, rounding, figures func(*term) float64) float64 {
	diff := sides[0] - sides[1]
	switch {
	case math.IsNaN(diff):
		return math.NaN()
	case rule.op == "<=" && diff <= 0, rule.op == ">=" && diff >= 0:
		return 0
	}
	tolerance := 1e-9 * math.Max(1, math.Max(math.Abs(sides[0]), math.Abs(sides[1])))
	if math.Abs(diff) <= tolerance {
		return 0
	}
	for i, side := range []*term{rule.left, rule.right} {
		side.walk(func(t *term) {
			// Counts behind a percentage are exact; what was rounded is the percentage.
			if t.op != 'f' || rule.rounding && i == 1 && t.ulp == 1 && rounding(t) <= 0.5 {
				return
			}
			if h := rounding(t); h > 0 {
				moved := side.value(func(o *term) float64 {
					if o == t {
						return figures(o) + h
					}
					return figures(o)
				})
				tolerance += math.Abs(moved - sides[i])
			}
		})
	}
	if !(math.Abs(diff) > tolerance*(1+1e-9)) {
		return 0
	}
	return diff
}

// hold holds every submission against the rules, unit by unit.
func (form *identityForm) hold(limits map[string]float64) {
	p := form.panel
	for at, code := range p.units {
		u := &identityUnit{at: at, unit: code, causes: map[string]int{}}
		for t := range p.periods {
			judged := false
			for _, rule := range form.rules {
				diff, sides := p.differs(rule, at, t)
				if math.IsNaN(diff) {
					continue
				}
				judged = true
				rule.all++
				if diff == 0 {
					rule.held++
					continue
				}
				u.breaks = append(u.breaks, identityBreak{rule: rule, period: t, row: p.row(at, t), left: sides[0], right: sides[1]})
			}
			if judged {
				u.rows++
			}
		}
		if u.rows > 0 {
			form.units = append(form.units, u)
		}
	}
	for _, u := range form.units {
		form.explainBreaks(u, limits)
	}
}

// explainBreaks asks of every contradiction of a unit what innocent cause there may be, and counts the periods that are left.
func (form *identityForm) explainBreaks(u *identityUnit, limits map[string]float64) {
	if len(u.breaks) == 0 {
		return
	}
	for i := range u.breaks {
		b := &u.breaks[i]
		b.cause = form.cause(u, b, limits)
		if b.cause != "" {
			u.causes[b.cause]++
		}
	}
	form.sameReading(u)
	for _, b := range u.breaks {
		if b.cause == "rounding" {
			continue
		}
		if !slices.Contains(u.periods, b.period) {
			u.periods = append(u.periods, b.period)
		}
		if b.cause == "" && b.rule.certain(limits) && !slices.Contains(u.standing, b.period) {
			u.standing = append(u.standing, b.period)
		}
	}
}

// certain says whether breaking the rule contradicts the form: it is declared, or an equation that practically all keep. A
// learnt part that exceeds its whole is only strange.
func (rule *identityRule) certain(limits map[string]float64) bool {
	return rule.declared || rule.op == "=" && rule.all > 0 && float64(rule.held) >= limits["certain_held"]*float64(rule.all)
}

// cause names the innocent cause that explains a contradiction by itself: empty for none.
func (form *identityForm) cause(u *identityUnit, b *identityBreak, limits map[string]float64) string {
	p, rule := form.panel, b.rule
	size := math.Max(math.Abs(b.left), math.Abs(b.right))
	last := 1e-9
	for _, side := range []*term{rule.left, rule.right} {
		side.walk(func(t *term) { last = math.Max(last, t.ulp) })
	}
	if rule.kind == "rate" {
		last = rule.left.ulp
	}
	// What little may come of rounding, or is too small to mean anything.
	rounding := func(t *term) float64 { return t.roundingError(rule.rounding, p.unitStep(u.at, t.at)) }
	if d := math.Abs(b.diff()); d < limits["least_places"]*last || d < limits["least_share"]*size || rule.excess([2]float64{b.left, b.right}, rounding, form.figures(b)) == 0 {
		return "rounding"
	}
	if p.rows[b.row].revisions > 0 {
		return "revised"
	}
	if ratio := b.left / b.right; ratio > 0 {
		if k := math.Log10(ratio); math.Abs(k) > 0.5 && math.Abs(k-math.Round(k)) < 0.002 {
			return "unit"
		}
	}
	if rule.op == "=" {
		return form.slip(b)
	}
	return ""
}

func (form *identityForm) figures(b *identityBreak) func(*term) float64 {
	p := form.panel
	return func(t *term) float64 {
		if t.before {
			return p.raw(p.row(int(p.rows[b.row].unit), b.period-1), t.at)
		}
		return p.raw(b.row, t.at)
	}
}

// slip says whether one figure, mistyped in one way, explains an equation that does not hold: a blank taken for nought, a
// decimal slip, one wrong, missing or doubled digit, two digits interchanged.
func (form *identityForm) slip(b *identityBreak) string {
	figures, cause := form.figures(b), ""
	for side, root := range []*term{b.rule.left, b.rule.right} {
		root.walk(func(t *term) {
			if t.op != 'f' || cause != "" {
				return
			}
			was := figures(t)
			replaced := func(v float64) float64 {
				value := root.value(func(o *term) float64 {
					if o == t {
						return v
					}
					return figures(o)
				})
				if side == 0 {
					return value - b.right
				}
				return b.left - value
			}
			slope := replaced(was+t.ulp) - b.diff()
			if slope == 0 || math.IsNaN(slope) {
				return
			}
			should := math.Round((was-b.diff()/slope*t.ulp)/t.ulp) * t.ulp
			if should < 0 || math.Abs(replaced(should)) > math.Abs(slope)*0.51+1e-6 {
				return
			}
			switch {
			case was == 0 && should > 0:
				cause = "blank"
			case mistyped(int64(math.Round(was/t.ulp)), int64(math.Round(should/t.ulp))):
				cause = "typo"
			}
		})
	}
	return cause
}

// mistyped says whether one number comes of the other by a single slip of the hand.
func mistyped(a, b int64) bool {
	if a == b || a < 0 || b < 0 {
		return false
	}
	x, y := strconv.FormatInt(a, 10), strconv.FormatInt(b, 10)
	if len(x) > len(y) {
		x, y = y, x
	}
	for i := range 4 { // decimal slips
		if x+"0000"[:i+1] == y {
			return true
		}
	}
	first := 0
	for first < len(x) && x[first] == y[first] {
		first++
	}
	switch {
	case len(y)-len(x) == 1: // one digit too many or too few
		return x[first:] == y[first+1:]
	case len(x) != len(y):
		return false
	case first+1 < len(x) && x[first] == y[first+1] && x[first+1] == y[first] && x[first+2:] == y[first+2:]:
		return true
	}
	return x[first+1:] == y[first+1:]
}

// unitStep is to how round a number a unit reports a numeric field, in units of the last place.
func (p *panel) unitStep(unit, field int) float64 {
	var values []float64
	places := 0
	for t := range p.periods {
		if r := p.row(unit, t); r >= 0 && p.raw(r, field) > 0 {
			values = append(values, p.raw(r, field))
			places = max(places, decimals(p.raw(r, field)))
		}
	}
	for _, s := range roundSteps {
		even := 0
		for _, v := range values {
			if n := math.Round(v * math.Pow10(places)); math.Mod(n, float64(s)) == 0 {
				even++
			}
		}
		if len(values) >= 5 && float64(even) >= 0.8*float64(len(values)) {
			return float64(s)
		}
	}
	return 1
}

// readShare is the share of a unit's contradictions that one other reading of the form must explain.
const readShare = 0.7

// sameReading marks a unit that reads the form in another way than the others and keeps to it: its difference is always
// one and the same figure of the form, left out or counted twice, or always the same amount.
func (form *identityForm) sameReading(u *identityUnit) {
	p := form.panel
	byRule := map[*identityRule][]*identityBreak{}
	for i := range u.breaks {
		if b := &u.breaks[i]; b.cause != "rounding" {
			byRule[b.rule] = append(byRule[b.rule], b)
		}
	}
	for _, list := range byRule {
		if len(list) < 3 {
			continue
		}
		need := int(math.Ceil(readShare * float64(len(list))))
		diffs := make([]float64, len(list))
		for i, b := range list {
			diffs[i] = b.diff()
		}
		middle, same := stats.Median(diffs), 0
		for _, d := range diffs {
			if math.Abs(d-middle) < 1e-6*math.Max(1, math.Abs(middle)) {
				same++
			}
		}
		explained := same >= need
		for f := 0; f < len(p.every.fields) && !explained; f++ {
			plus, minus := 0, 0
			for _, b := range list {
				switch v := p.raw(b.row, f); {
				case v == 0 || math.IsNaN(v):
				case math.Abs(b.diff()-v) < 1e-6*math.Max(1, math.Abs(v)):
					plus++
				case math.Abs(b.diff()+v) < 1e-6*math.Max(1, math.Abs(v)):
					minus++
				}
			}
			explained = max(plus, minus) >= need
		}
		if !explained {
			continue
		}
		u.reading = true
		for _, b := range list {
			b.cause = "reading"
			u.causes["reading"]++
		}
	}
}

package analyzer

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

const (
	identitySample = 12 // submissions in which candidates are looked for
	identityTries  = 5  // samples: one contradiction in a sample hides the rule
	identityRun    = 24 // neighbouring fields that a total may add up
	identityWindow = 6  // neighbouring fields of which a total may add up some
	identityNear   = 10 // places within which the figures of a balance, a rate, a part and its whole stand
	identityVaried = 5  // different figures in a sample, for a rule that means something
)

// plainID is what a rule may write without backquotes.
var plainID = regexp.MustCompile(`^[\p{L}_][\p{L}\p{Nd}_.]*$`)

func (p *panel) ruleName(f int) string {
	id := p.every.fields[f].ID
	if plainID.MatchString(id) && id != "within" && !strings.Contains(id, "_{") {
		return id
	}
	return "`" + id + "`"
}

// learnIdentities finds the rules that the submissions of a form keep: totals, balances, figures carried over, cumulations,
// rates, parts and figures asked twice. Candidates come from hashed columns of samples, so that the search is linear in
// the fields, and are then held against all submissions: those that nearly all keep, and nearly all units, are the form's.
func (p *panel) learnIdentities(limits map[string]float64) []*identityRule {
	l := &identityLearner{panel: p, limits: limits, seen: map[string]bool{}, given: map[int]int{}}
	for try := range identityTries {
		rows := p.spreadRows(identitySample, try, identityTries)
		if len(rows) < 8 {
			continue
		}
		l.take(rows)
		l.equalities()
		l.sums()
		l.balances()
		l.rates()
		l.overTime()
	}
	l.rising()
	l.parts()
	return l.rules
}

type identityLearner struct {
	panel   *panel
	limits  map[string]float64
	rows    []int
	columns [][]float64
	varied  []bool
	byHash  map[uint64][]int
	seen    map[string]bool // rules that were tried
	given   map[int]int     // how many rules give a field
	rules   []*identityRule
}

// mostRules is how many rules may give one field: more say the same again.
const mostRules = 2

// take reads a sample of submissions.
func (l *identityLearner) take(rows []int) {
	p, n := l.panel, len(l.panel.every.fields)
	l.rows, l.columns, l.varied, l.byHash = rows, make([][]float64, n), make([]bool, n), map[uint64][]int{}
	for f := range n {
		column := make([]float64, len(rows))
		different := map[float64]bool{}
		for i, r := range rows {
			column[i] = p.raw(r, f)
			different[column[i]] = true
		}
		l.columns[f] = column
		if h, ok := columnHash(column); ok && len(different) >= identityVaried {
			l.varied[f] = true
			l.byHash[h] = append(l.byHash[h], f)
		}
	}
}

// try holds a candidate against all submissions and keeps it if it is the form's rule. Target is the field that it gives.
func (l *identityLearner) try(kind string, target int, inYear bool, text string) {
	if l.seen[text] || l.given[target] >= mostRules {
		return
	}
	l.seen[text] = true
	rule, err := newIdentityRule(kind, text)
	if err != nil || rule.bind(l.panel.everyIndex) != nil {
		return
	}
	rule.inYear = inYear
	l.panel.weigh(rule)
	if l.panel.keeps(rule, l.limits) {
		l.given[target]++
		l.rules = append(l.rules, rule)
	}
}

// keeps says whether so large a share of the submissions, and of the units, keeps a rule that it is surely the form's.
func (p *panel) keeps(rule *identityRule, limits map[string]float64) bool {
	held, units, clean := 0, 0, 0
	all := 0
	most := (1 - limits["min_held"]) * float64(len(p.rows))
	for u := range p.units {
		n, ok := 0, 0
		for t := range p.periods {
			diff, _ := p.differs(rule, u, t)
			if math.IsNaN(diff) {
				continue
			}
			n++
			if diff == 0 {
				ok++
			}
		}
		all, held = all+n, held+ok
		if n > 0 {
			units++
			if ok == n {
				clean++
			}
		}
		if float64(all-held) > most {
			return false
		}
	}
	return all >= int(limits["min_rows"]) && units >= int(limits["min_units"]) &&
		float64(held) >= limits["min_held"]*float64(all) && float64(clean) >= limits["min_clean_units"]*float64(units)
}

func (l *identityLearner) equalities() {
	for _, same := range l.byHash {
		slices.Sort(same)
		for i := 1; i < len(same); i++ {
			l.try("equal", same[i], false, l.panel.ruleName(same[i])+" = "+l.panel.ruleName(same[0]))
		}
	}
}

// sum is the columns of some fields added up, as the fields that hold it are found.
func (l *identityLearner) sumOf(parts []int) []float64 {
	out := make([]float64, len(l.rows))
	for _, f := range parts {
		for i := range out {
			out[i] += l.columns[f][i]
		}
	}
	return out
}

func (l *identityLearner) total(parts []int) {
	h, ok := columnHash(l.sumOf(parts))
	if !ok {
		return
	}
	for _, target := range l.byHash[h] {
		if slices.Contains(parts, target) {
			continue
		}
		names := make([]string, len(parts))
		for i, f := range parts {
			names[i] = l.panel.ruleName(f)
		}
		l.try("sum", target, false, l.panel.ruleName(target)+" = "+strings.Join(names, " + "))
	}
}

// sums looks for fields that add up a run of neighbours, some of a few neighbours, or two fields that are not far apart.
func (l *identityLearner) sums() {
	n := len(l.columns)
	for a := range n {
		parts := []int{a}
		for b := a + 1; b < min(n, a+identityRun); b++ {
			parts = append(parts, b)
			l.total(parts)
		}
		width := min(identityWindow, n-a)
		for set := 1; set < 1<<(width-1); set++ { // the first always counts
			parts = append(parts[:0], a)
			for i := range width - 1 {
				if set>>i&1 == 1 {
					parts = append(parts, a+1+i)
				}
			}
			l.total(parts)
		}
		for b := a + 1; b < min(n, a+identityRun); b++ {
			l.total([]int{a, b})
		}
	}
}

// balances looks for d = a + b - c: the closing stock of the opening one, what came in and what went out.
func (l *identityLearner) balances() {
	n := len(l.columns)
	pairs := map[uint64][][2]int{}
	for a := range n {
		for b := a + 1; b < min(n, a+identityNear); b++ {
			if !l.varied[a] && !l.varied[b] {
				continue
			}
			h, ok := columnHash(l.sumOf([]int{a, b}))
			if !ok {
				continue
			}
			for _, other := range pairs[h] {
				if slices.Contains(other[:], a) || slices.Contains(other[:], b) || l.same(a, other) || l.same(b, other) {
					continue
				}
				// The field that stands last is given by the others: its partner is what it lost.
				last, partner, plus := b, a, other
				if other[1] > b {
					last, partner, plus = other[1], other[0], [2]int{a, b}
				}
				if last-min(a, other[0]) < identityNear {
					name := l.panel.ruleName
					l.try("balance", last, false, fmt.Sprintf("%s = %s + %s - %s", name(last), name(plus[0]), name(plus[1]), name(partner)))
				}
			}
			pairs[h] = append(pairs[h], [2]int{a, b})
		}
	}
}

// same says whether a field holds what one of two others holds: a balance of them would say nothing.
func (l *identityLearner) same(f int, others [2]int) bool {
	return slices.Equal(l.columns[f], l.columns[others[0]]) || slices.Equal(l.columns[f], l.columns[others[1]])
}

// rates looks for percentages of two fields that stand near.
func (l *identityLearner) rates() {
	for r, field := range l.panel.every.fields {
		if field.Measure != "rate" && field.UnitOf != "%" && field.UnitOf != "％" || !l.varied[r] {
			continue
		}
		low, high := max(0, r-identityNear), min(len(l.columns), r+identityNear)
		for a := low; a < high; a++ {
			for b := low; b < high; b++ {
				if a == b || a == r || b == r || !l.percentage(r, a, b) {
					continue
				}
				name := l.panel.ruleName
				l.try("rate", r, false, fmt.Sprintf("%s = 100 * %s / %s within rounding", name(r), name(a), name(b)))
			}
		}
	}
}

func (l *identityLearner) percentage(r, a, b int) bool {
	n := 0
	for i, v := range l.columns[r] {
		whole := l.columns[b][i]
		if math.IsNaN(v) || math.IsNaN(whole) || whole == 0 {
			continue
		}
		n++
		if !(math.Abs(v-100*l.columns[a][i]/whole) <= 0.6) {
			return false
		}
	}
	return n >= 8
}

// overTime looks for figures carried over from the period before, stocks that move by what comes and goes, and cumulations
// since the beginning of the year.
func (l *identityLearner) overTime() {
	p := l.panel
	var now, before []int
	for _, r := range l.rows {
		row := p.rows[r]
		if row.period == 0 {
			continue
		}
		if b := p.row(int(row.unit), int(row.period)-1); b >= 0 {
			now, before = append(now, r), append(before, b)
		}
	}
	if len(now) < 8 {
		return
	}
	l.carried(now, before)
	l.flows(now, before)
}

// rising looks for cumulations by what they do: they never fall within a year, and do from one year to the next.
func (l *identityLearner) rising() {
	p := l.panel
	for f := range p.every.fields {
		within, turns, fell := 0, 0, 0
		falls := 0
		for u := range p.units {
			p.eachTransition(u, func(before, now int) {
				a, b := p.raw(before, f), p.raw(now, f)
				switch sameYear := p.periods[p.rows[before].period].start.Year() == p.periods[p.rows[now].period].start.Year(); {
				case math.IsNaN(a) || math.IsNaN(b) || a == 0 && b == 0:
				case sameYear:
					within++
					if b < a {
						falls++
					}
				default:
					turns++
					if b < a {
						fell++
					}
				}
			})
			if float64(falls) > (1-l.limits["min_held"])*float64(len(p.rows)) {
				break
			}
		}
		if turns >= len(p.units)/2 && turns >= int(l.limits["min_units"]) && float64(fell) >= fallShare*float64(turns) && within > 2*turns {
			l.try("rising", -1-f, true, p.ruleName(f)+" >= "+p.ruleName(f)+"_{t-1}")
		}
	}
}

// fallShare is the share of turns of the year at which a cumulation falls.
const fallShare = 0.8

func (l *identityLearner) column(rows []int, f int) []float64 {
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = l.panel.raw(r, f)
	}
	return out
}

func (l *identityLearner) carried(now, before []int) {
	earlier := map[uint64][]int{}
	for f := range l.columns {
		if h, ok := columnHash(l.column(before, f)); ok && l.varied[f] {
			earlier[h] = append(earlier[h], f)
		}
	}
	for f := range l.columns {
		if h, ok := columnHash(l.column(now, f)); ok && l.varied[f] {
			for _, g := range earlier[h] {
				if f != g { // a stock at rest is no rule
					l.try("carried", f, false, l.panel.ruleName(f)+" = "+l.panel.ruleName(g)+"_{t-1}")
				}
			}
		}
	}
}

// flows finds fields whose change is another field, or the difference of two.
func (l *identityLearner) flows(now, before []int) {
	p := l.panel
	var nowInYear, beforeInYear []int
	for i, r := range now {
		if p.periods[p.rows[r].period].start.Year() == p.periods[p.rows[before[i]].period].start.Year() {
			nowInYear, beforeInYear = append(nowInYear, r), append(beforeInYear, before[i])
		}
	}
	for stock := range l.columns {
		low, high := max(0, stock-identityNear), min(len(l.columns), stock+identityNear)
		match := func(now, before []int, kind string, inYear bool) {
			if len(now) < 6 {
				return
			}
			a, b := l.column(now, stock), l.column(before, stock)
			change := make([]float64, len(a))
			for i := range a {
				change[i] = a[i] - b[i]
			}
			want, ok := columnHash(change)
			if !ok {
				return
			}
			name := p.ruleName
			for in := low; in < high; in++ {
				if in == stock {
					continue
				}
				came := l.column(now, in)
				if h, ok := columnHash(came); ok && h == want {
					l.try(kind, stock, inYear, fmt.Sprintf("%s = %s_{t-1} + %s", name(stock), name(stock), name(in)))
				}
				if inYear {
					continue
				}
				for out := low; out < high; out++ {
					if out == stock || out == in {
						continue
					}
					net := make([]float64, len(now))
					for i, r := range now {
						net[i] = came[i] - p.raw(r, out)
					}
					if h, ok := columnHash(net); ok && h == want {
						l.try(kind, stock, false, fmt.Sprintf("%s = %s_{t-1} + %s - %s", name(stock), name(stock), name(in), name(out)))
					}
				}
			}
		}
		match(now, before, "balance", false)
		match(nowInYear, beforeInYear, "cumulative", true)
	}
}

// parts looks for fields that are never more than another and sometimes all of it: the whole is a wall, at which some
// submissions stand and beyond which none goes, although the two fields of different periods often would.
func (l *identityLearner) parts() {
	p := l.panel
	rows := p.spreadRows(partSample, 0, 1)
	n := len(p.every.fields)
	for a := range n {
		for b := max(0, a-identityNear); b < min(n, a+identityNear); b++ {
			if a == b || !p.walled(rows, a, b, l.limits) {
				continue
			}
			l.try("part", -1-a*n-b, false, p.ruleName(a)+" <= "+p.ruleName(b))
		}
	}
}

// partSample is how many submissions show whether a field may be part of another.
const partSample = 400

func (p *panel) walled(rows []int, a, b int, limits map[string]float64) bool {
	n, at, beyond, crossed := 0, 0, 0, 0
	for i, r := range rows {
		x, y := p.raw(r, a), p.raw(r, b)
		if math.IsNaN(x) || math.IsNaN(y) || y == 0 {
			continue
		}
		n++
		switch {
		case x == y:
			at++
		case x > y:
			if beyond++; beyond > len(rows)/100 {
				return false
			}
		}
		// Another submission of the same unit, as far away as can be: levels are alike, the bond within a submission is gone.
		if other := rows[(i+1)%len(rows)]; p.rows[other].unit == p.rows[r].unit && x > p.raw(other, b) {
			crossed++
		} else if q := p.row(int(p.rows[r].unit), (int(p.rows[r].period)+len(p.periods)/2)%len(p.periods)); q >= 0 && x > p.raw(q, b) {
			crossed++
		}
	}
	// Fields that are always equal are asked twice.
	return n >= 60 && float64(at) >= limits["wall_share"]*float64(n) && float64(at) <= 0.9*float64(n) && float64(crossed) >= limits["cross_share"]*float64(n)
}

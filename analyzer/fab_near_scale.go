package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// nearForm is a form's figures on scales on which honest figures of every field vary by one: where a submission lies close to
// another in nearly all fields, that shows there, however large the figures are.
type nearForm struct {
	*panel
	watched []int
	normal  *normalTable
	figures []float32 // row by row, in the order of watched: the stabilised figure; NaN where it cannot be compared
	centre  []float32 // what is usual for the unit in the period
	grain   []float32 // a quarter of the step in which the figure was counted
	comfort []float64 // of each unit: how much less than its peers it varies, 0.5 to 1
	steady  []bool    // of each unit: it varies less than half as much as its peers do
	order   []int     // fields in an order in which neighbours in the form lie apart
	steps   bool      // figures are the differences of neighbouring fields
	null    [nearKinds]nearNull
	limits  map[string]float64
}

// normalTable is the normal distribution from -8 to 8.
type normalTable [16*normalSteps + 2]float32

const normalSteps = 128

func newNormalTable() *normalTable {
	var t normalTable
	for i := range t {
		t[i] = float32(1 - stats.NormalTail(float64(i)/normalSteps-8))
	}
	return &t
}

func (t *normalTable) at(x float32) float32 {
	x = (min(max(x, -8), 8) + 8) * normalSteps
	i := int(x)
	return t[i] + (x-float32(i))*(t[i+1]-t[i])
}

// stabilised turns a count, in units of the last place, into a figure of variance one if counts are negative binomial:
// 2 sqrt(k) asinh(sqrt(x/k)), for a Poisson 2 sqrt(x) (Anscombe 1948).
func (x *panelField) stabilised(count float64) float64 {
	if math.IsInf(x.size, 1) {
		return 2 * math.Sqrt(count)
	}
	return 2 * math.Sqrt(x.size) * math.Asinh(math.Sqrt(count/x.size))
}

// spread of a count, its standard deviation by the model.
func (x *panelField) spread(count float64) float64 {
	if math.IsInf(x.size, 1) {
		return math.Sqrt(count)
	}
	return math.Sqrt(count + count*count/x.size)
}

// newNearForm puts the watched fields on their scales.
func newNearForm(p *panel, watched []int, normal *normalTable, limits map[string]float64) *nearForm {
	n, k := &nearForm{panel: p, watched: watched, normal: normal, limits: limits}, len(watched)
	size := len(p.rows) * k
	n.figures, n.centre, n.grain = make([]float32, size), make([]float32, size), make([]float32, size)
	column, centre := make([]float64, len(p.rows)), make([]float64, len(p.rows))
	for i, f := range watched {
		x := &p.fields[f]
		for r := range p.rows {
			column[r] = math.NaN()
			if v := p.value(r, f) * x.scale; v > 0 {
				column[r] = x.stabilised(v)
			}
		}
		sd := p.polish(column, centre)
		for r := range p.rows {
			at := r*k + i
			unit, v := int(p.rows[r].unit), p.value(r, f)*x.scale
			if !(x.expected(unit, int(p.rows[r].period)) >= limits["min_support"]) {
				column[r] = math.NaN()
			}
			n.figures[at], n.centre[at] = float32(column[r]/sd), float32(centre[r]/sd)
			n.grain[at] = float32(x.step[unit] / (4 * math.Max(1, x.spread(v)) * sd))
		}
	}
	// Each seventh field or so: neighbours in a form tend to go together.
	stride := max(1, k/7)
	for first := range stride {
		for i := first; i < k; i += stride {
			n.order = append(n.order, i)
		}
	}
	n.learnComfort()
	return n
}

// correlated is the inflation of the variance from which the differences of neighbouring fields may tell more than the fields.
const correlated = 4

// differences is the same form by the differences of neighbouring fields: where fields rise and fall together, the hours of a
// day or the ages of a people, a copy shows in the small steps between them.
func (n *nearForm) differences() *nearForm {
	k := len(n.watched)
	d := &nearForm{panel: n.panel, watched: n.watched, normal: n.normal, order: n.order, limits: n.limits, steps: true}
	d.figures, d.centre, d.grain = make([]float32, len(n.figures)), make([]float32, len(n.figures)), make([]float32, len(n.figures))
	var rest []float64
	for i := range k {
		rest = rest[:0]
		for r := range n.rows {
			at := r*k + i
			d.figures[at] = float32(math.NaN())
			if i == 0 {
				continue
			}
			d.figures[at], d.centre[at] = n.figures[at]-n.figures[at-1], n.centre[at]-n.centre[at-1]
			d.grain[at] = n.grain[at] + n.grain[at-1]
			if x := float64(d.figures[at] - d.centre[at]); x == x {
				rest = append(rest, math.Abs(x))
			}
		}
		if sd := float32(math.Max(0.05, 1.4826*stats.Median(rest))); sd == sd {
			for r := range n.rows {
				at := r*k + i
				d.figures[at], d.centre[at], d.grain[at] = d.figures[at]/sd, d.centre[at]/sd, d.grain[at]/sd
			}
		}
	}
	d.learnComfort()
	return d
}

// polish takes medians of units and periods away by turns (Tukey 1977) and gives what is usual for every row, and the
// spread of what is left, at least a fifth of what the model gives.
func (p *panel) polish(column, centre []float64) float64 {
	units, periods := make([]float64, len(p.units)), make([]float64, len(p.periods))
	var rest []float64
	middle := func(unit bool) {
		effects, rows := periods, len(p.units)
		if unit {
			effects, rows = units, len(p.periods)
		}
		for i := range effects {
			rest = rest[:0]
			for j := range rows {
				u, t := j, i
				if unit {
					u, t = i, j
				}
				r := p.row(u, t)
				if r < 0 || math.IsNaN(column[r]) {
					continue
				}
				if unit {
					rest = append(rest, column[r]-periods[t])
				} else {
					rest = append(rest, column[r]-units[u])
				}
			}
			effects[i] = 0
			if len(rest) > 0 {
				slices.Sort(rest)
				effects[i] = stats.QuantileSorted(rest, 0.5)
			}
		}
	}
	middle(true)
	middle(false)
	middle(true)
	rest = rest[:0]
	for r := range p.rows {
		centre[r] = units[p.rows[r].unit] + periods[p.rows[r].period]
		if !math.IsNaN(column[r]) {
			rest = append(rest, math.Abs(column[r]-centre[r]))
		}
	}
	return math.Max(0.2, 1.4826*stats.Median(rest))
}

// learnComfort finds the units that vary less than others do in all fields.
func (n *nearForm) learnComfort() {
	n.comfort, n.steady = make([]float64, len(n.units)), make([]bool, len(n.units))
	k := len(n.watched)
	var rest []float64
	for u := range n.units {
		rest = rest[:0]
		for t := range n.periods {
			r := n.row(u, t)
			for i := range k {
				if r >= 0 && n.figures[r*k+i] == n.figures[r*k+i] {
					rest = append(rest, math.Abs(float64(n.figures[r*k+i]-n.centre[r*k+i])))
				}
			}
		}
		own := 1.4826 * stats.Median(rest)
		n.comfort[u], n.steady[u] = 1, own < 0.5
		if own < 1 {
			n.comfort[u] = math.Max(0.5, own)
		}
	}
}

// likeness compares a submission with an earlier or other one.
type likeness struct {
	near, tight, exact, of int     // figures that are close, half as far, equal, and compared
	mean                   float64 // of the chances to come as close, before peers are asked: about one half for honest units
}

// compare holds row a against row b, whose figures are taken times a factor. The chance of a unit to come as close to a given
// figure as it did is uniform for honest units; their sum is small where all figures are close. Ok is false where too few can
// be compared or too few are close; everything is worked out where all is true.
func (n *nearForm) compare(a, b int, factor float64, all bool) (l likeness, ok bool) {
	k := len(n.watched)
	fa, fb := n.figures[a*k:(a+1)*k], n.figures[b*k:(b+1)*k]
	mu, grain := n.centre[a*k:(a+1)*k], n.grain[a*k:(a+1)*k]
	near := float32(n.limits["near"])
	if !all && !n.promising(fa, fb, near) {
		return l, false
	}
	comfort := float32(1 / n.comfort[n.rows[a].unit])
	sum := 0.0
	for i := range k {
		x, y := fa[i], fb[i]
		if x != x || y != y {
			continue
		}
		if factor != 1 {
			field := &n.fields[n.watched[i]]
			v := n.value(b, n.watched[i]) * field.scale
			y *= float32(field.stabilised(v*factor) / field.stabilised(v))
		}
		d := x - y
		if d < 0 {
			d = -d
		}
		l.of++
		if d <= near/comfort {
			l.near++
			if d <= near/comfort/2 {
				l.tight++
			}
		}
		if n.value(a, n.watched[i]) == n.value(b, n.watched[i]) {
			l.exact++
		}
		d = max(d, grain[i]) * comfort
		at := (y - mu[i]) * comfort
		sum += float64(n.normal.at(at+d) - n.normal.at(at-d))
	}
	if l.of < int(n.limits["min_fields"]) {
		return likeness{}, false
	}
	l.mean = sum / float64(l.of)
	return l, float64(l.near) >= n.limits["near_share"]*float64(l.of)
}

// promising looks at the first figures and gives up where too few are close.
func (n *nearForm) promising(fa, fb []float32, near float32) bool {
	hits, of := 0, 0
	for _, i := range n.order {
		x, y := fa[i], fb[i]
		if x != x || y != y {
			continue
		}
		of++
		if d := x - y; d <= near && d >= -near {
			hits++
		}
		if (of == 4 && hits < 2) || (of == 8 && hits < 4) || (of == 16 && hits < 9) {
			return false
		}
		if of == 24 {
			return hits >= 14
		}
	}
	return of >= int(n.limits["min_fields"])
}

package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// comparedRows is how the answers to two fields differ where their rows are joined, after the code mapping or factor.
type comparedRows struct {
	join             joinKind // empty where rows could not be brought together
	n, equal, differ int      // differ: beyond rounding
	chance           float64
	higherA, higherB int
	who, whoDiffers  int       // units or persons, in all and with a difference
	mixed, several   int       // units with several rows: those with equal and with differing ones, and all
	upper            float64   // share that agrees beyond chance among the greater half of the numbers
	lagged           int       // differing rows whose value the other form has one period earlier or later
	relative         []float64 // |x-y|/max(|x|,|y|) of differing rows, ascending
	difference       []float64 // |x-y| of differing rows, ascending
	step             float64   // the finest step of the values
	rho              float64   // rank correlation, NaN where the answers are no numbers
	ratios           float64   // interquartile range of the logarithm of their ratio
}

// rowComparer lays the sampled rows of forms side by side.
type rowComparer struct {
	data   *dupFound
	joiner *joiner
}

const comparerViews = 256 // of forms, which are kept in memory at once

func newRowComparer(d *dupFound) *rowComparer { return &rowComparer{d, newJoiner(d.dupData)} }

// compare takes the rows of the same unit and period, or of the same person; none where the forms cannot be joined so.
func (c *rowComparer) compare(p *fieldPair) comparedRows {
	out := comparedRows{rho: math.NaN()}
	if len(c.joiner.views) > comparerViews {
		c.joiner = newJoiner(c.data.dupData)
	}
	a, b := p.a, p.b
	swapped := a.form > b.form
	if swapped {
		a, b = b, a
	}
	var j *joined
	for _, way := range c.joiner.of(a.form, b.form) {
		if !way.kind.derives() && (p.join == "" || way.kind == p.join) {
			j = way
			break
		}
	}
	if j == nil {
		return out
	}
	out.join = j.kind
	left, right := j.left.columns[a.field], j.right.columns[b.field]
	x, y := make([]uint32, len(j.rows)), make([]uint32, len(j.rows))
	for i, r := range j.rows {
		x[i], y[i] = left[r[0]], right[r[1]]
	}
	if swapped {
		x, y = y, x
	}
	out.count(c, p, j, x, y)
	return out
}

func (o *comparedRows) count(c *rowComparer, p *fieldPair, j *joined, x, y []uint32) {
	d := c.data.dictionary
	mapping, factor := p.mapping(), 1.0
	if p.relation == RelationScale {
		factor = p.factor()
	}
	if p.relation != RelationRecode {
		mapping = nil
	}
	var u, v []float64
	for i := range x {
		if s, t := d.numbers[x[i]], d.numbers[y[i]]; x[i] != 0 && y[i] != 0 && !math.IsNaN(s) && !math.IsNaN(t) {
			u, v = append(u, s*factor), append(v, t)
		}
	}
	stepA, stepB := step(u), step(v)
	o.step = math.Max(stepA, stepB)
	slack := 0.0
	if math.Abs(stepA-stepB) > 1e-12 || factor != 1 {
		slack = o.step / 2
	}
	equals, differs := map[uint64]int{}, map[uint64]int{}
	var differing []int
	half := middle(v)
	upper := [2]int{}
	for i := range x {
		if x[i] == 0 || y[i] == 0 {
			continue
		}
		o.n++
		subject := j.left.who[j.rows[i][0]]
		s, t := d.numbers[x[i]]*factor, d.numbers[y[i]]
		number := mapping == nil && !math.IsNaN(s) && !math.IsNaN(t)
		great := number && t > half
		if great {
			upper[0]++
		}
		switch {
		case number && math.Abs(s-t) <= slack+1e-9*math.Abs(t), !number && mapping == nil && x[i] == y[i],
			mapping != nil && mapping[d.values[x[i]]] == d.values[y[i]]:
			o.equal++
			equals[subject]++
			if great {
				upper[1]++
			}
			continue
		case number && s > t:
			o.higherA++
		case number:
			o.higherB++
		}
		o.differ++
		differs[subject]++
		differing = append(differing, i)
		if number {
			o.relative = append(o.relative, math.Abs(s-t)/math.Max(math.Abs(s), math.Abs(t)))
			o.difference = append(o.difference, math.Abs(s-t))
		}
	}
	o.units(equals, differs)
	slices.Sort(o.relative)
	slices.Sort(o.difference)
	if len(u) >= 10 && len(u)*10 >= o.n*9 && mapping == nil {
		o.rho, o.ratios = rankCorrelation(u, v), ratioSpread(u, v)
	}
	o.chance = agreementByChance(d, x, y, mapping)
	o.upper = (float64(upper[1]) - o.chance*float64(upper[0])) / math.Max(1, (1-o.chance)*float64(upper[0]))
	if upper[0] < upperLeast {
		o.upper = o.beyondChance()
	}
	if j.kind == joinPeriod && mapping == nil && factor == 1 {
		o.lagged = lagged(j, x, y, differing)
	}
}

const upperLeast = 10 // rows of greater numbers from which their agreement is looked at

// units counts who has differing rows, and who has both.
func (o *comparedRows) units(equals, differs map[uint64]int) {
	o.whoDiffers, o.who = len(differs), len(differs)
	for subject, n := range equals {
		if differs[subject] == 0 {
			o.who++
		}
		if n+differs[subject] >= 2 {
			o.several++
			o.mixed += int(boolean(differs[subject] > 0))
		}
	}
	for subject, n := range differs {
		if n >= 2 && equals[subject] == 0 {
			o.several++
		}
	}
}

// middle is the median, 0 of nothing.
func middle(x []float64) float64 {
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	return quantileOf(sorted, 0.5)
}

// rankCorrelation is Spearman's: Pearson's of the ranks, equal numbers sharing their mean rank; NaN where all are equal.
func rankCorrelation(x, y []float64) float64 {
	u, v := ranks(x), ranks(y)
	var sumUV, sumUU, sumVV float64
	mean := float64(len(x)+1) / 2
	for i := range u {
		sumUV += (u[i] - mean) * (v[i] - mean)
		sumUU += (u[i] - mean) * (u[i] - mean)
		sumVV += (v[i] - mean) * (v[i] - mean)
	}
	return sumUV / math.Sqrt(sumUU*sumVV)
}

// ratioSpread is how much the ratio of two fields varies: the interquartile range of its logarithm, over rows with both.
func ratioSpread(x, y []float64) float64 {
	var logs []float64
	for i := range x {
		if x[i] > 0 && y[i] > 0 {
			logs = append(logs, math.Log(y[i]/x[i]))
		}
	}
	slices.Sort(logs)
	return quantileOf(logs, 0.75) - quantileOf(logs, 0.25)
}

func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, k int) int { return compareFloat(x[i], x[k]) })
	out := make([]float64, len(x))
	for i := 0; i < len(order); {
		k := i
		for k < len(order) && x[order[k]] == x[order[i]] {
			k++
		}
		for _, at := range order[i:k] {
			out[at] = float64(i+k+1) / 2
		}
		i = k
	}
	return out
}

// agreementByChance is the share of rows that would be equal if one side were shuffled.
func agreementByChance(d *dictionary, x, y []uint32, mapping map[string]string) float64 {
	p, q := map[string]float64{}, map[string]float64{}
	n := 0.0
	for i := range x {
		if x[i] == 0 || y[i] == 0 {
			continue
		}
		n++
		from := d.values[x[i]]
		if mapping != nil {
			from = mapping[from]
		}
		p[from]++
		q[d.values[y[i]]]++
	}
	sum := 0.0
	for value, times := range p {
		sum += times * q[value]
	}
	return sum / math.Max(1, n*n)
}

// lagged counts differing rows whose value the other form has for the same unit one period earlier or later: then it is the
// time of asking that differs.
func lagged(j *joined, x, y []uint32, differing []int) int {
	place := map[uint64]int{}
	var days []int32
	for i, r := range j.rows {
		key := j.left.keys[r[0]]
		place[key] = i
		days = append(days, int32(uint32(key)))
	}
	slices.Sort(days)
	days = slices.Compact(days)
	n := 0
	for _, i := range differing {
		key := j.left.keys[j.rows[i][0]]
		at, _ := slices.BinarySearch(days, int32(uint32(key)))
		for _, next := range []int{at - 1, at + 1} {
			if next < 0 || next >= len(days) {
				continue
			}
			if k, known := place[unitKey(uint32(key>>32), days[next])]; known && (x[i] == y[k] || y[i] == x[k]) {
				n++
				break
			}
		}
	}
	return n
}

// step is the greatest power of ten of which nearly all numbers are multiples.
func step(x []float64) float64 {
	const least, most = -6, 6
	for k := most; k > least; k-- {
		s := math.Pow10(k)
		hits, zeros := 0, 0
		for _, v := range x {
			if v == 0 {
				zeros++
			} else if r := v / s; math.Abs(r-math.Round(r)) < 1e-6 {
				hits++
			}
		}
		if rest := len(x) - zeros; rest > 0 && hits*100 >= rest*95 {
			return s
		}
	}
	return math.Pow10(least)
}

// beyondChance is the share of rows that agree, without what agrees by chance.
func (o *comparedRows) beyondChance() float64 {
	return (float64(o.equal) - o.chance*float64(o.n)) / math.Max(1e-9, (1-o.chance)*float64(o.n))
}

// enough asks for rows, and for differences that are spread over the units: where few units differ, those are to be looked
// at, not the standard.
func (o *comparedRows) enough(limits map[string]float64) bool {
	return float64(o.n) >= limits["min_rows"] && o.surelyDiffer() >= limits["min_differ"] &&
		float64(o.whoDiffers) >= limits["min_units"] && float64(o.whoDiffers) >= limits["min_unit_share"]*float64(o.who)
}

// surelyDiffer is the lower bound of the share of differing rows, at 95 % on its side: slips of the pen alone make rows differ,
// and few rows show more of them by chance.
func (o *comparedRows) surelyDiffer() float64 {
	low, _ := stats.Wilson(o.differ, max(1, o.n), 0.9)
	return low
}

// disagrees says that two forms hold different values of the same thing: they agree where nothing but the same source would,
// and differ elsewhere, of the same units too, by more than rounding and more than measuring twice explains. What is measured
// twice agrees by rounding only, so hardly ever where the numbers are great; what some units copy, those units always copy.
func (o *comparedRows) disagrees(limits map[string]float64) bool {
	if !o.enough(limits) || o.beyondChance() < limits["min_equal"] || float64(o.mixed) < limits["min_mixed"]*float64(o.several) {
		return false
	}
	return math.IsNaN(o.rho) || o.upper >= limits["min_equal"] && (!o.noise() || o.late())
}

// late says that nearly all differing values are those of the period before or after: it is the day that differs. Of noisy
// measurements of what hardly changes, more than half may be so by chance.
func (o *comparedRows) late() bool { return o.lagged*10 >= o.differ*8 }

// noise says that the differences are what measuring twice gives, which rounding turns into equality now and then: of normal
// errors with deviation s, a share of step/(s sqrt(2 pi)) comes out equal.
func (o *comparedRows) noise() bool {
	s := o.step / (math.Max(o.beyondChance(), 0.01) * math.Sqrt(2*math.Pi))
	return quantileOf(o.difference, 0.75) <= 3*math.Max(s, o.step/2)
}

// together says that two fields whose labels name two definitions are filled in for the same units and periods, go together
// and differ.
func (o *comparedRows) together(limits map[string]float64) bool {
	return o.enough(limits) && o.rho >= limits["min_correlation"] && o.beyondChance() < 1-limits["min_differ"]
}

// apart says that the values of two fields of one label go together, in about one ratio, and yet nearly all lie apart, to one
// side. Two figures of one village go together as well, both being greater in greater villages, but in no one ratio.
func (o *comparedRows) apart(limits map[string]float64) bool {
	return o.enough(limits) && o.rho >= limits["min_near_correlation"] && o.sided() >= limits["min_side"] &&
		o.beyondChance() < limits["min_equal"] && quantileOf(o.relative, 0.5) >= limits["min_apart"] && o.ratios <= limits["max_ratio_spread"]
}

// sided is the share of differing rows on the side on which more lie.
func (o *comparedRows) sided() float64 {
	return float64(max(o.higherA, o.higherB)) / float64(max(1, o.higherA+o.higherB))
}

// quantileOf an ascending list, 0 of an empty one.
func quantileOf(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

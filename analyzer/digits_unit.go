package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// clerkCount is how many of a form's units in line for a finding each reporter files for.
type clerkCount struct {
	form  *panel
	count map[uint64]int
}

// clerks counts the reporters behind some units of a form of panels; forms of records have many reporters a unit.
func (form *digitForm) clerks(n int, unit func(int) string) clerkCount {
	return clerksOf(form.panel, n, unit)
}

func clerksOf(p *panel, n int, unit func(int) string) clerkCount {
	c := clerkCount{form: p, count: map[uint64]int{}}
	if p == nil {
		return c
	}
	for i := range n {
		if clerk := p.circumstances(p.unitIndex(unit(i))).clerk; clerk != 0 {
			c.count[clerk]++
		}
	}
	return c
}

// explain writes down how the unit's submissions came about; open is true where one clerk is behind several units alike.
func (c clerkCount) explain(u *digitUnit) (out []queries.Message, open bool) { return c.of(u.unit) }

func (c clerkCount) of(unit string) (out []queries.Message, open bool) {
	if c.form == nil {
		return nil, false
	}
	how := c.form.circumstances(c.form.unitIndex(unit))
	return how.explain(c.count[how.clerk])
}

// fabScore orders the findings of a detector: by how sure they are, then by the effect (0 to 1).
func fabScore(p, effect float64) float64 {
	sure := math.Min(1, -math.Log10(math.Max(p, 1e-300))/20)
	return math.Min(1, 0.3+0.5*sure+0.2*math.Min(1, math.Abs(effect)))
}

// topIndexes are the places of the greatest positive values, in descending order, n at most.
func topIndexes(values []float64, n int) []int {
	var order []int
	for i, v := range values {
		if v > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return -cmp.Compare(values[a], values[b]) })
	return order[:min(n, len(order))]
}

// unitShare is a unit's share of n figures.
type unitShare struct {
	unit     string
	n, share float64
	marked   bool
}

// funnelSizes is at how many sizes the limits of a funnel are worked out, funnelLimit their distance in standard deviations:
// 99.8 % of independent figures lie within (Spiegelhalter 2005).
const (
	funnelSizes = 24
	funnelLimit = 3.09
)

// funnelChart draws units by size and share in per cent, with the limits around an expected share.
func funnelChart(title queries.Message, units []unitShare, expected float64) *queries.Chart {
	c := &queries.Chart{Kind: "funnel", Title: title, Unit: "%", Bands: make([][]float64, 2)}
	least, most := math.Inf(1), 0.0
	for _, u := range units {
		least, most = math.Min(least, u.n), math.Max(most, u.n)
		c.Points = append(c.Points, queries.Point{X: u.n, Y: rounded(100*u.share, 1), Label: u.unit, Marked: u.marked})
	}
	if most <= least {
		most = least + 1
	}
	for i := range funnelSizes {
		n := least * math.Pow(most/least, float64(i)/(funnelSizes-1))
		d := funnelLimit * math.Sqrt(expected*(1-expected)/n)
		c.Sizes = append(c.Sizes, rounded(n, 1))
		c.Bands[0] = append(c.Bands[0], rounded(100*math.Max(0, expected-d), 2))
		c.Bands[1] = append(c.Bands[1], rounded(100*math.Min(1, expected+d), 2))
	}
	return c
}

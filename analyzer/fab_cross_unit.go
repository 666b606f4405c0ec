package analyzer

import (
	"context"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabCrossUnit looks for units that hand in each other's figures.
type fabCrossUnit struct{ panels *panelModel }

const crossDetector = "fab-cross-unit"

// Meta implements Detector.
func (fabCrossUnit) Meta() Meta {
	return Meta{ID: crossDetector, Family: "fabrication", Version: 1, Evidence: "copying"}
}

// crossUnit is one unit of a form with the unit that is most like it.
type crossUnit struct {
	form *crossForm
	unit int
	best *crossPair // nil if it is like none
	p, q float64
}

// Detect implements Detector.
func (d fabCrossUnit) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(crossDetector)
	var out []queries.Finding
	silent := func(form queries.Form, reason queries.Message) {
		out = append(out, NotAssessed(crossDetector, fabSubject(form), reason, form.ID))
	}
	var forms []*crossForm
	var all []*crossUnit
	tests := 0
	err := d.panels.each(ctx, in, limits, func(p *panel) error {
		form, reason := crossCompare(p, limits)
		if reason.Key != "" {
			silent(p.form, reason)
			return nil
		}
		units := form.judge(limits)
		tests += form.tested
		if len(units) > 0 { // forms without any likeness need not be kept
			forms, all = append(forms, form), append(all, units...)
		}
		return ctx.Err()
	}, silent)
	if err != nil {
		return nil, err
	}
	correctCross(all, tests)
	for _, form := range forms {
		out = append(out, form.findings(in, limits, all, tests)...)
	}
	return out, nil
}

// crossCompare finds the pairs of a form's units that are alike in some period.
func crossCompare(p *panel, limits map[string]float64) (*crossForm, queries.Message) {
	watched, stocks := watchedFields(p, map[string]float64{"min_fields": limits["min_fields_period"]})
	if stocks && len(watched) < int(limits["min_fields"]) {
		return nil, fabReason("few_fields", map[string]any{"form": p.form.ID, "n": len(watched), "need": limits["min_fields"]})
	}
	c := &crossForm{panel: p, watched: watched, stocks: stocks}
	if c.tested = c.comparable(limits); c.tested < int(limits["min_units"]) {
		return nil, fabReason("small_counts", map[string]any{"form": p.form.ID, "n": c.tested, "need": limits["min_units"]})
	}
	c.learnCollisions()
	for _, x := range c.candidates(int(limits["min_hits"])) {
		if c.compare(x, limits); x.shared > 0 {
			c.pairs = append(c.pairs, x)
		}
	}
	return c, queries.Message{}
}

// comparable counts the units with enough figures other than zero in some period.
func (c *crossForm) comparable(limits map[string]float64) int {
	enough := map[int32]bool{}
	for r := range c.rows {
		n := 0
		for _, f := range c.watched {
			if v := c.value(r, f); v != 0 && !math.IsNaN(v) {
				n++
			}
		}
		if n >= int(limits["min_fields_period"]) {
			enough[c.rows[r].unit] = true
		}
	}
	return len(enough)
}

// judge gives every pair and, with the choice of partner paid for, every unit its p.
func (c *crossForm) judge(limits map[string]float64) []*crossUnit {
	peers := c.peerTails()
	best := map[int]*crossUnit{}
	for _, x := range c.pairs {
		var small []float64
		for i := range x.periods {
			if t := &x.periods[i]; t.shared {
				t.p = math.Max(t.p, peers.of(t.p))
				small = append(small, t.p)
			}
		}
		if c.stocks {
			// Stocks that agree once go on agreeing: the periods are one observation.
			x.p = math.Min(1, slices.Min(small)*float64(len(x.periods)))
		} else {
			x.p = stats.TruncatedProduct(small, len(x.periods), limits["max_chance"])
		}
		for _, u := range []int{x.a, x.b} {
			if best[u] == nil {
				best[u] = &crossUnit{form: c, unit: u}
			}
			if b := best[u]; b.best == nil || x.p < b.best.p {
				b.best = x
				b.p = math.Min(1, x.p*float64(len(c.units)-1))
			}
		}
	}
	out := make([]*crossUnit, 0, len(best))
	for u := range c.units {
		if best[u] != nil {
			out = append(out, best[u])
		}
	}
	return out
}

// tails is how often pairs of peers are as alike in one period.
type tails struct {
	sorted []float64
	all    float64
}

// peerTails takes the pairs that are alike in a single period for honest: among them dependence between fields, rounding
// and all that the model does not know show. Those who copy do so again.
func (c *crossForm) peerTails() tails {
	var t tails
	for _, n := range c.counts {
		t.all += float64(n) * float64(n-1) / 2
	}
	for _, x := range c.pairs {
		if x.shared != 1 {
			continue
		}
		for _, period := range x.periods {
			if period.shared {
				t.sorted = append(t.sorted, period.p)
			}
		}
	}
	slices.Sort(t.sorted)
	return t
}

// of is the share of pairs and periods that are at least as alike; the one asked about may be among them.
func (t tails) of(p float64) float64 {
	n, _ := slices.BinarySearch(t.sorted, math.Nextafter(p, 1))
	return math.Max(0, float64(n-1)) / math.Max(1, t.all)
}

// correctCross corrects the units' p over all tests, those without any likeness having p = 1.
func correctCross(all []*crossUnit, tests int) {
	p := make([]float64, max(tests, len(all)))
	for i := range p {
		p[i] = 1
		if i < len(all) {
			p[i] = all[i].p
		}
	}
	for i, q := range stats.BenjaminiHochberg(p)[:len(all)] {
		all[i].q = q
	}
}

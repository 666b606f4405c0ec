package analyzer

import (
	"context"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// sourceDetector is its id.
const sourceDetector = "fab-cross-source"

// fabCrossSource looks for units of which two sources tell the same fact differently, more often than of their peers.
type fabCrossSource struct{ panels *panelModel }

// Meta implements Detector.
func (fabCrossSource) Meta() Meta {
	return Meta{ID: sourceDetector, Family: "fabrication", Version: 1, Evidence: "consistency", After: "std-conflict"}
}

// sourcePair is two forms, or a form and a register whose records are counted, that report some of the same facts.
type sourcePair struct {
	a, b    *panel
	counted bool // b counts or adds up records
	fields  []toldTwice
	units   []*sourceUnit
	rate    float64 // of periods in which the two differ, among honest units
	rho     float64
}

// toldTwice is a field of one form and that of the other which holds the same: b = factor x a.
type toldTwice struct {
	a, b      int // among the numeric fields
	factor    float64
	agreement float64 // median of the units' shares of equal figures
	season    []float64
	place     [2]float64 // last places of a and b
}

// sourceUnit is one unit of a pair.
type sourceUnit struct {
	at       [2]int // in the panels
	unit     string
	cells    []sourceCell
	compared int // periods
	hits     []int
	causes   map[string]int
	upper    int // periods in which a is the greater
	ratio    float64
	p, q     float64
	sign     float64
	reading  bool // the ratio of the two hardly changes: another definition
	cutOff   bool // what one lacks in a period it has in the next
}

// sourceCell is one figure told twice.
type sourceCell struct {
	field  int // of the pair's fields
	period int // of a
	a, b   float64
	cause  string // delayed, revised, unit; "rounding" where there is no difference that matters; empty otherwise
}

func (u *sourceUnit) share() float64 { return float64(len(u.hits)) / float64(max(1, u.compared)) }

// Detect implements Detector.
func (d fabCrossSource) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(sourceDetector)
	var out []queries.Finding
	var panels []*panel
	var registers []queries.Form
	spoken := map[string]bool{}
	reasons := map[string]queries.Message{}
	err := d.panels.each(ctx, in, limits, func(p *panel) error {
		panels = append(panels, p)
		reasons[p.form.ID] = fabReason("one_source", map[string]any{"form": p.form.ID})
		return ctx.Err()
	}, func(form queries.Form, reason queries.Message) {
		if reasons[form.ID] = reason; reason.Key == "fab.reason.records" {
			registers = append(registers, form)
			reasons[form.ID] = fabReason("one_source", map[string]any{"form": form.ID})
		}
	})
	if err != nil {
		return nil, err
	}
	counted, err := registerPanels(ctx, in, registers, panels)
	if err != nil {
		return nil, err
	}
	matches, err := in.Store.FieldMatches(ctx, "", "")
	if err != nil {
		return nil, err
	}
	pairs := sourcePairs(panels, counted, matches, limits)
	tests := judgeSources(pairs, limits)
	for _, pair := range pairs {
		spoken[pair.a.form.ID], spoken[pair.b.form.ID] = true, true
		out = append(out, pair.findings(in, limits, tests)...)
	}
	for _, form := range in.Registry.Forms() {
		if reason := reasons[form.ID]; !spoken[form.ID] && reason.Key != "" {
			out = append(out, NotAssessed(sourceDetector, fabSubject(form), reason, form.ID))
		}
	}
	return out, nil
}

// judgeSources gives every unit of every pair its p and q, and returns how many tests there are. One fact in three systems
// is tested more than once, so that the tests depend on one another: Benjamini & Yekutieli (2001).
func judgeSources(pairs []*sourcePair, limits map[string]float64) int {
	var everyone []tally
	for _, pair := range pairs {
		everyone = append(everyone, pair.tallies()...)
	}
	odds := mistakeOdds(everyone, 0, 0)
	var all []*sourceUnit
	var p []float64
	for _, pair := range pairs {
		tallies := pair.tallies()
		pair.rate = honestRate(tallies, odds, limits["least_rate"])
		pair.rho = spreadOf(tallies, limits["least_spread"])
		null := stats.BetaBinomial{Mean: pair.rate, Rho: pair.rho}
		for _, u := range pair.units {
			u.p, u.sign = 1, 1
			if n := len(u.hits); n > 0 {
				u.p = null.Upper(n, u.compared)
				u.sign = stats.BetaBinomial{Mean: 0.5}.Upper(max(u.upper, n-u.upper), n)
				u.sign = min(1, 2*u.sign)
			}
			all, p = append(all, u), append(p, u.p)
		}
	}
	for i, q := range stats.BenjaminiYekutieli(p) {
		all[i].q = q
	}
	return len(all)
}

func (pair *sourcePair) tallies() []tally {
	out := make([]tally, len(pair.units))
	for i, u := range pair.units {
		out[i] = tally{len(u.hits), u.compared}
	}
	return out
}

// registerPanels counts the records of each register by the periods of the forms, so that it can be read as a form.
func registerPanels(ctx context.Context, in Input, registers []queries.Form, panels []*panel) ([]*panel, error) {
	var grains []string
	for _, p := range panels {
		if g := grainOf(p.periods[0].name); g != "" && !slices.Contains(grains, g) {
			grains = append(grains, g)
		}
	}
	var out []*panel
	from, to := in.verifySpan()
	for _, form := range registers {
		for _, grain := range grains {
			p, err := countRegister(ctx, in, form, grain, from, to)
			if err != nil {
				return nil, err
			}
			if p != nil {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

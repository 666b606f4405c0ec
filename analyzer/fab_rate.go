package analyzer

import (
	"context"
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabIntegerRate looks for units whose rates are whole percentages more often than counting gives: then the rate may have
// been there first.
type fabIntegerRate struct{ panels *panelModel }

const rateDetector = "fab-integer-rate"

// Meta implements Detector.
func (fabIntegerRate) Meta() Meta {
	return Meta{ID: rateDetector, Family: "fabrication", Version: 1, Evidence: "digits"}
}

// rateForm is the rates of one form.
type rateForm struct {
	panel *panel
	pairs []ratePair
	units []*rateUnit
	ratio float64 // whole percentages among all units over those expected, 1 at the least
}

// rateUnit is the rates of one unit.
type rateUnit struct {
	unit     string
	rows     []rateRow
	test     stats.IntegerRate
	expected float64 // whole percentages, with the peers' ratio
	score    float64
	p, q     float64
}

func (u *rateUnit) excess() float64 {
	return (float64(u.test.Observed) - u.expected) / math.Max(1, float64(u.test.Rows))
}

// Detect implements Detector.
func (d fabIntegerRate) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(rateDetector)
	var out []queries.Finding
	silent := func(form queries.Form, reason queries.Message) {
		if reason.Key == "fab.reason.records" {
			reason = fabReason("rates_records", map[string]any{"form": form.ID})
		}
		out = append(out, NotAssessed(rateDetector, fabSubject(form), reason, form.ID))
	}
	var forms []*rateForm
	var all []*rateUnit
	err := d.panels.each(ctx, in, limits, func(p *panel) error {
		form, reason := ratesOf(p, limits)
		if reason.Key != "" {
			silent(p.form, reason)
			return nil
		}
		form.judge()
		forms, all = append(forms, form), append(all, form.units...)
		return ctx.Err()
	}, silent)
	if err != nil {
		return nil, err
	}
	p := make([]float64, len(all))
	for i, u := range all {
		p[i] = u.p
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	for _, form := range forms {
		out = append(out, form.findings(in, limits, len(all))...)
	}
	return out, nil
}

// ratesOf collects the rates of every unit, or says why there are none to judge.
func ratesOf(p *panel, limits map[string]float64) (*rateForm, queries.Message) {
	params := map[string]any{"form": p.form.ID, "need": limits["min_rates"]}
	form := &rateForm{panel: p, pairs: p.ratePairs(limits)}
	if len(form.pairs) == 0 {
		return nil, fabReason("no_rates", params)
	}
	most := 0
	for i, code := range p.units {
		u := &rateUnit{unit: code, rows: p.pairRates(i, form.pairs)}
		part, whole := make([]int64, len(u.rows)), make([]int64, len(u.rows))
		for i, row := range u.rows {
			part[i], whole[i] = row.part, row.all
		}
		u.test = stats.AttainableRates(part, whole)
		most = max(most, u.test.Rows)
		if float64(u.test.Rows) >= limits["min_rates"] && u.test.SD >= leastRateSD {
			form.units = append(form.units, u)
		}
	}
	params["n"] = most
	if len(form.units) == 0 {
		return nil, fabReason("few_rates", params)
	}
	if params["n"], params["need"] = len(form.units), limits["min_units"]; len(form.units) < int(limits["min_units"]) {
		return nil, fabReason("few_units", params)
	}
	return form, queries.Message{}
}

// judge gives every unit its p: under the binomial null of Kobak, Shpilkin & Pshenichnikov (2016), with as many whole
// percentages more as its peers have, and under the spread that the units show.
func (form *rateForm) judge() {
	var observed, expected float64
	for _, u := range form.units {
		observed, expected = observed+float64(u.test.Observed), expected+u.test.Expected
	}
	form.ratio = math.Max(1, observed/expected)
	var scores []float64
	for _, u := range form.units {
		others := (observed - float64(u.test.Observed)) / math.Max(1e-9, expected-u.test.Expected)
		u.expected = math.Min(0.98*float64(u.test.Rows), u.test.Expected*math.Max(1, others))
		share := u.expected / float64(u.test.Rows)
		u.score = (float64(u.test.Observed) - u.expected) / math.Max(u.test.SD, math.Sqrt(float64(u.test.Rows)*share*(1-share)))
		scores = append(scores, u.score)
	}
	for _, u := range form.units {
		share := u.expected / float64(u.test.Rows)
		u.p = math.Max(u.test.P, stats.BinomialUpperMidP(u.test.Observed, u.test.Rows, share))
		u.p = math.Max(u.p, peerP(u.score, scores))
	}
}

package analyzer

import (
	"context"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabOutlier looks for submissions in which a unit's figures leap out of its own past and its peers' season: multiplied, or left
// out, and for single figures that look mistyped.
type fabOutlier struct{ panels *panelModel }

const outlierDetector = "fab-outlier"

// Meta implements Detector.
func (fabOutlier) Meta() Meta {
	return Meta{ID: outlierDetector, Family: "fabrication", Version: 1, Evidence: "dynamics"}
}

// Detect implements Detector.
func (d fabOutlier) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	var out []queries.Finding
	var forms []*outlierForm
	silent := func(form queries.Form, reason queries.Message) {
		out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Systems: []string{form.System}, Forms: []string{form.ID}}, reason, form.ID))
	}
	err := d.panels.each(ctx, in, limits, func(p *panel) error {
		form, reason := measureOutliers(p, limits)
		if reason.Key != "" {
			silent(p.form, reason)
			return nil
		}
		forms = append(forms, form)
		return ctx.Err()
	}, silent)
	if err != nil {
		return nil, err
	}
	var all []*outlierUnit
	var p []float64
	for _, form := range forms {
		form.judge(limits)
		for _, u := range form.units {
			all, p = append(all, u), append(p, u.p)
		}
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	for _, form := range forms {
		out = append(out, form.findings(in, limits, len(all))...)
	}
	return out, nil
}

// measureOutliers measures the submissions of a form.
func measureOutliers(p *panel, limits map[string]float64) (*outlierForm, queries.Message) {
	params := map[string]any{"form": p.form.ID, "need": limits["min_fields"]}
	o := &outlierForm{p: p, fields: smoothFields(p)}
	if params["n"] = len(o.fields); len(o.fields) < int(limits["min_fields"]) {
		return nil, fabReason("few_fields", params)
	}
	o.measure(int(limits["min_periods"]))
	if params["n"], params["need"] = len(o.units), limits["min_units"]; len(o.units) < int(limits["min_units"]) {
		return nil, fabReason("small_counts", params)
	}
	return o, queries.Message{}
}

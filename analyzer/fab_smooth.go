package analyzer

import (
	"context"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabSmooth looks for units whose figures vary too little: interpolated, drawn around a mean, scaled up or split by fixed shares.
type fabSmooth struct{ panels *panelModel }

const smoothDetector = "fab-smooth"

// Meta implements Detector.
func (fabSmooth) Meta() Meta {
	return Meta{ID: smoothDetector, Family: "fabrication", Version: 1, Evidence: "dynamics"}
}

// Detect implements Detector.
func (d fabSmooth) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	var out []queries.Finding
	var forms []*smoothForm
	silent := func(form queries.Form, reason queries.Message) {
		out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Systems: []string{form.System}, Forms: []string{form.ID}}, reason, form.ID))
	}
	err := d.panels.each(ctx, in, limits, func(p *panel) error {
		form, reason := measureSmooth(p, limits)
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
	var all []*smoothUnit
	var p []float64
	for _, form := range forms {
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

// measureSmooth measures and judges the units of a form.
func measureSmooth(p *panel, limits map[string]float64) (*smoothForm, queries.Message) {
	params := map[string]any{"form": p.form.ID, "need": limits["min_fields"]}
	s := &smoothForm{p: p, fields: smoothFields(p)}
	if params["n"] = len(s.fields); len(s.fields) < int(limits["min_fields"]) {
		return nil, fabReason("few_fields", params)
	}
	for u := range p.units {
		if x, ok := s.measure(u, int(limits["min_periods"])); ok {
			s.units = append(s.units, x)
		}
	}
	params["n"], params["need"] = len(s.units), limits["min_units"]
	if len(s.units) < int(limits["min_units"]) {
		return nil, fabReason("small_counts", params)
	}
	if !s.judge() {
		return nil, fabReason("smooth_form", params)
	}
	var shares []float64
	for _, u := range s.units {
		shares = append(shares, u.share())
		u.about = p.circumstances(u.unit)
	}
	s.median = stats.Median(shares)
	return s, queries.Message{}
}

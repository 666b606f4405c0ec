package analyzer

import (
	"math"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// fabExplain is an innocent explanation that was considered, with its outcome: excluded, unlikely, open or absent.
func fabExplain(key, outcome string, params map[string]any) queries.Message {
	m := queries.Message{Key: "fab.explain." + key, Params: map[string]any{"outcome": queries.Message{Key: "fab.outcome." + outcome}}}
	for k, v := range params {
		m.Params[k] = v
	}
	return m
}

// outcomeOf is absent for nothing found, and otherwise what that means.
func outcomeOf(n int, found string) string {
	if n == 0 {
		return "absent"
	}
	return found
}

// openOr is the outcome of a cause that cannot be ruled out where it is open.
func openOr(open bool, otherwise string) string {
	if open {
		return "open"
	}
	return otherwise
}

// fabSubject is one form of one unit, with the form's system.
func fabSubject(form queries.Form, units ...string) queries.Subject {
	s := queries.Subject{Forms: []string{form.ID}, Units: units}
	if form.System != "" {
		s.Systems = []string{form.System}
	}
	return s
}

// periodSpan is the days that some periods of a form cover, up to the last day of the window.
func periodSpan(periods []panelPeriod, first, last int, w Window) (from, to time.Time) {
	if last+1 < len(periods) {
		return periods[first].start, periods[last+1].start.AddDate(0, 0, -1)
	}
	return periods[first].start, w.To
}

// fabSeverity weighs a finding by how much of the data is affected and how sure it is.
func fabSeverity(share, q float64, open bool) string {
	switch {
	case open:
		return "low"
	case share >= 0.5 && q <= 1e-6:
		return "high"
	}
	return "medium"
}

// rounded keeps the figures of tables readable.
func rounded(x float64, places int) float64 {
	scale := math.Pow10(places)
	return math.Round(x*scale) / scale
}

// above says whether so many of a form's units are in line for a finding that its cause lies above them: in the form, its
// target or its deadline.
func above(flagged, judged int, limits map[string]float64) bool {
	return flagged >= int(limits["above_units"]) && float64(flagged) > limits["above_share"]*float64(judged)
}

const (
	lookItems = 10 // things to look at on site
	heatRows  = 24 // fields that a picture shows
)

// lookAt is one figure to look at on site, with what it is held against.
func (p *panel) lookAt(row, field int, compare *float64, with string) queries.Look {
	v := p.value(row, field)
	return queries.Look{
		Period: p.periods[p.rows[row].period].name, Date: p.rows[row].submitted.Format(time.RFC3339),
		Field: p.form.ID + "." + p.fields[field].ID, Value: &v, Compare: compare, With: with,
	}
}

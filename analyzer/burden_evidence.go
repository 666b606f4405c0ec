package analyzer

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

func systemOf(f queries.Form) []string {
	if f.System == "" {
		return nil
	}
	return []string{f.System}
}

// burdenSeverity follows the share of all hours.
func burdenSeverity(share, high, medium float64) string {
	switch {
	case share >= high:
		return "high"
	case share >= medium:
		return "medium"
	}
	return "low"
}

// detail are the numbers that every finding has: hours of the window and their cost by the Standard Cost Model, with the 90 %
// interval, how they are known, and of which days. Observed hours hold those that usage logs showed.
func (r *burdenReading) detail(b queries.BurdenSum, units uint64, share float64) map[string]any {
	span, tariff := b.Span(), r.limits["tariff_yuan"]
	return map[string]any{
		"hours": span.Mid, "low": span.Low, "high": span.High, "yuan": span.Mid * tariff, "yuan_low": span.Low * tariff, "yuan_high": span.High * tariff,
		"confidence": 0.9, "observed_hours": b.Observed, "logged_hours": b.Logged, "filled_hours": b.Filled, "estimated_hours": b.Estimated,
		"submissions": b.Submissions, "timed": b.Timed, "units": units, "share": share, "method": b.Method(),
		"hours_per_month": span.Mid / windowMonths(r.in.Window), "hours_per_unit_month": r.perUnit(span.Mid, units),
		"from": r.in.Window.From.Format(time.DateOnly), "to": r.in.Window.To.Format(time.DateOnly),
	}
}

// perUnit is hours of a window as those of one unit in one month.
func (r *burdenReading) perUnit(hours float64, units uint64) float64 {
	return hours / float64(max(1, units)) / windowMonths(r.in.Window)
}

func (r *burdenReading) share(hours float64) float64 { return hours / math.Max(r.total, 1e-9) }

// ofForm says what one form costs a year, and from what that was reckoned.
func (r *burdenReading) ofForm(b formBurden) queries.Finding {
	share, span := r.share(b.Hours()), b.Span()
	minutes := b.Hours() * 60 / float64(max(1, b.Submissions))
	observed := float64(b.Timed) / float64(max(1, b.Submissions))
	method := r.paces[b.form.ID].Method
	key := "burden.form"
	if method != queries.BurdenObserved {
		key = "burden.form_" + method
	}
	f := queries.Finding{
		ID: queries.FindingID("burden-hours", "form", b.form.ID), Subject: queries.Subject{Forms: []string{b.form.ID}, Systems: systemOf(b.form)},
		Score: share, Effect: &share, N: b.Submissions, Severity: burdenSeverity(share, r.limits["high_form_share"], r.limits["medium_form_share"]),
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"form": b.form.ID, "hours": span.Mid, "low": span.Low, "high": span.High, "submissions": b.Submissions, "units": b.units,
			"minutes": minutes, "share": share, "observed": observed, "owner": b.owner,
		}},
		Table: &queries.Table{Columns: []string{"burden.column.input", "burden.column.value"}, Rows: [][]any{
			{"burden.input.units", b.units},
			{"burden.input.submissions", b.Submissions},
			{"burden.input.fields", len(b.form.Fields)},
			{"burden.input.minutes", roundTo(minutes, 2)},
			{"burden.input.observed", fmt.Sprintf("%.0f%%", 100*observed)},
			{"burden.input.method", "burden.method." + method},
			{"burden.input.hours", fmt.Sprintf("%.0f (%.0f–%.0f)", span.Mid, span.Low, span.High)},
			{"burden.input.tariff", roundTo(r.limits["tariff_yuan"], 2)},
			{"burden.input.yuan", roundTo(span.Mid*r.limits["tariff_yuan"], 0)},
			{"burden.input.per_unit", roundTo(r.perUnit(span.Mid, b.units), 2)},
			{"burden.input.share", fmt.Sprintf("%.1f%%", 100*share)},
		}},
		Chart: monthlyChart(hoursByMonth(b.cells), r.in.Window), Detail: r.detail(b.BurdenSum, b.units, share),
	}
	f.Evidence.Detail["form"], f.Evidence.Detail["system"], f.Evidence.Detail["owner"] = b.form.ID, b.form.System, b.owner
	f.Evidence.Detail["minutes_per_submission"] = minutes
	f.Explanations = burdenExplanations(method, b.form)
	return f
}

// ofGroup adds up the forms of one system or department, which come with the most hours first.
func (r *burdenReading) ofGroup(kind, name string, list []formBurden) queries.Finding {
	var units uint64
	var forms []string
	var cells []queries.BurdenCell
	systems := map[string]bool{}
	table := &queries.Table{Columns: []string{"burden.column.form", "burden.column.hours", "burden.column.low", "burden.column.high", "burden.column.submissions", "burden.column.units"}}
	for _, b := range list {
		span := b.Span()
		units, forms, cells = max(units, b.units), append(forms, b.form.ID), append(cells, b.cells...)
		if b.form.System != "" {
			systems[b.form.System] = true
		}
		table.Rows = append(table.Rows, []any{b.form.ID, roundTo(span.Mid, 0), roundTo(span.Low, 0), roundTo(span.High, 0), b.Submissions, b.units})
	}
	sum := queries.SumBurden(cells, r.paces)
	share, span := r.share(sum.Hours()), sum.Span()
	f := queries.Finding{
		ID: queries.FindingID("burden-hours", kind, name), Subject: queries.Subject{Forms: forms, Systems: slices.Sorted(maps.Keys(systems))},
		Score: share, Effect: &share, N: sum.Submissions, Severity: burdenSeverity(share, r.limits["high_owner_share"], r.limits["medium_owner_share"]),
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "burden." + kind, Params: map[string]any{
			kind: name, "n": len(list), "hours": span.Mid, "low": span.Low, "high": span.High, "submissions": sum.Submissions, "share": share,
			"per_unit": r.perUnit(span.Mid, units), "yuan": span.Mid * r.limits["tariff_yuan"],
		}},
		Table: table, Chart: monthlyChart(hoursByMonth(cells), r.in.Window), Detail: r.detail(sum, units, share),
	}
	f.Evidence.Detail[kind], f.Evidence.Detail["forms"] = name, len(list)
	f.Explanations = burdenExplanations("", queries.Form{})
	return f
}

// burdenExplanations are what could make the hours look larger or smaller than they are.
func burdenExplanations(method string, form queries.Form) []queries.Message {
	out := []queries.Message{{Key: "burden.explain.lower_bound"}}
	switch method {
	case queries.BurdenObserved:
		out = append(out, queries.Message{Key: "burden.explain.pauses"})
	case queries.BurdenLogs:
		out = append(out, queries.Message{Key: "burden.explain.logs"})
	case queries.BurdenEstimated:
		out = append(out, queries.Message{Key: "burden.explain.estimate"})
	}
	if form.Basis != "" {
		out = append(out, queries.Message{Key: "burden.explain.basis", Params: map[string]any{"basis": form.Basis}})
	}
	return append(out, queries.Message{Key: "burden.explain.needed"})
}

// windowMonths is the length of the window in months of a twelfth of a year.
func windowMonths(w Window) float64 { return (w.To.Sub(w.From).Hours()/24 + 1) / 365.25 * 12 }

func roundTo(x float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(x*scale) / scale
}

func hoursByMonth(cells []queries.BurdenCell) map[string]float64 {
	out := map[string]float64{}
	for _, c := range cells {
		out[c.Month.Format("2006-01")] += c.Hours()
	}
	return out
}

// monthlyChart draws the hours of each month of the window, zeros included; nil where it has no two months.
func monthlyChart(hours map[string]float64, w Window) *queries.Chart {
	c := &queries.Chart{Kind: "bars", Title: queries.Message{Key: "burden.chart"}, Unit: "burden.unit.hours"}
	var values []float64
	for m := time.Date(w.From.Year(), w.From.Month(), 1, 0, 0, 0, 0, time.UTC); !m.After(w.To); m = m.AddDate(0, 1, 0) {
		c.X = append(c.X, m.Format("2006-01"))
		values = append(values, roundTo(hours[m.Format("2006-01")], 1))
	}
	c.Series = []queries.Series{{Name: queries.Message{Key: "burden.series.hours"}, Values: values}}
	if len(values) < 2 {
		return nil
	}
	return c
}

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

// formBurdenFinding says what one form costs a year, and from what that was reckoned.
func formBurdenFinding(b formBurden, total float64, in Input, limits map[string]float64) queries.Finding {
	share := b.hours / total
	low, high := b.interval()
	perUnit := b.hours / float64(max(1, b.Units)) / windowMonths(in.Window)
	minutes := b.hours * 60 / float64(max(1, b.Submissions))
	observed := float64(b.Timed) / float64(max(1, b.Submissions))
	key, method := "burden.form", "observed"
	if !b.pace.Observed {
		key, method = "burden.form_estimated", "estimated"
	}
	f := queries.Finding{
		ID: queries.FindingID("burden-hours", "form", b.form.ID), Subject: queries.Subject{Forms: []string{b.form.ID}, Systems: systemOf(b.form)},
		Score: share, Effect: &share, N: b.Submissions, Severity: burdenSeverity(share, limits["high_form_share"], limits["medium_form_share"]),
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"form": b.form.ID, "hours": b.hours, "low": low, "high": high, "submissions": b.Submissions, "units": b.Units,
			"minutes": minutes, "share": share, "observed": observed, "owner": b.owner,
		}},
		Table: &queries.Table{Columns: []string{"burden.column.input", "burden.column.value"}, Rows: [][]any{
			{"burden.input.units", b.Units},
			{"burden.input.submissions", b.Submissions},
			{"burden.input.fields", len(b.form.Fields)},
			{"burden.input.minutes", roundTo(minutes, 2)},
			{"burden.input.observed", fmt.Sprintf("%.0f%%", 100*observed)},
			{"burden.input.method", "burden.method." + method},
			{"burden.input.hours", fmt.Sprintf("%.0f (%.0f–%.0f)", b.hours, low, high)},
			{"burden.input.per_unit", roundTo(perUnit, 2)},
			{"burden.input.share", fmt.Sprintf("%.1f%%", 100*share)},
		}},
		Chart: monthlyChart(b.months, in.Window),
		Detail: map[string]any{
			"form": b.form.ID, "system": b.form.System, "owner": b.owner, "hours": b.hours, "low": low, "high": high, "method": method,
			"observed_hours": b.Observed, "filled_hours": b.Filled, "estimated_hours": b.Estimated, "submissions": b.Submissions, "timed": b.Timed,
			"units": b.Units, "minutes_per_submission": minutes, "hours_per_unit_month": perUnit, "share": share, "confidence": 0.9,
		},
	}
	f.Explanations = burdenExplanations(method, b.form)
	return f
}

// ownerBurdenFinding adds up the forms of one department.
func ownerBurdenFinding(owner string, list []formBurden, total float64, in Input, limits map[string]float64) queries.Finding {
	var hours, variance, observed float64
	var submissions, units uint64
	var forms []string
	systems := map[string]bool{}
	var months []queries.FormMonth
	table := &queries.Table{Columns: []string{"burden.column.form", "burden.column.hours", "burden.column.low", "burden.column.high", "burden.column.submissions", "burden.column.units"}}
	for _, b := range list {
		low, high := b.interval()
		hours, variance, observed = hours+b.hours, variance+b.doubt*b.doubt, observed+b.Observed
		submissions, units = submissions+b.Submissions, max(units, b.Units)
		forms = append(forms, b.form.ID)
		if b.form.System != "" {
			systems[b.form.System] = true
		}
		months = append(months, b.months...)
		table.Rows = append(table.Rows, []any{b.form.ID, roundTo(b.hours, 0), roundTo(low, 0), roundTo(high, 0), b.Submissions, b.Units})
	}
	share := hours / math.Max(total, 1e-9)
	low, high := queries.HoursInterval(hours, math.Sqrt(variance))
	perUnit := hours / float64(max(1, units)) / windowMonths(in.Window)
	f := queries.Finding{
		ID: queries.FindingID("burden-hours", "owner", owner), Subject: queries.Subject{Forms: forms, Systems: slices.Sorted(maps.Keys(systems))},
		Score: share, Effect: &share, N: submissions, Severity: burdenSeverity(share, limits["high_owner_share"], limits["medium_owner_share"]),
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "burden.owner", Params: map[string]any{
			"owner": owner, "n": len(list), "hours": hours, "low": low, "high": high, "submissions": submissions, "share": share, "per_unit": perUnit,
		}},
		Table: table, Chart: monthlyChart(months, in.Window),
		Detail: map[string]any{
			"owner": owner, "hours": hours, "low": low, "high": high, "observed_hours": observed, "submissions": submissions, "forms": len(list),
			"hours_per_unit_month": perUnit, "share": share, "confidence": 0.9,
		},
	}
	f.Explanations = burdenExplanations("", queries.Form{})
	return f
}

// burdenExplanations are what could make the hours look larger or smaller than they are.
func burdenExplanations(method string, form queries.Form) []queries.Message {
	out := []queries.Message{{Key: "burden.explain.lower_bound"}}
	switch method {
	case "observed":
		out = append(out, queries.Message{Key: "burden.explain.pauses"})
	case "estimated":
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

// monthlyChart draws the hours of each month of the window, zeros included; nil where it has no two months.
func monthlyChart(months []queries.FormMonth, w Window) *queries.Chart {
	hours := map[string]float64{}
	for _, m := range months {
		hours[m.Month.Format("2006-01")] += m.Hours
	}
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

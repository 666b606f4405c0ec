package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// overloadFinding charges a month or a span of days to the departments whose forms fill it.
func overloadFinding(ctx context.Context, in Input, month string, o overload, staffed int, calendar *workdays) (queries.Finding, error) {
	limits := in.Policy.Of("burden-overload")
	slices.SortFunc(o.units, func(a, b unitLoad) int {
		return cmp.Or(cmp.Compare(b.hours/math.Max(b.capacity, 1), a.hours/math.Max(a.capacity, 1)), cmp.Compare(a.unit, b.unit))
	})
	units := make([]string, len(o.units))
	var hours, low, high, capacity float64
	for i, u := range o.units {
		units[i] = u.unit
		hours, low, high, capacity = hours+u.hours, low+u.low, high+u.high, capacity+u.capacity
	}
	var forms []queries.FormShare
	var err error
	if o.peak {
		forms, err = in.Store.WindowForms(ctx, o.from, o.to, in.Policy.Timezone, units)
	} else {
		forms, err = in.Store.MonthForms(ctx, o.from, units)
	}
	if err != nil {
		return queries.Finding{}, fmt.Errorf("unable to read which forms fill %s: %w", month, err)
	}
	shares, total := sharesOf(in, forms)
	ids := mainForms(forms, total*limits["main_share"])
	var owners []string
	table := &queries.Table{Columns: []string{"overload.column.owner", "overload.column.hours", "overload.column.share", "overload.column.count", "overload.column.forms"}}
	for _, s := range shares {
		name := any(s.owner)
		if s.owner == "" {
			name = "overload.no_owner"
		} else if slices.ContainsFunc(s.forms, func(id string) bool { return slices.Contains(ids, id) }) {
			owners = append(owners, s.owner)
		}
		table.Rows = append(table.Rows, []any{name, roundTo(s.hours, 1), fmt.Sprintf("%.0f%%", 100*s.hours/math.Max(total, 1e-9)), len(s.forms), s.forms})
	}
	effect := hours / math.Max(capacity, 1)
	key, kind := "overload.month", "month"
	if o.peak {
		key, kind = "overload.days", "days"
	}
	certain := o.certain()
	f := queries.Finding{
		ID: queries.FindingID("burden-overload", month), Subject: queries.Subject{Systems: systemsBehind(in, ids), Forms: ids, Units: units},
		From: o.from, To: o.to, Score: math.Min(1, float64(len(units))/float64(max(1, staffed))), Effect: &effect, N: uint64(len(units)), Severity: "medium",
	}
	if certain > 0 {
		f.Severity = "high"
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"month": month, "from": o.from.Format("2006-01-02"), "to": o.to.Format("2006-01-02"), "days": o.workdays, "n": len(units), "certain": certain,
			"all": staffed, "hours": hours, "low": low, "high": high, "capacity": capacity, "owners": owners, "forms": ids, "of": len(forms),
		}},
		Table: table, Chart: loadChart(in, o),
		Detail: map[string]any{
			"kind": kind, "month": month, "units": len(units), "certain": certain, "staffed": staffed, "hours": hours, "low": low, "high": high,
			"capacity": capacity, "workdays": o.workdays, "owners": owners, "confidence": 0.9,
		},
	}
	f.Explanations = []queries.Message{
		{Key: "overload.explain.capacity", Params: map[string]any{"day": limits["hours_per_day"], "share": limits["available_share"]}},
		{Key: "overload.explain.staff"},
		{Key: "overload.explain.lower_bound"},
		calendar.calendarNote(in.Window),
	}
	if float64(len(units)) >= limits["common_share"]*float64(staffed) {
		f.Explanations = append([]queries.Message{{Key: "overload.explain.calendar_of_demands", Params: map[string]any{"n": len(units), "all": staffed}}}, f.Explanations...)
	}
	if o.peak {
		f.Explanations = append(f.Explanations, queries.Message{Key: "overload.explain.early"})
	}
	return f, nil
}

// mainForms are the greatest forms that make up so many hours together. To name all would blame a short form for the hours of
// a long one.
func mainForms(forms []queries.FormShare, hours float64) []string {
	var ids []string
	sum := 0.0
	for _, f := range forms {
		if ids = append(ids, f.Form); sum+f.Hours >= hours {
			break
		}
		sum += f.Hours
	}
	return ids
}

// loadChart draws the hours of the units that cannot keep up against those of their staff; nil for a single unit.
func loadChart(in Input, o overload) *queries.Chart {
	if len(o.units) < 2 {
		return nil
	}
	c := &queries.Chart{Kind: "compare", Title: queries.Message{Key: "overload.chart"}, Unit: "burden.unit.hours"}
	var values []float64
	for _, u := range o.units[:min(len(o.units), 20)] {
		unit, _ := in.Registry.Unit(u.unit)
		c.X = append(c.X, cmp.Or(unit.Name, u.unit))
		values, c.Expected = append(values, roundTo(u.hours, 1)), append(c.Expected, roundTo(u.capacity, 1))
	}
	c.Series = []queries.Series{{Name: queries.Message{Key: "burden.series.hours"}, Values: values}}
	return c
}

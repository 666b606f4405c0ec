package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// askersShown is how many departments the table of a unit names.
const askersShown = 12

// ofUnits gives one finding for every unit that reports, read set-wise: three statements for all of them.
func (r *burdenReading) ofUnits(ctx context.Context) ([]queries.Finding, error) {
	units, err := r.in.Store.BurdenByUnit(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the hours of units: %w", err)
	}
	owners := map[string]string{}
	for _, b := range r.forms {
		owners[b.form.ID] = b.owner
	}
	parts, err := r.in.Store.BurdenParts(ctx, owners)
	if err != nil {
		return nil, fmt.Errorf("unable to read who asks units: %w", err)
	}
	months, err := r.in.Store.BurdenUnitMonths(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the hours of units by month: %w", err)
	}
	asked, courses := map[string][]queries.UnitPart{}, map[string]map[string]float64{}
	for _, p := range parts {
		asked[p.Unit] = append(asked[p.Unit], p)
	}
	for _, m := range months {
		if courses[m.Unit] == nil {
			courses[m.Unit] = map[string]float64{}
		}
		courses[m.Unit][m.Month.Format("2006-01")] += m.Hours
	}
	usual, many := r.usualHours(units)
	var out []queries.Finding
	for _, u := range units {
		if u.Hours() < r.limits["min_hours"] {
			continue
		}
		unit, _ := r.in.Registry.Unit(u.Unit)
		f := r.ofUnit(u, asked[u.Unit], courses[u.Unit], usual[unit.Kind])
		ratio := u.Hours() / usual[unit.Kind]
		switch {
		case many[unit.Kind] < int(r.limits["min_peers"]):
		case ratio >= r.limits["high_unit_ratio"]:
			f.Severity = "high"
		case ratio >= r.limits["medium_unit_ratio"]:
			f.Severity = "medium"
		}
		out = append(out, f)
	}
	return out, nil
}

// usualHours are the median hours of units of each kind, and how many there are.
func (r *burdenReading) usualHours(units []queries.UnitBurden) (usual map[string]float64, many map[string]int) {
	byKind := map[string][]float64{}
	for _, u := range units {
		unit, _ := r.in.Registry.Unit(u.Unit)
		byKind[unit.Kind] = append(byKind[unit.Kind], u.Hours())
	}
	usual, many = map[string]float64{}, map[string]int{}
	for kind, hours := range byKind {
		usual[kind], many[kind] = stats.Median(hours), len(hours)
	}
	return usual, many
}

// ofUnit says what reporting takes of one unit, and who asks for it. Units weigh little: their hours are asked of them.
func (r *burdenReading) ofUnit(u queries.UnitBurden, asked []queries.UnitPart, months map[string]float64, usual float64) queries.Finding {
	low, high := u.Interval()
	share := r.share(u.Hours())
	slices.SortFunc(asked, func(a, b queries.UnitPart) int {
		return cmp.Or(cmp.Compare(partHours(b), partHours(a)), cmp.Compare(a.Owner, b.Owner))
	})
	table := &queries.Table{Columns: []string{"burden.column.owner", "burden.column.hours", "burden.column.share", "burden.column.submissions", "burden.column.forms", "burden.column.method"}}
	owners := 0
	byOwner := map[string]float64{}
	for i, p := range asked {
		if p.Owner != "" {
			owners++
			byOwner[p.Owner] = roundTo(partHours(p), 2)
		}
		if i < askersShown {
			table.Rows = append(table.Rows, []any{
				p.Owner, roundTo(partHours(p), 1), fmt.Sprintf("%.1f%%", 100*partHours(p)/u.Hours()), p.Submissions, p.Forms,
				"burden.method." + queries.MethodOf(p.Observed, p.Logged, p.Filled, p.Estimated),
			})
		}
	}
	perMonth := u.Hours() / windowMonths(r.in.Window)
	f := queries.Finding{
		ID: queries.FindingID("burden-hours", "unit", u.Unit), Subject: queries.Subject{Units: []string{u.Unit}},
		Score: share, Effect: &share, N: u.Submissions, Severity: "low",
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "burden.of_unit", Params: map[string]any{
			"unit": u.Unit, "hours": u.Hours(), "low": low, "high": high, "per_month": perMonth, "submissions": u.Submissions, "forms": u.Forms,
			"owners": owners, "usual": usual, "observed": u.Observed / u.Hours(), "filled": u.Filled / u.Hours(), "estimated": u.Estimated / u.Hours(),
		}},
		Table: table, Chart: monthlyChart(months, r.in.Window),
	}
	sum := queries.BurdenSum{
		Submissions: u.Submissions, Timed: u.Timed, Observed: u.Observed, Logged: u.Logged, Filled: u.Filled, Estimated: u.Estimated,
	}
	detail := r.detail(sum, 1, share)
	tariff := r.limits["tariff_yuan"]
	detail["low"], detail["high"], detail["yuan_low"], detail["yuan_high"] = low, high, low*tariff, high*tariff
	detail["unit"], detail["forms"], detail["usual_hours"], detail["by_department"] = u.Unit, u.Forms, usual, byOwner
	f.Evidence.Detail = detail
	f.Explanations = burdenExplanations(sum.Method(), queries.Form{})
	return f
}

func partHours(p queries.UnitPart) float64 { return p.Observed + p.Filled + p.Estimated }

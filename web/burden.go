package web

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/page"
)

// burden shows where the hours go: by department, system, form and field, by place, by month, and what measures changed.
func (s *server) burden(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.burdenPage(w, r)
	if err != nil {
		return nil, err
	}
	if p.Measures, err = s.reader(r.Context()).MeasureChanges(r.Context()); err != nil {
		return nil, err
	}
	decisions, err := s.planDecisions(r.Context())
	if err != nil {
		return nil, err
	}
	p.Accepted = acceptedDays(decisions)
	if month := p.Query.Get("month"); month != "" && !p.SetMonth(month) {
		return nil, queries.ErrNotFound
	}
	return p.Page(), nil
}

// burdenPage is the hours that the address asks for: of a place, of a department, a system or a form.
func (s *server) burdenPage(w http.ResponseWriter, r *http.Request) (page.Burden, error) {
	v, names, err := s.view(w, r, "burden")
	if err != nil {
		return page.Burden{}, err
	}
	p := page.Burden{View: v, Called: names, Unit: v.Query.Get("unit"), Department: v.Query.Get("department"), System: v.Query.Get("system"), Form: v.Query.Get("form")}
	if _, known := names.Units[p.Unit]; p.Unit != "" && !known || !p.Narrow() {
		return p, queries.ErrNotFound
	}
	data, err := s.burdenOf(r.Context(), names, p.Unit)
	if err != nil {
		return p, err
	}
	p.BurdenPage = *data
	p.Prepare()
	if !p.Narrowed() {
		return p, nil
	}
	// The hours of a unit are kept by form, so that those of each place are read anew for what is asked for.
	places := map[string][]queries.BurdenCell{}
	for code, units := range p.Places() {
		if len(units) == 0 {
			continue
		}
		part, err := s.reader(r.Context()).ReadBurden(r.Context(), units)
		if err != nil {
			return p, err
		}
		places[code] = part.Cells
	}
	p.SetPlaces(places)
	return p, nil
}

// burdenOf reads the hours of a unit and all below it, or of everything.
func (s *server) burdenOf(ctx context.Context, names *queries.NameTable, unit string) (*queries.BurdenPage, error) {
	if unit == "" {
		return s.reader(ctx).ReadBurden(ctx, nil)
	}
	return s.reader(ctx).ReadBurden(ctx, names.Below(unit))
}

// acceptedDays counts the lines of the merge plan that were accepted, by the day from which they hold.
func acceptedDays(decisions []queries.PlanDecision) []page.AcceptedDay {
	count := map[time.Time]int{}
	for _, d := range queries.NewestDecisions(decisions) {
		if d.Decision == queries.DecisionAccepted && d.Line.Action != queries.ActionAuthority {
			count[d.Effective]++
		}
	}
	out := make([]page.AcceptedDay, 0, len(count))
	for day, n := range count {
		out = append(out, page.AcceptedDay{Day: day, Lines: n})
	}
	slices.SortFunc(out, func(a, b page.AcceptedDay) int { return a.Day.Compare(b.Day) })
	return out
}

// burdenTable is the hours by something, as far as the address narrows them.
func (s *server) burdenTable(w http.ResponseWriter, r *http.Request) (table [][]any, by string, err error) {
	p, err := s.burdenPage(w, r)
	if err != nil {
		return nil, "", err
	}
	v := p.View
	q := queries.BurdenQuery{By: cmp.Or(v.Query.Get("by"), "form"), Forms: p.AskedForms()}
	if q.By == "place" {
		table := p.PlaceTable()
		for _, line := range table[1:] {
			line[0], line[1] = neutral(fmt.Sprint(line[0])), neutral(fmt.Sprint(line[1]))
		}
		return table, q.By, nil
	}
	if !slices.Contains(queries.BurdenBy(), q.By) || q.By == "unit" && p.Narrowed() {
		return nil, "", queries.ErrNotFound
	}
	if p.Unit != "" {
		if q.Units = p.Called.Below(p.Unit); len(q.Units) == 0 {
			return nil, "", queries.ErrNotFound
		}
	}
	all, err := s.reader(r.Context()).BurdenRows(r.Context(), q)
	if err != nil {
		return nil, "", err
	}
	head := []any{}
	for _, key := range []string{"id", "name", "hours", "low", "high", "yuan", "share", "observed", "logged", "filled", "estimated", "method", "submissions", "forms", "units", "change"} {
		head = append(head, v.T("burden.csv."+key))
	}
	table = [][]any{head}
	hours := func(x float64) any { return math.Round(x*100) / 100 }
	ratio := func(x float64) any {
		if math.IsNaN(x) {
			return nil
		}
		return math.Round(x*1e6) / 1e6
	}
	for _, x := range all {
		table = append(table, []any{
			neutral(x.ID), neutral(page.BurdenName(v, q.By, x.ID)), hours(x.Hours.Mid), hours(x.Hours.Low), hours(x.Hours.High), hours(x.Hours.Mid * p.Run.Tariff),
			ratio(x.Share), hours(x.Observed), hours(x.Logged), hours(x.Filled), hours(x.Estimated), v.T("burden.cli.method." + x.Method),
			x.Submissions, x.Forms, x.Units, ratio(x.Change),
		})
	}
	return table, q.By, nil
}

// burdenCSV writes the hours by something for spreadsheets.
func (s *server) burdenCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	table, by, err := s.burdenTable(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableCSV(w, table, "jianfu-burden-"+by+".csv")
}

// burdenXLSX writes them as a workbook.
func (s *server) burdenXLSX(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	table, by, err := s.burdenTable(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableXLSX(w, table, "jianfu-burden-"+by+".xlsx")
}

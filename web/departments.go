package web

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/page"
)

// asked is what is known of all departments together.
type asked struct {
	names    *queries.NameTable
	forms    map[string]queries.Form
	systems  []queries.SystemRow
	burden   *queries.BurdenPage
	overlaps []queries.FormOverlap
	cases    []queries.RetirementCase
	today    time.Time
}

// readAsked reads what all departments ask for.
func (s *server) readAsked(ctx context.Context, names *queries.NameTable) (*asked, error) {
	a := &asked{names: names, today: s.today()}
	var err error
	if a.forms, err = s.forms(ctx); err != nil {
		return nil, err
	}
	if a.systems, err = s.reader(ctx).ReadSystems(ctx); err != nil {
		return nil, err
	}
	if a.burden, err = s.reader(ctx).ReadBurden(ctx, nil); err != nil {
		return nil, err
	}
	if a.overlaps, err = s.reader(ctx).FormOverlaps(ctx); err != nil {
		return nil, err
	}
	a.cases, err = s.retirementCases(ctx)
	return a, err
}

// owner is the department that a form belongs to.
func (a *asked) owner(form string) string { return a.names.Owners[a.names.FormSystems[form]] }

// owners are all departments that have a system.
func (a *asked) owners() []string {
	var out []string
	for _, s := range a.systems {
		if s.Owner != "" && !slices.Contains(out, s.Owner) {
			out = append(out, s.Owner)
		}
	}
	return out
}

// leastShared is the share of a form's content from which a dossier names a pair: below it rounds to nothing.
const leastShared = 0.005

// department puts together what is known of one department; total is the hours of all.
func (a *asked) department(name string, total float64) page.Dossier {
	p := page.Dossier{Name: name, Called: a.names, Today: a.today, Run: a.burden.Run, Reporting: uint64(len(a.burden.Units)), Change: math.NaN()}
	byForm := map[string][]queries.BurdenCell{}
	var cells []queries.BurdenCell
	for _, c := range a.burden.Cells {
		if a.owner(c.Form) == name {
			byForm[c.Form] = append(byForm[c.Form], c)
			cells = append(cells, c)
		}
	}
	p.Hours = queries.SumBurden(recentCells(cells), a.burden.Paces).Span()
	if total > 0 {
		p.Share = p.Hours.Mid / total
	}
	span := queries.WholeBurden(a.burden.Cells, a.burden.Run)
	p.Change = span.Change(cells)
	p.Months = a.months(cells, span)
	for id, f := range a.forms {
		if a.owner(id) != name {
			continue
		}
		row := page.DepartmentForm{Form: f}
		sum := queries.SumBurden(recentCells(byForm[id]), a.burden.Paces)
		row.Hours, row.Submissions = sum.Span(), sum.Submissions
		for _, c := range recentCells(byForm[id]) {
			row.Units = max(row.Units, c.Units)
		}
		for _, o := range a.overlaps {
			for side, mine := range []string{o.A, o.B} {
				if mine == id && o.Share[side] > row.Shared {
					row.Shared, row.Twin = o.Share[side], []string{o.B, o.A}[side]
				}
			}
		}
		p.Forms = append(p.Forms, row)
	}
	slices.SortFunc(p.Forms, func(x, y page.DepartmentForm) int {
		return cmp.Or(cmp.Compare(y.Hours.Mid, x.Hours.Mid), cmp.Compare(x.ID, y.ID))
	})
	for _, s := range a.systems {
		if s.Owner == name {
			p.Systems = append(p.Systems, s)
		}
	}
	for _, o := range a.overlaps {
		if (a.owner(o.A) == name || a.owner(o.B) == name) && o.Shared[0]+o.Shared[1] > 0 && max(o.Share[0], o.Share[1]) >= leastShared {
			p.Overlaps = append(p.Overlaps, o)
		}
	}
	slices.SortStableFunc(p.Overlaps, func(x, y queries.FormOverlap) int { return cmp.Compare(y.Hours.Mid, x.Hours.Mid) })
	for _, c := range a.cases {
		if a.names.Owners[c.System] == name && c.Late(a.today) {
			p.Late = append(p.Late, c)
		}
	}
	return p
}

func recentCells(cells []queries.BurdenCell) []queries.BurdenCell {
	return slices.DeleteFunc(slices.Clone(cells), func(c queries.BurdenCell) bool { return !c.Recent })
}

// months are the hours of the whole months, in order.
func (a *asked) months(cells []queries.BurdenCell, span queries.BurdenSpan) []page.DepartmentMonth {
	by := map[time.Time][]queries.BurdenCell{}
	for _, c := range cells {
		by[c.Month] = append(by[c.Month], c)
	}
	var out []page.DepartmentMonth
	for m, all := range by {
		if !m.Before(span.First) && !m.After(span.Last) {
			out = append(out, page.DepartmentMonth{Month: m, Hours: queries.SumBurden(all, a.burden.Paces).Span()})
		}
	}
	slices.SortFunc(out, func(x, y page.DepartmentMonth) int { return x.Month.Compare(y.Month) })
	return out
}

func (a *asked) total() float64 {
	return queries.SumBurden(recentCells(a.burden.Cells), a.burden.Paces).Hours()
}

// departments lists who asks for how much.
func (s *server) departments(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.departmentList(w, r)
	if err != nil {
		return nil, err
	}
	return p.Page(), nil
}

// departmentsCSV writes the list for spreadsheets.
func (s *server) departmentsCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.departmentList(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableCSV(w, safeCells(p.Table()), "jianfu-departments.csv")
}

// departmentsXLSX writes it as a workbook.
func (s *server) departmentsXLSX(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.departmentList(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableXLSX(w, safeCells(p.Table()), "jianfu-departments.xlsx")
}

func (s *server) departmentList(w http.ResponseWriter, r *http.Request) (page.Departments, error) {
	v, names, err := s.view(w, r, "departments")
	if err != nil {
		return page.Departments{}, err
	}
	a, err := s.readAsked(r.Context(), names)
	if err != nil {
		return page.Departments{}, err
	}
	p := page.Departments{View: v, Run: a.burden.Run}
	total := a.total()
	for _, name := range a.owners() {
		row := a.department(name, total)
		row.View = v
		p.Rows = append(p.Rows, row)
	}
	page.SortDepartments(p.Rows)
	return p, nil
}

// measured is the detector that states hours, which are above in the dossier and no fault.
const measured = "burden-hours"

// mostAbove bounds the causes above that a dossier looks through.
const mostAbove = 400

// department is the dossier of one department.
func (s *server) department(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "departments")
	if err != nil {
		return nil, err
	}
	a, err := s.readAsked(r.Context(), names)
	if err != nil {
		return nil, err
	}
	name := r.PathValue("name")
	if !slices.Contains(a.owners(), name) {
		return nil, queries.ErrNotFound
	}
	p := a.department(name, a.total())
	p.View = v
	if p.Above, err = s.causesWith(r.Context(), a, name); err != nil {
		return nil, err
	}
	all, err := s.reader(r.Context()).Cases(r.Context())
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if slices.Contains(page.CaseOwners(c, names), name) {
			p.Cases = append(p.Cases, c)
		}
	}
	return p.Page(), nil
}

// causesWith are the findings whose cause lies with a department: how it asks, not how units answer.
func (s *server) causesWith(ctx context.Context, a *asked, name string) ([]queries.Finding, error) {
	mine := func(f queries.Finding) bool {
		return slices.ContainsFunc(f.Subject.Systems, func(id string) bool { return a.names.Owners[id] == name }) ||
			slices.ContainsFunc(f.Subject.Forms, func(id string) bool { return a.owner(id) == name })
	}
	var out []queries.Finding
	for _, family := range []string{"fabrication", "burden", "policy", "standard", "privacy"} {
		found, err := s.reader(ctx).ReadFindings(ctx, queries.FindingQuery{Family: family, Limit: mostAbove})
		if err != nil {
			return nil, err
		}
		for _, f := range found.Rows {
			above, _ := f.Evidence.Detail["above"].(bool)
			if mine(f) && (above || family != "fabrication" && f.Detector != measured && len(f.Subject.Units) == 0) {
				out = append(out, f)
			}
		}
	}
	return out, nil
}

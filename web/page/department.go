package page

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// DepartmentPath is the address of the dossier of a department.
func DepartmentPath(name string) string { return "/departments/" + url.PathEscape(name) }

// Dossier is what one department asks of the units below, and what follows from it.
type Dossier struct {
	component.View
	Name      string
	Called    *queries.NameTable
	Today     time.Time
	Run       queries.BurdenRun
	Reporting uint64 // units that reported anything in the analysed window
	Hours     queries.Hours
	Share     float64 // of the hours of all departments
	Change    float64 // against the year before, NaN where not known
	Months    []DepartmentMonth
	Forms     []DepartmentForm
	Systems   []queries.SystemRow
	Overlaps  []queries.FormOverlap // with a form of the department, the most shared first
	Late      []queries.RetirementCase
	Above     []queries.Finding // causes that lie with the department
	Cases     []queries.Case    // for those who may see them
}

// DepartmentMonth is what a department's forms took in a whole month.
type DepartmentMonth struct {
	Month time.Time
	Hours queries.Hours
}

// DepartmentForm is one form of a department with what it takes in the analysed window.
type DepartmentForm struct {
	queries.Form
	Hours       queries.Hours
	Submissions uint64
	Units       uint64 // the most that handed it in in one month
	Shared      float64
	Twin        string // form that shares most of its content, empty for none
}

// Table is the list for spreadsheets.
func (p Departments) Table() [][]any {
	head := []any{p.T("departments.name")}
	for _, key := range []string{"window_hours", "low", "high", "share", "change", "forms", "duplicated", "systems", "ends", "late"} {
		head = append(head, p.T("departments.column."+key))
	}
	out := [][]any{head}
	number := func(x float64) any {
		if math.IsNaN(x) {
			return nil
		}
		return math.Round(x*1e4) / 1e4
	}
	for _, d := range p.Rows {
		out = append(out, []any{
			d.Name, number(d.Hours.Mid), number(d.Hours.Low), number(d.Hours.High), number(d.Share), number(d.Change), len(d.Forms), d.duplicated(), len(d.Systems), d.ends(), len(d.Late),
		})
	}
	return out
}

// Departments is the list of all departments, those that ask most first.
type Departments struct {
	component.View
	Run  queries.BurdenRun
	Rows []Dossier
}

// perUnit is the hours of one unit in one month.
func perUnit(h float64, reporting uint64, run queries.BurdenRun) float64 {
	months := max(run.Last.Sub(run.Recent).Hours()/24+1, 1) * 12 / 365
	if reporting == 0 {
		return math.NaN()
	}
	return h / float64(reporting) / max(months, 1)
}

// PerUnit is the hours of one unit in one month, with the interval.
func (p Dossier) PerUnit() queries.Hours {
	return queries.Hours{Mid: perUnit(p.Hours.Mid, p.Reporting, p.Run), Low: perUnit(p.Hours.Low, p.Reporting, p.Run), High: perUnit(p.Hours.High, p.Reporting, p.Run)}
}

func (p Dossier) title() string {
	h := p.PerUnit()
	if !(h.Mid > 0) {
		return p.T("departments.title_plain", "name", p.Name, "forms", len(p.Forms))
	}
	return p.T("departments.title", "name", p.Name, "forms", len(p.Forms), "hours", h.Mid, "low", h.Low, "high", h.High)
}

func (p Dossier) note() string { return windowNote(p.View, p.Run) }

func windowNote(v component.View, run queries.BurdenRun) string {
	if run.Run == 0 {
		return v.T("departments.not_reckoned")
	}
	return v.T("departments.note", "from", v.Date(run.Recent), "to", v.Date(run.Last))
}

// fieldCount is how many items a form asks for.
func (f DepartmentForm) fieldCount() int {
	n := 0
	for _, x := range f.Fields {
		if x.Role != "header" {
			n++
		}
	}
	return n
}

// trend draws the hours of whole months.
func (p Dossier) trend() component.Figure {
	if len(p.Months) < 2 {
		return component.Figure{}
	}
	f := chart.Figure{Kind: "line", Number: locale.Number, Unit: p.T("burden.unit.hours"), BandName: p.T("burden.page.band")}
	hours := chart.Series{Name: p.T("burden.series.hours")}
	for _, m := range p.Months {
		f.X = append(f.X, m.Month.Format("2006-01"))
		hours.Values = append(hours.Values, math.Round(m.Hours.Mid))
		f.Low, f.High = append(f.Low, math.Round(m.Hours.Low)), append(f.High, math.Round(m.Hours.High))
	}
	f.Series = []chart.Series{hours}
	f.Title = p.T("departments.trend", "change", changeWords(p.Change), "n", len(f.X))
	f.Description = p.T("chart.describe", "series", hours.Name, "n", len(f.X), "first", f.X[0], "last", f.X[len(f.X)-1])
	return p.Draw(f)
}

// duplicated are the forms that share content with another.
func (p Dossier) duplicated() int {
	n := 0
	for _, f := range p.Forms {
		if f.Twin != "" {
			n++
		}
	}
	return n
}

// ends counts the systems that the analysis suggests to end, merge or simplify.
func (p Dossier) ends() int {
	n := 0
	for _, s := range p.Systems {
		switch suggestionOf(s).Action {
		case queries.SuggestRetire, queries.SuggestMerge, queries.SuggestSimplify:
			n++
		}
	}
	return n
}

// other is the form on the other side of an overlap, and what of ours it has.
func (p Dossier) other(o queries.FormOverlap) (ours, theirs string, share float64) {
	if p.Called.Owners[p.Called.FormSystems[o.A]] == p.Name {
		return o.A, o.B, o.Share[0]
	}
	return o.B, o.A, o.Share[1]
}

// shown bounds long lists of a dossier; the rest is a link away.
func shown[T any](all []T, most int) []T { return all[:min(len(all), most)] }

// SortDepartments puts those first that ask most.
func SortDepartments(rows []Dossier) {
	slices.SortFunc(rows, func(a, b Dossier) int {
		return cmp.Or(cmp.Compare(b.Hours.Mid, a.Hours.Mid), cmp.Compare(len(b.Forms), len(a.Forms)), cmp.Compare(a.Name, b.Name))
	})
}

func (p Departments) title() string {
	if len(p.Rows) == 0 || !(p.Rows[0].Hours.Mid > 0) {
		return p.T("departments.list_plain", "n", len(p.Rows))
	}
	first := p.Rows[0]
	return p.T("departments.list", "n", len(p.Rows), "name", first.Name, "hours", first.PerUnit().Mid, "share", first.Share)
}

func (p Departments) note() string { return windowNote(p.View, p.Run) }

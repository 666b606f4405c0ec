package page

import (
	"math"
	"net/url"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Duplicates is the page of forms that ask for what others have.
type Duplicates struct {
	component.View
	Called   *queries.NameTable
	Run      queries.DuplicateRun
	Forms    map[string]queries.Form
	Savable  queries.Hours
	All      int      // overlaps under no condition
	Involved []string // forms of the overlaps under the conditions
	Owners   []string
	Systems  []Choice
	Matrix   Matrix
	Group    int // which matrix, from 1
	Groups   int
	Rows     []queries.FormOverlap
	Paging   component.Paging
}

// Matrix is shares of payload, forms by forms.
type Matrix struct{ Forms []MatrixForm }

// MatrixForm is a row of a matrix: how much of the form's payload each form has, NaN where nothing. First begins a group.
type MatrixForm struct {
	ID     string
	First  bool
	Shares []float64
}

// PairPath is the address of two forms side by side.
func PairPath(a, b string) string {
	return "/duplicates/" + url.PathEscape(a) + "/" + url.PathEscape(b)
}

// ItemPath is the address of a data item.
func ItemPath(id string) string { return "/items/" + url.PathEscape(id) }

// step is the step of colour of a share: 1 to 5.
func step(share float64) string {
	switch {
	case math.IsNaN(share) || share <= 0:
		return ""
	case share < 0.2:
		return "q1"
	case share < 0.4:
		return "q2"
	case share < 0.6:
		return "q3"
	case share < 0.8:
		return "q4"
	default:
		return "q5"
	}
}

func (p Duplicates) title() string {
	if p.All == 0 {
		return p.T("duplicates.title_none", "forms", p.Run.Forms)
	}
	if p.filtered() {
		return p.T("duplicates.title_filtered", "n", p.Paging.Total, "forms", len(p.Involved))
	}
	return p.T("duplicates.title", "n", len(p.Involved), "forms", p.Run.Forms, "hours", Amount(p.View, p.Savable))
}

func (p Duplicates) note() string {
	return p.T("duplicates.note", "date", p.Date(p.Run.AsOf))
}

func (p Duplicates) filtered() bool {
	for _, name := range overlapFilters {
		if p.Query.Get(name) != "" {
			return true
		}
	}
	return false
}

var overlapFilters = []string{"owner", "system", "form", "q"}

// active are the conditions in force, as words.
func (p Duplicates) active() [][2]string { return conditions(p.View, overlapFilters) }

// conditions are the filters in force, each with its words.
func conditions(v component.View, names []string) [][2]string {
	var out [][2]string
	for _, name := range names {
		value := v.Query.Get(name)
		if value == "" {
			continue
		}
		if name == "system" || name == "form" {
			value = v.Name(name, value)
		}
		out = append(out, [2]string{name, v.T("filter.chip", "name", v.T("filter."+name), "value", value)})
	}
	return out
}

// owner is the department that a form belongs to.
func (p Duplicates) owner(form string) string { return ownerOfForm(p.View, p.Called, form) }

func ownerOfForm(v component.View, called *queries.NameTable, form string) string {
	return orWord(called.Owners[called.FormSystems[form]], v.T("word.unknown_owner"))
}

// Amount writes hours of a year with their interval.
func Amount(v component.View, h queries.Hours) string {
	return v.T("duplicates.hours", "hours", hoursNumber(h.Mid), "low", hoursNumber(h.Low), "high", hoursNumber(h.High))
}

// hoursNumber writes hours with the digits that carry meaning: none behind the point from 10 on.
func hoursNumber(h float64) string {
	if h < 9.95 && h > -9.95 {
		return locale.Fixed(h, 1)
	}
	return locale.Fixed(h, 0)
}

// interval is the bounds of hours alone.
func interval(h queries.Hours) string {
	return "(" + hoursNumber(h.Low) + "\u2060–\u2060" + hoursNumber(h.High) + ")"
}

// agreementWords is the share of rows that agree, or that no rows could be joined.
func agreementWords(v component.View, agreement float64) string {
	if math.IsNaN(agreement) {
		return v.T("duplicates.no_rows")
	}
	return locale.Percent(agreement, 1)
}

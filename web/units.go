package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

func (s *server) units(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, rows, err := s.unitList(w, r)
	if err != nil {
		return nil, err
	}
	paging := component.Paging{Page: pageNumber(v.Query), Size: pageSize, Total: len(rows)}
	paging.Page = min(paging.Page, paging.Pages())
	from := min((paging.Page-1)*pageSize, len(rows))
	return page.Units{View: v, Rows: rows[from:min(from+pageSize, len(rows))], Paging: paging}.Page(), nil
}

// unitsCSV writes the list under the same conditions for spreadsheets.
func (s *server) unitsCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, rows, err := s.unitList(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableCSV(w, safeCells(page.Units{View: v, Rows: rows}.Table()), "jianfu-units.csv")
}

// unitsXLSX writes it as a workbook.
func (s *server) unitsXLSX(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, rows, err := s.unitList(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableXLSX(w, safeCells(page.Units{View: v, Rows: rows}.Table()), "jianfu-units.xlsx")
}

// safeCells is a table in which no text is taken for a formula.
func safeCells(table [][]any) [][]any {
	for _, line := range table {
		for i, cell := range line {
			if text, is := cell.(string); is {
				line[i] = neutral(text)
			}
		}
	}
	return table
}

// unitList are the units that the address asks for, in its order.
func (s *server) unitList(w http.ResponseWriter, r *http.Request) (component.View, []queries.UnitRow, error) {
	v, names, err := s.view(w, r, "units")
	if err != nil {
		return v, nil, err
	}
	v.Sort = "hours"
	all, err := s.reader(r.Context()).ReadUnits(r.Context())
	if err != nil {
		return v, nil, err
	}
	rows := all
	if text := strings.TrimSpace(v.Query.Get("q")); text != "" {
		within := withinUnits(names, text)
		rows = slices.DeleteFunc(slices.Clone(all), func(u queries.UnitRow) bool {
			_, found := slices.BinarySearch(within, u.Code)
			return !found
		})
	}
	return v, sortUnits(rows, v.Query.Get("sort"), v.Query.Get("order") == "asc"), nil
}

func sortUnits(rows []queries.UnitRow, by string, ascending bool) []queries.UnitRow {
	key := func(u queries.UnitRow) float64 {
		switch by {
		case "submissions":
			return float64(u.Submissions)
		case "forms":
			return float64(u.Forms)
		case "findings":
			return float64(u.Findings)
		default:
			return u.Hours
		}
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b queries.UnitRow) int {
		order := cmp.Compare(key(b), key(a))
		if ascending {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.Code, b.Code))
	})
	return rows
}

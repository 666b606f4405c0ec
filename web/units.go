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
	v, names, err := s.view(w, r, "units")
	if err != nil {
		return nil, err
	}
	v.Sort = "hours"
	all, err := s.reader(r.Context()).ReadUnits(r.Context())
	if err != nil {
		return nil, err
	}
	rows := all
	if text := strings.TrimSpace(v.Query.Get("q")); text != "" {
		within := withinUnits(names, text)
		rows = slices.DeleteFunc(slices.Clone(all), func(u queries.UnitRow) bool {
			_, found := slices.BinarySearch(within, u.Code)
			return !found
		})
	}
	rows = sortUnits(rows, v.Query.Get("sort"), v.Query.Get("order") == "asc")
	paging := component.Paging{Page: pageNumber(v.Query), Size: pageSize, Total: len(rows)}
	paging.Page = min(paging.Page, paging.Pages())
	from := min((paging.Page-1)*pageSize, len(rows))
	return page.Units{View: v, Rows: rows[from:min(from+pageSize, len(rows))], Paging: paging}.Page(), nil
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

package web

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

// verify lists the units and forms worth verifying: the recommended ones, or the whole order.
func (s *server) verify(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "verify")
	if err != nil {
		return nil, err
	}
	all, err := shared{s}.ReadVerifyList(r.Context())
	if err != nil {
		return nil, err
	}
	p := page.Verify{View: v, All: len(all), Filtered: v.Query.Get("all") == ""}
	rows := all
	advised := slices.DeleteFunc(slices.Clone(all), func(i queries.VerifyItem) bool { return !i.Recommended })
	p.Advised = len(advised)
	if p.Filtered {
		rows = advised
	}
	p.Paging = component.Paging{Page: pageNumber(v.Query), Size: pageSize, Total: len(rows)}
	p.Paging.Page = min(p.Paging.Page, p.Paging.Pages())
	from := min((p.Paging.Page-1)*pageSize, len(rows))
	rows = rows[from:min(from+pageSize, len(rows))]
	// A row names its findings in the order of their weight. One that a later analysis has withdrawn is passed over.
	var ids []string
	for _, item := range rows {
		ids = append(ids, item.Findings[:min(2, len(item.Findings))]...)
	}
	slices.Sort(ids)
	found, err := s.findingsByID(r.Context(), slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	for _, item := range rows {
		row := page.VerifyRow{VerifyItem: item}
		for _, id := range item.Findings[:min(2, len(item.Findings))] {
			if f, ok := found[id]; ok && row.Strongest == nil {
				row.Strongest = &f
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return p.Page(), nil
}

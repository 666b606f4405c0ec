package web

import (
	"cmp"
	"context"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

func (s *server) dataItems(ctx context.Context) ([]queries.DataItem, error) {
	return s.reader(ctx).DataItems(ctx)
}

// items lists the data that more than one form asks for.
func (s *server) items(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "duplicates")
	if err != nil {
		return nil, err
	}
	v.Sort = "saved"
	run, err := s.duplicateRun(r.Context())
	if err != nil {
		return nil, err
	}
	all, err := s.dataItems(r.Context())
	if err != nil {
		return nil, err
	}
	p := page.Items{View: v, Run: run, All: len(all)}
	owners := map[string]bool{}
	owner, text := v.Query.Get("owner"), strings.ToLower(strings.TrimSpace(v.Query.Get("q")))
	var rows []page.ItemRow
	for _, item := range all {
		row := page.RowOf(item, names)
		for _, o := range row.Owners {
			owners[o] = true
		}
		if (owner == "" || slices.Contains(row.Owners, owner)) && (text == "" || namesItem(item, text)) {
			rows = append(rows, row)
		}
	}
	p.Owners = slices.Sorted(maps.Keys(owners))
	for _, row := range rows {
		p.Saved = p.Saved.Plus(row.Saved)
	}
	sortItems(rows, v.Query.Get("sort"), v.Query.Get("order") == "asc")
	p.Paging = component.Paging{Page: pageNumber(v.Query), Size: pageSize, Total: len(rows)}
	p.Paging.Page = min(p.Paging.Page, p.Paging.Pages())
	p.Rows = rows[max(0, p.Paging.From()-1):p.Paging.To()]
	return p.Page(), nil
}

// namesItem says that the item or one of the labels under which it is asked holds a text.
func namesItem(item queries.DataItem, text string) bool {
	return strings.Contains(strings.ToLower(item.Name), text) || slices.ContainsFunc(item.Fields, func(f queries.DataItemField) bool {
		return strings.Contains(strings.ToLower(f.Label), text)
	})
}

func sortItems(rows []page.ItemRow, by string, ascending bool) {
	key := func(r page.ItemRow) float64 {
		switch by {
		case "owners":
			return float64(len(r.Owners))
		case "forms":
			return float64(r.Forms)
		case "asked":
			return r.Asked
		case "hours":
			return r.Hours.Mid
		case "agreement":
			if math.IsNaN(r.Agreement) {
				return -1
			}
			return r.Agreement
		default:
			return r.Saved.Mid
		}
	}
	slices.SortStableFunc(rows, func(a, b page.ItemRow) int {
		order := cmp.Compare(key(b), key(a))
		if by == "name" {
			order = strings.Compare(a.Name, b.Name)
		}
		if ascending {
			order = -order
		}
		return cmp.Or(order, strings.Compare(a.ID, b.ID))
	})
}

// item shows who asks for one kind of data, and who should be asked instead.
func (s *server) item(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "duplicates")
	if err != nil {
		return nil, err
	}
	all, err := s.dataItems(r.Context())
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(i queries.DataItem) bool { return i.ID == r.PathValue("id") })
	if at < 0 {
		return nil, queries.ErrNotFound
	}
	item := all[at]
	v.Path = page.ItemPath(item.ID)
	p := page.Item{View: v, Called: names, Data: item, Row: page.RowOf(item, names)}
	if p.Run, err = s.duplicateRun(r.Context()); err != nil {
		return nil, err
	}
	if p.Forms, err = s.forms(r.Context()); err != nil {
		return nil, err
	}
	if p.Findings, err = s.itemFindings(r.Context(), item); err != nil {
		return nil, err
	}
	lines, err := s.planLines(r.Context())
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if l.Item == item.ID {
			p.Lines = append(p.Lines, l)
		}
	}
	return p.Page(), nil
}

// manyConflicts bounds how many findings on standards are looked through.
const manyConflicts = 1000

// itemFindings are the findings about an item: its own, and those on codes, units of measure or values that differ.
func (s *server) itemFindings(ctx context.Context, item queries.DataItem) ([]queries.Finding, error) {
	conflicts, err := s.reader(ctx).ReadFindings(ctx, queries.FindingQuery{Detector: "std-conflict", Limit: manyConflicts})
	if err != nil {
		return nil, err
	}
	own, err := s.findingsByID(ctx, []string{item.ID})
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	if f, stored := own[item.ID]; stored {
		out = append(out, f)
	}
	of := map[string]bool{}
	for _, f := range item.Fields {
		of[f.Form+"."+f.Field] = true
	}
	for _, f := range conflicts.Rows {
		if slices.ContainsFunc(f.Subject.Fields, func(pair [2]string) bool { return of[pair[0]] || of[pair[1]] }) {
			out = append(out, f)
		}
	}
	return out, nil
}

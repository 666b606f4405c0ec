package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/letter"
	"github.com/jianfu/jianfu/web/page"
)

const retirementsPerPage = 50

// today is the local day of the clock.
func (s *server) today() time.Time {
	now := s.Clock().In(s.Zone)
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
}

// retirementCases reads all cases, the most overdue first.
func (s *server) retirementCases(ctx context.Context) ([]queries.RetirementCase, error) {
	all, err := s.reader(ctx).RetirementCases(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	queries.SortRetirements(all, s.today())
	return all, nil
}

// retirementSavings reads what was saved, by system.
func (s *server) retirementSavings(ctx context.Context, cases []queries.RetirementCase) (map[string]queries.RetirementSaving, error) {
	all, err := s.reader(ctx).RetirementSavings(ctx, cases)
	if err != nil {
		return nil, err
	}
	out := map[string]queries.RetirementSaving{}
	for _, x := range all {
		out[x.System] = x
	}
	return out, nil
}

// board is the list of cases under the conditions of the request.
func (s *server) board(w http.ResponseWriter, r *http.Request) (page.Retirements, error) {
	v, names, err := s.view(w, r, "retirements")
	if err != nil {
		return page.Retirements{}, err
	}
	p := page.Retirements{View: v, Called: names, Today: s.today()}
	if p.All, err = s.retirementCases(r.Context()); err != nil {
		return p, err
	}
	if p.Saving, err = s.retirementSavings(r.Context(), p.All); err != nil {
		return p, err
	}
	p.Shown = slices.DeleteFunc(slices.Clone(p.All), func(c queries.RetirementCase) bool {
		return !page.FitsRetirement(c, names, p.Today, "state", v.Query.Get("state")) || !page.FitsRetirement(c, names, p.Today, "owner", v.Query.Get("owner"))
	})
	p.Paging = component.Paging{Page: pageNumber(v.Query), Size: retirementsPerPage, Total: len(p.Shown)}
	p.Paging.Page = min(p.Paging.Page, p.Paging.Pages())
	p.Rows = p.Shown[max(0, p.Paging.From()-1):p.Paging.To()]
	return p, nil
}

// retirements shows how the retirement of all systems stands.
func (s *server) retirements(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.board(w, r)
	if err != nil {
		return nil, err
	}
	return p.Page(), nil
}

// retirementSheet is the whole list under the same conditions, for spreadsheets.
func (s *server) retirementSheet(w http.ResponseWriter, r *http.Request) ([][]any, error) {
	p, err := s.board(w, r)
	if err != nil {
		return nil, err
	}
	cells := func(line []string) []any {
		out := make([]any, len(line))
		for i, cell := range line {
			if x, err := strconv.ParseFloat(cell, 64); err == nil && i > 0 {
				out[i] = x
			} else {
				out[i] = neutral(cell)
			}
		}
		return out
	}
	table := [][]any{cells(page.RetirementHead(p.View))}
	for _, c := range p.Shown {
		table = append(table, cells(p.Line(c)))
	}
	return table, nil
}

// retirementsCSV writes the list for spreadsheets.
func (s *server) retirementsCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	table, err := s.retirementSheet(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableCSV(w, table, "jianfu-retirements.csv")
}

// retirementsXLSX writes it as a workbook.
func (s *server) retirementsXLSX(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	table, err := s.retirementSheet(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableXLSX(w, table, "jianfu-retirements.xlsx")
}

// retirement shows one case with its plan, its history and what can be done next.
func (s *server) retirement(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.retirementPage(w, r)
	if err != nil {
		return nil, err
	}
	return p.Page(), nil
}

func (s *server) retirementPage(w http.ResponseWriter, r *http.Request) (page.Retirement, error) {
	var p page.Retirement
	v, names, err := s.view(w, r, "retirements")
	if err != nil {
		return p, err
	}
	all, err := s.retirementCases(r.Context())
	if err != nil {
		return p, err
	}
	at := slices.IndexFunc(all, func(c queries.RetirementCase) bool { return c.System == r.PathValue("id") })
	if at < 0 {
		return p, queries.ErrNotFound
	}
	saving, err := s.retirementSavings(r.Context(), all)
	if err != nil {
		return p, err
	}
	if p, err = s.card(r.Context(), v, names, all[at], "case", 0); err != nil {
		return p, err
	}
	p.Decided = v.Query.Get("saved")
	if x, ok := saving[p.System]; ok {
		p.Saving = &x
	}
	return p, nil
}

// card is one case with the letter that goes to the owner, if there is one to write.
func (s *server) card(ctx context.Context, v component.View, names *queries.NameTable, c queries.RetirementCase, place string, n int) (page.Retirement, error) {
	p := page.Retirement{
		View: v, RetirementCase: c, Called: names, Policy: s.Retirement, Today: s.today(), Writable: s.Writer != nil, Place: place, Key: strconv.Itoa(n),
	}
	if !page.UnderWay(c) {
		return p, nil
	}
	data, err := letter.Read(ctx, s.reader(ctx), c.System)
	if errors.Is(err, queries.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	l, err := letter.New(v, data)
	if errors.Is(err, letter.ErrNoLetter) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Letter = letter.InCard(v, l)
	return p, nil
}

package web

import (
	"cmp"
	"context"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

const systemsPerPage = 50

func (s *server) systemRows(ctx context.Context) ([]queries.SystemRow, error) {
	return s.reader(ctx).ReadSystems(ctx)
}

// systems shows all systems with how they are used and what is suggested; those that wait for a decision stand first.
func (s *server) systems(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "systems")
	if err != nil {
		return nil, err
	}
	all, err := s.systemRows(r.Context())
	if err != nil {
		return nil, err
	}
	p := page.Systems{View: v, All: all, Owners: ownersOf(all)}
	shown := sortSystems(narrowSystems(all, v.Query), v.Query.Get("sort"), v.Query.Get("order") == "asc")
	p.Paging = component.Paging{Page: pageNumber(v.Query), Size: systemsPerPage, Total: len(shown)}
	p.Paging.Page = min(p.Paging.Page, p.Paging.Pages())
	p.Rows = shown[max(0, p.Paging.From()-1):p.Paging.To()]
	return p.Page(), nil
}

func ownersOf(all []queries.SystemRow) []string {
	owners := map[string]bool{}
	for _, row := range all {
		owners[row.Owner] = true
	}
	delete(owners, "")
	return slices.Sorted(maps.Keys(owners))
}

// narrowSystems keeps the systems that meet all conditions.
func narrowSystems(all []queries.SystemRow, asked url.Values) []queries.SystemRow {
	text := strings.ToLower(strings.TrimSpace(asked.Get("q")))
	return slices.DeleteFunc(slices.Clone(all), func(row queries.SystemRow) bool {
		for _, filter := range page.SystemFilters {
			if value := asked.Get(filter); filter != "q" && value != "" && !page.FitsSystem(row, filter, value) {
				return true
			}
		}
		return text != "" && !strings.Contains(strings.ToLower(row.Name+" "+row.ID+" "+row.Owner), text)
	})
}

// sortSystems orders the list by a column, what is unknown always last; without one, those that wait for a decision come
// first, by what ending them saves, then those that nobody could judge, then the others.
func sortSystems(rows []queries.SystemRow, by string, ascending bool) []queries.SystemRow {
	rows = slices.Clone(rows)
	if by == "name" {
		slices.SortStableFunc(rows, func(a, b queries.SystemRow) int {
			order := cmp.Or(cmp.Compare(cmp.Or(a.Name, a.ID), cmp.Or(b.Name, b.ID)), cmp.Compare(a.ID, b.ID))
			if ascending {
				return order
			}
			return -order
		})
		return rows
	}
	key := systemKey(by)
	slices.SortStableFunc(rows, func(a, b queries.SystemRow) int {
		x, y := key(a), key(b)
		order := cmp.Compare(y, x)
		if ascending {
			order = -order
		}
		if math.IsNaN(x) != math.IsNaN(y) {
			order = 1
			if math.IsNaN(y) {
				order = -1
			}
		}
		return cmp.Or(order, cmp.Compare(saved(b), saved(a)), cmp.Compare(a.ID, b.ID))
	})
	return rows
}

// saved is what following the suggestion saves in a year, in yuan: the hours are in it at the policy's tariff.
func saved(row queries.SystemRow) float64 {
	if row.Assessment == nil || row.Assessment.Suggestion.Action == queries.SuggestKeep {
		return 0
	}
	return max(row.Assessment.Suggestion.Yuan.Mid, row.Assessment.Suggestion.Hours.Mid)
}

// systemKey is the number that a column sorts by.
func systemKey(by string) func(queries.SystemRow) float64 {
	count := func(n uint64) float64 { return float64(n) }
	seen := func(row queries.SystemRow, x float64) float64 {
		if page.SeenOf(row) == queries.SeenNotCovered {
			return math.NaN()
		}
		return x
	}
	switch by {
	case "last_use":
		return func(row queries.SystemRow) float64 {
			last := row.LastUse
			if row.Assessment != nil {
				last = row.Assessment.Use.LastUse
			}
			return seen(row, count(uint64(max(0, last.Unix()))))
		}
	case "active":
		return func(row queries.SystemRow) float64 {
			if row.Assessment != nil {
				return seen(row, count(row.Assessment.Use.Active))
			}
			return seen(row, count(row.People))
		}
	case "units":
		return func(row queries.SystemRow) float64 {
			if row.Assessment == nil {
				return math.NaN()
			}
			return seen(row, count(row.Assessment.Use.Units))
		}
	case "forms":
		return func(row queries.SystemRow) float64 { return count(row.Forms) }
	case "hours":
		return func(row queries.SystemRow) float64 { return row.Hours }
	case "cost":
		return func(row queries.SystemRow) float64 { return row.AnnualCost }
	case "per_person":
		return page.CostPerPerson
	case "saved":
		return saved
	}
	return func(row queries.SystemRow) float64 {
		switch {
		case page.NeedsDecision(row):
			return 3
		case page.FitsSystem(row, "verdict", page.VerdictUnknown):
			return 2
		}
		return 1
	}
}

// system shows one system in full.
func (s *server) system(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "systems")
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	data, err := s.systemPage(r.Context(), id)
	if err != nil {
		return nil, err
	}
	found, err := s.reader(r.Context()).ReadFindings(r.Context(), queries.FindingQuery{System: id, Limit: 10})
	if err != nil {
		return nil, err
	}
	overview, err := s.reader(r.Context()).ReadOverview(r.Context())
	if err != nil {
		return nil, err
	}
	p := page.System{View: v, SystemPage: *data, Called: names, Findings: found.Rows, Holiday: s.Holiday, Analysed: overview.Analysed}
	overlaps, err := s.overlaps(r.Context())
	if err != nil {
		return nil, err
	}
	for _, o := range sortOverlaps(overlaps, "hours", false) {
		if names.FormSystems[o.A] == id || names.FormSystems[o.B] == id {
			p.Overlaps = append(p.Overlaps, o)
		}
	}
	return p.Page(), nil
}

func (s *server) systemPage(ctx context.Context, id string) (*queries.SystemPage, error) {
	return s.reader(ctx).ReadSystem(ctx, id)
}

package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

const (
	pageSize   = 50
	longestAsk = 200 // characters of a filter that are looked at
)

// findings lists what was found, narrowed by the parameters of the address.
func (s *server) findings(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "findings")
	if err != nil {
		return nil, err
	}
	v.Sort = "severity"
	paging := component.Paging{Page: pageNumber(v.Query), Size: pageSize}
	q := findingQuery(v.Query, names)
	q.Limit, q.Offset = pageSize, uint64((paging.Page-1)*pageSize)
	data, err := s.reader(r.Context()).ReadFindings(r.Context(), q)
	if err != nil {
		return nil, err
	}
	paging.Total = int(data.Total)
	// A page beyond the end, from an old bookmark, shows the last one.
	if last := paging.Pages(); paging.Page > last {
		paging.Page = last
		q.Offset = uint64((last - 1) * pageSize)
		v.Query.Set("page", strconv.Itoa(last))
		if data, err = s.reader(r.Context()).ReadFindings(r.Context(), q); err != nil {
			return nil, err
		}
	}
	p := page.Findings{View: v, FindingPage: *data, Paging: paging}
	for _, id := range slices.SortedFunc(maps.Keys(names.Systems), func(a, b string) int {
		return cmp.Or(cmp.Compare(names.Systems[a], names.Systems[b]), cmp.Compare(a, b))
	}) {
		p.Systems = append(p.Systems, page.Choice{ID: id, Name: cmp.Or(names.Systems[id], id)})
	}
	for _, d := range s.Detectors {
		p.Detectors = append(p.Detectors, d.ID)
	}
	return p.Page(), nil
}

// findingsByID gives the findings that are still stored, by id.
func (s *server) findingsByID(ctx context.Context, ids []string) (map[string]queries.Finding, error) {
	out := make(map[string]queries.Finding, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	found, err := s.reader(ctx).ReadFindings(ctx, queries.FindingQuery{IDs: ids, NotAssessed: true, Limit: uint64(len(ids))})
	if err != nil {
		return nil, err
	}
	for _, f := range found.Rows {
		out[f.ID] = f
	}
	return out, nil
}

// findingQuery turns the parameters of an address into a query. Names are turned into ids here, because findings hold ids.
func findingQuery(asked url.Values, names *queries.NameTable) queries.FindingQuery {
	get := func(name string) string {
		text := []rune(strings.TrimSpace(asked.Get(name)))
		return string(text[:min(len(text), longestAsk)])
	}
	q := queries.FindingQuery{
		Family: get("family"), Detector: get("detector"), Severity: get("severity"), Status: get("status"),
		System: get("system"), Form: get("form"), Text: get("q"), Sort: get("sort"), Ascending: get("order") == "asc",
	}
	if unit := get("unit"); unit != "" {
		q.Units = withinUnits(names, unit)
	}
	if q.Text != "" {
		q.TextIDs = idsNamed(names, q.Text)
	}
	return q
}

// withinUnits are the codes of all units that a text means, by code or by part of the name, with those below them. A text
// that means no unit is itself given as a code, which finds nothing.
func withinUnits(names *queries.NameTable, text string) []string {
	if _, ok := names.Units[text]; ok {
		return names.Below(text)
	}
	var meant []string
	for code, name := range names.Units {
		if strings.Contains(name, text) {
			meant = append(meant, code)
		}
	}
	if len(meant) == 0 {
		return []string{text}
	}
	return names.Below(meant...)
}

// idsNamed are the systems, forms and units whose names hold a text.
func idsNamed(names *queries.NameTable, text string) []string {
	var out []string
	text = strings.ToLower(text)
	for _, table := range []map[string]string{names.Systems, names.Forms, names.Units} {
		for id, name := range table {
			if strings.Contains(strings.ToLower(name), text) {
				out = append(out, id)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func pageNumber(asked url.Values) int {
	n, err := strconv.Atoi(asked.Get("page"))
	if err != nil || n < 1 || n > 1_000_000 {
		return 1
	}
	return n
}

package web

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/page"
)

func (s *server) sources(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "sources")
	if err != nil {
		return nil, err
	}
	rows, err := s.reader(r.Context()).ReadSources(r.Context())
	if err != nil {
		return nil, err
	}
	// What needs attention stands first.
	rows = slices.Clone(rows)
	for _, configured := range s.Sources {
		if !slices.ContainsFunc(rows, func(r queries.SourceRow) bool { return r.ID == configured.ID }) {
			rows = append(rows, queries.SourceRow{ID: configured.ID, Kind: configured.Kind})
		}
	}
	slices.SortStableFunc(rows, func(a, b queries.SourceRow) int {
		return cmp.Or(cmp.Compare(page.Urgency(v, a), page.Urgency(v, b)), cmp.Compare(a.ID, b.ID))
	})
	chosen := v.Query.Get("source")
	if chosen != "" && !slices.ContainsFunc(rows, func(r queries.SourceRow) bool { return r.ID == chosen }) {
		return nil, queries.ErrNotFound
	}
	return page.Sources{View: v, Rows: rows, Chosen: chosen}.Page(), nil
}

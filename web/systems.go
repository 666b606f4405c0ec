package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

func (s *server) systems(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "systems")
	if err != nil {
		return nil, err
	}
	rows, err := cached(r.Context(), s.reads, "systems", s.Reader.ReadSystems)
	if err != nil {
		return nil, err
	}
	// Those that need a decision stand first, then those that nobody could judge, then by how little they are used.
	rank := func(row queries.SystemRow) int {
		switch {
		case row.Verdict == nil:
			return 2
		case component.StateOf(row.Verdict.Status) == component.ToVerify:
			return 0
		default:
			return 1
		}
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b queries.SystemRow) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Events, b.Events), cmp.Compare(a.ID, b.ID))
	})
	return page.Systems{View: v, Rows: rows}.Page(), nil
}

func (s *server) system(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "systems")
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	data, err := cached(r.Context(), s.reads, "system "+id, func(ctx context.Context) (*queries.SystemPage, error) {
		return s.Reader.ReadSystem(ctx, id)
	})
	if err != nil {
		return nil, err
	}
	found, err := cached(r.Context(), s.reads, "system findings "+id, func(ctx context.Context) (*queries.FindingPage, error) {
		return s.Reader.ReadFindings(ctx, queries.FindingQuery{System: id, Limit: 10})
	})
	if err != nil {
		return nil, err
	}
	p := page.System{View: v, SystemPage: *data, Findings: found.Rows}
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

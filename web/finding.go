package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/page"
	"github.com/jianfu/jianfu/web/report"
)

// manyRelated is how many other findings stand below one.
const manyRelated = 6

func (s *server) finding(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "findings")
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	found, err := s.findingsByID(r.Context(), []string{id})
	if err != nil {
		return nil, err
	}
	f, ok := found[id]
	if !ok {
		return nil, queries.ErrNotFound
	}
	related, err := s.related(r.Context(), f)
	if err != nil {
		return nil, err
	}
	p := page.Finding{View: v, Finding: f, Hash: report.Hash(f), Related: related}
	if p.Looked, err = s.caseAbout(r.Context(), func(c queries.Case) bool { return c.Holds(id) }); err != nil {
		return nil, err
	}
	p.Opens = s.Writer != nil && v.Who.Is(access.Inspector) && f.Status != "not_assessed"
	if f.Family == "duplicate" || f.Family == "standard" {
		items, err := s.dataItems(r.Context())
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(items, func(i queries.DataItem) bool { return i.ID == f.ID }) {
			p.Item = page.ItemPath(f.ID)
		}
		if len(f.Subject.Forms) == 2 {
			p.Pair = page.PairPath(f.Subject.Forms[0], f.Subject.Forms[1])
		}
	}
	if f.Family == "fabrication" && len(f.Subject.Units) == 1 && len(f.Subject.Forms) == 1 {
		list, err := s.reader(r.Context()).ReadVerifyList(r.Context())
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list, func(i queries.VerifyItem) bool { return i.Unit == f.Subject.Units[0] && i.Form == f.Subject.Forms[0] }) {
			p.Case = page.VerifyPath(f.Subject.Units[0], f.Subject.Forms[0])
		}
	}
	return p.Page(), nil
}

// related are the strongest other findings about the same units, or else the same form, or else the same system.
func (s *server) related(ctx context.Context, f queries.Finding) ([]queries.Finding, error) {
	q := queries.FindingQuery{Limit: manyRelated + 1}
	switch {
	case len(f.Subject.Units) > 0 && len(f.Subject.Units) <= 20:
		q.Units = f.Subject.Units
	case len(f.Subject.Forms) > 0:
		q.Form = f.Subject.Forms[0]
	case len(f.Subject.Systems) > 0:
		q.System = f.Subject.Systems[0]
	default:
		return nil, nil
	}
	found, err := s.reader(ctx).ReadFindings(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	for _, other := range found.Rows {
		if other.ID != f.ID && len(out) < manyRelated {
			out = append(out, other)
		}
	}
	return out, nil
}

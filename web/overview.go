package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/page"
)

// begins is the page at which somebody who has just signed in begins: where they were going, else the first page of their role.
// An inspector begins at what waits for a check, and finds the overview in the rail; who is a leader too begins at the overview.
func (s *server) begins(ctx context.Context, name, next string) (string, error) {
	if next != "/" {
		return next, nil
	}
	who, err := s.Accounts.Principal(ctx, name)
	if err != nil {
		return "", err
	}
	if who.Is(access.Inspector) && !who.Is(access.Leader) {
		return "/verify", nil
	}
	return next, nil
}

// firsts are the pages at which readers begin who do not begin at the overview, by role.
var firsts = []struct {
	role    access.Role
	address string
}{
	{access.Owner, "/inbox"}, {access.Operator, "/sources"}, {access.Security, "/accounts"}, {access.Auditor, "/audit"},
}

// home is the first page of whoever asks: the overview for those who read all of it, else the page of their role.
func (s *server) home(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	who := access.Of(r.Context())
	if who.Is(access.Inspector, access.Leader) {
		return s.overview(w, r)
	}
	for _, f := range firsts {
		if who.Is(f.role) && s.rules.may(who, f.address) {
			http.Redirect(w, r, f.address, http.StatusSeeOther)
			return nil, nil
		}
	}
	return nil, queries.ErrNotFound
}

// overview shows a leader whether the burden falls, who causes it, what can be stopped and what is late.
func (s *server) overview(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "overview")
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	data, err := s.reader(ctx).ReadOverview(ctx)
	if err != nil {
		return nil, err
	}
	p := page.Overview{View: v, Overview: *data, Called: names, Today: s.today(), Unit: v.Query.Get("unit"), Silence: s.Silence}
	if !p.HasData() {
		return p.Page(), nil
	}
	places := names.Below(access.Of(ctx).Divisions...)
	if access.Of(ctx).Everywhere() {
		places = names.Below(page.Tops(names)...)
	}
	p.Choices = page.PlacesOf(names, places)
	if p.Unit != "" && !slices.Contains(places, p.Unit) {
		return nil, queries.ErrNotFound
	}
	if err := s.overviewHours(ctx, &p, names); err != nil {
		return nil, err
	}
	if err := s.overviewTodo(ctx, &p, names); err != nil {
		return nil, err
	}
	if !p.Prepare(v.Query.Get("month")) {
		return nil, queries.ErrNotFound
	}
	return p.Page(), nil
}

// overviewHours reads what the hours of a place are reckoned from.
func (s *server) overviewHours(ctx context.Context, p *page.Overview, names *queries.NameTable) error {
	burden, err := s.burdenOf(ctx, names, p.Unit)
	if err != nil {
		return err
	}
	p.Burden = *burden
	if p.Unit != "" {
		whole, err := s.burdenOf(ctx, names, "")
		if err != nil {
			return err
		}
		p.Whole = page.RecentHours(whole.Cells)
	}
	if p.Items, err = s.reader(ctx).DataItems(ctx); err != nil {
		return err
	}
	if p.Plan, err = s.planLines(ctx); err != nil {
		return err
	}
	if p.Decisions, err = s.planDecisions(ctx); err != nil {
		return err
	}
	if p.Measures, err = s.reader(ctx).MeasureChanges(ctx); err != nil {
		return err
	}
	p.Accepted = acceptedDays(p.Decisions)
	return nil
}

// overviewTodo reads what waits for somebody: answers, checks, sources.
func (s *server) overviewTodo(ctx context.Context, p *page.Overview, names *queries.NameTable) (err error) {
	if p.Cases, err = s.retirementCases(ctx); err != nil {
		return err
	}
	if p.Rows, err = s.reader(ctx).ReadSystems(ctx); err != nil {
		return err
	}
	if p.Fed, err = s.reader(ctx).ReadSources(ctx); err != nil {
		return err
	}
	var units []string
	if p.Unit != "" {
		units = names.Below(p.Unit)
	}
	p.Waiting, p.Tally, err = s.verifyCounts(ctx, names, units)
	return err
}

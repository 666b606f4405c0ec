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

// inbox shows an owner what is suggested for its systems, and takes the answer. Without an owner it lists them.
func (s *server) inbox(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.inboxPage(w, r, "")
	if err != nil {
		return nil, err
	}
	return p.Page(), nil
}

// inboxPage is the inbox of the owner that the address names, or of the one of a system.
func (s *server) inboxPage(w http.ResponseWriter, r *http.Request, system string) (page.Inbox, error) {
	var p page.Inbox
	v, names, err := s.view(w, r, "retirements")
	if err != nil {
		return p, err
	}
	all, err := s.retirementCases(r.Context())
	if err != nil {
		return p, err
	}
	saving, err := s.retirementSavings(r.Context(), all)
	if err != nil {
		return p, err
	}
	p = page.Inbox{View: v, Called: names, Owner: v.Query.Get("owner")}
	switch {
	case system != "":
		p.Owner = cmp.Or(names.Owners[system], v.T("word.unknown_owner"))
	case p.Owner == "":
		p.Owner = onlyOwner(v, names, all)
	}
	if page.OwnerOnly(v.Who) {
		if p.Owned, err = s.reader(r.Context()).ReadSystems(r.Context()); err != nil {
			return p, err
		}
	}
	for i, c := range all {
		owner := names.Owners[c.System]
		if owner == "" {
			owner = v.T("word.unknown_owner")
		}
		at := slices.IndexFunc(p.Owners, func(d page.Department) bool { return d.Name == owner })
		if at < 0 {
			at = len(p.Owners)
			p.Owners = append(p.Owners, page.Department{Name: owner})
		}
		d := &p.Owners[at]
		d.Cases++
		if page.Waits(c) {
			d.Waits++
		}
		if c.Late(s.today()) {
			d.Late++
		}
		// Who answers for systems of more than one department has them all before him.
		if owner != p.Owner && (p.Owner != "" || !page.OwnerOnly(v.Who)) {
			continue
		}
		card, err := s.card(r.Context(), v, names, c, "inbox", i)
		if err != nil {
			return p, err
		}
		if v.Query.Get("system") == c.System {
			card.Decided = v.Query.Get("saved")
		}
		if x, ok := saving[c.System]; ok {
			card.Saving = &x
		}
		if page.UnderWay(c) {
			p.Cards = append(p.Cards, card)
		} else {
			p.Closed = append(p.Closed, card)
		}
	}
	slices.SortStableFunc(p.Owners, func(a, b page.Department) int {
		if a.Waits != b.Waits {
			return b.Waits - a.Waits
		}
		return strings.Compare(a.Name, b.Name)
	})
	return p, nil
}

// onlyOwner is the owner of all cases where there is but one, as for an account that answers for one department; empty where
// there are more.
func onlyOwner(v component.View, names *queries.NameTable, all []queries.RetirementCase) string {
	only := ""
	for _, c := range all {
		owner := cmp.Or(names.Owners[c.System], v.T("word.unknown_owner"))
		if only != "" && owner != only {
			return ""
		}
		only = owner
	}
	return only
}

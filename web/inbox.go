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
	v, names, err := s.view(w, r, "retirements")
	if err != nil {
		return nil, err
	}
	all, err := s.retirementCases(r.Context())
	if err != nil {
		return nil, err
	}
	saving, err := s.retirementSavings(r.Context(), all)
	if err != nil {
		return nil, err
	}
	p := page.Inbox{View: v, Called: names, Owner: v.Query.Get("owner")}
	if p.Owner == "" {
		p.Owner = onlyOwner(v, names, all)
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
		if owner != p.Owner {
			continue
		}
		card := s.card(v, names, c, "inbox", i)
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
	return p.Page(), nil
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

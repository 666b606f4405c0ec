package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

const (
	fewHits  = 6   // of a kind, beside the others
	mostHits = 100 // of a kind, alone
)

// search finds systems, forms, fields, units, departments, findings, pages and explanations by name, letters or id. Its
// address says all of it, so it can be shared; the palette shows the same results.
func (s *server) search(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "search")
	if err != nil {
		return nil, err
	}
	text := []rune(folded(v.Query.Get("q")))
	terms := strings.Fields(string(text[:min(len(text), longestAsk)]))
	p := page.Search{View: v, Asked: strings.TrimSpace(v.Query.Get("q")), Kind: v.Query.Get("kind")}
	if len(terms) == 0 {
		return p.Page(), nil
	}
	index, err := cached(r.Context(), s.reads, "search index", func(ctx context.Context) (searchIndex, error) {
		all, err := s.shared.ReadNames(ctx)
		if err != nil {
			return nil, err
		}
		return indexNames(all), nil
	})
	if err != nil {
		return nil, err
	}
	most := fewHits
	if p.Kind != "" {
		most = mostHits
	}
	groups := map[string]*page.HitGroup{}
	add := func(e *indexed, address string) {
		score := e.score(terms)
		if score == 0 || p.Kind != "" && e.kind != p.Kind {
			return
		}
		g := groups[e.kind]
		if g == nil {
			g = &page.HitGroup{Kind: e.kind}
			groups[e.kind] = g
		}
		g.Total++
		g.Hits = append(g.Hits, page.Hit{ID: e.id, Name: e.name, Note: e.note, Address: address, Score: score})
	}
	places := s.searchable(v, names)
	for i := range index {
		if address := places(&index[i]); address != "" {
			add(&index[i], address)
		}
	}
	for _, e := range s.spoken(v) {
		add(&e.indexed, e.address)
	}
	if err := s.searchFindings(r.Context(), &p, names, groups, most); err != nil {
		return nil, err
	}
	for _, g := range groups {
		slices.SortFunc(g.Hits, func(a, b page.Hit) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.ID, b.ID))
		})
		g.Hits = g.Hits[:min(len(g.Hits), most)]
		p.Groups = append(p.Groups, *g)
	}
	slices.SortFunc(p.Groups, func(a, b page.HitGroup) int {
		return cmp.Or(cmp.Compare(b.Hits[0].Score, a.Hits[0].Score), cmp.Compare(a.Kind, b.Kind))
	})
	return p.Page(), nil
}

// searchable gives the address of a thing for whoever reads, or nothing where he may not see it: an owner his systems, an
// inspector or leader what lies in their divisions.
func (s *server) searchable(v component.View, names *queries.NameTable) func(*indexed) string {
	who := v.Who
	everySystem := who.Is(access.Inspector, access.Leader) || slices.Contains(who.Systems, access.Everything)
	system := func(id string) bool { return everySystem || slices.Contains(who.Systems, id) }
	owners := map[string]bool{}
	for id, owner := range names.Owners {
		owners[owner] = owners[owner] || system(id)
	}
	var within []string // sorted
	if !who.Everywhere() {
		within = names.Below(who.Divisions...)
	}
	unit := func(code string) bool {
		_, in := slices.BinarySearch(within, code)
		return in || who.Everywhere()
	}
	open := map[string]bool{}
	for _, address := range []string{"/systems/x", "/findings", "/items", "/units/x", "/units", "/systems", "/departments/x", "/burden"} {
		open[address] = v.May(address)
	}
	first := func(of ...[2]string) string {
		for _, one := range of {
			if open[one[0]] {
				return one[1]
			}
		}
		return ""
	}
	return func(e *indexed) string {
		switch e.kind {
		case "system":
			if system(e.id) {
				return first([2]string{"/systems/x", "/systems/" + url.PathEscape(e.id)})
			}
		case "form":
			if system(names.FormSystems[e.id]) {
				return first([2]string{"/findings", component.Address("/findings", nil, "form", e.id)})
			}
		case "field":
			form, _, _ := strings.Cut(e.id, ".")
			if system(names.FormSystems[form]) {
				return first([2]string{"/items", component.Address("/items", nil, "q", e.name)})
			}
		case "unit":
			if unit(e.id) {
				return first([2]string{"/units/x", "/units/" + url.PathEscape(e.id)}, [2]string{"/units", component.Address("/units", nil, "q", e.id)})
			}
		case "department":
			if owners[e.id] {
				return first([2]string{"/departments/x", "/departments/" + url.PathEscape(e.id)}, [2]string{"/systems", component.Address("/systems", nil, "owner", e.id)})
			}
		}
		return ""
	}
}

// told is a text of ours that can be searched, and where it stands.
type told struct {
	indexed
	address string
}

// spoken are the pages, methods and explanations that a reader may open, in his language.
func (s *server) spoken(v component.View) []told {
	of := readings{}
	var out []told
	tell := func(kind, id, name, note, address string) {
		if v.May(address) {
			out = append(out, told{of.entry(kind, id, name, note), address})
		}
	}
	for _, g := range component.Groups() {
		for _, section := range g.Sections {
			tell("page", section.Key, v.T("nav."+section.Key), "", section.Path)
			for _, sub := range section.Pages {
				if sub.Path != section.Path {
					tell("page", sub.Key, v.T("nav."+sub.Key), v.T("nav."+section.Key), sub.Path)
				}
			}
		}
	}
	for _, d := range s.Detectors {
		tell("method", d.ID, v.Known("detector."+d.ID+".name", d.ID), v.Known("family."+d.Family, ""), "/methods#"+d.ID)
	}
	for _, key := range component.HelpKeys(v.Bundle) {
		tell("help", key, v.T("help."+key+".name"), v.T("help."+key+".text"), "/help#"+key)
	}
	return out
}

// searchFindings adds the findings that the list of findings finds under the same text.
func (s *server) searchFindings(ctx context.Context, p *page.Search, names *queries.NameTable, groups map[string]*page.HitGroup, most int) error {
	if !p.May("/findings") || p.Kind != "" && p.Kind != "finding" {
		return nil
	}
	q := findingQuery(url.Values{"q": {p.Asked}}, names)
	q.Limit = uint64(most)
	found, err := s.reader(ctx).ReadFindings(ctx, q)
	if err != nil {
		return err
	}
	byID, err := s.findingsByID(ctx, []string{p.Asked})
	if err != nil {
		return err
	}
	g := page.HitGroup{Kind: "finding", Total: int(found.Total)}
	if f, ok := byID[p.Asked]; ok {
		found.Rows = append([]queries.Finding{f}, slices.DeleteFunc(found.Rows, func(o queries.Finding) bool { return o.ID == f.ID })...)
		g.Total = max(g.Total, len(found.Rows))
	}
	for i, f := range found.Rows {
		score := 30
		if f.ID == p.Asked {
			score = 100
		}
		g.Hits = append(g.Hits, page.Hit{
			ID: f.ID, Name: page.Short(p.View, f), Note: p.Known("detector."+f.Detector+".name", f.Detector), Address: page.FindingPath(f.ID), Score: score*100 - i,
		})
	}
	if len(g.Hits) > 0 {
		for i := range g.Hits {
			g.Hits[i].Score = (g.Hits[i].Score + 99) / 100
		}
		groups["finding"] = &g
	}
	return nil
}

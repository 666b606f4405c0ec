package page

import (
	"net/url"

	"github.com/jianfu/jianfu/web/component"
)

// Search is the page of search: what was asked, and what answers, by kind.
type Search struct {
	component.View
	Asked  string
	Kind   string // one kind alone, or empty
	Groups []HitGroup
}

// HitGroup is what was found of one kind, the best first.
type HitGroup struct {
	Kind  string // system, form, field, unit, department, finding, page, method or help
	Total int    // found, of which Hits shows some
	Hits  []Hit
}

// Hit is one thing that was found.
type Hit struct {
	ID, Name, Note, Address string
	Score                   int // the more the better
}

func (p Search) total() int {
	n := 0
	for _, g := range p.Groups {
		n += g.Total
	}
	return n
}

func (p Search) title() string {
	switch {
	case p.Asked == "":
		return p.T("search.label")
	case len(p.Groups) == 0:
		return p.T("search.none", "text", p.Asked)
	default:
		return p.T("search.found", "text", p.Asked, "n", p.total())
	}
}

func (p Search) address(kind string) string {
	return component.Address("/search", url.Values{"q": {p.Asked}}, "kind", kind)
}

// Help is the page of explanations: the way from no source to the first finding, the keys, and what every figure means.
type Help struct {
	component.View
	Step int
}

func (p Help) explained() []string { return component.HelpKeys(p.Bundle) }

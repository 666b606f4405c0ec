package component

import (
	"cmp"
	"strings"
)

// Section is one entry of the navigation: the text nav.KEY and where it leads, and the pages that it holds beside its own.
type Section struct {
	Key, Path string
	Pages     []Section
}

// Group is what stands together in the navigation.
type Group struct {
	Key      string
	Sections []Section
}

// Groups is the navigation of the whole site, in the order of the rail. A reader sees of it what the rules let him open.
func Groups() []Group {
	page := func(key, path string, pages ...Section) Section { return Section{key, path, pages} }
	return []Group{
		{"group_see", []Section{page("overview", "/"), page("burden", "/burden"), page("units", "/units"), page("departments", "/departments")}},
		{"group_check", []Section{page("findings", "/findings"), page("verify", "/verify"), page("cases", "/cases")}},
		{"group_cut", []Section{
			page("duplicates", "/duplicates", DuplicatePages()...),
			page("systems", "/systems"),
			page("retirements", "/retirements", RetirementPages()...),
		}},
		{"group_run", []Section{
			page("sources", "/sources"), page("notices", "/notices"), page("accounts", "/accounts"), page("audit", "/audit"), page("tokens", "/tokens"),
		}},
		{"group_learn", []Section{page("reports", "/reports"), page("methods", "/methods"), page("help", "/help")}},
	}
}

// DuplicatePages are the pages of the section on duplicate reporting.
func DuplicatePages() []Section {
	return []Section{{Key: "overlaps", Path: "/duplicates"}, {Key: "items", Path: "/items"}, {Key: "plan", Path: "/plan"}}
}

// RetirementPages are the pages of the section on the retirement of systems.
func RetirementPages() []Section {
	return []Section{{Key: "retirements", Path: "/retirements"}, {Key: "inbox", Path: "/inbox"}}
}

// may says whether the reader may open a page.
func (v View) may(path string) bool { return v.May != nil && v.May(path) }

// groups is the navigation of this reader.
func (v View) groups() []Group {
	var out []Group
	for _, g := range Groups() {
		kept := Group{Key: g.Key}
		for _, s := range g.Sections {
			var pages []Section
			for _, sub := range s.Pages {
				if v.may(sub.Path) {
					pages = append(pages, sub)
				}
			}
			if s.Pages = pages; v.may(s.Path) {
				kept.Sections = append(kept.Sections, s)
			}
		}
		if len(kept.Sections) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

// start is the page at which the reader begins: the first that the rules let him open.
func (v View) start() string {
	for _, g := range v.groups() {
		return g.Sections[0].Path
	}
	return "/"
}

// own are the pages of the account itself.
func (v View) own() []Section {
	var out []Section
	for _, s := range []Section{{Key: "account", Path: "/account"}, {Key: "help", Path: "/help"}} {
		if v.may(s.Path) {
			out = append(out, s)
		}
	}
	return out
}

// whoName is what whoever reads is called.
func (v View) whoName() string {
	if v.Who.Account == "local" {
		return cmp.Or(v.Who.Name, v.T("account.local_name"))
	}
	return cmp.Or(v.Who.Name, v.Who.Account)
}

// roleNames are the roles of whoever reads, in words.
func (v View) roleNames() string {
	var names []string
	for _, r := range v.Who.Roles {
		names = append(names, v.T("role."+string(r)))
	}
	return strings.Join(names, v.T("account.and"))
}

package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/component"
)

// Filters keeps the filters of lists under names, each account its own. *queries.Store is one.
type Filters interface {
	SavedFilters(ctx context.Context, account string) ([]queries.SavedFilter, error)
	SaveFilter(ctx context.Context, f queries.SavedFilter) error
	RemoveFilter(ctx context.Context, f queries.SavedFilter) error
}

// filtered are the lists whose filters can be kept.
var filtered = []string{"/findings", "/verify", "/cases", "/units", "/duplicates", "/items", "/systems", "/retirements"}

const (
	mostFilters  = 50   // of an account
	longestQuery = 2000 // bytes
)

// savedFilters gives the filters that whoever asks keeps for a list.
func (s *server) savedFilters(ctx context.Context, path string) ([]component.Saved, error) {
	who := access.Of(ctx)
	if s.Filters == nil || who == nil || !slices.Contains(filtered, path) {
		return nil, nil
	}
	all, err := s.filtersOf(ctx, who.Account)
	if err != nil {
		return nil, err
	}
	var out []component.Saved
	for _, f := range all {
		if f.Path == path {
			out = append(out, component.Saved{Name: f.Name, Query: f.Query})
		}
	}
	return out, nil
}

func (s *server) filtersOf(ctx context.Context, account string) ([]queries.SavedFilter, error) {
	return cached(ctx, s.reads, "filters "+account, func(ctx context.Context) ([]queries.SavedFilter, error) {
		return s.Filters.SavedFilters(ctx, account)
	})
}

// keepFilter saves the conditions of a list under a name, or forgets them.
func (s *server) keepFilter(r *http.Request) (string, error) {
	who := access.Of(r.Context())
	if s.Filters == nil || who == nil {
		return "", refusal{http.StatusForbidden, "read_only"}
	}
	path := r.PostForm.Get("path")
	if !slices.Contains(filtered, path) || !s.rules.may(who, path) {
		return "", refusal{http.StatusBadRequest, "form"}
	}
	name, err := line(r.PostForm, "name", longestName)
	if err != nil {
		return "", err
	}
	query, err := conditions(r.PostForm.Get("query"))
	if err != nil {
		return "", err
	}
	f := queries.SavedFilter{Account: who.Account, Path: path, Name: name, Query: query, At: s.Clock()}
	all, err := s.filtersOf(r.Context(), who.Account)
	if err != nil {
		return "", err
	}
	known := slices.ContainsFunc(all, func(o queries.SavedFilter) bool { return o.Path == path && o.Name == name })
	switch {
	case name == "" || query == "" && r.PostForm.Get("action") != "remove":
		return "", refusal{http.StatusBadRequest, "filter_empty"}
	case r.PostForm.Get("action") == "remove":
		err = s.Filters.RemoveFilter(r.Context(), f)
	case !known && len(all) >= mostFilters:
		return "", refusal{http.StatusBadRequest, "filters_full"}
	default:
		err = s.Filters.SaveFilter(r.Context(), f)
	}
	s.reads.drop("filters " + who.Account)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(path+"?"+query, "?"), nil
}

// conditions are the parameters of an address without those that are about the reader or the page of the list.
func conditions(raw string) (string, error) {
	asked, err := url.ParseQuery(raw)
	if err != nil || len(raw) > longestQuery {
		return "", refusal{http.StatusBadRequest, "form"}
	}
	return component.Conditions(asked).Encode(), nil
}

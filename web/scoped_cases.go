package web

import (
	"context"
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// Cases are those that an inspector may look into: about units that are all among the divisions. Others have no part in them. A case about no unit, such
// as one about two forms that ask for the same, concerns all of them.
func (r scoped) Cases(ctx context.Context) ([]queries.Case, error) {
	if !r.who.Is(access.Inspector) {
		return nil, nil
	}
	all, err := r.Reader.Cases(ctx)
	if err != nil || r.who.Everywhere() {
		return all, err
	}
	names, err := r.Reader.ReadNames(ctx)
	if err != nil {
		return nil, err
	}
	within := names.Below(r.who.Divisions...)
	return slices.DeleteFunc(slices.Clone(all), func(c queries.Case) bool {
		return slices.ContainsFunc(c.Units, func(unit string) bool { _, found := slices.BinarySearch(within, unit); return !found })
	}), nil
}

// CaseFile gives an attachment of a case that the principal may look into, or of the retirement of a system that the principal
// reads about.
func (r scoped) CaseFile(ctx context.Context, sum string) ([]byte, error) {
	all, err := r.Cases(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		for _, e := range c.Events {
			if e.File != nil && e.File.SHA256 == sum {
				return r.Reader.CaseFile(ctx, sum)
			}
		}
	}
	retiring, err := r.RetirementCases(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range retiring {
		if c.File(sum) != nil {
			return r.Reader.CaseFile(ctx, sum)
		}
	}
	return nil, queries.ErrNotFound
}

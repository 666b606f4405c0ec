package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// demandHours is what a form took of the grassroots over the window.
type demandHours struct {
	hours              float64
	submissions, units uint64
}

// each is what one submission takes.
func (d demandHours) each() float64 { return d.hours / float64(max(1, d.submissions)) }

// hoursOfForms reads the hours of forms as burden-hours reckoned them; it runs before.
func hoursOfForms(ctx context.Context, in Input) (map[string]demandHours, error) {
	all, err := in.Store.BurdenByForm(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the hours of forms: %w", err)
	}
	out := map[string]demandHours{}
	for _, f := range all {
		out[f.Form] = demandHours{f.Observed + f.Filled + f.Estimated, f.Submissions, f.Units}
	}
	return out, nil
}

// ownerOf is the department that asks for a form, empty when unknown.
func (in Input) ownerOf(form string) string {
	f, _ := in.Registry.Form(form)
	system, _ := in.Registry.System(f.System)
	return system.Owner
}

// ownerShare is what one department asks.
type ownerShare struct {
	owner string
	hours float64
	forms []string
}

// sharesOf adds up forms by department, the greatest first. Forms of systems without an owner stand under the empty name.
func sharesOf(in Input, forms []queries.FormShare) (shares []ownerShare, total float64) {
	byOwner := map[string]*ownerShare{}
	for _, f := range forms {
		owner := in.ownerOf(f.Form)
		if byOwner[owner] == nil {
			byOwner[owner] = &ownerShare{owner: owner}
		}
		byOwner[owner].hours += f.Hours
		byOwner[owner].forms = append(byOwner[owner].forms, f.Form)
		total += f.Hours
	}
	for _, owner := range slices.Sorted(maps.Keys(byOwner)) {
		shares = append(shares, *byOwner[owner])
	}
	slices.SortStableFunc(shares, func(a, b ownerShare) int { return cmp.Compare(b.hours, a.hours) })
	return shares, total
}

// systemsBehind lists the systems of forms, each once.
func systemsBehind(in Input, forms []string) []string {
	seen := map[string]bool{}
	for _, id := range forms {
		if f, _ := in.Registry.Form(id); f.System != "" {
			seen[f.System] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// byHours is the severity of a demand after the hours it takes in a year.
func byHours(hours float64, limits map[string]float64) string {
	return burdenSeverity(hours, limits["high_hours"], limits["medium_hours"])
}

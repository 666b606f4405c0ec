package analyzer

import (
	"cmp"
	"slices"
)

// dataItem is a cluster of fields that hold the same data, at most one of a form.
type dataItem struct {
	members []fieldRef  // in the order of forms
	pairs   []fieldPair // among the members
	derived []fieldPair // of members with fields of other cycles
}

// cluster gathers pairs into items, strongest first. Two clusters join when no form would be in the item twice and at least
// the given share of the pairs between them that could be compared is matched: one pair alone never strings clusters
// together.
func cluster(pairs []fieldPair, support float64) []*dataItem {
	sorted := slices.Clone(pairs)
	byStrength(sorted)
	linked := map[[2]fieldRef]bool{}
	for _, p := range sorted {
		linked[[2]fieldRef{p.a, p.b}], linked[[2]fieldRef{p.b, p.a}] = true, true
	}
	of := map[fieldRef]*dataItem{}
	item := func(r fieldRef) *dataItem {
		if of[r] == nil {
			of[r] = &dataItem{members: []fieldRef{r}}
		}
		return of[r]
	}
	for _, p := range sorted {
		x, y := item(p.a), item(p.b)
		if x == y || !joinable(x, y, linked, support) {
			continue
		}
		x.members = append(x.members, y.members...)
		for _, r := range y.members {
			of[r] = x
		}
	}
	var out []*dataItem
	seen := map[*dataItem]bool{}
	for _, p := range sorted {
		x := of[p.a]
		if x != of[p.b] {
			continue
		}
		x.pairs = append(x.pairs, p)
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	for _, x := range out {
		slices.SortFunc(x.members, compareRefs)
	}
	slices.SortFunc(out, func(x, y *dataItem) int {
		return cmp.Or(cmp.Compare(len(y.members), len(x.members)), compareRefs(x.members[0], y.members[0]))
	})
	return out
}

func compareRefs(x, y fieldRef) int {
	return cmp.Or(cmp.Compare(x.form, y.form), cmp.Compare(x.field, y.field))
}

func joinable(x, y *dataItem, linked map[[2]fieldRef]bool, support float64) bool {
	matched := 0
	for _, r := range x.members {
		for _, s := range y.members {
			if r.form == s.form {
				return false
			}
			if linked[[2]fieldRef{r, s}] {
				matched++
			}
		}
	}
	return float64(matched) >= support*float64(len(x.members)*len(y.members))
}

package web

import (
	"cmp"
	"maps"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// matrixForms is how many forms one matrix shows, so that it can be read and stays small.
const matrixForms = 24

// cluster is forms that ask for much the same, in an order in which those most alike stand together.
type cluster struct {
	forms []string
	hours float64 // that the overlaps among them would save
}

// likeness is the greater share of two forms' payload that the other has.
func likeness(o queries.FormOverlap) float64 { return max(o.Share[0], o.Share[1]) }

// clusters groups forms by their overlaps, the strongest first, into groups of at most matrixForms: single linkage that stops
// at the size of a matrix. Each form stands in one group. The groups that would save most come first.
func clusters(overlaps []queries.FormOverlap) []cluster {
	sorted := slices.Clone(overlaps)
	slices.SortStableFunc(sorted, func(x, y queries.FormOverlap) int {
		return cmp.Or(cmp.Compare(likeness(y), likeness(x)), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	group := map[string]*[]string{}
	of := func(form string) *[]string {
		if group[form] == nil {
			group[form] = &[]string{form}
		}
		return group[form]
	}
	for _, o := range sorted {
		a, b := of(o.A), of(o.B)
		if a == b || len(*a)+len(*b) > matrixForms {
			continue
		}
		for _, form := range *b {
			group[form] = a
		}
		*a = append(*a, *b...)
	}
	within, hours := map[*[]string][]queries.FormOverlap{}, map[*[]string]float64{}
	for _, o := range sorted {
		if g := group[o.A]; g == group[o.B] {
			within[g] = append(within[g], o)
			hours[g] += o.Hours.Mid
		}
	}
	var out []cluster
	seen := map[*[]string]bool{}
	for _, form := range slices.Sorted(maps.Keys(group)) {
		if g := group[form]; !seen[g] {
			seen[g] = true
			out = append(out, cluster{seriate(*g, within[g]), hours[g]})
		}
	}
	slices.SortStableFunc(out, func(x, y cluster) int { return cmp.Compare(y.hours, x.hours) })
	return out
}

// seriate orders the forms of a group: the most alike pair first, then always the form that is most alike to one of the two
// ends, at that end. Overlaps come with the strongest first.
func seriate(forms []string, overlaps []queries.FormOverlap) []string {
	if len(overlaps) == 0 {
		return slices.Sorted(slices.Values(forms))
	}
	alike := map[[2]string]float64{}
	for _, o := range overlaps {
		alike[[2]string{o.A, o.B}], alike[[2]string{o.B, o.A}] = likeness(o), likeness(o)
	}
	out := []string{overlaps[0].A, overlaps[0].B}
	left := slices.DeleteFunc(slices.Sorted(slices.Values(forms)), func(f string) bool { return f == out[0] || f == out[1] })
	for len(left) > 0 {
		at, best, front := 0, -1.0, false
		for i, f := range left {
			if x := alike[[2]string{f, out[len(out)-1]}]; x > best {
				at, best, front = i, x, false
			}
			if x := alike[[2]string{f, out[0]}]; x > best {
				at, best, front = i, x, true
			}
		}
		if front {
			out = slices.Insert(out, 0, left[at])
		} else {
			out = append(out, left[at])
		}
		left = slices.Delete(left, at, at+1)
	}
	return out
}

// matrices packs groups into matrices of at most matrixForms forms, in their order.
func matrices(all []cluster) [][]cluster {
	var out [][]cluster
	room := 0
	for _, c := range all {
		if len(out) == 0 || len(c.forms) > room {
			out, room = append(out, nil), matrixForms
		}
		out[len(out)-1] = append(out[len(out)-1], c)
		room -= len(c.forms)
	}
	return out
}

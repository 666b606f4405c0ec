package analyzer

import (
	"slices"
)

const postingMost = 50 // a posting that more columns share says too little to make pairs of them all

// candidates are the pairs worth comparing: all of them for ordinary tables, and for large ones those that share a rare
// word, a rare bigram of the label, an abbreviation or a value.
func (r *run) candidates() [][2]int {
	if len(r.a)*len(r.b) <= allPairsMost {
		out := make([][2]int, 0, len(r.a)*len(r.b))
		for i := range r.a {
			for j := range r.b {
				out = append(out, [2]int{i, j})
			}
		}
		return out
	}
	index := map[string][]int32{}
	for j, p := range r.b {
		for _, k := range r.blockKeys(p) {
			index[k] = append(index[k], int32(j))
		}
	}
	var out [][2]int
	seen := make([]int, len(r.b))
	for i, p := range r.a {
		for _, k := range r.blockKeys(p) {
			posting := index[k]
			if len(posting) > postingMost {
				// The same label is worth comparing however common it is, but not with everyone.
				if k[0] != '=' {
					continue
				}
				posting = posting[:postingMost]
			}
			for _, j := range posting {
				if seen[j] != i+1 {
					seen[j] = i + 1
					out = append(out, [2]int{i, int(j)})
				}
			}
		}
	}
	slices.SortFunc(out, func(x, y [2]int) int {
		if x[0] != y[0] {
			return x[0] - y[0]
		}
		return x[1] - y[1]
	})
	return out
}

// blockKeys are the keys under which a column is found.
func (r *run) blockKeys(p *prepared) []string {
	var keys []string
	for _, l := range []*label{p.label, p.id} {
		if l == nil || l.plain == "" || l.opaque {
			continue
		}
		keys = append(keys, "="+l.plain)
		if len(l.skeleton) >= 2 {
			keys = append(keys, "~"+l.skeleton)
		}
		if len(l.initials) >= 2 {
			keys = append(keys, "="+l.initials, "~"+l.initials)
		}
		for _, a := range l.atoms {
			if a.kind == fillerAtom {
				continue
			}
			keys = append(keys, "w"+singular(a.text))
			for _, c := range a.concepts {
				keys = append(keys, "c"+string(rune(c+1)))
			}
			if !hasHan(a.text) && len(a.text) > 2 {
				keys = append(keys, "s"+withoutVowels(a.text))
			}
		}
		if l.han {
			for _, g := range l.bigrams {
				keys = append(keys, "g"+string([]rune{rune(g.key >> 32), rune(g.key)}))
			}
		}
	}
	if p.profile != nil {
		for _, h := range p.profile.Hashes[:min(len(p.profile.Hashes), 64)] {
			var b [9]byte
			b[0] = '#'
			for k := range 8 {
				b[k+1] = byte(h >> (8 * k))
			}
			keys = append(keys, string(b[:]))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

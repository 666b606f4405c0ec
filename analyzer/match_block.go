package analyzer

import "slices"

const (
	allPairsMost = 250_000 // more pairs than these are blocked first
	twoTables    = 600_000 // and more than these of two tables, whose every column must find its nearest candidates
	postingMost  = 50      // a posting that more columns share says too little to make pairs of them all
)

// candidates are the pairs worth comparing: all of them for ordinary tables, and for large ones those that share a rare
// word, a rare bigram of the label, an abbreviation or a value. The first of a pair is of the earlier table.
func (r *run) candidates() [][2]int {
	all := 0
	before := 0
	for _, form := range r.forms {
		all += before * len(form)
		before += len(form)
	}
	if all > allPairsMost && (len(r.forms) > 2 || all > twoTables) {
		return r.blocked()
	}
	out := make([][2]int, 0, all)
	for i := range r.columns {
		for j := i + 1; j < len(r.columns); j++ {
			if r.table[i] != r.table[j] {
				out = append(out, [2]int{i, j})
			}
		}
	}
	return out
}

func (r *run) blocked() [][2]int {
	index := map[string][]int32{}
	for j, p := range r.columns {
		for _, k := range r.blockKeys(p) {
			index[k] = append(index[k], int32(j))
		}
	}
	var out [][2]int
	seen := make([]int, len(r.columns))
	for i, p := range r.columns {
		start := len(out)
		for _, k := range r.blockKeys(p) {
			for _, j := range within(index[k], int32(i), k[0] == '=') {
				if seen[j] != i+1 && r.table[j] != r.table[i] {
					seen[j] = i + 1
					out = append(out, [2]int{i, int(j)})
				}
			}
		}
		slices.SortFunc(out[start:], func(x, y [2]int) int { return x[1] - y[1] })
	}
	return out
}

// within are the columns after i in a posting. A posting that many columns share is left out; of one for the same label,
// which is worth comparing however common, the next ones are taken.
func within(posting []int32, i int32, sameLabel bool) []int32 {
	if len(posting) > postingMost && !sameLabel {
		return nil
	}
	at, _ := slices.BinarySearch(posting, i+1)
	rest := posting[at:]
	return rest[:min(len(rest), postingMost)]
}

// blockKeys are the keys under which a column is found.
func (r *run) blockKeys(p *prepared) []string {
	var keys []string
	for _, l := range []*label{p.label, p.id} {
		if l == nil || l.plain == "" || l.opaque {
			continue
		}
		keys = append(keys, "="+l.plain)
		for _, pair := range r.learnt.blockKeys(l) {
			keys = append(keys, "L"+pair)
		}
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

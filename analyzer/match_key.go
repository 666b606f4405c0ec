package analyzer

import (
	"cmp"
	"slices"
)

// rowKey joins two plain tables: one pair of columns, or two pairs taken together (unit and period).
type rowKey struct {
	pairs  [][2]int
	shared int // key values that both tables hold once
	rows   [][2]int
}

const (
	joinedRowsMost = 5000 // rows that an alignment looks at; more change nothing
	joinedRowsMin  = 12
	// Wide tables have more pairs, each of which then looks at fewer rows.
	joinedCellsMost = 4_000_000
	keyCandidates   = 6
	trialRows       = 300
	trialPairs      = 2000
)

// findKeys proposes ways to join the rows of two tables, from pairs of columns that already look alike, best first. A key
// repeats (nearly) no value on either side and shares enough of them with the other side.
func findKeys(d *dictionary, a, b [][]uint32, candidates [][2]int) []rowKey {
	var keys []rowKey
	try := func(pairs ...[2]int) {
		k := rowKey{pairs: pairs}
		if k.join(d, a, b) {
			keys = append(keys, k)
		}
	}
	for _, p := range candidates {
		try(p)
	}
	if len(keys) == 0 {
		few := candidates[:min(len(candidates), 2*keyCandidates)]
		for i, p := range few {
			for _, q := range few[i+1:] {
				if p[0] != q[0] && p[1] != q[1] {
					try(p, q)
				}
			}
		}
	}
	slices.SortStableFunc(keys, func(x, y rowKey) int { return y.shared - x.shared })
	return keys[:min(len(keys), keyCandidates)]
}

// keyValue is a value of a key of one column, or of two.
type keyValue [2]uint32

// join finds the rows that the key brings together and says whether it is a key at all.
func (k *rowKey) join(d *dictionary, a, b [][]uint32) bool {
	ka, uniqueA := k.index(a, 0)
	kb, uniqueB := k.index(b, 1)
	if !uniqueA || !uniqueB {
		return false
	}
	type sharedKey struct {
		value keyValue
		hash  uint64
	}
	shared := make([]sharedKey, 0, min(len(ka), len(kb)))
	for v := range ka {
		if _, ok := kb[v]; ok {
			shared = append(shared, sharedKey{v, HashValue(d.values[v[0]] + "\x00" + d.values[v[1]])})
		}
	}
	k.shared = len(shared)
	if k.shared < joinedRowsMin || k.shared*20 < min(len(ka), len(kb)) {
		return false
	}
	// The sample is chosen by hash, so that it does not depend on the order of rows.
	slices.SortFunc(shared, func(x, y sharedKey) int { return cmp.Compare(x.hash, y.hash) })
	for _, s := range shared[:min(len(shared), joinedRowsMost)] {
		k.rows = append(k.rows, [2]int{ka[s.value], kb[s.value]})
	}
	return true
}

// index maps key values to rows. Values that occur more than once are left out; too many of them, and it is no key.
func (k *rowKey) index(table [][]uint32, side int) (map[keyValue]int, bool) {
	rows := 0
	for _, p := range k.pairs {
		if table[p[side]] == nil {
			return nil, false
		}
		rows = len(table[p[side]])
	}
	index := make(map[keyValue]int, rows)
	filled, repeated := 0, 0
	for r := range rows {
		var value keyValue
		complete := true
		for i, p := range k.pairs {
			value[i] = table[p[side]][r]
			complete = complete && value[i] != 0
		}
		if !complete {
			continue
		}
		filled++
		if _, seen := index[value]; seen {
			index[value] = -1
			repeated++
			continue
		}
		index[value] = r
	}
	if filled < joinedRowsMin || float64(repeated) > 0.1*float64(filled) || filled*2 < rows {
		return nil, false
	}
	for v, r := range index {
		if r < 0 {
			delete(index, v)
		}
	}
	return index, true
}

// align compares two columns over the joined rows.
func (k *rowKey) align(d *dictionary, a, b []uint32) Alignment {
	if a == nil || b == nil {
		return Alignment{}
	}
	x, y := make([]uint32, len(k.rows)), make([]uint32, len(k.rows))
	for i, r := range k.rows {
		x[i], y[i] = a[r[0]], b[r[1]]
	}
	return d.align(x, y)
}

// align finds what rows of the same subject say: from the caller, or by joining tables on a key, two at a time.
func (r *run) align(pairs []judged, opts MatchOptions) {
	if opts.Align != nil {
		for i := range pairs {
			if al, ok := opts.Align(r.ref(pairs[i].a), r.ref(pairs[i].b)); ok {
				pairs[i].alignment = &al
			}
		}
		return
	}
	groups := map[[2]int][]*judged{}
	for i := range pairs {
		p := &pairs[i]
		if p.filled(r) {
			group := [2]int{r.table[p.a], r.table[p.b]}
			groups[group] = append(groups[group], p)
		}
	}
	for group, members := range groups {
		r.alignTables(members, r.rows(group[0]), r.rows(group[1]))
	}
}

// rows are the values of a table by number, column by column; nil for a column without values.
func (r *run) rows(table int) [][]uint32 {
	out := make([][]uint32, len(r.forms[table]))
	longest := 0
	for i := range out {
		out[i] = r.columns[r.first[table]+i].rows
		longest = max(longest, len(out[i]))
	}
	// Columns that a caller left short are empty below.
	for i := range out {
		if out[i] != nil && len(out[i]) < longest {
			out[i] = append(slices.Clone(out[i]), make([]uint32, longest-len(out[i]))...)
		}
	}
	return out
}

// filled says that the rows of both columns are at hand.
func (p *judged) filled(r *run) bool {
	return r.columns[p.a].rows != nil && r.columns[p.b].rows != nil
}

func (r *run) alignTables(pairs []*judged, a, b [][]uint32) {
	levels := priorLevels()
	likely := make([]*judged, 0, len(pairs))
	for _, p := range pairs {
		p.logOdds = r.prior(p)
		for c := range components {
			p.logOdds += levels[c].weight(p.observed[c])
		}
		if p.joinable() {
			likely = append(likely, p)
		}
	}
	slices.SortStableFunc(likely, func(x, y *judged) int { return compareFloat(y.logOdds, x.logOdds) })
	key, supported := r.bestKey(likely, a, b)
	if key == nil {
		r.aggregate(pairs, a, b)
		return
	}
	if supported {
		r.alignBy(key, pairs, a, b)
	}
	r.derive(pairs, key, a, b)
	r.parts(pairs, key, a, b)
}

func (r *run) alignBy(key *rowKey, pairs []*judged, a, b [][]uint32) {
	key.rows = key.rows[:min(len(key.rows), max(trialRows, joinedCellsMost/len(pairs)))]
	for _, p := range pairs {
		place := r.place(p)
		if slices.Contains(key.pairs, place) {
			p.joins, p.key = true, key
			continue
		}
		if al := key.align(r.dictionary, a[place[0]], b[place[1]]); al.N > 0 {
			p.alignment, p.key = &al, key
		}
	}
	r.alignNearly(pairs, key, a, b)
}

// place is the pair's columns by their positions in their tables.
func (r *run) place(p *judged) [2]int { return [2]int{r.ref(p.a).Column, r.ref(p.b).Column} }

// bestKey tries the likeliest keys and keeps the one under which the other columns agree most. Under a false key nothing
// else agrees: running numbers of two lists are no key although they are the same numbers. Such a key supports no judgement
// of sameness, but sums and codes that hold under it row by row can only do so if it is right.
func (r *run) bestKey(likely []*judged, a, b [][]uint32) (key *rowKey, supported bool) {
	candidates := make([][2]int, 0, 4*keyCandidates)
	for _, p := range likely {
		if p.overlap.shared > 0 && len(candidates) < cap(candidates) {
			candidates = append(candidates, r.place(p))
		}
	}
	var best *rowKey
	bestSupport := 0.0
	keys := findKeys(r.dictionary, a, b, candidates)
	for _, key := range keys {
		// A part of the rows is enough to tell a true key from a false one.
		trial := rowKey{pairs: key.pairs, rows: key.rows[:min(len(key.rows), trialRows)]}
		support := 0.0
		for _, p := range likely[:min(len(likely), trialPairs)] {
			if place := r.place(p); !slices.Contains(key.pairs, place) {
				al := trial.align(r.dictionary, a[place[0]], b[place[1]])
				support += max(0, alignedWeight(&al))
			}
		}
		if support > bestSupport {
			best, bestSupport = &key, support
		}
	}
	switch {
	case bestSupport >= 3:
		return best, true
	case len(keys) > 0:
		return &keys[0], false
	}
	return nil, false
}

const (
	nearRows       = 300 // rows that nearness is measured on
	nearCandidates = 4   // columns that a column is compared with for nearness
)

// alignNearly measures nearness where values of the same subjects are written differently (spelling, rounding). It is dear,
// so only the likeliest pairs of each column are looked at.
func (r *run) alignNearly(pairs []*judged, key *rowKey, a, b [][]uint32) {
	ordered := slices.Clone(pairs)
	slices.SortStableFunc(ordered, func(x, y *judged) int { return compareFloat(y.logOdds, x.logOdds) })
	looked := map[int]int{}
	for _, p := range ordered {
		if p.alignment == nil || p.alignment.N < joinedRowsMin || p.alignment.Kappa() > 0.8 || len(p.hard) > 0 {
			continue
		}
		if looked[p.a] >= nearCandidates {
			continue
		}
		looked[p.a]++
		place := r.place(p)
		x, y := make([]string, 0, nearRows), make([]string, 0, nearRows)
		for _, row := range key.rows {
			if u, v := a[place[0]][row[0]], b[place[1]][row[1]]; u != 0 && v != 0 && len(x) < nearRows {
				x, y = append(x, r.dictionary.values[u]), append(y, r.dictionary.values[v])
			}
		}
		p.alignment.Near, p.alignment.NearBaseline = nearness(x, y)
	}
}

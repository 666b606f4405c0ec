package analyzer

import (
	"slices"
	"strings"
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
	keyCandidates  = 6
	trialRows      = 300
	trialPairs     = 2000
)

// canonicalRows are the canonical values of a table, column by column; nil for a column without values.
func canonicalRows(columns []Column) [][]string {
	out := make([][]string, len(columns))
	for i := range columns {
		if columns[i].Values == nil {
			continue
		}
		out[i] = make([]string, len(columns[i].Values))
		for r, v := range columns[i].Values {
			out[i][r], _ = Canonical(v)
		}
	}
	return out
}

// findKeys proposes ways to join the rows of two tables, from pairs of columns that already look alike, best first. A key
// repeats (nearly) no value on either side and shares enough of them with the other side.
func findKeys(a, b [][]string, candidates [][2]int) []rowKey {
	var keys []rowKey
	try := func(pairs ...[2]int) {
		k := rowKey{pairs: pairs}
		if k.join(a, b) {
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

// join finds the rows that the key brings together and says whether it is a key at all.
func (k *rowKey) join(a, b [][]string) bool {
	columns := func(table [][]string, side int) [][]string {
		out := make([][]string, len(k.pairs))
		for i, p := range k.pairs {
			out[i] = table[p[side]]
		}
		return out
	}
	ka, uniqueA := keyIndex(columns(a, 0))
	kb, uniqueB := keyIndex(columns(b, 1))
	if !uniqueA || !uniqueB {
		return false
	}
	shared := make([]string, 0, min(len(ka), len(kb)))
	for v := range ka {
		if _, ok := kb[v]; ok {
			shared = append(shared, v)
		}
	}
	k.shared = len(shared)
	if k.shared < joinedRowsMin || k.shared*20 < min(len(ka), len(kb)) {
		return false
	}
	// The sample is chosen by hash, so that it does not depend on the order of rows.
	slices.SortFunc(shared, func(x, y string) int {
		hx, hy := HashValue(x), HashValue(y)
		switch {
		case hx < hy:
			return -1
		case hx > hy:
			return 1
		}
		return strings.Compare(x, y)
	})
	for _, v := range shared[:min(len(shared), joinedRowsMost)] {
		k.rows = append(k.rows, [2]int{ka[v], kb[v]})
	}
	return true
}

// keyIndex maps key values to rows. Values that occur more than once are left out; too many of them, and it is no key.
func keyIndex(columns [][]string) (map[string]int, bool) {
	for _, c := range columns {
		if c == nil {
			return nil, false
		}
	}
	index := make(map[string]int, len(columns[0]))
	filled, repeated := 0, 0
	for r := range columns[0] {
		parts := make([]string, len(columns))
		complete := true
		for i, c := range columns {
			parts[i] = c[r]
			complete = complete && c[r] != ""
		}
		if !complete {
			continue
		}
		filled++
		key := strings.Join(parts, "\x00")
		if _, seen := index[key]; seen {
			index[key] = -1
			repeated++
			continue
		}
		index[key] = r
	}
	if filled < joinedRowsMin || float64(repeated) > 0.1*float64(filled) || filled*2 < len(columns[0]) {
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
func (k *rowKey) align(a, b []string) Alignment {
	if a == nil || b == nil {
		return Alignment{}
	}
	x, y := make([]string, len(k.rows)), make([]string, len(k.rows))
	for i, r := range k.rows {
		x[i], y[i] = a[r[0]], b[r[1]]
	}
	return alignCanonical(x, y)
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
	rows := map[int][][]string{}
	for group, members := range groups {
		for _, table := range group {
			if rows[table] == nil {
				rows[table] = canonicalRows(r.forms[table])
			}
		}
		r.alignTables(members, rows[group[0]], rows[group[1]])
	}
}

// filled says that the rows of both columns are at hand.
func (p *judged) filled(r *run) bool {
	return r.columns[p.a].column.Values != nil && r.columns[p.b].column.Values != nil
}

func (r *run) alignTables(pairs []*judged, a, b [][]string) {
	levels := priorLevels()
	likely := make([]*judged, 0, len(pairs))
	for _, p := range pairs {
		p.logOdds = r.prior(p)
		for c := range components {
			p.logOdds += levels[c].weight(p.observed[c])
		}
		if len(p.hard) == 0 {
			likely = append(likely, p)
		}
	}
	slices.SortStableFunc(likely, func(x, y *judged) int { return compareFloat(y.logOdds, x.logOdds) })
	key := r.bestKey(likely, a, b)
	if key == nil {
		return
	}
	for _, p := range pairs {
		place := r.place(p)
		if slices.Contains(key.pairs, place) {
			continue
		}
		if al := key.align(a[place[0]], b[place[1]]); al.N > 0 {
			p.alignment, p.key = &al, key
		}
	}
	r.alignNearly(pairs, key, a, b)
}

// place is the pair's columns by their positions in their tables.
func (r *run) place(p *judged) [2]int { return [2]int{r.ref(p.a).Column, r.ref(p.b).Column} }

// bestKey tries the likeliest keys and keeps the one under which the other columns agree most. Under a false key nothing
// else agrees, and none is returned.
func (r *run) bestKey(likely []*judged, a, b [][]string) *rowKey {
	candidates := make([][2]int, 0, 4*keyCandidates)
	for _, p := range likely {
		if p.overlap.shared > 0 && len(candidates) < cap(candidates) {
			candidates = append(candidates, r.place(p))
		}
	}
	var best *rowKey
	bestSupport := 0.0
	for _, key := range findKeys(a, b, candidates) {
		// A part of the rows is enough to tell a true key from a false one.
		trial := rowKey{pairs: key.pairs, rows: key.rows[:min(len(key.rows), trialRows)]}
		support := 0.0
		for _, p := range likely[:min(len(likely), trialPairs)] {
			if place := r.place(p); !slices.Contains(key.pairs, place) {
				al := trial.align(a[place[0]], b[place[1]])
				support += max(0, alignedWeight(&al))
			}
		}
		if support > bestSupport {
			best, bestSupport = &key, support
		}
	}
	if bestSupport < 3 {
		return nil
	}
	return best
}

const (
	nearRows       = 300 // rows that nearness is measured on
	nearCandidates = 4   // columns that a column is compared with for nearness
)

// alignNearly measures nearness where values of the same subjects are written differently (spelling, rounding). It is dear,
// so only the likeliest pairs of each column are looked at.
func (r *run) alignNearly(pairs []*judged, key *rowKey, a, b [][]string) {
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
			if u, v := a[place[0]][row[0]], b[place[1]][row[1]]; u != "" && v != "" && len(x) < nearRows {
				x, y = append(x, u), append(y, v)
			}
		}
		p.alignment.Near, p.alignment.NearBaseline = nearness(x, y)
	}
}

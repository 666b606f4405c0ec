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

package analyzer

import (
	"math"
	"slices"
)

const (
	partsColumns = 120 // numeric columns of a table among which parts are looked for
	partsMost    = 12  // parts of a run of neighbouring columns
	partsTrials  = 4   // samples of rows that are tried, for slips spoil some
	partsRows    = 10
	partsMin     = 20 // subjects that three and more parts need, for there are many ways to choose them
)

// parts looks for columns of one table whose sum is a column of the other: 男 + 女 = 合计. Of the ways to write a total the
// one with the fewest parts counts.
func (r *run) parts(pairs []*judged, key *rowKey, a, b [][]uint32) {
	left, right := r.numeric(picked(a, key.rows, 0)), r.numeric(picked(b, key.rows, 1))
	byPlace := make(map[[2]int]*judged, len(pairs))
	for _, p := range pairs {
		byPlace[r.place(p)] = p
	}
	names := r.keyNames(key, pairs)
	for _, side := range []struct {
		of           string
		parts, total []numberColumn
		columns      []Column
		place        func(part, total int) [2]int
	}{
		{"b", left, right, r.forms[r.table[pairs[0].a]], func(part, total int) [2]int { return [2]int{part, total} }},
		{"a", right, left, r.forms[r.table[pairs[0].b]], func(part, total int) [2]int { return [2]int{total, part} }},
	} {
		if len(side.parts) < 2 {
			continue
		}
		search := newPartSearch(side.parts)
		for _, total := range side.total {
			found, d := search.find(total)
			if !found {
				continue
			}
			d.Of, d.Key = side.of, names
			list := d.Parts
			d.Parts = nil
			var columns []int
			for _, part := range search.last {
				columns = append(columns, part)
				list = append(list, side.columns[part].ID)
			}
			d.Parts = list
			for _, part := range columns {
				if p := byPlace[side.place(part, total.column)]; p != nil && !p.alignment.agrees() {
					same := d
					p.derived = &same
				}
			}
		}
	}
}

// agrees says that the two columns are the same to begin with.
func (al *Alignment) agrees() bool { return al != nil && al.Kappa() >= 0.8 }

// numberColumn is a column of numbers, 0 where none was filled in.
type numberColumn struct {
	column int
	values []float64
	filled []bool
}

// numeric are the columns that hold numbers, with more than a handful of values and not mostly zero.
func (r *run) numeric(columns [][]uint32) []numberColumn {
	var out []numberColumn
	for i, c := range columns {
		if c == nil || len(out) == partsColumns {
			continue
		}
		v, known := make([]float64, len(c)), make([]bool, len(c))
		filled, texts, nonzero := 0, 0, 0
		kinds := map[float64]bool{}
		for k, code := range c {
			switch number := r.dictionary.numbers[code]; {
			case code == 0:
			case math.IsNaN(number):
				texts++
			default:
				v[k], known[k] = number, true
				filled++
				kinds[number] = true
				if number != 0 {
					nonzero++
				}
			}
		}
		if filled*2 >= len(c) && texts*20 <= filled && len(kinds) >= derivedKinds && nonzero*5 >= filled {
			out = append(out, numberColumn{i, v, known})
		}
	}
	return out
}

// partSearch finds two to four parts by meeting in the middle (sums of two, looked up by their values in a few rows), and
// longer ones among neighbouring columns.
type partSearch struct {
	parts  []numberColumn
	trials []partTrial
	last   []int // columns of the parts found last
}

type partTrial struct {
	rows []int
	two  map[[partsRows]int64][2]int
}

func newPartSearch(parts []numberColumn) *partSearch {
	s := &partSearch{parts: parts}
	n := len(parts[0].values)
	for t := range partsTrials {
		trial := partTrial{two: map[[partsRows]int64][2]int{}}
		for k := 0; k < n && len(trial.rows) < partsRows; k++ {
			// Rows are spread over the table, each trial its own.
			row := (k*2654435761 + t*97) % n
			if !slices.Contains(trial.rows, row) {
				trial.rows = append(trial.rows, row)
			}
		}
		if len(trial.rows) < partsRows {
			break
		}
		for i := range parts {
			for j := i + 1; j < len(parts); j++ {
				k := trial.key(func(row int) float64 { return parts[i].values[row] + parts[j].values[row] })
				if _, taken := trial.two[k]; !taken {
					trial.two[k] = [2]int{i, j}
				}
			}
		}
		s.trials = append(s.trials, trial)
	}
	return s
}

func (t *partTrial) key(value func(row int) float64) [partsRows]int64 {
	var k [partsRows]int64
	for i, row := range t.rows {
		k[i] = int64(math.Round(value(row) * 1e4))
	}
	return k
}

// find looks for the parts of a total.
func (s *partSearch) find(total numberColumn) (bool, Derivation) {
	var best Derivation
	found := false
	try := func(parts ...int) {
		slices.Sort(parts)
		if len(slices.Compact(slices.Clone(parts))) != len(parts) || found && len(s.last) <= len(parts) {
			return
		}
		if d, ok := s.holds(total, parts); ok {
			best, found = d, true
			s.last = s.last[:0]
			for _, p := range parts {
				s.last = append(s.last, s.parts[p].column)
			}
		}
	}
	for _, trial := range s.trials {
		at := func(row int) float64 { return total.values[row] }
		if p, ok := trial.two[trial.key(at)]; ok {
			try(p[0], p[1])
		}
		for i, part := range s.parts {
			if p, ok := trial.two[trial.key(func(row int) float64 { return at(row) - part.values[row] })]; ok {
				try(i, p[0], p[1])
			}
		}
		if len(s.parts) > 60 {
			continue
		}
		for i, x := range s.parts {
			for j := i + 1; j < len(s.parts); j++ {
				y := s.parts[j]
				if p, ok := trial.two[trial.key(func(row int) float64 { return at(row) - x.values[row] - y.values[row] })]; ok {
					try(i, j, p[0], p[1])
				}
			}
		}
	}
	if !found {
		s.neighbours(total, try)
	}
	return found, best
}

// neighbours tries runs of five and more columns side by side.
func (s *partSearch) neighbours(total numberColumn, try func(...int)) {
	if len(s.trials) == 0 {
		return
	}
	for _, trial := range s.trials {
		for from := range s.parts {
			sums := make([]float64, len(trial.rows))
			for to := from; to < min(len(s.parts), from+partsMost); to++ {
				equal := true
				for k, row := range trial.rows {
					sums[k] += s.parts[to].values[row]
					equal = equal && math.Abs(sums[k]-total.values[row]) < 1e-4
				}
				if equal && to-from >= 4 {
					list := make([]int, 0, partsMost)
					for p := from; p <= to; p++ {
						list = append(list, p)
					}
					try(list...)
				}
			}
		}
	}
}

// holds tests parts on all rows. Every part must matter: a total that one part makes up alone in most rows is that part.
func (s *partSearch) holds(total numberColumn, parts []int) (Derivation, bool) {
	n, held := 0, 0
	without := make([]int, len(parts))
	kinds := map[float64]bool{}
	for row, t := range total.values {
		if !total.filled[row] {
			continue
		}
		sum := 0.0
		for _, p := range parts {
			sum += s.parts[p].values[row]
		}
		n++
		if math.Abs(sum-t) <= 1e-4+1e-9*math.Abs(t) {
			held++
			kinds[t] = true
			for k, p := range parts {
				if s.parts[p].values[row] == 0 {
					without[k]++
				}
			}
		}
	}
	if n < derivedMin || len(parts) > 2 && n < partsMin || len(kinds) < derivedKinds {
		return Derivation{}, false
	}
	for _, count := range without {
		if count*5 > held*4 {
			return Derivation{}, false
		}
	}
	d := Derivation{How: "parts", N: n, Share: float64(held) / float64(n), relation: RelationAggregate}
	return d, d.Share >= derivedShare
}

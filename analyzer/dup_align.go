package analyzer

import (
	"math"
	"slices"
	"strings"
)

// align compares a column of one form with a column of the other over the joined rows. Most pairs are settled by counting;
// code mappings and factors are looked for only where a quick look allows them.
func (j *joined) align(d *dictionary, a, b int, coded bool) (Alignment, bool) {
	var al Alignment
	x, y := j.left.columns[a], j.right.columns[b]
	agree := 0
	few := make([]ratio, 0, 31)
	for _, r := range j.rows {
		u, v := x[r[0]], y[r[1]]
		if u == 0 || v == 0 {
			continue
		}
		al.N++
		if u == v {
			agree++
		}
		if len(few) < cap(few) && d.numbers[u] > 0 && d.numbers[v] > 0 {
			few = append(few, ratio{a: d.numbers[u], b: d.numbers[v]})
		}
	}
	if al.N < 5 {
		return al, false
	}
	al.Agree = float64(agree) / float64(al.N)
	p, q := j.left.count(d, a), j.right.count(d, b)
	for i, k := 0, 0; i < len(p.codes) && k < len(q.codes); {
		switch {
		case p.codes[i] < q.codes[k]:
			i++
		case p.codes[i] > q.codes[k]:
			k++
		default:
			al.Baseline += float64(p.times[i]) * float64(q.times[k])
			i++
			k++
		}
	}
	al.Baseline /= float64(p.filled) * float64(q.filled)
	recode := coded && al.Agree < 0.5 && j.mayRecode(p, q)
	scale := p.numeric && q.numeric && al.Agree < 0.5 && len(few) >= ratiosMin && steady(few)
	if !recode && !scale {
		return al, true
	}
	u, v := make([]uint32, len(j.rows)), make([]uint32, len(j.rows))
	for i, r := range j.rows {
		u[i], v[i] = x[r[0]], y[r[1]]
	}
	full := d.align(u, v)
	if !recode {
		full.Forward, full.Backward, full.Mapping = 0, 0, nil
	}
	if recode && !full.scaled() {
		return d.translated(full, u, v), true
	}
	return full, true
}

const numericCodes = 12 // more different numbers on both sides are no codes

// mayRecode asks for a code list whose every value many units or persons gave. What hardly changes in a unit follows from the
// unit, and any two such columns follow from each other, however often they are reported.
func (j *joined) mayRecode(p, q *valueCounts) bool {
	least, most := min(p.distinct, q.distinct), max(p.distinct, q.distinct)
	if least < 2 || most > categoriesMost || p.numeric && q.numeric && most > numericCodes {
		return false
	}
	subjects := map[uint64]bool{}
	for _, r := range j.rows {
		subjects[j.left.who[r[0]]] = true
	}
	return len(subjects) >= recodeEach*least
}

const translatedKappa = 0.9

// translated looks for a code mapping and gives the alignment of the mapped values, with the mapping in it. Theil's U falls
// steeply with the first few slips of the pen: two in a hundred rows of a yes or no leave 0.86. The agreement after the
// mapping, beyond its baseline, does not, so at least 0.9 of that counts as well.
func (d *dictionary) translated(al Alignment, a, b []uint32) Alignment {
	pairs, times := map[[2]uint32]int{}, map[uint32]int{}
	for i := range a {
		if a[i] != 0 && b[i] != 0 {
			pairs[[2]uint32{a[i], b[i]}]++
			times[b[i]]++
		}
	}
	mapping, best := map[uint32]uint32{}, map[uint32]int{}
	for p, n := range pairs {
		if n > best[p[0]] || n == best[p[0]] && d.values[p[1]] < d.values[mapping[p[0]]] {
			best[p[0]], mapping[p[0]] = n, p[1]
		}
	}
	// One to one, and every value often enough that its partner is no accident.
	taken := map[uint32]bool{}
	agree, expected := 0, 0.0
	named := map[string]string{}
	for from, to := range mapping {
		n := 0
		for p, k := range pairs {
			if p[0] == from {
				n += k
			}
		}
		if n < 5 {
			continue
		}
		if taken[to] {
			return al
		}
		taken[to] = true
		agree += best[from]
		expected += float64(n) * float64(times[to])
		named[d.values[from]] = d.values[to]
	}
	n := float64(al.N)
	mapped := Alignment{N: al.N, Agree: float64(agree) / n, Baseline: expected / (n * n), Forward: al.Forward, Backward: al.Backward, Mapping: named}
	if al.N < recodeN || len(named) < 2 || mapped.Kappa() < translatedKappa && !al.recoded() {
		return al
	}
	return mapped
}

// valueCounts is how often each value stands in one column of a view.
type valueCounts struct {
	codes    []uint32 // ascending
	times    []int32
	filled   int
	numeric  bool
	distinct int
}

// count is how often each value stands in a column of a view. It is made once a column: the baseline of an alignment is
// taken over all rows of both views, not over the joined ones, which differs little and spares the counting of every pair.
func (v *view) count(d *dictionary, column int) *valueCounts {
	if v.counts == nil {
		v.counts = make([]*valueCounts, len(v.columns))
	}
	if c := v.counts[column]; c != nil {
		return c
	}
	codes := make([]uint32, 0, len(v.keys))
	c := &valueCounts{}
	numbers := 0
	for _, value := range v.columns[column] {
		if value != 0 {
			codes = append(codes, value)
			if !math.IsNaN(d.numbers[value]) {
				numbers++
			}
		}
	}
	slices.Sort(codes)
	for i, value := range codes {
		if i == 0 || value != codes[i-1] {
			c.codes, c.times = append(c.codes, value), append(c.times, 0)
		}
		c.times[len(c.times)-1]++
	}
	c.filled, c.distinct = len(codes), len(c.codes)
	c.numeric = numbers*5 >= len(codes)*4
	c.codes, c.times = slices.Clip(c.codes), slices.Clip(c.times)
	v.counts[column] = c
	return c
}

// pseudonyms is the class of pseudonyms that a column holds, empty where it holds none. Values of two classes, or a
// pseudonym and the text itself, cannot be compared: they may still be the same.
func (d *dictionary) pseudonyms(column []uint32) string {
	for _, c := range column {
		if c == 0 {
			continue
		}
		class, _, found := strings.Cut(d.values[c], ":")
		if found && slices.Contains([]string{"rid", "rid-bad", "tel", "name", "key"}, class) {
			return strings.TrimSuffix(class, "-bad")
		}
		return ""
	}
	return ""
}

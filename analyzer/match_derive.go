package analyzer

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Derivation says how one column of a pair follows from the other, as joined rows show it.
type Derivation struct {
	// How is sum (of the rows of a subject), count (of those rows, or of those with Value), last (of those rows by date), parts
	// (the sum of several columns), coarser (one value for each of the other), or what is read from an identifier or a date:
	// birth_date, birth_month, birth_year, age, sex, division, date, month, year.
	How   string   `json:"how"`
	Of    string   `json:"of"`              // the side that follows from the other, a or b
	Parts []string `json:"parts,omitempty"` // columns that are summed up
	Value string   `json:"value,omitempty"` // what is counted
	N     int      `json:"n"`               // subjects looked at
	Share float64  `json:"share"`           // of them that hold
	Key   []string `json:"key,omitempty"`   // columns by which rows were brought together, "a = b"

	baseline float64 // share that holds when the subjects of one side are permuted
	relation Relation
}

const (
	derivedShare = 0.95 // of the subjects that a derivation must hold for
	derivedMin   = 12   // subjects that it needs
	derivedKinds = 5    // distinct results that it must hold for
	derivedScore = 0.9  // what follows from other data ranks below what is the same beyond doubt
	coarserScore = 0.4  // what is coarser is other data, and never counts as matched
)

// probability grows with the subjects that hold beyond chance.
func (d *Derivation) probability() float64 {
	p := clamp01(beyond(d.Share, d.baseline)) * (1 - math.Exp2(-float64(d.N)/10))
	if d.How == "coarser" {
		return coarserScore * p
	}
	return derivedScore * p
}

// derive looks for columns that follow from one column of the other table, row by row.
func (r *run) derive(pairs []*judged, key *rowKey, a, b [][]uint32) {
	rows := key.rows[:min(len(key.rows), max(trialRows, joinedCellsMost/max(1, len(pairs))))]
	left, right := picked(a, rows, 0), picked(b, rows, 1)
	readA, readB := r.readings(left), r.readings(right)
	names := r.keyNames(key, pairs)
	for _, p := range pairs {
		place := r.place(p)
		if slices.Contains(key.pairs, place) || slices.Contains(p.hard, vetoRole) {
			continue
		}
		p.coarser(r.joined(p, left[place[0]], right[place[1]]))
		for _, side := range []struct {
			of   string
			from []reading
			to   []uint32
		}{{"b", readA[place[0]], right[place[1]]}, {"a", readB[place[1]], left[place[0]]}} {
			for _, read := range side.from {
				if d, ok := r.follows(read, side.to); ok && (p.derived == nil || d.probability() > p.derived.probability()) {
					d.Of, d.Key = side.of, names
					p.derived = &d
				}
			}
		}
	}
}

// joined is what the rows say of a pair, whether or not they count as evidence for it.
func (r *run) joined(p *judged, a, b []uint32) *Alignment {
	if p.alignment != nil || a == nil || b == nil {
		return p.alignment
	}
	al := r.dictionary.align(a, b)
	return &al
}

// picked are the joined rows of every column.
func picked(columns [][]uint32, rows [][2]int, side int) [][]uint32 {
	out := make([][]uint32, len(columns))
	for i, c := range columns {
		if c == nil {
			continue
		}
		out[i] = make([]uint32, len(rows))
		for k, row := range rows {
			out[i][k] = c[row[side]]
		}
	}
	return out
}

func (r *run) keyNames(key *rowKey, pairs []*judged) []string {
	if len(pairs) == 0 {
		return nil
	}
	x, y := r.forms[r.table[pairs[0].a]], r.forms[r.table[pairs[0].b]]
	var out []string
	for _, k := range key.pairs {
		out = append(out, x[k[0]].ID+" = "+y[k[1]].ID)
	}
	return out
}

// coarser takes what Theil's U says of one direction only (METHODS 1.6): every value of the finer column goes with one value
// of the other.
func (p *judged) coarser(al *Alignment) {
	if al == nil || al.N < recodeN || al.recoded() || al.scaled() || al.Agree >= 0.5 || al.Rest < recodeEach {
		return
	}
	d := Derivation{How: "coarser", N: int(al.N), relation: RelationComputed}
	switch {
	case al.Forward >= recodeU && al.Backward < recodeU:
		d.Of, d.Share = "b", al.Forward
	case al.Backward >= recodeU && al.Forward < recodeU:
		d.Of, d.Share = "a", al.Backward
	default:
		return
	}
	p.derived = &d
}

// reading is what can be read from the values of a column: one result a row, 0 where there is none.
type reading struct {
	how     string
	results []uint32
	years   []float64 // for ages: the year of a date
}

// readings are what the identifiers and dates among the columns tell.
func (r *run) readings(columns [][]uint32) [][]reading {
	out := make([][]reading, len(columns))
	for i, c := range columns {
		switch r.sampledFormat(c) {
		case FormatResidentID:
			out[i] = r.reading(c, []string{"birth_date", "birth_month", "birth_year", "sex", "division"}, func(v string) []string {
				if !ResidentIDValid(v) {
					return nil
				}
				date := v[6:10] + "-" + v[10:12] + "-" + v[12:14]
				return []string{date, date[:7], date[:4], "#" + strconv.Itoa(int(v[16]-'0')%2), v[:6]}
			})
		case FormatDate, FormatDatetime:
			out[i] = r.reading(c, []string{"date", "month", "year"}, func(v string) []string {
				if len(v) < 7 || v[4] != '-' {
					return nil
				}
				date := v[:min(10, len(v))]
				if date == v {
					date = ""
				}
				return []string{date, v[:7], v[:4]}
			})
		case FormatDivision:
			out[i] = r.reading(c, []string{"division", "division"}, func(v string) []string {
				if !isDivisionCode(v) || len(v) == 6 {
					return nil
				}
				return []string{v[:6], v[:min(9, len(v)-3)]}
			})
		}
	}
	return out
}

// sampledFormat is the format of most of the first values.
func (r *run) sampledFormat(codes []uint32) Format {
	var count [formats]int
	seen := 0
	for _, c := range codes {
		if c == 0 {
			continue
		}
		_, f := Canonical(r.dictionary.values[c])
		count[f]++
		if seen++; seen == 30 {
			break
		}
	}
	for f := range formats {
		if count[f]*5 > seen*4 {
			return f
		}
	}
	return FormatText
}

func (r *run) reading(codes []uint32, how []string, read func(string) []string) []reading {
	out := make([]reading, len(how), len(how)+1)
	age := reading{how: "age", years: make([]float64, len(codes))}
	for k := range how {
		out[k] = reading{how: how[k], results: make([]uint32, len(codes))}
	}
	dated := false
	for i, c := range codes {
		age.years[i] = math.NaN()
		if c == 0 {
			continue
		}
		for k, v := range read(r.dictionary.values[c]) {
			if v == "" {
				continue
			}
			canonical, _ := Canonical(v)
			out[k].results[i] = r.dictionary.code(canonical)
			if strings.HasSuffix(how[k], "year") {
				age.years[i], dated = r.dictionary.numbers[out[k].results[i]], true
			}
		}
	}
	if dated {
		out = append(out, age)
	}
	return out
}

// follows says whether a column is what was read.
func (r *run) follows(read reading, to []uint32) (Derivation, bool) {
	if to == nil {
		return Derivation{}, false
	}
	if read.how == "age" {
		return r.followsAge(read, to)
	}
	if read.how != "sex" && !promising(read.results, to) {
		return Derivation{}, false
	}
	al := r.dictionary.align(read.results, to)
	d := Derivation{How: read.how, N: int(al.N), Share: al.Agree, baseline: al.Baseline, relation: RelationComputed}
	if read.how == "sex" {
		// Which code stands for which sex differs, so one code for one sex is what counts.
		if al.N < recodeN || al.Forward < recodeU || al.Backward < recodeU {
			return d, false
		}
		d.Share, d.baseline = al.Forward, 0
		return d, true
	}
	return d, al.N >= derivedMin && al.Agree >= derivedShare && beyond(al.Agree, al.Baseline) >= 0.8
}

// promising looks at the first rows, where most must agree already.
func promising(a, b []uint32) bool {
	n, agree := 0, 0
	for i := range a {
		if a[i] == 0 || b[i] == 0 {
			continue
		}
		n++
		if a[i] == b[i] {
			agree++
		}
		if n == 2*derivedMin {
			break
		}
	}
	return agree*3 >= n*2
}

// followsAge says whether date and number add up to one and the same year, or to it and the next where birthdays lie between.
func (r *run) followsAge(read reading, to []uint32) (Derivation, bool) {
	sums := map[float64]int{}
	ages := map[float64]int{}
	n := 0
	for i, c := range to {
		age := r.dictionary.numbers[c]
		if c == 0 || math.IsNaN(age) || math.IsNaN(read.years[i]) || age < 0 || age > 130 || age != math.Trunc(age) {
			continue
		}
		n++
		sums[read.years[i]+age]++
		ages[age]++
		// Dates and numbers that have nothing to do with each other scatter at once.
		if n == 2*derivedMin && len(sums) > derivedKinds {
			return Derivation{}, false
		}
	}
	best := 0
	for year, count := range sums {
		if year >= 1950 && year <= 2100 {
			best = max(best, count+sums[year+1])
		}
	}
	d := Derivation{How: "age", N: n, relation: RelationComputed}
	if n < derivedMin || len(ages) < derivedKinds {
		return d, false
	}
	d.Share = float64(best) / float64(n)
	return d, d.Share >= derivedShare
}

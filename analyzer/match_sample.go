package analyzer

import (
	"math"
	"math/bits"
	"strings"
)

// TableColumns makes columns of a table whose rows come one after the other. A table of ordinary size keeps its values; a
// large one is profiled on the way, and the rows that are compared side by side are taken in a second reading, as a
// RowSample says.
type TableColumns struct {
	columns   []Column
	rows      [][]string
	cells     int
	count     int
	profilers []*Profiler // nil while all rows are kept
	keys      []int       // columns that may identify rows; they are profiled on all of them
	whole     int         // cells that are kept at most
}

const (
	wholeCells   = 4_000_000 // cells of a table that are kept
	profileRows  = 5_000     // rows of a large table that are profiled in full, of the later ones fewer and fewer
	profileCells = 1 << 20   // values that the profilers of a table remember
	keyColumns   = 16
	sampleRows   = 8_192 // rows of a large table that are compared side by side
)

// NewTableColumns begins a table; the header is treated as ColumnsFromTable does.
func NewTableColumns(name string, header []string) *TableColumns {
	return &TableColumns{columns: ColumnsFromTable(name, header, nil), whole: wholeCells}
}

// Add takes a row, which it may keep.
func (t *TableColumns) Add(cells []string) {
	t.count++
	if t.profilers == nil {
		t.rows = append(t.rows, cells)
		t.cells += max(1, len(t.columns))
		if t.cells > t.whole {
			t.profile()
		}
		return
	}
	t.addProfile(t.count-1, cells)
}

// Large says that the values are not kept.
func (t *TableColumns) Large() bool { return t.profilers != nil }

// Columns are the columns of the rows so far: with values, or with profiles if the table is large.
func (t *TableColumns) Columns() []Column {
	if t.profilers == nil {
		setValues(t.columns, t.rows)
		return t.columns
	}
	for i := range t.columns {
		t.columns[i].Profile = t.profilers[i].Profile()
	}
	return t.columns
}

// setValues writes rows into columns. Short rows leave the missing values empty.
func setValues(columns []Column, rows [][]string) {
	for i := range columns {
		if len(rows) == 0 {
			continue
		}
		values := make([]string, len(rows))
		for r, row := range rows {
			if i < len(row) {
				values[r] = row[i]
			}
		}
		columns[i].Values = values
	}
}

// profile begins to profile, with the rows that were kept until now.
func (t *TableColumns) profile() {
	most := min(hashesAtMost, max(256, profileCells/len(t.columns)))
	for range t.columns {
		p := NewProfiler()
		p.most = most
		t.profilers = append(t.profilers, p)
	}
	rows := t.rows
	t.rows = nil
	t.keys = keyLike(rows, len(t.columns))
	for i, cells := range rows {
		t.addProfile(i, cells)
	}
}

// keyLike are the first columns in which hardly any of the first values repeats, fractions and long texts apart.
func keyLike(rows [][]string, columns int) []int {
	var keys []int
	few := rows[:min(len(rows), 500)]
	for c := 0; c < columns && len(keys) < keyColumns; c++ {
		seen := map[string]bool{}
		filled, unfit := 0, 0
		for _, cells := range few {
			if c >= len(cells) {
				continue
			}
			value, format := Canonical(cells[c])
			if value == "" {
				continue
			}
			filled++
			seen[value] = true
			if format == FormatDecimal || format == FormatLongText || format == FormatDate {
				unfit++
			}
		}
		if filled*2 >= len(few) && len(seen)*10 >= filled*9 && unfit*10 <= filled {
			keys = append(keys, c)
		}
	}
	return keys
}

func (t *TableColumns) addProfile(row int, cells []string) {
	add := func(c int) {
		value := ""
		if c < len(cells) {
			value = cells[c]
		}
		t.profilers[c].Add(value)
	}
	// A row is profiled with the probability profileRows / its number; which ones is a matter of their number alone.
	if row < profileRows || uint64(row+1)*(uint64(row)*0x9E3779B97F4A7C15>>40) < profileRows<<24 {
		for c := range t.columns {
			add(c)
		}
		return
	}
	for _, c := range t.keys {
		add(c)
	}
}

// RowSample chooses rows of two tables by the hash of what is likely the key that joins them, so that the same subjects are
// chosen in both, and with all their rows.
type RowSample struct {
	column [2]int
	mask   uint64
	known  bool
}

// SampleRows looks for the pair of columns that shares most values of the kind that identifies something. rows are the
// numbers of rows of the two tables.
func SampleRows(a, b []Column, rows [2]int) RowSample {
	var s RowSample
	best := 0.0
	values := newPostings(nil, nil)
	for i := range a {
		p := a[i].profiled()
		if p == nil || p.Distinct < joinedRowsMin || identifying(p) == 0 {
			continue
		}
		for j := range b {
			q := b[j].profiled()
			if q == nil || q.Distinct < joinedRowsMin || identifying(q) == 0 {
				continue
			}
			o := values.compareValues(p, q)
			shared := float64(o.shared) * math.Exp2(float64(max(p.Shift, q.Shift)))
			score := max(0, o.containment-o.chance) * math.Log1p(shared) * min(identifying(p), identifying(q))
			if strings.EqualFold(a[i].Label, b[j].Label) {
				score *= 1.5
			}
			if score > best {
				best, s.column, s.known = score, [2]int{i, j}, true
			}
		}
	}
	// A table of many columns looks at fewer rows.
	most := min(sampleRows, max(512, wholeCells/max(1, len(a), len(b))))
	s.mask = 1<<bits.Len(uint(max(rows[0], rows[1])/most)) - 1
	return s
}

// profiled is the profile of a column, made from its values where it has none yet.
func (c *Column) profiled() *Profile {
	if c.Profile != nil || c.Values == nil {
		return c.Profile
	}
	p := NewProfiler()
	for _, v := range c.Values {
		p.Add(v)
	}
	return p.Profile()
}

// identifying is how likely values of this format say whom or what a row is about.
func identifying(p *Profile) float64 {
	f, share := p.Main()
	switch f {
	case FormatDecimal, FormatDate, FormatDatetime, FormatTime, FormatLongText:
		return 0
	case FormatInteger:
		return 0.3 * share
	}
	return share
}

// Column is the position of the column of the first (0) or second (1) table by which rows are chosen, -1 where the tables
// share none.
func (s RowSample) Column(side int) int {
	if !s.known {
		return -1
	}
	return s.column[side]
}

// Keeps says whether rows with this value in that column are in the sample.
func (s RowSample) Keeps(value string) bool {
	canonical, _ := Canonical(value)
	return canonical != "" && HashValue(canonical)&s.mask == 0
}

// Sampled gives the columns of a large table the values of the rows that a sample keeps, beside their profiles.
func (t *TableColumns) Sampled(rows [][]string) { setValues(t.columns, rows) }

// Rows is the number of rows so far.
func (t *TableColumns) Rows() int { return t.count }

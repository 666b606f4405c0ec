package analyzer

import (
	"math"
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// recordTable is a sample of the records of one form: unit by unit, field by field.
type recordTable struct {
	form   queries.Form
	fields []queries.Field
	units  []recordUnit
	once   bool // the records are of one time
	single bool // one record a unit
}

type recordUnit struct {
	code    string
	total   int         // records handed in
	rows    int         // records sampled
	numbers [][]float64 // by field; NaN where there is none
	codes   [][]string  // by field; empty where there is none
}

// feature is one figure of every unit: what its records look like in one field or between two. Fields holds one or two ids.
type feature struct {
	kind   string // of web/locale, fab.multi.feature.<kind>
	fields []string
	log    bool
	values []float64 // of each unit, NaN where it cannot be told
	scale  float64   // robust spread over all units
	noise  float64   // variance of the figure of one record: that of a unit divides it by its records
}

const (
	leastFilled   = 0.5 // share of records in which a field must be filled to be looked at
	mostNumbers   = 12  // numeric fields that are looked at, those filled most
	mostPaired    = 6   // of which pairs are compared
	mostCoded     = 6   // coded fields
	mostCodes     = 12  // different values of a coded field
	groupedCodes  = 4   // different values up to which its groups are compared
	leastInGroup  = 5   // records of a group
	leastFeatured = 0.8 // share of units that must have a figure
)

// column is a field of a recordTable, as numbers on a scale on which they are roughly symmetric, or as codes.
type column struct {
	id    string
	at    int
	scale float64 // 10 to the decimal places
	log   bool
	level []string // codes, the most frequent first
}

// features describes every unit of a table.
func (t *recordTable) features() []feature {
	numeric, coded := t.columns()
	if t.single {
		return t.singles(numeric)
	}
	var out []feature
	halves := [2][]recordUnit{t.half(0), t.half(1)}
	add := func(kind string, fields []string, of func(u *recordUnit) float64) {
		f := feature{kind: kind, fields: fields, values: make([]float64, len(t.units))}
		known := 0
		for i := range t.units {
			f.values[i] = of(&t.units[i])
			if !math.IsNaN(f.values[i]) && !math.IsInf(f.values[i], 0) {
				known++
			} else {
				f.values[i] = math.NaN()
			}
		}
		if float64(known) >= leastFeatured*float64(len(t.units)) {
			f.scale = unitSpread(f.values)
			f.noise = f.sampling(t.units, halves, of)
			out = append(out, f)
		}
	}
	for _, c := range numeric {
		from := len(out)
		t.alone(c, add)
		for i := range out[from:] {
			out[from+i].log = c.log
		}
	}
	for i, a := range numeric[:min(len(numeric), mostPaired)] {
		for _, b := range numeric[i+1 : min(len(numeric), mostPaired)] {
			ids := []string{a.id, b.id}
			add("correlation", ids, func(u *recordUnit) float64 { return fisherZ(pearson(c2(u, a), c2(u, b))) })
			if t.alike(a, b) {
				add("difference", ids, func(u *recordUnit) float64 { return pairedDifference(u.numbers[a.at], u.numbers[b.at]) })
			}
			add("spread_ratio", ids, func(u *recordUnit) float64 { return math.Log(deviation(c2(u, a)) / deviation(c2(u, b))) })
		}
	}
	for i, c := range coded {
		for _, level := range c.level[:max(1, min(len(c.level)-1, 3))] {
			add("share", []string{c.id, level}, func(u *recordUnit) float64 { return angle(shareOfCode(u.codes[c.at], level)) })
		}
		if len(c.level) > 2 {
			add("entropy", []string{c.id}, func(u *recordUnit) float64 { return codeEntropy(u.codes[c.at]) })
		}
		for _, d := range coded[i+1:] {
			add("association", []string{c.id, d.id}, func(u *recordUnit) float64 { return cramersV(u.codes[c.at], d.level, u.codes[d.at], c.level) })
		}
		if len(c.level) > groupedCodes {
			continue
		}
		for _, x := range numeric[:min(len(numeric), mostPaired)] {
			ids := []string{x.id, c.id}
			add("group_difference", ids, func(u *recordUnit) float64 { return groupDifference(c2(u, x), u.codes[c.at], c.level) })
			add("group_spread", ids, func(u *recordUnit) float64 { return groupSpread(c2(u, x), u.codes[c.at], c.level) })
		}
	}
	return out
}

// half is every other record of every unit.
func (t *recordTable) half(from int) []recordUnit {
	out := make([]recordUnit, len(t.units))
	for i, u := range t.units {
		h := recordUnit{code: u.code, numbers: make([][]float64, len(u.numbers)), codes: make([][]string, len(u.codes))}
		for r := from; r < u.rows; r += 2 {
			h.rows++
			for f := range u.numbers {
				h.numbers[f] = append(h.numbers[f], u.numbers[f][r])
				h.codes[f] = append(h.codes[f], u.codes[f][r])
			}
		}
		out[i] = h
	}
	return out
}

// chiSquareMedian is the median of the chi-square distribution with one degree of freedom.
const chiSquareMedian = 0.454936

// sampling estimates the variance of a figure from one record by how far the figures of the two halves of every unit's records
// differ: by 4/n of it, squared, over the units' median.
func (x *feature) sampling(units []recordUnit, halves [2][]recordUnit, of func(*recordUnit) float64) float64 {
	var all []float64
	for u := range units {
		if d := of(&halves[0][u]) - of(&halves[1][u]); !math.IsNaN(d) && !math.IsInf(d, 0) {
			all = append(all, d*d*float64(units[u].rows)/4)
		}
	}
	if 2*len(all) < len(units) {
		// Too few records for halves: all of the spread is taken for chance.
		rows := make([]float64, len(units))
		for u := range units {
			rows[u] = float64(units[u].rows)
		}
		return x.scale * x.scale * stats.Median(rows)
	}
	return stats.Median(all) / chiSquareMedian
}

// mostApart is the standardised difference beyond which two fields are no two measurements of one thing.
const mostApart = 3

// alike says whether two fields are on a like scale, in half of the units at least.
func (t *recordTable) alike(a, b column) bool {
	var all []float64
	for i := range t.units {
		if d := math.Sinh(pairedDifference(t.units[i].numbers[a.at], t.units[i].numbers[b.at])); !math.IsNaN(d) {
			all = append(all, math.Abs(d))
		}
	}
	return len(all) > 0 && stats.Median(all) <= mostApart
}

// alone describes one numeric field.
func (t *recordTable) alone(c column, add func(string, []string, func(*recordUnit) float64)) {
	ids := []string{c.id}
	add("location", ids, func(u *recordUnit) float64 { return stats.Median(present(c2(u, c))) })
	add("dispersion", ids, func(u *recordUnit) float64 { return spread(c2(u, c)) })
	moments := func(u *recordUnit) stats.LMoments {
		sorted := present(c2(u, c))
		slices.Sort(sorted)
		return stats.NewLMoments(sorted)
	}
	add("skewness", ids, func(u *recordUnit) float64 { return moments(u).Skewness })
	add("kurtosis", ids, func(u *recordUnit) float64 { return moments(u).Kurtosis })
	add("zeros", ids, func(u *recordUnit) float64 {
		return angle(shareWhere(u.numbers[c.at], func(x float64) bool { return x == 0 }))
	})
	add("repeats", ids, func(u *recordUnit) float64 { return repeats(u.numbers[c.at]) })
	add("round", ids, func(u *recordUnit) float64 {
		return angle(shareWhere(u.numbers[c.at], func(x float64) bool { return math.Mod(math.Round(math.Abs(x)*c.scale), 5) == 0 }))
	})
	add("digits", ids, func(u *recordUnit) float64 { return digitUnevenness(u.numbers[c.at], c.scale) })
}

// c2 is a unit's numbers in a field on the scale of the column.
func c2(u *recordUnit, c column) []float64 {
	if !c.log {
		return u.numbers[c.at]
	}
	out := make([]float64, len(u.numbers[c.at]))
	for i, x := range u.numbers[c.at] {
		out[i] = math.Log(x)
	}
	return out
}

// columns picks the fields that are looked at: numbers with more than two different values, and codes.
func (t *recordTable) columns() (numeric, coded []column) {
	filled := map[string]int{}
	for at, f := range t.fields {
		var all []float64
		levels := map[string]int{}
		rows := 0
		for i := range t.units {
			u := &t.units[i]
			rows += u.rows
			for r := range u.rows {
				if x := u.numbers[at][r]; !math.IsNaN(x) {
					all = append(all, x)
				}
				if s := u.codes[at][r]; s != "" && len(levels) <= 4*mostCodes {
					levels[s]++
				}
			}
		}
		declared := f.Type == "code" || f.Type == "bool" || len(f.Codes) > 0
		c := column{id: f.ID, at: at, scale: 1}
		switch n := max(len(all), sumCounts(levels)); {
		case float64(n) < leastFilled*float64(rows) || len(levels) < 2:
		case numericField(f) && len(all) == n && len(levels) > 2 && !declared:
			c.measure(all)
			filled[c.id] = n
			numeric = append(numeric, c)
		case len(levels) <= mostCodes:
			c.level = byFrequency(levels)
			filled[c.id] = n
			coded = append(coded, c)
		}
	}
	order := func(a, b column) int { return filled[b.id] - filled[a.id] }
	slices.SortStableFunc(numeric, order)
	slices.SortStableFunc(coded, order)
	most := mostNumbers
	if t.single {
		most = mostSingles
	}
	return numeric[:min(len(numeric), most)], coded[:min(len(coded), mostCoded)]
}

// skewedRatio of the 95th to the 5th percentile of positive numbers makes them skewed: they are compared as logarithms.
const skewedRatio = 10

// measure learns the decimals and the scale of a column.
func (c *column) measure(all []float64) {
	fine := [5]int{}
	for _, x := range all {
		fine[decimals(x)]++
	}
	rest := len(all) - fine[0]
	for places := 1; places < 5 && float64(rest) > 0.05*float64(len(all)); places++ {
		c.scale = math.Pow10(places)
		rest -= fine[places]
	}
	slices.Sort(all)
	low, high := stats.QuantileSorted(all, 0.05), stats.QuantileSorted(all, 0.95)
	c.log = all[0] > 0 && high > skewedRatio*low
}

func sumCounts(m map[string]int) int {
	n := 0
	for _, k := range m {
		n += k
	}
	return n
}

func byFrequency(levels map[string]int) []string {
	out := make([]string, 0, len(levels))
	for s := range levels {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b string) int {
		if levels[a] != levels[b] {
			return levels[b] - levels[a]
		}
		if a < b {
			return -1
		}
		return 1
	})
	return out
}

// codeOf is a value as a code: its text, or its number.
func codeOf(number float64, text string) string {
	if text != "" || math.IsNaN(number) {
		return text
	}
	return strconv.FormatFloat(number, 'g', -1, 64)
}

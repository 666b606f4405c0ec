package analyzer

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// view is the rows of a form by one key: each key once, ascending.
type view struct {
	keys    []uint64
	who     []uint64 // unit, person or subject of each row
	columns [][]uint32
	counts  []*valueCounts // by column, as they are needed
}

// keyKind says what the rows of a view are told apart by.
type keyKind uint8

const (
	unitKeys    keyKind = iota // unit and period
	personKeys                 // the person named by an identifier, and the period
	subjectKeys                // the subject that the upstream tells, and the period
	recordKeys                 // unit and the answer to one field, such as a voucher number
)

// overPeriods says how the shorter periods of a form are brought to longer ones.
type overPeriods uint8

const (
	asReported overPeriods = iota
	summed
	lastOf
	newest // whatever the period
)

// viewID names a view of a form.
type viewID struct {
	form   int
	key    keyKind
	over   overPeriods
	cycle  string // of the longer periods
	up     bool   // units added up to the units above them
	column int    // of recordKeys
}

func (j *joiner) view(id viewID) *view {
	if v, made := j.views[id.form][id]; made {
		return v
	}
	if j.views[id.form] == nil {
		j.views[id.form] = map[viewID]*view{}
	}
	f := &j.data.forms[id.form]
	var v *view
	if id.over == summed || id.over == lastOf {
		v = f.longerView(id, j.data.dictionary)
	} else {
		v = f.directView(id)
	}
	if id.up {
		v = v.rollUp(j.data)
	}
	j.views[id.form][id] = v
	return v
}

// directView takes the rows as they are, of several with one key the newest.
func (f *dupForm) directView(id viewID) *view {
	s := &f.sample
	keys, who := make([]uint64, len(s.units)), make([]uint64, len(s.units))
	order := make([]int, 0, len(keys))
	for i := range keys {
		period := uint64(periodDay(s.days[i], f.cycle)) * 0x9e3779b97f4a7c15
		if id.over == newest {
			period = 0
		}
		known := true
		switch id.key {
		case personKeys:
			who[i], known = s.persons[i], s.persons[i] != 0
			keys[i] = who[i] ^ period
		case subjectKeys:
			who[i], known = s.subjects[i], s.subjects[i] != 0
			keys[i] = who[i] ^ period
		case recordKeys:
			answer := s.columns[id.column][i]
			keys[i], known = unitKey(s.units[i], int32(answer)), answer != 0
			who[i] = uint64(i)
		default:
			keys[i], who[i] = unitKey(s.units[i], periodDay(s.days[i], f.cycle)), uint64(s.units[i])
		}
		if known {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Or(cmp.Compare(keys[x], keys[y]), cmp.Compare(s.days[y], s.days[x]), cmp.Compare(s.sent[y], s.sent[x]))
	})
	order = slices.CompactFunc(order, func(x, y int) bool { return keys[x] == keys[y] })
	v := &view{keys: make([]uint64, len(order)), who: make([]uint64, len(order)), columns: make([][]uint32, len(s.columns))}
	for k, i := range order {
		v.keys[k], v.who[k] = keys[i], who[i]
	}
	for c, column := range s.columns {
		v.columns[c] = make([]uint32, len(order))
		for k, i := range order {
			v.columns[c][k] = column[i]
		}
	}
	return v
}

func unitKey(unit uint32, day int32) uint64 { return uint64(unit)<<32 | uint64(uint32(day)) }

// longerView brings the shorter periods of a form together: their sum or their last value, for the longer periods of which
// all shorter ones are there.
func (f *dupForm) longerView(id viewID, d *dictionary) *view {
	direct := f.directView(viewID{form: id.form})
	v := &view{columns: make([][]uint32, len(direct.columns))}
	for start := 0; start < len(direct.keys); {
		unit, day := uint32(direct.keys[start]>>32), f.longerDay(int32(uint32(direct.keys[start])), id.cycle)
		end := start
		for end < len(direct.keys) && uint32(direct.keys[end]>>32) == unit && f.longerDay(int32(uint32(direct.keys[end])), id.cycle) == day {
			end++
		}
		if end-start >= f.periodsWithin(day, id.cycle) {
			v.keys, v.who = append(v.keys, unitKey(unit, day)), append(v.who, uint64(unit))
			for c, column := range direct.columns {
				value := column[end-1]
				if id.over == summed {
					value = d.sum(column[start:end])
				}
				v.columns[c] = append(v.columns[c], value)
			}
		}
		start = end
	}
	return v
}

// rollUp adds the units of a view up to the units above them, for the periods in which all of them are there that are there
// in any.
func (v *view) rollUp(d *dupData) *view {
	below := map[uint32]map[uint32]bool{}
	rows := map[uint64][]int{}
	for i, key := range v.keys {
		unit := uint32(key >> 32)
		parent := d.parents[unit]
		if parent == 0 {
			continue
		}
		if below[parent] == nil {
			below[parent] = map[uint32]bool{}
		}
		below[parent][unit] = true
		up := unitKey(parent, int32(uint32(key)))
		rows[up] = append(rows[up], i)
	}
	out := &view{columns: make([][]uint32, len(v.columns))}
	for key, of := range rows {
		if len(of) == len(below[uint32(key>>32)]) {
			out.keys = append(out.keys, key)
		}
	}
	slices.Sort(out.keys)
	for _, key := range out.keys {
		out.who = append(out.who, key>>32)
	}
	for c, column := range v.columns {
		out.columns[c] = make([]uint32, len(out.keys))
		for i, key := range out.keys {
			codes := make([]uint32, 0, len(rows[key]))
			for _, r := range rows[key] {
				codes = append(codes, column[r])
			}
			out.columns[c][i] = d.dictionary.sum(codes)
		}
	}
	return out
}

// sum adds numbers up; 0, no value, where one of them is missing or none.
func (d *dictionary) sum(codes []uint32) uint32 {
	total, digits := 0.0, 0
	for _, c := range codes {
		if math.IsNaN(d.numbers[c]) {
			return 0
		}
		total += d.numbers[c]
		if at := slices.Index([]byte(d.values[c]), '.'); at >= 0 {
			digits = max(digits, len(d.values[c])-at-1)
		}
	}
	value, _ := Canonical(strconv.FormatFloat(total, 'f', digits, 64))
	return d.code(value)
}

// periodDay is the first day of the period of a cycle that a day lies in.
func periodDay(day int32, cycle string) int32 {
	t := queries.DayOf(int(day))
	month := t.Month()
	switch cycle {
	case "week":
		return day - int32((int(t.Weekday())+6)%7)
	case "month":
	case "quarter":
		month -= (month - 1) % 3
	case "half":
		month -= (month - 1) % 6
	case "year":
		month = 1
	default:
		return day
	}
	return int32(queries.DayNumber(time.Date(t.Year(), month, 1, 0, 0, 0, 0, time.UTC)))
}

// longerDay is the first day of the longer period: a week belongs to the one that has its Thursday (ISO 8601).
func (f *dupForm) longerDay(day int32, cycle string) int32 {
	if f.cycle == "week" {
		day += 3
	}
	return periodDay(day, cycle)
}

var monthsOf = map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12}

// periodsWithin is how many periods of the form lie in the longer period that begins on a day.
func (f *dupForm) periodsWithin(day int32, cycle string) int {
	from := queries.DayOf(int(day))
	days := queries.DayNumber(from.AddDate(0, monthsOf[cycle], 0)) - int(day)
	switch {
	case cycle == "week":
		return 7
	case f.cycle == "day":
		return days
	case f.cycle == "week":
		n := 0
		for d := range days {
			if queries.DayOf(int(day)+d).Weekday() == time.Thursday {
				n++
			}
		}
		return n
	}
	return monthsOf[cycle] / max(1, monthsOf[f.cycle])
}

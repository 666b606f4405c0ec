package analyzer

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// joinKind says by what the rows of two forms were brought together.
type joinKind string

const (
	joinPeriod  joinKind = "period"  // same unit and period
	joinSubject joinKind = "subject" // same person and period
	joinPerson  joinKind = "person"  // same person, newest answers: the cycles differ
	joinSum     joinKind = "sum"     // the shorter periods of one form summed over the longer of the other
	joinLast    joinKind = "last"    // the last of the shorter periods against the longer
)

// view is the rows of a form by one key: each key once, ascending.
type view struct {
	keys    []uint64
	columns [][]uint32
}

type viewID struct {
	form  int
	kind  joinKind
	cycle string // of the longer periods, for sums and lasts
}

// joined is the rows that two views have in common.
type joined struct {
	kind   joinKind
	x, y   *view
	rows   [][2]int32
	counts [2]map[int]*valueCounts // of each side's columns over the joined rows
	share  float64                 // of the rows of the view with fewer
}

type valueCounts struct {
	codes    []uint32 // ascending
	times    []int
	filled   int
	numeric  bool
	distinct int
}

// joiner brings forms together, keeping what the matcher asks for next: it goes through the tables in order.
type joiner struct {
	data  *dupData
	views map[viewID]*view
	first int
	joins map[int][]*joined // of first with others
}

func newJoiner(d *dupData) *joiner {
	return &joiner{data: d, views: map[viewID]*view{}, first: -1, joins: map[int][]*joined{}}
}

// of gives the ways in which the rows of two forms can be brought together; none where they speak of different things.
func (j *joiner) of(a, b int) []*joined {
	if j.first != a {
		j.first = a
		clear(j.joins)
	}
	if found, done := j.joins[b]; done {
		return found
	}
	var out []*joined
	for _, ids := range j.ways(a, b) {
		if together := joinViews(j.view(ids[0]), j.view(ids[1])); together != nil {
			together.kind = cmp.Or(kindOfWay(ids), joinPeriod)
			out = append(out, together)
		}
	}
	j.joins[b] = out
	return out
}

func kindOfWay(ids [2]viewID) joinKind {
	for _, id := range ids {
		if id.kind == joinSum || id.kind == joinLast {
			return id.kind
		}
	}
	return ids[0].kind
}

func (j *joiner) ways(a, b int) [][2]viewID {
	x, y := &j.data.forms[a], &j.data.forms[b]
	switch {
	case x.sample.units == nil || y.sample.units == nil || x.personal != y.personal:
		return nil
	case x.personal && x.cycle == y.cycle:
		return [][2]viewID{{{a, joinSubject, ""}, {b, joinSubject, ""}}}
	case x.personal:
		return [][2]viewID{{{a, joinPerson, ""}, {b, joinPerson, ""}}}
	case x.ledger() || y.ledger():
		return nil
	case x.cycle == y.cycle:
		return [][2]viewID{{{a, joinPeriod, ""}, {b, joinPeriod, ""}}}
	case longer(x.cycle) > 0 && longer(x.cycle) < longer(y.cycle):
		return [][2]viewID{{{a, joinSum, y.cycle}, {b, joinPeriod, ""}}, {{a, joinLast, y.cycle}, {b, joinPeriod, ""}}}
	case longer(y.cycle) > 0 && longer(y.cycle) < longer(x.cycle):
		return [][2]viewID{{{a, joinPeriod, ""}, {b, joinSum, x.cycle}}, {{a, joinPeriod, ""}, {b, joinLast, x.cycle}}}
	}
	return nil
}

// ledger says that a unit hands in many records a period which are about nobody that can be told apart.
func (f *dupForm) ledger() bool {
	return f.Per == "record" || f.Per == "" && f.use.Submissions > 2*f.use.Pairs
}

// longer orders the cycles by length; 0 for one that has none.
func longer(cycle string) int {
	return slices.Index([]string{"day", "week", "month", "quarter", "half", "year"}, cycle) + 1
}

func (j *joiner) view(id viewID) *view {
	if v, made := j.views[id]; made {
		return v
	}
	var v *view
	switch f := &j.data.forms[id.form]; id.kind {
	case joinSum, joinLast:
		v = f.longerView(id, j.data.dictionary)
	default:
		v = f.directView(id.kind)
	}
	j.views[id] = v
	return v
}

// directView takes the rows as they are, of several with one key the newest.
func (f *dupForm) directView(kind joinKind) *view {
	s := &f.sample
	keys := make([]uint64, len(s.units))
	for i := range keys {
		switch kind {
		case joinSubject:
			keys[i] = s.subjects[i] ^ uint64(periodDay(s.days[i], f.cycle))*0x9e3779b97f4a7c15
		case joinPerson:
			keys[i] = s.subjects[i]
		default:
			keys[i] = unitKey(s.units[i], periodDay(s.days[i], f.cycle))
		}
	}
	order := make([]int, 0, len(keys))
	for i := range keys {
		if !f.personal || s.subjects[i] != 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Or(cmp.Compare(keys[x], keys[y]), cmp.Compare(s.days[y], s.days[x]), cmp.Compare(s.sent[y], s.sent[x]))
	})
	order = slices.CompactFunc(order, func(x, y int) bool { return keys[x] == keys[y] })
	v := &view{keys: make([]uint64, len(order)), columns: make([][]uint32, len(s.columns))}
	for k, i := range order {
		v.keys[k] = keys[i]
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

// periodDay is the first day of the period of a cycle that a day lies in. Where the day is the first of a week, the week
// belongs to the longer period that has its Thursday.
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

// longerView brings the shorter periods of a form together: their sum or their last value, for the longer periods of which
// all shorter ones are there.
func (f *dupForm) longerView(id viewID, d *dictionary) *view {
	direct := f.directView(joinPeriod)
	v := &view{columns: make([][]uint32, len(direct.columns))}
	for start := 0; start < len(direct.keys); {
		unit, day := uint32(direct.keys[start]>>32), f.longerDay(int32(uint32(direct.keys[start])), id.cycle)
		end := start
		for end < len(direct.keys) && uint32(direct.keys[end]>>32) == unit && f.longerDay(int32(uint32(direct.keys[end])), id.cycle) == day {
			end++
		}
		if end-start >= f.periodsWithin(day, id.cycle) {
			v.keys = append(v.keys, unitKey(unit, day))
			for c, column := range direct.columns {
				value := column[end-1]
				if id.kind == joinSum {
					value = d.sum(column[start:end])
				}
				v.columns[c] = append(v.columns[c], value)
			}
		}
		start = end
	}
	return v
}

func (f *dupForm) longerDay(day int32, cycle string) int32 {
	if f.cycle == "week" {
		day += 3
	}
	return periodDay(day, cycle)
}

// periodsWithin is how many periods of the form lie in the longer period that begins on a day.
func (f *dupForm) periodsWithin(day int32, cycle string) int {
	months := map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12}
	from := queries.DayOf(int(day))
	days := queries.DayNumber(from.AddDate(0, months[cycle], 0)) - int(day)
	switch f.cycle {
	case "day":
		return days
	case "week":
		n := 0
		for d := range days {
			if queries.DayOf(int(day)+d).Weekday() == time.Thursday {
				n++
			}
		}
		return n
	}
	return months[cycle] / max(1, months[f.cycle])
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

func joinViews(x, y *view) *joined {
	if x == nil || y == nil || len(x.keys) == 0 || len(y.keys) == 0 {
		return nil
	}
	out := &joined{x: x, y: y, counts: [2]map[int]*valueCounts{{}, {}}}
	for i, k := 0, 0; i < len(x.keys) && k < len(y.keys); {
		switch {
		case x.keys[i] < y.keys[k]:
			i++
		case x.keys[i] > y.keys[k]:
			k++
		default:
			out.rows = append(out.rows, [2]int32{int32(i), int32(k)})
			i++
			k++
		}
	}
	out.share = float64(len(out.rows)) / float64(min(len(x.keys), len(y.keys)))
	return out
}

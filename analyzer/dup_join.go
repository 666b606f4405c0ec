package analyzer

import (
	"slices"
)

// joinKind says by what the rows of two forms were brought together.
type joinKind string

const (
	joinPeriod  joinKind = "period"  // same unit and period
	joinSubject joinKind = "subject" // same person and period
	joinNewest  joinKind = "newest"  // same person, newest answers: the cycles differ
	joinRecord  joinKind = "record"  // same unit and the same answer to one field
	joinSum     joinKind = "sum"     // the shorter periods of one form summed over the longer of the other
	joinLast    joinKind = "last"    // the last of the shorter periods against the longer
	joinUnits   joinKind = "units"   // the units of one form summed to the units above, which fill in the other
	joinRecords joinKind = "records" // the records of a unit and period summed
	joinCount   joinKind = "count"   // the records of a unit and period counted, all or those with one value
)

// derives says that by this join one form follows from the other and is no duplicate of it.
func (k joinKind) derives() bool {
	return k == joinSum || k == joinLast || k == joinUnits || k == joinRecords || k == joinCount
}

// way is one way of bringing the rows of two forms together.
type way struct {
	kind joinKind
	x, y viewID
}

// joined is the rows that two views have in common.
type joined struct {
	way
	left, right *view
	rows        [][2]int32
	share       float64 // of the rows of the view with fewer
}

// joiner brings forms together, keeping what the matcher asks for next: it goes through the tables in order.
type joiner struct {
	data  *dupData
	views map[int]map[viewID]*view // by form
	units map[int][]uint32         // of each form, ascending
	keys  map[int][]int            // of each ledger: fields that tell records apart
	first int
	joins map[int][]*joined // of first with others
}

func newJoiner(d *dupData) *joiner {
	return &joiner{data: d, views: map[int]map[viewID]*view{}, units: map[int][]uint32{}, keys: map[int][]int{}, first: -1, joins: map[int][]*joined{}}
}

// of gives the ways in which the rows of two forms can be brought together; none where they speak of different things.
func (j *joiner) of(a, b int) []*joined {
	if j.first != a {
		for form := range j.views {
			if form < a {
				delete(j.views, form)
			}
		}
		j.first = a
		clear(j.joins)
	}
	if found, done := j.joins[b]; done {
		return found
	}
	var out []*joined
	for _, w := range j.ways(a, b) {
		if together := j.join(w); together != nil {
			out = append(out, together)
		}
	}
	j.joins[b] = out
	return out
}

func (j *joiner) ways(a, b int) []way {
	x, y := &j.data.forms[a], &j.data.forms[b]
	if x.sample.units == nil || y.sample.units == nil || x.personal() != y.personal() {
		return nil
	}
	if x.personal() {
		key := personKeys
		if !x.byPerson || !y.byPerson {
			key = subjectKeys
		}
		if x.cycle == y.cycle {
			return []way{{joinSubject, viewID{form: a, key: key}, viewID{form: b, key: key}}}
		}
		return []way{{joinNewest, viewID{form: a, key: key, over: newest}, viewID{form: b, key: key, over: newest}}}
	}
	if x.ledger() && y.ledger() {
		return j.recordWay(a, b)
	}
	if x.ledger() || y.ledger() {
		return nil
	}
	w := way{joinPeriod, viewID{form: a}, viewID{form: b}}
	if shared(j.unitsOf(a), j.unitsOf(b)) < 0.05 {
		w.kind = joinUnits
		w.x.up, w.y.up = j.above(b, a), j.above(a, b)
		if w.x.up == w.y.up {
			return nil
		}
	}
	if x.cycle == y.cycle {
		return []way{w}
	}
	longerX, longerY := longer(x.cycle), longer(y.cycle)
	if longerX == 0 || longerY == 0 {
		return nil
	}
	sum, last := w, w
	if longerX < longerY {
		sum.x.over, sum.x.cycle, last.x.over, last.x.cycle = summed, y.cycle, lastOf, y.cycle
	} else {
		sum.y.over, sum.y.cycle, last.y.over, last.y.cycle = summed, x.cycle, lastOf, x.cycle
	}
	if w.kind == joinPeriod {
		sum.kind, last.kind = joinSum, joinLast
	}
	return []way{sum, last}
}

// ledger says that a unit hands in many records a period which are about nobody that can be told apart.
func (f *dupForm) ledger() bool {
	return f.Per == "record" || f.Per == "" && f.use.Submissions > 2*f.use.Pairs
}

// longer orders the cycles by length; 0 for one that has none.
func longer(cycle string) int {
	return slices.Index([]string{"day", "week", "month", "quarter", "half", "year"}, cycle) + 1
}

func (j *joiner) unitsOf(form int) []uint32 {
	if j.units[form] == nil {
		units := slices.Clone(j.data.forms[form].sample.units)
		slices.Sort(units)
		j.units[form] = slices.Compact(units)
	}
	return j.units[form]
}

// above says that the units of form a are those above the units of form b.
func (j *joiner) above(a, b int) bool {
	var parents []uint32
	for _, u := range j.unitsOf(b) {
		if p := j.data.parents[u]; p != 0 {
			parents = append(parents, p)
		}
	}
	slices.Sort(parents)
	return shared(slices.Compact(parents), j.unitsOf(a)) >= 0.5
}

// shared is the share of the smaller of two ascending lists that the other has too.
func shared(x, y []uint32) float64 {
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	n := 0
	for i, k := 0, 0; i < len(x) && k < len(y); {
		switch {
		case x[i] < y[k]:
			i++
		case x[i] > y[k]:
			k++
		default:
			n++
			i++
			k++
		}
	}
	return float64(n) / float64(min(len(x), len(y)))
}

func (j *joiner) join(w way) *joined {
	x, y := j.view(w.x), j.view(w.y)
	if len(x.keys) == 0 || len(y.keys) == 0 {
		return nil
	}
	out := &joined{way: w, left: x, right: y, rows: make([][2]int32, 0, min(len(x.keys), len(y.keys)))}
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

// fits says whether a field may be compared by this join: stocks are not summed over periods, flows not taken at the end of
// one nor over periods of other lengths, rates not added up at all.
func (w *way) fits(measure string) bool {
	over := max(w.x.over, w.y.over)
	if w.kind == joinNewest {
		return measure != "flow"
	}
	switch {
	case measure == "rate":
		return over != summed && w.kind != joinUnits
	case measure == "stock":
		return over != summed
	case measure == "flow":
		return over != lastOf
	}
	return true
}

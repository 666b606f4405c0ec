package analyzer

import (
	"math"
	"slices"
	"strings"
)

const (
	groupKeys    = 6      // pairs of columns by which details are tried to be grouped
	groupRows    = 20_000 // subjects that are summed up
	countedKinds = 12     // more values than these are not counted one by one
)

// grouping brings the rows of details together under the subjects of totals.
type grouping struct {
	details string // the side of the details, a or b
	key     [2]int // columns, of details and totals
	rows    [][]int
	total   []int // the row of the totals, by subject
	last    []int // the latest row of each group, nil where rows have no date
}

// aggregate looks for columns of one table that sum up the rows of the other: details by subject to a total, months to a
// year. Sums of sums of another measure do not hold, so a stock is never taken for a flow.
func (r *run) aggregate(pairs []*judged, a, b [][]uint32) {
	var best *grouping
	var found map[*judged]Derivation
	for _, p := range r.likeliestKeys(pairs) {
		place := r.place(p)
		for _, g := range []*grouping{
			group(a, b, "a", place),
			group(b, a, "b", [2]int{place[1], place[0]}),
		} {
			if g == nil {
				continue
			}
			if d := r.totals(g, pairs, a, b); len(d) > len(found) {
				best, found = g, d
			}
		}
	}
	if best == nil {
		return
	}
	for p, d := range found {
		details, totals := r.forms[r.table[p.a]], r.forms[r.table[p.b]]
		if best.details == "b" {
			d.Key = []string{details[best.key[1]].ID + " = " + totals[best.key[0]].ID}
		} else {
			d.Key = []string{details[best.key[0]].ID + " = " + totals[best.key[1]].ID}
		}
		p.derived = &d
	}
}

// likeliestKeys are the pairs that share most values.
func (r *run) likeliestKeys(pairs []*judged) []*judged {
	var out []*judged
	for _, p := range pairs {
		if p.overlap.shared >= derivedMin && p.overlap.containment >= 0.5 && !p.overlap.soft && p.joinable() {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(x, y *judged) int {
		return compareFloat(y.logOdds+y.overlap.measure(), x.logOdds+x.overlap.measure())
	})
	return out[:min(len(out), groupKeys)]
}

// joinable says that nothing keeps the columns from holding the same keys; that one form asks by month and the other by
// year does not.
func (p *judged) joinable() bool {
	return !slices.ContainsFunc(p.hard, func(veto string) bool { return veto != vetoPeriod })
}

// group is nil unless the key repeats among the details and is single among the totals.
func group(details, totals [][]uint32, side string, key [2]int) *grouping {
	of, single := details[key[0]], totals[key[1]]
	if of == nil || single == nil {
		return nil
	}
	at := make(map[uint32]int, len(single))
	repeated := 0
	for row, v := range single {
		if v == 0 {
			continue
		}
		if _, seen := at[v]; seen {
			repeated++
			at[v] = -1
			continue
		}
		at[v] = row
	}
	if repeated*10 > len(single) {
		return nil
	}
	rows := map[uint32][]int{}
	for row, v := range of {
		if to, ok := at[v]; v != 0 && ok && to >= 0 {
			rows[v] = append(rows[v], row)
		}
	}
	g := &grouping{details: side, key: key}
	several := 0
	for row, v := range single {
		if list := rows[v]; v != 0 && len(list) > 0 && at[v] == row && len(g.rows) < groupRows {
			g.rows, g.total = append(g.rows, list), append(g.total, row)
			if len(list) > 1 {
				several++
			}
		}
	}
	if len(g.rows) < derivedMin || several*2 < len(g.rows) {
		return nil
	}
	return g
}

// totals compares what comes of the groups with every column of totals.
func (r *run) totals(g *grouping, pairs []*judged, a, b [][]uint32) map[*judged]Derivation {
	details, totals, of := a, b, "b"
	if g.details == "b" {
		details, totals, of = b, a, "a"
	}
	g.last = r.latest(g, details)
	byDetail := map[int][]*judged{}
	for _, p := range pairs {
		if slices.Contains(p.hard, vetoRole) {
			continue
		}
		place := r.place(p)
		if g.details == "b" {
			place[0], place[1] = place[1], place[0]
		}
		if place[0] != g.key[0] && place[1] != g.key[1] {
			byDetail[place[0]] = append(byDetail[place[0]], p)
		}
	}
	out := map[*judged]Derivation{}
	for column, members := range byDetail {
		for _, result := range r.aggregates(details[column], g) {
			for _, p := range members {
				column := r.place(p)[1]
				if g.details == "b" {
					column = r.place(p)[0]
				}
				d, ok := r.reaches(result, totals[column], g)
				if old, seen := out[p]; ok && (!seen || d.Share > old.Share) {
					d.Of = of
					out[p] = d
				}
			}
		}
	}
	return out
}

// latest finds the row with the latest date in every group, by the first column of dates of which no group has two alike.
func (r *run) latest(g *grouping, details [][]uint32) []int {
	for _, codes := range details {
		if codes == nil {
			continue
		}
		if f := r.sampledFormat(codes); f != FormatDate && f != FormatDatetime {
			continue
		}
		last := make([]int, 0, len(g.rows))
		for _, rows := range g.rows {
			best, at := "", -1
			for _, row := range rows {
				switch date := r.dictionary.values[codes[row]]; {
				case date > best:
					best, at = date, row
				case date == best:
					at = -1
				}
			}
			if at < 0 {
				break
			}
			last = append(last, at)
		}
		if len(last) == len(g.rows) {
			return last
		}
	}
	return nil
}

// aggregated is one number for each group.
type aggregated struct {
	how, value string
	numbers    []float64
}

// aggregates are the sum of a numeric column, and the number of rows by value of a column with few values.
func (r *run) aggregates(codes []uint32, g *grouping) []aggregated {
	if codes == nil {
		return nil
	}
	sum := aggregated{how: "sum", numbers: make([]float64, len(g.rows))}
	counts := map[uint32][]float64{}
	numbers, texts := 0, 0
	for i, rows := range g.rows {
		for _, row := range rows {
			code := codes[row]
			if code == 0 {
				continue
			}
			if x := r.dictionary.numbers[code]; math.IsNaN(x) {
				texts++
			} else {
				sum.numbers[i] += x
				numbers++
			}
			if len(counts) <= countedKinds {
				if counts[code] == nil {
					counts[code] = make([]float64, len(g.rows))
				}
				counts[code][i]++
			}
		}
	}
	var out []aggregated
	if numbers > 20*texts {
		out = append(out, sum)
		if g.last != nil {
			last := aggregated{how: "last", numbers: make([]float64, len(g.rows))}
			for i, row := range g.last {
				last.numbers[i] = r.dictionary.numbers[codes[row]]
			}
			out = append(out, last)
		}
	}
	if len(counts) >= 2 && len(counts) <= countedKinds {
		for code, n := range counts {
			out = append(out, aggregated{"count", r.dictionary.values[code], n})
		}
		slices.SortStableFunc(out, func(x, y aggregated) int { return strings.Compare(x.value, y.value) })
	}
	return out
}

// reaches says whether the groups come to the totals, beyond what totals of these sizes agree by chance.
func (r *run) reaches(from aggregated, to []uint32, g *grouping) (Derivation, bool) {
	if to == nil {
		return Derivation{}, false
	}
	n, held := 0, 0
	here, there := map[float64]int{}, map[float64]int{}
	kinds := map[float64]bool{}
	for i, row := range g.total {
		t := r.dictionary.numbers[to[row]]
		if math.IsNaN(t) {
			continue
		}
		n++
		if i == 2*derivedMin && held == 0 {
			return Derivation{}, false
		}
		x := from.numbers[i]
		text := r.dictionary.values[to[row]]
		if math.Abs(x-t) <= halfUnit(text, false)+1e-9*math.Abs(t) {
			x = t
			held++
			kinds[t] = true
		}
		here[x]++
		there[t]++
	}
	if n < derivedMin || len(kinds) < derivedKinds {
		return Derivation{}, false
	}
	expected := 0.0
	for v, count := range here {
		expected += float64(count) * float64(there[v])
	}
	d := Derivation{
		How: from.how, Value: from.value, N: n, Share: float64(held) / float64(n), baseline: expected / float64(n) / float64(n),
		relation: RelationAggregate,
	}
	if from.how == "last" {
		d.relation = RelationComputed
	}
	return d, d.Share >= derivedShare && beyond(d.Share, d.baseline) >= 0.8
}

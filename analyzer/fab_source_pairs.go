package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

const (
	sourceKeys     = 240       // units and periods in which equal figures are looked for
	sourceEntries  = 2_000_000 // figures that are looked at, all forms together
	sourceLeast    = 10        // figures below are equal by chance too often
	sourceBucket   = 8         // fields that hold one figure of a unit and period: more is a common number
	sourceTogether = 5         // equal figures that make two fields worth comparing
)

// sourceField is a numeric field of one of the panels.
type sourceField struct{ panel, field int }

// sourcePairs finds the fields of two forms that hold the same: those that the comparison of all forms found, and those
// whose figures are equal for most units. Registers are compared with forms only.
func sourcePairs(panels, counted []*panel, matches []queries.FieldMatch, limits map[string]float64) []*sourcePair {
	all := append(slices.Clone(panels), counted...)
	candidates := equalFigures(all, len(panels))
	place := map[string]int{}
	for i, p := range panels {
		place[p.form.ID] = i
	}
	unlike := map[[2]sourceField]bool{}
	for _, m := range matches {
		i, known := place[m.FormA]
		j, other := place[m.FormB]
		if !known || !other {
			continue
		}
		a, b, factor := sourceField{i, all[i].everyIndex(m.FieldA)}, sourceField{j, all[j].everyIndex(m.FieldB)}, m.Factor
		if a.field < 0 || b.field < 0 {
			continue
		}
		if factor == 0 {
			factor = 1
		}
		if a.panel > b.panel {
			a, b, factor = b, a, 1/factor
		}
		switch {
		case m.Kind == "unlike" || m.Kind == "prefilled" || m.Kind == "derived":
			unlike[[2]sourceField{a, b}] = true
		case m.Relation == "equal" || m.Relation == "scale":
			candidates[[2]sourceField{a, b}] = factor
		}
	}
	grouped := map[[2]int]*sourcePair{}
	var out []*sourcePair
	keys := make([][2]sourceField, 0, len(candidates))
	for key := range candidates {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(x, y [2]sourceField) int {
		return cmp.Or(cmp.Compare(x[0].panel, y[0].panel), cmp.Compare(x[1].panel, y[1].panel), cmp.Compare(x[0].field, y[0].field), cmp.Compare(x[1].field, y[1].field))
	})
	for _, key := range keys {
		if unlike[key] {
			continue
		}
		forms := [2]int{key[0].panel, key[1].panel}
		pair := grouped[forms]
		if pair == nil {
			pair = &sourcePair{a: all[forms[0]], b: all[forms[1]], counted: forms[1] >= len(panels)}
			grouped[forms] = pair
			out = append(out, pair)
		}
		pair.fields = append(pair.fields, toldTwice{a: key[0].field, b: key[1].field, factor: candidates[key]})
	}
	for _, pair := range out {
		pair.compare(limits)
	}
	return slices.DeleteFunc(out, func(pair *sourcePair) bool { return len(pair.units) < int(limits["min_units"]) })
}

// equalFigures gives the pairs of fields of two forms that often hold the same figure of a unit and period, in a sample of
// these. It is linear in the fields.
func equalFigures(all []*panel, forms int) map[[2]sourceField]float64 {
	fields := 0
	for _, p := range all {
		fields += len(p.every.fields)
	}
	wanted := max(24, min(sourceKeys, sourceEntries/max(1, fields)))
	out := map[[2]sourceField]float64{}
	if len(all) < 2 || forms == 0 {
		return out
	}
	present, together := map[sourceField]int{}, map[[2]sourceField]int{}
	for _, key := range sampleKeys(all, wanted) {
		holders := map[float64][]sourceField{}
		for i, p := range all {
			row := p.rowOf(key[0], key[1])
			if row < 0 {
				continue
			}
			for f := range p.every.fields {
				if v := p.raw(row, f); v >= sourceLeast && !p.every.prefilled[f] {
					holders[v] = append(holders[v], sourceField{i, f})
					present[sourceField{i, f}]++
				}
			}
		}
		for _, list := range holders {
			if len(list) > sourceBucket {
				continue
			}
			for i, a := range list {
				for _, b := range list[i+1:] {
					if a.panel != b.panel && a.panel < forms && all[a.panel].form.ID != all[b.panel].form.ID {
						together[[2]sourceField{a, b}]++
					}
				}
			}
		}
	}
	for key, n := range together {
		if n >= sourceTogether && 3*n >= min(present[key[0]], present[key[1]]) {
			out[key] = 1
		}
	}
	return out
}

// sampleKeys are units and periods that occur in several panels, drawn by hash.
func sampleKeys(all []*panel, n int) [][2]string {
	type counted struct {
		key  [2]string
		hash uint64
		in   int
	}
	seen := map[[2]string]*counted{}
	for _, p := range all {
		for i := range p.rows {
			unit, period := p.units[p.rows[i].unit], p.periods[p.rows[i].period].name
			h := xxhash.Sum64String(unit + "\x00" + period)
			if len(p.rows) > 4*n && h%uint64(len(p.rows)/(2*n)) != 0 {
				continue
			}
			key := [2]string{unit, period}
			if seen[key] == nil {
				seen[key] = &counted{key: key, hash: h}
			}
			seen[key].in++
		}
	}
	list := make([]*counted, 0, len(seen))
	for _, c := range seen {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *counted) int { return cmp.Or(-cmp.Compare(a.in, b.in), cmp.Compare(a.hash, b.hash)) })
	out := make([][2]string, min(n, len(list)))
	for i := range out {
		out[i] = list[i].key
	}
	return out
}

// rowOf finds the row of a unit and period by name, -1 for none.
func (p *panel) rowOf(unit, period string) int {
	u, ok := slices.BinarySearch(p.units, unit)
	if !ok {
		return -1
	}
	for t := range p.periods {
		if p.periods[t].name == period {
			return p.row(u, t)
		}
	}
	return -1
}

// align gives the places in b of a's units and periods, -1 where there is none.
func (pair *sourcePair) align() (units, periods []int) {
	for _, code := range pair.a.units {
		at, ok := slices.BinarySearch(pair.b.units, code)
		if !ok {
			at = -1
		}
		units = append(units, at)
	}
	named := map[string]int{}
	for t, period := range pair.b.periods {
		named[period.name] = t
	}
	for _, period := range pair.a.periods {
		at, ok := named[period.name]
		if !ok {
			at = -1
		}
		periods = append(periods, at)
	}
	return units, periods
}

// compare keeps the pairs of fields that are the same for most units, and holds all figures against one another.
func (pair *sourcePair) compare(limits map[string]float64) {
	units, periods := pair.align()
	var kept []toldTwice
	for _, f := range pair.fields {
		f.place = [2]float64{pair.a.lastPlace(f.a), pair.b.lastPlace(f.b)}
		if pair.same(&f, units, periods, limits) {
			kept = append(kept, f)
		}
	}
	// A field stands for one of the other form: the one that agrees best.
	slices.SortStableFunc(kept, func(x, y toldTwice) int { return -compareFloat(x.agreement, y.agreement) })
	pair.fields = nil
	taken := [2]map[int]bool{{}, {}}
	for _, f := range kept {
		if !taken[0][f.a] && !taken[1][f.b] {
			taken[0][f.a], taken[1][f.b] = true, true
			f.season = pair.a.logSeason(f.a)
			pair.fields = append(pair.fields, f)
		}
	}
	if len(pair.fields) == 0 {
		return
	}
	for u, code := range pair.a.units {
		if units[u] < 0 {
			continue
		}
		unit := &sourceUnit{at: [2]int{u, units[u]}, unit: code, causes: map[string]int{}}
		pair.compareUnit(unit, periods, limits)
		if unit.compared >= int(limits["min_periods"]) {
			pair.units = append(pair.units, unit)
		}
	}
}

// lastPlace is the last place to which a numeric field is reported: 1, 0.1, …
func (p *panel) lastPlace(field int) float64 {
	places := 0
	for _, r := range p.spreadRows(lastPlaceSample, 0, 1) {
		if v := p.raw(r, field); !math.IsNaN(v) {
			places = max(places, decimals(v))
		}
	}
	return math.Pow10(-places)
}

// equal says whether two figures are the same but for rounding; nought in both says nothing.
func (f *toldTwice) equal(a, b float64) bool {
	return math.Abs(a*f.factor-b) <= math.Max(f.place[0]*f.factor, f.place[1])/2+1e-9*math.Max(1, math.Abs(b))
}

// same says whether the two fields agree for most units, and far more often than figures of different units do.
func (pair *sourcePair) same(f *toldTwice, units, periods []int, limits map[string]float64) bool {
	var shares []float64
	chance, compared := 0, 0
	other := -1
	for u := range pair.a.units {
		if units[u] < 0 {
			continue
		}
		equal, n := 0, 0
		for t := range pair.a.periods {
			if periods[t] < 0 {
				continue
			}
			ra, rb := pair.a.row(u, t), pair.b.row(units[u], periods[t])
			if ra < 0 || rb < 0 {
				continue
			}
			a, b := pair.a.raw(ra, f.a), pair.b.raw(rb, f.b)
			if math.IsNaN(a) || math.IsNaN(b) || a == 0 && b == 0 {
				continue
			}
			n++
			if f.equal(a, b) {
				equal++
			}
			if other >= 0 {
				if ro := pair.b.row(other, periods[t]); ro >= 0 {
					compared++
					if f.equal(a, pair.b.raw(ro, f.b)) {
						chance++
					}
				}
			}
		}
		if n >= 3 {
			shares = append(shares, float64(equal)/float64(n))
		}
		other = units[u]
	}
	if len(shares) < int(limits["min_units"]) || compared == 0 {
		return false
	}
	f.agreement = stats.Median(shares)
	return f.agreement >= limits["min_agreement"] && float64(chance) <= limits["max_chance"]*float64(compared)
}

// logSeason is by how much every period of a field usually departs from the units' own levels, as logarithms.
func (p *panel) logSeason(field int) []float64 {
	levels := make([]float64, len(p.units))
	values := make([]float64, 0, max(len(p.periods), len(p.units)))
	for u := range p.units {
		values = values[:0]
		for t := range p.periods {
			if r := p.row(u, t); r >= 0 && !math.IsNaN(p.raw(r, field)) {
				values = append(values, softLog(p.raw(r, field)))
			}
		}
		levels[u] = stats.Median(values)
	}
	out := make([]float64, len(p.periods))
	for t := range p.periods {
		values = values[:0]
		for u := range p.units {
			if r := p.row(u, t); r >= 0 && !math.IsNaN(p.raw(r, field)) {
				values = append(values, softLog(p.raw(r, field))-levels[u])
			}
		}
		if m := stats.Median(values); !math.IsNaN(m) {
			out[t] = m
		}
	}
	return out
}

// softLog is the logarithm of a figure that may be nought.
func softLog(x float64) float64 { return math.Log(math.Max(0, x) + 0.5) }

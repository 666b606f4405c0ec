package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/queries"
)

const (
	ledgerPairs    = 4000 // units and periods of a ledger that are read, about
	ledgerFields   = 24   // fields of a ledger that are added up
	ledgerValues   = 12   // values of a field beyond which its records are not counted by value
	ledgerVotes    = 5    // equal figures that call for a closer look
	ledgerProbe    = 300  // rows of a form that are looked up
	ledgerCrowd    = 50   // figures equal in one unit and period beyond which they say nothing
	ledgerTargets  = 8    // closest figures that are looked at for one field
	ledgerLeast    = 3    // figures below this are equal too often to look at
	ledgerUnits    = 5    // units behind an agreement
	ledgerExact    = 0.95 // share of rows that agree exactly
	ledgerDistinct = 5    // different figures in them
	ledgerAlike    = 0.02 // of agreement, within which two ledgers serve alike
)

// ledgerFigure is one thing that the records of a ledger add up to.
type ledgerFigure struct {
	source fieldRef
	join   joinKind // joinRecords: sum of the field; joinCount: number of records
	only   string   // of a count: the value that is counted, empty for all
	cells  map[uint64]ledgerCell
}

// ledgerCell is the figure of one unit and period, to so many decimals.
type ledgerCell struct {
	figure   float64
	decimals uint8
}

// ledger is a form with many records a unit and period.
type ledger struct {
	form    int
	figures []ledgerFigure
	units   []uint32
	days    []int32
}

// ledgers finds fields that the records of another form add up to: the total, the number, or the number with one value. It
// reads exact totals from the store, for samples of records add up to nothing.
func (d *dupFound) ledgers(ctx context.Context, in Input, limits map[string]float64) ([]fieldPair, error) {
	found, err := d.readLedgers(ctx, in)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var out []fieldPair
	for _, cycle := range []string{"day", "week", "month", "quarter", "half", "year"} {
		var fits []*ledger
		for _, l := range found {
			if at := longer(d.forms[l.form].cycle); at == 0 || at <= longer(cycle) {
				fits = append(fits, l)
			}
		}
		if len(fits) > 0 {
			out = append(out, d.totals(fits, cycle, limits)...)
		}
	}
	return out, nil
}

func (d *dupFound) readLedgers(ctx context.Context, in Input) ([]*ledger, error) {
	var fields []queries.LedgerField
	byForm := map[string]*ledger{}
	for i := range d.forms {
		f := &d.forms[i]
		if !f.ledger() || f.use.Submissions == 0 {
			continue
		}
		byForm[f.ID] = &ledger{form: i}
		fields = append(fields, queries.LedgerField{Form: f.ID})
		n := 0
		for _, at := range f.asked {
			field := &f.fields[at]
			summed, counted := field.addsUp(), field.countsUp()
			if n < ledgerFields && (summed || counted) {
				fields = append(fields, queries.LedgerField{Form: f.ID, Field: field.ID, ByValue: counted})
				n++
			}
		}
	}
	type name struct{ form, field, value string }
	place := map[name]int{}
	err := in.Store.LedgerFigures(ctx, evidenceStart(in.Window.From), in.Window.To, ledgerPairs, fields, func(v queries.LedgerFigure) error {
		l, unit := byForm[v.Form], d.units[v.Unit]
		if l == nil || unit == 0 {
			return nil
		}
		n := name{v.Form, v.Field, v.Value}
		at, known := place[n]
		if !known {
			at = len(l.figures)
			place[n] = at
			l.figures = append(l.figures, d.ledgerFigure(l.form, v))
		}
		day := int32(queries.DayNumber(v.Start))
		l.figures[at].cells[unitKey(unit, day)] = ledgerCell{v.Figure, v.Decimals}
		if v.Field == "" {
			l.units, l.days = append(l.units, unit), append(l.days, day)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("unable to add up the records of ledgers: %w", err)
	}
	var out []*ledger
	for _, form := range slices.Sorted(maps.Keys(byForm)) {
		l := byForm[form]
		slices.Sort(l.units)
		slices.Sort(l.days)
		l.units, l.days = slices.Compact(l.units), slices.Compact(l.days)
		if len(l.units) > 0 {
			out = append(out, l)
		}
	}
	return out, nil
}

// addsUp says that the records of a field may be summed.
func (f *dupField) addsUp() bool {
	return f.profile != nil && f.profile.Numeric() && f.Measure != "rate" && len(f.Codes) == 0 && f.Type != "code" && f.kind != identityField
}

// countsUp says that records may be counted by the values of a field.
func (f *dupField) countsUp() bool {
	return !f.addsUp() && f.profile != nil && f.profile.Enumeration() && f.profile.Distinct >= 2 && f.profile.Distinct <= ledgerValues
}

func (d *dupFound) ledgerFigure(form int, v queries.LedgerFigure) ledgerFigure {
	out := ledgerFigure{source: fieldRef{form, d.recordField(form)}, join: joinCount, only: v.Value, cells: map[uint64]ledgerCell{}}
	if v.Field != "" {
		out.source.field = slices.IndexFunc(d.forms[form].fields, func(f dupField) bool { return f.ID == v.Field })
		if v.Value == "" {
			out.join = joinRecords
		}
	}
	return out
}

// recordField is the field that stands for the records of a ledger: the identifier, else of the fields that measure nothing
// the one whose answers a unit gives least often twice, such as the number of a voucher.
func (d *dupFound) recordField(form int) int {
	f := &d.forms[form]
	if at := f.identifier(); at >= 0 {
		return at
	}
	best, most := 0, -1
	for i := range f.fields {
		x := &f.fields[i]
		if x.profile == nil || x.Measure != "" || x.UnitOf != "" || x.kindOfValue() == "number" || x.kindOfValue() == "date" || x.kind == noteField {
			continue
		}
		different := map[uint64]bool{}
		for row, answer := range f.sample.columnOf(i) {
			if answer != 0 {
				different[unitKey(f.sample.units[row], int32(answer))] = true
			}
		}
		if len(different) > most {
			best, most = i, len(different)
		}
	}
	return best
}

// totals compares the figures of ledgers, over the periods of a cycle, with the fields of forms of that cycle.
func (d *dupFound) totals(ledgers []*ledger, cycle string, limits map[string]float64) []fieldPair {
	type cell struct {
		key  uint64
		code uint32
	}
	var figures []ledgerFigure
	var columns []map[uint64]uint32
	index := map[cell][]int32{}
	for _, l := range ledgers {
		for i := range l.figures {
			column := d.overPeriods(l, &l.figures[i], cycle)
			at := int32(len(figures))
			figures, columns = append(figures, l.figures[i]), append(columns, column)
			for key, code := range column {
				if c := (cell{key, code}); d.dictionary.numbers[code] >= ledgerLeast && len(index[c]) <= ledgerCrowd {
					index[c] = append(index[c], at)
				}
			}
		}
	}
	var out []fieldPair
	for i := range d.forms {
		f := &d.forms[i]
		if f.cycle != cycle || f.ledger() || f.personal() || f.sample.columns == nil || f.byMachine() {
			continue
		}
		view := f.directView(viewID{form: i})
		for _, at := range f.asked {
			if field := &f.fields[at]; field.kind != payloadField || field.profile == nil || !field.profile.Numeric() || field.Measure == "rate" {
				continue
			}
			votes := map[int32]int{}
			for row := range min(len(view.keys), ledgerProbe) {
				if found := index[cell{view.keys[row], view.columns[at][row]}]; len(found) <= ledgerCrowd {
					for _, k := range found {
						votes[k]++
					}
				}
			}
			out = append(out, d.bestTotals(fieldRef{i, at}, view, votes, figures, columns, limits)...)
		}
	}
	return out
}

// bestTotals is the figure that a field agrees with best. Of ledgers with which it agrees alike, as two lists of the same
// persons, the one that should be the source is named.
func (d *dupFound) bestTotals(target fieldRef, v *view, votes map[int32]int, figures []ledgerFigure, columns []map[uint64]uint32, limits map[string]float64) []fieldPair {
	order := slices.Sorted(maps.Keys(votes))
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(votes[y], votes[x]) })
	byForm := map[candidate]fieldPair{}
	var forms []candidate
	most := 0.0
	for _, k := range order[:min(len(order), ledgerTargets)] {
		source := figures[k].source
		if votes[k] < ledgerVotes || source.form == target.form {
			continue
		}
		al, ok := d.agreesWith(v, target.field, columns[k], limits)
		if !ok {
			continue
		}
		weight := alignedWeight(&al)
		p := fieldPair{
			a: target, b: source, relation: RelationAggregate, join: figures[k].join, only: figures[k].only,
			match: Match{Score: 1 / (1 + math.Exp(-weight)), Relation: RelationAggregate, Why: Why{LogOdds: weight, Alignment: &al}},
		}
		form := candidate{source.form, -1}
		old, seen := byForm[form]
		if !seen {
			forms = append(forms, form)
		}
		if !seen || al.Agree > old.match.Why.Alignment.Agree {
			byForm[form] = p
		}
		most = math.Max(most, al.Agree)
	}
	if len(forms) == 0 {
		return nil
	}
	alike := slices.DeleteFunc(forms, func(c candidate) bool { return byForm[c].match.Why.Alignment.Agree < most-ledgerAlike })
	source, _ := d.choose(alike)
	return []fieldPair{byForm[source]}
}

// agreesWith compares a field with a figure of a ledger, row by row, and asks for exact agreement that chance does not give.
func (d *dupFound) agreesWith(v *view, field int, figure map[uint64]uint32, limits map[string]float64) (Alignment, bool) {
	var al Alignment
	p, q := map[uint32]float64{}, map[uint32]float64{}
	units, equal := map[uint64]bool{}, 0
	distinct := map[uint32]bool{}
	for row, key := range v.keys {
		x := v.columns[field][row]
		y, known := figure[key]
		if x == 0 || !known {
			continue
		}
		al.N++
		p[x]++
		q[y]++
		if x == y {
			equal++
			units[v.who[row]] = true
			distinct[x] = true
		}
	}
	n := float64(al.N)
	for code, times := range p {
		al.Baseline += times * q[code] / (n * n)
	}
	al.Agree = float64(equal) / math.Max(1, n)
	return al, n >= limits["min_rows"] && al.Agree >= ledgerExact && n*(1-al.Baseline) >= limits["min_expected"] && len(units) >= ledgerUnits &&
		len(distinct) >= ledgerDistinct
}

// overPeriods adds the figures of a ledger up over the periods of a cycle. A shorter period without records counts as nothing,
// for the units that keep the ledger; of longer periods, those count that the ledger covers from beginning to end.
func (d *dupFound) overPeriods(l *ledger, f *ledgerFigure, cycle string) map[uint64]uint32 {
	form := &d.forms[l.form]
	first, last := l.days[0], l.days[len(l.days)-1]
	sums := map[uint64]float64{}
	decimals := uint8(0)
	for _, day := range l.days {
		start := form.longerDay(day, cycle)
		if form.cycle != cycle && (start < first || start == form.longerDay(nextPeriod(last, form.cycle), cycle)) {
			continue
		}
		for _, unit := range l.units {
			c := f.cells[unitKey(unit, day)]
			sums[unitKey(unit, start)] += c.figure
			decimals = max(decimals, c.decimals)
		}
	}
	out := make(map[uint64]uint32, len(sums))
	for key, sum := range sums {
		value, _ := Canonical(strconv.FormatFloat(sum, 'f', int(decimals), 64))
		out[key] = d.dictionary.code(value)
	}
	return out
}

// nextPeriod is the first day of the period after the one that begins on a day.
func nextPeriod(day int32, cycle string) int32 {
	switch months := monthsOf[cycle]; {
	case months > 0:
		return int32(queries.DayNumber(queries.DayOf(int(day)).AddDate(0, months, 0)))
	case cycle == "week":
		return day + 7
	}
	return day + 1
}

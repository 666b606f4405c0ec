package analyzer

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// stdConflicts looks for one item that forms ask under different codes, units of measure or definitions, or for which they
// hold different values.
type stdConflicts struct{ shared *duplicates }

// Meta implements Detector.
func (stdConflicts) Meta() Meta { return Meta{ID: "std-conflict", Family: "standard", Version: 1} }

// The kinds of conflict.
const (
	conflictCodes      = "codes"
	conflictUnits      = "units"
	conflictDefinition = "definition"
	conflictValues     = "values"
)

// conflict is fields of one item that a standard would have to bring together.
type conflict struct {
	kind   string
	fields []fieldRef
	pairs  []fieldPair    // of fields that differ, a to b
	rows   []comparedRows // of each pair, where rows were compared
	labels [2]string      // of a definition: the words that differ
}

// Detect implements Detector.
func (d stdConflicts) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	found, err := d.shared.of(ctx, in)
	if err != nil {
		return nil, err
	}
	costs, err := formCosts(ctx, in, found.dupData)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	for _, c := range found.conflicts(in.Policy.Of("dup-item")["min_support"], limits) {
		out = append(out, found.conflictFinding(c, costs, in, limits))
	}
	return out, nil
}

// conflicts gathers what differs: by item for codes, units and values; by two items for definitions.
func (d *dupFound) conflicts(support float64, limits map[string]float64) []conflict {
	rows := newRowComparer(d)
	var out []conflict
	of := map[fieldRef]fieldRef{} // first member of the item
	for _, item := range cluster(d.pairs, support) {
		byKind := map[string]*conflict{}
		add := func(kind string, p fieldPair, r comparedRows) {
			c := byKind[kind]
			if c == nil {
				c = &conflict{kind: kind, fields: item.members}
				byKind[kind] = c
			}
			c.pairs, c.rows = append(c.pairs, p), append(c.rows, r)
		}
		for _, r := range item.members {
			of[r] = item.members[0]
		}
		for _, p := range item.pairs {
			r := rows.compare(&p)
			switch {
			case p.relation == RelationRecode && len(p.match.Why.Codes) > 0:
				add(conflictCodes, p, r)
			case p.relation == RelationScale && d.changesUnit(&p):
				add(conflictUnits, p, r)
			case p.relation == RelationScale:
				// Always so much more is no unit, but a definition that includes more.
				p.relation = RelationInsufficient
				add(conflictDefinition, p, rows.compare(&p))
				continue
			}
			if r.disagrees(limits) {
				add(conflictValues, p, r)
			}
		}
		for _, kind := range []string{conflictCodes, conflictUnits, conflictDefinition, conflictValues} {
			if c := byKind[kind]; c != nil {
				c.labels = [2]string{d.at(c.pairs[0].a).name(), d.at(c.pairs[0].b).name()}
				out = append(out, *c)
			}
		}
	}
	return append(out, d.definitionConflicts(rows, of, limits)...)
}

// definitionConflicts gathers fields of one property under two definitions: those whose labels name two, and those of one
// label whose values go together and yet lie apart, always to the same side. Fields of one label that are the same stock
// counted twice, with other results, conflict in their values.
func (d *dupFound) definitionConflicts(rows *rowComparer, of map[fieldRef]fieldRef, limits map[string]float64) []conflict {
	groups := map[string]*conflict{}
	var order []string
	add := func(kind string, p fieldPair, r comparedRows, labels [2]string) {
		first := func(x fieldRef) fieldRef {
			if f, member := of[x]; member {
				return f
			}
			return x
		}
		x, y := d.at(first(p.a)).ref, d.at(first(p.b)).ref
		key := kind + "|" + min(x, y) + "|" + max(x, y)
		c := groups[key]
		if c == nil {
			c = &conflict{kind: kind, labels: labels}
			groups[key] = c
			order = append(order, key)
		}
		c.pairs, c.rows = append(c.pairs, p), append(c.rows, r)
		for _, f := range []fieldRef{p.a, p.b} {
			if !slices.Contains(c.fields, f) {
				c.fields = append(c.fields, f)
			}
		}
	}
	seen := map[[2]fieldRef]bool{}
	for _, p := range d.contrasting() {
		seen[[2]fieldRef{p.a, p.b}], seen[[2]fieldRef{p.b, p.a}] = true, true
		if r := rows.compare(&p.fieldPair); r.together(limits) {
			add(conflictDefinition, p.fieldPair, r, p.words)
		}
	}
	for _, p := range d.unlike {
		why := p.match.Why.Label
		if seen[[2]fieldRef{p.a, p.b}] || why == nil || why.Measure < limits["min_label"] || !d.oneQuestion(&p) {
			continue
		}
		switch r := rows.compare(&p); {
		case r.disagrees(limits):
			add(conflictValues, p, r, [2]string{})
		case d.sameLabel(&p) && r.apart(limits):
			add(conflictDefinition, p, r, [2]string{d.at(p.a).name(), d.at(p.b).name()})
		}
	}
	out := make([]conflict, 0, len(order))
	for _, key := range order {
		out = append(out, *groups[key])
	}
	return out
}

// sameLabel says that the labels are equal but for units, numbering and words of counting, or name one known property.
func (d *dupFound) sameLabel(p *fieldPair) bool {
	x, y := d.core(d.at(p.a).name()), d.core(d.at(p.b).name())
	return x == y || slices.ContainsFunc(d.words.concepts[x], func(c int32) bool { return slices.Contains(d.words.concepts[y], c) })
}

// changesUnit says that a factor is that of two units of measure: of those that the fields name, or where neither names one,
// of ten or of common units.
func (d *dupFound) changesUnit(p *fieldPair) bool {
	const near = 0.005
	k := p.factor()
	x, knownX := d.words.units[strings.ToLower(d.measuredIn(p.a))]
	y, knownY := d.words.units[strings.ToLower(d.measuredIn(p.b))]
	if knownX && knownY && x.Factor != y.Factor {
		return x.Dimension == y.Dimension && math.Abs(k*y.Factor/x.Factor-1) < near
	}
	for _, exact := range []float64{1e8, 1e6, 1e4, 1e3, 100, 10, 2, 15, 1500, 2000.0 / 3} {
		if math.Abs(k/exact-1) < near || math.Abs(k*exact-1) < near {
			return true
		}
	}
	return false
}

// oneQuestion says that two fields of like label ask for data, of the same measure, neither filled in by a system.
func (d *dupFound) oneQuestion(p *fieldPair) bool {
	x, y := d.at(p.a), d.at(p.b)
	return x.kind == payloadField && y.kind == payloadField && (x.Measure == y.Measure || x.Measure == "" || y.Measure == "")
}

package analyzer

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// fieldRef is a field by the positions of its form and of itself.
type fieldRef struct{ form, field int }

// fieldPair is two fields that hold the same data, or data of which one follows from the other.
type fieldPair struct {
	a, b     fieldRef
	match    Match
	relation Relation
	join     joinKind // empty where no rows could be joined
	turned   bool     // a and b are the other way round than in match
}

// duplicates prepares once what both detectors of duplicate reporting judge. It belongs to one run of the analyzer.
type duplicates struct {
	mutex sync.Mutex
	in    Input
	found *dupFound
}

// dupFound is what was compared and what came of it.
type dupFound struct {
	*dupData
	pairs   []fieldPair // same data: equal, recode, scale; best first
	derived []fieldPair // over different periods: sums and later stocks
	unlike  []fieldPair // of the same name, but with other answers
}

// newDuplicates gives the two detectors, which share their preparation.
func newDuplicates() (forms, items Detector) {
	shared := &duplicates{}
	return dupForms{shared}, dupItems{shared}
}

func (s *duplicates) of(ctx context.Context, in Input) (*dupFound, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.found != nil && s.in == in {
		return s.found, nil
	}
	matcher, err := NewMatcher()
	if err != nil {
		return nil, err
	}
	data, err := loadDuplicates(ctx, in, matcher.words)
	if err != nil {
		return nil, err
	}
	found, err := data.match(ctx, matcher, in.Policy.Of("dup-form"))
	if err != nil {
		return nil, err
	}
	s.in, s.found = in, found
	return found, nil
}

// comparison runs the matcher over all forms and remembers by which join a pair was aligned.
type comparison struct {
	*dupData
	joiner *joiner
	seen   map[[2]ColumnRef]sighting
}

// sighting is how the rows of two fields were brought together.
type sighting struct {
	join    joinKind
	mapping map[string]string
}

func (d *dupData) match(ctx context.Context, matcher *Matcher, limits map[string]float64) (*dupFound, error) {
	columns := make([][]Column, len(d.forms))
	for i := range d.forms {
		form := &d.forms[i]
		for _, at := range form.asked {
			f := &form.fields[at]
			columns[i] = append(columns[i], Column{
				Table: form.ID, ID: f.spelling(), Label: f.Label, Type: f.Type, UnitOf: f.UnitOf, Role: f.Role, Measure: f.Measure, Codes: f.Codes,
				// Cycles are compared here and not by the matcher: sums over shorter periods are no duplicates, but worth telling.
				Period: "adhoc", Profile: f.profile,
			})
		}
	}
	c := &comparison{dupData: d, joiner: newJoiner(d), seen: map[[2]ColumnRef]sighting{}}
	matches, err := matcher.MatchForms(ctx, columns, MatchOptions{Align: c.align, Floor: limits["min_probability"]})
	if err != nil {
		return nil, err
	}
	out := &dupFound{dupData: d}
	for _, m := range matches {
		c.judge(m, limits, out)
	}
	return out, nil
}

// spelling is the field's id where it says more than the label. Short ids of labelled fields are initials of their own
// labels: two that are equal are so by chance.
func (f *dupField) spelling() string {
	if f.named && f.Label != "" && len(f.ID) < 5 {
		return f.Label
	}
	return f.ID
}

func (c *comparison) field(r ColumnRef) fieldRef {
	return fieldRef{r.Table, c.forms[r.Table].asked[r.Column]}
}

func (d *dupData) at(r fieldRef) *dupField { return &d.forms[r.form].fields[r.field] }

// align answers the matcher from the samples. Of several ways to join, the one that says most in favour counts.
func (c *comparison) align(a, b ColumnRef) (Alignment, bool) {
	x, y := c.field(a), c.field(b)
	var best Alignment
	known := false
	if c.at(x).hidden != c.at(y).hidden {
		return best, false
	}
	for _, j := range c.joiner.of(a.Table, b.Table) {
		if !joinFits(j.kind, c.at(x).Measure) || !joinFits(j.kind, c.at(y).Measure) {
			continue
		}
		al, ok := j.align(c.dictionary, x.field, y.field, mayBeCode(c.at(x)) && mayBeCode(c.at(y)))
		if !ok || known && alignedWeight(&al) <= alignedWeight(&best) {
			continue
		}
		best, known = al, true
		if len(al.Mapping) > 0 || alignedWeight(&al) > 0 && (j.kind == joinSum || j.kind == joinLast) {
			c.seen[[2]ColumnRef{a, b}] = sighting{j.kind, al.Mapping}
		}
	}
	return best, known
}

// joinFits keeps stocks from being summed and flows from being taken at the end of a period.
func joinFits(kind joinKind, measure string) bool {
	switch kind {
	case joinSum:
		return measure == "" || measure == "flow"
	case joinLast:
		return measure != "flow"
	}
	return true
}

// mayBeCode says that the answers may be codes of a list. Counts and amounts are none.
func mayBeCode(f *dupField) bool {
	switch f.Type {
	case "integer", "number", "date", "datetime", "phone", "id":
		return len(f.Codes) > 0
	}
	return f.Measure == "" && f.UnitOf == ""
}

// judge sorts a match of the matcher into what it says about the forms.
func (c *comparison) judge(m Match, limits map[string]float64, out *dupFound) {
	p := fieldPair{a: c.field(m.RefA), b: c.field(m.RefB), match: m, relation: m.Relation}
	x, y := &c.forms[p.a.form], &c.forms[p.b.form]
	how := c.seen[[2]ColumnRef{m.RefA, m.RefB}]
	al := m.Why.Alignment
	if p.relation == RelationEqual && len(how.mapping) > 0 {
		p.relation, p.match.Why.Codes = RelationRecode, how.mapping
	}
	agrees := al != nil && float64(al.N) >= limits["min_rows"] && (al.recoded() || al.scaled() || al.Kappa() >= limits["min_agreement"])
	switch {
	case x.cycle != y.cycle && comparableCycles(x.cycle, y.cycle):
		// Other periods: of interest only where rows show how one follows from the other.
		if agrees && (how.join == joinSum || how.join == joinLast) {
			p.join, p.relation = how.join, RelationAggregate
			out.derived = append(out.derived, p)
		}
	case c.apart(x, y):
		// The same question about other units or persons.
	case al == nil || float64(al.N) < limits["min_rows"]:
		if m.Relation != RelationComputed && sameName(m, limits) {
			out.pairs = append(out.pairs, p)
		}
	case agrees && m.Relation != RelationComputed:
		p.join = joinPeriod
		if x.personal {
			p.join = joinSubject
		}
		out.pairs = append(out.pairs, p)
	case float64(al.N)*(1-al.Baseline) >= limits["min_expected"]:
		out.unlike = append(out.unlike, p)
	default:
		// Nearly everyone answers the same, so rows decide nothing and the labels must.
		if sameName(m, limits) {
			out.pairs = append(out.pairs, p)
		}
	}
}

// sameName says that the labels alone carry the judgement.
func sameName(m Match, limits map[string]float64) bool {
	return m.Why.Label != nil && m.Why.Label.Measure >= limits["min_label"]
}

// apart says that two forms with answers speak of different units or persons.
func (c *comparison) apart(x, y *dupForm) bool {
	if x.sample.units == nil || y.sample.units == nil {
		return false
	}
	if x.personal != y.personal {
		return true
	}
	joins := c.joiner.of(c.place[x.ID], c.place[y.ID])
	return len(joins) == 0 || len(joins[0].rows) < 5 || joins[0].share < 0.05
}

// byStrength orders pairs for reading and clustering.
func byStrength(pairs []fieldPair) {
	slices.SortStableFunc(pairs, func(x, y fieldPair) int {
		return cmp.Or(cmp.Compare(y.match.Score, x.match.Score), cmp.Compare(y.match.Why.LogOdds, x.match.Why.LogOdds))
	})
}

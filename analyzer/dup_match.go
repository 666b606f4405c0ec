package analyzer

import (
	"cmp"
	"context"
	"regexp"
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

// turn swaps the two fields.
func (p *fieldPair) turn() { p.a, p.b, p.turned = p.b, p.a, !p.turned }

// duplicates prepares once what both detectors of duplicate reporting judge. It belongs to one run of the analyzer.
type duplicates struct {
	mutex sync.Mutex
	in    Input
	found *dupFound
}

// dupFound is what was compared and what came of it.
type dupFound struct {
	*dupData
	dupKnown
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
	if err := found.know(ctx, in, matcher.words); err != nil {
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
	scopes map[[2]int]scope
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
	c := &comparison{dupData: d, joiner: newJoiner(d), seen: map[[2]ColumnRef]sighting{}, scopes: map[[2]int]scope{}}
	matches, err := matcher.MatchForms(ctx, columns, MatchOptions{Align: c.align, Floor: limits["min_probability"]})
	if err != nil {
		return nil, err
	}
	out := &dupFound{dupData: d}
	for _, m := range matches {
		c.judge(m, limits, out)
	}
	// What holds the same as a name or sex beside an identifier, of the same persons, is one itself.
	for _, p := range out.pairs {
		x, y := d.at(p.a), d.at(p.b)
		if p.join == joinSubject && d.forms[p.a.form].byPerson && d.forms[p.b.form].byPerson && (x.kind == identityField || y.kind == identityField) {
			x.kind, y.kind = identityField, identityField
		}
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
		if !j.fits(c.at(x).Measure) || !j.fits(c.at(y).Measure) || j.kind == joinRecord && j.x.column == x.field && j.y.column == y.field {
			continue
		}
		al, ok := j.align(c.dictionary, x.field, y.field, mayBeCode(c.at(x)) && mayBeCode(c.at(y)))
		if !ok || known && alignedWeight(&al) <= alignedWeight(&best) {
			continue
		}
		best, known = al, true
		if len(al.Mapping) > 0 || alignedWeight(&al) > 0 {
			c.seen[[2]ColumnRef{a, b}] = sighting{j.kind, al.Mapping}
		}
	}
	return best, known
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
	how := c.seen[[2]ColumnRef{m.RefA, m.RefB}]
	al := m.Why.Alignment
	if p.relation == RelationEqual && len(how.mapping) > 0 {
		p.relation, p.match.Why.Codes = RelationRecode, how.mapping
	}
	agrees := al != nil && float64(al.N) >= limits["min_rows"] && (al.recoded() || al.scaled() || al.Kappa() >= limits["min_agreement"])
	switch scope := c.scopeOf(p.a.form, p.b.form); {
	case scope == otherScope:
		// The same question about other units, persons or records.
	case scope == derivedScope:
		// Other periods or levels: of interest only where rows show how one follows from the other.
		if agrees && how.join.derives() {
			p.join, p.relation = how.join, RelationAggregate
			if !c.follows(p.a.form, p.b.form) {
				p.turn()
			}
			out.derived = append(out.derived, p)
		}
	case al == nil || float64(al.N) < limits["min_rows"]:
		if c.sameName(&p, limits) || c.keyOfRecords(&p) {
			out.pairs = append(out.pairs, p)
		}
	case m.Relation == RelationComputed:
		p.join = how.join
		if al.Forward >= recodeU {
			p.turn()
		}
		out.derived = append(out.derived, p)
	case agrees:
		p.join = how.join
		out.pairs = append(out.pairs, p)
	case float64(al.N)*(1-al.Baseline) >= limits["min_expected"]:
		out.unlike = append(out.unlike, p)
	default:
		// Nearly everyone answers the same, so rows decide nothing and the labels must.
		if c.sameName(&p, limits) {
			out.pairs = append(out.pairs, p)
		}
	}
}

// scope says how the things that two forms speak of are related.
type scope uint8

const (
	sameScope    scope = iota // the same units or persons and periods, or nothing is known to the contrary
	derivedScope              // longer periods or units above
	otherScope                // other units, persons or records
)

// scopeOf looks at cycles and joined rows.
func (c *comparison) scopeOf(a, b int) scope {
	x, y := &c.forms[a], &c.forms[b]
	if s, done := c.scopes[[2]int{a, b}]; done {
		return s
	}
	s := sameScope
	other := x.cycle != y.cycle && comparableCycles(x.cycle, y.cycle)
	joins := c.joiner.of(a, b)
	switch {
	case x.edition(y):
		s = otherScope
	case x.sample.units == nil || y.sample.units == nil:
		if other {
			s = derivedScope
		}
	case len(joins) == 0 || len(joins[0].rows) < 5 || joins[0].share < 0.05:
		s = otherScope
	case joins[0].kind == joinNewest:
		// What is known of a person does not depend on how often it is asked.
	case other || joins[0].kind.derives():
		s = derivedScope
	}
	c.scopes[[2]int{a, b}] = s
	return s
}

var yearInTitle = regexp.MustCompile(`(?:19|20)\d\d`)

// edition says that the other is the same form of another year, after their titles: what is asked for another period is asked
// once.
func (f *dupForm) edition(other *dupForm) bool {
	x, y := yearInTitle.FindString(f.Title), yearInTitle.FindString(other.Title)
	return x != y && x != "" && y != "" && f.System == other.System &&
		yearInTitle.ReplaceAllString(f.Title, "") == yearInTitle.ReplaceAllString(other.Title, "")
}

// follows says that form a has the longer periods or the units above, so that its data follow from those of form b.
func (c *comparison) follows(a, b int) bool {
	if j := c.joiner.of(a, b)[0]; j.kind == joinUnits {
		return j.y.up
	}
	return longer(c.forms[a].cycle) > longer(c.forms[b].cycle)
}

// keyOfRecords says that records of two ledgers were joined by this very pair of fields.
func (c *comparison) keyOfRecords(p *fieldPair) bool {
	for _, j := range c.joiner.of(p.a.form, p.b.form) {
		if j.kind == joinRecord && j.x.column == p.a.field && j.y.column == p.b.field {
			return true
		}
	}
	return false
}

// sameName says that the labels alone carry the judgement.
func (c *comparison) sameName(p *fieldPair, limits map[string]float64) bool {
	why := p.match.Why.Label
	return why != nil && c.at(p.a).named && c.at(p.b).named && why.Measure >= limits["min_label"]
}

// byStrength orders pairs for reading and clustering.
func byStrength(pairs []fieldPair) {
	slices.SortStableFunc(pairs, func(x, y fieldPair) int {
		return cmp.Or(cmp.Compare(y.match.Score, x.match.Score), cmp.Compare(y.match.Why.LogOdds, x.match.Why.LogOdds))
	})
}

package analyzer

import (
	"cmp"
	"context"
	"regexp"
	"runtime/debug"
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
	only     string   // of a number of records: the value of b that is counted, empty for all records
}

// turn swaps the two fields.
func (p *fieldPair) turn() { p.a, p.b, p.turned = p.b, p.a, !p.turned }

// duplicates prepares once what the detectors of duplicate reporting and of standards judge. It belongs to one run of the analyzer.
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

// newDuplicates gives the detectors that share one comparison of all forms.
func newDuplicates() (forms, items, entries, conflicts Detector) {
	shared := &duplicates{}
	return dupForms{shared}, dupItems{shared}, dupEntries{shared}, stdConflicts{shared}
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
	verdicts, err := in.Store.Synonyms(ctx)
	if err != nil {
		return nil, err
	}
	matcher.Learn(verdicts)
	// A hundred thousand fields leave more than a gigabyte to keep; the collector must not wait until there is twice as much.
	defer debug.SetGCPercent(debug.SetGCPercent(40))
	data, err := loadDuplicates(ctx, in, matcher.words)
	if err != nil {
		return nil, err
	}
	found, err := data.match(ctx, in, matcher)
	if err != nil {
		return nil, err
	}
	if err := found.know(ctx, in, matcher.words); err != nil {
		return nil, err
	}
	s.in, s.found = in, found
	return found, nil
}

// comparison runs the matcher over all forms.
type comparison struct {
	*dupData
	meetings *meetings
	bands    [][]band // of each form
}

func (d *dupData) match(ctx context.Context, in Input, matcher *Matcher) (*dupFound, error) {
	limits := in.Policy.Of("dup-form")
	columns := make([][]Column, len(d.forms))
	for i := range d.forms {
		form := &d.forms[i]
		for _, at := range form.asked {
			f := &form.fields[at]
			columns[i] = append(columns[i], Column{
				Table: form.ID, ID: f.spelling(), Field: form.ID + "." + f.ID, Label: f.Label, Type: f.Type, UnitOf: f.UnitOf, Role: f.Role, Measure: f.Measure, Codes: f.Codes,
				// Cycles are compared here and not by the matcher: sums over shorter periods are no duplicates, but worth telling.
				Period: "adhoc", Profile: f.profile,
			})
		}
	}
	met, err := newMeetings(ctx, in.Store, d)
	if err != nil {
		return nil, err
	}
	c := &comparison{dupData: d, meetings: met, bands: make([][]band, len(d.forms))}
	for i := range d.forms {
		c.bands[i] = d.forms[i].bands(d)
	}
	matches, err := matcher.MatchForms(ctx, columns, MatchOptions{Align: c.align, Keys: c.keys, Floor: limits["min_probability"]})
	if err != nil {
		return nil, err
	}
	if err := met.keep(ctx, in.Store); err != nil {
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

// align answers the matcher from the rows of both forms.
func (c *comparison) align(a, b ColumnRef) (Alignment, bool) {
	if !c.met(a.Table, b.Table) {
		return Alignment{}, false
	}
	p := c.meetings.align(c.field(a), c.field(b))
	return p.Alignment, p.Known
}

// keys are those of the bands of a form's rows.
func (c *comparison) keys(r ColumnRef) []uint64 {
	f := c.field(r)
	return c.bandKeys(c.bands[f.form], c.forms[f.form].sample.columnOf(f.field))
}

// met says that both forms have rows to compare.
func (c *comparison) met(a, b int) bool {
	return c.forms[a].sample.units != nil && c.forms[b].sample.units != nil
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
	al := m.Why.Alignment
	var how joinKind
	if al != nil {
		how = c.meetings.align(p.a, p.b).Join
		if p.relation == RelationEqual && len(al.Mapping) > 0 {
			p.relation, p.match.Why.Codes = RelationRecode, al.Mapping
		}
	}
	agrees := al != nil && float64(al.N) >= limits["min_rows"] && (al.recoded() || al.scaled() || al.Kappa() >= limits["min_agreement"])
	switch scope := c.scopeOf(p.a.form, p.b.form); {
	case scope == otherScope:
		// The same question about other units, persons or records.
	case scope == derivedScope:
		// Other periods or levels: of interest only where rows show how one follows from the other.
		if agrees && how.derives() {
			p.join, p.relation = how, RelationAggregate
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
		p.join = how
		if al.Forward >= recodeU {
			p.turn()
		}
		out.derived = append(out.derived, p)
	case agrees:
		p.join = how
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
	other := x.cycle != y.cycle && comparableCycles(x.cycle, y.cycle)
	switch {
	case x.edition(y):
		return otherScope
	case !c.met(a, b):
		if other {
			return derivedScope
		}
		return sameScope
	}
	ways := c.meetings.meet(a, b).Ways
	switch {
	case len(ways) == 0 || ways[0].Rows < 5 || ways[0].Share < 0.05:
		return otherScope
	case ways[0].Kind == joinNewest:
		// What is known of a person does not depend on how often it is asked.
	case other || ways[0].Kind.derives():
		return derivedScope
	}
	return sameScope
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
	if w := c.meetings.meet(a, b).Ways[0]; w.Kind == joinUnits {
		return w.Up
	}
	return longer(c.forms[a].cycle) > longer(c.forms[b].cycle)
}

// keyOfRecords says that records of two ledgers were joined by this very pair of fields.
func (c *comparison) keyOfRecords(p *fieldPair) bool {
	if !c.met(p.a.form, p.b.form) {
		return false
	}
	return slices.ContainsFunc(c.meetings.meet(p.a.form, p.b.form).Ways, func(w metWay) bool {
		return w.Kind == joinRecord && w.ColumnA == p.a.field && w.ColumnB == p.b.field
	})
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

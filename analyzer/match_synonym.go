package analyzer

import (
	"slices"
	"unicode/utf8"

	"github.com/jianfu/jianfu/queries"
)

// learnt is what people decided about pairs of labels, and what follows from it. It is read-only once made.
type learnt struct {
	labels map[[2]string]*queries.Synonym // by the keys of the two labels
	fields map[[2]string]*queries.Synonym // rejections of two fields of the same label
	words  map[[2]string]*queries.Synonym // pairs of words that a confirmed pair of labels differs by
	single map[string]bool                // the words of these pairs
	groups map[string][]string            // key of a label to the pairs of labels that it was confirmed in
}

// Learn replaces what the matcher knows from people: two labels that they confirmed count as the same name, whatever words
// set them apart, and two that they rejected carry a veto that only rows of the same subjects overrule. Where two confirmed
// labels differ by one word on either side that no word list knows, these words count as the same in other labels too.
// Learn must not run beside Match.
func (m *Matcher) Learn(all []queries.Synonym) { m.learnt = newLearnt(m.words, all) }

func newLearnt(words *lexicon, all []queries.Synonym) *learnt {
	l := &learnt{
		labels: map[[2]string]*queries.Synonym{}, fields: map[[2]string]*queries.Synonym{}, words: map[[2]string]*queries.Synonym{},
		single: map[string]bool{}, groups: map[string][]string{},
	}
	// Newest last, so that it replaces what an older verdict on the same labels, written otherwise, has said.
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(x, y queries.Synonym) int { return x.At.Compare(y.At) })
	for i := range all {
		v := &all[i]
		a, b := words.parse(v.A), words.parse(v.B)
		switch key := unordered(a.key, b.key); {
		case v.A == v.B || key[0] == key[1]:
			if !v.Same && v.FieldA != "" && v.FieldB != "" {
				l.fields[unordered(v.FieldA, v.FieldB)] = v
			}
		case key[0] != "":
			l.labels[key] = v
		}
	}
	rejected := map[[2]string]bool{}
	for key, v := range l.labels {
		if v.Same {
			l.groups[key[0]] = append(l.groups[key[0]], key[0]+"\x00"+key[1])
			l.groups[key[1]] = append(l.groups[key[1]], key[0]+"\x00"+key[1])
		}
		if pair, ok := differing(words.parse(v.A), words.parse(v.B)); ok {
			if !v.Same {
				rejected[pair] = true
			} else if old := l.words[pair]; old == nil || old.At.Before(v.At) {
				l.words[pair] = v
			}
		}
	}
	for pair := range rejected {
		delete(l.words, pair)
	}
	for pair := range l.words {
		l.single[pair[0]], l.single[pair[1]] = true, true
	}
	return l
}

func unordered(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// differing are the two words by which two labels differ, when there is one on either side, nothing is known of either, and
// the rest is the same. Anything else is too little to conclude from one pair of labels to others.
func differing(a, b *label) ([2]string, bool) {
	x, y := remaining(a, b), remaining(b, a)
	if len(x) != 1 || len(y) != 1 || !x[0].unknown() || !y[0].unknown() {
		return [2]string{}, false
	}
	return unordered(x[0].text, y[0].text), true
}

// remaining are the words of a that b lacks, without those that say little.
func remaining(a, b *label) []*atom {
	var out []*atom
	for i := range a.atoms {
		x := &a.atoms[i]
		if x.light < 1 || x.kind == fillerAtom {
			continue
		}
		if !slices.ContainsFunc(b.atoms, func(y atom) bool { return y.text == x.text || compareWords(x, &y) >= 0.9 }) {
			out = append(out, x)
		}
	}
	return out
}

// unknown says that no list knows the word, and that it is long enough to mean something.
func (a *atom) unknown() bool {
	least := 3
	if hasHan(a.text) {
		least = 2
	}
	return a.kind == propertyAtom && a.concepts == nil && a.sides == nil && !isNumber(a.text) && utf8.RuneCountInString(a.text) >= least
}

// verdict is what people said of two columns, or nil: of their labels, of their fields, or of two labels that differ by the
// same two words.
func (l *learnt) verdict(a, b *prepared) *queries.Synonym {
	if l == nil {
		return nil
	}
	x, y := a.label.key, b.label.key
	if x == y {
		return l.fields[unordered(a.column.field(), b.column.field())]
	}
	if v := l.labels[unordered(x, y)]; v != nil {
		return v
	}
	if !l.hasSingle(a.label) || !l.hasSingle(b.label) {
		return nil
	}
	if pair, ok := differing(a.label, b.label); ok {
		return l.words[pair]
	}
	return nil
}

func (l *learnt) hasSingle(p *label) bool {
	return len(l.single) > 0 && slices.ContainsFunc(p.atoms, func(a atom) bool { return l.single[a.text] })
}

// confirmed says that the two columns count as the same name, and decided that the verdict is on these very labels.
func (l *learnt) confirmed(a, b *prepared) (same, decided bool) {
	v := l.verdict(a, b)
	if v == nil || !v.Same {
		return false, false
	}
	return true, l.labels[unordered(a.label.key, b.label.key)] == v
}

func (l *learnt) rejected(a, b *prepared) bool {
	v := l.verdict(a, b)
	return v != nil && !v.Same
}

// blockKeys bring the columns of confirmed labels together.
func (l *learnt) blockKeys(p *label) []string {
	if l == nil {
		return nil
	}
	return l.groups[p.key]
}

// field is the column's name in verdicts.
func (c *Column) field() string {
	if c.Field != "" {
		return c.Field
	}
	return c.Table + "." + c.ID
}

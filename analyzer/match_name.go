package analyzer

import (
	"math"
	"slices"
	"unicode/utf8"
)

// namer compares labels. The weight of a word is its inverse document frequency over all labels of the run: a word that
// stands in every label tells nothing.
type namer struct {
	labels  int
	words   map[string]int
	bigrams map[uint64]int
	ids     map[string]int32 // words by number
	memo    map[uint64]float64
}

// newNamer weighs the words of the labels of a run. Only labels that it was given can be compared.
func newNamer(labels []*label) *namer {
	n := &namer{words: map[string]int{}, bigrams: map[uint64]int{}, ids: map[string]int32{}, memo: map[uint64]float64{}}
	for _, l := range labels {
		n.labels++
		seen := map[string]bool{}
		for _, a := range slices.Concat(l.atoms, l.fine, l.parts) {
			if k := a.key(); !seen[k] {
				seen[k] = true
				n.words[k]++
			}
		}
		l.bigrams = bigramsOf(l.plain)
		for _, g := range l.bigrams {
			n.bigrams[g.key]++
		}
	}
	for _, l := range labels {
		for i := range l.bigrams {
			l.bigrams[i].weight = n.idf(n.bigrams[l.bigrams[i].key])
		}
		for _, atoms := range [][]atom{l.atoms, l.fine, l.parts} {
			for i := range atoms {
				atoms[i].weight = n.weight(atoms[i])
				atoms[i].id = n.number(atoms[i].text)
			}
		}
	}
	return n
}

// withOwnMemory is the same namer for another goroutine: what it remembers of words is its own.
func (n *namer) withOwnMemory() *namer {
	own := *n
	own.memo = map[uint64]float64{}
	return &own
}

func (n *namer) number(word string) int32 {
	id, ok := n.ids[word]
	if !ok {
		id = int32(len(n.ids))
		n.ids[word] = id
	}
	return id
}

// key is what two words of the same meaning share, where the meaning is single.
func (a atom) key() string {
	if len(a.concepts) == 1 {
		return "\x00" + string(rune(a.concepts[0]+1))
	}
	return singular(a.text)
}

// idf is between 0.15 for a word of every label and 1 for a word of at most two: one of them may be the label's partner, and a
// word must not weigh less for being shared with it.
func (n *namer) idf(frequency int) float64 {
	if n.labels < 2 {
		return 1
	}
	w := math.Log(float64(n.labels+1)/float64(max(frequency-1, 1))) / math.Log(float64(n.labels+1))
	return max(w, 0.15)
}

func (n *namer) weight(a atom) float64 {
	w := a.light * n.idf(n.words[a.key()])
	switch a.kind {
	case fillerAtom:
		return 0.03 * w
	case roleAtom:
		return 0.6 * w
	case asideAtom:
		return 0.3 * w
	case measureAtom:
		return 0.35 * w
	}
	if !hasHan(a.text) && utf8.RuneCountInString(a.text) == 1 && a.concepts == nil {
		return 0.5 * w
	}
	return w
}

// score compares two labels: 1 for the same name, 0 for names that share nothing.
func (n *namer) score(a, b *label) float64 {
	if a.plain == "" || b.plain == "" {
		return 0
	}
	if a.plain == b.plain {
		return 1
	}
	best := n.soft(a.atoms, b.atoms)
	if a.fine != nil && b.fine != nil {
		best = max(best, 0.97*n.soft(a.fine, b.fine))
	}
	if a.parts != nil || b.parts != nil {
		best = max(best, 0.97*n.soft(a.smallest(), b.smallest()))
	}
	// Long labels that differ in one word share most of their letters, so letters count for short labels only.
	letters := 0.9 * min(1, 3.5/float64(max(1, min(len(a.atoms), len(b.atoms)))))
	best = max(best, letters*dice(a.bigrams, b.bigrams))
	best = max(best, abbreviation(a, b), abbreviation(b, a))
	if a.classes != 0 && b.classes != 0 && a.classes&b.classes == 0 {
		best *= 0.7
	}
	if numbersDiffer(a.numbers, b.numbers) {
		best = min(best, 0.5)
	}
	return best
}

// smallest are the words of a label, terms of several words taken apart.
func (l *label) smallest() []atom {
	if len(l.parts) > 0 {
		return l.parts
	}
	return l.atoms
}

// soft is the harmonic mean of the shares of each label's weight that the other covers.
func (n *namer) soft(a, b []atom) float64 {
	x := n.cover(a, b)
	if x.sum == 0 {
		return 0
	}
	y := n.cover(b, a)
	if x.total == 0 || y.total == 0 || y.sum == 0 {
		return 0
	}
	// What is left over on both sides may be one word and its abbreviation, which no single words show: 奖扶 and 奖励扶助.
	if x.left > 0 && y.left > 0 {
		if s := abbreviatesHan(x.rest, y.rest); s > 0 {
			x.sum, y.sum = x.sum+s*x.left, y.sum+s*y.left
		}
	}
	p, q := x.sum/x.total, y.sum/y.total
	// A word more on one side narrows or explains; another word on either side is another thing.
	return max(0, 2*p*q/(p+q)-0.75*min(1-p, 1-q))
}

// coverage is how much of one label's weight another label has too.
type coverage struct {
	sum, total float64
	left       float64 // weight of the words that nothing covers
	rest       string  // these words, without those that say little
}

func (n *namer) cover(x, y []atom) coverage {
	var c coverage
	for i := range x {
		best := 0.0
		for j := range y {
			if best = max(best, n.similarity(&x[i], &y[j])); best == 1 {
				break
			}
		}
		c.total += x[i].weight
		switch {
		case best >= 0.4:
			c.sum += x[i].weight * best
		case x[i].kind == propertyAtom && x[i].light == 1 && hasHan(x[i].text):
			c.left += x[i].weight
			c.rest += x[i].text
		}
	}
	return c
}

// similarity compares two words; it is symmetric.
func (n *namer) similarity(a, b *atom) float64 {
	if a.id == b.id {
		return 1
	}
	key := uint64(min(a.id, b.id))<<32 | uint64(max(a.id, b.id))
	if a.counts(b) {
		key |= 1 << 63 // the same words may stand in brackets elsewhere, where they count nothing
	}
	if s, ok := n.memo[key]; ok {
		return s
	}
	s := compareWords(a, b)
	n.memo[key] = s
	return s
}

// counts says that both words tell how the same class of things is counted.
func (a *atom) counts(b *atom) bool { return a.kind == measureAtom && a.class == b.class }

func compareWords(a, b *atom) float64 {
	if shareOne(a.concepts, b.concepts) {
		return 0.95
	}
	if shareOne(a.sides, b.sides) {
		return 0.9
	}
	if contrasting(a.sides, b.sides) {
		return 0
	}
	if isNumber(a.text) || isNumber(b.text) {
		return 0
	}
	s := wordSimilarity(min(a.text, b.text), max(a.text, b.text))
	if a.counts(b) {
		s = max(s, 0.9)
	}
	// Two words that the lexicon knows under different concepts are different words, however alike they are written.
	if a.concepts != nil && b.concepts != nil {
		s = min(s, 0.6)
	}
	return s
}

func shareOne[T comparable](a, b []T) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// shortID is the length from which an ID beside a label is more than its initials: 低保户数 and 党报户数 are both dbhs.
const shortID = 5

// nameOf is the best likeness among label and ID of either side. Labels that say nothing give no evidence, and what people
// confirmed is the same name.
func (r *run) nameOf(a, b *prepared) observation {
	if same, _ := r.learnt.confirmed(a, b); same {
		return observation{measure: 1, reliable: 1, known: true}
	}
	best, known := 0.0, false
	try := func(x, y *label, credit float64) {
		if x == nil || y == nil || x.opaque || y.opaque {
			return
		}
		known = true
		best = max(best, credit*r.names.score(x, y))
	}
	try(a.label, b.label, 1)
	labels := best
	try(a.id, b.id, min(0.9, a.idCredit(), b.idCredit()))
	try(a.label, b.id, b.idCredit())
	try(a.id, b.label, a.idCredit())
	if a.idSaysMore() && b.idSaysMore() && known {
		best = min(best, (labels+r.names.score(a.id, b.id))/2)
	}
	if a.about != nil && b.about != nil && len(a.about.atoms) >= 3 && len(b.about.atoms) >= 3 {
		try(a.about, b.about, 0.85)
	}
	return observation{measure: clamp01(best), reliable: 1, known: known}
}

// idCredit is what an ID beside a label is worth.
func (p *prepared) idCredit() float64 {
	if p.id != nil && !p.label.opaque && len(p.id.plain) < shortID {
		return 0.5
	}
	return 0.95
}

// idSaysMore says that the ID is in words and names no less than the label, as the codes of data dictionaries do
// (POPULATION_ESTIMATION_PWID for "people who inject drugs"). Labels that agree then prove little where the IDs do not.
func (p *prepared) idSaysMore() bool {
	if p.id == nil || p.label.han || p.id.han || p.id.opaque {
		return false
	}
	words := func(l *label) (n int, known bool) {
		for _, a := range l.atoms {
			if a.kind == propertyAtom || a.kind == roleAtom {
				n++
				known = known || a.concepts != nil
			}
		}
		return n, known
	}
	n, known := words(p.id)
	least, _ := words(p.label)
	return known && n >= 3 && n >= least
}

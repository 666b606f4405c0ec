package analyzer

import (
	"fmt"
	"slices"
	"strings"
)

func loadDefinitions() ([][][]string, error) {
	var out [][][]string
	err := lines("words/definitions.txt", func(line string) error {
		var alternatives [][]string
		for _, names := range strings.Split(line, "|") {
			var terms []string
			for _, term := range strings.Split(names, "/") {
				terms = append(terms, strings.TrimSpace(term))
			}
			alternatives = append(alternatives, terms)
		}
		if len(alternatives) < 2 {
			return fmt.Errorf("want alternatives, have %q", line)
		}
		out = append(out, alternatives)
		return nil
	})
	return out, err
}

// contrast is two fields whose labels are alike but for the words of two definitions.
type contrast struct {
	fieldPair
	words [2]string
}

// defined is a field with the word that names its definition, in its label or else in the title of its form.
type defined struct {
	ref      fieldRef
	side     int
	core     string // the label without the word
	word     string
	of       string  // unit of measure, as its dimension
	concepts []int32 // of the core
	titled   bool    // the word is in the title
}

const (
	coreLikeness = 0.5  // of what is left of two labels without the words that differ
	crowded      = 3000 // fields of one set of words beyond which only equal labels are paired
)

// contrasting pairs fields of different forms whose labels are alike but for two definitions of one property.
func (d *dupFound) contrasting() []contrast {
	bySet := make([][]defined, len(d.definitions))
	for i := range d.forms {
		for _, k := range d.forms[i].asked {
			r := fieldRef{i, k}
			if d.at(r).kind != payloadField || !d.at(r).named {
				continue
			}
			if set, x := d.defined(r); x.word != "" {
				bySet[set] = append(bySet[set], x)
			}
		}
	}
	var out []contrast
	for _, set := range bySet {
		for _, list := range inCrowds(set) {
			for i, x := range list {
				for _, y := range list[i+1:] {
					if x.ref.form == y.ref.form || x.side == y.side || !x.like(y) || !d.oneQuestion(&fieldPair{a: x.ref, b: y.ref}) {
						continue
					}
					out = append(out, contrast{fieldPair{a: x.ref, b: y.ref, relation: RelationInsufficient}, [2]string{x.word, y.word}})
				}
			}
		}
	}
	return out
}

// inCrowds leaves few fields together and parts many by what is left of their labels.
func inCrowds(set []defined) [][]defined {
	if len(set) <= crowded {
		return [][]defined{set}
	}
	byCore := map[string]int{}
	var out [][]defined
	for _, x := range set {
		at, seen := byCore[x.core]
		if !seen {
			at = len(out)
			byCore[x.core] = at
			out = append(out, nil)
		}
		if len(out[at]) < crowded {
			out[at] = append(out[at], x)
		}
	}
	return out
}

// like says that what is left of two labels says the same. Where a word comes from the title, it may speak of other fields
// than this one, so that the labels have to be equal.
func (x defined) like(y defined) bool {
	switch {
	case x.of != "" && y.of != "" && x.of != y.of:
		return false
	case x.core == y.core:
		return true
	case x.titled || y.titled:
		return false
	case slices.ContainsFunc(x.concepts, func(c int32) bool { return slices.Contains(y.concepts, c) }):
		return true
	}
	return x.core != "" && y.core != "" && hanSimilarity(x.core, y.core) >= coreLikeness
}

// defined takes the word of a definition out of a label, the longest of all.
func (d *dupFound) defined(r fieldRef) (set int, out defined) {
	f := d.at(r)
	name := d.words.simplified(f.name())
	set, out.side, out.word = d.definitionIn(name)
	if out.word == "" {
		set, out.side, out.word = d.definitionIn(d.words.simplified(d.forms[r.form].Title))
		out.titled = true
	}
	if out.word == "" {
		return set, out
	}
	out.ref = r
	rest := strings.Replace(name, out.word, "", 1)
	out.core, out.of = d.core(rest), d.words.parse(rest).unit.Dimension
	out.concepts = d.words.concepts[out.core]
	return set, out
}

// core is a label without units, numbering and words of counting.
func (d *dupFound) core(name string) string {
	core := d.words.parse(name).plain
	for _, ending := range []string{"总数", "数量", "数", "量"} {
		if rest := strings.TrimSuffix(core, ending); rest != "" {
			core = rest
		}
	}
	return core
}

func (d *dupFound) definitionIn(text string) (set, side int, word string) {
	for i, alternatives := range d.definitions {
		for k, terms := range alternatives {
			for _, term := range terms {
				if len(term) > len(word) && strings.Contains(text, term) {
					set, side, word = i, k, term
				}
			}
		}
	}
	return set, side, word
}

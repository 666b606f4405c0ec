package demo

import (
	"slices"
	"testing"
)

// What other words ask is the same: the same pairs are planted, the same is entered, and only labels, codes and order differ.
func TestOtherWordsAskTheSame(t *testing.T) {
	o := Options{Villages: MinVillages, Seed: 5}
	plain := buildAnew(t, o)
	o.Reworded = true
	other := buildAnew(t, o)
	pairs := func(c *County) (out []string) {
		for _, p := range c.truth.DuplicateFields {
			out = append(out, pairKey(p.A, p.B)+p.Relation)
		}
		for _, trap := range c.truth.Traps {
			out = append(out, trap.Kind+pairKey(trap.A, trap.B))
		}
		for _, e := range c.truth.DuplicateEntries {
			out = append(out, pairKey(e.A, e.B))
		}
		slices.Sort(out)
		return out
	}
	if !slices.Equal(pairs(plain), pairs(other)) {
		t.Error("something else is planted")
	}
	relabelled, moved, recoded := 0, 0, 0
	for i, f := range plain.forms {
		labels := map[string]bool{}
		for k := range f.fields {
			at := other.forms[i].fieldIndex(f.fields[k].id)
			if at < 0 {
				t.Fatalf("%s.%s is gone", f.spec.id, f.fields[k].id)
			}
			fd := &other.forms[i].fields[at]
			if labels[fd.label] {
				t.Errorf("%s: two fields are called %s", f.spec.id, fd.label)
			}
			labels[fd.label] = true
			if fd.label != f.fields[k].label {
				relabelled++
			}
			if at != k {
				moved++
			}
			for answer, code := range f.fields[k].codes {
				if fd.codes[answer] == "" {
					t.Errorf("%s.%s: %s has no code", f.spec.id, fd.id, answer)
				}
				if fd.codes[answer] != code {
					recoded++
				}
			}
		}
	}
	if relabelled < 200 || moved < 200 || recoded < 10 {
		t.Errorf("%d labels, %d places and %d codes are others", relabelled, moved, recoded)
	}
	for _, x := range other.truth.Conflicts {
		if x.Kind == conflictCodes && x.Required {
			other.codesAreTranslated(t, x)
		}
	}
}

func TestEveryWordIsUsed(t *testing.T) {
	words, err := wording()
	if err != nil {
		t.Fatal(err)
	}
	c := build(t, Options{Villages: 60})
	asked := map[string]bool{}
	for _, f := range c.forms {
		for i := range f.fields {
			asked[f.fields[i].subject()] = true
		}
	}
	for subject, labels := range words {
		slices.Sort(labels)
		if !asked[subject] || len(slices.Compact(labels)) < 3 {
			t.Errorf("%s: nobody asks it, or it has too few labels: %v", subject, labels)
		}
	}
	// Every pair that must be found has other words.
	for _, p := range c.truth.DuplicateFields {
		form, field := c.find(t, p.A)
		if fd := &c.forms[form].fields[field]; p.Required && words[fd.subject()] == nil {
			t.Errorf("%s (%s) has no other label", p.A, fd.label)
		}
	}
}

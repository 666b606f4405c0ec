package analyzer

import "slices"

// codeValue is one value of a code list with everything it may mean.
type codeValue struct {
	value    string   // canonical, as stored
	meanings []string // the value itself unless it is a bare code, the label of the code, known senses of both
}

// codeValues are the values of a column with few distinct ones, from its declared codes, its values or both.
func (x *lexicon) codeValues(c *Column, p *Profile, l *label) []codeValue {
	var raw []string
	labels := map[string]string{}
	for code, meaning := range c.Codes {
		canonical, _ := Canonical(code)
		text, _ := Canonical(meaning)
		labels[canonical] = x.simplified(text)
		if p == nil || len(p.Hashes) == 0 {
			raw = append(raw, canonical)
		}
	}
	if p != nil && (p.Enumeration() || p.listing()) {
		for _, v := range p.Top {
			raw = append(raw, v.Value)
		}
	}
	slices.Sort(raw)
	out := make([]codeValue, 0, len(raw))
	for _, v := range raw {
		cv := codeValue{value: v}
		meaning, coded := labels[v]
		if coded && meaning != "" {
			cv.meanings = append(cv.meanings, meaning)
			cv.meanings = append(cv.meanings, x.senses(meaning, l)...)
		} else {
			cv.meanings = append(cv.meanings, x.simplified(v))
			cv.meanings = append(cv.meanings, x.senses(x.simplified(v), l)...)
		}
		out = append(out, cv)
	}
	return out
}

// senses are the meanings of a value that fit the label.
func (x *lexicon) senses(value string, l *label) []string {
	var out []string
	for _, s := range x.values[value] {
		if s.concept < 0 || l.mentions(s.concept) {
			out = append(out, s.meaning)
		}
	}
	return out
}

func (l *label) mentions(concept int32) bool {
	for _, a := range l.atoms {
		if slices.Contains(a.concepts, concept) {
			return true
		}
	}
	return false
}

// compareCodes matches two code lists by meaning and returns the mapping of a's values to b's.
func compareCodes(a, b []codeValue) (overlap, map[string]string) {
	if len(a) < 2 || len(b) < 2 {
		return overlap{}, nil
	}
	of := map[string]string{}
	for _, v := range b {
		for _, m := range v.meanings {
			if _, taken := of[m]; !taken {
				of[m] = v.value
			}
		}
	}
	mapping := map[string]string{}
	recoded := false
	hit := map[string]bool{}
	for _, v := range a {
		for _, m := range v.meanings {
			if to, ok := of[m]; ok {
				mapping[v.value] = to
				hit[to] = true
				recoded = recoded || to != v.value
				break
			}
		}
	}
	shared := min(len(mapping), len(hit))
	smaller := min(len(a), len(b))
	o := overlap{
		known: true, shared: shared, smaller: smaller, coded: recoded,
		containment: min(1, float64(shared)/float64(smaller)), rarity: 0.6,
	}
	return o, mapping
}

package analyzer

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// listed is the code list of a column with the words of every value, so that lists that write the same values differently
// can be compared: IA and Stage IA, pT1a and T1a, R0: No residual tumor and R0, 汉 and 汉族.
type listed struct {
	texts  []string           // what the value means, or the value
	bare   []string           // the text without what all values of the list begin or end with
	terms  [][]int32          // distinct words of each value
	weight map[int32]float64  // how well a word tells the values of this list apart
	holds  map[int32][]uint16 // word to the values that have it
}

// lists compares code lists. The weight of a word is its inverse column frequency: unknown and yes say little.
type lists struct {
	columns int
	ids     map[string]int32
	count   []int
	words   *lexicon
}

func newLists(words *lexicon) *lists { return &lists{ids: map[string]int32{}, words: words} }

const (
	listedMost   = 40  // mean runes per value of what can be a list of values
	affixShare   = 0.8 // of the values that must have a common beginning or end
	bareCredit   = 0.9
	softLeast    = 0.45 // credit from which two values are taken to be written for the same
	mappingLeast = 0.65 // credit from which the mapping of two values is told
)

// add prepares the list of a column; nil where it has none.
func (s *lists) add(codes []codeValue, numeric bool) *listed {
	if len(codes) < 2 || numeric {
		return nil
	}
	l := &listed{weight: map[int32]float64{}, holds: map[int32][]uint16{}}
	for _, c := range codes {
		l.texts = append(l.texts, c.meanings[0])
	}
	l.bare = withoutAffixes(l.texts)
	s.columns++
	for i, text := range l.texts {
		var terms []int32
		for _, word := range listWords(text) {
			id, ok := s.ids[word]
			if !ok {
				id = int32(len(s.ids))
				s.ids[word] = id
				s.count = append(s.count, 0)
			}
			if !slices.Contains(terms, id) {
				terms = append(terms, id)
				l.holds[id] = append(l.holds[id], uint16(i))
			}
		}
		l.terms = append(l.terms, terms)
	}
	n := float64(len(l.texts))
	for id, values := range l.holds {
		s.count[id]++
		l.weight[id] = max(0.05, math.Log((n+1)/float64(len(values)))/math.Log(n+1))
	}
	return l
}

// rarity is the inverse column frequency of a word, 0..1.
func (s *lists) rarity(id int32) float64 {
	if s.columns < 2 {
		return 1
	}
	return max(0, math.Log(float64(s.columns+1)/float64(max(2, s.count[id])))/math.Log(float64(s.columns+1)/2))
}

// compare measures how much of the shorter list is found in the longer one, and maps a's values to b's where that is clear.
func (s *lists) compare(a, b *listed) (o overlap, mapping map[int]int) {
	if a == nil || b == nil {
		return overlap{}, nil
	}
	turned := len(a.texts) > len(b.texts)
	if turned {
		a, b = b, a
	}
	byText := make(map[string]int, 2*len(b.texts))
	for j := range b.texts {
		byText[b.bare[j]] = j
	}
	for j := range b.texts {
		byText[b.texts[j]] = j
	}
	mapping = map[int]int{}
	hit := map[int]bool{}
	var credits, rare, clear float64
	matched := 0
	for i := range a.texts {
		j, credit := s.nearest(a, b, i, byText)
		if credit < softLeast {
			continue
		}
		matched++
		credits += credit
		hit[j] = true
		best := 0.0
		for _, t := range a.terms[i] {
			if b.weight[t] > 0 {
				best = max(best, s.rarity(t))
			}
		}
		if len(a.terms[i]) == 0 || credit == bareCredit {
			best = max(best, 0.5)
		}
		rare += best
		if credit >= mappingLeast {
			clear++
			if turned {
				mapping[j] = i
			} else {
				mapping[i] = j
			}
		}
	}
	o = overlap{known: true, smaller: len(a.texts), shared: len(hit), soft: true}
	if matched == 0 {
		return o, nil
	}
	// Values that all find the same partner have found a word and no value.
	distinct := math.Sqrt(float64(len(hit)) / float64(matched))
	o.containment = credits / float64(len(a.texts)) * distinct
	o.rarity = 0.25 + 0.75*rare/float64(matched)
	if len(mapping) != matched || len(hit) != matched {
		mapping = nil
	}
	return o, mapping
}

// nearest is the value of b that value i of a is most likely written for.
func (s *lists) nearest(a, b *listed, i int, byText map[string]int) (int, float64) {
	if j, ok := byText[a.texts[i]]; ok {
		if b.texts[j] == a.texts[i] {
			return j, 1
		}
		return j, bareCredit
	}
	if j, ok := byText[a.bare[i]]; ok {
		return j, bareCredit
	}
	total := func(terms []int32, other *listed, own *listed) float64 {
		sum := 0.0
		for _, t := range terms {
			sum += termWeight(own, other, t)
		}
		return sum
	}
	at, best := -1, 0.0
	seen := map[uint16]bool{}
	all := total(a.terms[i], b, a)
	for _, t := range a.terms[i] {
		if a.weight[t] <= 0.1 && b.weight[t] <= 0.1 {
			continue
		}
		for _, j := range b.holds[t] {
			if seen[j] {
				continue
			}
			seen[j] = true
			shared := 0.0
			for _, u := range a.terms[i] {
				if slices.Contains(b.terms[j], u) {
					shared += termWeight(a, b, u)
				}
			}
			p, q := shared/all, shared/total(b.terms[j], a, b)
			if credit := 0.95 * (0.7*max(p, q) + 0.3*min(p, q)); credit > best+1e-9 || credit > best-1e-9 && int(j) < at {
				at, best = int(j), credit
			}
		}
	}
	return at, best
}

// termWeight is how well a word tells values apart in the list where it does so worse.
func termWeight(own, other *listed, t int32) float64 {
	w := own.weight[t]
	if v, ok := other.weight[t]; ok {
		return min(w, v)
	}
	return w
}

// withoutAffixes takes off what nearly all texts begin or end with, in whole words or in Han characters.
func withoutAffixes(texts []string) []string {
	out := slices.Clone(texts)
	if len(texts) < 3 {
		return out
	}
	for range 3 {
		first, last := map[string]int{}, map[string]int{}
		for _, t := range out {
			f, l := ends(t)
			first[f]++
			last[l]++
		}
		need := int(math.Ceil(affixShare * float64(len(out))))
		cut := false
		for i, t := range out {
			f, l := ends(t)
			if f != "" && first[f] >= need && len(f) < len(t) {
				t = strings.TrimLeftFunc(t[len(f):], isSeparator)
				cut = true
			} else if l != "" && last[l] >= need && len(l) < len(t) {
				t = strings.TrimRightFunc(t[:len(t)-len(l)], isSeparator)
				cut = true
			}
			if t != "" {
				out[i] = t
			}
		}
		if !cut {
			break
		}
	}
	return out
}

// ends are the first and the last word of a text, Han characters being words of their own.
func ends(t string) (first, last string) {
	runes := []rune(t)
	if len(runes) == 0 {
		return "", ""
	}
	i := 1
	if !unicode.Is(unicode.Han, runes[0]) {
		for i < len(runes) && !isSeparator(runes[i]) && !unicode.Is(unicode.Han, runes[i]) {
			i++
		}
	}
	j := len(runes) - 1
	if !unicode.Is(unicode.Han, runes[j]) {
		for j > 0 && !isSeparator(runes[j-1]) && !unicode.Is(unicode.Han, runes[j-1]) {
			j--
		}
	}
	return string(runes[:i]), string(runes[j:])
}

func isSeparator(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// listWords are the words of a value of a list: runs of Latin letters and digits together, pairs of Han characters. Roman
// and Chinese numerals are written with digits, and a letter before a code of its own is dropped (pT1a, cM0).
func listWords(text string) []string {
	var out []string
	runes := []rune(text)
	for i := 0; i < len(runes); {
		switch {
		case unicode.Is(unicode.Han, runes[i]):
			j := i
			for j < len(runes) && unicode.Is(unicode.Han, runes[j]) {
				j++
			}
			out = append(out, hanWords(runes[i:j])...)
			i = j
		case isSeparator(runes[i]):
			i++
		default:
			j := i
			for j < len(runes) && !isSeparator(runes[j]) && !unicode.Is(unicode.Han, runes[j]) {
				j++
			}
			out = append(out, latinWord(string(runes[i:j])))
			i = j
		}
	}
	return out
}

func hanWords(runes []rune) []string {
	var out []string
	if at := strings.IndexRune(hanNumerals, runes[0]); at >= 0 && len(runes) <= 3 {
		out = append(out, string(rune('1'+at/len("一"))))
		runes = runes[1:]
	}
	if len(runes) == 1 {
		out = append(out, string(runes))
	}
	for i := 0; i+1 < len(runes); i++ {
		out = append(out, string(runes[i:i+2]))
	}
	return out
}

const hanNumerals = "一二三四五六七八九"

var romanNumerals = []string{"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"}

func latinWord(word string) string {
	digits := strings.IndexFunc(word, unicode.IsDigit)
	if digits == 2 && len(word) <= 6 {
		return word[1:]
	}
	if len(word) == 3 && word[2] == 'x' && isASCIILetter(word[0]) {
		return word[1:]
	}
	stem, rest := word, ""
	if n := strings.IndexAny(word, "abc"); n > 0 {
		stem, rest = word[:n], word[n:]
	}
	if at := slices.Index(romanNumerals, stem); at >= 0 && len(rest) <= 2 {
		return string(rune('1'+at)) + rest
	}
	return singular(word)
}

func isASCIILetter(c byte) bool { return c >= 'a' && c <= 'z' }

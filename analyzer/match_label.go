package analyzer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// label is a name taken apart after ISO/IEC 11179 (GB/T 18391): whose data (role), which property, how represented.
type label struct {
	atoms    []atom
	fine     []atom // the same cut into short words, Chinese only
	parts    []atom // the same cut into the shortest words and single characters; nil when that changes nothing
	roles    []int32
	sides    []side   // alternatives of contrasting sets that the label names
	classes  uint32   // classes of measure words in the label, as bits
	numbers  []string // numbers that tell fields apart: address 2, under 5
	letters  []string // single letters that tell fields apart: hepatitis B, stage T
	unit     unitOf   // unit found in the label, Dimension empty when none
	cycle    string   // reporting cycle that the label names
	plain    string   // what is left, without spaces, for comparison letter by letter
	key      string   // plain with what stands in brackets: identifies the label in verdicts of people
	skeleton string   // plain without vowels, Latin only
	initials string   // first letters of the pinyin, Chinese only
	han      bool

	bigrams []gram // set by a namer

	opaque bool // the label says nothing: field_12, Q3, column 4, 字段1
}

// atom is one word or known term of a label.
type atom struct {
	text     string
	concepts []int32
	sides    []side
	kind     atomKind
	light    float64 // share of its weight that it keeps
	class    uint8   // of a measureAtom

	weight float64 // set by a namer
	id     int32   // number of the text, set by a namer
}

type atomKind uint8

const (
	propertyAtom atomKind = iota
	roleAtom
	fillerAtom
	asideAtom   // from brackets: explains, weighs less
	measureAtom // how the property is counted: 数, 人数, number
)

var (
	numbering = regexp.MustCompile(`^\s*(?:[(（]\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[)）]\s*|(?:\d{1,3}(?:\.\d{1,3})*|[一二三四五六七八九十]{1,3})\s*[、.．:：)）]\s*|[Qq]\d{1,3}(?:\.\d+)?[\s_.:：、]+|第[一二三四五六七八九十\d]+项[:：、]?|其中\s*[:：、]?)`)
	circled   = regexp.MustCompile(`^\s*[①-⒛❶-➓㈠-㈩]\s*[、.．:：]?`)
	brackets  = regexp.MustCompile(`[(（\[【〔<《]([^()（）\[\]【】〔〕<>《》]*)[)）\]】〕>》]`)
	unitWords = regexp.MustCompile(`^(?:单位\s*[:：]?\s*|in\s+|unit\s*[:：]?\s*)`)
	opaque    = regexp.MustCompile(`^(?:(?:field|column|col|var|v|q|x|c|f|attr|attribute|item|字段|数据|数值|指标|列|题|变量|项)[\s_]*\d*|\d+|[a-z])$`)
)

// parse takes a label or identifier apart. It never fails: what it does not know stays as it is.
func (x *lexicon) parse(s string) *label {
	l := &label{}
	// Circled numbers become plain digits under NFKC, so they go first.
	s = circled.ReplaceAllString(s, "")
	s = x.simplified(norm.NFKC.String(s))
	s = strings.NewReplacer("*", " ", "★", " ", "※", " ", "\u0000", " ").Replace(s)
	for {
		cut := numbering.ReplaceAllString(s, "")
		if cut == s || strings.TrimSpace(cut) == "" {
			break
		}
		s = cut
	}
	s = arabicNumerals(s)
	l.opaque = opaque.MatchString(strings.ToLower(strings.TrimSpace(s)))
	var asides []string
	s = brackets.ReplaceAllStringFunc(s, func(group string) string {
		inner := strings.TrimSpace(brackets.FindStringSubmatch(group)[1])
		if u, ok := x.units[strings.ToLower(strings.TrimSpace(unitWords.ReplaceAllString(inner, "")))]; ok {
			l.unit = u
		} else if inner != "" {
			asides = append(asides, inner)
		}
		return " "
	})
	if strings.TrimSpace(s) == "" {
		s, asides = strings.Join(asides, " "), nil
	}
	l.cycle = cycleOf(s)
	x.addAtoms(l, s, propertyAtom)
	for _, aside := range asides {
		x.addAtoms(l, aside, asideAtom)
	}
	if l.fine == nil && len(l.parts) == len(l.atoms) {
		l.parts = nil
	}
	for _, a := range slices.Concat(l.atoms, l.fine) {
		l.classes |= 1 << a.class &^ 1
	}
	if l.opaque {
		l.numbers, l.letters, l.roles, l.sides, l.classes = nil, nil, nil, nil, 0
	}
	l.roles = distinct(l.roles)
	l.sides = distinct(l.sides)
	l.finish(s)
	l.key = strings.Join(append([]string{l.plain}, asides...), " ")
	return l
}

func (l *label) finish(s string) {
	var plain, skeleton strings.Builder
	for _, r := range strings.ToLower(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		plain.WriteRune(r)
		l.han = l.han || unicode.Is(unicode.Han, r)
		if r < 128 && !isVowel(r) {
			skeleton.WriteRune(r)
		}
	}
	l.plain = plain.String()
	if l.han {
		l.initials = pinyinInitials(l.plain)
	} else {
		l.skeleton = skeleton.String()
	}
}

// isVowel counts y, as abbreviations drop it with the vowels.
func isVowel(r rune) bool { return strings.ContainsRune("aeiouy", r) }

// addAtoms splits s into words, finds known terms among them, and notes roles, contrasts and numbers.
func (x *lexicon) addAtoms(l *label, s string, kind atomKind) {
	words := x.words(s, x.segment)
	for i := 0; i < len(words); {
		n := x.longestTerm(words[i:])
		a := x.atom(strings.Join(words[i:i+n], " "), kind)
		if role, ok := x.roles[a.text]; ok && role >= 0 && kind == propertyAtom {
			l.roles = append(l.roles, role)
			a.kind = roleAtom
		}
		if isNumber(a.text) {
			l.numbers = append(l.numbers, strings.TrimLeft(a.text, "0"))
		}
		if len(a.text) == 1 && a.text[0] >= 'a' && a.text[0] <= 'z' && len(words) > 1 {
			l.letters = append(l.letters, a.text)
		}
		l.sides = append(l.sides, a.sides...)
		l.atoms = append(l.atoms, a)
		i += n
	}
	if !hasHan(s) {
		for _, word := range words {
			l.parts = append(l.parts, x.atom(word, kind))
		}
		return
	}
	for _, word := range x.words(s, x.segmentFine) {
		a := x.atom(word, kind)
		if role, ok := x.roles[word]; ok && role >= 0 && kind == propertyAtom {
			a.kind = roleAtom
		}
		l.sides = append(l.sides, a.sides...)
		l.fine = append(l.fine, a)
	}
	for _, word := range x.words(s, x.segmentShort) {
		a := x.atom(word, kind)
		if role, ok := x.roles[word]; ok && role >= 0 && kind == propertyAtom {
			a.kind = roleAtom
		}
		l.parts = append(l.parts, a)
	}
}

// atom looks one word or term up.
func (x *lexicon) atom(text string, kind atomKind) atom {
	a := atom{text: text, kind: kind, concepts: slices.Concat(x.concepts[text], x.basics[text]), light: 1}
	if share, ok := x.light[text]; ok {
		a.light = share
	}
	if a.concepts == nil {
		a.concepts = x.concepts[singular(text)]
	}
	a.sides = x.contrasts[text]
	if len(x.concepts[text]) == 1 {
		a.sides = distinct(slices.Concat(a.sides, x.byConcept[x.concepts[text][0]]))
	}
	switch {
	case x.fillers[text]:
		a.kind = fillerAtom
	case kind == propertyAtom && x.measures[text] > 0:
		a.kind, a.class = measureAtom, x.measures[text]
	}
	return a
}

// longestTerm is the number of words, at least 1, of the longest known term that words begin with.
func (x *lexicon) longestTerm(words []string) int {
	if !x.heads[words[0]] {
		return 1
	}
	for n := min(x.phraseMost, len(words)); n > 1; n-- {
		term := strings.Join(words[:n], " ")
		if _, known := x.concepts[term]; known {
			return n
		}
		if _, known := x.roles[term]; known {
			return n
		}
		if _, known := x.contrasts[term]; known {
			return n
		}
	}
	return 1
}

// words splits into lower-case Latin words (camelCase and snake_case apart), numbers and Chinese terms.
func (x *lexicon) words(s string, segment func(string) []string) []string {
	var out []string
	runes := []rune(s)
	for i := 0; i < len(runes); {
		class := runeClass(runes[i])
		j := i + 1
		for j < len(runes) && runeClass(runes[j]) == class {
			j++
		}
		part := runes[i:j]
		i = j
		switch class {
		case hanRune:
			out = append(out, segment(string(part))...)
		case latinRune:
			out = append(out, splitCamel(part)...)
		case digitRune:
			out = append(out, string(part))
		}
	}
	return out
}

// segment cuts Chinese text at known terms; what lies between them stays whole, for single characters say too little.
func (x *lexicon) segment(s string) []string {
	if _, known := x.concepts[s]; known {
		return []string{s}
	}
	return x.joinUnknown(x.segmenter.Cut(s, false), x.known)
}

// segmentFine cuts into short words only.
func (x *lexicon) segmentFine(s string) []string {
	return x.joinUnknown(x.fine.Cut(s, false), func(word string) bool {
		return x.basics[word] != nil || x.measures[word] > 0 || x.known(word) && len([]rune(word)) <= fineLength
	})
}

// joinUnknown puts neighbouring pieces that are no known words together again.
func (x *lexicon) joinUnknown(pieces []string, known func(string) bool) []string {
	var out []string
	var unknown strings.Builder
	flush := func() {
		if unknown.Len() > 0 {
			out = append(out, unknown.String())
			unknown.Reset()
		}
	}
	for _, word := range pieces {
		if known(word) {
			flush()
			out = append(out, word)
		} else {
			unknown.WriteString(word)
		}
	}
	flush()
	return out
}

func (x *lexicon) known(word string) bool {
	if _, ok := x.concepts[word]; ok {
		return true
	}
	if _, ok := x.roles[word]; ok {
		return true
	}
	if _, ok := x.contrasts[word]; ok {
		return true
	}
	return x.fillers[word] || x.basics[word] != nil || x.measures[word] > 0
}

type runeKind uint8

const (
	otherRune runeKind = iota
	latinRune
	digitRune
	hanRune
)

func runeClass(r rune) runeKind {
	switch {
	case unicode.Is(unicode.Han, r):
		return hanRune
	case unicode.IsDigit(r):
		return digitRune
	case unicode.IsLetter(r) || unicode.Is(unicode.Mn, r):
		return latinRune
	}
	return otherRune
}

// splitCamel splits FirstName, HTTPServer and firstName; everything comes back in lower case.
func splitCamel(runes []rune) []string {
	var out []string
	start := 0
	for i := 1; i < len(runes); i++ {
		lowerToUpper := unicode.IsLower(runes[i-1]) && unicode.IsUpper(runes[i])
		acronymEnds := i+1 < len(runes) && unicode.IsUpper(runes[i-1]) && unicode.IsUpper(runes[i]) && unicode.IsLower(runes[i+1])
		if lowerToUpper || acronymEnds {
			out = append(out, strings.ToLower(string(runes[start:i])))
			start = i
		}
	}
	return append(out, strings.ToLower(string(runes[start:])))
}

// singular undoes the commonest English plurals.
func singular(word string) string {
	switch {
	case len(word) > 4 && strings.HasSuffix(word, "ies"):
		return word[:len(word)-3] + "y"
	case len(word) > 4 && (strings.HasSuffix(word, "sses") || strings.HasSuffix(word, "xes") || strings.HasSuffix(word, "ches") || strings.HasSuffix(word, "shes")):
		return word[:len(word)-2]
	case len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us") && !strings.HasSuffix(word, "is"):
		return word[:len(word)-1]
	}
	return word
}

func isNumber(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

func hasHan(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}

func distinct[T comparable](list []T) []T {
	var out []T
	seen := make(map[T]bool, len(list))
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

var cycleWords = []struct {
	cycle string
	words *regexp.Regexp
}{
	{"day", regexp.MustCompile(`(?i)日报|每日|\b(?:daily)\b`)},
	{"week", regexp.MustCompile(`(?i)周报|每周|\b(?:weekly)\b`)},
	{"month", regexp.MustCompile(`(?i)月报|月度|按月|每月|\b(?:monthly)\b`)},
	{"quarter", regexp.MustCompile(`(?i)季报|季度报|按季|\b(?:quarterly)\b`)},
	{"half", regexp.MustCompile(`(?i)半年报|半年度|\b(?:half[ -]?yearly|semi[ -]?annual)\b`)},
	{"year", regexp.MustCompile(`(?i)年报|年度报|年度统计|按年|\b(?:yearly|annual|annually)\b`)},
}

// cycleOf is the reporting cycle that a title names, or empty.
func cycleOf(title string) string {
	title = strings.ReplaceAll(title, "_", " ")
	for _, c := range cycleWords {
		if c.words.MatchString(title) {
			return c.cycle
		}
	}
	return ""
}

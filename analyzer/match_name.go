package analyzer

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// namer compares labels. The weight of a word is its inverse document frequency over all columns of the run: a word that
// stands in every label tells nothing.
type namer struct {
	columns  int
	words    map[string]int
	bigrams  map[string]int
	atomMemo map[[2]string]float64
}

func newNamer(labels []*label) *namer {
	n := &namer{words: map[string]int{}, bigrams: map[string]int{}, atomMemo: map[[2]string]float64{}}
	for _, l := range labels {
		if l == nil {
			continue
		}
		n.columns++
		seen := map[string]bool{}
		for _, a := range l.atoms {
			if k := a.key(); !seen[k] {
				seen[k] = true
				n.words[k]++
			}
		}
		for g := range bigramCounts(l.plain) {
			n.bigrams[g]++
		}
	}
	return n
}

// key is what two words of the same meaning share, where the meaning is single.
func (a atom) key() string {
	if len(a.concepts) == 1 {
		return "\x00" + string(rune(a.concepts[0]+1))
	}
	return singular(a.text)
}

// idf is between 0.15 for a word of every label and 1 for a word of a single one.
func (n *namer) idf(frequency int) float64 {
	if n.columns < 2 {
		return 1
	}
	w := math.Log(float64(n.columns+1)/float64(max(frequency, 1))) / math.Log(float64(n.columns+1))
	return max(w, 0.15)
}

func (n *namer) weight(a atom) float64 {
	w := n.idf(n.words[a.key()])
	switch a.kind {
	case fillerAtom:
		return 0.03 * w
	case roleAtom:
		return 0.6 * w
	case asideAtom:
		return 0.3 * w
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
	best := n.soft(a, b)
	best = max(best, 0.9*n.dice(a.plain, b.plain))
	best = max(best, abbreviation(a, b), abbreviation(b, a))
	if numbersDiffer(a.numbers, b.numbers) {
		best = min(best, 0.5)
	}
	return best
}

// soft is the harmonic mean of the shares of each label's weight that the other covers.
func (n *namer) soft(a, b *label) float64 {
	covered := func(x, y *label) float64 {
		var sum, total float64
		for _, u := range x.atoms {
			w := n.weight(u)
			best := 0.0
			for _, v := range y.atoms {
				best = max(best, n.similarity(u, v))
			}
			total += w
			if best >= 0.4 {
				sum += w * best
			}
		}
		if total == 0 {
			return 0
		}
		return sum / total
	}
	p := covered(a, b)
	if p == 0 {
		return 0
	}
	q := covered(b, a)
	if p+q == 0 {
		return 0
	}
	return 2 * p * q / (p + q)
}

// similarity compares two words; it is symmetric.
func (n *namer) similarity(a, b atom) float64 {
	if a.text == b.text {
		return 1
	}
	if sharesConcept(a.concepts, b.concepts) {
		return 0.95
	}
	if isNumber(a.text) || isNumber(b.text) {
		return 0
	}
	key := [2]string{a.text, b.text}
	if key[0] > key[1] {
		key[0], key[1] = key[1], key[0]
	}
	if s, ok := n.atomMemo[key]; ok {
		return s
	}
	s := wordSimilarity(key[0], key[1])
	// Two words that the lexicon knows under different concepts are different words, however alike they are written.
	if a.concepts != nil && b.concepts != nil {
		s = min(s, 0.6)
	}
	n.atomMemo[key] = s
	return s
}

func sharesConcept(a, b []int32) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// wordSimilarity compares the spelling of two words.
func wordSimilarity(a, b string) float64 {
	if hasHan(a) != hasHan(b) {
		latin, han := a, b
		if hasHan(a) {
			latin, han = b, a
		}
		return initialsSimilarity(pinyinInitials(han), latin)
	}
	if hasHan(a) {
		return hanSimilarity(a, b)
	}
	if singular(a) == singular(b) || stem(a) == stem(b) {
		return 0.95
	}
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	s := max(abbreviates(short, long), 0.85*dice(bigramCounts(a), bigramCounts(b)))
	if len(short) >= 5 && editDistanceAtMostOne(short, long) {
		s = max(s, 0.85)
	}
	return s
}

// hanSimilarity compares Chinese terms by their characters and character bigrams.
func hanSimilarity(a, b string) float64 {
	s := dice(bigramCounts(a), bigramCounts(b))
	if strings.Contains(a, b) || strings.Contains(b, a) {
		s = max(s, 0.7)
	}
	return 0.9 * s
}

// stem drops the commonest English endings of verbs and adjectives.
func stem(word string) string {
	word = singular(word)
	for _, ending := range []string{"ations", "ation", "ings", "ing", "ments", "ment", "ed", "er", "al", "ly", "e"} {
		if cut, ok := strings.CutSuffix(word, ending); ok && len(cut) >= 4 {
			return cut
		}
	}
	return word
}

// abbreviates says how likely short abbreviates long: the consonants of the word, its beginning, or letters of it in order.
func abbreviates(short, long string) float64 {
	if len(short) == len(long) || short == "" {
		return 0
	}
	if withoutVowels(short) == short && withoutVowels(long) == short {
		return skeletonScore(len(short))
	}
	if strings.HasPrefix(long, short) {
		switch {
		case len(short) >= 4:
			return 0.85
		case len(short) == 3:
			return 0.8
		case len(short) == 2:
			return 0.55
		}
		return 0.4
	}
	if len(short) >= 3 && short[0] == long[0] && isSubsequence(short, long) && len(withoutVowels(short))*3 >= len(short)*2 {
		return 0.5 + 0.3*float64(len(short))/float64(len(long))
	}
	return 0
}

// skeletonScore is how much it means that a word's consonants are exactly the other word; chance equals short ones.
func skeletonScore(letters int) float64 {
	switch {
	case letters >= 4:
		return 0.95
	case letters == 3:
		return 0.88
	case letters == 2:
		return 0.72
	}
	return 0.5
}

// abbreviation compares whole labels, b being the short form: consonants only, initials of words, initials of the pinyin.
func abbreviation(a, b *label) float64 {
	if b.han {
		return 0
	}
	if a.han {
		return initialsSimilarity(a.initials, b.plain)
	}
	best := 0.0
	if a.skeleton != "" && b.plain == b.skeleton && a.skeleton == b.skeleton {
		best = skeletonScore(len(b.skeleton))
	}
	if n := len(b.plain); n >= 2 && len(a.atoms) == n {
		var first strings.Builder
		for _, w := range a.atoms {
			first.WriteByte(w.text[0])
		}
		if first.String() == b.plain {
			best = max(best, min(0.45+0.12*float64(n-1), 0.8))
		}
	}
	return best
}

// initialsSimilarity compares the pinyin initials of a Chinese term with a Latin name (身份证 and sfz).
func initialsSimilarity(initials, latin string) float64 {
	if initials == "" || latin == "" {
		return 0
	}
	if initials == latin {
		return min(0.5+0.12*float64(len(latin)), 0.93)
	}
	if len(latin) >= 4 && (strings.HasPrefix(initials, latin) || strings.HasPrefix(latin, initials) && len(initials) >= 4) {
		return 0.7
	}
	return 0
}

func pinyinInitials(han string) string {
	args := pinyin.NewArgs()
	args.Style = pinyin.FirstLetter
	return strings.Join(pinyin.LazyPinyin(han, args), "")
}

func withoutVowels(s string) string {
	return strings.Map(func(r rune) rune {
		if isVowel(r) {
			return -1
		}
		return r
	}, s)
}

func isSubsequence(short, long string) bool {
	i := 0
	for j := 0; j < len(long) && i < len(short); j++ {
		if short[i] == long[j] {
			i++
		}
	}
	return i == len(short)
}

// editDistanceAtMostOne includes the swap of two neighbouring letters. len(short) <= len(long).
func editDistanceAtMostOne(short, long string) bool {
	if len(long)-len(short) > 1 {
		return false
	}
	i := 0
	for i < len(short) && short[i] == long[i] {
		i++
	}
	if len(short) < len(long) {
		return short[i:] == long[i+1:]
	}
	if i == len(short) || short[i+1:] == long[i+1:] {
		return true
	}
	return i+1 < len(short) && short[i] == long[i+1] && short[i+1] == long[i] && short[i+2:] == long[i+2:]
}

func numbersDiffer(a, b []string) bool {
	if len(a) == 0 && len(b) == 0 {
		return false
	}
	return strings.Join(a, ",") != strings.Join(b, ",")
}

// bigramCounts counts the character bigrams of s, with a mark at either end so that short words have some.
func bigramCounts(s string) map[string]int {
	runes := append(append([]rune{'^'}, []rune(s)...), '$')
	counts := make(map[string]int, len(runes))
	for i := 0; i+1 < len(runes); i++ {
		counts[string(runes[i:i+2])]++
	}
	return counts
}

// dice is the Sørensen-Dice coefficient of two bags, 0..1.
func dice(a, b map[string]int) float64 {
	shared, total := 0, 0
	for g, n := range a {
		shared += min(n, b[g])
		total += n
	}
	for _, n := range b {
		total += n
	}
	if total == 0 {
		return 0
	}
	return 2 * float64(shared) / float64(total)
}

// dice weights the bigrams by how rare they are among the labels of the run.
func (n *namer) dice(a, b string) float64 {
	x, y := bigramCounts(a), bigramCounts(b)
	var shared, total float64
	for g, count := range x {
		w := n.idf(n.bigrams[g])
		shared += w * float64(min(count, y[g]))
		total += w * float64(count)
	}
	for g, count := range y {
		total += n.idf(n.bigrams[g]) * float64(count)
	}
	if total == 0 {
		return 0
	}
	return 2 * shared / total
}

package analyzer

import (
	"slices"
	"strings"

	"github.com/mozillazg/go-pinyin"
)

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
	s := 0.85 * dice(bigramsOf(a), bigramsOf(b))
	if s < 0.6 {
		s /= 2 // chance makes half of the letters of two words the same: stage and shape
	}
	s = max(s, abbreviates(short, long))
	if len(short) >= 5 && editDistanceAtMostOne(short, long) {
		s = max(s, 0.85)
	}
	return s
}

// hanSimilarity compares Chinese terms by their characters and character bigrams.
func hanSimilarity(a, b string) float64 {
	s := dice(bigramsOf(a), bigramsOf(b))
	short, long := []rune(a), []rune(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	switch {
	case len(long) == 2 && len(short) == 2 && short[0] == long[0]:
		// The head of a Chinese compound comes last, and near synonyms vary it (专任, 专职); what differs before the same
		// head are kinds of a thing (早稻, 晚稻).
		s = max(s, 0.55)
	case len(long) == 2 && len(short) == 1 && (short[0] == long[0] || short[0] == long[1]):
		s = max(s, 0.65) // 生 and 学生
	}
	return 0.95 * max(s, abbreviatesHan(a, b))
}

// abbreviatesHan says how likely one term abbreviates the other: Chinese leaves characters out and keeps their order, as 新农合
// does for 新型农村合作医疗.
func abbreviatesHan(a, b string) float64 {
	short, long := []rune(a), []rune(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < 2 || !inOrder(short, long) {
		return 0
	}
	return 0.6 + 0.35*float64(len(short))/float64(len(long))
}

// inOrder says that the long term holds the characters of the short one in order, beginning with the same.
func inOrder(short, long []rune) bool {
	if short[0] != long[0] {
		return false
	}
	i := 0
	for _, r := range long {
		if i < len(short) && short[i] == r {
			i++
		}
	}
	return i == len(short)
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

// gram is a character bigram with its count and, once a namer has seen it, its weight.
type gram struct {
	key    uint64
	count  int
	weight float64
}

// bigramsOf are the character bigrams of s in ascending order, with a mark at either end so that short words have some.
func bigramsOf(s string) []gram {
	const mark = 1 // no letter
	keys := make([]uint64, 0, len(s)+1)
	last := uint64(mark)
	for _, r := range s {
		keys = append(keys, last<<32|uint64(r))
		last = uint64(r)
	}
	keys = append(keys, last<<32|mark)
	slices.Sort(keys)
	grams := make([]gram, 0, len(keys))
	for _, k := range keys {
		if n := len(grams); n > 0 && grams[n-1].key == k {
			grams[n-1].count++
			continue
		}
		grams = append(grams, gram{key: k, count: 1, weight: 1})
	}
	return grams
}

// dice is the Sørensen-Dice coefficient of two weighted bags of bigrams, 0..1. The weights are those of a.
func dice(a, b []gram) float64 {
	var shared, total float64
	j := 0
	for i := range a {
		total += a[i].weight * float64(a[i].count)
		for j < len(b) && b[j].key < a[i].key {
			j++
		}
		if j < len(b) && b[j].key == a[i].key {
			shared += a[i].weight * float64(min(a[i].count, b[j].count))
		}
	}
	for i := range b {
		total += b[i].weight * float64(b[i].count)
	}
	if total == 0 {
		return 0
	}
	return 2 * shared / total
}

package web

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"

	"github.com/jianfu/jianfu/queries"
)

// indexed is one thing that can be searched by its name, its id, or the first letters of its name in pinyin.
type indexed struct {
	kind, id, name string
	note           string // what stands beside the name and is searched too: an owner, a system
	low            string // the name as it is compared
	// letters holds, for each character of the name, a bit for each letter or digit with which it may begin: a character of
	// several readings (重: zhòng, chóng) has several.
	letters []uint64
}

// searchIndex is everything in the registry that has a name. It does not change.
type searchIndex []indexed

// folded is a text as it is compared: without case, width and spaces at its ends.
func folded(text string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(text)))
}

// bit of a letter or digit, 0 for anything else.
func bit(r rune) uint64 {
	switch {
	case r >= 'a' && r <= 'z':
		return 1 << (r - 'a')
	case r >= '0' && r <= '9':
		return 1 << (26 + r - '0')
	}
	return 0
}

// readings finds the first letters of characters and keeps them, because names repeat the same few thousand.
type readings map[rune]uint64

func (of readings) letters(r rune) uint64 {
	if b := bit(r); b != 0 || !unicode.Is(unicode.Han, r) {
		return b
	}
	if b, ok := of[r]; ok {
		return b
	}
	var b uint64
	for _, sound := range pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.FirstLetter, Heteronym: true}) {
		first, _ := utf8.DecodeRuneInString(sound)
		b |= bit(first)
	}
	of[r] = b
	return b
}

func (of readings) entry(kind, id, name, note string) indexed {
	e := indexed{kind: kind, id: id, name: name, note: note, low: folded(name)}
	for _, r := range e.low {
		// Signs between characters are not typed: 《…》月报（2026） is found by its letters alone.
		if unicode.IsPunct(r) || unicode.IsSpace(r) {
			continue
		}
		e.letters = append(e.letters, of.letters(r))
	}
	return e
}

// indexNames makes the index of the registry.
func indexNames(names *queries.NameTable) searchIndex {
	of := readings{}
	out := make(searchIndex, 0, len(names.Systems)+len(names.Forms)+len(names.Fields)+len(names.Units))
	owners := map[string]bool{}
	for id, name := range names.Systems {
		owner := names.Owners[id]
		out = append(out, of.entry("system", id, name, owner))
		if owner != "" && !owners[owner] {
			owners[owner] = true
			out = append(out, of.entry("department", owner, owner, ""))
		}
	}
	for id, title := range names.Forms {
		out = append(out, of.entry("form", id, title, names.Systems[names.FormSystems[id]]))
	}
	for id, label := range names.Fields {
		form, _, _ := strings.Cut(id, ".")
		out = append(out, of.entry("field", id, label, names.Forms[form]))
	}
	for code, name := range names.Units {
		out = append(out, of.entry("unit", code, name, ""))
	}
	slices.SortFunc(out, func(a, b indexed) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id)) })
	return out
}

// score says how well an entry answers all terms, 0 where it leaves one unanswered. The scale is an order, nothing more:
// the id itself, the whole name, its beginning, a part of it, first letters, and last what stands beside the name.
func (e *indexed) score(terms []string) int {
	sum := 0
	for _, term := range terms {
		s := e.scoreOf(term)
		if s == 0 {
			return 0
		}
		sum += s
	}
	return sum / len(terms)
}

func (e *indexed) scoreOf(term string) int {
	id := strings.ToLower(e.id)
	switch {
	case id == term:
		return 100
	case e.low == term:
		return 95
	case strings.HasPrefix(e.low, term):
		return 80
	}
	if at := strings.Index(e.low, term); at >= 0 {
		return 70 - min(utf8.RuneCountInString(e.low[:at]), 20)
	}
	if len(term) >= 2 {
		if at := e.initials(term); at == 0 {
			return 48
		} else if at > 0 {
			return 40 - min(at, 10)
		}
		if strings.HasPrefix(id, term) {
			return 45
		}
	}
	if e.note != "" && strings.Contains(folded(e.note), term) {
		return 10
	}
	return 0
}

// initials is the first place at which the characters of the name begin with the letters of a term, or -1.
func (e *indexed) initials(term string) int {
	for at := 0; at+len(term) <= len(e.letters); at++ {
		found := true
		for i := 0; i < len(term) && found; i++ {
			found = e.letters[at+i]&bit(rune(term[i])) != 0
		}
		if found {
			return at
		}
	}
	return -1
}

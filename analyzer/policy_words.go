package analyzer

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// ruleWords are the words by which rules know what a field, a page or a system is about; words/rules.txt says how they are used.
// They are read-only once loaded.
type ruleWords struct {
	simple map[rune]rune
	terms  map[string][]ruleTerm // by topic and kind
}

// ruleTerm is a term in the order in which it is looked for: all parts have to be there.
type ruleTerm []string

func loadRuleWords() (*ruleWords, error) {
	w := &ruleWords{simple: map[rune]rune{}, terms: map[string][]ruleTerm{}}
	err := lines("opencc/TSCharacters.txt", func(line string) error {
		from, to, _ := strings.Cut(line, "\t")
		first, _, _ := strings.Cut(to, " ")
		if f, t := []rune(from), []rune(first); len(f) == 1 && len(t) == 1 {
			w.simple[f[0]] = t[0]
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("unable to load the words of the rules: %w", err)
	}
	err = lines("words/rules.txt", func(line string) error {
		head, list, ok := strings.Cut(line, "|")
		key := strings.TrimSpace(head)
		if !ok || len(strings.Fields(key)) != 2 {
			return fmt.Errorf("want \"topic kind | terms\", got %q", line)
		}
		if _, twice := w.terms[key]; twice {
			return fmt.Errorf("%s stands there twice", key)
		}
		for _, term := range strings.Split(list, "/") {
			var parts ruleTerm
			for _, part := range strings.Split(term, "+") {
				if part = w.fold(part); part == "" {
					return fmt.Errorf("%s holds an empty term", key)
				}
				parts = append(parts, part)
			}
			w.terms[key] = append(w.terms[key], parts)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("unable to load the words of the rules: %w", err)
	}
	return w, nil
}

// fold makes texts comparable: NFKC, simplified characters, small letters.
func (w *ruleWords) fold(s string) string {
	return strings.Map(func(r rune) rune {
		if to, ok := w.simple[r]; ok {
			return to
		}
		return unicode.ToLower(r)
	}, strings.TrimSpace(norm.NFKC.String(s)))
}

// in finds the first term of a topic and kind in a text, empty for none.
func (w *ruleWords) in(topic, kind, text string) string {
	text = w.fold(text)
	for _, term := range w.terms[topic+" "+kind] {
		all := true
		for _, part := range term {
			all = all && holds(text, part)
		}
		if all {
			return strings.Join(term, "+")
		}
	}
	return ""
}

// holds finds a part in a text; English words must stand by themselves.
func holds(text, part string) bool {
	letter := func(b byte) bool { return b >= 'a' && b <= 'z' }
	for at := 0; ; {
		i := strings.Index(text[at:], part)
		if i < 0 {
			return false
		}
		begin, end := at+i, at+i+len(part)
		if !(letter(part[0]) && begin > 0 && letter(text[begin-1])) && !(letter(part[len(part)-1]) && end < len(text) && letter(text[end])) {
			return true
		}
		at = end
	}
}

// speaks says whether a label is about a topic, in a form of that title and a system of that name, and by which word.
func (w *ruleWords) speaks(topic, label, title, system string) string {
	around := title + "\n" + system
	if w.in(topic, "not", label+"\n"+around) != "" {
		return ""
	}
	if word := w.in(topic, "label", label); word != "" {
		return word
	}
	if word := w.in(topic, "near", label); word != "" && w.in(topic, "with", label+"\n"+title) != "" {
		return word
	}
	return ""
}

// page finds the word by which the address of a page is about a topic, empty for none. The parts of the address and
// neighbours written together are compared, so that check-in, checkIn and checkin are one.
func (w *ruleWords) page(topic, page string) string {
	parts := pageParts(page)
	joined := map[string]bool{}
	for i := range parts {
		text := ""
		for _, part := range parts[i:min(len(parts), i+3)] {
			text += part
			joined[text] = true
		}
	}
	folded := w.fold(page)
	first := func(kind string) string {
		for _, term := range w.terms[topic+" "+kind] {
			all := true
			for _, part := range term {
				all = all && (joined[part] || part[0] >= 0x80 && strings.Contains(folded, part))
			}
			if all {
				return strings.Join(term, "+")
			}
		}
		return ""
	}
	if first("elsewhere") != "" {
		return ""
	}
	return first("path")
}

// pageParts cuts an address into its words, in small letters.
func pageParts(page string) []string {
	var out []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			out = append(out, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	lower := false
	for _, r := range page {
		switch {
		case !unicode.IsLetter(r) || r >= 0x80:
			flush()
		case unicode.IsUpper(r) && lower:
			flush()
			word.WriteRune(r)
		default:
			word.WriteRune(r)
		}
		lower = unicode.IsLower(r)
	}
	flush()
	return out
}

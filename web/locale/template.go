package locale

import (
	"fmt"
	"strings"
)

// template is a text cut into literals and placeholders.
type template []part

type part struct {
	text   string   // a literal, where name is empty
	name   string   // the parameter
	format string   // after the colon
	words  []string // the words between bars: one, many
}

func parse(text string) (template, error) {
	var out template
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			out = append(out, part{text: literal.String()})
			literal.Reset()
		}
	}
	for i := 0; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], "{{"), strings.HasPrefix(text[i:], "}}"):
			literal.WriteByte(text[i])
			i += 2
		case text[i] == '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return nil, fmt.Errorf("a placeholder that starts at %q does not end", text[i:])
			}
			p, err := parsePlaceholder(text[i+1 : i+end])
			if err != nil {
				return nil, err
			}
			flush()
			out = append(out, p)
			i += end + 1
		case text[i] == '}':
			return nil, fmt.Errorf("a closing brace without an opening one in %q", text)
		default:
			literal.WriteByte(text[i])
			i++
		}
	}
	flush()
	return out, nil
}

func parsePlaceholder(inside string) (part, error) {
	name, words, hasWords := strings.Cut(inside, "|")
	name, format, _ := strings.Cut(name, ":")
	p := part{name: strings.TrimSpace(name), format: strings.TrimSpace(format)}
	if p.name == "" {
		return p, fmt.Errorf("placeholder {%s} has no name", inside)
	}
	if hasWords {
		p.words = strings.Split(words, "|")
		if len(p.words) != 2 {
			return p, fmt.Errorf("placeholder {%s} needs two words, one and many", inside)
		}
	}
	if !knownFormat(p.format) {
		return p, fmt.Errorf("placeholder {%s} has the unknown format %q", inside, p.format)
	}
	return p, nil
}

func knownFormat(format string) bool {
	switch format {
	case "", "percent", "percent1", "p", "raw", "0", "1", "2", "3", "4", "5", "6":
		return true
	}
	return false
}

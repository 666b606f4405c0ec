package page

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Findings is the list of findings.
type Findings struct {
	component.View
	queries.FindingPage
	Paging    component.Paging
	Systems   []Choice
	Detectors []string
}

// Choice is one entry of a list to choose from.
type Choice struct{ ID, Name string }

// FindingPath is the address of a finding.
func FindingPath(id string) string { return "/findings/" + url.PathEscape(id) }

// SystemPath is the address of a system.
func SystemPath(id string) string { return "/systems/" + url.PathEscape(id) }

// Headline is the first sentence of a finding, without its full stop, and the rest of what it says.
func Headline(v component.View, f queries.Finding) (headline, rest string) {
	text := Sentence(v, f)
	for i, r := range text {
		after := text[i+len(string(r)):]
		switch {
		case r == '。':
			return text[:i], strings.TrimSpace(after)
		case r == '.' && (after == "" || beginsSentence(text[:i], after)):
			return text[:i], strings.TrimSpace(after)
		}
	}
	return text, ""
}

// beginsSentence says whether the text after a full stop begins a new sentence: a space and a capital or a digit, and not
// an abbreviation before it.
func beginsSentence(before, after string) bool {
	next, ok := strings.CutPrefix(after, " ")
	if !ok || next == "" || strings.HasSuffix(before, " No") || strings.HasSuffix(before, " v") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(next)
	return unicode.IsUpper(r) || unicode.IsDigit(r) || r >= 0x2E80
}

// Short is the headline alone, for lists.
func Short(v component.View, f queries.Finding) string {
	headline, _ := Headline(v, f)
	return headline
}

// Sentence is all that a finding says: its message, or for what could not be judged, the reason.
func Sentence(v component.View, f queries.Finding) string {
	if f.Status == "not_assessed" && f.Reason.Key != "" {
		return v.T("finding.not_assessed", "detector", f.Detector, "subject", subjectWords(v, f.Subject), "reason", v.M(f.Reason))
	}
	if f.Evidence.Message.Key != "" {
		return v.M(f.Evidence.Message)
	}
	return v.T("finding.plain", "detector", f.Detector, "subject", subjectWords(v, f.Subject))
}

// subjectWords names whom a finding is about, in one line.
func subjectWords(v component.View, s queries.Subject) string {
	var words []string
	add := func(kind string, ids []string) {
		for _, id := range ids {
			if len(words) < 4 {
				words = append(words, v.Name(kind, id))
			}
		}
	}
	add("unit", s.Units)
	add("form", s.Forms)
	if len(s.Forms) == 0 {
		add("system", s.Systems)
	}
	return strings.Join(words, " · ")
}

// filterNames are the parameters that narrow the list, in the order of the form.
var filterNames = []string{"family", "detector", "severity", "status", "system", "unit", "form", "q"}

// active are the conditions in force, as words.
func (p Findings) active() [][2]string {
	var out [][2]string
	for _, name := range filterNames {
		value := p.Query.Get(name)
		if value == "" {
			continue
		}
		out = append(out, [2]string{name, p.T("filter.chip", "name", p.T("filter."+name), "value", p.valueWords(name, value))})
	}
	return out
}

func (p Findings) valueWords(name, value string) string {
	switch name {
	case "family", "severity", "status":
		return p.Known(name+"."+value, value)
	case "detector":
		return p.Known("detector."+value+".name", value)
	case "system", "form", "unit":
		return p.Name(name, value)
	default:
		return value
	}
}

// option writes a choice of a filter with how many findings it would leave.
func (p Findings) option(name, value string) string {
	n := p.Facets[name][value]
	return p.T("filter.option", "value", p.valueWords(name, value), "n", n)
}

func (p Findings) title() string {
	if len(p.active()) > 0 {
		return p.T("findings.title_filtered", "n", p.Total)
	}
	var high uint64
	if p.Facets != nil {
		high = p.Facets["severity"]["high"]
	}
	return p.T("findings.title", "n", p.Total, "high", high)
}

func orWord(text, word string) string {
	if text == "" {
		return word
	}
	return text
}

// currentIf marks the chosen one of several views of a list.
func currentIf(chosen bool) string {
	if chosen {
		return "page"
	}
	return "false"
}

// countOr writes a count that is zero where it is unknown.
func countOr(v component.View, n uint64) string {
	if n == 0 {
		return locale.Absent
	}
	return v.Int(n)
}

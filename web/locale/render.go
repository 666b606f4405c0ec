package locale

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// Names finds what a thing is called. Kind is system, unit, form or field; a field's id is "form.field". It returns the
// empty string for what it does not know.
type Names func(kind, id string) string

// listed is how many members of a list a sentence names before it counts the rest.
const listed = 6

// Render writes a message in a language. Names may be nil. An unknown key is shown with its parameters, so that nothing
// that was found is ever hidden by a missing translation.
func (b *Bundle) Render(lang string, m queries.Message, names func(kind, id string) string) string {
	if m.Key == "" {
		return ""
	}
	text, ok := b.lookup(lang, m.Key)
	if !ok {
		return untranslated(m)
	}
	r := renderer{bundle: b, lang: lang, names: names}
	var out strings.Builder
	for _, p := range text {
		if p.name == "" {
			out.WriteString(p.text)
			continue
		}
		value, ok := m.Params[p.name]
		switch {
		case len(p.words) == 2:
			if number, isNumber := asNumber(value); isNumber && number == 1 {
				out.WriteString(p.words[0])
			} else {
				out.WriteString(p.words[1])
			}
		case !ok || value == nil:
			out.WriteString(Absent)
		default:
			out.WriteString(r.value(p.name, p.format, value))
		}
	}
	return out.String()
}

// Text writes a key with parameters given in pairs: name, value, name, value.
func (b *Bundle) Text(lang, key string, pairs ...any) string {
	m := queries.Message{Key: key, Params: make(map[string]any, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		m.Params[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return b.Render(lang, m, nil)
}

// Cell writes one cell of a table of evidence under its column's key, after the rules for parameters.
func (b *Bundle) Cell(lang, column string, value any, names func(kind, id string) string) string {
	if value == nil {
		return Absent
	}
	r := renderer{bundle: b, lang: lang, names: names}
	return r.value(column[strings.LastIndexByte(column, '.')+1:], "", value)
}

func (b *Bundle) lookup(lang, key string) (template, bool) {
	if text, ok := b.texts[lang][key]; ok {
		return text, true
	}
	for _, other := range Languages() {
		if text, ok := b.texts[other][key]; ok {
			return text, true
		}
	}
	return nil, false
}

func untranslated(m queries.Message) string {
	if len(m.Params) == 0 {
		return m.Key
	}
	raw, err := json.Marshal(m.Params)
	if err != nil {
		return m.Key
	}
	return m.Key + " " + string(raw)
}

type renderer struct {
	bundle *Bundle
	lang   string
	names  func(kind, id string) string
}

func (r renderer) value(name, format string, value any) string {
	if number, ok := asNumber(value); ok {
		return formatNumber(number, format)
	}
	switch v := value.(type) {
	case string:
		return r.text(name, v)
	case bool:
		if v {
			return r.bundle.Text(r.lang, "word.yes")
		}
		return r.bundle.Text(r.lang, "word.no")
	case time.Time:
		return v.Format("2006-01-02")
	case queries.Message:
		return r.bundle.Render(r.lang, v, r.names)
	case map[string]any:
		return r.fromMap(v)
	}
	if list := reflect.ValueOf(value); list.Kind() == reflect.Slice || list.Kind() == reflect.Array {
		return r.list(name, format, list)
	}
	return fmt.Sprint(value)
}

// fromMap takes a message that has passed through JSON, or shows any other map as it is.
func (r renderer) fromMap(v map[string]any) string {
	if key, ok := v["key"].(string); ok {
		params, _ := v["params"].(map[string]any)
		return r.bundle.Render(r.lang, queries.Message{Key: key, Params: params}, r.names)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(raw)
}

func (r renderer) list(name, format string, list reflect.Value) string {
	if list.Len() == 0 {
		return Absent
	}
	shown := make([]string, 0, min(list.Len(), listed))
	for i := range min(list.Len(), listed) {
		shown = append(shown, r.value(name, format, list.Index(i).Interface()))
	}
	separator := ", "
	if r.lang == Chinese {
		separator = "、"
	}
	joined := strings.Join(shown, separator)
	if rest := list.Len() - listed; rest > 0 {
		return r.bundle.Text(r.lang, "word.and_more", "list", joined, "n", list.Len(), "rest", rest)
	}
	return joined
}

// text shows the name behind an id, or the translation of a value of a known list, or the text as it is.
func (r renderer) text(name, value string) string {
	if value == "" {
		return Absent
	}
	base, _, _ := strings.Cut(name, "_")
	base = singular(base)
	if base == "into" && r.names != nil {
		// What something goes into is a system or a form.
		return cmp.Or(r.names("system", value), r.names("form", value), value)
	}
	if slices.Contains([]string{"system", "unit", "form", "field"}, base) && r.names != nil {
		if called := r.names(base, value); called != "" {
			return called
		}
		return value
	}
	if slices.Contains([]string{"family", "status", "severity", "detector", "action", "cycle", "kind", "relation", "verdict", "level", "measure"}, base) {
		key := base + "." + value
		if base == "detector" {
			key += ".name"
		}
		if _, ok := r.bundle.lookup(r.lang, key); ok {
			return r.bundle.Text(r.lang, key)
		}
	}
	if strings.Contains(value, ".") {
		if _, ok := r.bundle.lookup(r.lang, value); ok {
			return r.bundle.Text(r.lang, value)
		}
	}
	return value
}

func singular(word string) string {
	switch {
	case word == "families":
		return "family"
	case len(word) > 1 && strings.HasSuffix(word, "s") && word != "status":
		return strings.TrimSuffix(word, "s")
	default:
		return word
	}
}

func asNumber(value any) (float64, bool) {
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return float64(v.Int()), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return float64(v.Uint()), true
	case reflect.Float32, reflect.Float64:
		return v.Float(), true
	case reflect.String:
		if number, ok := value.(json.Number); ok {
			f, err := number.Float64()
			return f, err == nil
		}
	}
	return 0, false
}

func formatNumber(x float64, format string) string {
	switch format {
	case "":
		return Number(x)
	case "percent":
		return Percent(x, 0)
	case "percent1":
		return Percent(x, 1)
	case "p":
		return Probability(x)
	case "raw":
		return strconv.FormatFloat(x, 'f', -1, 64)
	default:
		return Fixed(x, int(format[0]-'0'))
	}
}

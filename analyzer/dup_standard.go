package analyzer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// codeSet is a standard list of codes.
type codeSet struct {
	number string            // such as GB/T 2261.1
	labels []string          // of the fields that it is for
	names  map[string]string // canonical code to the standard's own name
	means  map[string]string // canonical name to code
}

const (
	codeSetShare = 0.8 // share of a field's values that the standard knows
	formatShare  = 0.8 // share of values in a standard's format
)

func loadStandards(words *lexicon) ([]codeSet, error) {
	var out []codeSet
	err := lines("words/standards.txt", func(line string) error {
		parts := strings.Split(line, " | ")
		if len(parts) != 3 {
			return fmt.Errorf("want number, labels and codes, have %q", line)
		}
		s := codeSet{number: parts[0], labels: strings.Split(parts[1], "/"), names: map[string]string{}, means: map[string]string{}}
		for _, entry := range strings.Fields(parts[2]) {
			code, names, ok := strings.Cut(entry, "=")
			if !ok {
				return fmt.Errorf("want code=name, have %q", entry)
			}
			code, _ = Canonical(code)
			for i, name := range strings.Split(names, "/") {
				if i == 0 {
					s.names[code] = name
				}
				name, _ = Canonical(words.simplified(name))
				if _, taken := s.means[name]; !taken {
					s.means[name] = code
				}
			}
		}
		out = append(out, s)
		return nil
	})
	return out, err
}

// codeSet names the standard that settles how fields of one item are coded: by format where the format proves itself, else
// by label and values together, or by values alone where they are the standard's own names.
func (d *dupFound) codeSet(fields []fieldRef) string {
	for _, r := range fields {
		if number := formatStandard(d.at(r)); number != "" {
			return number
		}
	}
	best, most := "", 0
	for i := range d.standards {
		s := &d.standards[i]
		named, votes := false, 0
		for _, r := range fields {
			named = named || d.namedAfter(r, s)
		}
		for _, r := range fields {
			known, names := s.knows(d, r)
			if known && (named || names >= 2) {
				votes++
			}
		}
		if named && votes > 0 {
			votes += len(fields)
		}
		if votes > most {
			best, most = s.number, votes
		}
	}
	return best
}

// formatStandard is the standard of values that prove their own format.
func formatStandard(f *dupField) string {
	if f.profile != nil && f.profile.Filled() >= 5 {
		switch main, share := f.profile.Main(); {
		case share < formatShare:
		case main == FormatResidentID:
			return "GB 11643"
		case main == FormatDate, main == FormatDatetime:
			return "GB/T 7408"
		case main == FormatDivision:
			if f.profile.Length.Mean <= 6 {
				return "GB/T 2260"
			}
			return "GB/T 10114"
		case f.profile.creditCodes() >= formatShare:
			return "GB 32100"
		}
	}
	switch f.Type {
	case "id":
		return "GB 11643"
	case "date", "datetime":
		return "GB/T 7408"
	}
	return ""
}

// creditCodes is the share of values that are unified social credit codes, as far as the values are kept.
func (p *Profile) creditCodes() float64 {
	right := uint64(0)
	for _, v := range p.Top {
		if CreditCodeValid(v.Value) {
			right += v.Count
		}
	}
	return float64(right) / float64(max(1, p.Filled()))
}

const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CreditCodeValid checks an 18-character unified social credit code after GB 32100: its alphabet and its check character
// (ISO 7064 MOD 31-3 over the first 17).
func CreditCodeValid(s string) bool {
	s = strings.ToUpper(s)
	if len(s) != 18 {
		return false
	}
	sum, weight := 0, 1
	for i := range 17 {
		at := strings.IndexByte(creditAlphabet, s[i])
		if at < 0 {
			return false
		}
		sum += at * weight
		weight = weight * 3 % 31
	}
	return creditAlphabet[(31-sum%31)%31] == s[17]
}

// namedAfter says that the label is one of the standard's labels.
func (d *dupFound) namedAfter(r fieldRef, s *codeSet) bool {
	l := d.words.parse(d.at(r).name())
	for _, term := range s.labels {
		if len(d.words.concepts[term]) > 0 && d.words.all(l, term) || strings.TrimSuffix(l.plain, "代码") == term {
			return true
		}
	}
	return false
}

// knows says that the standard knows nearly all values of a field, as codes or as names, and how many different ones it
// knows by name.
func (s *codeSet) knows(d *dupFound, r fieldRef) (known bool, names int) {
	values := d.codeMeanings(r)
	right := 0
	for code, meaning := range values {
		_, byCode := s.names[code]
		_, byName := s.means[meaning]
		switch {
		case byName:
			names++
			right++
		case byCode && meaning == code:
			right++
		}
	}
	return len(values) > 0 && float64(right) >= codeSetShare*float64(len(values)), names
}

// follows says that a field's codes are those of the standard, with the same meanings as far as they are declared.
func (s *codeSet) follows(d *dupFound, r fieldRef) bool {
	values := d.codeMeanings(r)
	for code, meaning := range values {
		if _, known := s.names[code]; !known {
			return false
		}
		if to, named := s.means[meaning]; meaning != code && (!named || to != code) {
			return false
		}
	}
	return len(values) > 0
}

// codeMeanings are the values of a field with few of them and what they mean; a value without a declared meaning stands for
// itself.
func (d *dupFound) codeMeanings(r fieldRef) map[string]string {
	f := d.at(r)
	out := map[string]string{}
	for code, meaning := range f.Codes {
		code, _ = Canonical(code)
		meaning, _ = Canonical(d.words.simplified(meaning))
		out[code] = meaning
	}
	if f.profile != nil && f.profile.Enumeration() {
		for _, v := range f.profile.Top {
			if _, declared := out[v.Value]; !declared {
				out[v.Value] = d.words.simplified(v.Value)
			}
		}
	}
	return out
}

// standard finds the code set of a number among those for the fields.
func (d *dupFound) standard(number string, fields []fieldRef) *codeSet {
	for i := range d.standards {
		s := &d.standards[i]
		if s.number == number && slices.ContainsFunc(fields, func(r fieldRef) bool { known, _ := s.knows(d, r); return known }) {
			return s
		}
	}
	return nil
}

// definition says what an item holds: of whom, how often, as what kind of figure, in which unit and format, by which codes.
func (d *dupFound) definition(item *dataItem, standard string) queries.Message {
	part := func(key string, params map[string]any) queries.Message {
		return queries.Message{Key: "dup.definition." + key, Params: params}
	}
	empty := queries.Message{}
	params := map[string]any{"item": d.itemName(item), "of": empty, "kind_of": empty, "unit_text": empty, "format": empty, "codes": empty, "standard": empty}
	personal, ledgers := 0, 0
	var cycles, measures, units, types []string
	codes := map[string]string{}
	for _, r := range item.members {
		form, f := &d.forms[r.form], d.at(r)
		switch {
		case form.personal():
			personal++
		case form.ledger():
			ledgers++
		}
		cycles, measures, types = append(cycles, form.cycle), append(measures, f.Measure), append(types, f.kindOfValue())
		if f.UnitOf != "" {
			units = append(units, f.UnitOf)
		} else if u := d.words.parse(f.name()).unit; u.Name != "" {
			units = append(units, u.Name)
		}
		if len(codes) == 0 {
			codes = f.Codes
		}
	}
	of := "of_unit"
	switch {
	case personal*2 > len(item.members):
		of = "of_person"
	case ledgers*2 > len(item.members):
		of = "of_record"
	}
	params["of"] = part(of, map[string]any{"cycle": commonest(cycles)})
	if measure := commonest(measures); slices.Contains([]string{"flow", "stock", "rate"}, measure) {
		params["kind_of"] = part(measure, nil)
	}
	if unit := commonest(units); unit != "" {
		params["unit_text"] = part("unit", map[string]any{"name": unit})
	}
	if format := commonest(types); format == "text" {
		params["format"] = part("text_value", nil)
	} else if format != "" {
		params["format"] = part(format, nil)
	}
	if len(codes) > 0 {
		params["codes"] = part("codes", map[string]any{"list": codeList(codes)})
	}
	if standard != "" {
		params["standard"] = part("standard", map[string]any{"name": standard})
	}
	return queries.Message{Key: "dup.definition.text", Params: params}
}

// codeList writes a code list for reading, by code.
func codeList(codes map[string]string) []string {
	out := make([]string, 0, len(codes))
	for code, meaning := range codes {
		out = append(out, code+" "+meaning)
	}
	slices.Sort(out)
	return out
}

// kindOfValue is integer, number, date, code or text, by declaration or else by the values; empty where neither tells.
func (f *dupField) kindOfValue() string {
	switch f.Type {
	case "integer", "number", "date", "code", "text":
		return f.Type
	case "datetime":
		return "date"
	}
	if f.profile == nil || f.profile.Filled() == 0 {
		return ""
	}
	switch main, share := f.profile.Main(); {
	case share < formatShare:
		return ""
	case main == FormatInteger:
		return "integer"
	case main == FormatDecimal:
		return "number"
	case main == FormatDate, main == FormatDatetime:
		return "date"
	case f.profile.Enumeration():
		return "code"
	}
	return "text"
}

// commonest is the most frequent of some words that are not empty, the first in order of equally frequent ones.
func commonest(words []string) string {
	best, most := "", 0
	count := map[string]int{}
	for _, w := range words {
		if w == "" {
			continue
		}
		count[w]++
		if n := count[w]; n > most || n == most && w < best {
			best, most = w, n
		}
	}
	return best
}

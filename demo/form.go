package demo

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// sourceKind says where the value of a field comes from.
type sourceKind uint8

const (
	fromItem sourceKind = iota
	fromUnit
	fromCode
	fromPeriod
	fromReporter
	fromPhone
	fromDate
	fromPerson
	fromEntry
	fromChoice
	fromNote
	fromSum      // of a field over the unit's records of another form
	fromCount    // of the unit's records of another form
	fromBlank    // nobody ever fills it in
	fromConstant // everybody always gives the same answer
	fromSpecial  // what a form should not ask lightly: photos, tracks, faces, identifiers, bank cards
)

var headSources = map[string]sourceKind{
	"@unit": fromUnit, "@code": fromCode, "@period": fromPeriod, "@reporter": fromReporter, "@phone": fromPhone, "@date": fromDate, "note": fromNote,
}

type field struct {
	id, label   string
	ref         string // "form.field"
	source      sourceKind
	item        *item
	attribute   string // of a person or an entry
	scale       float64
	of          string // unit of measure
	digits      int
	prefilled   bool
	target      float64
	seconds     float64 // it takes, where the kind of field does not tell
	answered    float64 // share of submissions in which there is something to say; 0: all
	added       int     // days before the as-of date on which it was added; 0: always there
	again       float64 // sigma of an independent second measurement, 0: the same fact
	stale       float64 // share of figures that are those of the month before
	copied      *item   // which some villages write down instead
	copiers     float64 // their share
	detail      string  // "form.field" of the records that are added up
	detailField int     // its position
	codes       map[string]string
	choices     []string
	weights     []float64
}

type form struct {
	spec   formSpec
	index  int
	system int
	fields []field
}

// payload are the fields that report something: no keys, no headers.
func (f *form) payload(i int) bool {
	switch f.fields[i].source {
	case fromItem, fromEntry, fromChoice, fromNote, fromSum, fromCount, fromBlank, fromConstant, fromSpecial:
		return true
	case fromPerson:
		return !identifying[f.fields[i].attribute]
	}
	return false
}

// identifying attributes stand beside the identifier in every form about a person and can be pre-filled from it.
var identifying = map[string]bool{"id": true, "name": true, "sex": true}

func compileForms(specs []formSpec, systems []systemSpec, items []item) ([]*form, error) {
	bySystem := map[string]int{}
	for i, s := range systems {
		bySystem[s.id] = i
	}
	byItem := map[string]*item{}
	for i := range items {
		byItem[items[i].id] = &items[i]
	}
	var out []*form
	var faults []error
	for i, spec := range specs {
		system, known := bySystem[spec.system]
		if !known {
			faults = append(faults, fmt.Errorf("form %s: no system %q", spec.id, spec.system))
		}
		f := &form{spec: spec, index: i, system: system}
		if f.spec.per == "" {
			f.spec.per = "unit"
		}
		for _, line := range strings.Split(spec.fields, "\n") {
			if line == "" {
				continue
			}
			fd, err := parseField(strings.Fields(line), byItem)
			if err != nil {
				faults = append(faults, fmt.Errorf("form %s, field %q: %w", spec.id, line, err))
			}
			if slices.ContainsFunc(f.fields, func(other field) bool { return other.id == fd.id || other.label == fd.label }) {
				faults = append(faults, fmt.Errorf("form %s: two fields are called %s or %s", spec.id, fd.id, fd.label))
			}
			fd.ref = spec.id + "." + fd.id
			f.fields = append(f.fields, fd)
		}
		out = append(out, f)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("unable to read the catalogue of forms: %w", err)
	}
	return out, nil
}

// parseField reads one line. Options: *F (times F), of=UNIT, digits=N, pre (pre-filled), target=F, again=SIGMA (measured a
// second time, independently), stale=SHARE (of figures a month old), copy=ITEM:SHARE (of villages that copy the figure of
// something else), codes=VALUE:CODE,… (answers are codes), secs=N (seconds it takes), if=SHARE (of submissions in which there
// is something to say), new=DAYS (added so many days before the as-of date).
func parseField(words []string, items map[string]*item) (field, error) {
	if len(words) < 3 {
		return field{}, errors.New("it needs an id, a label and a source")
	}
	fd := field{id: words[0], label: words[1], scale: 1, target: math.NaN()}
	if err := fd.setSource(words[2], items); err != nil {
		return fd, err
	}
	for _, word := range words[3:] {
		if err := fd.option(word, items); err != nil {
			return fd, fmt.Errorf("option %q: %w", word, err)
		}
	}
	return fd, nil
}

func (fd *field) setSource(word string, items map[string]*item) error {
	if kind, known := headSources[word]; known {
		fd.source = kind
		return nil
	}
	switch word[0] {
	case '-':
		fd.source = fromBlank
	case '=':
		fd.source, fd.choices = fromConstant, []string{word[1:]}
	case '!':
		if fd.source, fd.attribute = fromSpecial, word[1:]; specialTypes[fd.attribute] == "" {
			return fmt.Errorf("no kind %q", word)
		}
	case '~':
		fd.source, fd.attribute = fromPerson, word[1:]
	case '$':
		fd.source, fd.attribute = fromEntry, word[1:]
	case '+':
		fd.source, fd.detail = fromSum, word[1:]
	case '#':
		fd.source, fd.detail = fromCount, word[1:]
	case '?':
		fd.source = fromChoice
		for _, choice := range strings.Split(word[1:], "|") {
			value, weight, _ := strings.Cut(choice, ":")
			w, err := strconv.ParseFloat(weight, 64)
			if err != nil {
				return fmt.Errorf("choice %q has no weight", choice)
			}
			fd.choices, fd.weights = append(fd.choices, value), append(fd.weights, w)
		}
	default:
		it, known := items[word]
		if !known {
			return fmt.Errorf("no item %q", word)
		}
		fd.item, fd.of, fd.digits = it, it.of, it.digits
	}
	return nil
}

func (fd *field) option(word string, items map[string]*item) (err error) {
	key, value, _ := strings.Cut(word, "=")
	switch {
	case word[0] == '*':
		fd.scale, err = strconv.ParseFloat(word[1:], 64)
	case key == "of":
		fd.of = value
	case key == "digits":
		fd.digits, err = strconv.Atoi(value)
	case key == "secs":
		fd.seconds, err = strconv.ParseFloat(value, 64)
	case key == "if":
		fd.answered, err = strconv.ParseFloat(value, 64)
	case key == "new":
		fd.added, err = strconv.Atoi(value)
	case key == "pre":
		fd.prefilled = true
	case key == "target":
		fd.target, err = strconv.ParseFloat(value, 64)
	case key == "again":
		fd.again, err = strconv.ParseFloat(value, 64)
	case key == "stale":
		fd.stale, err = strconv.ParseFloat(value, 64)
	case key == "copy":
		of, share, _ := strings.Cut(value, ":")
		if fd.copied = items[of]; fd.copied == nil {
			return fmt.Errorf("no item %q", of)
		}
		fd.copiers, err = strconv.ParseFloat(share, 64)
	case key == "codes":
		fd.codes = map[string]string{}
		for _, pair := range strings.Split(value, ",") {
			from, to, _ := strings.Cut(pair, ":")
			fd.codes[from] = to
		}
	default:
		err = errors.New("it is unknown")
	}
	return err
}

// specialTypes are the types of fields of fromSpecial.
var specialTypes = map[string]string{"photo": "photo", "geo": "geo", "face": "biometric", "id": "id", "bank": "text"}

// kind is the field's type of docs/interchange.md.
func (fd *field) kind() string {
	switch fd.source {
	case fromItem, fromSum, fromCount:
		if fd.digits > 0 {
			return "number"
		}
		return "integer"
	case fromCode:
		return "code"
	case fromPhone:
		return "phone"
	case fromDate:
		return "date"
	case fromChoice:
		return "code"
	case fromPerson:
		return personTypes[fd.attribute]
	case fromEntry:
		return entryTypes[fd.attribute]
	case fromSpecial:
		return specialTypes[fd.attribute]
	}
	return "text"
}

func (fd *field) role() string {
	switch fd.source {
	case fromUnit, fromCode, fromPeriod:
		return "key"
	case fromReporter, fromPhone, fromDate:
		return "header"
	case fromPerson:
		if fd.attribute == "id" {
			return "key"
		}
	}
	return ""
}

func (fd *field) measure() string {
	switch {
	case fd.source == fromSum:
		return "flow"
	case fd.item == nil:
		return ""
	}
	return fd.item.measure()
}

// numeric says whether answers are numbers.
func (fd *field) numeric() bool {
	k := fd.kind()
	return k == "integer" || k == "number"
}

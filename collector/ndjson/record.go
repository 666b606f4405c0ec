package ndjson

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// fault is why a line is quarantined.
type fault struct {
	kind   string // of queries.Rejected
	field  string // the key, as values.f3 or fields[2].type
	reason string
}

func (f *fault) Error() string { return f.reason }

// wrong is the fault of a key that was found with a value it may not have.
func wrong(field, found, expected string) error {
	return &fault{kind: "malformed", field: field, reason: fmt.Sprintf("%s is %s; expected %s", field, found, expected)}
}

// member is one key of a record. Its text is the decoded string, the literal of a number, or the raw text of a list or
// object.
type member struct {
	key  string
	kind kind
	text string
}

// found describes what stands in the input, cut to a readable length.
func (m member) found() string {
	switch m.kind {
	case kindString:
		return strconv.Quote(shorten(m.text))
	case kindNumber, kindBool:
		return shorten(m.text)
	}
	return m.kind.String()
}

func shorten(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// recordTypes are the values of the key type.
var recordTypes = []string{"system", "unit", "form", "usage", "submission"}

// decoder turns lines into records. Every worker has its own.
type decoder struct {
	cursor
	members  []member
	layout   []slot
	interned map[string]string
	scratch  []byte

	pseudonym        *collector.Pseudonymizer
	seed             uint64
	earliest, latest time.Time
	values           []queries.Value // slab of the chunk's values; a record's values are its tail from valuesAt
	valuesAt         int
}

// slot remembers one key of the values of the record before: records of a form have the same keys in the same order, so
// that most keys need one comparison and no lookup.
type slot struct{ raw, id string }

// mostFields bounds the fields of one form.
const mostFields = 2000

func newDecoder(p *collector.Pseudonymizer, now time.Time) *decoder {
	return &decoder{
		interned:  make(map[string]string),
		pseudonym: p,
		seed:      p.Hash("identity of interchange records"),
		earliest:  time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC),
		latest:    now.Add(24 * time.Hour),
	}
}

// intern gives equal short texts one copy, which does not hold on to the chunk it was read from.
func (d *decoder) intern(s string) string {
	if t, ok := d.interned[s]; ok {
		return t
	}
	if len(d.interned) >= 1<<16 {
		clear(d.interned)
	}
	t := strings.Clone(s)
	d.interned[t] = t
	return t
}

// line reads one record into out.
func (d *decoder) line(text string, out *result) error {
	d.s, d.i = text, 0
	d.members = d.members[:0]
	d.valuesAt = len(d.values)
	err := d.record(out)
	if err != nil {
		d.values = d.values[:d.valuesAt]
	}
	return err
}

func (d *decoder) record(out *result) error {
	if b := d.next(); b != '{' {
		return &fault{kind: "malformed", reason: "the line is not a record: it begins with " + strconv.QuoteRune([]rune(d.s[d.i:])[0]) + "; expected one JSON object a line, as {\"type\":\"submission\",…}"}
	}
	if err := d.object(d.member); err != nil {
		return err
	}
	if d.next() != 0 {
		return d.fail("something follows the object; expected one object a line")
	}
	name, err := d.typeOf()
	if err != nil {
		return err
	}
	switch name {
	case "submission":
		s, err := d.submission()
		if err == nil {
			out.addSubmission(s, len(d.values))
		}
		return err
	case "usage":
		return d.usage(out)
	}
	d.values = d.values[:d.valuesAt]
	switch name {
	case "system":
		s, err := d.system()
		if err == nil {
			declared := out.declarations()
			declared.Systems = append(declared.Systems, s)
		}
		return err
	case "unit":
		u, err := d.unit()
		if err == nil {
			declared := out.declarations()
			declared.Units = append(declared.Units, u)
		}
		return err
	default:
		f, err := d.form()
		if err == nil {
			declared := out.declarations()
			declared.Forms = append(declared.Forms, f)
		}
		return err
	}
}

// member reads one key and its value. The answers of a submission are read at once.
func (d *decoder) member() error {
	key, err := d.str()
	if err != nil {
		return err
	}
	if err := d.colon(); err != nil {
		return err
	}
	if key == "values" && d.next() == '{' {
		if len(d.values) > d.valuesAt {
			return twice("values")
		}
		d.members = append(d.members, member{key: key, kind: kindObject})
		return d.answers()
	}
	k, text, err := d.value(1)
	if err != nil {
		return err
	}
	d.members = append(d.members, member{key, k, text})
	return nil
}

func twice(field string) error {
	return &fault{kind: "malformed", field: field, reason: field + " appears twice in one record; it is not clear which one counts"}
}

func (d *decoder) typeOf() (string, error) {
	for _, m := range d.members {
		if m.key != "type" {
			continue
		}
		for _, t := range recordTypes {
			if m.kind == kindString && m.text == t {
				return t, nil
			}
		}
		return "", wrong("type", m.found(), oneOf(recordTypes)+suggest(m.text, recordTypes))
	}
	return "", d.missing("type", oneOf(recordTypes))
}

// missing is the fault of a required key that is not there, or empty. A key that looks like it is named.
func (d *decoder) missing(key, expected string) error {
	reason := key + " is missing; expected " + expected
	names := make([]string, len(d.members))
	for i, m := range d.members {
		if names[i] = m.key; m.key == key {
			return &fault{kind: "malformed", field: key, reason: key + " is empty; expected " + expected}
		}
	}
	if near := collector.NearestName(key, names); near != "" {
		reason += fmt.Sprintf(" (is the key %q meant?)", near)
	}
	return &fault{kind: "malformed", field: key, reason: reason}
}

func oneOf(values []string) string {
	return "one of " + strings.Join(values, ", ")
}

func suggest(found string, values []string) string {
	if near := collector.NearestName(found, values); near != "" {
		return fmt.Sprintf(" (is %q meant?)", near)
	}
	return ""
}

// explain makes a quarantine entry's kind, field and reason of an error of line.
func explain(err error) (kind, field, reason string) {
	var f *fault
	var e *encoding
	switch {
	case errors.As(err, &f):
		return f.kind, f.field, f.reason
	case errors.As(err, &e):
		return "encoding", "", e.what
	}
	return "malformed", "", err.Error()
}

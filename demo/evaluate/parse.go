package evaluate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// SyntaxError is a fault of a truth file or of a list of findings, with its place.
type SyntaxError struct {
	File   string
	Line   int    // from 1
	Key    string // such as bad[3].intensity; empty where the text is no JSON
	Reason string
}

func (e *SyntaxError) Error() string {
	if e.Key == "" {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %s: %s", e.File, e.Line, e.Key, e.Reason)
}

// ReadTruth reads a truth file strictly: an unknown key, a missing one or a value out of range is an error that names the
// line and the key. The truth.json of `jianfu demo` is understood too.
func ReadTruth(r io.Reader, name string) (*Truth, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("unable to read %s: %w", name, err)
	}
	p := &parser{file: name, text: text}
	t, err := p.truth()
	if err != nil {
		return nil, err
	}
	return t, nil
}

// parser knows where it is in a truth file.
type parser struct {
	file string
	text []byte
}

func (p *parser) line(offset int64) int {
	offset = min(max(offset, 0), int64(len(p.text)))
	return 1 + bytes.Count(p.text[:offset], []byte("\n"))
}

func (p *parser) fault(offset int64, key, format string, arguments ...any) error {
	return &SyntaxError{p.file, p.line(offset), key, fmt.Sprintf(format, arguments...)}
}

// decode reads one value; at is where it begins in the file.
func (p *parser) decode(raw []byte, at int64, key string, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return p.fault(at+syntax.Offset, "", "this is no JSON: %s", syntax)
	case errors.As(err, &wrong):
		return p.fault(at+wrong.Offset, strings.TrimSuffix(key+"."+wrong.Field, "."), "expected %s, not %s", kindOf(wrong.Type.String()), wrong.Value)
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		unknown := strings.Trim(strings.TrimPrefix(err.Error(), "json: unknown field "), `"`)
		offset := int64(max(0, bytes.Index(raw, []byte(`"`+unknown+`"`))))
		return p.fault(at+offset, key+"."+unknown, "this key is unknown; docs/evaluation.md lists the keys")
	}
	return p.fault(at, key, "%s", err)
}

// kindOf is the JSON name of a Go type.
func kindOf(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]string"):
		return "a list of texts"
	case strings.HasPrefix(goType, "["):
		return "a list"
	case goType == "string":
		return "a text"
	case goType == "int" || goType == "uint64":
		return "a whole number"
	case goType == "float64":
		return "a number"
	}
	return "an object"
}

// member is one key of the file with its undecoded value.
type member struct {
	raw json.RawMessage
	at  int64 // where the value begins
}

// members splits an object into its keys.
func (p *parser) members() (map[string]member, error) {
	d := json.NewDecoder(bytes.NewReader(p.text))
	opening, err := d.Token()
	if err != nil {
		return nil, p.broken(d, err)
	}
	if opening != json.Delim('{') {
		return nil, p.fault(0, "", "a truth file is one JSON object that begins with {")
	}
	out := map[string]member{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, p.broken(d, err)
		}
		key, _ := token.(string)
		at := d.InputOffset()
		if _, twice := out[key]; twice {
			return nil, p.fault(at, key, "this key stands twice")
		}
		var m member
		if err := d.Decode(&m.raw); err != nil {
			return nil, p.broken(d, err)
		}
		m.at = d.InputOffset() - int64(len(m.raw))
		out[key] = m
	}
	if _, err := d.Token(); err != nil {
		return nil, p.broken(d, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, p.fault(d.InputOffset(), "", "something follows the end of the object")
	}
	return out, nil
}

func (p *parser) broken(d *json.Decoder, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return p.fault(syntax.Offset, "", "this is no JSON: %s", syntax)
	}
	return p.fault(d.InputOffset(), "", "the file ends too early")
}

// elements splits a list.
func (p *parser) elements(key string, list member) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(list.raw))
	if opening, err := d.Token(); err != nil || opening != json.Delim('[') {
		return nil, p.fault(list.at, key, "expected a list")
	}
	var out []member
	for d.More() {
		var m member
		if err := d.Decode(&m.raw); err != nil {
			return nil, p.fault(list.at+d.InputOffset(), key, "%s", err)
		}
		m.at = list.at + d.InputOffset() - int64(len(m.raw))
		out = append(out, m)
	}
	return out, nil
}

func (p *parser) truth() (*Truth, error) {
	keys, err := p.members()
	if err != nil {
		return nil, err
	}
	if _, demo := keys["fabricated"]; demo {
		return p.demoTruth()
	}
	t := &Truth{}
	known := map[string]any{
		"format": &t.Format, "version": &t.Version, "seed": &t.Seed, "from": &t.From, "as_of": &t.AsOf, "share": &t.Share,
		"units": &t.Units, "forms": &t.Forms, "held_out_kinds": &t.HeldOut,
	}
	for _, key := range []string{"format", "version", "units", "forms", "bad"} {
		if _, there := keys[key]; !there {
			return nil, p.fault(0, key, "this key is missing")
		}
	}
	for _, key := range sortedByPlace(keys) {
		m := keys[key]
		switch {
		case known[key] != nil:
			if err := p.decode(m.raw, m.at, key, known[key]); err != nil {
				return nil, err
			}
		case key != "bad" && key != "look_alikes":
			return nil, p.fault(m.at, key, "this key is unknown; docs/evaluation.md lists the keys")
		}
		if key == "format" && t.Format != Format {
			return nil, p.fault(m.at, key, "%q is not %q", t.Format, Format)
		}
		if key == "version" && t.Version != Version {
			return nil, p.fault(m.at, key, "version %d is not known; this program reads version %d", t.Version, Version)
		}
	}
	if err := p.judged(t, keys); err != nil {
		return nil, err
	}
	if err := p.bad(t, keys["bad"]); err != nil {
		return nil, err
	}
	if list, there := keys["look_alikes"]; there {
		return t, p.lookAlikes(t, list)
	}
	return t, nil
}

func sortedByPlace(keys map[string]member) []string {
	var out []string
	for key := range keys {
		out = append(out, key)
	}
	slices.SortFunc(out, func(a, b string) int { return int(keys[a].at - keys[b].at) })
	return out
}

// judged checks the units and forms: named once each.
func (p *parser) judged(t *Truth, keys map[string]member) error {
	for key, list := range map[string][]string{"units": t.Units, "forms": t.Forms} {
		if len(list) == 0 {
			return p.fault(keys[key].at, key, "the list is empty")
		}
		seen := make(map[string]bool, len(list))
		for _, id := range list {
			if id == "" || seen[id] {
				return p.fault(keys[key].at, key, "%q is empty or stands twice", id)
			}
			seen[id] = true
		}
	}
	return nil
}

func (p *parser) bad(t *Truth, list member) error {
	elements, err := p.elements("bad", list)
	if err != nil {
		return err
	}
	units, forms, seen := set(t.Units), set(t.Forms), map[Pair]bool{}
	for i, m := range elements {
		at := fmt.Sprintf("bad[%d]", i)
		var b Bad
		if err := p.decode(m.raw, m.at, at, &b); err != nil {
			return err
		}
		pair := Pair{b.Unit, b.Form}
		switch {
		case !units[b.Unit]:
			return p.fault(m.at, at+".unit", "%q is not among the units of the file", b.Unit)
		case !forms[b.Form]:
			return p.fault(m.at, at+".form", "%q is not among the forms of the file", b.Form)
		case b.Kind == "":
			return p.fault(m.at, at+".kind", "this key is missing")
		case !(b.Intensity >= 0 && b.Intensity <= 1) || math.IsNaN(b.Intensity):
			return p.fault(m.at, at+".intensity", "%g is not a share from 0 to 1", b.Intensity)
		case seen[pair]:
			return p.fault(m.at, at, "%s and %s stand twice; join the kinds into one entry", b.Unit, b.Form)
		}
		seen[pair] = true
		t.Bad = append(t.Bad, b)
	}
	return nil
}

func (p *parser) lookAlikes(t *Truth, list member) error {
	elements, err := p.elements("look_alikes", list)
	if err != nil {
		return err
	}
	units, forms := set(t.Units), set(t.Forms)
	for i, m := range elements {
		at := fmt.Sprintf("look_alikes[%d]", i)
		var l LookAlike
		if err := p.decode(m.raw, m.at, at, &l); err != nil {
			return err
		}
		if l.Kind == "" {
			return p.fault(m.at, at+".kind", "this key is missing")
		}
		for _, unit := range l.Units {
			if !units[unit] {
				return p.fault(m.at, at+".units", "%q is not among the units of the file", unit)
			}
		}
		for _, form := range l.Forms {
			if !forms[form] {
				return p.fault(m.at, at+".forms", "%q is not among the forms of the file", form)
			}
		}
		t.LookAlikes = append(t.LookAlikes, l)
	}
	return nil
}

func set(list []string) map[string]bool {
	out := make(map[string]bool, len(list))
	for _, id := range list {
		out[id] = true
	}
	return out
}

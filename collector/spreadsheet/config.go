package spreadsheet

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/collector"
)

// config is how a source of kind spreadsheet is described; docs/sources/spreadsheet.md explains every key.
type config struct {
	Path      collector.FilePatterns `yaml:"path"`
	System    string                 `yaml:"system"`
	Form      place                  `yaml:"form"`
	Unit      place                  `yaml:"unit"`
	Period    place                  `yaml:"period"`
	Cycle     string                 `yaml:"cycle"`
	Submitted place                  `yaml:"submitted_at"`
	Reporter  place                  `yaml:"reporter"`
	Subject   place                  `yaml:"subject"`
	ID        place                  `yaml:"record_id"` // id is that of the source
	File      pattern                `yaml:"file"`
	Title     pattern                `yaml:"title"`
	Sheets    collector.FilePatterns `yaml:"sheets"`
	HeaderRow int                    `yaml:"header_row"`
	Layout    string                 `yaml:"layout"`
	Per       string                 `yaml:"per"`
	Fields    map[string]string      `yaml:"fields"`
	Except    []string               `yaml:"except"`
	Units     unitNames              `yaml:"units"`
}

// place says where a key of a submission comes from. Exactly one of its parts is set.
type place struct {
	Column string            `yaml:"column"` // the header of a column, or the label of a value
	Cell   string            `yaml:"cell"`   // such as B2
	Title  pattern           `yaml:"title"`  // found in a row above the header
	File   pattern           `yaml:"file"`   // found in the path of the file
	Sheet  pattern           `yaml:"sheet"`  // found in the name of the sheet
	Value  string            `yaml:"value"`  // a constant
	Map    map[string]string `yaml:"map"`    // what was found -> what is meant

	written string // as a plain text, whose meaning depends on the key
}

// UnmarshalYAML reads a text or {column: …}, {cell: …}, {title: …}, {file: …}, {sheet: …}, {value: …}.
func (p *place) UnmarshalYAML(unmarshal func(any) error) error {
	if unmarshal(&p.written) == nil {
		return nil
	}
	type plain place
	var long plain
	if err := unmarshal(&long); err != nil {
		return err
	}
	*p = place(long)
	if n := p.ways(); n != 1 {
		return errors.New("expected one of {column: …}, {cell: …}, {title: …}, {file: …}, {sheet: …}, {value: …}")
	}
	return nil
}

func (p *place) ways() int {
	n := 0
	for _, set := range []bool{p.Column != "", p.Cell != "", p.Title.set(), p.File.set(), p.Sheet.set(), p.Value != ""} {
		if set {
			n++
		}
	}
	return n
}

func (p *place) set() bool { return p.ways() > 0 }

// pattern is a regular expression (RE2). What is found is its first group, or all of it.
type pattern struct{ re *regexp.Regexp }

// UnmarshalYAML reads a regular expression; true stands for any text.
func (p *pattern) UnmarshalYAML(unmarshal func(any) error) error {
	var all bool
	if unmarshal(&all) == nil && all {
		p.re = regexp.MustCompile(`^.*$`)
		return nil
	}
	var text string
	if err := unmarshal(&text); err != nil {
		return errors.New("expected a regular expression in quotes")
	}
	var err error
	if p.re, err = regexp.Compile(text); err != nil {
		return fmt.Errorf("%q is not a regular expression: %w", text, err)
	}
	return nil
}

func (p pattern) set() bool { return p.re != nil }

// find is what the pattern finds in a text.
func (p pattern) find(text string) (string, bool) {
	found := p.re.FindStringSubmatch(text)
	switch {
	case found == nil:
		return "", false
	case len(found) > 1:
		return found[1], true
	}
	return found[0], true
}

// named is what the group of that name finds.
func (p pattern) named(name, text string) (string, bool) {
	if p.re == nil {
		return "", false
	}
	i := p.re.SubexpIndex(name)
	found := p.re.FindStringSubmatch(text)
	if i < 0 || found == nil || found[i] == "" {
		return "", false
	}
	return found[i], true
}

// unitNames are names of units and their codes, or the path of a table that lists them.
type unitNames struct {
	path  string
	codes map[string]string
}

// UnmarshalYAML reads {name: code, …} or a path.
func (u *unitNames) UnmarshalYAML(unmarshal func(any) error) error {
	if unmarshal(&u.path) == nil {
		return nil
	}
	if err := unmarshal(&u.codes); err != nil {
		return errors.New("expected {name: code, …} or the path of a table with the columns name and code")
	}
	return nil
}

var (
	layouts = []string{"rows", "pairs"}
	pers    = []string{"unit", "record"}
	cycles  = []string{"day", "week", "month", "quarter", "half", "year"}
	groups  = []string{"form", "unit", "period"}
)

// check settles what plain texts mean, and tells everything that is wrong.
func (c *config) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if err := c.Path.Check(); err != nil {
		faults = append(faults, err)
	}
	for key, p := range c.places() {
		if p.written == "" {
			continue
		}
		if key == "form" {
			p.Value = p.written
		} else {
			p.Column = p.written
		}
	}
	if !c.Form.set() && !slices.Contains(c.File.names(), "form") && !slices.Contains(c.Title.names(), "form") {
		fault("form: is missing; write the form's id, {sheet: true}, {title: '…'}, or a group (?P<form>…) in file")
	}
	if c.Form.Column != "" {
		fault("form: cannot be read from a column; split the table, or use one source a form")
	}
	if c.Submitted.Value != "" {
		fault("submitted_at: cannot be a constant; leave it out to take the file's time of change")
	}
	for _, p := range []struct {
		key  string
		p    pattern
		name []string
	}{{"file", c.File, c.File.names()}, {"title", c.Title, c.Title.names()}} {
		if p.p.set() && len(p.name) == 0 {
			fault("%s: has no group; name what it finds: (?P<form>…), (?P<unit>…) or (?P<period>…)", p.key)
		}
		for _, name := range p.name {
			if !slices.Contains(groups, name) {
				fault("%s: the group %q is unknown%s", p.key, name, collector.Nearest(name, groups))
			}
		}
	}
	for _, w := range []struct {
		key, word string
		words     []string
	}{{"layout", c.Layout, layouts}, {"per", c.Per, pers}, {"cycle", c.Cycle, cycles}} {
		if w.word != "" && !slices.Contains(w.words, w.word) {
			fault("%s: %q is unknown%s; write one of %s", w.key, w.word, collector.Nearest(w.word, w.words), strings.Join(w.words, ", "))
		}
	}
	for key, p := range c.places() {
		if p.Cell == "" {
			continue
		}
		if _, _, ok := cellAt(strings.ToUpper(p.Cell)); !ok {
			fault("%s: %q is not a cell; write one such as B2", key, p.Cell)
		}
	}
	if c.HeaderRow < 0 || c.HeaderRow > topRows {
		fault("header_row: %d is no row of a header; write its line, from 1 to %d", c.HeaderRow, topRows)
	}
	return errors.Join(faults...)
}

// places yields the keys in the order in which faults are told.
func (c *config) places() func(func(string, *place) bool) {
	all := map[string]*place{
		"1form": &c.Form, "2unit": &c.Unit, "3period": &c.Period, "4submitted_at": &c.Submitted, "5reporter": &c.Reporter,
		"6subject": &c.Subject, "7record_id": &c.ID,
	}
	return func(yield func(string, *place) bool) {
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if !yield(key[1:], all[key]) {
				return
			}
		}
	}
}

func (p pattern) names() []string {
	if p.re == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.re.SubexpNames()), func(s string) bool { return s == "" })
}

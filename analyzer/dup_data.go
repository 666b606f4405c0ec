package analyzer

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// dupForm is one form with what its submissions tell of it.
type dupForm struct {
	queries.Form
	system   queries.System
	use      queries.FormUse
	cycle    string
	byPerson bool // its submissions name persons by an identifier
	about    bool // its submissions are about persons, households or places that the upstream tells apart
	fields   []dupField
	asked    []int // positions in fields of those that are compared, in the order of the matcher's columns
	sample   dupSample
}

// dupField is one field of a form.
type dupField struct {
	queries.Field
	ref      string // "form.field"
	kind     fieldKind
	seconds  float64 // that it takes to fill in
	complete float64 // share of submissions that answer it, 0 where nothing is known
	values   bool
	named    bool   // its label says something
	hidden   string // class of the pseudonyms it holds, empty for none
	profile  *Profile
}

// dupSample is a part of a form's submissions, field by field.
type dupSample struct {
	units    []uint32
	days     []int32 // first day of the period
	subjects []uint64
	persons  []uint64
	filers   []uint64 // who filled it in
	sent     []int64
	columns  [][]uint32 // by field; numbers of the dictionary
}

// columnOf is the answers to a field, nil where there are none.
func (s *dupSample) columnOf(field int) []uint32 {
	if s.columns == nil {
		return nil
	}
	return s.columns[field]
}

// dupData is all forms in use or declared.
type dupData struct {
	forms      []dupForm
	place      map[string]int // of a form by id
	dictionary *dictionary
	units      map[string]uint32
	parents    []uint32 // by unit, 0 where the parent reports nothing itself
}

const (
	dupHistory = 366 // days before the window whose answers are read too: yearly forms speak of the year before
	// Memory is shared by all fields, so that many fields keep fewer values each.
	dupValues = 40_000_000
	dupCells  = 30_000_000
)

// loadDuplicates reads what the matcher needs: labels, the values of each field, and a sample of rows.
func loadDuplicates(ctx context.Context, in Input, words *lexicon) (*dupData, error) {
	start := in.Window.From.AddDate(0, 0, -dupHistory)
	uses, err := in.Store.FormUses(ctx, start, in.Window.From, in.Window.To)
	if err != nil {
		return nil, fmt.Errorf("unable to read how forms are used: %w", err)
	}
	d := &dupData{place: map[string]int{}, dictionary: newDictionary(), units: map[string]uint32{}}
	fields := 1
	for _, f := range in.Registry.Forms() {
		form := dupForm{Form: f, use: uses[f.ID]}
		form.system, _ = in.Registry.System(f.System)
		form.about = form.use.About*2 > form.use.Submissions
		form.cycle = f.Cycle
		if form.cycle == "" {
			form.cycle = cycleOfPeriod(form.use.Period)
		}
		for _, field := range f.Fields {
			form.fields = append(form.fields, dupField{Field: field, ref: f.ID + "." + field.ID})
		}
		fields += len(f.Fields)
		d.place[f.ID] = len(d.forms)
		d.forms = append(d.forms, form)
	}
	if err := d.loadValues(ctx, in, start, min(2048, max(256, dupValues/fields))); err != nil {
		return nil, fmt.Errorf("unable to read the values of fields: %w", err)
	}
	if err := d.loadRows(ctx, in, start, min(2000, max(300, dupCells/fields))); err != nil {
		return nil, fmt.Errorf("unable to read a sample of submissions: %w", err)
	}
	d.parents = make([]uint32, len(d.units)+1)
	for code, unit := range d.units {
		u, _ := in.Registry.Unit(code)
		d.parents[unit] = d.units[u.Parent]
	}
	limits := in.Policy.Of("burden-hours")
	for i := range d.forms {
		d.forms[i].sortOut(in.Registry, d, words, limits)
	}
	return d, nil
}

func (d *dupData) loadValues(ctx context.Context, in Input, start time.Time, most int) error {
	var profiler *Profiler
	var first queries.FieldValue
	finish := func() {
		i, known := d.place[first.Form]
		if profiler == nil || !known {
			return
		}
		form := &d.forms[i]
		at := slices.IndexFunc(form.fields, func(f dupField) bool { return f.ID == first.Field })
		if at < 0 {
			return
		}
		f := &form.fields[at]
		f.profile = profiler.Profile()
		f.profile.Rows = max(form.use.Submissions, first.Filled)
		f.profile.Nulls = f.profile.Rows - first.Filled
		f.complete = float64(first.Filled) / float64(max(1, f.profile.Rows))
		f.values = true
	}
	err := in.Store.FieldValues(ctx, start, in.Window.To, most, func(v queries.FieldValue) error {
		if v.Form != first.Form || v.Field != first.Field {
			finish()
			first, profiler = v, NewProfiler()
			profiler.shift = v.Sampled
		}
		value, format := storedValue(v.Number, v.Text)
		profiler.AddCanonical(value, format, v.Count)
		return nil
	})
	finish()
	return err
}

// storedValue is the canonical value of an answer. Pseudonyms keep the class of what they stand for.
func storedValue(number float64, text string) (string, Format) {
	if text == "" {
		if math.IsNaN(number) {
			return "", FormatText
		}
		return Canonical(strconv.FormatFloat(number, 'f', -1, 64))
	}
	class, _, found := strings.Cut(text, ":")
	if found {
		switch class {
		case "rid":
			return text, FormatResidentID
		case "tel":
			return text, FormatPhone
		case "name":
			return text, FormatText
		case "key", "rid-bad":
			return text, FormatCode
		}
	}
	return Canonical(text)
}

func (d *dupData) loadRows(ctx context.Context, in Input, start time.Time, most int) error {
	numbers := map[float64]uint32{}
	texts := map[string]uint32{}
	code := func(number float64, text string) uint32 {
		if text == "" {
			if math.IsNaN(number) {
				return 0
			}
			c, known := numbers[number]
			if !known {
				value, _ := storedValue(number, "")
				c = d.dictionary.code(value)
				numbers[number] = c
			}
			return c
		}
		c, known := texts[text]
		if !known {
			value, _ := storedValue(number, text)
			c = d.dictionary.code(value)
			text = strings.Clone(text)
			texts[text] = c
		}
		return c
	}
	identifiers := map[string]string{}
	for i := range d.forms {
		if at := d.forms[i].identifier(); at >= 0 {
			identifiers[d.forms[i].ID] = d.forms[i].fields[at].ID
			d.forms[i].byPerson = true
		}
	}
	return in.Store.SampledRows(ctx, start, in.Window.To, most, identifiers, func(r queries.SampledRow) error {
		i, known := d.place[r.Form]
		if !known {
			return nil
		}
		form := &d.forms[i]
		s := &form.sample
		if s.columns == nil {
			s.columns = make([][]uint32, len(form.fields))
		}
		unit, known := d.units[r.Unit]
		if !known {
			unit = uint32(len(d.units) + 1)
			d.units[r.Unit] = unit
		}
		row := len(s.units)
		s.units, s.days = append(s.units, unit), append(s.days, int32(queries.DayNumber(r.Start)))
		s.subjects, s.persons, s.sent = append(s.subjects, r.Subject), append(s.persons, r.Person), append(s.sent, r.Submitted.Unix())
		s.filers = append(s.filers, r.Reporter)
		for k, id := range r.Fields {
			text := ""
			if r.Texts != nil {
				text = r.Texts[k]
			}
			c := code(r.Numbers[k], text)
			if c == 0 {
				continue
			}
			at := k
			if at >= len(form.fields) || form.fields[at].ID != id {
				at = slices.IndexFunc(form.fields, func(f dupField) bool { return f.ID == id })
			}
			if at < 0 {
				continue
			}
			for len(s.columns[at]) < row {
				s.columns[at] = append(s.columns[at], 0)
			}
			s.columns[at] = append(s.columns[at], c)
		}
		return nil
	})
}

var periodShapes = []struct {
	cycle string
	shape *regexp.Regexp
}{
	{"year", regexp.MustCompile(`^\d{4}$`)},
	{"half", regexp.MustCompile(`^\d{4}H\d$`)},
	{"quarter", regexp.MustCompile(`^\d{4}Q\d$`)},
	{"week", regexp.MustCompile(`^\d{4}-W\d\d$`)},
	{"month", regexp.MustCompile(`^\d{4}-\d\d$`)},
	{"day", regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)},
}

// cycleOfPeriod is the cycle that the way of writing a period shows, or empty.
func cycleOfPeriod(period string) string {
	for _, p := range periodShapes {
		if p.shape.MatchString(period) {
			return p.cycle
		}
	}
	return ""
}

package analyzer

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

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

	oldest   time.Time     // first day that its submissions speak of
	print    uint64        // of the evidence, 0 without submissions and where they changed while they were read
	evidence *formEvidence // until it is taken apart
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
	periods  int     // different ones
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
	units      map[string]uint32 // numbered from 1, in the order of their codes
	unitCodes  []string          // of units, by number
	parents    []uint32          // by unit, 0 where there is none
}

// loadDuplicates brings together what the matcher needs: labels, the values of each field, and a sample of rows.
func loadDuplicates(ctx context.Context, in Input, words *lexicon) (*dupData, error) {
	uses, err := in.Store.FormUses(ctx, evidenceStart(in.Window.From), in.Window.From, in.Window.To)
	if err != nil {
		return nil, fmt.Errorf("unable to read how forms are used: %w", err)
	}
	d := &dupData{place: map[string]int{}, dictionary: newDictionary(), units: map[string]uint32{}}
	fields := 0
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
	if err := newGatherer(in, fields).gather(ctx, d.forms); err != nil {
		return nil, err
	}
	d.numberUnits(in.Registry)
	for i := range d.forms {
		d.take(&d.forms[i])
	}
	limits := in.Policy.Of("burden-hours")
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range d.forms {
		group.Go(func() error {
			d.forms[i].sortOut(in.Registry, d, words, limits)
			return ctx.Err()
		})
	}
	return d, group.Wait()
}

// numberUnits numbers the units that report, and those above them, in the order of their codes.
func (d *dupData) numberUnits(registry *queries.Registry) {
	above := map[string]string{}
	for i := range d.forms {
		if e := d.forms[i].evidence; e != nil {
			for _, code := range e.Rows.Units {
				if _, known := above[code]; !known {
					u, _ := registry.Unit(code)
					above[code] = u.Parent
				}
			}
		}
	}
	for _, parent := range slices.Collect(maps.Values(above)) {
		if _, known := above[parent]; !known && parent != "" {
			u, _ := registry.Unit(parent)
			above[parent] = u.Parent
		}
	}
	d.unitCodes = append(d.unitCodes, "")
	for _, code := range slices.Sorted(maps.Keys(above)) {
		d.units[code] = uint32(len(d.unitCodes))
		d.unitCodes = append(d.unitCodes, code)
	}
	d.parents = make([]uint32, len(d.unitCodes))
	for code, unit := range d.units {
		d.parents[unit] = d.units[above[code]]
	}
}

// take puts the evidence of a form into the numbers that all forms share.
func (d *dupData) take(f *dupForm) {
	if f.evidence == nil {
		return
	}
	f.takeProfiles()
	f.byPerson = f.identifier() >= 0
	r := &f.evidence.Rows
	s := &f.sample
	s.days, s.subjects, s.persons, s.filers, s.sent = r.Days, r.Subjects, r.Persons, r.Filers, r.Sent
	s.units = r.Unit
	for row, unit := range r.Unit {
		s.units[row] = d.units[r.Units[unit]]
	}
	days := slices.Clone(s.days)
	slices.Sort(days)
	s.periods = len(slices.Compact(days))
	codes := make([]uint32, len(r.Values)+1)
	for i, value := range r.Values {
		codes[i+1] = d.dictionary.code(value)
	}
	s.columns = make([][]uint32, len(r.Columns))
	for i, column := range r.Columns {
		s.columns[i] = make([]uint32, len(s.units))
		for row, value := range column {
			s.columns[i][row] = codes[value]
		}
	}
	if len(s.units) == 0 {
		s.columns = nil
	}
	f.evidence = nil
}

// takeProfiles hands the fields their profiles.
func (f *dupForm) takeProfiles() {
	for i := range f.evidence.Fields {
		if e := &f.evidence.Fields[i]; e.Filled > 0 {
			field := &f.fields[i]
			field.profile, field.values = &e.Profile, true
			field.complete = float64(e.Filled) / float64(max(1, e.Profile.Rows))
		}
	}
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

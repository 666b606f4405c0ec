package analyzer

import (
	"context"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jianfu/jianfu/queries"
)

const (
	evidenceHistory = 366 // days before the window whose answers are read too: yearly forms speak of the year before
	// Memory is shared by all fields, so that many fields keep fewer values and rows each.
	valuesInAll, valuesMost, valuesLeast = 40_000_000, 2048, 256
	cellsInAll, rowsMost, rowsLeast      = 30_000_000, 2048, 256
	chunkFields                          = 2500 // fields of the forms that are read at once
)

// evidenceStart is the first day that evidence speaks of. It moves by quarters and not by days, so that a form without new
// submissions does not change every day.
func evidenceStart(from time.Time) time.Time {
	day := from.AddDate(0, 0, -evidenceHistory)
	return queries.DayOf(int(periodDay(int32(queries.DayNumber(day)), "quarter")))
}

// gatherer brings together the evidence of forms: what was kept where it still holds, else from their submissions.
type gatherer struct {
	store        *queries.Store
	start, to    time.Time
	values, rows int // about as many are read of a field or form
	contents     map[string]queries.FormContent
}

// newGatherer shares the room for values and rows among the fields. Powers of two keep a field more or less from changing it.
func newGatherer(in Input, fields int) *gatherer {
	share := func(all, least, most int) int {
		return min(most, max(least, 1<<int(math.Round(math.Log2(float64(all)/float64(max(1, fields)))))))
	}
	return &gatherer{
		store: in.Store, start: evidenceStart(in.Window.From), to: in.Window.To,
		values: share(valuesInAll, valuesLeast, valuesMost), rows: share(cellsInAll, rowsLeast, rowsMost),
	}
}

// gather fills the evidence of all forms that have submissions.
func (g *gatherer) gather(ctx context.Context, forms []dupForm) error {
	var err error
	if g.contents, err = g.store.FormContents(ctx, nil, g.start, g.to); err != nil {
		return fmt.Errorf("unable to read which forms have changed: %w", err)
	}
	place := map[string]*dupForm{}
	prints := []uint64{}
	for i := range forms {
		if f := &forms[i]; g.contents[f.ID].Submissions > 0 {
			f.print, f.oldest = g.valuesPrint(f), g.contents[f.ID].Oldest
			place[f.ID] = f
			prints = append(prints, f.print)
		}
	}
	if err := g.recall(ctx, place, prints); err != nil {
		return fmt.Errorf("unable to read the evidence that was kept: %w", err)
	}
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, chunk := range chunks(forms) {
		group.Go(func() error { return g.read(reading, chunk) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return g.forget(ctx, forms)
}

// recall takes what was kept under the right prints.
func (g *gatherer) recall(ctx context.Context, place map[string]*dupForm, prints []uint64) error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	err := g.store.EvidenceRows(ctx, valuesPart, prints, func(row queries.EvidenceRow) error {
		f := place[row.Form]
		if f == nil || f.print != row.Print || f.evidence != nil {
			return nil
		}
		e := &formEvidence{}
		f.evidence = e
		group.Go(func() error {
			// Evidence that cannot be read is like evidence that was never kept.
			if unpack(row, e) != nil || !e.fits(f) {
				*e = formEvidence{}
			}
			return nil
		})
		return nil
	})
	if done := group.Wait(); err == nil {
		err = done
	}
	for _, f := range place {
		if f.evidence != nil && f.evidence.Fields == nil {
			f.evidence = nil
		}
	}
	return err
}

// chunks are the forms that have to be read, some at a time.
func chunks(forms []dupForm) [][]*dupForm {
	var out [][]*dupForm
	fields := 0
	for i := range forms {
		f := &forms[i]
		if f.print == 0 || f.evidence != nil {
			continue
		}
		if fields += len(f.fields); len(out) == 0 || fields > chunkFields {
			out, fields = append(out, nil), len(f.fields)
		}
		out[len(out)-1] = append(out[len(out)-1], f)
	}
	return out
}

// read makes the evidence of some forms from their submissions, and keeps it where nothing was stored or removed meanwhile.
func (g *gatherer) read(ctx context.Context, forms []*dupForm) error {
	place := map[string]*dupForm{}
	for _, f := range forms {
		f.evidence = &formEvidence{Fields: make([]fieldEvidence, len(f.fields))}
		place[f.ID] = f
	}
	ids := slices.Sorted(maps.Keys(place))
	c := canonicals{}
	err := g.store.FieldValues(ctx, ids, g.start, g.to, g.values, func(v queries.FieldValues) error {
		f := place[v.Form]
		if at := f.position(v.Field); at >= 0 {
			f.evidence.Fields[at] = g.profile(f, v, c)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("unable to read the values of fields: %w", err)
	}
	if err := g.readRows(ctx, ids, place, c); err != nil {
		return fmt.Errorf("unable to read a sample of submissions: %w", err)
	}
	after, err := g.store.FormContents(ctx, ids, g.start, g.to)
	if err != nil {
		return fmt.Errorf("unable to read which forms have changed: %w", err)
	}
	var rows []queries.EvidenceRow
	for _, f := range forms {
		if after[f.ID] != g.contents[f.ID] {
			f.print = 0
			continue
		}
		row, err := pack(f.ID, valuesPart, f.print, f.oldest, f.evidence)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if err := g.store.KeepEvidence(ctx, rows); err != nil {
		return fmt.Errorf("unable to keep the evidence of %d forms: %w", len(rows), err)
	}
	return nil
}

func (f *dupForm) position(field string) int {
	return slices.IndexFunc(f.fields, func(x dupField) bool { return x.ID == field })
}

func (g *gatherer) profile(f *dupForm, v queries.FieldValues, c canonicals) fieldEvidence {
	profiler := NewProfiler()
	profiler.shift = v.Sampled
	for i, number := range v.Numbers {
		text := ""
		if v.Texts != nil {
			text = v.Texts[i]
		}
		value := c.of(number, text)
		profiler.AddCanonical(value.text, value.format, v.Counts[i])
	}
	e := fieldEvidence{Filled: v.Filled, Profile: *profiler.Profile()}
	e.Profile.Rows = max(f.use.Submissions, v.Filled)
	e.Profile.Nulls = e.Profile.Rows - v.Filled
	return e
}

func (g *gatherer) readRows(ctx context.Context, ids []string, place map[string]*dupForm, c canonicals) error {
	identifiers := map[string]string{}
	for _, f := range place {
		f.takeProfiles()
		if at := f.identifier(); at >= 0 {
			identifiers[f.ID] = f.fields[at].ID
		}
	}
	var of *dupForm
	var b rowBuilder
	return g.store.SampledRows(ctx, ids, g.start, g.to, g.rows, identifiers, func(r queries.SampledRow) error {
		if of == nil || of.ID != r.Form {
			of = place[r.Form]
			b = rowBuilder{&of.evidence.Rows, c, map[string]uint32{}, map[string]uint32{}}
			b.rows.Columns = make([][]uint32, len(of.fields))
		}
		b.add(of, r)
		return nil
	})
}

// rowBuilder numbers the units and values of one form.
type rowBuilder struct {
	rows  *sampledRows
	known canonicals
	units map[string]uint32
	codes map[string]uint32
}

func (b *rowBuilder) add(f *dupForm, r queries.SampledRow) {
	s := b.rows
	unit, known := b.units[r.Unit]
	if !known {
		unit = uint32(len(s.Units))
		b.units[r.Unit] = unit
		s.Units = append(s.Units, r.Unit)
	}
	row := len(s.Unit)
	s.Unit, s.Days = append(s.Unit, unit), append(s.Days, int32(queries.DayNumber(r.Start)))
	s.Subjects, s.Persons, s.Filers = append(s.Subjects, r.Subject), append(s.Persons, r.Person), append(s.Filers, r.Reporter)
	s.Sent = append(s.Sent, r.Submitted.Unix())
	for k, id := range r.Fields {
		text := ""
		if r.Texts != nil {
			text = r.Texts[k]
		}
		code := b.code(r.Numbers[k], text)
		if code == 0 {
			continue
		}
		at := k
		if at >= len(f.fields) || f.fields[at].ID != id {
			at = f.position(id)
		}
		if at < 0 {
			continue
		}
		for len(s.Columns[at]) < row {
			s.Columns[at] = append(s.Columns[at], 0)
		}
		s.Columns[at] = append(s.Columns[at], code)
	}
}

func (b *rowBuilder) code(number float64, text string) uint32 {
	value := b.known.of(number, text).text
	if value == "" {
		return 0
	}
	code, known := b.codes[value]
	if !known {
		value = strings.Clone(value) // which may be a piece of the row's texts
		b.rows.Values = append(b.rows.Values, value)
		code = uint32(len(b.rows.Values))
		b.codes[value] = code
	}
	return code
}

// canonicals remembers the canonical values of numbers, which are few and come often.
type canonicals map[float64]canonical

type canonical struct {
	text   string
	format Format
}

const canonicalsMost = 200_000

// of is the canonical value of an answer. Pseudonyms keep the class of what they stand for.
func (c canonicals) of(number float64, text string) canonical {
	if text != "" {
		value, format := storedText(text)
		return canonical{value, format}
	}
	if math.IsNaN(number) {
		return canonical{}
	}
	if known, ok := c[number]; ok {
		return known
	}
	value, format := Canonical(strconv.FormatFloat(number, 'f', -1, 64))
	if len(c) < canonicalsMost {
		c[number] = canonical{value, format}
	}
	return canonical{value, format}
}

func storedText(text string) (string, Format) {
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

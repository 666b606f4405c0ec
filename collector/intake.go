package collector

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/queries"
)

// intake turns submissions as sources read them into rows to be stored: units by code, fields in the form's layout,
// identifiers as pseudonyms, biometric values refused. It is used by one goroutine.
type intake struct {
	registry  *queries.Registry
	pseudonym *Pseudonymizer
	layouts   map[string]*layout
	units     map[string]string
	periods   map[string]time.Time
	names     map[string]string
	rows      *queries.SubmissionColumns
	refused   func(s *queries.Submission, field queries.Field)

	numbers []float64
	texts   []string
	filled  []bool
	packed  []byte
	digest  *xxh3.Hasher
}

// layout is a form's order of fields, as the last submission of the form needed it.
type layout struct {
	fields  []queries.Field
	classes []class
	place   map[string]int
	joined  string
}

func newIntake(registry *queries.Registry, pseudonym *Pseudonymizer) *intake {
	return &intake{
		registry: registry, pseudonym: pseudonym, layouts: map[string]*layout{}, units: map[string]string{},
		periods: map[string]time.Time{}, names: map[string]string{}, rows: &queries.SubmissionColumns{}, digest: xxh3.New(),
	}
}

// reset forgets what was learnt of the registry, for when declarations changed it.
func (in *intake) reset() {
	clear(in.layouts)
	clear(in.units)
}

func (in *intake) add(s *queries.Submission) {
	l := in.layoutOf(s)
	n := len(l.fields)
	if cap(in.numbers) < n {
		in.numbers, in.texts, in.filled = make([]float64, n), make([]string, n), make([]bool, n)
	}
	in.numbers, in.texts, in.filled = in.numbers[:n], in.texts[:n], in.filled[:n]
	for i := range n {
		in.numbers[i], in.texts[i], in.filled[i] = math.NaN(), "", false
	}
	for _, v := range s.Values {
		if v.Kind == queries.Absent {
			continue
		}
		i := l.place[v.Field]
		if l.classes[i] == biometric {
			in.refused(s, l.fields[i])
			continue
		}
		in.numbers[i], in.texts[i] = in.value(l.classes[i], v)
		in.filled[i] = !math.IsNaN(in.numbers[i]) || in.texts[i] != ""
	}
	c := in.rows
	unit := in.unit(s.Unit)
	reporter, subject := in.pseudonym.Hash(s.Reporter), in.pseudonym.Hash(canonicalID(s.Subject))
	started := s.StartedAt
	if started.IsZero() {
		started = time.Unix(0, 0)
	}
	c.Form, c.Unit, c.Period, c.PeriodStart = append(c.Form, in.own(s.Form)), append(c.Unit, unit), append(c.Period, in.own(s.Period)), append(c.PeriodStart, in.start(s.Period))
	c.SubmittedAt, c.StartedAt = append(c.SubmittedAt, s.SubmittedAt), append(c.StartedAt, started)
	c.Reporter, c.Channel, c.Subject = append(c.Reporter, reporter), append(c.Channel, in.own(s.Channel)), append(c.Subject, subject)
	c.Lat, c.Lon, c.Layout = append(c.Lat, s.Lat), append(c.Lon, s.Lon), append(c.Layout, l.joined)
	c.Key = append(c.Key, in.key(s, unit, reporter, subject, started))
	in.packed = in.packed[:0]
	anyText := false
	for i, v := range in.numbers {
		in.packed = queries.PackNumbers(in.packed, v)
		anyText = anyText || in.texts[i] != ""
	}
	c.Numbers = append(c.Numbers, string(in.packed))
	if !anyText {
		c.Texts = append(c.Texts, "")
		return
	}
	in.packed = in.packed[:0]
	for i, t := range in.texts {
		if i > 0 {
			in.packed = append(in.packed, 0)
		}
		in.packed = append(in.packed, t...)
	}
	if len(in.texts) == 1 && in.texts[0] == "" {
		in.packed = in.packed[:0]
	}
	c.Texts = append(c.Texts, string(in.packed))
}

// layoutOf finds the form's layout, and extends it when the submission has fields that were not seen before.
func (in *intake) layoutOf(s *queries.Submission) *layout {
	l := in.layouts[s.Form]
	if l != nil {
		complete := true
		for _, v := range s.Values {
			if _, ok := l.place[v.Field]; !ok {
				complete = false
				break
			}
		}
		if complete {
			return l
		}
	}
	seen := make([]queries.Field, len(s.Values))
	for i, v := range s.Values {
		id := strings.Clone(v.Field)
		seen[i] = queries.Field{ID: id, Label: id, Target: math.NaN()}
	}
	fields := in.registry.Layout(in.own(s.Form), seen)
	l = &layout{fields: fields, place: make(map[string]int, len(fields))}
	names := make([]string, len(fields))
	for i, f := range fields {
		l.place[f.ID], names[i] = i, f.ID
		l.classes = append(l.classes, classify(f))
	}
	l.joined = strings.Join(names, "\x00")
	in.layouts[in.own(s.Form)] = l
	return l
}

// unit gives the division code of a unit that is named by code or name. A unit that nobody declared is learnt as it is called.
func (in *intake) unit(called string) string {
	if code, ok := in.units[called]; ok {
		return code
	}
	code, ok := in.registry.UnitCode(called)
	if !ok {
		code = strings.Clone(called)
		in.registry.DeclareUnit(queries.Unit{Code: code, Name: code})
	}
	in.units[in.own(called)] = code
	return code
}

// own gives a copy of a text that repeats in many rows: sources may reuse their buffers, and one copy serves all.
func (in *intake) own(s string) string {
	if o, ok := in.names[s]; ok {
		return o
	}
	o := strings.Clone(s)
	if len(in.names) < 1<<16 {
		in.names[o] = o
	}
	return o
}

func (in *intake) start(period string) time.Time {
	if t, ok := in.periods[period]; ok {
		return t
	}
	t := PeriodStart(period)
	in.periods[in.own(period)] = t
	return t
}

// key is the identity of a submission: its id, or all of its content.
func (in *intake) key(s *queries.Submission, unit string, reporter, subject uint64, started time.Time) uint64 {
	h := in.digest
	h.Reset()
	text := func(s string) {
		_, _ = h.WriteString(s)
		_, _ = h.Write([]byte{0})
	}
	var word [8]byte
	number := func(x uint64) {
		binary.LittleEndian.PutUint64(word[:], x)
		_, _ = h.Write(word[:])
	}
	text(s.Form)
	if s.ID != "" {
		text("id")
		text(s.ID)
		return h.Sum64()
	}
	text(unit)
	text(s.Period)
	number(uint64(s.SubmittedAt.Unix()))
	number(uint64(started.Unix()))
	number(reporter)
	number(subject)
	text(s.Channel)
	number(math.Float64bits(s.Lat))
	number(math.Float64bits(s.Lon))
	for i, filled := range in.filled {
		if !filled {
			continue
		}
		number(uint64(i))
		if t := in.texts[i]; t != "" {
			text(t)
		} else {
			number(math.Float64bits(in.numbers[i]))
		}
	}
	return h.Sum64()
}

// PeriodStart is the first day of a period of the interchange format, as midnight UTC; the zero time for other texts.
func PeriodStart(period string) time.Time {
	if !ValidPeriod(period) {
		return time.Time{}
	}
	year, _ := strconv.Atoi(period[:4])
	month, day := 1, 1
	switch {
	case len(period) == 6 && period[4] == 'H':
		month = 6*int(period[5]-'1') + 1
	case len(period) == 6:
		month = 3*int(period[5]-'1') + 1
	case len(period) == 8: // ISO 8601: the week with 4 January is week 1
		week, _ := strconv.Atoi(period[6:])
		fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
		monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
		return monday.AddDate(0, 0, 7*(week-1))
	case len(period) >= 7:
		month, _ = strconv.Atoi(period[5:7])
		if len(period) == 10 {
			day, _ = strconv.Atoi(period[8:])
		}
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

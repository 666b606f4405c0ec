package analyzer

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/queries"
)

// Evidence is what it costs to read a form: profiles of its fields, a sample of its rows, and what its rows said when they
// were brought together with those of other forms. It is kept in the store between analyses and taken again where nothing has
// changed that it was made of. It is a cache: whatever does not carry the right print, or cannot be read, is made anew.

// evidenceVersion goes into every print. A build that knows its revision tells itself apart; this tells the others.
const evidenceVersion = 1

// Parts of the evidence of a form.
const (
	valuesPart   = "values"   // formEvidence
	meetingsPart = "meetings" // []meeting with the forms after it
)

// formEvidence is what the submissions of one form tell.
type formEvidence struct {
	Fields []fieldEvidence // in the order of the form's fields
	Rows   sampledRows
}

// fieldEvidence is the profile of a field; Filled is 0 where nobody answered it.
type fieldEvidence struct {
	Filled  uint64
	Profile Profile
}

// sampledRows is a part of a form's submissions with values and units numbered for this form alone: 0 is no value.
type sampledRows struct {
	Units    []string
	Unit     []uint32
	Days     []int32 // first day of the period
	Subjects []uint64
	Persons  []uint64
	Filers   []uint64
	Sent     []int64
	Values   []string   // canonical; value n stands at n-1
	Columns  [][]uint32 // by field; answers missing at the end are left out
}

// printer hashes what evidence is made of.
type printer struct{ hasher *xxh3.Hasher }

func newPrinter(part string) printer {
	p := printer{xxh3.New()}
	build := ""
	if info, known := debug.ReadBuildInfo(); known {
		build = info.String()
	}
	p.text(part, build)
	p.number(evidenceVersion)
	return p
}

func (p printer) number(values ...uint64) {
	var b [8]byte
	for _, v := range values {
		binary.LittleEndian.PutUint64(b[:], v)
		_, _ = p.hasher.Write(b[:])
	}
}

// text writes the length first, so that no two lists of texts look alike.
func (p printer) text(values ...string) {
	for _, v := range values {
		p.number(uint64(len(v)))
		_, _ = p.hasher.WriteString(v)
	}
}

func (p printer) flag(values ...bool) {
	for _, v := range values {
		if v {
			p.number(1)
		} else {
			p.number(0)
		}
	}
}

func (p printer) sum() uint64 { return p.hasher.Sum64() }

// valuesPrint is that of the profiles and rows of a form: how much is read of it, what of its definition decides how it is
// read, and what is stored of it.
func (g *gatherer) valuesPrint(f *dupForm) uint64 {
	content := g.contents[f.ID]
	p := newPrinter(valuesPart)
	p.number(uint64(g.values), uint64(g.rows), content.Submissions, content.Answers, content.Hash)
	p.text(f.ID, f.Per)
	for i := range f.fields {
		p.text(f.fields[i].ID, f.fields[i].Type, f.fields[i].Role)
	}
	return p.sum()
}

// rowsPrint is that of everything about a form by which its rows are compared with others': the rows, what is asked, how the
// form is filled in, and which units lie above those that fill it in.
func (d *dupData) rowsPrint(f *dupForm) uint64 {
	p := newPrinter(meetingsPart)
	p.number(f.print)
	p.text(f.cycle)
	p.flag(f.about, f.byPerson, f.ledger())
	for i := range f.fields {
		field := &f.fields[i]
		p.number(uint64(field.kind))
		p.text(field.Measure, field.hidden)
		p.flag(mayBeCode(field))
	}
	p.number(uint64(len(f.asked)))
	for _, at := range f.asked {
		p.number(uint64(at))
	}
	for i, unit := range f.sample.units {
		if i == 0 || unit != f.sample.units[i-1] {
			p.text(d.unitCodes[unit], d.unitCodes[d.parents[unit]])
		}
	}
	return p.sum()
}

// pack seals evidence with a checksum over its print and itself.
func pack(form, part string, print uint64, oldest time.Time, evidence any) (queries.EvidenceRow, error) {
	var b bytes.Buffer
	b.Write(make([]byte, 8))
	if err := gob.NewEncoder(&b).Encode(evidence); err != nil {
		return queries.EvidenceRow{}, fmt.Errorf("unable to pack the evidence of %s: %w", form, err)
	}
	packed := b.Bytes()
	binary.LittleEndian.PutUint64(packed, xxh3.HashSeed(packed[8:], print))
	return queries.EvidenceRow{Form: form, Part: part, Print: print, Oldest: oldest, Packed: string(packed)}, nil
}

var errTorn = errors.New("the evidence is torn")

// unpack reads what pack wrote.
func unpack(row queries.EvidenceRow, into any) error {
	packed := []byte(row.Packed)
	if len(packed) < 8 || binary.LittleEndian.Uint64(packed) != xxh3.HashSeed(packed[8:], row.Print) {
		return errTorn
	}
	return gob.NewDecoder(bytes.NewReader(packed[8:])).Decode(into)
}

// fits says that evidence has the shape that its form needs.
func (e *formEvidence) fits(f *dupForm) bool {
	r := &e.Rows
	n := len(r.Unit)
	if len(e.Fields) != len(f.fields) || n > 0 && len(r.Columns) != len(f.fields) {
		return false
	}
	for _, column := range [][]uint64{r.Subjects, r.Persons, r.Filers} {
		if len(column) != n {
			return false
		}
	}
	for _, unit := range r.Unit {
		if int(unit) >= len(r.Units) {
			return false
		}
	}
	for _, column := range r.Columns {
		if len(column) > n {
			return false
		}
		for _, value := range column {
			if int(value) > len(r.Values) {
				return false
			}
		}
	}
	return len(r.Days) == n && len(r.Sent) == n
}

// forget removes the evidence of forms that are no more.
func (g *gatherer) forget(ctx context.Context, forms []dupForm) error {
	ids := make([]string, len(forms))
	for i := range forms {
		ids[i] = forms[i].ID
	}
	if err := g.store.ForgetEvidence(ctx, ids); err != nil {
		return fmt.Errorf("unable to remove the evidence of forms that are gone: %w", err)
	}
	return nil
}

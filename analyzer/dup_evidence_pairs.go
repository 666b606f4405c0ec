package analyzer

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/jianfu/jianfu/queries"
)

// meeting is what the rows of two forms say when they are brought together. It is kept with the first of the two.
type meeting struct {
	Other string // id of the later form
	Print uint64 // of the later form's rows
	Ways  []metWay
	Pairs []metPair

	at   map[[2]int]int // place in Pairs of two fields
	used bool           // by this analysis
}

// metWay is one way in which the rows were joined, best first.
type metWay struct {
	Kind             joinKind
	Rows             int
	Share            float64 // of the rows of the view with fewer
	Up               bool    // units of the later form are added up to those above them
	ColumnA, ColumnB int     // of joinRecord
}

// metPair is two fields over the joined rows. Known is false where too few rows answer both.
type metPair struct {
	A, B      int
	Known     bool
	Alignment Alignment
	Join      joinKind // empty where nothing speaks for the pair
}

// meetings are those of all forms, by the positions of both.
type meetings struct {
	data    *dupData
	joiner  *joiner
	prints  []uint64 // of the rows of each form
	of      []map[int]*meeting
	changed []bool // the meetings of a form are not as they were kept
}

// newMeetings takes what was kept of forms whose rows are the same as then.
func newMeetings(ctx context.Context, store *queries.Store, d *dupData) (*meetings, error) {
	m := &meetings{data: d, joiner: newJoiner(d), prints: make([]uint64, len(d.forms)), of: make([]map[int]*meeting, len(d.forms)), changed: make([]bool, len(d.forms))}
	for i := range d.forms {
		m.of[i] = map[int]*meeting{}
		if f := &d.forms[i]; f.print != 0 {
			m.prints[i] = d.rowsPrint(f)
		}
	}
	rows := make([]*queries.EvidenceRow, len(d.forms))
	err := store.EvidenceRows(ctx, meetingsPart, m.prints, func(row queries.EvidenceRow) error {
		if i, known := d.place[row.Form]; known && m.prints[i] == row.Print {
			rows[i] = &row // of several of a form the newest comes last
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the evidence on pairs of forms: %w", err)
	}
	kept := make([][]meeting, len(d.forms))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, row := range rows {
		if row != nil {
			group.Go(func() error {
				var list []meeting
				if unpack(*row, &list) == nil {
					kept[i] = list
				}
				return nil
			})
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for a, list := range kept {
		for k := range list {
			met := &list[k]
			if b, known := d.place[met.Other]; known && b > a && met.Print == m.prints[b] && met.fits(&d.forms[a], &d.forms[b]) {
				m.of[a][b] = met
			}
		}
	}
	return m, nil
}

// fits says that the fields of a meeting are fields of the two forms.
func (x *meeting) fits(a, b *dupForm) bool {
	x.at = make(map[[2]int]int, len(x.Pairs))
	for i, p := range x.Pairs {
		if p.A < 0 || p.B < 0 || p.A >= len(a.fields) || p.B >= len(b.fields) {
			return false
		}
		x.at[[2]int{p.A, p.B}] = i
	}
	return true
}

// meet gives the meeting of two forms, of which a comes first.
func (m *meetings) meet(a, b int) *meeting {
	met := m.of[a][b]
	if met == nil {
		met = &meeting{Other: m.data.forms[b].ID, Print: m.prints[b], at: map[[2]int]int{}}
		for _, j := range m.joiner.of(a, b) {
			met.Ways = append(met.Ways, metWay{j.kind, len(j.rows), j.share, j.y.up, j.x.column, j.y.column})
		}
		m.of[a][b] = met
		m.changed[a] = true
	}
	met.used = true
	return met
}

// align compares two fields over the joined rows. Of several ways to join, the one that says most in favour counts.
func (m *meetings) align(x, y fieldRef) *metPair {
	met := m.meet(x.form, y.form)
	if i, done := met.at[[2]int{x.field, y.field}]; done {
		return &met.Pairs[i]
	}
	p := metPair{A: x.field, B: y.field}
	f, g := m.data.at(x), m.data.at(y)
	if len(met.Ways) > 0 && f.hidden == g.hidden {
		for _, j := range m.joiner.of(x.form, y.form) {
			if !j.fits(f.Measure) || !j.fits(g.Measure) || j.kind == joinRecord && j.x.column == x.field && j.y.column == y.field {
				continue
			}
			al, ok := j.align(m.data.dictionary, x.field, y.field, mayBeCode(f) && mayBeCode(g))
			if !ok || p.Known && alignedWeight(&al) <= alignedWeight(&p.Alignment) {
				continue
			}
			p.Known, p.Alignment, p.Join = true, al, ""
			if len(al.Mapping) > 0 || alignedWeight(&al) > 0 {
				p.Join = j.kind
			}
		}
	}
	met.at[[2]int{x.field, y.field}] = len(met.Pairs)
	met.Pairs = append(met.Pairs, p)
	m.changed[x.form] = true
	return &met.Pairs[len(met.Pairs)-1]
}

// keep stores the meetings of forms that have new ones. Those that no candidates asked for are left out, and those with forms
// that changed while they were read.
func (m *meetings) keep(ctx context.Context, store *queries.Store) error {
	var rows []queries.EvidenceRow
	for a, changed := range m.changed {
		if !changed || m.prints[a] == 0 {
			continue
		}
		form := &m.data.forms[a]
		oldest := form.oldest
		var list []meeting
		for _, b := range slices.Sorted(maps.Keys(m.of[a])) {
			if met := m.of[a][b]; met.used && met.Print != 0 {
				list = append(list, *met)
				if other := m.data.forms[b].oldest; other.Before(oldest) {
					oldest = other
				}
			}
		}
		row, err := pack(form.ID, meetingsPart, m.prints[a], oldest, list)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if err := store.KeepEvidence(ctx, rows); err != nil {
		return fmt.Errorf("unable to keep the evidence on pairs of %d forms: %w", len(rows), err)
	}
	return nil
}

package spreadsheet

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// writer turns one file into submissions and rejections, in the order of its rows.
type writer struct {
	source   *source
	out      collector.Sink
	path     string
	changed  time.Time
	skip     uint64                  // rows that have been handed over before a crash
	mark     func(rows uint64) error // nil: no marks
	declared map[string]bool         // forms that have been declared in this run, with their fields
	only     *rowAt                  // nil: every row

	ctx     context.Context // of the call of file, for the handler's methods
	sheet   string
	binding *binding
	rows    uint64 // submissions and rejections so far
	at      uint64 // rows at the last mark
	tables  int
	seen    map[uint64]uint32 // how often a content was seen in the file

	block  []queries.Submission
	values []queries.Value
	digest *xxh3.Hasher
}

// rowAt is one row of a file; line 0 stands for all of it.
type rowAt struct {
	sheet string
	line  uint64
}

// wanted tells whether a row is to be handed over.
func (w *writer) wanted(line uint64) bool {
	return w.rows > w.skip && (w.only == nil || w.only.line == 0 || *w.only == rowAt{w.sheet, line})
}

// blockRows is how many submissions are handed over at once. Marks come between blocks.
const blockRows = 2048

// file reads the whole file. What is wrong with it goes to quarantine.
func (w *writer) file(ctx context.Context) error {
	w.ctx, w.seen, w.digest = ctx, make(map[uint64]uint32), xxh3.New()
	b, err := openBook(w.path)
	if err != nil {
		return w.refused(err)
	}
	err = w.sheets(b)
	return errors.Join(err, b.Close())
}

func (w *writer) sheets(b *book) error {
	for _, s := range b.sheets {
		if !w.source.takes(s.name) {
			continue
		}
		w.sheet, w.binding = s.name, nil
		var err error
		if w.source.config.Layout == "pairs" {
			err = scanPairs(s, w)
		} else {
			err = scan(s, Options{HeaderRow: w.source.config.HeaderRow}, w)
		}
		if err := w.flush(); err != nil {
			return err
		}
		if err != nil && !errors.Is(err, errSheet) {
			if err := w.refused(err); err != nil {
				return err
			}
		}
	}
	if w.tables == 0 {
		return w.reject(queries.Rejected{Kind: "malformed", Reason: "no sheet of the file holds rows of data below a header; check the file, and the keys sheets and header_row"})
	}
	return nil
}

// errSheet ends the reading of a sheet whose fault has been told.
var errSheet = errors.New("the sheet cannot be mapped")

// refused tells faults of the file from those of the system.
func (w *writer) refused(err error) error {
	var f *FormatError
	if !errors.As(err, &f) {
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
			return fmt.Errorf("%w; %w", err, errUnreadable)
		}
		return err
	}
	w.tables++
	return w.reject(queries.Rejected{Kind: f.Kind, Reason: f.Reason})
}

func (w *writer) reject(r queries.Rejected) error {
	w.rows++
	if !w.wanted(r.Line) {
		return nil
	}
	if err := w.flush(); err != nil {
		return err
	}
	r.Source, r.Origin = w.source.ID, w.path
	if w.sheet != "" {
		r.Origin += "#" + w.sheet
	}
	return w.out.Reject(w.ctx, r)
}

func (w *writer) begin(t *Table) error {
	if len(t.Header) == 0 {
		return nil
	}
	w.tables++
	var fault *queries.Rejected
	if w.binding, fault = w.source.bind(t, w.path); fault != nil {
		if err := w.reject(*fault); err != nil {
			return err
		}
		return errSheet
	}
	return nil
}

func (w *writer) row(line int, cells []string) error {
	if cap(w.values)-len(w.values) < len(cells) {
		// Rows gathered so far keep the old array.
		w.values = make([]queries.Value, 0, max(len(cells), 1)*256)
	}
	s, fault := w.binding.submission(line, cells, w.changed, w.values[len(w.values):])
	if fault != nil {
		return w.reject(*fault)
	}
	w.identify(&s)
	w.rows++
	if !w.wanted(uint64(line)) {
		return nil
	}
	if err := w.declare(s.Period); err != nil {
		return err
	}
	w.values = w.values[:len(w.values)+len(s.Values)]
	w.block = append(w.block, s)
	if len(w.block) < blockRows {
		return nil
	}
	if err := w.flush(); err != nil {
		return err
	}
	if w.mark != nil && w.rows-w.at >= w.source.markRows {
		w.at = w.rows
		return w.mark(w.rows)
	}
	return nil
}

// identify gives a row without an id one: the hash of its content, without the file's time of change, so that a file that is
// saved again adds nothing. Equal rows of one file are counted, because two households may be alike.
func (w *writer) identify(s *queries.Submission) {
	if s.ID != "" {
		return
	}
	h := w.digest
	h.Reset()
	text := func(t string) {
		var n [4]byte
		binary.LittleEndian.PutUint32(n[:], uint32(len(t)))
		_, _ = h.Write(n[:])
		_, _ = h.WriteString(t)
	}
	text(s.Form)
	text(s.Unit)
	text(s.Period)
	text(s.Reporter)
	text(s.Subject)
	if w.source.config.Submitted.set() {
		text(s.SubmittedAt.UTC().Format(time.RFC3339Nano))
	}
	for _, v := range s.Values {
		if v.Kind != queries.Absent {
			text(v.Field)
			text(v.Text)
		}
	}
	sum := h.Sum128()
	w.seen[sum.Lo]++
	b := sum.Bytes()
	s.ID = "content:" + hex.EncodeToString(b[:])
	if n := w.seen[sum.Lo]; n > 1 {
		s.ID += "#" + strconv.Itoa(int(n))
	}
}

// declare tells the form and its fields when they are first seen.
func (w *writer) declare(period string) error {
	key := w.binding.form + "\x00" + strings.Join(w.binding.fields, "\x00")
	if w.declared[key] {
		return nil
	}
	w.declared[key] = true
	if err := w.flush(); err != nil {
		return err
	}
	return w.out.Declare(w.ctx, collector.Declarations{Forms: []queries.Form{w.binding.declaration(period)}})
}

func (w *writer) flush() error {
	if len(w.block) == 0 {
		return nil
	}
	rows := w.block
	w.block, w.values = w.block[:0], w.values[:0]
	return w.out.Submissions(w.ctx, rows)
}

func (w *writer) total(Line) error { return nil }
func (w *writer) note(Line) error  { return nil }

func (w *writer) fault(f Fault) error {
	r := queries.Rejected{Line: uint64(f.Line), Kind: f.Kind, Reason: f.Reason}
	if f.Column >= 0 {
		r.Field = columnName(f.Column)
		if t := w.table(); t != nil && f.Column < len(t.Header) {
			r.Field = t.Header[f.Column]
		}
	}
	return w.reject(r)
}

func (w *writer) table() *Table {
	if w.binding == nil {
		return nil
	}
	return w.binding.table
}

// raw keeps a rejected row readable: its cells by the names of their columns.
func (b *binding) raw(cells []string) []byte {
	var out []byte
	out = append(out, '{')
	for c, name := range b.table.Header {
		if cells[c] == "" {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		for i, text := range []string{name, cells[c]} {
			quoted, err := json.Marshal(text)
			if err != nil {
				continue
			}
			if i == 1 {
				out = append(out, ':')
			}
			out = append(out, quoted...)
		}
	}
	return append(out, '}')
}

package spreadsheet

import (
	"slices"
)

// handler takes what scan finds. Cells are as many as the header has names, and belong to the handler.
type handler interface {
	begin(t *Table) error
	row(line int, cells []string) error
	total(l Line) error
	note(l Line) error
	fault(f Fault) error
}

// headRows is how many rows are looked at to find the header.
const headRows = 200

// topRows is how many of the first lines can be named by the cells of the configuration.
const topRows = 100

// scan reads a sheet as a table. The header is looked for in the first rows; all others pass through.
func scan(s *sheet, o Options, h handler) error {
	sc := &scanner{sheet: s, options: o, handler: h}
	if err := s.rows(sc.take); err != nil {
		// What came before the break is handed over first.
		if sc.table == nil && len(sc.head) > 0 {
			if err := sc.start(); err != nil {
				return err
			}
		}
		return err
	}
	if sc.table == nil {
		return sc.start()
	}
	return nil
}

type scanner struct {
	sheet   *sheet
	options Options
	handler handler
	head    []row
	table   *Table
	header  header
	first   bool // no row of data has been seen
	open    map[int]span
	next    int // the next of the merges, which are sorted by their top
}

// span is a cell that is merged downwards.
type span struct {
	until int
	text  string
}

func (s *scanner) take(r row) error {
	if s.table != nil {
		return s.data(r)
	}
	s.head = append(s.head, r)
	if len(s.head) < headRows {
		return nil
	}
	return s.start()
}

// start finds the header and hands over the rows that were held back for it.
func (s *scanner) start() error {
	slices.SortFunc(s.sheet.merges, func(a, b merge) int { return a.top - b.top })
	head := s.head
	s.head = nil
	s.header = findHeader(head, s.sheet.merges, s.options.HeaderRow)
	t := &Table{Name: s.sheet.name, HeaderLine: s.header.line, top: make(map[[2]int]string)}
	t.Header, t.Written, t.columns = s.header.names()
	for _, r := range head {
		if r.line > topRows {
			break
		}
		for c, text := range r.cells {
			if text != "" {
				t.top[[2]int{r.line - 1, c}] = text
			}
		}
	}
	var faults []row
	for len(head) > 0 && head[0].line < s.header.begin {
		if head[0].fault != nil {
			faults = append(faults, head[0])
		}
		if len(head[0].cells) > 0 {
			t.Above = append(t.Above, Line{head[0].line, head[0].cells})
		}
		head = head[1:]
	}
	s.table, s.first, s.open = t, true, make(map[int]span)
	if err := s.handler.begin(t); err != nil {
		return err
	}
	for _, r := range faults {
		if err := s.handler.fault(*r.fault); err != nil {
			return err
		}
	}
	for _, r := range head {
		if r.line <= s.header.end {
			continue
		}
		if err := s.data(r); err != nil {
			return err
		}
	}
	return nil
}

// data hands over one row below the header.
func (s *scanner) data(r row) error {
	if r.fault != nil {
		if err := s.handler.fault(*r.fault); err != nil {
			return err
		}
		if r.fault.Column < 0 || len(r.cells) == 0 {
			return nil
		}
	}
	wide := s.fill(&r)
	switch {
	case allEmpty(r.cells):
		return nil
	case s.first && s.header.line > 0 && isNumbering(r.cells):
		return s.handler.note(Line{r.line, r.cells})
	case s.header.repeats(r.cells), isNote(r.cells), wide:
		return s.handler.note(Line{r.line, r.cells})
	}
	s.first = false
	width := len(s.table.Header)
	for c := width; c < len(r.cells); c++ {
		if r.cells[c] != "" {
			return s.handler.fault(Fault{
				Line: r.line, Column: c, Kind: "malformed",
				Reason: "the row is longer than the header: " + columnName(c) + " holds " + quoted(r.cells[c]) + "; put values that hold the delimiter in quotes, or give the column a name",
			})
		}
	}
	cells := make([]string, width)
	copy(cells, r.cells)
	if isTotal(cells) {
		return s.handler.total(Line{r.line, cells})
	}
	return s.handler.row(r.line, cells)
}

// fill gives every row of a cell that is merged downwards its text, as the reader of the sheet sees it. Numbers are not
// repeated, unless they are long enough for a code: one number for three villages is not three equal numbers. It tells whether the row is one cell merged across.
func (s *scanner) fill(r *row) (wide bool) {
	at := r.line - 1
	for ; s.next < len(s.sheet.merges) && s.sheet.merges[s.next].top <= at; s.next++ {
		m := s.sheet.merges[s.next]
		if m.top == at && m.right-m.left+1 >= max(3, len(s.table.Header)/2) && countFilled(r.cells) == 1 {
			wide = true
		}
		if m.top == at && m.bottom > at && m.left < len(r.cells) {
			if text := r.cells[m.left]; text != "" && (!isNumber(text) || isDigits(text) && len(text) >= 9) {
				s.open[m.left] = span{m.bottom, text}
			}
		}
	}
	for c, o := range s.open {
		if at > o.until {
			delete(s.open, c)
			continue
		}
		for len(r.cells) <= c {
			r.cells = append(r.cells, "")
		}
		if r.cells[c] == "" {
			r.cells[c] = o.text
		}
	}
	return wide
}

func countFilled(cells []string) int {
	n := 0
	for _, text := range cells {
		if text != "" {
			n++
		}
	}
	return n
}

func allEmpty(cells []string) bool { return countFilled(cells) == 0 }

// Package spreadsheet reads workbooks (xlsx) and texts of values (csv, tsv) the way people fill them in: with titles above,
// merged headers, totals between and notes below.
package spreadsheet

import (
	"errors"
	"fmt"
	"slices"
)

// Table is one sheet of a file, taken apart.
type Table struct {
	Name   string   // of the sheet, empty for csv
	Above  []Line   // titles and other rows above the header
	Header []string // one name a column, unique; rows of a header are joined by "/"; a column without name has its letter
	// Written is the same as the file writes it, where a column's name stands in one cell and is not there twice.
	Written []string
	Rows    [][]string
	Lines   []int // of each row in the sheet, from 1
	Totals  []Line
	Notes   []Line  // rows of remarks, signatures and repeated headers
	Faults  []Fault // rows and cells that could not be read

	HeaderLine int // first line of the header, 0 when there is none
	columns    []int
	top        map[[2]int]string // cells of the first rows, by line and column from 0
}

// Column finds a column by its name, however its brackets and spaces are written; -1 when there is none.
func (t *Table) Column(name string) int { return slices.Index(t.Header, normalizeName(name)) }

// Line is a row that is no data.
type Line struct {
	Line  int // from 1
	Cells []string
}

// Text is the content of the row in one line.
func (l Line) Text() string { return joinCells(l.Cells) }

// Fault is a row or cell that could not be read.
type Fault struct {
	Line   int    // from 1
	Column int    // from 0, -1 when the whole row is meant
	Kind   string // of queries.Rejected
	Reason string
}

func (f *Fault) Error() string { return fmt.Sprintf("row %d: %s", f.Line, f.Reason) }

// Options say what is known of a table beforehand.
type Options struct {
	HeaderRow int    // line of the header, from 1; 0 finds it
	Sheet     string // only the sheet of this name; empty is all that are not hidden
}

// ReadTables reads all tables of a file: xlsx, or csv and the like in UTF-8, GB18030 or UTF-16 with any of the usual
// delimiters, plain or packed. What a file is tells its content and not its name. A blank form is a table without rows;
// other sheets without data are left out.
// Numbers are as typed: without exponents or the noise of binary fractions, percentages as fractions of one (95.3 % is
// 0.953), dates as 2026-07-15. A file that is no table, or a broken one, is an error that wraps *FormatError; everything
// read before the break is returned with it.
func ReadTables(path string, o Options) ([]Table, error) {
	b, err := openBook(path)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	var tables []Table
	var names []string
	for _, s := range b.sheets {
		names = append(names, s.name)
		if o.Sheet != "" && s.name != o.Sheet {
			continue
		}
		collect := &collecting{}
		err := scan(s, o, collect)
		if t := collect.table; t != nil && (len(t.Rows)+len(t.Totals)+len(t.Faults) > 0 || t.blank(len(b.sheets) == 1)) {
			t.dropEmptyColumns()
			tables = append(tables, *t)
		}
		if err != nil {
			return tables, atSheet(s.name, err)
		}
	}
	if o.Sheet != "" && len(tables) == 0 {
		return nil, refuse("malformed", "there is no sheet %q with data; there are %q", o.Sheet, names)
	}
	return tables, nil
}

// blank says that a table without rows is a form that nobody has filled in yet: it names several columns, or is alone in its
// file. A sheet with one line of text beside others is a remark.
func (t *Table) blank(alone bool) bool { return t.HeaderLine > 0 && (len(t.Header) > 1 || alone) }

func atSheet(name string, err error) error {
	var f *FormatError
	if name != "" && errors.As(err, &f) {
		return refuse(f.Kind, "sheet %s: %s", name, f.Reason)
	}
	return err
}

// collecting is a handler that keeps everything.
type collecting struct{ table *Table }

func (c *collecting) begin(t *Table) error { c.table = t; return nil }

func (c *collecting) row(line int, cells []string) error {
	c.table.Rows = append(c.table.Rows, cells)
	c.table.Lines = append(c.table.Lines, line)
	return nil
}

func (c *collecting) total(l Line) error { c.table.Totals = append(c.table.Totals, l); return nil }
func (c *collecting) note(l Line) error  { c.table.Notes = append(c.table.Notes, l); return nil }
func (c *collecting) fault(f Fault) error {
	c.table.Faults = append(c.table.Faults, f)
	return nil
}

// dropEmptyColumns leaves out columns that have neither a name of their own nor a value.
func (t *Table) dropEmptyColumns() {
	used := make([]bool, len(t.Header))
	for c := range t.Header {
		used[c] = !t.unnamed(c)
	}
	for _, cells := range t.Rows {
		for c, text := range cells {
			used[c] = used[c] || text != ""
		}
	}
	keep := make([]int, 0, len(used))
	for c, u := range used {
		if u {
			keep = append(keep, c)
		}
	}
	if len(keep) == len(used) {
		return
	}
	pick := func(cells []string) []string {
		picked := make([]string, len(keep))
		for i, c := range keep {
			if c < len(cells) {
				picked[i] = cells[c]
			}
		}
		return picked
	}
	t.Header, t.Written = pick(t.Header), pick(t.Written)
	for i, cells := range t.Rows {
		t.Rows[i] = pick(cells)
	}
	for i := range t.Totals {
		t.Totals[i].Cells = pick(t.Totals[i].Cells)
	}
	columns := make([]int, len(keep))
	for i, c := range keep {
		columns[i] = t.columns[c]
	}
	t.columns = columns
}

// unnamed tells whether a column is called by its letter because its header is empty.
func (t *Table) unnamed(c int) bool { return t.columns[c] < 0 }

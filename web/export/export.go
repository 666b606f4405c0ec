// Package export writes tables of any length, row by row, as NDJSON, CSV or xlsx. What it holds in memory does not grow with
// the rows.
package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// The formats.
const (
	NDJSON = "ndjson"
	CSV    = "csv"
	XLSX   = "xlsx"
)

// Formats lists them.
var Formats = []string{NDJSON, CSV, XLSX}

// Media is the type of each format as HTTP names it.
var Media = map[string]string{
	NDJSON: "application/x-ndjson", CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// Row is one row: an object for NDJSON by its JSON, and cells for spreadsheets. Texts in cells must be safe from being read
// as formulas.
type Row interface{ Cells() []any }

// Writer writes the rows of one table. Close ends the document; without it the document is not whole.
type Writer interface {
	Write(Row) error
	Close() error
	// Discard gives up what is held for a document that will not be ended.
	Discard() error
}

// New writes in one of the formats, under a header that NDJSON does not need.
func New(format string, w io.Writer, header []string) (Writer, error) {
	switch format {
	case NDJSON:
		out := bufio.NewWriterSize(w, 64<<10)
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		return &lines{out, e}, nil
	case CSV:
		// Excel needs the byte order mark to read Chinese.
		out := bufio.NewWriterSize(w, 64<<10)
		_, err := out.WriteString("\ufeff")
		c := csv.NewWriter(out)
		c.UseCRLF = true
		return &commas{buffer: out, out: c}, errors.Join(err, c.Write(header))
	case XLSX:
		return newSheets(w, header)
	}
	return nil, fmt.Errorf("unable to export as %q: there are ndjson, csv, xlsx", format)
}

type lines struct {
	out *bufio.Writer
	e   *json.Encoder
}

// Write implements Writer.
func (x *lines) Write(r Row) error { return x.e.Encode(r) }

// Close implements Writer.
func (x *lines) Close() error { return x.out.Flush() }

// Discard implements Writer.
func (x *lines) Discard() error { return nil }

type commas struct {
	buffer *bufio.Writer
	out    *csv.Writer
	line   []string
}

// Write implements Writer.
func (x *commas) Write(r Row) error {
	x.line = x.line[:0]
	for _, v := range r.Cells() {
		x.line = append(x.line, text(v))
	}
	return x.out.Write(x.line)
}

// Close implements Writer.
func (x *commas) Close() error {
	x.out.Flush()
	return errors.Join(x.out.Error(), x.buffer.Flush())
}

// Discard implements Writer.
func (x *commas) Discard() error { return nil }

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case uint64:
		return strconv.FormatUint(v, 10)
	default:
		return fmt.Sprint(v)
	}
}

// mostLines is how many lines a sheet of the format can have.
const mostLines = excelize.TotalRows

// sheets is a workbook whose rows lie in temporary files until it is whole; a table longer than a sheet goes on in the next.
type sheets struct {
	w      io.Writer
	f      *excelize.File
	sheet  *excelize.StreamWriter
	header []any
	line   int
	count  int
	most   int
}

func newSheets(w io.Writer, header []string) (*sheets, error) {
	x := &sheets{w: w, f: excelize.NewFile(), most: mostLines}
	for _, h := range header {
		x.header = append(x.header, h)
	}
	if err := x.next(); err != nil {
		return nil, errors.Join(err, x.f.Close())
	}
	return x, nil
}

// next ends the sheet and begins another.
func (x *sheets) next() error {
	if err := x.flush(); err != nil {
		return err
	}
	x.count++
	name := fmt.Sprintf("Sheet%d", x.count)
	if x.count > 1 {
		if _, err := x.f.NewSheet(name); err != nil {
			return fmt.Errorf("unable to begin a sheet: %w", err)
		}
	}
	var err error
	if x.sheet, err = x.f.NewStreamWriter(name); err != nil {
		return fmt.Errorf("unable to begin a sheet: %w", err)
	}
	x.line = 0
	return x.put(x.header)
}

func (x *sheets) flush() error {
	if x.sheet == nil {
		return nil
	}
	if err := x.sheet.Flush(); err != nil {
		return fmt.Errorf("unable to end a sheet: %w", err)
	}
	return nil
}

func (x *sheets) put(cells []any) error {
	x.line++
	if err := x.sheet.SetRow("A"+strconv.Itoa(x.line), cells); err != nil {
		return fmt.Errorf("unable to write line %d of sheet %d: %w", x.line, x.count, err)
	}
	return nil
}

// Write implements Writer.
func (x *sheets) Write(r Row) error {
	if x.line >= x.most {
		if err := x.next(); err != nil {
			return err
		}
	}
	return x.put(r.Cells())
}

// Close implements Writer.
func (x *sheets) Close() error {
	err := x.flush()
	if err == nil {
		_, err = x.f.WriteTo(x.w)
	}
	return errors.Join(err, x.f.Close())
}

// Discard implements Writer.
func (x *sheets) Discard() error { return x.f.Close() }

package spreadsheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// splitter cuts a text into rows and cells (RFC 4180, and what programs make of it: quotes inside cells that are not
// quoted, quotes that nobody closes). A library's reader fails at the first of these, or takes the rest of the file for one
// cell.
type splitter struct {
	r         io.Reader
	delimiter byte
	newline   byte
	decoded   bool // the text was in another encoding: characters that could not be decoded are U+FFFD by now
	buf       []byte
	at        int // where the next record begins
	err       error
	lines     int
}

// A quote that nobody closes is taken for an ordinary character once so much has followed it.
const (
	mostQuotedLines = 200
	mostQuotedBytes = 256 << 10
)

// mostRowBytes is the longest line that is read.
const mostRowBytes = 4 << 20

func (s *splitter) rows(yield func(row) error) error {
	width := 0
	for {
		record, lines, err := s.record()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var fault *Fault
		if errors.As(err, &fault) {
			fault.Line = s.lines + 1
		} else if err != nil {
			return unpacking(err)
		} else {
			fault = s.check(record)
		}
		r := row{line: s.lines + 1, fault: fault}
		s.lines += lines
		if fault == nil {
			r.cells = s.split(string(record), make([]string, 0, width))
			if width = len(r.cells); width > mostColumns {
				return refuse("oversize", "%s", errTooWide)
			}
		}
		if len(r.cells) > 0 || fault != nil {
			if err := yield(r); err != nil {
				return err
			}
		}
	}
}

// check tells what is wrong with a record's characters.
func (s *splitter) check(record []byte) *Fault {
	reason := ""
	if i := bytes.IndexByte(record, 0); i >= 0 {
		reason = fmt.Sprintf("the row holds a NUL byte at byte %d; export the file again", i+1)
	} else if !s.decoded && !utf8.Valid(record) || s.decoded && bytes.Contains(record, []byte("\uFFFD")) {
		reason = "the row holds characters that are broken in the encoding of the file; export it again in UTF-8"
	} else {
		return nil
	}
	return &Fault{Line: s.lines + 1, Column: -1, Kind: "encoding", Reason: reason}
}

// record reads one record without its line end, and how many lines it takes. A line that is too long is passed over, and
// told as a fault.
func (s *splitter) record() (record []byte, lines int, err error) {
	first, from, quoted := 0, 0, false
	for {
		end, last, err := s.lineEnd(from)
		if err != nil {
			return nil, 1, err
		}
		quoted = s.quotedAfter(s.buf[s.at+from:s.at+end], quoted)
		if lines++; lines == 1 {
			first = end
		}
		if quoted && (last || lines > mostQuotedLines || end > mostQuotedBytes) {
			end, lines, quoted = first, 1, false
		}
		if !quoted {
			record = s.buf[s.at : s.at+end]
			s.at += end
			if s.at < len(s.buf) {
				s.at++
			}
			return bytes.TrimSuffix(record, []byte("\r")), lines, nil
		}
		from = end + 1
	}
}

// lineEnd finds the end of the line that begins at from, both counted from the beginning of the record, and tells whether
// the text ends with it.
func (s *splitter) lineEnd(from int) (end int, last bool, err error) {
	seen := from
	for {
		if i := bytes.IndexByte(s.buf[s.at+seen:], s.newline); i >= 0 {
			return seen + i, false, nil
		}
		seen = len(s.buf) - s.at
		if s.err != nil {
			if !errors.Is(s.err, io.EOF) {
				return 0, false, s.err
			}
			if seen == 0 {
				return 0, false, io.EOF
			}
			return seen, true, nil
		}
		if seen-from > mostRowBytes {
			return 0, false, s.passOver()
		}
		s.more()
	}
}

// more reads on, and moves the record to the beginning of the buffer when there is no room.
func (s *splitter) more() {
	if cap(s.buf)-len(s.buf) < 64<<10 {
		kept := s.buf[s.at:]
		if grown := max(256<<10, 2*len(kept)); grown > cap(s.buf) {
			s.buf = append(make([]byte, 0, grown), kept...)
		} else {
			s.buf = append(s.buf[:0], kept...)
		}
		s.at = 0
	}
	n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
	s.buf = s.buf[:len(s.buf)+n]
	s.err = err
}

// passOver skips a line that is too long.
func (s *splitter) passOver() error {
	for {
		i := bytes.IndexByte(s.buf[s.at:], s.newline)
		if i >= 0 {
			s.at += i + 1
			break
		}
		s.at = len(s.buf)
		if s.err != nil {
			break
		}
		s.more()
	}
	return &Fault{Column: -1, Kind: "oversize", Reason: fmt.Sprintf("the row is longer than %d MiB; look for missing line ends", mostRowBytes>>20)}
}

// quotedAfter tells whether a quoted cell is open after a line.
func (s *splitter) quotedAfter(line []byte, quoted bool) bool {
	for i := 0; ; {
		if !quoted {
			if bytes.IndexByte(line[i:], '"') < 0 {
				return false
			}
			// Only a quote at the beginning of a cell opens one.
			if line[i] != '"' {
				next := bytes.IndexByte(line[i:], s.delimiter)
				if next < 0 {
					return false
				}
				i += next + 1
				continue
			}
			i++
		}
		end := bytes.IndexByte(line[i:], '"')
		if end < 0 {
			return true
		}
		i += end + 1
		quoted = i < len(line) && line[i] == '"'
		if quoted {
			i++
		} else if next := bytes.IndexByte(line[i:], s.delimiter); next >= 0 {
			i += next + 1
		} else {
			return false
		}
	}
}

// split cuts a record into cells, and leaves out empty ones at its end.
func (s *splitter) split(record string, cells []string) []string {
	for i := 0; i <= len(record); {
		cell, next := "", 0
		if i < len(record) && record[i] == '"' {
			cell, next = s.unquote(record, i)
		}
		if next == 0 {
			next = strings.IndexByte(record[i:], s.delimiter)
			if next < 0 {
				next = len(record)
			} else {
				next += i
			}
			cell = record[i:next]
		}
		cells = append(cells, cleanText(cell))
		i = next + 1
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// unquote reads a quoted cell; next is 0 if nobody closed its quote. What follows the quote up to the delimiter belongs to
// the cell.
func (s *splitter) unquote(record string, i int) (cell string, next int) {
	var b strings.Builder
	for i++; ; {
		end := strings.IndexByte(record[i:], '"')
		if end < 0 {
			return "", 0
		}
		b.WriteString(record[i : i+end])
		i += end + 1
		if i < len(record) && record[i] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		next = strings.IndexByte(record[i:], s.delimiter)
		if next < 0 {
			next = len(record)
		} else {
			next += i
		}
		b.WriteString(record[i:next])
		return b.String(), next
	}
}

// cleanText cleans a cell of a text. The errors of spreadsheet programs are no values, as in a workbook.
func cleanText(cell string) string {
	cell = clean(cell)
	if len(cell) > 3 && cell[0] == '#' {
		switch cell {
		case "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!":
			return ""
		}
	}
	// An equals sign before a quoted text is how programs keep digits as text.
	if len(cell) > 3 && strings.HasPrefix(cell, `="`) && strings.HasSuffix(cell, `"`) {
		return cell[2 : len(cell)-1]
	}
	return cell
}

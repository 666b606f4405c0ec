package spreadsheet

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// mostMerges bounds the merged ranges of a sheet; further ones are read as single cells.
const mostMerges = 200_000

var mergeCell = regexp.MustCompile(`mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]+\d+):([A-Z]+\d+)["']`)

// readMerges reads the merged ranges, which stand behind the cells.
func (w *workbook) readMerges(part string) ([]merge, error) {
	r, err := w.open(part)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var merges []merge
	b := bufio.NewReaderSize(r, 256<<10)
	within := false
	for {
		tag, err := b.ReadSlice('>')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue // the text of one cell; no tag is that long
		}
		if errors.Is(err, io.EOF) {
			return merges, nil
		}
		if err != nil {
			return nil, broken(part, err)
		}
		if !within {
			within = bytes.HasSuffix(tag, []byte("</sheetData>")) || bytes.Contains(tag[max(0, len(tag)-200):], []byte("mergeCells"))
			continue
		}
		m := mergeCell.FindSubmatch(tag)
		if m == nil || len(merges) >= mostMerges {
			continue
		}
		left, top, ok := cellAt(string(m[1]))
		right, bottom, ok2 := cellAt(string(m[2]))
		if ok && ok2 && right >= left && bottom >= top {
			merges = append(merges, merge{top, left, bottom, right})
		}
	}
}

// cellAt reads a reference such as B12 as column and row, from 0.
func cellAt(ref string) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && i < 4; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	if i == 0 || err != nil || row < 1 {
		return 0, 0, false
	}
	return column - 1, row - 1, true
}

// columnName is the reverse: A, B, … AA.
func columnName(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// readSheet reads the rows that have content.
func (w *workbook) readSheet(part string, yield func(row) error) error {
	r, err := w.open(part)
	if err != nil {
		return err
	}
	defer r.Close()
	s := sheetReader{w: w, d: xml.NewDecoder(bufio.NewReaderSize(r, 256<<10))}
	for {
		token, err := s.d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken(part, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "row":
				s.begin(t)
			case "c":
				if err := s.cell(t); err != nil {
					return broken(part, err)
				}
			}
		case xml.EndElement:
			if t.Name.Local == "sheetData" {
				return nil
			}
			if t.Name.Local == "row" {
				if err := s.end(yield); err != nil {
					return err
				}
			}
		}
	}
}

// sheetReader reads cells into the current row.
type sheetReader struct {
	w      *workbook
	d      *xml.Decoder
	line   int
	column int
	cells  []string
	fault  *Fault
	text   []byte
}

func (s *sheetReader) begin(e xml.StartElement) {
	s.line++
	if n, err := strconv.Atoi(attribute(e, "r")); err == nil && n >= s.line {
		s.line = n
	}
	s.column, s.cells, s.fault = 0, nil, nil
}

func (s *sheetReader) end(yield func(row) error) error {
	for len(s.cells) > 0 && s.cells[len(s.cells)-1] == "" {
		s.cells = s.cells[:len(s.cells)-1]
	}
	if len(s.cells) == 0 && s.fault == nil {
		return nil
	}
	if s.line > mostRows {
		return refuse("oversize", "the sheet has more than %d rows; split it, or save it as csv", mostRows)
	}
	return yield(row{line: s.line, cells: s.cells, fault: s.fault})
}

func (s *sheetReader) cell(e xml.StartElement) error {
	var kind, style string
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "r":
			if column, _, ok := cellAt(a.Value); ok {
				s.column = column
			}
		case "t":
			kind = a.Value
		case "s":
			style = a.Value
		}
	}
	value, uncalculated, err := s.content(kind)
	if err != nil {
		return err
	}
	column := s.column
	s.column++
	text, err := s.typed(kind, style, value)
	if err != nil {
		return err
	}
	if uncalculated {
		s.fault = &Fault{
			Line: s.line, Column: column, Kind: "malformed",
			Reason: fmt.Sprintf("the cell %s%d holds a formula that was never calculated; open the workbook in a spreadsheet program and save it", columnName(column), s.line),
		}
	}
	if text == "" {
		return nil
	}
	if column >= mostColumns {
		return refuse("oversize", "%s", errTooWide)
	}
	for len(s.cells) <= column {
		s.cells = append(s.cells, "")
	}
	s.cells[column] = text
	return nil
}

// content reads a cell up to its end, and tells whether it is a formula without a result.
func (s *sheetReader) content(kind string) (value string, uncalculated bool, err error) {
	s.text = s.text[:0]
	inValue, formula, result := false, false, false
	for {
		token, err := s.d.RawToken()
		if err != nil {
			return "", false, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "v":
				inValue, result = true, true
			case "f":
				formula = true
			case "is":
				text, err := richRawText(s.d)
				if err != nil {
					return "", false, err
				}
				s.text = append(s.text, text...)
			}
		case xml.EndElement:
			inValue = false
			if t.Name.Local == "c" {
				value = string(s.text)
				if kind == "inlineStr" || kind == "str" {
					value = unescapeXML(value)
				}
				return value, formula && !result, nil
			}
		case xml.CharData:
			if inValue {
				s.text = append(s.text, t...)
			}
		}
	}
}

// richRawText reads an inline string up to the end of its element is.
func richRawText(d *xml.Decoder) (string, error) {
	var b strings.Builder
	phonetic, inText := false, false
	for {
		token, err := d.RawToken()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			phonetic = phonetic || t.Name.Local == "rPh"
			inText = t.Name.Local == "t" && !phonetic
		case xml.EndElement:
			if t.Name.Local == "is" {
				return b.String(), nil
			}
			phonetic = phonetic && t.Name.Local != "rPh"
			inText = false
		case xml.CharData:
			if inText {
				b.Write(t)
			}
		}
	}
}

// typed is the cell's content as it was typed.
func (s *sheetReader) typed(kind, style, value string) (string, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || i < 0 || i >= len(s.w.shared) {
			return "", fmt.Errorf("a cell of row %d refers to a text that is not there", s.line)
		}
		return clean(s.w.shared[i]), nil
	case "b":
		if strings.TrimSpace(value) == "1" {
			return "true", nil
		}
		return "false", nil
	case "e": // #N/A, #DIV/0!: there is no value
		return "", nil
	case "str", "inlineStr":
		return clean(value), nil
	case "d": // a date after ISO 8601
		return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(value), "Z"), "T00:00:00"), nil
	}
	value = strings.TrimSpace(value)
	if value == "" {
		return "", nil
	}
	i, err := strconv.Atoi(style)
	if err == nil && i >= 0 && i < len(s.w.styles) && s.w.styles[i] != noDate {
		if text, ok := s.w.styles[i].format(value, s.w.from04); ok {
			return text, nil
		}
	}
	return typedNumber(value), nil
}

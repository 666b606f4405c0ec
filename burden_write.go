package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"
	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/queries"
)

// listing is a table in all its forms: objects for scripts, cells under plain headers for spreadsheets, and words under
// columns of the reader's language for people.
type listing struct {
	title   string
	rows    []any
	header  []string
	cells   [][]any
	columns []string
	lines   [][]string
}

func hoursSpan(h queries.Hours) string {
	return fmt.Sprintf("%.0f (%.0f–%.0f)", h.Mid, h.Low, h.High)
}

// tableFormats write a listing.
var tableFormats = map[string]func(io.Writer, listing) error{
	"ndjson": func(w io.Writer, t listing) error {
		out := bufio.NewWriter(w)
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		for _, row := range t.rows {
			if err := e.Encode(row); err != nil {
				return fmt.Errorf("unable to write the list: %w", err)
			}
		}
		return out.Flush()
	},
	"csv": func(w io.Writer, t listing) error {
		c := csv.NewWriter(w)
		err := c.Write(t.header)
		for _, row := range t.cells {
			line := make([]string, len(row))
			for i, v := range row {
				line[i] = fmt.Sprint(v)
			}
			err = errors.Join(err, c.Write(line))
		}
		c.Flush()
		return errors.Join(err, c.Error())
	},
	"xlsx": func(w io.Writer, t listing) (err error) {
		f := excelize.NewFile()
		defer func() { err = errors.Join(err, f.Close()) }()
		sheet, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			return fmt.Errorf("unable to write the list: %w", err)
		}
		header := make([]any, len(t.header))
		for i, h := range t.header {
			header[i] = h
		}
		err = sheet.SetRow("A1", header)
		for i, row := range t.cells {
			err = errors.Join(err, sheet.SetRow(fmt.Sprintf("A%d", i+2), row))
		}
		if err := errors.Join(err, sheet.Flush()); err != nil {
			return fmt.Errorf("unable to write the list: %w", err)
		}
		_, err = f.WriteTo(w)
		return err
	},
	"table": func(w io.Writer, t listing) error {
		out := bufio.NewWriter(w)
		if t.title != "" {
			fmt.Fprintln(out, t.title)
		}
		widths := make([]int, len(t.columns))
		for _, line := range append([][]string{t.columns}, t.lines...) {
			for i, cell := range line {
				widths[i] = max(widths[i], min(48, uniseg.StringWidth(cell)))
			}
		}
		for _, line := range append([][]string{t.columns}, t.lines...) {
			var b strings.Builder
			for i, cell := range line {
				b.WriteString(pad(cell, widths[i]) + "  ")
			}
			fmt.Fprintln(out, strings.TrimRight(b.String(), " "))
		}
		if err := out.Flush(); err != nil {
			return fmt.Errorf("unable to write the list: %w", err)
		}
		return nil
	},
}

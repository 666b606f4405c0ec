package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/web/page"
)

// sheetsPrinted is how many cases are printed at once: what a team takes along in a month.
const sheetsPrinted = 40

// verifyTable is the list under the conditions of the request as a table with its head, safe in a spreadsheet.
func (s *server) verifyTable(w http.ResponseWriter, r *http.Request) ([][]any, error) {
	p, items, err := s.verifyList(w, r)
	if err != nil {
		return nil, err
	}
	rows, err := s.verifyRows(r.Context(), items)
	if err != nil {
		return nil, err
	}
	table := [][]any{{}}
	for _, words := range page.VerifyHead(p.View) {
		table[0] = append(table[0], words)
	}
	for _, row := range rows {
		line := p.Line(row)
		for i, cell := range line {
			if text, ok := cell.(string); ok {
				line[i] = neutral(text)
			}
		}
		table = append(table, line)
	}
	return table, nil
}

// verifyCSV writes the list for spreadsheets.
func (s *server) verifyCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	table, err := s.verifyTable(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableCSV(w, table, "jianfu-verify.csv")
}

// verifyXLSX writes the list as a workbook.
func (s *server) verifyXLSX(w http.ResponseWriter, r *http.Request) (_ templ.Component, err error) {
	table, err := s.verifyTable(w, r)
	if err != nil {
		return nil, err
	}
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	out, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, fmt.Errorf("unable to write the verification list: %w", err)
	}
	wrap := &excelize.Alignment{WrapText: true, Vertical: "top"}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: wrap})
	if err != nil {
		return nil, fmt.Errorf("unable to write the verification list: %w", err)
	}
	plain, err := f.NewStyle(&excelize.Style{Alignment: wrap})
	err = errors.Join(
		err, out.SetColWidth(1, 3, 9), out.SetColWidth(4, len(table[0]), 16), out.SetColWidth(8, 8, 28), out.SetColWidth(12, 12, 60),
		out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
	)
	for i, line := range table {
		style := plain
		if i == 0 {
			style = bold
		}
		err = errors.Join(err, out.SetRow(fmt.Sprintf("A%d", i+1), line, excelize.RowOpts{StyleID: style}))
	}
	if err := errors.Join(err, out.Flush()); err != nil {
		return nil, fmt.Errorf("unable to write the verification list: %w", err)
	}
	var body bytes.Buffer
	if _, err := f.WriteTo(&body); err != nil {
		return nil, fmt.Errorf("unable to write the verification list: %w", err)
	}
	s.download(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "jianfu-verify.xlsx", "", body.Bytes())
	return nil, nil
}

// verifySheet prints the list under the conditions of the request as sheets to take along.
func (s *server) verifySheet(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	list, items, err := s.verifyList(w, r)
	if err != nil {
		return nil, err
	}
	if unit, form := list.Query.Get("unit"), list.Query.Get("form"); unit != "" && form != "" {
		item, err := s.verifyItem(r.Context(), unit, form)
		if err != nil {
			return nil, err
		}
		items = append(items[:0:0], item)
	}
	p := page.VerifySheet{View: list.View, Left: max(0, len(items)-sheetsPrinted)}
	for _, item := range items[:min(len(items), sheetsPrinted)] {
		c := page.VerifyCase{View: list.View, VerifyItem: item, Called: list.Called}
		if c.Findings, err = s.caseFindings(r.Context(), item); err != nil {
			return nil, err
		}
		p.Cases = append(p.Cases, c)
	}
	return p.Page(), nil
}

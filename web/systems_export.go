package web

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

// systemSheet is the list of systems under the conditions of the request, as a table with its head: texts that are safe in a
// spreadsheet, numbers, and nil where nothing is known.
func (s *server) systemSheet(w http.ResponseWriter, r *http.Request) ([][]any, error) {
	v, _, err := s.view(w, r, "systems")
	if err != nil {
		return nil, err
	}
	all, err := s.systemRows(r.Context())
	if err != nil {
		return nil, err
	}
	sheet := [][]any{{}}
	for _, key := range []string{
		"id", "name", "owner", "level", "verdict", "seen", "coverage", "last_use", "active", "entitled", "reach", "units", "units_of", "forms", "submissions",
		"hours", "cost", "per_person", "suggestion", "into", "hours_saved", "hours_low", "hours_high", "yuan_saved", "yuan_low", "yuan_high", "case", "reasons",
	} {
		sheet[0] = append(sheet[0], v.T("systems.csv."+key))
	}
	for _, row := range sortSystems(narrowSystems(all, v.Query), v.Query.Get("sort"), v.Query.Get("order") == "asc") {
		sheet = append(sheet, systemLine(v, row))
	}
	return sheet, nil
}

func systemLine(v component.View, row queries.SystemRow) []any {
	words := page.SystemWords(v, row)
	out := []any{
		neutral(row.ID), neutral(row.Name), neutral(row.Owner), v.Known("level."+row.Level, row.Level), words.Verdict, v.T("systems.seen." + page.SeenOf(row)),
	}
	var use queries.Use
	var suggested queries.Suggestion
	known := row.Assessment != nil && row.Assessment.Seen != queries.SeenNotCovered
	if row.Assessment != nil {
		use, suggested = row.Assessment.Use, row.Assessment.Suggestion
	}
	number := func(x float64, ok bool) any {
		if !ok || math.IsNaN(x) {
			return nil
		}
		return math.Round(x*1000) / 1000
	}
	share := math.NaN()
	if use.Coverage != nil {
		share = use.Coverage.Share
	}
	var last any
	if !use.LastUse.IsZero() {
		last = v.Date(use.LastUse)
	}
	return append(
		out, number(share, known), last, number(float64(use.Active), known), number(float64(row.EntitledUsers), row.EntitledUsers > 0),
		number(use.Reach, known && use.ReachKnown), number(float64(use.Units), known), number(float64(use.Entitling), known && use.Entitling > 0),
		row.Forms, row.Submissions, number(math.Round(row.Hours), row.Hours > 0), number(row.AnnualCost, row.AnnualCost > 0), number(page.CostPerPerson(row), true),
		words.Suggestion, neutral(words.Into), number(suggested.Hours.Mid, known), number(suggested.Hours.Low, known), number(suggested.Hours.High, known),
		number(suggested.Yuan.Mid, known), number(suggested.Yuan.Low, known), number(suggested.Yuan.High, known), words.Case, neutral(words.Reasons),
	)
}

// systemsCSV writes the whole list for spreadsheets.
func (s *server) systemsCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	sheet, err := s.systemSheet(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableCSV(w, sheet, "jianfu-systems.csv")
}

// tableCSV sends a table as a file for spreadsheets: UTF-8 with a byte order mark, which Excel needs to read Chinese.
func (s *server) tableCSV(w http.ResponseWriter, table [][]any, name string) error {
	rows := make([][]string, len(table))
	for i, line := range table {
		for _, cell := range line {
			rows[i] = append(rows[i], csvCell(cell))
		}
	}
	var body bytes.Buffer
	body.WriteString("\ufeff")
	out := csv.NewWriter(&body)
	out.UseCRLF = true
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("unable to write %s: %w", name, err)
	}
	s.download(w, "text/csv; charset=utf-8", name, "", body.Bytes())
	return nil
}

func csvCell(cell any) string {
	switch x := cell.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprint(cell)
}

// systemsXLSX writes the whole list as a workbook.
func (s *server) systemsXLSX(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	sheet, err := s.systemSheet(w, r)
	if err != nil {
		return nil, err
	}
	return nil, s.tableXLSX(w, sheet, "jianfu-systems.xlsx")
}

// tableXLSX sends a table as a workbook: its head in bold, head and first two columns in sight while the rest scrolls.
func (s *server) tableXLSX(w http.ResponseWriter, table [][]any, name string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	out, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return fmt.Errorf("unable to write %s: %w", name, err)
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	err = errors.Join(
		err, out.SetColWidth(1, 1, 16), out.SetColWidth(2, 2, 32), out.SetColWidth(3, max(3, len(table[0])), 14),
		out.SetPanes(&excelize.Panes{Freeze: true, XSplit: 2, YSplit: 1, TopLeftCell: "C2", ActivePane: "bottomRight"}),
	)
	for i, line := range table {
		var options []excelize.RowOpts
		if i == 0 {
			options = append(options, excelize.RowOpts{StyleID: bold})
		}
		err = errors.Join(err, out.SetRow(fmt.Sprintf("A%d", i+1), line, options...))
	}
	if err := errors.Join(err, out.Flush()); err != nil {
		return fmt.Errorf("unable to write %s: %w", name, err)
	}
	var body bytes.Buffer
	if _, err := f.WriteTo(&body); err != nil {
		return fmt.Errorf("unable to write %s: %w", name, err)
	}
	s.download(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name, "", body.Bytes())
	return nil
}

// download sends a file. Its name is plain; a better one may stand beside it, percent-encoded (RFC 6266).
func (s *server) download(w http.ResponseWriter, kind, name, better string, body []byte) {
	disposition := `attachment; filename="` + name + `"`
	if better != "" {
		disposition += "; filename*=UTF-8''" + url.PathEscape(better)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", disposition)
	if _, err := w.Write(body); err != nil {
		s.Log.Debug().Err(err).Msg("reader went away")
	}
}

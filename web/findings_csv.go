package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

const csvChunk = 1000

// findingsCSV writes the whole list under the same conditions, for spreadsheets: UTF-8 with a byte order mark, which
// Excel needs to read Chinese.
func (s *server) findingsCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "findings")
	if err != nil {
		return nil, err
	}
	q := findingQuery(v.Query, names)
	q.Limit = csvChunk
	var body bytes.Buffer
	body.WriteString("\ufeff")
	out := csv.NewWriter(&body)
	out.UseCRLF = true
	rows := [][]string{csvHead(v)}
	for {
		chunk, err := s.reader(r.Context()).ReadFindings(r.Context(), q)
		if err != nil {
			return nil, err
		}
		for _, f := range chunk.Rows {
			rows = append(rows, csvRow(v, f))
		}
		if q.Offset += csvChunk; q.Offset >= chunk.Total || len(chunk.Rows) == 0 {
			break
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("unable to write the list of findings: %w", err)
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="jianfu-findings.csv"`)
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Debug().Err(err).Msg("reader went away")
	}
	return nil, nil
}

func csvHead(v component.View) []string {
	head := []string{"id"}
	for _, key := range []string{"finding", "family", "detector", "severity", "status", "systems", "forms", "units", "period", "n", "effect", "p", "q", "score"} {
		head = append(head, v.T("column."+key))
	}
	return head
}

func csvRow(v component.View, f queries.Finding) []string {
	names := func(kind string, ids []string) string {
		out := make([]string, 0, len(ids))
		for _, id := range ids {
			out = append(out, v.Name(kind, id))
		}
		return strings.Join(out, "; ")
	}
	number := func(x *float64) string {
		if x == nil {
			return ""
		}
		return strconv.FormatFloat(*x, 'g', -1, 64)
	}
	return []string{
		f.ID, neutral(page.Sentence(v, f)), v.Known("family."+f.Family, f.Family), v.Known("detector."+f.Detector+".name", f.Detector),
		v.Known("severity."+f.Severity, f.Severity), v.Known("status."+f.Status, f.Status),
		neutral(names("system", f.Subject.Systems)), neutral(names("form", f.Subject.Forms)), neutral(names("unit", f.Subject.Units)),
		v.Date(f.From) + "/" + v.Date(f.To), strconv.FormatUint(f.N, 10), number(f.Effect), number(f.P), number(f.Q), number(&f.Score),
	}
}

// neutral keeps a spreadsheet from taking text for a formula.
func neutral(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

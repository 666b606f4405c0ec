package report

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/web/interchange"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/page"
)

// Xlsx writes a report as a workbook: summary, findings, the tables of evidence, coverage, thresholds, hashes and limits, a sheet
// each. Numbers and days are numbers and days; no text is read as a formula.
func Xlsx(w io.Writer, d *Data, o Options) (err error) {
	doc, err := o.document(d)
	if err != nil {
		return err
	}
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	b := book{document: doc, file: f}
	b.err = f.SetDocProps(&excelize.DocProperties{
		Title: doc.T("report.title", "place", doc.place()), Subject: doc.scopeWords(), Creator: "Jianfu", Language: doc.Lang,
		Created: doc.Now.UTC().Format(time.RFC3339), Modified: doc.Now.UTC().Format(time.RFC3339),
	})
	b.summary()
	b.findings()
	b.evidence()
	b.coverage()
	b.thresholds()
	b.references()
	b.limits()
	if b.err == nil {
		b.err = f.DeleteSheet("Sheet1")
	}
	if b.err != nil {
		return fmt.Errorf("unable to write the report as a workbook: %w", b.err)
	}
	f.SetActiveSheet(0)
	if _, err := f.WriteTo(w); err != nil {
		return fmt.Errorf("unable to write the report as a workbook: %w", err)
	}
	return nil
}

// book writes sheets one after the other; after the first fault it writes nothing more.
type book struct {
	document
	file  *excelize.File
	sheet *excelize.StreamWriter
	name  string
	line  int
	err   error
	style map[string]int
}

// The number formats of cells.
const (
	plain   = ""
	bold    = "bold"
	title   = "title"
	count   = "#,##0"
	figure  = "#,##0.####"
	percent = "0.0%"
	small   = "0.0000"
	date    = "yyyy-mm-dd"
)

// look is the style of a number format, or of a head.
func (b *book) look(format string) int {
	if id, ok := b.style[format]; ok {
		return id
	}
	s := &excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}
	switch format {
	case plain:
	case bold:
		s.Font = &excelize.Font{Bold: true}
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E3EFEE"}}
	case title:
		s.Font = &excelize.Font{Bold: true, Size: 16}
		s.Alignment = nil
	default:
		s.CustomNumFmt = &format
	}
	id, err := b.file.NewStyle(s)
	if err != nil {
		b.fail(err)
	}
	if b.style == nil {
		b.style = map[string]int{}
	}
	b.style[format] = id
	return id
}

func (b *book) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// open begins a sheet with columns of the given widths in characters; the first lines, as many as frozen says, stay in view.
func (b *book) open(key string, frozen int, widths ...float64) {
	b.name, b.line = b.T("report.sheet."+key), 0
	if b.err != nil {
		return
	}
	if _, err := b.file.NewSheet(b.name); err != nil {
		b.fail(err)
		return
	}
	var err error
	if b.sheet, err = b.file.NewStreamWriter(b.name); err != nil {
		b.fail(err)
		return
	}
	for i, width := range widths {
		b.fail(b.sheet.SetColWidth(i+1, i+1, width))
	}
	if frozen > 0 {
		b.fail(b.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: frozen, TopLeftCell: fmt.Sprintf("A%d", frozen+1), ActivePane: "bottomLeft"}))
	}
}

// row writes cells: texts, excelize.Cell with their own format, nil for nothing.
func (b *book) row(format string, cells ...any) {
	b.line++
	if b.err != nil {
		return
	}
	for i, v := range cells {
		switch v := v.(type) {
		case string:
			cells[i] = excelize.Cell{StyleID: b.look(format), Value: interchange.Neutral(v)}
		case nil:
			cells[i] = excelize.Cell{StyleID: b.look(plain)}
		}
	}
	b.fail(b.sheet.SetRow(fmt.Sprintf("A%d", b.line), cells))
}

func (b *book) words(format string, cells []string) {
	out := make([]any, len(cells))
	for i, c := range cells {
		out[i] = c
	}
	b.row(format, out...)
}

func (b *book) close() {
	if b.err == nil {
		b.fail(b.sheet.Flush())
	}
}

// cell is a number in a format.
func (b *book) cell(format string, value any) any {
	return excelize.Cell{StyleID: b.look(format), Value: value}
}

func (b *book) maybe(format string, x *float64) any {
	if x == nil {
		return nil
	}
	return b.cell(format, *x)
}

func (b *book) day(t time.Time) any {
	if b.Date(t) == locale.Absent {
		return nil
	}
	return b.cell(date, t)
}

func (b *book) summary() {
	b.open("summary", 0, 34, 60, 14, 14, 24)
	b.row(title, b.T("report.title", "place", b.place()))
	for _, fact := range b.coverFacts() {
		b.words(plain, fact)
	}
	b.row(plain)
	b.row(plain, nil, b.lead())
	if words := b.burden(); words != "" {
		b.row(plain, nil, words)
	}
	if b.Total > uint64(len(b.Data.Findings)) {
		b.row(plain, nil, b.T("report.cut", "total", b.Total, "n", len(b.Data.Findings)))
	}
	b.row(plain)
	b.row(bold, b.T("report.first"))
	for _, line := range b.first() {
		b.row(plain, nil, line)
	}
	b.row(plain)
	b.words(bold, []string{b.T("column.owner"), b.T("report.all"), b.T("severity.high"), b.T("severity.medium"), b.T("severity.low")})
	for _, c := range b.parted {
		b.row(plain, c.owner, b.cell(count, c.count("")), b.cell(count, c.count("high")), b.cell(count, c.count("medium")), b.cell(count, c.count("low")))
	}
	if len(b.Verify) > 0 {
		b.row(plain)
		b.row(bold, b.T("report.verify", "n", len(b.Verify)))
		head := b.verifyHead()
		b.words(bold, []string{head[1], head[2], head[0], head[3], head[4]})
		for i, cells := range b.verifyRows(len(b.Verify)) {
			b.row(plain, cells[1], cells[2], b.cell(count, b.Verify[i].Priority), cells[3], cells[4])
		}
	}
	b.row(plain)
	b.row(plain, nil, b.T("report.cover_note"))
	b.close()
}

// findingHead names the columns of the sheet of findings.
func (b *book) findingHead() []string {
	return []string{
		b.T("report.numbers"), b.T("column.owner"), b.T("column.unit"), b.T("column.severity"), b.T("column.status"), b.T("report.detector"), b.T("column.finding"),
		b.T("report.day_from"), b.T("report.day_to"), "n", b.T("column.effect"), "p", "q", b.T("finding.explanations"), b.T("finding.not_proof"), b.T("report.rule"), b.T("finding.id"),
	}
}

func (b *book) findings() {
	b.open("findings", 1, 7, 16, 18, 8, 10, 18, 70, 12, 12, 9, 10, 9, 9, 50, 40, 40, 24)
	head := b.findingHead()
	b.words(bold, head)
	for _, c := range b.parted {
		for _, g := range c.groups {
			for _, f := range g.findings {
				var explanations []string
				for _, e := range f.Explanations {
					explanations = append(explanations, b.M(e))
				}
				b.row(
					plain, b.cell(count, f.n), c.owner, g.title, b.Known("severity."+f.Severity, f.Severity), b.Known("status."+f.Status, f.Status),
					b.Known("detector."+f.Detector+".name", f.Detector), page.Sentence(b.View, f.Finding), b.day(f.From), b.day(f.To), b.cell(count, f.N),
					b.maybe(figure, f.Effect), b.maybe(small, f.P), b.maybe(small, f.Q), strings.Join(explanations, "\n"), b.M(f.Evidence.NotProof), b.M(f.Rule), f.ID,
				)
			}
		}
	}
	b.close()
	if b.err == nil && b.line > 1 {
		last, err := excelize.CoordinatesToCellName(len(head), b.line)
		b.fail(err)
		b.fail(b.file.AutoFilter(b.name, "A1:"+last, nil))
	}
}

func (b *book) evidence() {
	b.open("evidence", 0, 24, 24, 18, 18, 18, 18, 18, 18, 18, 18)
	for _, c := range b.parted {
		for _, f := range c.all() {
			t := f.Evidence.Table
			if t == nil || len(t.Columns) == 0 {
				continue
			}
			b.row(bold, b.Num(float64(f.n)), page.Short(b.View, f.Finding))
			head, rows := b.evidenceTable(t)
			b.words(bold, head)
			for i, words := range rows {
				cells := make([]any, len(words))
				for j, text := range words {
					cells[j] = text
					if j < len(t.Rows[i]) {
						if x, ok := t.Rows[i][j].(float64); ok {
							cells[j] = b.cell(formatOf(text), x)
						}
					}
				}
				b.row(plain, cells...)
			}
			b.row(plain)
		}
	}
	b.close()
}

// formatOf is the number format that shows a figure as the report writes it.
func formatOf(text string) string {
	if strings.HasSuffix(text, "%") {
		return percent
	}
	return figure
}

func (b *book) coverage() {
	b.open("coverage", 1, 30, 22, 22, 16)
	b.words(bold, b.sourceHead())
	for i, row := range b.sourceRows(b.Sources) {
		b.row(plain, row[0], row[1], row[2], b.cell(count, b.Sources[i].Quarantined))
	}
	b.row(plain)
	b.row(plain, b.T("report.coverage_text"))
	b.close()
}

func (b *book) thresholds() {
	b.open("thresholds", 1, 24, 26, 70, 12, 18)
	b.words(bold, []string{b.T("report.detector"), "id", b.T("report.threshold"), b.T("report.value"), b.T("report.policy")})
	for _, t := range b.document.thresholds() {
		b.row(plain, b.Known("detector."+t.detector+".name", t.detector), fmt.Sprintf("%s v%d", t.detector, t.version), b.thresholdName(t), b.cell(figure, t.value), t.policy)
	}
	b.close()
}

func (b *book) references() {
	b.open("references", 1, 8, 26, 26, 70)
	b.words(bold, b.annexHead())
	for _, row := range b.annex() {
		b.words(plain, row)
	}
	b.close()
}

func (b *book) limits() {
	b.open("limits", 0, 100)
	b.row(title, b.T("report.limits"))
	for _, key := range limits {
		b.row(plain, b.T("report.limit."+key))
	}
	b.close()
}

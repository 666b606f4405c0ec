package report

import (
	"fmt"
	"io"

	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/docx"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/page"
)

// behindLimit is how many rows of the table behind a picture are printed in its place.
const behindLimit = 20

// Docx writes a report as a document of a word processor: the same parts in the same order as on paper. Pictures are given as the
// tables behind them, which every word processor shows alike and in which the figures can be worked with.
func Docx(w io.Writer, d *Data, o Options) error {
	doc, err := o.document(d)
	if err != nil {
		return err
	}
	out := wordWriter{document: doc}
	out.cover()
	out.summary()
	out.coverage()
	out.details()
	out.unjudged()
	out.verification()
	out.references()
	out.limits()
	head := doc.T("report.running", "place", doc.place())
	file := docx.Document{
		Lang: doc.Lang, Title: doc.T("report.title", "place", doc.place()), Subject: doc.scopeWords(), Made: doc.Now, Font: docx.Fang, Size: 24,
		Styles: wordStyles(doc.Lang), Body: out.body,
		Head: docx.Line("Header", docx.Run{Text: head}, docx.Run{Text: "\t"}, docx.Run{Text: doc.scopeWords()}),
		Foot: docx.Line("Footer", append([]docx.Run{{Text: doc.T("report.footer_hash", "hash", doc.hash[:32])}, {Text: "\t"}}, doc.pageRuns()...)...),
	}
	if err := file.Write(w); err != nil {
		return fmt.Errorf("unable to write the report: %w", err)
	}
	return nil
}

// pageRuns is the count of pages, in the order of words of the language.
func (d document) pageRuns() []docx.Run {
	const page, pages = '\x01', '\x02'
	var out []docx.Run
	text := ""
	for _, r := range d.T("report.page", "page", string(page), "pages", string(pages)) {
		if r != page && r != pages {
			text += string(r)
			continue
		}
		if text != "" {
			out, text = append(out, docx.Run{Text: text}), ""
		}
		out = append(out, docx.Run{Field: map[rune]string{page: "PAGE", pages: "NUMPAGES"}[r]})
	}
	if text != "" {
		out = append(out, docx.Run{Text: text})
	}
	return out
}

// wordWriter puts the body together.
type wordWriter struct {
	document
	body []*docx.Node
}

func (w *wordWriter) say(style, text string) {
	if text != "" {
		w.body = append(w.body, docx.Paragraph(style, text))
	}
}

// table writes a table, widths in hundredths; an empty paragraph keeps two tables apart.
func (w *wordWriter) table(head []string, widths []int, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	grid := docx.Grid{Head: head, Rows: rows, Widths: widths, HeadStyle: "TableHead", TextStyle: "TableText", TotalWidth: docx.TextWidth}
	w.body = append(w.body, docx.Table(grid), docx.Paragraph("Gap", ""))
}

func (w *wordWriter) list(lines []string) {
	for _, line := range lines {
		w.say("Item", "· "+line)
	}
}

func (w *wordWriter) cover() {
	w.say("Mark", w.T("report.kind"))
	w.say("Title", w.T("report.title", "place", w.place()))
	w.table(nil, []int{26, 74}, w.coverFacts())
	w.say("Note", w.T("report.cover_note"))
}

// coverFacts say what the report is about, for whom and from when.
func (d document) coverFacts() [][]string {
	return [][]string{
		{d.T("report.scope"), d.scopeWords()},
		{d.T("column.period"), d.period()},
		{d.T("report.analysed"), d.Moment(d.Data.Overview.Analysed)},
		{d.T("report.printed"), d.Moment(d.Now)},
		{d.T("report.authority"), d.authorityWords()},
		{d.T("report.hash"), d.hash},
	}
}

func (w *wordWriter) summary() {
	w.say("PageHeading", w.heading("report.summary"))
	w.say("Text", w.lead())
	if w.Total > uint64(len(w.Data.Findings)) {
		w.say("Text", w.T("report.cut", "total", w.Total, "n", len(w.Data.Findings)))
	}
	w.say("Text", w.burden())
	w.say("Heading2", w.T("report.first"))
	if first := w.first(); len(first) > 0 {
		w.list(first)
	} else {
		w.say("Text", w.T("report.first_none"))
	}
	if rows, left := w.departments(); len(rows) > 0 {
		w.say("Heading2", w.T("report.departments"))
		w.table(w.departmentsHead(), []int{46, 18, 18, 18}, rows)
		if left > 0 {
			w.say("Note", w.T("report.departments_left", "n", left))
		}
	}
	w.table(w.countsHead(), nil, w.counts())
	if len(w.Verify) > 0 {
		w.say("Heading2", w.T("report.verify", "n", len(w.Verify)))
		if len(w.Verify) > verifyFirst {
			w.say("Text", w.T("report.verify_first", "n", verifyFirst, "all", len(w.Verify)))
		}
		w.table(w.verifyHead(), []int{10, 24, 28, 16, 22}, w.verifyRows(verifyFirst))
	}
}

func (w *wordWriter) coverage() {
	o := w.Data.Overview
	w.say("PageHeading", w.heading("report.coverage"))
	w.say("Text", w.T("report.summary_text", "systems", o.Systems, "covered", o.Covered, "units", o.Units, "forms", o.Forms))
	w.say("Text", w.T("report.coverage_text"))
	w.say("Text", w.T("report.method_judged", "day", w.Date(o.To), "from", w.Date(o.From), "to", w.Date(o.To), "policy", w.policy()))
	if len(w.Data.Sources) > 0 {
		w.say("Text", w.sourceWords())
	}
	w.table(w.sourceHead(), []int{30, 26, 26, 18}, w.sourceRows(w.gaps()))
}

func (w *wordWriter) details() {
	w.say("PageHeading", w.heading("report.findings"))
	if len(w.judged()) == 0 {
		w.say("Text", w.T("report.no_findings"))
	}
	for _, c := range w.parted {
		w.say("Heading2", w.T("report.chapter", "owner", c.owner, "n", c.count("")))
		for _, g := range c.groups {
			w.say("Heading3", g.title)
			for _, f := range g.findings {
				w.item(f)
			}
		}
	}
}

func (w *wordWriter) item(f numbered) {
	headline, rest := page.Headline(w.View, f.Finding)
	w.say("Heading4", w.Num(float64(f.n))+"  "+headline)
	w.say("Text", rest)
	w.say("Note", w.Known("status."+f.Status, f.Status)+" · "+w.Known("severity."+f.Severity, f.Severity)+" · "+w.Known("detector."+f.Detector+".name", f.Detector)+" · "+w.line(f.Finding))
	if f.Severity == "low" {
		return
	}
	w.picture(w.FigureOf(f.Evidence.Chart))
	table, left := shortened(f.Evidence.Table)
	if table != nil && len(table.Columns) > 0 {
		head, rows := w.evidenceTable(table)
		w.table(head, nil, rows)
	}
	if left > 0 {
		w.say("Note", w.T("report.rows_left", "n", left))
	}
	if len(f.Explanations) > 0 {
		w.say("ItemHead", w.T("finding.explanations"))
		var lines []string
		for _, e := range f.Explanations {
			lines = append(lines, w.M(e))
		}
		w.list(lines)
	}
	if f.Evidence.NotProof.Key != "" {
		w.say("ItemHead", w.T("finding.not_proof"))
		w.say("Text", w.M(f.Evidence.NotProof))
	}
	if f.Rule.Key != "" {
		w.say("ItemHead", w.T("report.rule"))
		w.say("Text", w.M(f.Rule))
	}
}

// picture writes the table behind a picture where it is narrow enough for paper; a grid of many columns says nothing there.
func (w *wordWriter) picture(f component.Figure) {
	if !f.Drawable() || len(f.Rows) == 0 || len(f.Head) > 8 {
		return
	}
	w.say("ItemHead", w.T("report.behind", "title", f.Title))
	rows := f.Rows[max(0, len(f.Rows)-behindLimit):]
	w.table(f.Head, nil, rows)
	if left := len(f.Rows) - len(rows); left > 0 {
		w.say("Note", w.T("report.rows_left", "n", left))
	}
}

func (w *wordWriter) unjudged() {
	all := w.notAssessed()
	if len(all) == 0 {
		return
	}
	w.say("PageHeading", w.heading("report.not_assessed", "n", len(all)))
	w.say("Text", w.T("report.not_assessed_text"))
	var lines []string
	for _, f := range firstOf(all) {
		lines = append(lines, page.Sentence(w.View, f))
	}
	w.list(lines)
	if left := len(all) - len(lines); left > 0 {
		w.say("Note", w.T("report.more_not_assessed", "n", left))
	}
}

func (w *wordWriter) verification() {
	if len(w.Verify) == 0 {
		return
	}
	w.say("PageHeading", w.heading("report.verify_annex"))
	w.say("Text", w.T("report.verify_text"))
	w.say("Text", w.T("verify.note"))
	for _, c := range w.cases() {
		w.say("Heading4", w.Num(float64(c.Priority))+"  "+w.T("report.verify_case", "unit", c.Unit, "form", c.Form))
		w.say("Text", c.Why())
		var lines []string
		for _, f := range c.Findings[:min(4, len(c.Findings))] {
			lines = append(lines, page.Short(w.View, f))
		}
		w.list(lines)
		if looks := c.Looks(); len(looks) > 0 {
			w.say("ItemHead", w.T("look.title"))
			head, rows := component.LookTable(w.View, looks, true)
			w.table(head, nil, rows)
		} else {
			w.say("Text", w.T("look.none"))
		}
		if c.Outcome != nil {
			w.say("ItemHead", w.T("verify.case.outcome"))
			w.say("Text", w.Known("verify.outcome."+c.Outcome.Outcome, c.Outcome.Outcome)+" · "+c.Outcome.Reason+" · "+c.Outcome.By+" · "+w.Moment(c.Outcome.At))
		}
	}
	if left := len(w.Verify) - len(w.cases()); left > 0 {
		w.say("Note", w.T("report.verify_left", "n", left))
	}
	w.say("Note", w.T("verify.disclaimer"))
}

func (w *wordWriter) references() {
	if rows := w.annex(); len(rows) > 0 {
		w.say("PageHeading", w.heading("report.annex"))
		w.say("Text", w.T("report.annex_text"))
		w.table(w.annexHead(), []int{8, 24, 22, 46}, rows)
	}
	if rows := w.thresholdRows(); len(rows) > 0 {
		w.say("Heading2", w.T("report.detectors"))
		w.say("Text", w.T("report.detectors_text"))
		w.table([]string{w.T("report.detector"), w.T("report.threshold"), w.T("report.value")}, []int{26, 60, 14}, rows)
	}
}

func (w *wordWriter) limits() {
	w.say("Heading1", w.heading("report.limits"))
	for i, key := range limits {
		w.say("Text", w.T("letter.item", "n", i+1, "text", w.T("report.limit."+key)))
	}
}

func wordStyles(lang string) []docx.Style {
	const song, fang, hei = docx.Song, docx.Fang, docx.Hei
	indent, align := 0, "left"
	if lang == locale.Chinese {
		indent, align = 200, "both"
	}
	return []docx.Style{
		{ID: "Normal", Name: "Normal", Font: fang, Size: 24, Align: align, Line: 420},
		{ID: "Mark", Name: "Mark", Font: hei, Size: 24, Align: "center", Line: 400, Before: 1800},
		{ID: "Title", Name: "Title", Font: hei, Size: 44, Align: "center", Line: 700, Before: 240, After: 900},
		{ID: "Heading1", Name: "heading 1", Font: hei, Size: 32, Align: "left", Line: 560, Before: 240, After: 120, Outline: 1, Next: true},
		{ID: "PageHeading", Name: "Part", Font: hei, Size: 32, Align: "left", Line: 560, After: 120, Outline: 1, Next: true, NewPage: true},
		{ID: "Heading2", Name: "heading 2", Font: hei, Size: 28, Align: "left", Line: 480, Before: 160, After: 60, Outline: 2, Next: true},
		{ID: "Heading3", Name: "heading 3", Font: hei, Size: 26, Align: "left", Line: 440, Before: 160, Outline: 3, Next: true},
		{ID: "Heading4", Name: "heading 4", Font: hei, Size: 24, Align: "left", Line: 400, Before: 200, Outline: 4, Next: true},
		{ID: "Text", Name: "Body Text", Font: fang, Size: 24, Align: align, Indent: indent, Line: 420},
		{ID: "Item", Name: "List Paragraph", Font: fang, Size: 24, Align: align, Indent: indent, Line: 420},
		{ID: "ItemHead", Name: "Item Head", Font: hei, Size: 21, Align: "left", Line: 380, Before: 80, Next: true},
		{ID: "Note", Name: "Note", Font: fang, Size: 21, Align: "left", Line: 360, After: 80},
		{ID: "TableHead", Name: "Table Head", Font: hei, Size: 20, Align: "center"},
		{ID: "TableText", Name: "Table Text", Font: fang, Size: 20, Align: "left"},
		{ID: "Gap", Name: "Gap", Font: fang, Size: 12, Align: "left", Line: 200},
		{ID: "Header", Name: "header", Font: song, Size: 18, Align: "left", Tab: docx.TextWidth},
		{ID: "Footer", Name: "footer", Font: song, Size: 18, Align: "left", Tab: docx.TextWidth},
	}
}

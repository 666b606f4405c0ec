package letter

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/jianfu/jianfu/web/locale"
)

// The text area of an A4 sheet after GB/T 9704-2012: 156 by 225 mm. Lengths are twentieths of a point.
const (
	paperWidth, paperHeight                        = 11906, 16838
	marginTop, marginRight, marginFoot, marginLeft = 2098, 1474, 1984, 1588
	textWidth                                      = paperWidth - marginLeft - marginRight
)

// stamped is the time of all entries of the archive: equal letters are equal files.
var stamped = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Docx writes the letter as a WordprocessingML document (ECMA-376, transitional): A4, headings as styles, repeating table
// heads, page numbers. It needs nothing but the standard library; docs/letters.md says why.
func Docx(w io.Writer, l *Letter) error {
	archive := zip.NewWriter(w)
	for _, part := range []struct {
		name string
		root *node
	}{
		{"[Content_Types].xml", contentTypes()},
		{"_rels/.rels", packageRelations()},
		{"docProps/core.xml", l.core()},
		{"word/document.xml", l.document()},
		{"word/styles.xml", l.styles()},
		{"word/footer1.xml", footer()},
		{"word/_rels/document.xml.rels", documentRelations()},
	} {
		var body bytes.Buffer
		body.WriteString(xml.Header)
		e := xml.NewEncoder(&body)
		if err := part.root.encode(e); err != nil {
			return fmt.Errorf("unable to write the letter: %w", err)
		}
		if err := e.Flush(); err != nil {
			return fmt.Errorf("unable to write the letter: %w", err)
		}
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: stamped})
		if err != nil {
			return fmt.Errorf("unable to write the letter: %w", err)
		}
		if _, err := entry.Write(body.Bytes()); err != nil {
			return fmt.Errorf("unable to write the letter: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("unable to write the letter: %w", err)
	}
	return nil
}

// node is an element of a part. Names carry their usual prefixes, which the root declares.
type node struct {
	name     string
	attrs    []string // name, value, name, value
	text     string
	children []*node
}

func el(name string, attrs ...string) *node { return &node{name: name, attrs: attrs} }

func (n *node) add(children ...*node) *node {
	n.children = append(n.children, children...)
	return n
}

func (n *node) say(text string) *node {
	n.text = text
	return n
}

// encode writes the element; the encoder escapes markup and replaces what XML cannot hold.
func (n *node) encode(e *xml.Encoder) error {
	start := xml.StartElement{Name: xml.Name{Local: n.name}}
	for i := 0; i+1 < len(n.attrs); i += 2 {
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: n.attrs[i]}, Value: n.attrs[i+1]})
	}
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	if n.text != "" {
		if err := e.EncodeToken(xml.CharData(n.text)); err != nil {
			return err
		}
	}
	for _, child := range n.children {
		if err := child.encode(e); err != nil {
			return err
		}
	}
	return e.EncodeToken(start.End())
}

const wordNamespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

// document is the text itself.
func (l *Letter) document() *node {
	body := el("w:body").add(paragraph("Mark", l.Mark), paragraph("Title", l.Title), paragraph("To", l.To))
	body.add(blocks(l.Body, "Text", "Item")...)
	for i, line := range l.Sign {
		p := paragraph("Sign", line)
		if i+1 < len(l.Sign) {
			p.children[0].add(el("w:keepNext"))
		}
		body.add(p)
	}
	body.add(paragraph("Annex", l.AnnexTitle))
	body.add(blocks(l.Annex, "AnnexText", "AnnexText")...)
	body.add(paragraph("Note", l.Foot))
	body.add(el("w:sectPr").add(
		el("w:footerReference", "w:type", "default", "r:id", "rId2"),
		el("w:pgSz", "w:w", strconv.Itoa(paperWidth), "w:h", strconv.Itoa(paperHeight)),
		el("w:pgMar", "w:top", strconv.Itoa(marginTop), "w:right", strconv.Itoa(marginRight), "w:bottom", strconv.Itoa(marginFoot),
			"w:left", strconv.Itoa(marginLeft), "w:header", "851", "w:footer", "1400", "w:gutter", "0"),
	))
	return el("w:document", "xmlns:w", wordNamespace, "xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships").add(body)
}

// blocks are written with the styles that paragraphs and lines of lists have in their part of the letter.
func blocks(all []Block, text, item string) []*node {
	var out []*node
	for _, b := range all {
		switch b.Kind {
		case Heading:
			out = append(out, paragraph("Heading1", b.Text))
		case Item:
			out = append(out, paragraph(item, b.Text))
		case Note:
			out = append(out, paragraph("Note", b.Text))
		case Table:
			// An empty paragraph keeps two tables apart and the text off the lower border.
			out = append(out, table(b), paragraph("Gap", ""))
		default:
			out = append(out, paragraph(text, b.Text))
		}
	}
	return out
}

// paragraph has its properties first, then its text.
func paragraph(style, text string) *node {
	p := el("w:p").add(el("w:pPr").add(el("w:pStyle", "w:val", style)))
	if text != "" {
		p.add(el("w:r").add(el("w:t", "xml:space", "preserve").say(text)))
	}
	return p
}

// table has a head that repeats on every page, rows that stay whole, and columns of fixed widths.
func table(b Block) *node {
	widths := make([]string, len(b.Head))
	for i := range widths {
		share := 100 / len(b.Head)
		if i < len(b.Widths) {
			share = b.Widths[i]
		}
		widths[i] = strconv.Itoa(textWidth * share / 100)
	}
	grid := el("w:tblGrid")
	for _, width := range widths {
		grid.add(el("w:gridCol", "w:w", width))
	}
	t := el("w:tbl").add(
		el("w:tblPr").add(
			el("w:tblStyle", "w:val", "TableGrid"), el("w:tblW", "w:w", strconv.Itoa(textWidth), "w:type", "dxa"), el("w:tblLayout", "w:type", "fixed"),
		),
		grid,
	)
	row := func(cells []string, style string, head bool) *node {
		properties := el("w:trPr").add(el("w:cantSplit"))
		if head {
			properties.add(el("w:tblHeader"))
		}
		r := el("w:tr").add(properties)
		for i := range widths {
			text := ""
			if i < len(cells) {
				text = cells[i]
			}
			r.add(el("w:tc").add(el("w:tcPr").add(el("w:tcW", "w:w", widths[i], "w:type", "dxa"), el("w:vAlign", "w:val", "center")), paragraph(style, text)))
		}
		return r
	}
	t.add(row(b.Head, "TableHead", true))
	for _, cells := range b.Rows {
		t.add(row(cells, "TableText", false))
	}
	return t
}

// look is how a style of paragraphs looks.
type look struct {
	id, name, font string
	size           int    // half points
	align          string // left, center, right, both
	indent         int    // of the first line, in hundredths of a character
	line           int    // exact distance of lines, 0 for single
	before, after  int
	outline        int // level of a heading from 1, 0 for none
	next           bool
	newPage        bool
}

// styles names the fonts of official documents: 仿宋 for text, 黑体 for headings, 宋体 for page numbers.
func (l *Letter) styles() *node {
	const song, fang, hei = "宋体", "仿宋", "黑体"
	chinese := l.Lang == locale.Chinese
	indent, align := 0, "left"
	if chinese {
		indent, align = 200, "both"
	}
	root := el("w:styles", "xmlns:w", wordNamespace).add(el("w:docDefaults").add(el("w:rPrDefault").add(el("w:rPr").add(
		fonts(fang), el("w:sz", "w:val", "32"), el("w:szCs", "w:val", "32"), el("w:lang", "w:val", "en-US", "w:eastAsia", "zh-CN"),
	))))
	for _, s := range []look{
		{id: "Normal", name: "Normal", font: fang, size: 32, align: align, line: 560},
		{id: "Title", name: "Title", font: hei, size: 44, align: "center", line: 700, before: 240, after: 360},
		{id: "To", name: "To", font: fang, size: 32, align: "left", line: 560},
		{id: "Heading1", name: "heading 1", font: hei, size: 32, align: "left", indent: indent, line: 560, before: 120, outline: 1, next: true},
		{id: "Text", name: "Body Text", font: fang, size: 32, align: align, indent: indent, line: 560},
		{id: "Item", name: "List Paragraph", font: fang, size: 32, align: align, indent: indent, line: 560},
		{id: "AnnexText", name: "Annex Text", font: fang, size: 28, align: align, indent: indent, line: 460},
		{id: "Note", name: "Note", font: fang, size: 24, align: "left", line: 400, after: 120},
		{id: "Mark", name: "Mark", font: fang, size: 24, align: "right", line: 400},
		{id: "Sign", name: "Signature", font: fang, size: 32, align: "right", line: 560},
		{id: "Annex", name: "Annex", font: hei, size: 32, align: "left", line: 560, after: 240, outline: 1, next: true, newPage: true},
		{id: "TableHead", name: "Table Head", font: hei, size: 24, align: "center"},
		{id: "TableText", name: "Table Text", font: fang, size: 24, align: "left"},
		{id: "Gap", name: "Gap", font: fang, size: 12, align: "left", line: 200},
		{id: "Footer", name: "footer", font: song, size: 28, align: "center"},
	} {
		root.add(s.node())
	}
	borders := el("w:tblBorders")
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		borders.add(el("w:"+side, "w:val", "single", "w:sz", "4", "w:space", "0", "w:color", "000000"))
	}
	return root.add(el("w:style", "w:type", "table", "w:styleId", "TableGrid").add(
		el("w:name", "w:val", "Table Grid"),
		el("w:tblPr").add(borders, el("w:tblCellMar").add(
			el("w:top", "w:w", "40", "w:type", "dxa"), el("w:left", "w:w", "100", "w:type", "dxa"),
			el("w:bottom", "w:w", "40", "w:type", "dxa"), el("w:right", "w:w", "100", "w:type", "dxa"),
		)),
	))
}

func fonts(chinese string) *node {
	return el("w:rFonts", "w:ascii", "Times New Roman", "w:hAnsi", "Times New Roman", "w:eastAsia", chinese, "w:cs", "Times New Roman")
}

// node writes a style, its parts in the order that the schema asks for.
func (s look) node() *node {
	attrs := []string{"w:type", "paragraph", "w:styleId", s.id}
	if s.id == "Normal" {
		attrs = append(attrs, "w:default", "1")
	}
	p := el("w:pPr")
	if s.next {
		p.add(el("w:keepNext"))
	}
	if s.newPage {
		p.add(el("w:pageBreakBefore"))
	}
	spacing := el("w:spacing", "w:before", strconv.Itoa(s.before), "w:after", strconv.Itoa(s.after))
	if s.line > 0 {
		spacing.attrs = append(spacing.attrs, "w:line", strconv.Itoa(s.line), "w:lineRule", "exact")
	} else {
		spacing.attrs = append(spacing.attrs, "w:line", "240", "w:lineRule", "auto")
	}
	p.add(spacing)
	if s.indent > 0 {
		p.add(el("w:ind", "w:firstLineChars", strconv.Itoa(s.indent), "w:firstLine", strconv.Itoa(s.indent*s.size/10)))
	}
	p.add(el("w:jc", "w:val", s.align))
	if s.outline > 0 {
		p.add(el("w:outlineLvl", "w:val", strconv.Itoa(s.outline-1)))
	}
	out := el("w:style", attrs...).add(el("w:name", "w:val", s.name))
	if s.id != "Normal" {
		out.add(el("w:basedOn", "w:val", "Normal"))
	}
	return out.add(el("w:qFormat"), p, el("w:rPr").add(fonts(s.font), el("w:sz", "w:val", strconv.Itoa(s.size)), el("w:szCs", "w:val", strconv.Itoa(s.size))))
}

// footer is the number of the page between two dashes.
func footer() *node {
	run := func(text string) *node { return el("w:r").add(el("w:t", "xml:space", "preserve").say(text)) }
	return el("w:ftr", "xmlns:w", wordNamespace).add(el("w:p").add(
		el("w:pPr").add(el("w:pStyle", "w:val", "Footer")), run("— "), el("w:fldSimple", "w:instr", " PAGE ").add(run("1")), run(" —"),
	))
}

// core are the properties of the document: title, creator, language and the day judged.
func (l *Letter) core() *node {
	made := l.AsOf
	if made.IsZero() {
		made = stamped
	}
	day := made.UTC().Format(time.RFC3339)
	return el("cp:coreProperties", "xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties", "xmlns:dc", "http://purl.org/dc/elements/1.1/",
		"xmlns:dcterms", "http://purl.org/dc/terms/", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance").add(
		el("dc:title").say(l.Title), el("dc:subject").say(l.Mark), el("dc:creator").say("Jianfu"), el("dc:language").say(l.Lang),
		el("dcterms:created", "xsi:type", "dcterms:W3CDTF").say(day), el("dcterms:modified", "xsi:type", "dcterms:W3CDTF").say(day),
	)
}

func contentTypes() *node {
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	return el("Types", "xmlns", "http://schemas.openxmlformats.org/package/2006/content-types").add(
		el("Default", "Extension", "rels", "ContentType", "application/vnd.openxmlformats-package.relationships+xml"),
		el("Default", "Extension", "xml", "ContentType", "application/xml"),
		el("Override", "PartName", "/word/document.xml", "ContentType", word+"document.main+xml"),
		el("Override", "PartName", "/word/styles.xml", "ContentType", word+"styles+xml"),
		el("Override", "PartName", "/word/footer1.xml", "ContentType", word+"footer+xml"),
		el("Override", "PartName", "/docProps/core.xml", "ContentType", "application/vnd.openxmlformats-package.core-properties+xml"),
	)
}

const relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

func packageRelations() *node {
	return relations(
		el("Relationship", "Id", "rId1", "Type", relation+"officeDocument", "Target", "word/document.xml"),
		el("Relationship", "Id", "rId2", "Type", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "Target", "docProps/core.xml"),
	)
}

func documentRelations() *node {
	return relations(
		el("Relationship", "Id", "rId1", "Type", relation+"styles", "Target", "styles.xml"),
		el("Relationship", "Id", "rId2", "Type", relation+"footer", "Target", "footer1.xml"),
	)
}

func relations(all ...*node) *node {
	return el("Relationships", "xmlns", "http://schemas.openxmlformats.org/package/2006/relationships").add(all...)
}

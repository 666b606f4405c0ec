package docx

import "strconv"

// The fonts of official documents after GB/T 9704-2012: 仿宋 for text, 黑体 for headings, 宋体 for page numbers.
const (
	Song = "宋体"
	Fang = "仿宋"
	Hei  = "黑体"
)

// Style is how paragraphs of a kind look.
type Style struct {
	ID, Name, Font string
	Size           int    // half points
	Align          string // left, center, right, both
	Indent         int    // of the first line, in hundredths of a character
	Line           int    // exact distance of lines in twentieths of a point, 0 for single
	Before, After  int    // twentieths of a point
	Outline        int    // level of a heading from 1, 0 for none
	Next           bool   // stays on the page of what follows
	NewPage        bool   // begins a page
	Tab            int    // a tab stop at which text ends, twentieths of a point from the left; 0 for none
}

func (d *Document) styles() *Node {
	size := strconv.Itoa(d.Size)
	root := el("w:styles", "xmlns:w", wordNamespace).add(el("w:docDefaults").add(el("w:rPrDefault").add(el("w:rPr").add(
		fonts(d.Font), el("w:sz", "w:val", size), el("w:szCs", "w:val", size), el("w:lang", "w:val", "en-US", "w:eastAsia", "zh-CN"),
	))))
	for _, s := range d.Styles {
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

func fonts(chinese string) *Node {
	return el("w:rFonts", "w:ascii", "Times New Roman", "w:hAnsi", "Times New Roman", "w:eastAsia", chinese, "w:cs", "Times New Roman")
}

// node writes a style, its parts in the order that the schema asks for.
func (s Style) node() *Node {
	attrs := []string{"w:type", "paragraph", "w:styleId", s.ID}
	if s.ID == "Normal" {
		attrs = append(attrs, "w:default", "1")
	}
	p := el("w:pPr")
	if s.Next {
		p.add(el("w:keepNext"))
	}
	if s.NewPage {
		p.add(el("w:pageBreakBefore"))
	}
	if s.Tab > 0 {
		p.add(el("w:tabs").add(el("w:tab", "w:val", "right", "w:pos", strconv.Itoa(s.Tab))))
	}
	spacing := el("w:spacing", "w:before", strconv.Itoa(s.Before), "w:after", strconv.Itoa(s.After))
	if s.Line > 0 {
		spacing.attrs = append(spacing.attrs, "w:line", strconv.Itoa(s.Line), "w:lineRule", "exact")
	} else {
		spacing.attrs = append(spacing.attrs, "w:line", "240", "w:lineRule", "auto")
	}
	p.add(spacing)
	if s.Indent > 0 {
		p.add(el("w:ind", "w:firstLineChars", strconv.Itoa(s.Indent), "w:firstLine", strconv.Itoa(s.Indent*s.Size/10)))
	}
	p.add(el("w:jc", "w:val", s.Align))
	if s.Outline > 0 {
		p.add(el("w:outlineLvl", "w:val", strconv.Itoa(s.Outline-1)))
	}
	out := el("w:style", attrs...).add(el("w:name", "w:val", s.Name))
	if s.ID != "Normal" {
		out.add(el("w:basedOn", "w:val", "Normal"))
	}
	return out.add(el("w:qFormat"), p, el("w:rPr").add(fonts(s.Font), el("w:sz", "w:val", strconv.Itoa(s.Size)), el("w:szCs", "w:val", strconv.Itoa(s.Size))))
}

package docx

import (
	"encoding/xml"
	"strconv"
)

// Node is an element of a part. Names carry their usual prefixes, which the root declares.
type Node struct {
	name     string
	attrs    []string // name, value, name, value
	text     string
	children []*Node
}

func el(name string, attrs ...string) *Node { return &Node{name: name, attrs: attrs} }

func (n *Node) add(children ...*Node) *Node {
	n.children = append(n.children, children...)
	return n
}

func (n *Node) say(text string) *Node {
	n.text = text
	return n
}

// encode writes the element; the encoder escapes markup and replaces what XML cannot hold.
func (n *Node) encode(e *xml.Encoder) error {
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

// Run is a piece of a line: text, or a field that the word processor counts (PAGE, NUMPAGES) where Field is given.
type Run struct{ Text, Field string }

func (r Run) node() *Node {
	text := func(s string) *Node { return el("w:r").add(el("w:t", "xml:space", "preserve").say(s)) }
	switch {
	case r.Field != "":
		return el("w:fldSimple", "w:instr", " "+r.Field+" ").add(text("1"))
	case r.Text == "\t":
		return el("w:r").add(el("w:tab"))
	}
	return text(r.Text)
}

// Line is a paragraph of several pieces; a piece that is a tab character moves on to the tab stop of its style.
func Line(style string, runs ...Run) *Node {
	p := el("w:p").add(el("w:pPr").add(el("w:pStyle", "w:val", style)))
	for _, r := range runs {
		p.add(r.node())
	}
	return p
}

// Paragraph has its properties first, then its text.
func Paragraph(style, text string) *Node {
	if text == "" {
		return Line(style)
	}
	return Line(style, Run{Text: text})
}

// KeepNext keeps a paragraph on the page of the one after it.
func KeepNext(p *Node) *Node {
	p.children[0].add(el("w:keepNext"))
	return p
}

// Grid is a table: its head, its rows, and the widths of its columns in hundredths of the text's width (equal ones where left out).
// Head and Text name the styles of its paragraphs.
type Grid struct {
	Head       []string
	Rows       [][]string
	Widths     []int
	HeadStyle  string
	TextStyle  string
	TotalWidth int // of the text area, in twentieths of a point
}

// Table has a head that repeats on every page where there is one, rows that stay whole, and columns of fixed widths.
func Table(g Grid) *Node {
	columns := len(g.Head)
	for _, row := range g.Rows {
		columns = max(columns, len(row))
	}
	widths := make([]string, columns)
	for i := range widths {
		share := 100 / columns
		if i < len(g.Widths) {
			share = g.Widths[i]
		}
		widths[i] = strconv.Itoa(g.TotalWidth * share / 100)
	}
	grid := el("w:tblGrid")
	for _, width := range widths {
		grid.add(el("w:gridCol", "w:w", width))
	}
	t := el("w:tbl").add(
		el("w:tblPr").add(
			el("w:tblStyle", "w:val", "TableGrid"), el("w:tblW", "w:w", strconv.Itoa(g.TotalWidth), "w:type", "dxa"), el("w:tblLayout", "w:type", "fixed"),
		),
		grid,
	)
	row := func(cells []string, style string, head bool) *Node {
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
			r.add(el("w:tc").add(el("w:tcPr").add(el("w:tcW", "w:w", widths[i], "w:type", "dxa"), el("w:vAlign", "w:val", "center")), Paragraph(style, text)))
		}
		return r
	}
	if len(g.Head) > 0 {
		t.add(row(g.Head, g.HeadStyle, true))
	}
	for _, cells := range g.Rows {
		t.add(row(cells, g.TextStyle, false))
	}
	return t
}

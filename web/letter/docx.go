package letter

import (
	"fmt"
	"io"

	"github.com/jianfu/jianfu/web/docx"
	"github.com/jianfu/jianfu/web/locale"
)

// Docx writes the letter as a document of a word processor.
func Docx(w io.Writer, l *Letter) error {
	d := docx.Document{
		Lang: l.Lang, Title: l.Title, Subject: l.Mark, Made: l.AsOf, Font: docx.Fang, Size: 32, Styles: l.styles(),
		Foot: docx.Line("Footer", docx.Run{Text: "— "}, docx.Run{Field: "PAGE"}, docx.Run{Text: " —"}),
	}
	d.Body = append(d.Body, docx.Paragraph("Mark", l.Mark), docx.Paragraph("Title", l.Title), docx.Paragraph("To", l.To))
	d.Body = append(d.Body, blocks(l.Body, "Text", "Item")...)
	for i, line := range l.Sign {
		p := docx.Paragraph("Sign", line)
		if i+1 < len(l.Sign) {
			p = docx.KeepNext(p)
		}
		d.Body = append(d.Body, p)
	}
	d.Body = append(d.Body, docx.Paragraph("Annex", l.AnnexTitle))
	d.Body = append(d.Body, blocks(l.Annex, "AnnexText", "AnnexText")...)
	d.Body = append(d.Body, docx.Paragraph("Note", l.Foot))
	if err := d.Write(w); err != nil {
		return fmt.Errorf("unable to write the letter: %w", err)
	}
	return nil
}

// blocks are written with the styles that paragraphs and lines of lists have in their part of the letter.
func blocks(all []Block, text, item string) []*docx.Node {
	var out []*docx.Node
	for _, b := range all {
		switch b.Kind {
		case Heading:
			out = append(out, docx.Paragraph("Heading1", b.Text))
		case Item:
			out = append(out, docx.Paragraph(item, b.Text))
		case Note:
			out = append(out, docx.Paragraph("Note", b.Text))
		case Table:
			table := docx.Table(docx.Grid{Head: b.Head, Rows: b.Rows, Widths: b.Widths, HeadStyle: "TableHead", TextStyle: "TableText", TotalWidth: docx.TextWidth})
			// An empty paragraph keeps two tables apart and the text off the lower border.
			out = append(out, table, docx.Paragraph("Gap", ""))
		default:
			out = append(out, docx.Paragraph(text, b.Text))
		}
	}
	return out
}

func (l *Letter) styles() []docx.Style {
	const song, fang, hei = docx.Song, docx.Fang, docx.Hei
	indent, align := 0, "left"
	if l.Lang == locale.Chinese {
		indent, align = 200, "both"
	}
	return []docx.Style{
		{ID: "Normal", Name: "Normal", Font: fang, Size: 32, Align: align, Line: 560},
		{ID: "Title", Name: "Title", Font: hei, Size: 44, Align: "center", Line: 700, Before: 240, After: 360},
		{ID: "To", Name: "To", Font: fang, Size: 32, Align: "left", Line: 560},
		{ID: "Heading1", Name: "heading 1", Font: hei, Size: 32, Align: "left", Indent: indent, Line: 560, Before: 120, Outline: 1, Next: true},
		{ID: "Text", Name: "Body Text", Font: fang, Size: 32, Align: align, Indent: indent, Line: 560},
		{ID: "Item", Name: "List Paragraph", Font: fang, Size: 32, Align: align, Indent: indent, Line: 560},
		{ID: "AnnexText", Name: "Annex Text", Font: fang, Size: 28, Align: align, Indent: indent, Line: 460},
		{ID: "Note", Name: "Note", Font: fang, Size: 24, Align: "left", Line: 400, After: 120},
		{ID: "Mark", Name: "Mark", Font: fang, Size: 24, Align: "right", Line: 400},
		{ID: "Sign", Name: "Signature", Font: fang, Size: 32, Align: "right", Line: 560},
		{ID: "Annex", Name: "Annex", Font: hei, Size: 32, Align: "left", Line: 560, After: 240, Outline: 1, Next: true, NewPage: true},
		{ID: "TableHead", Name: "Table Head", Font: hei, Size: 24, Align: "center"},
		{ID: "TableText", Name: "Table Text", Font: fang, Size: 24, Align: "left"},
		{ID: "Gap", Name: "Gap", Font: fang, Size: 12, Align: "left", Line: 200},
		{ID: "Footer", Name: "footer", Font: song, Size: 28, Align: "center"},
	}
}

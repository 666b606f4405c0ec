// Package docx writes WordprocessingML documents (ECMA-376, transitional): A4, headings as styles, repeating table heads, page
// numbers, fonts for Chinese. It needs nothing but the standard library; docs/letters.md says why.
package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"
)

// The text area of an A4 sheet after GB/T 9704-2012: 156 by 225 mm. Lengths are twentieths of a point.
const (
	paperWidth, paperHeight                        = 11906, 16838
	marginTop, marginRight, marginFoot, marginLeft = 2098, 1474, 1984, 1588
	TextWidth                                      = paperWidth - marginLeft - marginRight
)

// stamped is the time of all entries of the archive: equal documents are equal files.
var stamped = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Document is what is written.
type Document struct {
	Lang, Title, Subject string
	Made                 time.Time // kept in the properties; 1980 where zero
	Font                 string    // of text without a style
	Size                 int       // of text without a style, in half points
	Styles               []Style
	Body                 []*Node
	Head, Foot           *Node // a line on every page; none where nil
}

// Write writes the document.
func (d *Document) Write(w io.Writer) error {
	parts := []part{
		{"[Content_Types].xml", d.contentTypes()},
		{"_rels/.rels", packageRelations()},
		{"docProps/core.xml", d.core()},
		{"word/document.xml", d.document()},
		{"word/styles.xml", d.styles()},
	}
	if d.Head != nil {
		parts = append(parts, part{"word/header1.xml", el("w:hdr", "xmlns:w", wordNamespace).add(d.Head)})
	}
	if d.Foot != nil {
		parts = append(parts, part{"word/footer1.xml", el("w:ftr", "xmlns:w", wordNamespace).add(d.Foot)})
	}
	archive := zip.NewWriter(w)
	for _, p := range append(parts, part{"word/_rels/document.xml.rels", d.documentRelations()}) {
		if err := p.write(archive); err != nil {
			return fmt.Errorf("unable to write the document: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("unable to write the document: %w", err)
	}
	return nil
}

type part struct {
	name string
	root *Node
}

func (p part) write(archive *zip.Writer) error {
	var body bytes.Buffer
	body.WriteString(xml.Header)
	e := xml.NewEncoder(&body)
	if err := p.root.encode(e); err != nil {
		return err
	}
	if err := e.Flush(); err != nil {
		return err
	}
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: stamped})
	if err != nil {
		return err
	}
	_, err = entry.Write(body.Bytes())
	return err
}

const wordNamespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

// document is the text itself.
func (d *Document) document() *Node {
	section := el("w:sectPr")
	if d.Head != nil {
		section.add(el("w:headerReference", "w:type", "default", "r:id", "rId3"))
	}
	if d.Foot != nil {
		section.add(el("w:footerReference", "w:type", "default", "r:id", "rId2"))
	}
	section.add(
		el("w:pgSz", "w:w", strconv.Itoa(paperWidth), "w:h", strconv.Itoa(paperHeight)),
		el("w:pgMar", "w:top", strconv.Itoa(marginTop), "w:right", strconv.Itoa(marginRight), "w:bottom", strconv.Itoa(marginFoot),
			"w:left", strconv.Itoa(marginLeft), "w:header", "1134", "w:footer", "1400", "w:gutter", "0"),
	)
	return el("w:document", "xmlns:w", wordNamespace, "xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships").
		add(el("w:body").add(d.Body...).add(section))
}

// core are the properties of the document: title, creator, language and the day it speaks of.
func (d *Document) core() *Node {
	made := d.Made
	if made.IsZero() {
		made = stamped
	}
	day := made.UTC().Format(time.RFC3339)
	return el("cp:coreProperties", "xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties", "xmlns:dc", "http://purl.org/dc/elements/1.1/",
		"xmlns:dcterms", "http://purl.org/dc/terms/", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance").add(
		el("dc:title").say(d.Title), el("dc:subject").say(d.Subject), el("dc:creator").say("Jianfu"), el("dc:language").say(d.Lang),
		el("dcterms:created", "xsi:type", "dcterms:W3CDTF").say(day), el("dcterms:modified", "xsi:type", "dcterms:W3CDTF").say(day),
	)
}

func (d *Document) contentTypes() *Node {
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	types := el("Types", "xmlns", "http://schemas.openxmlformats.org/package/2006/content-types").add(
		el("Default", "Extension", "rels", "ContentType", "application/vnd.openxmlformats-package.relationships+xml"),
		el("Default", "Extension", "xml", "ContentType", "application/xml"),
		el("Override", "PartName", "/word/document.xml", "ContentType", word+"document.main+xml"),
		el("Override", "PartName", "/word/styles.xml", "ContentType", word+"styles+xml"),
		el("Override", "PartName", "/docProps/core.xml", "ContentType", "application/vnd.openxmlformats-package.core-properties+xml"),
	)
	if d.Head != nil {
		types.add(el("Override", "PartName", "/word/header1.xml", "ContentType", word+"header+xml"))
	}
	if d.Foot != nil {
		types.add(el("Override", "PartName", "/word/footer1.xml", "ContentType", word+"footer+xml"))
	}
	return types
}

const relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

func packageRelations() *Node {
	return relations(
		el("Relationship", "Id", "rId1", "Type", relation+"officeDocument", "Target", "word/document.xml"),
		el("Relationship", "Id", "rId2", "Type", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "Target", "docProps/core.xml"),
	)
}

func (d *Document) documentRelations() *Node {
	all := []*Node{el("Relationship", "Id", "rId1", "Type", relation+"styles", "Target", "styles.xml")}
	if d.Foot != nil {
		all = append(all, el("Relationship", "Id", "rId2", "Type", relation+"footer", "Target", "footer1.xml"))
	}
	if d.Head != nil {
		all = append(all, el("Relationship", "Id", "rId3", "Type", relation+"header", "Target", "header1.xml"))
	}
	return relations(all...)
}

func relations(all ...*Node) *Node {
	return el("Relationships", "xmlns", "http://schemas.openxmlformats.org/package/2006/relationships").add(all...)
}

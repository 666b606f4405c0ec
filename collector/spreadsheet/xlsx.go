package spreadsheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// A workbook is read here and not by a library because a library's streaming readers give values without their number
// formats, and 45000 may be a number of people or 15 March 2023. The parts are those of ECMA-376 part 1; names of elements
// are taken without their namespace, so that the strict and the transitional variants are read alike.

// Limits on what a workbook may unpack to.
const (
	mostShared   = 512 << 20 // bytes of the shared strings
	mostPart     = 8 << 30   // bytes of one sheet
	mostRatio    = 200       // unpacked to packed size of a sheet, beyond
	freeUnpacked = 256 << 20 // this many bytes
	mostRows     = 1 << 20   // what spreadsheet programs can hold
)

// openWorkbook reads everything of a workbook but its sheets. Hidden sheets are left out: people who fill in a form do not
// see them.
func openWorkbook(r io.ReaderAt, size int64) ([]*sheet, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, refuse("archive", "the workbook is broken (%s); fetch it again", err)
	}
	w := &workbook{parts: make(map[string]*zip.File)}
	for _, f := range z.File {
		w.parts[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))] = f
	}
	main, err := w.mainPart()
	if err != nil {
		return nil, err
	}
	if err := w.readMain(main); err != nil {
		return nil, err
	}
	targets, err := w.relations(main)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		switch t.kind {
		case "styles":
			err = w.readStyles(t.part)
		case "sharedStrings":
			err = w.readShared(t.part)
		}
		if err != nil {
			return nil, err
		}
	}
	var sheets []*sheet
	for _, listed := range w.listed {
		t, ok := targets[listed.relation]
		if !ok || t.kind != "worksheet" || listed.hidden {
			continue
		}
		merges, err := w.readMerges(t.part)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, &sheet{name: listed.name, merges: merges, rows: func(yield func(row) error) error {
			return w.readSheet(t.part, yield)
		}})
	}
	return sheets, nil
}

type workbook struct {
	parts  map[string]*zip.File
	listed []listedSheet
	from04 bool // days count from 1904
	shared []string
	styles []dateStyle // by the index that cells name
}

type listedSheet struct {
	name, relation string
	hidden         bool
}

type relation struct{ kind, part string }

// element calls visit for each element that begins, until the part ends.
func (w *workbook) elements(part string, visit func(d *xml.Decoder, e xml.StartElement) error) error {
	r, err := w.open(part)
	if err != nil {
		return err
	}
	defer r.Close()
	d := xml.NewDecoder(r)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken(part, err)
		}
		if e, ok := token.(xml.StartElement); ok {
			if err := visit(d, e); err != nil {
				return err
			}
		}
	}
}

func broken(part string, err error) error {
	var f *FormatError
	if errors.As(err, &f) {
		return err
	}
	return refuse("archive", "the workbook is broken in its part %s (%s); fetch it again, or open it and save it anew", part, err)
}

// open opens a part, behind a guard against parts that unpack beyond reason.
func (w *workbook) open(part string) (io.ReadCloser, error) {
	f := w.parts[strings.ToLower(part)]
	if f == nil {
		return nil, refuse("archive", "the workbook has no part %s; open it and save it anew", part)
	}
	if f.Flags&1 != 0 {
		return nil, refuse("archive", "the workbook is encrypted; remove its password and save it again")
	}
	r, err := f.Open()
	if err != nil {
		return nil, broken(part, err)
	}
	limit := int64(f.CompressedSize64) * mostRatio
	return &limited{ReadCloser: r, left: min(max(limit, freeUnpacked), mostPart)}, nil
}

// limited fails when more is read than allowed.
type limited struct {
	io.ReadCloser
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, refuse("archive", "the workbook unpacks to far more than its size allows and was not read further; open it and look at it")
	}
	return n, err
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (w *workbook) mainPart() (string, error) {
	targets, err := w.relations("")
	if err != nil {
		return "", err
	}
	for _, t := range targets {
		if t.kind == "officeDocument" {
			return t.part, nil
		}
	}
	return "", refuse("archive", "the file is a zip archive and no workbook; unpack it into the folder")
}

// relations reads which parts a part refers to. The kind is the last word of the relation's type.
func (w *workbook) relations(part string) (map[string]relation, error) {
	folder, file := path.Split(part)
	targets := make(map[string]relation)
	name := folder + "_rels/" + file + ".rels"
	if w.parts[strings.ToLower(name)] == nil {
		return targets, nil
	}
	err := w.elements(name, func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "Relationship" || attribute(e, "TargetMode") == "External" {
			return nil
		}
		target := attribute(e, "Target")
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join(folder, target)
		}
		kind := attribute(e, "Type")
		targets[attribute(e, "Id")] = relation{kind[strings.LastIndexByte(kind, '/')+1:], target}
		return nil
	})
	return targets, err
}

func (w *workbook) readMain(part string) error {
	return w.elements(part, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			on := attribute(e, "date1904")
			w.from04 = on == "1" || on == "true"
		case "sheet":
			state := attribute(e, "state")
			w.listed = append(w.listed, listedSheet{
				name: attribute(e, "name"), relation: relationID(e), hidden: state == "hidden" || state == "veryHidden",
			})
		}
		return nil
	})
}

// relationID is the attribute r:id, which is told from an id of the element's own by its namespace.
func relationID(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

func (w *workbook) readStyles(part string) error {
	formats := make(map[string]string)
	cells := false
	return w.elements(part, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			formats[attribute(e, "numFmtId")] = attribute(e, "formatCode")
		case "cellXfs":
			cells = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			cells = false
		case "xf":
			if cells {
				id := attribute(e, "numFmtId")
				w.styles = append(w.styles, dateStyleOf(id, formats[id]))
			}
		}
		return nil
	})
}

func (w *workbook) readShared(part string) error {
	total := 0
	return w.elements(part, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		text, err := richText(d)
		if err != nil {
			return broken(part, err)
		}
		if total += len(text); total > mostShared {
			return refuse("oversize", "the texts of the workbook take more than %d MiB; split it", mostShared>>20)
		}
		w.shared = append(w.shared, text)
		return nil
	})
}

// richText reads the text of a string item up to its end: its runs joined, without the phonetic guides above them.
func richText(d *xml.Decoder) (string, error) {
	var b strings.Builder
	depth, phonetic, inText := 1, 0, false
	for depth > 0 {
		token, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			if t.Name.Local == "rPh" {
				phonetic = depth
			}
			inText = t.Name.Local == "t" && phonetic == 0
		case xml.EndElement:
			if depth == phonetic {
				phonetic = 0
			}
			depth--
			inText = false
		case xml.CharData:
			if inText {
				b.Write(t)
			}
		}
	}
	return unescapeXML(b.String()), nil
}

// unescapeXML resolves _x000D_ and its like (ECMA-376 part 1, 22.9.2.19).
func unescapeXML(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		var code rune
		if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := fmt.Sscanf(s[i+2:i+6], "%04x", &code); n == 1 && err == nil {
				b.WriteRune(code)
				i += 6
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

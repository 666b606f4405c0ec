// Package report writes the printed report: one HTML file that needs nothing else, on A4 with running header, page numbers
// and the hash of the evidence on every page.
package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/static"
)

// Options say how a report is written.
type Options struct {
	Bundle   *locale.Bundle // loaded where nil
	Language string         // Chinese where empty
	Zone     *time.Location // UTC+8 where nil
	Now      time.Time      // the moment printed on the cover
	// Authority is the body for which the report is made; a blank to be filled in where empty.
	Authority string
}

// Hash is the fingerprint of the evidence of a finding: SHA-256 over everything that was observed and under which rule. It
// does not change with the status that people give the finding, nor with the language.
func Hash(f queries.Finding) string {
	f.Status, f.Severity = "", ""
	raw, err := json.Marshal(f)
	if err != nil {
		// Only a NaN or infinity can be the cause, which no stored finding holds; its text is as good a fingerprint.
		raw = fmt.Appendf(nil, "%#v", f)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// Hash is the fingerprint of the whole report: over the fingerprints of its findings, in their order.
func (d *Data) Hash() string {
	h := sha256.New()
	for _, f := range d.Findings {
		io.WriteString(h, Hash(f)) // a hash never fails to write
	}
	return hex.EncodeToString(h.Sum(nil))
}

// document is a report in a language.
type document struct {
	component.View
	*Data
	hash      string
	authority string
	parts     *int // numbers the headings
	parted    []chapter
}

func (o Options) document(d *Data) (document, error) {
	if o.Bundle == nil {
		b, err := locale.Load()
		if err != nil {
			return document{}, fmt.Errorf("unable to load the texts: %w", err)
		}
		o.Bundle = b
	}
	if !locale.Known(o.Language) {
		o.Language = locale.Chinese
	}
	if o.Zone == nil {
		o.Zone = time.FixedZone("CST", 8*3600)
	}
	v := component.View{Lang: o.Language, Bundle: o.Bundle, Names: d.Called.Name, Place: d.Called.Place, Now: o.Now, Zone: o.Zone}
	doc := document{View: v.Numbered(), Data: d, hash: d.Hash(), authority: o.Authority, parts: new(int)}
	doc.parted = doc.chapters()
	return doc, nil
}

// HTML writes a report as one file.
func HTML(w io.Writer, d *Data, o Options) error {
	doc, err := o.document(d)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := doc.page().Render(context.Background(), &out); err != nil {
		return fmt.Errorf("unable to render the report: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("unable to write the report: %w", err)
	}
	return nil
}

// Title is what the report is called, for the name of a file.
func Title(d *Data, o Options) string {
	doc, err := o.document(d)
	if err != nil {
		return "report"
	}
	return doc.T("report.title", "place", doc.place())
}

// Style is the content of the report's one style element, so that a server can allow exactly this one by its hash.
func Style(d *Data, o Options) (string, error) {
	doc, err := o.document(d)
	if err != nil {
		return "", err
	}
	return doc.style(), nil
}

// style is the style sheet and the margins of the paper: what the report is, when it was made, the evidence hash, the page.
func (d document) style() string {
	var b strings.Builder
	b.WriteString(static.CSS)
	fmt.Fprintf(&b, "\n@page{size:A4;margin:24mm 20mm 22mm;@top-left{content:%s}@top-right{content:%s}@bottom-left{content:%s}@bottom-right{content:%s}}",
		cssString(d.T("report.running", "place", d.place())), cssString(d.scopeWords()),
		cssString(d.T("report.footer_hash", "hash", d.hash[:32])), d.pageNumbers())
	b.WriteString("\n@page{@top-left{font-size:9pt}@top-right{font-size:9pt}@bottom-left{font-size:8pt}@bottom-right{font-size:9pt}}\n@page:first{@top-left{content:none}@top-right{content:none}}\n")
	return b.String()
}

// pageNumbers is the content of the corner that counts the pages, in the order of words of the language.
func (d document) pageNumbers() string {
	const page, pages = "\x01", "\x02"
	words := cssString(d.T("report.page", "page", page, "pages", pages))
	return strings.NewReplacer(cssEscape(page), `" counter(page) "`, cssEscape(pages), `" counter(pages) "`).Replace(words)
}

func cssEscape(text string) string { return strings.Trim(cssString(text), `"`) }

// cssString writes a text as a string of CSS. Everything but letters and digits is escaped, so that no name can end the
// string or the style element; spaces are, because one that follows an escape would be taken for its end.
func cssString(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		if (r >= '0' && r <= '9') || (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z') || (r >= 0x3400 && r <= 0x9FFF) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "\\%06x", r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

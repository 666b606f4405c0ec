package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/web/report"
)

func reportFile(t *testing.T, write func(io.Writer, *report.Data, report.Options) error) []byte {
	t.Helper()
	c := county()
	c.names.Systems["civil"] = `=HYPERLINK("http://x")`
	data, err := report.Read(t.Context(), c, report.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := write(&out, data, report.Options{Bundle: bundle(t), Now: now, Authority: "县纪委监委"}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// parts unpacks an office document, every part of which must be well-formed.
func officeParts(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(content)
		for d := xml.NewDecoder(bytes.NewReader(content)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	return out
}

func TestReportDocx(t *testing.T) {
	raw := reportFile(t, report.Docx)
	parts := officeParts(t, raw)
	for _, want := range []string{"一、摘要", "县纪委监委", "七、局限声明", `w:val="PageHeading"`, "w:tblHeader"} {
		if !strings.Contains(parts["word/document.xml"], want) {
			t.Errorf("the document does not say %q", want)
		}
	}
	for _, want := range []string{" PAGE ", " NUMPAGES ", "证据校验值"} {
		if !strings.Contains(parts["word/footer1.xml"], want) {
			t.Errorf("the foot lacks %q", want)
		}
	}
	for target := range strings.SplitSeq(parts["word/_rels/document.xml.rels"], `Target="`) {
		if name, _, ok := strings.Cut(target, `"`); ok && strings.HasSuffix(name, ".xml") && !strings.Contains(name, "/") && parts["word/"+name] == "" {
			t.Errorf("%s is referred to and missing", name)
		}
	}
}

func TestReportXlsx(t *testing.T) {
	raw := reportFile(t, report.Xlsx)
	officeParts(t, raw)
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), " "); got != "摘要 线索 证据 数据覆盖 阈值 校验值 局限声明" {
		t.Errorf("sheets %s", got)
	}
	rows, err := f.GetRows("线索")
	if err != nil || len(rows) != 134 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for name := range strings.SplitSeq("摘要 线索 证据 数据覆盖 阈值 校验值 局限声明", " ") {
		lines, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			for _, cell := range line {
				if strings.HasPrefix(cell, "=") {
					t.Errorf("%s: %q is read as a formula", name, cell)
				}
			}
		}
	}
	if kind, err := f.GetCellType("线索", "A2"); err != nil || kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
		t.Errorf("numbers are texts: %v %v", kind, err)
	}
}

func TestReportRoutes(t *testing.T) {
	s := open(t, options(t, county())).enter()
	for path, kind := range map[string]string{
		"/report.docx?unit=330199003000": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"/report.xlsx?from=2026-01-01":   "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		// The canned county draws a gap as NaN, which no stored finding holds, so the package is of a finding without one.
		"/evidence.zip?finding=" + county().findings[0].ID: "application/zip",
	} {
		res := s.get(path)
		body := text(t, res)
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != kind || !strings.HasPrefix(body, "PK") {
			t.Errorf("%s: %d %s", path, res.StatusCode, res.Header.Get("Content-Type"))
		}
	}
	for path, code := range map[string]int{"/report?from=yesterday": 400, "/report?from=2026-02-01&to=2026-01-01": 400, "/report.docx?unit=x": 404, "/evidence.zip?case=x": 404} {
		if res := s.get(path); res.StatusCode != code {
			t.Errorf("%s: %d, not %d", path, res.StatusCode, code)
		}
	}
}

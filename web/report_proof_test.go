package web_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/report"
)

// tool is a program by which reports are proven. A machine of development may lack it, that of the tests may not.
func tool(t *testing.T, name string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts ", name)
	}
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
	return path
}

func ran(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	var wrong bytes.Buffer
	c := exec.CommandContext(t.Context(), program, arguments...)
	c.Stderr = &wrong
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, wrong.String())
	}
	return string(out)
}

// solid is a text without its spaces, which programs that print move about.
func solid(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// printed is a PDF of a county in a scope, and the words of its pages.
func printed(t *testing.T, c *canned, scope report.Scope, language string) (path, hash string, pages []string) {
	t.Helper()
	reader := tool(t, "pdftotext")
	data, err := report.Read(t.Context(), c, scope)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = report.PDF(t.Context(), &out, data, report.Options{Bundle: bundle(t), Now: now, Language: language}, report.NewPrinter())
	if errors.Is(err, report.ErrNoBrowser) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	pages = strings.Split(strings.TrimSuffix(ran(t, reader, "-layout", path, "-"), "\f"), "\f")
	for i := range pages {
		pages[i] = solid(pages[i])
	}
	return path, data.Hash(), pages
}

// selection is a scope, what a report of it says in Chinese and in English, and what it must not.
type selection struct {
	scope         report.Scope
	says, english string
	not           string
}

// selections has one scope of every kind.
func selections(c *canned) map[string]selection {
	const elsewhere = "清水乡上湾村《农村"
	return map[string]selection{
		"all":        {report.Scope{}, "全部系统与单位", "All systems and units", "只有没有的"},
		"period":     {report.Scope{From: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, "2026-02-01至2026-03-01", "2026-03-01", "只有没有的"},
		"unit":       {report.Scope{Unit: "330199003000"}, "东岭乡及其下辖单位", "东岭乡", elsewhere},
		"department": {report.Scope{Department: "大数据局"}, "大数据局主管的系统与报表", "大数据局", elsewhere},
		"system":     {report.Scope{System: "smart"}, "智慧村务云平台", "智慧村务云平台", elsewhere},
		"finding":    {report.Scope{Finding: c.findings[0].ID}, "单条线索" + c.findings[0].ID, c.findings[0].ID, elsewhere},
		"case":       {report.Scope{Case: c.matters[0].ID}, "案件" + c.matters[0].ID, c.matters[0].ID, elsewhere},
	}
}

var pageNumbers = map[string]*regexp.Regexp{
	locale.Chinese: regexp.MustCompile(`第(\d+)页共(\d+)页`), locale.English: regexp.MustCompile(`Page(\d+)of(\d+)`),
}

// TestReportPDF prints every kind of report in both languages and reads it with poppler: all pages are A4, numbered and carry the
// hash of the evidence; all fonts are embedded and map to characters; the words can be searched.
func TestReportPDF(t *testing.T) {
	info, fonts := tool(t, "pdfinfo"), tool(t, "pdffonts")
	c := county()
	for name, s := range selections(c) {
		for language, number := range pageNumbers {
			t.Run(name+" "+language, func(t *testing.T) {
				path, hash, pages := printed(t, c, s.scope, language)
				for i, page := range pages {
					if got := number.FindStringSubmatch(page); got == nil || got[1] != fmt.Sprint(i+1) || got[2] != fmt.Sprint(len(pages)) {
						t.Errorf("page %d of %d is numbered %q", i+1, len(pages), got)
					}
					if !strings.Contains(page, hash[:32]) {
						t.Errorf("page %d lacks the hash of the evidence", i+1)
					}
				}
				about := ran(t, info, "-f", "1", "-l", fmt.Sprint(len(pages)), path)
				if got := strings.Count(about, "(A4)"); got != len(pages) {
					t.Errorf("%d of %d pages are A4", got, len(pages))
				}
				checkFonts(t, ran(t, fonts, path))
				all := strings.Join(pages, "")
				want := []string{s.says, "一、摘要", "二、方法与数据覆盖", "三、问题线索", "局限声明", hash}
				if language == locale.English {
					want = []string{s.english, "1.Summary", "2.Methodandcoverage", "3.Findings", "Statementoflimits", hash}
				}
				for _, w := range want {
					if !strings.Contains(all, solid(w)) {
						t.Errorf("searching finds no %q", w)
					}
				}
				if strings.Contains(all, s.not) {
					t.Errorf("it says %q, which is out of scope", s.not)
				}
			})
		}
	}
}

// checkFonts reads what pdffonts says: name, type, encoding, embedded, subset, unicode, object.
func checkFonts(t *testing.T, said string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if len(lines) < 3 {
		t.Error("there are no fonts")
		return
	}
	for _, line := range lines[2:] {
		cells := strings.Fields(line)
		if n := len(cells); n < 6 || cells[n-5] != "yes" || cells[n-3] != "yes" {
			t.Errorf("a font is not embedded, or has no characters to search: %s", line)
		}
	}
}

// crowded is a county of many findings with long names and everything that a summary can say.
func crowded(n int) *canned {
	c := county()
	for i := range 14 {
		id := fmt.Sprintf("more%d", i)
		c.names.Systems[id], c.names.Owners[id] = "全县统一的乡镇街道综合执法与便民服务一体化信息采集管理平台", fmt.Sprintf("第%d号综合行政执法与便民服务监督管理协调局", i+1)
	}
	judged := slices.DeleteFunc(slices.Clone(c.findings), func(f queries.Finding) bool { return f.Status == "not_assessed" })
	for i := len(judged); i < n; i++ {
		f := judged[i%len(judged)]
		f.ID = queries.FindingID(f.Detector, fmt.Sprint("more", i))
		if i%3 == 0 {
			f.Subject.Systems = []string{fmt.Sprintf("more%d", i%14)}
		}
		c.findings = append(c.findings, f)
	}
	for id := range c.names.Forms {
		c.names.Forms[id] += "（农村人居环境整治与村庄清洁行动及特殊困难老年人探访关爱合并版）"
	}
	for len(c.verify) < 30 {
		item := c.verify[0]
		item.Priority, item.Families = len(c.verify)+1, []string{"copying", "consistency", "timing", "digits", "target", "dynamics"}
		c.verify = append(c.verify, item)
	}
	return c
}

// TestReportSummaryFitsOnePage: a leader reads the second page, so all of the summary stands there, however much was found.
func TestReportSummaryFitsOnePage(t *testing.T) {
	for language, next := range map[string][2]string{locale.Chinese: {"一、摘要", "二、方法与数据覆盖"}, locale.English: {"1.Summary", "2.Methodandcoverage"}} {
		_, _, pages := printed(t, crowded(700), report.Scope{}, language)
		if !strings.Contains(pages[1], next[0]) || !strings.Contains(pages[2], next[1]) {
			t.Errorf("%s: the summary is not page 2 alone", language)
		}
		if !strings.Contains(pages[1], "700") {
			t.Errorf("%s: the summary does not say how much was found", language)
		}
	}
}

// TestReportOfTheScopeOfWhoAsks: whoever is bound to a town gets a report of this town in every format.
func TestReportOfTheScopeOfWhoAsks(t *testing.T) {
	h := open(t, options(t, county())).handler
	who := principal(access.Inspector, "inside")
	for _, address := range []string{"/report", "/report.docx", "/report.xlsx"} {
		for _, language := range locale.Languages() {
			w := as(h, who, http.MethodGet, address+"?lang="+language, "")
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d", address, w.Code)
			}
			text := w.Body.String()
			if address != "/report" {
				var all []string
				for _, part := range officeParts(t, w.Body.Bytes()) {
					all = append(all, part)
				}
				text = strings.Join(all, "\n")
			}
			if !strings.Contains(text, "柳河镇东村") {
				t.Errorf("%s %s lacks what is about the town", address, language)
			}
			for _, other := range []string{"东岭乡", "清水乡", "石桥镇", "白塔镇", "云峰镇"} {
				if strings.Contains(text, other) {
					t.Errorf("%s %s tells of %s", address, language, other)
				}
			}
		}
	}
	if w := as(h, who, http.MethodGet, "/report?unit="+outsideTown, ""); w.Code != http.StatusNotFound {
		t.Errorf("the report of another town: %d", w.Code)
	}
}

// converted lets LibreOffice read a document and write it in another format, into files that it names by the sheets.
func converted(t *testing.T, name string, raw []byte, filter string) string {
	t.Helper()
	office, dir := tool(t, "soffice"), t.TempDir()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	ran(t, office, "--headless", "-env:UserInstallation=file://"+dir+"/profile", "--convert-to", filter, "--outdir", filepath.Join(dir, "out"), path)
	return filepath.Join(dir, "out")
}

// TestReportDocxInOffice: LibreOffice reads every paragraph and every cell of the document, in their order.
func TestReportDocxInOffice(t *testing.T) {
	for _, language := range locale.Languages() {
		data, err := report.Read(t.Context(), county(), report.Scope{})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := report.Docx(&out, data, report.Options{Bundle: bundle(t), Now: now, Language: language}); err != nil {
			t.Fatal(err)
		}
		dir := converted(t, "report.docx", out.Bytes(), "txt:Text (encoded):UTF8")
		read, err := os.ReadFile(filepath.Join(dir, "report.txt"))
		if err != nil {
			t.Fatal(err)
		}
		rest := solid(strings.TrimPrefix(string(read), "\ufeff"))
		for n, want := range wordParagraphs(t, officeParts(t, out.Bytes())) {
			at := strings.Index(rest, want)
			if at < 0 {
				t.Fatalf("%s: paragraph %d was not read: %q", language, n+1, want)
			}
			rest = rest[at+len(want):]
		}
	}
}

// wordParagraphs are the words of a document by paragraphs. The document must be in order: styles that exist, parts that are
// declared, as many cells in a row as the table has columns, a paragraph at the end of every cell.
func wordParagraphs(t *testing.T, parts map[string]string) []string {
	t.Helper()
	for name := range parts {
		if strings.HasPrefix(name, "word/") && strings.HasSuffix(name, ".xml") && !strings.Contains(parts["[Content_Types].xml"], `"/`+name+`"`) {
			t.Errorf("%s is not declared", name)
		}
	}
	var out []string
	var text strings.Builder
	columns, cells, last := 0, 0, ""
	d := xml.NewDecoder(strings.NewReader(parts["word/document.xml"]))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.CharData:
			text.Write(x)
		case xml.StartElement:
			switch x.Name.Local {
			case "pStyle":
				if id := x.Attr[0].Value; !strings.Contains(parts["word/styles.xml"], `w:styleId="`+id+`"`) {
					t.Errorf("there is no style %s", id)
				}
			case "tblGrid":
				columns = 0
			case "gridCol":
				columns++
			case "tr":
				cells = 0
			case "tc":
				cells++
			}
		case xml.EndElement:
			switch x.Name.Local {
			case "p":
				if words := solid(text.String()); words != "" {
					out = append(out, words)
				}
				text.Reset()
			case "tr":
				if cells != columns {
					t.Errorf("a row of %d cells in a table of %d columns", cells, columns)
				}
			case "tc":
				if last != "p" {
					t.Errorf("a cell ends with %s", last)
				}
			}
			last = x.Name.Local
		}
	}
}

// TestReportXlsxInOffice: LibreOffice reads every text of every sheet in its cell.
func TestReportXlsxInOffice(t *testing.T) {
	raw := reportFile(t, report.Xlsx)
	dir := converted(t, "report.xlsx", raw, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1")
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		file, err := os.Open(filepath.Join(dir, "report-"+sheet+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(file)
		r.FieldsPerRecord = -1
		read, err := r.ReadAll()
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(sheet, err)
		}
		compareCells(t, f, sheet, read)
	}
}

func compareCells(t *testing.T, f *excelize.File, sheet string, read [][]string) {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	texts, line := 0, 0
	for i, row := range rows {
		if len(row) == 0 { // a reader of CSV leaves out lines without any field
			if line < len(read) && solid(strings.Join(read[line], "")) == "" {
				line++
			}
			continue
		}
		for j, want := range row {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			kind, err := f.GetCellType(sheet, at)
			if err != nil {
				t.Fatal(err)
			}
			if kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString || want == "" {
				continue
			}
			texts++
			if line >= len(read) || j >= len(read[line]) || solid(read[line][j]) != solid(want) {
				t.Fatalf("%s %s: %q was not read", sheet, at, want)
			}
		}
		line++
	}
	if texts == 0 {
		t.Errorf("%s: no text was compared", sheet)
	}
}

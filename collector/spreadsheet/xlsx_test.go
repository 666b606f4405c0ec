package spreadsheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	relType   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	mainSpace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
)

// parts makes a workbook of one sheet by hand, with what libraries do not write.
func parts(t testing.TB, sheet, shared, styles, properties string) string {
	t.Helper()
	return zipped(t, map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="` + relType + `officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="` + mainSpace + `" xmlns:r="` + relType[:len(relType)-1] + `">` + properties + `<sheets><sheet name="表" sheetId="1" r:id="s1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="s1" Type="` + relType + `worksheet" Target="worksheets/Sheet1.xml"/><Relationship Id="s2" Type="` + relType + `sharedStrings" Target="sharedStrings.xml"/><Relationship Id="s3" Type="` + relType + `styles" Target="styles.xml"/></Relationships>`,
		// The case of names differs from that of their references, as some programs write them.
		"xl/worksheets/sheet1.xml": `<worksheet xmlns="` + mainSpace + `">` + sheet + `</worksheet>`,
		"xl/sharedStrings.xml":     `<sst xmlns="` + mainSpace + `">` + shared + `</sst>`,
		"xl/styles.xml":            `<styleSheet xmlns="` + mainSpace + `">` + styles + `</styleSheet>`,
	})
}

func zipped(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWorkbookParts(t *testing.T) {
	sheet := `<sheetData>
<row><c t="inlineStr"><is><t>村</t></is></c><c t="s"><v>0</v></c><c t="inlineStr"><is><r><t>日</t></r><r><t>期</t></r></is></c><c t="str"><v>完成</v></c><c t="inlineStr"><is><t>时刻</t></is></c></row>
<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>1.1000000000000001</v></c><c r="C3" s="1"><v>46218</v></c><c r="D3" t="b"><v>1</v></c><c r="E3" s="2"><v>0.39583333333333331</v></c></row>
<row><c t="inlineStr"><is><t>西_x000D_村</t></is></c><c><v>1.5E+7</v></c><c s="3"><v>46204</v></c><c t="e"><v>#N/A</v></c><c s="4"><v>1.5</v></c></row>
<row r="9"><c r="A9" t="inlineStr"><is><t>南村</t></is></c><c r="C9" t="d"><v>2026-07-15T00:00:00</v></c><c r="E9" s="1"><v>59</v></c></row>
</sheetData><mergeCells count="0"></mergeCells>`
	shared := `<si><t>户数</t><rPh sb="0" eb="1"><t>フリガナ</t></rPh></si><si><r><t xml:space="preserve">东 </t></r><r><t>村</t></r></si>`
	styles := `<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;;@"/><numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts>` +
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>`
	for _, c := range []struct {
		properties string
		want       [][]string
	}{
		{"", [][]string{
			{"东 村", "1.1", "2026-07-15", "true", "09:30:00"},
			{"西\r村", "15000000", "2026-07", "", "1.5"},
			{"南村", "", "2026-07-15", "", "1900-02-28"},
		}},
		{`<workbookPr date1904="1"/>`, [][]string{
			{"东 村", "1.1", "2030-07-16", "true", "09:30:00"},
			{"西\r村", "15000000", "2030-07-02", "", "1.5"},
			{"南村", "", "2026-07-15", "", "1904-02-29"},
		}},
	} {
		tables, err := ReadTables(writeText(t, parts(t, sheet, shared, styles, c.properties)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"村", "户数", "日期", "完成", "时刻"}, tables[0].Header); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(c.want, tables[0].Rows); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]int{3, 4, 9}, tables[0].Lines); diff != "" {
			t.Error(diff)
		}
	}
}

func TestBrokenWorkbooks(t *testing.T) {
	row := `<row><c t="inlineStr"><is><t>村</t></is></c><c><v>1</v></c></row>`
	columns := `<row><c r="A1"><v>1</v></c><c r="NTP1"><v>2</v></c></row>` // column 10,000
	for name, c := range map[string]struct{ content, reason string }{
		"text that is not there": {parts(t, `<sheetData><row><c t="s"><v>7</v></c></row></sheetData>`, "", "", ""), "refers to a text that is not there"},
		"cut off sheet":          {parts(t, `<sheetData>`+row+`<row><c`, "", "", ""), "broken in its part"},
		"too many rows":          {parts(t, `<sheetData>`+row+`<row r="1048577"><c><v>1</v></c></row></sheetData>`, "", "", ""), "more than 1048576 rows"},
		"10,000 columns":         {parts(t, `<sheetData>`+columns+columns+`</sheetData>`, "", "", ""), "more than 2000 columns"},
		"no workbook":            {zipped(t, map[string]string{"a.csv": "1"}), "no workbook"},
		"part missing":           {zipped(t, map[string]string{"_rels/.rels": `<Relationships><Relationship Id="r1" Type="` + relType + `officeDocument" Target="xl/workbook.xml"/></Relationships>`}), "has no part"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadTables(writeText(t, c.content), Options{})
			var f *FormatError
			if !errors.As(err, &f) || !strings.Contains(f.Reason, c.reason) {
				t.Errorf("error %v, want %q", err, c.reason)
			}
		})
	}
}

func TestWorkbookBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("packs 300 MiB")
	}
	_, err := ReadTables(writeText(t, parts(t, `<sheetData>`+strings.Repeat(" ", 300<<20)+`</sheetData>`, "", "", "")), Options{})
	if err == nil || !strings.Contains(err.Error(), "far more than its size allows") {
		t.Errorf("error %v", err)
	}
}

func TestDateStyles(t *testing.T) {
	for code, want := range map[string]dateStyle{
		"General": noDate, "0.00": noDate, "#,##0": noDate, "0%": noDate, "@": noDate, `0"户"`: noDate, "0.00E+00": noDate, `"¥"#,##0.00`: noDate,
		"[h]:mm": noDate, "G/通用格式": noDate, `"day"0`: noDate, "[Red]0": noDate,
		"yyyy-mm-dd": showMonth | showDay, `yyyy"年"m"月"d"日"`: showMonth | showDay, `[$-804]yyyy"年"m"月";@`: showMonth, "yyyy年m月d日": showMonth | showDay,
		"m/d/yy h:mm": showMonth | showDay | showTime, "h:mm AM/PM": showTime, "hh:mm:ss": showTime, "mm:ss.0": showTime, "e年m月": showMonth, `d\-mmm`: showMonth | showDay,
		"[Red]yyyy/m/d": showMonth | showDay, `"截至"yyyy.m.d`: showMonth | showDay,
	} {
		if got := dateStyleOf("164", code); got != want {
			t.Errorf("%s: %b, want %b", code, got, want)
		}
	}
}

func TestTypedNumbers(t *testing.T) {
	for stored, want := range map[string]string{
		"0.10000000000000001": "0.1", "0.30000000000000004": "0.3", "1E5": "100000", "1.5E-2": "0.015", "123456789012345678": "123456789012345678",
		"-0.0": "-0", "1.2345678901234501": "1.23456789012345", "100": "100", "1e300": "1e+300", "x": "x", "4.4408920985006262E-16": "4.44089209850063e-16",
	} {
		if got := typedNumber(stored); got != want {
			t.Errorf("typedNumber(%s) = %s, want %s", stored, got, want)
		}
	}
	// What people type with up to 15 digits comes back as they typed it, whatever a program stores for it.
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringMatching(`[1-9][0-9]{0,7}(\.[0-9]{0,6}[1-9])?`).Draw(t, "typed")
		var f float64
		if _, err := fmt.Sscan(typed, &f); err != nil {
			t.Fatal(err)
		}
		if got := typedNumber(fmt.Sprintf("%.17g", f)); got != typed {
			t.Fatalf("typedNumber of %.17g is %s, want %s", f, got, typed)
		}
	})
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		" 95.3% ": "0.953", "100%": "1", "0.5%": "0.005", "-7%": "-0.07", "1,234,567.80": "1234567.80", "1,23": "1,23", "12,345,6": "12,345,6", "a,b": "a,b",
		"\u3000东村\u00a0": "东村", "%": "%", "x%": "x%", "1,234": "1234", "-1,000": "-1000", "0%": "0", "150%": "1.5", "": "",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// Every day since 1900 comes back as itself.
func TestSerialDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(61, 80000).Draw(t, "serial")
		want := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
		if got, ok := (showMonth | showDay).format(fmt.Sprint(n), false); !ok || got != want.Format(time.DateOnly) {
			t.Fatalf("serial %d is %s, want %s", n, got, want.Format(time.DateOnly))
		}
	})
}

func TestColumnNames(t *testing.T) {
	for c := range 20000 {
		if got, row, ok := cellAt(columnName(c) + "7"); got != c || row != 6 || !ok {
			t.Fatalf("column %d is called %s and read as %d", c, columnName(c), got)
		}
	}
	for _, wrong := range []string{"", "7", "B", "B0", "B-1", "b2", "ABCDE1", "B2:C3"} {
		if _, _, ok := cellAt(wrong); ok {
			t.Errorf("%q is read as a cell", wrong)
		}
	}
}

// The data that the digit tests and the matching tests stand on must come in whole.
func TestPublicTables(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the shared data are not here")
	}
	for name, want := range map[string]struct{ rows, columns int }{
		"digits/benford_census2009.csv":              {19509, 3},
		"digits/benford_corporate_payment.csv":       {189470, 4},
		"digits/benford_sino_forest.csv":             {772, 1},
		"digits/jfa_sanitizer.csv":                   {1600, 1},
		"digits/demotools_pop1m_ind.csv":             {101, 1},
		"matching/dhis2_hiv_forms.csv":               {236, 12},
		"matching/wikidata_musicians_source.csv":     {10845, 13},
		"matching/wikidata_musicians_target.csv":     {10845, 13},
		"matching/chembl_assays_source.csv":          {7500, 19},
		"matching/tpcdi_prospect_target.csv":         {11236, 19},
		"series/pm25_BeijingPM20100101_20151231.csv": {52584, 18},
	} {
		tables, err := ReadTables(filepath.Join(folder, name), Options{})
		if err != nil || len(tables) != 1 {
			t.Errorf("%s: %d tables, %v", name, len(tables), err)
			continue
		}
		if got := tables[0]; len(got.Rows) != want.rows || len(got.Header) != want.columns || len(got.Faults)+len(got.Totals)+len(got.Notes) > 0 {
			t.Errorf("%s: %d rows, %d columns, faults %v", name, len(got.Rows), len(got.Header), got.Faults)
		}
	}
}

// FuzzReadTables looks for panics, and for rows that get lost between the parts of a table.
func FuzzReadTables(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "标题,,\n单位：户,,\n村,人口,\n,男,女\n东村,1,2\n合计,1,2\n注：无,,\n", "a;\"b\nc\";d\n\"never\n", "\xd5\xe3\xbd\xad,1\n", "\xff\xfea\x00,\x00b\x00\n\x00",
		"1,2,3\n4,5,6\n", "a\tb\r\n\x00\t1\r\n", "\"\"\"\",\"\"\n,\n", "\xef\xbb\xbfx\n", "甲,乙,1,2,3\n",
	} {
		f.Add([]byte(seed))
	}
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(folder, "x.csv")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		tables, err := ReadTables(path, Options{})
		if err != nil {
			var f *FormatError
			if !errors.As(err, &f) || f.Reason == "" {
				t.Fatalf("an error that is not the file's: %v", err)
			}
			return
		}
		for _, table := range tables {
			if len(table.Rows) != len(table.Lines) || len(table.columns) != len(table.Header) {
				t.Fatalf("%d rows, %d lines", len(table.Rows), len(table.Lines))
			}
			for _, cells := range table.Rows {
				if len(cells) != len(table.Header) {
					t.Fatalf("a row of %d cells below a header of %d", len(cells), len(table.Header))
				}
			}
			names := make(map[string]bool)
			for _, name := range table.Header {
				if name == "" || names[name] {
					t.Fatalf("the header %q has no name of its own", table.Header)
				}
				names[name] = true
			}
		}
	})
}

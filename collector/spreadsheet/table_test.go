package spreadsheet

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// workbook writes an xlsx file and returns its path.
func writeBook(t *testing.T, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// rowsOf puts rows into a sheet, from A1.
func rowsOf(t *testing.T, f *excelize.File, sheet string, rows ...[]any) {
	t.Helper()
	for i, cells := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
}

func mergeCells(t *testing.T, f *excelize.File, sheet string, ranges ...string) {
	t.Helper()
	for _, r := range ranges {
		from, to, _ := strings.Cut(r, ":")
		if err := f.MergeCell(sheet, from, to); err != nil {
			t.Fatal(err)
		}
	}
}

func styled(t *testing.T, f *excelize.File, sheet, cell, format string) {
	t.Helper()
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle(sheet, cell, cell, style); err != nil {
		t.Fatal(err)
	}
}

func writeText(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// describe writes tables so that people can check them.
func describe(tables []Table) string {
	var b strings.Builder
	for _, t := range tables {
		fmt.Fprintf(&b, "== %s, header in line %d\n", t.Name, t.HeaderLine)
		for _, l := range t.Above {
			fmt.Fprintf(&b, "above %d: %s\n", l.Line, l.Text())
		}
		fmt.Fprintf(&b, "header: %s\n", strings.Join(t.Header, " | "))
		for i, cells := range t.Rows {
			fmt.Fprintf(&b, "row %d: %s\n", t.Lines[i], strings.Join(cells, " | "))
		}
		for _, l := range t.Totals {
			fmt.Fprintf(&b, "total %d: %s\n", l.Line, strings.Join(l.Cells, " | "))
		}
		for _, l := range t.Notes {
			fmt.Fprintf(&b, "note %d: %s\n", l.Line, l.Text())
		}
		for _, f := range t.Faults {
			fmt.Fprintf(&b, "fault %d, column %d, %s: %s\n", f.Line, f.Column, f.Kind, f.Reason)
		}
	}
	return b.String()
}

// county is a workbook as a county gets it: title, who and when, a header of two rows, column numbers, merged towns, sums
// between, remarks below.
func county(t *testing.T) string {
	return writeBook(t, func(f *excelize.File) {
		sheet := "Sheet1"
		rowsOf(
			t, f, sheet,
			[]any{"青山县2026年7月人口情况月报表"},
			[]any{"填报单位：青山县民政局", nil, nil, "填报时间：2026年8月3日", nil, nil, "单位：人"},
			[]any{"乡镇", "村（社区）", "户数\n（户）", "人  口", nil, nil, "低保*", "完成率", "填报日期", "备注"},
			[]any{nil, nil, nil, "合计", "男", "女"},
			[]any{"甲", "乙", 1, "2=3+4", 3, 4, 5, 6, 7, 8},
			[]any{"城关镇", "东村", 120, 360, 190, 170, 12, 0.953, 46218, nil},
			[]any{nil, "西村", 98, 301, 150, 151, 9, 1, 46218.5, "新"},
			[]any{"小 计", nil, 218, 661, 340, 321, 21},
			[]any{"河口镇", "南村", 77, 0.1 + 0.2, 1e15, nil, 5},
			[]any{nil, "北村"},
			[]any{"乡镇", "村（社区）", "户数\n（户）", "人  口", nil, nil, "低保*", "完成率", "填报日期", "备注"},
			[]any{"合　计", nil, 295, 661},
			nil,
			[]any{"注：1. 户数为户籍户数。"},
			[]any{"填表人：李四", nil, nil, "审核人：王五"},
		)
		mergeCells(t, f, sheet, "A1:J1", "A3:A4", "B3:B4", "C3:C4", "D3:F3", "G3:G4", "H3:H4", "I3:I4", "J3:J4", "A6:A7", "A9:A10", "A14:J14")
		styled(t, f, sheet, "H6", "0.0%")
		styled(t, f, sheet, "I6", "yyyy\"年\"m\"月\"d\"日\"")
		styled(t, f, sheet, "I7", "yyyy-mm-dd hh:mm")
	})
}

func TestReadTables(t *testing.T) {
	for name, path := range map[string]string{
		"county":         county(t),
		"plain":          writeText(t, "unit,households,share\n330101001001,12,95.3%\n330101001002,\"1,234\",#DIV/0!\n"),
		"grouped":        writeText(t, "人口统计表,,,,\n填报单位:东村,,,,2026年7月\n单位,人口,,耕地,\n,男,女,水田,旱地\n东村,1,2,3,4\n西村,5,6,7,8\n合计,6,8,10,12\n填表人:张三,,,,\n"),
		"semicolons":     writeText(t, "a;b;c\n1;2,5;x\n2;3,5;\"y;z\"\n"),
		"tabs":           writeText(t, "a\tb\r\n1\t\"x \"\"y\"\"\nz\"\r\n2\t5\" pipe\r\n"),
		"one column":     writeText(t, "value\n9544406\n7471790\n"),
		"no header":      writeText(t, "1,2,3\n4,5,6\n"),
		"open quote":     writeText(t, "a,b\n1,\"never closed\n2,x\n3,y\n"),
		"long row":       writeText(t, "a,b\n1,2\n1,2,3\n4,5\n"),
		"unnamed column": writeText(t, "a,b\n1,2,x\n3,4,y\n5,6\n"),
		"years":          writeText(t, "村,2024,2025,2026年\n东村,1,2,3\n"),
		"same names":     writeText(t, "村,数量,数量,数量_2\n东村,1,2,3\n"),
		"empty columns":  writeText(t, "村,,数量,\n东村,,1,\n西村,,2,\n"),
		"nul":            writeText(t, "a,b\n1,2\n3,\x004\n5,6\n"),
		"broken utf-8":   writeText(t, "村,数量\n东村,1\n西\xff村,2\n南村,3\n"),
		"empty report":   writeText(t, "村,户数,人口\n东村,,\n西村,1,2\n"),
		"two sheets": writeBook(t, func(f *excelize.File) {
			rowsOf(t, f, "Sheet1", []any{"村", "户数"}, []any{"东村", 1})
			for _, name := range []string{"七月", "空表", "隐藏"} {
				if _, err := f.NewSheet(name); err != nil {
					t.Fatal(err)
				}
			}
			rowsOf(t, f, "七月", []any{"村", "户数"}, []any{"西村", 2})
			rowsOf(t, f, "隐藏", []any{"村", "户数"}, []any{"南村", 3})
			if err := f.SetSheetVisible("隐藏", false); err != nil {
				t.Fatal(err)
			}
		}),
		"formula": writeBook(t, func(f *excelize.File) {
			rowsOf(t, f, "Sheet1", []any{"村", "户数"}, []any{"东村", 1}, []any{"西村", nil}, []any{"南村", 3})
			if err := f.SetCellFormula("Sheet1", "B3", "B2+1"); err != nil {
				t.Fatal(err)
			}
		}),
		"rich text": writeBook(t, func(f *excelize.File) {
			rowsOf(t, f, "Sheet1", []any{"村", "说明"}, []any{"东村", nil}, []any{"西村", true})
			if err := f.SetCellRichText("Sheet1", "B2", []excelize.RichTextRun{{Text: "前 "}, {Text: "后_x000D_", Font: &excelize.Font{Bold: true}}}); err != nil {
				t.Fatal(err)
			}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			tables, err := ReadTables(path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := describe(tables)
			golden := filepath.Join("testdata", "tables", strings.ReplaceAll(name, " ", "-")+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A form that nobody has filled in yet is a table of its labels, as they are written; a sheet of remarks is none.
func TestBlankForms(t *testing.T) {
	for name, path := range map[string]string{
		"csv": writeText(t, "户籍人口（人）, 低保*,低保*,ｶﾅ\n"),
		"xlsx": writeBook(t, func(f *excelize.File) {
			rowsOf(t, f, "Sheet1", []any{"户籍人口（人）", " 低保*", "低保*", "ｶﾅ"})
		}),
	} {
		tables, err := ReadTables(path, Options{})
		if err != nil || len(tables) != 1 {
			t.Fatalf("%s: %d tables, %v", name, len(tables), err)
		}
		got := tables[0]
		if diff := cmp.Diff([]string{"户籍人口(人)", "低保", "低保_2", "カナ"}, got.Header); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff([]string{"户籍人口（人）", "低保*", "低保_2", "ｶﾅ"}, got.Written); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	one, err := ReadTables(writeText(t, "户籍人口\n"), Options{})
	if err != nil || len(one) != 1 {
		t.Errorf("a form of one label is read as %d tables, %v", len(one), err)
	}
	remark := writeBook(t, func(f *excelize.File) {
		rowsOf(t, f, "Sheet1", []any{"村", "户数"}, []any{"东村", 1})
		if _, err := f.NewSheet("说明"); err != nil {
			t.Fatal(err)
		}
		rowsOf(t, f, "说明", []any{"填表前请先阅读"})
	})
	if tables, err := ReadTables(remark, Options{}); err != nil || len(tables) != 1 {
		t.Errorf("a sheet of remarks makes %d tables, %v", len(tables), err)
	}
}

// The same table must be read from every encoding.
func TestEncodings(t *testing.T) {
	text := "村名,户数,备注\n东村,120,\"含自然村，共3个\"\n西村,98,无\n"
	// The first Chinese character stands far behind the beginning.
	late := "unit,n\n" + strings.Repeat("village,1234567890\n", 60_000) + "东村,1\n"
	for name, e := range map[string]encoding.Encoding{
		"UTF-8": encoding.Nop, "UTF-8 with mark": unicode.UTF8BOM, "GB18030": simplifiedchinese.GB18030, "GBK": simplifiedchinese.GBK,
		"UTF-16 LE": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "UTF-16 BE": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	} {
		encoded, err := e.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		tables, err := ReadTables(writeText(t, encoded), Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := [][]string{{"东村", "120", "含自然村，共3个"}, {"西村", "98", "无"}}
		if diff := cmp.Diff(want, tables[0].Rows); diff != "" || tables[0].Header[0] != "村名" {
			t.Errorf("%s: %q %s", name, tables[0].Header, diff)
		}
		if encoded, err = e.NewEncoder().String(late); err != nil {
			t.Fatal(err)
		}
		if tables, err = ReadTables(writeText(t, encoded), Options{}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if rows := tables[0].Rows; rows[len(rows)-1][0] != "东村" || len(tables[0].Faults) > 0 {
			t.Errorf("%s: last row %q, faults %v", name, rows[len(rows)-1], tables[0].Faults)
		}
	}
}

// flipped damages the middle half of a file.
func flipped(whole []byte) string {
	b := bytes.Clone(whole)
	for i := len(b) / 4; i < 3*len(b)/4; i++ {
		b[i] ^= 0x55
	}
	return string(b)
}

func TestRefusedFiles(t *testing.T) {
	whole, err := os.ReadFile(county(t))
	if err != nil {
		t.Fatal(err)
	}
	encrypted := excelize.NewFile()
	secret := filepath.Join(t.TempDir(), "secret.xlsx")
	if err := encrypted.SaveAs(secret, excelize.Options{Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	locked, err := os.ReadFile(secret)
	if err != nil {
		t.Fatal(err)
	}
	wide := strings.Repeat("a,", 10_000) + "a\n"
	for name, c := range map[string]struct{ content, kind, reason string }{
		"empty":         {"", "malformed", "is empty"},
		"cut off":       {string(whole[:len(whole)/2]), "archive", "broken"},
		"not a zip":     {"PK\x03\x04 but nothing more", "archive", "broken"},
		"flipped bytes": {flipped(whole), "archive", "broken"},
		"encrypted":     {string(locked), "archive", "encrypted"},
		"old format":    {string(cfbMagic) + strings.Repeat("x", 600), "archive", "save it as xlsx"},
		"web page":      {"\n<html><table><tr><td>1</td></tr></table></html>", "malformed", "web page"},
		"pdf":           {"%PDF-1.7\n...", "archive", "not read"},
		"wide":          {wide + wide, "oversize", "more than 2000 columns"},
		"binary":        {strings.Repeat("\x00\x01\x02", 1000), "encoding", "NUL bytes"},
		"cut off gzip":  {"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b", "archive", "unpacked"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadTables(writeText(t, c.content), Options{})
			f, ok := err.(*FormatError)
			if !ok || f.Kind != c.kind || !strings.Contains(f.Reason, c.reason) {
				t.Errorf("error %T %v", err, err)
			}
		})
	}
	if _, err := ReadTables(filepath.Join(t.TempDir(), "none.csv"), Options{}); !os.IsNotExist(err) && !strings.Contains(fmt.Sprint(err), "no such file") {
		t.Errorf("a file that does not exist: %v", err)
	}
}

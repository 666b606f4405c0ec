package spreadsheet

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"go.uber.org/goleak"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/jianfu/jianfu/queries"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The workbook of a county: one row a village, the period in the title.
func TestRowsPerUnit(t *testing.T) {
	f := newFixture(t, "path: .\nform: pop-month\nsystem: minzheng\nunits: {东村: '330101001001'}\nfields: {低保: poor}\nexcept: [备注]\nsubmitted_at: 填报日期")
	f.copy(county(t), "七月.xlsx")
	m := f.finds([]string{
		"pop-month 330101001001 2026-07: 乡镇=城关镇 户数(户)=120 人口/合计=360 人口/男=190 人口/女=170 poor=12 完成率=0.953",
		"pop-month 西村 2026-07: 乡镇=城关镇 户数(户)=98 人口/合计=301 人口/男=150 人口/女=151 poor=9 完成率=1",
	}, []string{
		`七月.xlsx#Sheet1 row 9, 填报日期, malformed: submitted_at is ""; expected a time such as 2026-07-15 09:30:00`,
		`七月.xlsx#Sheet1 row 10, 填报日期, malformed: submitted_at is ""; expected a time such as 2026-07-15 09:30:00`,
	})
	if got := m.rows[1].SubmittedAt.Format(time.RFC3339); got != "2026-07-15T12:00:00+08:00" {
		t.Errorf("submitted at %s", got)
	}
	if raw := string(m.rejected[0].Raw); raw != `{"乡镇":"河口镇","村(社区)":"南村","户数(户)":"77","人口/合计":"0.3","人口/男":"1000000000000000","低保":"5"}` {
		t.Errorf("raw %s", raw)
	}
	form := m.forms[0]
	if len(m.forms) != 1 || form.ID != "pop-month" || form.System != "minzheng" || form.Title != "青山县人口情况月报表" || form.Cycle != "month" || form.Per != "unit" || form.Declared {
		t.Errorf("declared %+v", m.forms)
	}
	var fields []string
	for _, x := range form.Fields {
		fields = append(fields, x.ID+" "+x.Label)
	}
	if want := []string{"乡镇 乡镇", "户数(户) 户数(户)", "人口/合计 人口/合计", "人口/男 人口/男", "人口/女 人口/女", "poor 低保", "完成率 完成率"}; !slices.Equal(fields, want) {
		t.Errorf("fields %q", fields)
	}
	f.finds(nil, nil)
}

// One file per unit: everything but the values stands in the file's name.
func TestFilePerUnit(t *testing.T) {
	f := newFixture(t, `path: .
file: '^(?P<form>[a-z-]+)_(?P<unit>\d+)_(?P<period>\d{6})\.csv'`)
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("户数,人口\n12,34\n")
	if err != nil {
		t.Fatal(err)
	}
	f.write("2026/pop_330101001001_202607.csv", gb)
	f.write("2026/pop_330101001002_202607.csv", "户数,人口\n56,78\n")
	f.write("2026/other.csv", "户数,人口\n1,1\n")
	m := f.finds([]string{
		"pop 330101001001 2026-07: 户数=12 人口=34",
		"pop 330101001002 2026-07: 户数=56 人口=78",
	}, []string{"other.csv row 1, form, unmapped: form was not found: neither the file's path nor a title fits the pattern that names it"})
	if len(m.forms) != 1 || m.forms[0].Per != "record" {
		t.Errorf("declared %+v", m.forms)
	}
}

// A form as people fill it in: labels with their values beside them.
func TestPairs(t *testing.T) {
	f := newFixture(t, "path: '*.xlsx'\nform: {value: profile}\nlayout: pairs\nunit: 村名\nperiod: {cell: D2}\nreporter: 填表人")
	path := writeBook(t, func(x *excelize.File) {
		rowsOf(
			t, x, "Sheet1",
			[]any{"村情登记表"},
			[]any{"村名", "东村", "时间", "2026年第三季度"},
			[]any{"基本情况", "户数", 12, "人口", 34},
			[]any{nil, "耕地（亩）", nil, "林地（亩）", 7.5},
			[]any{"二、经济情况"},
			[]any{"收入：100", nil, "支出", "1,200"},
			[]any{"填表人：李四"},
		)
		mergeCells(t, x, "Sheet1", "A1:E1", "A3:A4", "A5:E5")
	})
	f.copy(path, "东村.xlsx")
	m := f.finds([]string{"profile 东村 2026Q3: 时间=2026年第三季度 基本情况/户数=12 基本情况/人口=34 基本情况/林地(亩)=7.5 收入=100 支出=1200"}, nil)
	if m.rows[0].Reporter != "李四" || len(m.rows[0].Values) != 7 || m.forms[0].Title != "村情登记表" || m.forms[0].Cycle != "quarter" {
		t.Errorf("%+v %+v", m.rows[0], m.forms[0])
	}
}

// Records of households: the unit and the period stand above, and equal rows are different households.
func TestRecords(t *testing.T) {
	f := newFixture(t, "path: .\nform: households\ntitle: '(?P<period>\\d{4}年)'\nsubject: 证件号")
	f.write("a.csv", "2026年农户台账,,,\n填报单位：330101001001,,,\n序号,证件号,人数,收入\n1,X1,3,100\n2,,2,50\n3,,2,50\n合计,,7,200\n")
	m := f.finds([]string{
		"households 330101001001 2026 <X1>: 人数=3 收入=100",
		"households 330101001001 2026: 人数=2 收入=50",
		"households 330101001001 2026: 人数=2 收入=50",
	}, nil)
	if m.rows[1].ID == m.rows[2].ID || m.rows[0].ID == "" {
		t.Errorf("ids %q %q", m.rows[1].ID, m.rows[2].ID)
	}
	// Saved again under another name at another time, it holds the same submissions.
	f.write("b/copy.csv", "2026年农户台账,,,\n填报单位：330101001001,,,\n序号,证件号,人数,收入\n1,,2,50\n2,X1,3,100\n3,,2,50\n")
	again := f.collect()
	ids := func(m *memory) (ids []string) {
		for _, r := range m.rows {
			ids = append(ids, r.ID)
		}
		slices.Sort(ids)
		return ids
	}
	if diff := cmp.Diff(ids(m), ids(again)); diff != "" {
		t.Error(diff)
	}
}

func TestChangedFiles(t *testing.T) {
	f := newFixture(t, "path: .\nform: f\nperiod: {value: '2026'}")
	f.write("a.csv", "村,户数\n东村,1\n西村,2\n")
	first := f.finds([]string{"f 东村 2026: 户数=1", "f 西村 2026: 户数=2"}, nil)
	// Touched, but the same.
	later := time.Now().Add(10 * time.Second)
	if err := os.Chtimes(filepath.Join(f.folder, "a.csv"), later, later); err != nil {
		t.Fatal(err)
	}
	f.finds(nil, nil)
	f.write("a.csv", "村,户数\n东村,1\n西村,3\n")
	second := f.finds([]string{"f 东村 2026: 户数=1", "f 西村 2026: 户数=3"}, nil)
	if first.rows[0].ID != second.rows[0].ID || first.rows[1].ID == second.rows[1].ID {
		t.Error("only what changed is another submission")
	}
	// Another configuration may map what the one before could not.
	f.configure("path: .\nform: f\nperiod: {value: '2026'}\nunits: {东村: '1'}")
	f.finds([]string{"f 1 2026: 户数=1", "f 西村 2026: 户数=3"}, nil)
	f.finds(nil, nil)
}

func TestUnitsFromTable(t *testing.T) {
	f := newFixture(t, "path: in\nform: f\nperiod: {value: '2026'}\nunits: units.csv")
	f.write("units.csv", "代码,名称\n330101001001,东村\n")
	f.write("in/a.csv", "村名,户数\n东 村,1\n330101001002 西村,2\n330101001003,3\n")
	f.finds([]string{"f 330101001001 2026: 户数=1", "f 330101001002 2026: 户数=2", "f 330101001003 2026: 户数=3"}, nil)
}

func TestWrongFilesAndRows(t *testing.T) {
	f := newFixture(t, "path: .\nform: f\nunit: 村\nperiod: {title: '\\d{4}年\\d+月'}")
	f.write("a.csv", "2026年7月,\n村,户数\n东村,1\n,2\n西村,3,4\n南村,\x005\n北村,6\n")
	f.write("b.csv", "人口,\n村,户数\n东村,1\n")
	f.write("c.csv", "2026年7月,\n村庄,户数\n东村,1\n")
	f.write("d.xlsx", "PK\x03\x04")
	f.write("e.xls", string(cfbMagic))
	f.write("f.csv", "")
	f.write("g.csv", "2026年13月,\n村,户数\n东村,1\n")
	m := f.finds([]string{"f 东村 2026-07: 户数=1", "f 北村 2026-07: 户数=6"}, []string{
		"a.csv row 4, 村, unmapped: the unit is missing: its column is empty; fill it in, or remove the row",
		`a.csv row 5, C, malformed: the row is longer than the header: C holds "4"; put values that hold the delimiter in quotes, or give the column a name`,
		"a.csv row 6, , encoding: the row holds a NUL byte at byte 8; export the file again",
		`b.csv row 3, period, unmapped: the period is missing: no row above the header fits "\\d{4}年\\d+月"`,
		`c.csv row 2, unit, unmapped: there is no column "村" (is "村庄" meant?); name the column of the unit as its header does, or set header_row`,
		"d.xlsx row 0, , archive: the workbook is broken (zip: not a valid zip file); fetch it again",
		"e.xls row 0, , archive: the workbook is in the old format xls (or et); open it and save it as xlsx",
		"f.csv row 0, , malformed: the file is empty; export it again",
		`g.csv row 3, period, malformed: the period is "2026年13月"; expected one such as 2026年7月, 2026-07, 2026年第三季度 or 2026`,
	})
	for _, r := range m.rejected {
		if r.Source != "drop" || !strings.HasPrefix(r.Origin, f.folder) {
			t.Errorf("rejected from %s %s", r.Source, r.Origin)
		}
	}
	f.finds(nil, nil)
}

// What could not be mapped is read again, row by row, once the cause is mended.
func TestReplay(t *testing.T) {
	f := newFixture(t, "path: .\nform: f\nunit: 村\nperiod: {value: '2026'}\nsubmitted_at: 时间")
	f.copy(writeBook(t, func(x *excelize.File) {
		rowsOf(t, x, "Sheet1", []any{"村", "时间", "户数"}, []any{"东村", "2026-07-01", 1}, []any{"西村", "昨天", 2}, []any{"南村", "2026-07-01", 3})
	}), "a.xlsx")
	m := f.collect()
	if len(m.rejected) != 1 {
		t.Fatal(m.faults())
	}
	replay := func() *memory {
		r, again := m.rejected[0], &memory{}
		err := f.source.Replay(context.Background(), queries.Quarantined{Origin: r.Origin, Line: r.Line, Raw: r.Raw}, again)
		if err != nil {
			t.Fatal(err)
		}
		return again
	}
	if again := replay(); len(again.rows) != 0 || len(again.rejected) != 1 {
		t.Errorf("rows %v, rejected %v", again.lines(), again.faults())
	}
	f.configure("path: .\nform: f\nunit: 村\nperiod: {value: '2026'}")
	if diff := cmp.Diff([]string{"f 西村 2026: 时间=昨天 户数=2"}, replay().lines()); diff != "" {
		t.Error(diff)
	}
	if err := os.Remove(filepath.Join(f.folder, "a.xlsx")); err != nil {
		t.Fatal(err)
	}
	if again := replay(); len(again.rejected) != 1 || !strings.Contains(again.rejected[0].Reason, "not there any more") {
		t.Errorf("rejected %v", again.faults())
	}
}

func TestClockOfFile(t *testing.T) {
	f := newFixture(t, "path: .\nform: f\nperiod: {value: '2026'}")
	f.write("a.csv", "村,户数\n东村,1\n")
	old := time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(f.folder, "a.csv"), old, old); err != nil {
		t.Fatal(err)
	}
	if m := f.collect(); len(m.rows) != 0 || len(m.rejected) != 1 || m.rejected[0].Kind != "clock" {
		t.Errorf("rows %v, rejected %v", m.rows, m.rejected)
	}
}

// After a crash at any mark, reading on from the mark before it loses and repeats nothing.
func TestResumeAtEveryMark(t *testing.T) {
	f := newFixture(t, "path: .\nform: f\nperiod: {value: '2026'}")
	f.source.markRows = blockRows
	const n = 3*blockRows + 500
	var b strings.Builder
	b.WriteString("村,户数\n")
	for i := range n {
		if i%100 == 7 {
			b.WriteString(",0\n") // no unit: rejected
		}
		fmt.Fprintf(&b, "村%d,%d\n", i%50, i/200)
	}
	f.write("a.csv", b.String())
	f.write("b.csv", "村,户数\n东村,1\n")
	whole := f.collect()
	f.at = nil
	var got []string
	rejected := 0
	for {
		m := &memory{failAt: 2}
		err := f.source.Collect(context.Background(), f.at, m)
		if len(m.marks) == 0 {
			break
		}
		f.at = m.marks[0]
		for _, r := range m.rows[:m.rowsAt[0]] {
			got = append(got, r.ID)
		}
		if err == nil {
			rejected += len(m.rejected)
			break
		}
	}
	var want []string
	for _, r := range whole.rows {
		want = append(want, r.ID)
	}
	if len(want) != n+1 || !slices.Equal(want, got) {
		t.Errorf("%d rows after crashes, %d without, %d expected", len(got), len(want), n+1)
	}
}

func TestSheets(t *testing.T) {
	path := writeBook(t, func(x *excelize.File) {
		for _, name := range []string{"人口", "耕地", "填表说明", "草稿"} {
			if _, err := x.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			rowsOf(t, x, name, []any{"村", "数"}, []any{"东村", 1})
		}
		if err := x.DeleteSheet("Sheet1"); err != nil {
			t.Fatal(err)
		}
	})
	f := newFixture(t, "path: .\nform: {sheet: true, map: {人口: pop, '*': other}}\nperiod: {value: '2026'}")
	f.copy(path, "a.xlsx")
	f.finds([]string{"pop 东村 2026: 数=1", "other 东村 2026: 数=1", "other 东村 2026: 数=1"}, nil)
	f.configure("path: .\nform: {sheet: '(..)'}\nperiod: {value: '2026'}\nsheets: [人口, '*地']")
	f.finds([]string{"人口 东村 2026: 数=1", "耕地 东村 2026: 数=1"}, nil)
}

func TestWrongConfigurations(t *testing.T) {
	for config, want := range map[string]string{
		"form: f":                                    "path is missing",
		"path: .":                                    "form: is missing",
		"path: .\nform: {column: a}":                 "form: cannot be read from a column",
		"path: .\nform: {sheet: true, cell: B2}":     "expected one of",
		"path: .\nform: f\nunit: {cell: B}":          `"B" is not a cell`,
		"path: .\nform: f\nfile: '('":                "not a regular expression",
		"path: .\nform: f\nfile: 'x'":                "file: has no group",
		"path: .\nform: f\nfile: '(?P<units>x)'":     `group "units" is unknown (is "unit" meant?)`,
		"path: .\nform: f\nlayout: pair":             `layout: "pair" is unknown (is "pairs" meant?)`,
		"path: .\nform: f\ncycle: monthly":           `cycle: "monthly" is unknown`,
		"path: .\nform: f\nheader_row: -1":           "header_row: -1",
		"path: .\nform: f\nsubmitted_at: {value: x}": "submitted_at: cannot be a constant",
		"path: .\nform: f\nunits: [a]":               "expected {name: code, …}",
		"path: .\nform: f\nlayuot: pairs":            "unknown field",
	} {
		if _, err := build(config, "."); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", config, err, want)
		}
	}
	// All at once.
	_, err := build("layout: x\nper: y\ncycle: z", ".")
	if err == nil || strings.Count(err.Error(), "\n") != 4 {
		t.Errorf("not all faults: %v", err)
	}
}

func TestCheck(t *testing.T) {
	f := newFixture(t, "path: in\nform: f\nunit: 村\nperiod: {value: '2026'}")
	check := func(want string) {
		t.Helper()
		err := f.source.Check(context.Background())
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("check: %v, want %q", err, want)
		}
	}
	check("no such file")
	f.write("in/a.csv", "村,户数\n东村,1\n")
	check("")
	f.write("in/0.csv", "村庄,户数\n东村,1\n")
	check(`is "村庄" meant?`)
}

package spreadsheet

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// gathering keeps what a Reader is told.
type gathering struct{ tables []gathered }

type gathered struct {
	Name   string
	Header []string
	Rows   [][]string
	Faults []int
}

func (g *gathering) Begin(t *Table) error {
	g.tables = append(g.tables, gathered{Name: t.Name, Header: t.Header})
	return nil
}

func (g *gathering) last() *gathered { return &g.tables[len(g.tables)-1] }

func (g *gathering) Row(_ int, cells []string) error {
	g.last().Rows = append(g.last().Rows, cells)
	return nil
}

func (g *gathering) Fault(_ *Table, f Fault) error {
	g.last().Faults = append(g.last().Faults, f.Line)
	return nil
}

func (g *gathering) End(_ *Table, used []bool) error {
	var header []string
	rows := make([][]string, len(g.last().Rows))
	for c, name := range g.last().Header {
		if !used[c] {
			continue
		}
		header = append(header, name)
		for i, cells := range g.last().Rows {
			rows[i] = append(rows[i], cells[c])
		}
	}
	g.last().Header, g.last().Rows = header, rows
	return nil
}

// Row by row a file tells the same as at once.
func TestEachTable(t *testing.T) {
	path := writeBook(t, func(f *excelize.File) {
		rowsOf(t, f, "Sheet1", []any{"村民台账"}, []any{"姓名", "年龄", "", "电话"}, []any{"张三", 41, "", "139"}, []any{"李四", 52, "", "138"}, []any{"合计", 93}, []any{"王五", 1, "", "2", "", "多"})
		for _, name := range []string{"空表", "空白表单"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		rowsOf(t, f, "空白表单", []any{"户主", "人口"})
	})
	want, err := ReadTables(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got gathering
	if err := EachTable(path, Options{}, &got); err != nil {
		t.Fatal(err)
	}
	var expected []gathered
	for _, w := range want {
		e := gathered{Name: w.Name, Header: w.Header, Rows: w.Rows}
		if e.Rows == nil {
			e.Rows = [][]string{}
		}
		for _, f := range w.Faults {
			e.Faults = append(e.Faults, f.Line)
		}
		expected = append(expected, e)
	}
	if diff := cmp.Diff(expected, got.tables); diff != "" {
		t.Errorf("at once and row by row differ (-at once +row by row):\n%s", diff)
	}
	if err := EachTable(path, Options{Sheet: "没有"}, &got); err == nil {
		t.Error("a sheet that is not there is no fault")
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// matchFiles runs jianfu match.
func matchFiles(t *testing.T, arguments ...string) (out, progress string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), append([]string{"match"}, arguments...), strings.NewReader(""), &stdout, &stderr)
	return stdout.String(), stderr.String(), code
}

func writeLines(t *testing.T, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMatchCommand(t *testing.T) {
	a := []string{"编号,性别,年收入(元),男,女"}
	b := []string{"编码,xb,年收入(万元),合计"}
	for i := range 120 {
		sex, income, men, women := i*7%3%2, 3000+i*977%40000, 100+i*31%400, 100+i*57%300
		a = append(a, fmt.Sprintf("K%03d,%s,%d,%d,%d", i, []string{"女", "男"}[sex], income, men, women))
		b = append(b, fmt.Sprintf("K%03d,%d,%.4f,%d", i, 2-sex, float64(income)/10000, men+women))
	}
	left, right := writeLines(t, "a.csv", append(a, "K999,男,1,2,3,4,5")...), writeLines(t, "b.csv", b...)
	out, progress, code := matchFiles(t, left, right)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, progress)
	}
	for _, want := range []string{"recode", "女→2 男→1", "scale", "b = 0.0001 × a", "aggregate", "b = 男 + 女"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if !strings.Contains(progress, "a.csv, row 122 is left out: the row is longer than the header") {
		t.Errorf("the fault is told as %q", progress)
	}
	out, _, _ = matchFiles(t, left, right, "--format", "ndjson")
	candidates := map[string]int{}
	last := 2.0
	for line := range strings.Lines(out) {
		var m struct {
			A, B, Relation string
			Score          float64
			Why            map[string]any
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		if m.Score > last || m.Relation == "" || m.Why == nil {
			t.Errorf("%s", line)
		}
		last = m.Score
		candidates[m.A]++
	}
	if len(candidates) != 5 {
		t.Errorf("candidates for %v", candidates)
	}
}

// Blank forms are compared by their labels, and a column is called what its file calls it.
func TestMatchBlankForms(t *testing.T) {
	left, right := writeLines(t, "a.csv", "户籍人口（人）,低保户数,耕地面积（亩）"), writeLines(t, "b.csv", "耕地面积（公顷）,户籍人口数,备注")
	out, progress, code := matchFiles(t, left, right, "--format", "ndjson")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, progress)
	}
	matched := map[string]string{}
	for line := range strings.Lines(out) {
		var m struct {
			A, B  string
			Score float64
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		if m.Score >= 0.5 {
			matched[m.A] = m.B
		}
	}
	if diff := cmp.Diff(map[string]string{"户籍人口（人）": "户籍人口数", "耕地面积（亩）": "耕地面积（公顷）"}, matched); diff != "" {
		t.Error(diff)
	}
}

// A list of fields is a form definition, whatever wrote it.
func TestMatchDefinitions(t *testing.T) {
	survey := writeLines(t, "survey.csv", "type,name,label::中文", "text,xm,姓名", "select_one yn,db,是否低保", "decimal,gd,耕地面积（亩）")
	dictionary := writeLines(t, "字典.csv", "字段编码,字段名称,数据类型", "F01,户籍人口数,整数", "F02,是否享受低保,布尔", "F03,人员姓名,文本", "F04,耕地（公顷）,小数")
	out, progress, code := matchFiles(t, survey, dictionary)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, progress)
	}
	for _, want := range []string{"xm  F03", "db  F02", "gd  F04"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

// The name of a file may tell the cycle: the same flow of a month and of a year is not the same data.
func TestMatchTellsCyclesByTheNamesOfFiles(t *testing.T) {
	header := "救助人次,走访户次,发放金额（元）"
	month, year, other := writeLines(t, "民政月报.csv", header), writeLines(t, "民政年报.csv", header), writeLines(t, "救助月报.csv", header)
	for right, want := range map[string]int{year: 0, other: 3} {
		out, progress, code := matchFiles(t, month, right)
		if n := strings.Count(out, "equal"); code != 0 || n != want {
			t.Errorf("%s: exit %d, %d matches instead of %d: %s%s", filepath.Base(right), code, n, want, out, progress)
		}
	}
}

func TestMatchCommandFaults(t *testing.T) {
	good := writeLines(t, "good.csv", "姓名,电话", "张三,13900000000")
	book := excelize.NewFile()
	defer book.Close()
	plain := filepath.Join(t.TempDir(), "空.xlsx")
	if err := book.SaveAs(plain); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		path, want string
	}{
		"missing":    {filepath.Join(t.TempDir(), "none.csv"), "none.csv"},
		"empty":      {writeLines(t, "empty.csv"), "empty.csv: no table was found in it"},
		"web page":   {writeLines(t, "page.xls", "<html><table></table></html>"), "the file is a web page or XML"},
		"no content": {plain, "no table was found in it"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, progress, code := matchFiles(t, good, test.path); code != exitFailed || !strings.Contains(progress, test.want) {
				t.Errorf("exit %d: %s", code, progress)
			}
		})
	}
	if _, _, code := matchFiles(t, good, good, "--format", "xml"); code != exitUsage {
		t.Errorf("exit %d for a wrong format", code)
	}
}

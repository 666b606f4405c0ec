package analyzer

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestColumnsFromTable(t *testing.T) {
	got := ColumnsFromTable("村情月报", []string{"村名", " 户数 ", "", "户数"}, [][]string{{"甲村", "12", "x", "3"}, {"乙村"}})
	want := []Column{
		{Table: "村情月报", ID: "村名", Label: "村名", Period: "month", Values: []string{"甲村", "乙村"}},
		{Table: "村情月报", ID: "户数", Label: "户数", Period: "month", Values: []string{"12", ""}},
		{Table: "村情月报", ID: "column 3", Label: "", Period: "month", Values: []string{"x", ""}},
		{Table: "村情月报", ID: "户数#2", Label: "户数", Period: "month", Values: []string{"3", ""}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestColumnsFromTableKeepsIDsApart(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range ColumnsFromTable("t", []string{"a", "a#2", "a", "", "column 4", "a"}, nil) {
		if seen[c.ID] {
			t.Errorf("two columns are called %q", c.ID)
		}
		seen[c.ID] = true
	}
}

func TestColumnsFromXLSForm(t *testing.T) {
	survey := [][]string{
		{"type", "name", "label::English (en)", "label::中文 (zh)", "hint"},
		{"start", "start", "", "", ""},
		{"begin_group", "person", "Person", "个人信息", ""},
		{"text", "xm", "Name", "姓名", "as on the ID card"},
		{"select_one sex", "xb", "Sex", "性别", ""},
		{"note", "n1", "Thanks", "", ""},
		{"end_group", "", "", "", ""},
		{"begin repeat", "children", "Children", "子女", ""},
		{"integer", "age", "Age", "年龄"},
		{"end repeat", "", "", "", ""},
		{"calculate", "c1", "", "", ""},
		{"select_multiple Help", "help", "", "帮扶措施", ""},
		{"image", "photo", "Photo", "", ""},
		{},
	}
	choices := [][]string{
		{"list_name", "name", "label::English (en)"},
		{"sex", "1", "male"},
		{"sex", "2", "female"},
		{"Help", "a", "cash"},
		{"", "", ""},
	}
	want := []Column{
		{ID: "xm", Label: "Name", Description: "Person as on the ID card", Type: "text"},
		{ID: "xb", Label: "Sex", Description: "Person", Type: "code", Codes: map[string]string{"1": "male", "2": "female"}},
		{ID: "age", Label: "Age", Description: "Children", Type: "integer"},
		{ID: "help", Label: "帮扶措施", Type: "text", Codes: map[string]string{"a": "cash"}},
		{ID: "photo", Label: "Photo", Type: "photo"},
	}
	if diff := cmp.Diff(want, ColumnsFromXLSForm(survey, choices)); diff != "" {
		t.Error(diff)
	}
	if got := ColumnsFromXLSForm(nil, nil); got != nil {
		t.Errorf("an empty form has the columns %v", got)
	}
}

func TestMatchXLSForms(t *testing.T) {
	a := ColumnsFromXLSForm([][]string{
		{"type", "name", "label"}, {"text", "q1", "户主姓名"}, {"select_one s", "q2", "性别"}, {"date", "q3", "出生日期"}, {"integer", "q4", "家庭人口数"},
	}, [][]string{{"list_name", "name", "label"}, {"s", "1", "男"}, {"s", "2", "女"}})
	b := ColumnsFromXLSForm([][]string{
		{"type", "name", "label::English"},
		{"text", "hh", "Name of household head"},
		{"select_one g", "gender", "Gender"},
		{"date", "dob", "Date of birth"},
		{"integer", "size", "Household size"},
		{"integer", "cattle", "Cattle in stock"},
	}, [][]string{{"list_name", "name", "label::English"}, {"g", "m", "Male"}, {"g", "f", "Female"}})
	got := matched(matchOrFail(t, a, b))
	for _, pair := range [][2]string{{"q2", "gender"}, {"q3", "dob"}, {"q4", "size"}} {
		if got[pair] < 0.5 {
			t.Errorf("%v: %.2f", pair, got[pair])
		}
	}
	for _, m := range matchOrFail(t, a, b) {
		if m.A == "q2" && m.B == "gender" && (m.Relation != RelationRecode || m.Why.Codes["1"] != "m" || m.Why.Codes["2"] != "f") {
			t.Errorf("relation %s, codes %v", m.Relation, m.Why.Codes)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, test := range []struct {
		value, want string
		format      Format
	}{
		{" 4.0 ", "4", FormatInteger},
		{"1,234.50", "1234.5", FormatDecimal},
		{"１２３", "123", FormatInteger},
		{"-0.0", "0", FormatInteger},
		{"007", "007", FormatCode},
		{"45.0%", "45%", FormatDecimal},
		{"2024年3月5日", "2024-03-05", FormatDate},
		{"2024/3/5 00:00:00", "2024-03-05", FormatDate},
		{"2024-03-05T08:30:00Z", "2024-03-05 08:30", FormatDatetime},
		{"20240305", "2024-03-05", FormatDate},
		{"20241305", "20241305", FormatInteger},
		{"13/5/2024", "2024-05-13", FormatDate},
		{"5 Jan 2024", "2024-01-05", FormatDate},
		{"2024年3月", "2024-03", FormatDate},
		{"2023-02-29", "2023-02-29", FormatCode},
		{"08:05", "08:05", FormatTime},
		{"13800138000", "13800138000", FormatPhone},
		{"010-12345678", "010-12345678", FormatPhone},
		{"11010519491231002x", "11010519491231002x", FormatResidentID},
		{"110105194912310020", "110105194912310020", FormatInteger},
		{"110105", "110105", FormatDivision},
		{"Ｎ/Ａ", "", FormatText},
		{"  Ab  C ", "ab c", FormatText},
		{"HTTP://X.ORG/a", "http://x.org/a", FormatURL},
		{"A@b.cn", "a@b.cn", FormatEmail},
		{"BAO_0000218", "bao_0000218", FormatCode},
	} {
		if got, format := Canonical(test.value); got != test.want || format != test.format {
			t.Errorf("%q: %q (%s), want %q (%s)", test.value, got, format, test.want, test.format)
		}
	}
}

func TestParseLabel(t *testing.T) {
	words, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ label, plain, unit string }{
		{"1、户主姓名*", "户主姓名", ""},
		{"（二）家庭年收入（万元）", "家庭年收入", "万元"},
		{"戶籍地址", "户籍地址", ""},
		{"承包地面積[單位：畝]", "承包地面积", "亩"},
		{"①其中：女性", "女性", ""},
		{"first_name", "firstname", ""},
		{"HTTPServerID", "httpserverid", ""},
		{"(备注)", "备注", ""},
	} {
		l := words.parse(test.label)
		if l.plain != test.plain || l.unit.Name != test.unit {
			t.Errorf("%q: %q in %q, want %q in %q", test.label, l.plain, l.unit.Name, test.plain, test.unit)
		}
	}
}

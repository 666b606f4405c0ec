package analyzer

import (
	"testing"

	"github.com/jianfu/jianfu/queries"
)

func TestCreditCodes(t *testing.T) {
	for code, want := range map[string]bool{
		"91440300708461136T": true, "91350100M000100Y43": true, "91350100m000100y43": true,
		"91350100M000100Y44": false, "91350100M000010Y43": false, "91350100M000100Y4": false, "9135O100M000100Y43": false, "": false,
	} {
		if got := CreditCodeValid(code); got != want {
			t.Errorf("%q: %v", code, got)
		}
	}
}

// answered makes a field of a form with the values it was answered with.
func answered(label, kind string, codes map[string]string, values ...string) dupField {
	p := NewProfiler()
	for range 10 {
		for _, v := range values {
			p.Add(v)
		}
	}
	f := dupField{Field: queries.Field{ID: "x", Label: label, Type: kind, Codes: codes}, named: true}
	if len(values) > 0 {
		f.profile, f.values = p.Profile(), true
	}
	return f
}

func TestCodeSets(t *testing.T) {
	words, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	standards, err := loadStandards(words)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		field   dupField
		want    string
		follows bool
	}{
		{"sex by codes", answered("性别代码", "code", nil, "1", "2", "9"), "GB/T 2261.1", true},
		{"sex by words", answered("性别", "text", nil, "男", "女"), "GB/T 2261.1", false},
		{"sex by words alone", answered("字段3", "", nil, "男", "女"), "GB/T 2261.1", false},
		{"sex by declaration", answered("性别", "code", map[string]string{"1": "男", "2": "女"}), "GB/T 2261.1", true},
		{"sex turned round", answered("性别", "code", map[string]string{"1": "女", "2": "男"}, "1", "2"), "GB/T 2261.1", false},
		{"marriage", answered("婚姻状况", "text", nil, "未婚", "已婚", "丧偶", "离婚"), "GB/T 2261.2", false},
		{"marriage coded", answered("婚姻状况代码", "code", nil, "10", "20", "30", "40"), "GB/T 2261.2", true},
		{"people", answered("民族", "text", nil, "汉族", "回族", "苗族"), "GB/T 3304", false},
		{"schooling", answered("文化程度", "text", nil, "小学", "初中", "高中", "大专", "本科"), "GB/T 4658", false},
		{"party", answered("政治面貌", "text", nil, "中共党员", "共青团员", "群众"), "GB/T 4762", false},
		{"disability", answered("残疾类别", "text", nil, "肢体", "视力", "听力"), "GB/T 26341", false},
		{"grade of disability", answered("残疾等级", "code", nil, "一级", "二级", "三级"), "GB/T 26341", false},
		{"own grades", answered("残疾类别", "text", nil, "甲", "乙", "丙"), "", false},
		{"yes and no", answered("是否低保", "code", nil, "是", "否"), "", false},
		{"ones and twos", answered("走访次数", "integer", nil, "1", "2"), "", false},
		{"other grades", answered("卫生等级", "code", nil, "1", "2", "3"), "", false},
		{"identifier", answered("身份证号", "", nil, "11010519491231002X", "440524188001010014", "11010519491231002X", "440524188001010014", "11010519491231002X"), "GB 11643", false},
		{"day", answered("发放日期", "", nil, "2026年3月5日", "2026-03-06"), "GB/T 7408", false},
		{"county", answered("行政区划代码", "", nil, "330106", "330109"), "GB/T 2260", false},
		{"village", answered("村代码", "", nil, "330106101201", "330106101202"), "GB/T 10114", false},
		{"company", answered("统一社会信用代码", "", nil, "91350100M000100Y43", "91440300708461136T"), "GB 32100", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &dupFound{dupData: &dupData{forms: []dupForm{{fields: []dupField{c.field}}}}}
			d.words, d.standards = words, standards
			field := []fieldRef{{0, 0}}
			got := d.codeSet(field)
			if got != c.want {
				t.Fatalf("%q instead of %q", got, c.want)
			}
			if s := d.standard(got, field); s != nil && s.follows(d, field[0]) != c.follows {
				t.Errorf("follows the standard: %v", !c.follows)
			}
		})
	}
}

package analyzer

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestColumnsFromDefinition(t *testing.T) {
	for name, test := range map[string]struct {
		table string
		want  []Column // nil: the table lists no fields
	}{
		"dictionary": {
			"字段编码,字段名称,数据类型,计量单位,值域,说明\nF01,户籍人口数,数值型,人,,公安口径\nF02,性别,选项,,1=男；2=女,\nF03,身份证号,varchar(18),,,\n",
			[]Column{
				{Table: "t", ID: "F01", Label: "户籍人口数", Type: "number", UnitOf: "人", Description: "公安口径"},
				{Table: "t", ID: "F02", Label: "性别", Type: "code", Codes: map[string]string{"1": "男", "2": "女"}},
				{Table: "t", ID: "F03", Label: "身份证号", Type: "text"},
			},
		},
		"standard format": {
			"序号,数据项名称,表示格式\n1,出生日期,D8\n2,金额,N..10\n",
			[]Column{{Table: "t", ID: "出生日期", Label: "出生日期", Type: "date"}, {Table: "t", ID: "金额", Label: "金额", Type: "number"}},
		},
		"English": {
			"Field Name,Value_Type,Period,Description\nbirths,INTEGER_ZERO_OR_POSITIVE,Monthly,Live births\nvisited,BOOLEAN,once,\n",
			[]Column{{Table: "t", ID: "births", Type: "integer", Period: "month", Description: "Live births"}, {Table: "t", ID: "visited", Type: "bool"}},
		},
		"survey of an XLSForm": {
			"type,name,label\nbegin group,g,Household\ninteger,n,Members\nnote,x,Thank you\nend group,,\n",
			[]Column{{ID: "n", Label: "Members", Type: "integer", Description: "Household"}},
		},
		"things with a type":        {"名称,类型\n河长制平台,app\n党建平台,小程序\n统计平台,网站\n", nil},
		"things named like types":   {"name,type\nalice,text\nbob,parent\ncarol,child\n", nil},
		"many rows of one name":     {"name,type,value\nheight,number,1\nheight,number,2\nwidth,number,3\nwidth,number,4\n", nil},
		"a table without any types": {"姓名,电话\n张三,13900000000\n李四,13900000001\n", nil},
		"a header alone":            {"name,type\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := csv.NewReader(strings.NewReader(test.table)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			got, ok := ColumnsFromDefinition("t", rows[0], rows[1:])
			if ok != (test.want != nil) {
				t.Fatalf("%t, %+v", ok, got)
			}
			if diff := cmp.Diff(test.want, got); ok && diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzColumnsFromDefinition(f *testing.F) {
	f.Add("字段名称,类型,值域\n性别,选项,1=男;2=女\n年龄,整数,\n")
	f.Add("type,name,label\nselect_one yn,a,A\nend group,,\n")
	f.Add("name,type\n,\n")
	f.Fuzz(func(t *testing.T, table string) {
		r := csv.NewReader(strings.NewReader(table))
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		if err != nil || len(rows) == 0 {
			return
		}
		columns, _ := ColumnsFromDefinition("t", rows[0], rows[1:])
		seen := map[string]bool{}
		for _, c := range columns {
			if c.Table == "t" && (c.ID == "" || seen[c.ID]) {
				t.Fatalf("%q is no name of its own", c.ID)
			}
			seen[c.ID] = true
		}
	})
}

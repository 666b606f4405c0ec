package analyzer

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A definition is a table with a row for each field, as data dictionaries, indicator lists and the survey of an XLSForm have
// it. These are the names of its columns, without spaces and underscores.
var definitionHeads = map[string][]string{
	"label": {
		"label", "标签", "字段名称", "字段中文名", "字段中文名称", "中文名称", "中文名", "数据项名称", "数据项", "数据元名称", "指标名称", "指标", "项目名称", "名称", "题目", "标题",
		"fieldlabel", "displayname", "caption", "question", "questiontext", "indicator", "indicatorname", "dataelementname", "dename", "formname", "title",
	},
	"id": {
		"name", "id", "field", "fieldid", "fieldname", "column", "columnname", "variable", "variablename", "code", "key", "dataelement", "dataelementid", "deid", "decode",
		"字段", "字段名", "字段编码", "字段代码", "字段英文名", "英文名", "英文名称", "编码", "代码", "标识符", "内部标识符", "指标代码", "序号",
	},
	"type":  {"type", "datatype", "fieldtype", "valuetype", "类型", "数据类型", "字段类型", "值类型", "表示格式", "数据格式"},
	"cycle": {"period", "periodtype", "cycle", "frequency", "周期", "填报周期", "报告周期", "报告期别", "频次", "填报频次"},
	"unit":  {"unit", "unitofmeasure", "units", "单位", "计量单位"},
	"about": {"description", "definition", "hint", "help", "note", "notes", "说明", "描述", "定义", "口径", "指标解释", "备注", "填报说明"},
	"codes": {"codes", "options", "choices", "values", "enum", "值域", "选项", "取值范围", "允许值", "代码表"},
}

// definitionTypes are the types that such tables name, by how the word begins.
var definitionTypes = map[string][]string{
	"text":      {"text", "longtext", "string", "str", "varchar", "nvarchar", "char", "nchar", "clob", "文本", "文字", "字符", "单行文本", "多行文本", "a", "an", "c"},
	"integer":   {"integer", "int", "bigint", "smallint", "tinyint", "整数", "整型", "count"},
	"number":    {"number", "numeric", "decimal", "float", "double", "real", "money", "percentage", "数值", "数字", "小数", "浮点", "金额", "百分比", "百分数", "n"},
	"date":      {"date", "日期", "d"},
	"datetime":  {"datetime", "timestamp", "日期时间", "时间", "dt"},
	"bool":      {"bool", "boolean", "yesno", "trueonly", "布尔", "是否", "逻辑", "l"},
	"code":      {"code", "enum", "select", "selectone", "choice", "option", "optionset", "radio", "dropdown", "选项", "枚举", "代码", "单选", "下拉"},
	"id":        {"idcard", "身份证", "证件"},
	"phone":     {"phone", "phonenumber", "电话", "手机"},
	"geo":       {"geo", "geopoint", "coordinate", "经纬度", "坐标", "位置"},
	"photo":     {"photo", "image", "图片", "照片", "附件", "file"},
	"biometric": {"biometric", "人脸", "指纹"},
}

const (
	definitionTyped  = 0.9  // share of rows whose type must be known, so that a table of things with a type is taken for none
	definitionUnique = 0.95 // share of rows that must have a name of their own
)

// ColumnsFromDefinition makes columns of a table that lists fields, one a row, with their label or name and their type. ok is
// false where the table is none: its types have to be types of data.
func ColumnsFromDefinition(table string, header []string, rows [][]string) (columns []Column, ok bool) {
	at := headerIndex(header)
	if slices.Contains(header, "type") && slices.Contains(header, "name") && shareOf(rows, at["type"], func(kind string) bool {
		first, _ := splitXLSType(kind)
		_, known := xlsTypes[first]
		return known || strings.HasPrefix(first, "begin_") || strings.HasPrefix(first, "end_") || first == "note"
	}) >= definitionTyped {
		return ColumnsFromXLSForm(append([][]string{header}, rows...), nil), true
	}
	place := definitionPlaces(header)
	if !MayDefine(header) || len(rows) < 2 || shareOf(rows, place["type"], func(s string) bool { return typeOf(s) != "" }) < definitionTyped {
		return nil, false
	}
	taken := map[string]bool{}
	for _, row := range rows {
		get := func(part string) string {
			if i := place[part]; i >= 0 && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		c := Column{Table: table, ID: get("id"), Label: get("label"), Description: get("about"), Type: typeOf(get("type")), UnitOf: get("unit"), Period: cycleNamed(get("cycle")), Codes: codesOf(get("codes"))}
		if c.ID == "" || taken[c.ID] || isNumber(c.ID) && c.Label != "" {
			c.ID = c.Label
		}
		if c.ID == "" || taken[c.ID] {
			continue
		}
		taken[c.ID] = true
		columns = append(columns, c)
	}
	return columns, float64(len(columns)) >= definitionUnique*float64(len(rows))
}

// MayDefine says that a table with this header may list fields: it names a type and what has it.
func MayDefine(header []string) bool {
	place := definitionPlaces(header)
	return place["type"] >= 0 && (place["label"] >= 0 || place["id"] >= 0)
}

// definitionPlaces are the positions of the parts of a definition, -1 for those that are missing; of several columns the one
// whose name comes first in definitionHeads.
func definitionPlaces(header []string) map[string]int {
	place := map[string]int{}
	for part, names := range definitionHeads {
		place[part] = -1
		best := len(names)
		for i, h := range header {
			if rank := slices.Index(names, headOf(h)); rank >= 0 && rank < best {
				place[part], best = i, rank
			}
		}
	}
	return place
}

// headOf brings the name of a column to one form.
func headOf(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-*:\t\n", r) {
			return -1
		}
		return r
	}, strings.ToLower(norm.NFKC.String(s)))
}

var typeWord = regexp.MustCompile(`^[\p{Han}a-z]+`)

// typeOf is the type that a word for it stands for, as varchar(20), N..9, 数值型 or INTEGER_POSITIVE; empty for no type.
func typeOf(s string) string {
	word := strings.TrimSuffix(typeWord.FindString(strings.ToLower(norm.NFKC.String(strings.TrimSpace(s)))), "型")
	for kind, words := range definitionTypes {
		if slices.Contains(words, word) {
			return kind
		}
	}
	return ""
}

// cycleNamed is the reporting cycle that a word stands for, empty for none.
func cycleNamed(s string) string {
	words := map[string][]string{
		"day": {"day", "daily", "日", "每日", "日报"}, "week": {"week", "weekly", "周", "每周", "周报"}, "month": {"month", "monthly", "月", "每月", "月报", "月度"},
		"quarter": {"quarter", "quarterly", "季", "季度", "季报", "每季"}, "half": {"half", "half-year", "half-yearly", "sixmonthly", "半年", "半年报", "半年度"},
		"year": {"year", "yearly", "annual", "annually", "年", "每年", "年报", "年度"},
	}
	for cycle, names := range words {
		if slices.Contains(names, strings.ToLower(s)) {
			return cycle
		}
	}
	return ""
}

var codePair = regexp.MustCompile(`([^\s;；,，、|=:：]+)\s*[=:：]\s*([^;；,，、|=:：]+)`)

// codesOf reads a list such as "1=男;2=女".
func codesOf(s string) map[string]string {
	pairs := codePair.FindAllStringSubmatch(s, -1)
	if len(pairs) < 2 {
		return nil
	}
	codes := make(map[string]string, len(pairs))
	for _, p := range pairs {
		codes[p[1]] = strings.TrimSpace(p[2])
	}
	return codes
}

// shareOf is the share of rows whose cell fits.
func shareOf(rows [][]string, at int, fits func(string) bool) float64 {
	n := 0
	for _, row := range rows {
		if at < len(row) && fits(row[at]) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(rows)))
}

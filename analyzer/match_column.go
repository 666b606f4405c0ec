package analyzer

import (
	"strconv"
	"strings"
)

// Column is one field of a table or form, as the matcher sees it. Only Table and ID are needed; everything else sharpens
// the judgement.
type Column struct {
	Table       string            // table or form the column belongs to
	ID          string            // its name in the source: a column header, a field id
	Label       string            // what a person reads; empty means the ID
	Description string            // hint, definition or guidance; weighs less than the label
	Type        string            // text integer number date datetime code id phone bool geo photo biometric, or empty
	UnitOf      string            // unit of measure: 元, 亩, %
	Field       string            // "form.field" under which people know it, where ID is another name; empty means Table and ID
	Role        string            // key, header, payload or empty
	Measure     string            // flow, stock, rate or empty
	Codes       map[string]string // code list: code to meaning
	Period      string            // cycle of the form: day week month quarter half year season adhoc, or empty
	Values      []string          // one value a row, in row order, empty where nothing was filled in; may be nil
	Profile     *Profile          // prepared from aggregates; nil means that it is made from Values
}

// ColumnsFromTable makes columns of a plain table. A header that occurs twice keeps its first name and gets the suffix
// "#2", "#3", … so that every column has an ID of its own. Short rows leave the missing values empty.
func ColumnsFromTable(name string, header []string, rows [][]string) []Column {
	ids := uniqueIDs(header)
	period := cycleOf(name)
	columns := make([]Column, len(header))
	for i := range header {
		columns[i] = Column{Table: name, ID: ids[i], Label: strings.TrimSpace(header[i]), Period: period}
	}
	setValues(columns, rows)
	return columns
}

func uniqueIDs(header []string) []string {
	taken := make(map[string]bool, len(header))
	for _, h := range header {
		taken[strings.TrimSpace(h)] = true
	}
	seen := make(map[string]bool, len(header))
	ids := make([]string, len(header))
	for i, h := range header {
		name := strings.TrimSpace(h)
		if name == "" {
			name = "column " + strconv.Itoa(i+1)
		}
		id := name
		for n := 2; seen[id] || id != name && taken[id]; n++ {
			id = name + "#" + strconv.Itoa(n)
		}
		seen[id] = true
		ids[i] = id
	}
	return ids
}

// ColumnsFromXLSForm makes columns of the two sheets of an XLSForm (https://xlsform.org): survey with the columns type,
// name, label or label::language, hint, relevant; choices with list_name, name and label. The first row of each is its
// header. Notes, calculations without a label, groups and metadata are no data that a person fills in and are left out;
// the labels of enclosing groups become part of the description.
func ColumnsFromXLSForm(survey, choices [][]string) []Column {
	if len(survey) == 0 {
		return nil
	}
	lists := choiceLists(choices)
	at := headerIndex(survey[0])
	var columns []Column
	var groups []string
	for _, row := range survey[1:] {
		kind, list := splitXLSType(cell(row, at, "type"))
		label := xlsText(row, survey[0], "label")
		switch kind {
		case "":
			continue
		case "begin_group", "begin_repeat":
			groups = append(groups, label)
			continue
		case "end_group", "end_repeat":
			if len(groups) > 0 {
				groups = groups[:len(groups)-1]
			}
			continue
		}
		fieldType, payload := xlsTypes[kind]
		name := cell(row, at, "name")
		if !payload || name == "" || kind == "calculate" && label == "" {
			continue
		}
		description := strings.TrimSpace(strings.Join(append(append([]string{}, groups...), xlsText(row, survey[0], "hint")), " "))
		columns = append(columns, Column{
			ID: name, Label: label, Description: description, Type: fieldType, Codes: lists[list],
		})
	}
	return columns
}

// xlsTypes maps the question types of XLSForm to those of docs/interchange.md; a type that is absent collects nothing
// that a person fills in.
var xlsTypes = map[string]string{
	"integer": "integer", "int": "integer", "decimal": "number", "range": "number", "text": "text", "string": "text",
	"date": "date", "datetime": "datetime", "time": "text", "select_one": "code", "select_multiple": "text",
	"select_one_from_file": "code", "select_multiple_from_file": "text", "rank": "text", "barcode": "id",
	"phonenumber": "phone", "phone": "phone", "acknowledge": "bool", "trigger": "bool", "geopoint": "geo",
	"geotrace": "geo", "geoshape": "geo", "image": "photo", "photo": "photo", "calculate": "",
}

func splitXLSType(s string) (kind, list string) {
	words := strings.Fields(strings.ToLower(s))
	if len(words) == 0 {
		return "", ""
	}
	kind = words[0]
	if (kind == "begin" || kind == "end") && len(words) > 1 {
		return kind + "_" + words[1], ""
	}
	if kind == "select" && len(words) > 1 {
		kind += "_" + words[1]
		words = words[1:]
	}
	if len(words) > 1 {
		// List names keep their case in XLSForm, so they are taken from the original.
		list = strings.Fields(s)[len(strings.Fields(s))-len(words)+1]
	}
	return kind, list
}

func choiceLists(choices [][]string) map[string]map[string]string {
	lists := map[string]map[string]string{}
	if len(choices) == 0 {
		return lists
	}
	at := headerIndex(choices[0])
	for _, row := range choices[1:] {
		list := cell(row, at, "list_name")
		if list == "" {
			list = cell(row, at, "list name")
		}
		name := cell(row, at, "name")
		if list == "" || name == "" {
			continue
		}
		if lists[list] == nil {
			lists[list] = map[string]string{}
		}
		lists[list][name] = xlsText(row, choices[0], "label")
	}
	return lists
}

// xlsText reads the plain column, or the first filled one of its translations ("label::中文 (zh)").
func xlsText(row, header []string, name string) string {
	for i, h := range header {
		h = strings.ToLower(strings.TrimSpace(h))
		if (h == name || strings.HasPrefix(h, name+":")) && i < len(row) && strings.TrimSpace(row[i]) != "" {
			return strings.TrimSpace(row[i])
		}
	}
	return ""
}

func headerIndex(header []string) map[string]int {
	at := make(map[string]int, len(header))
	for i, h := range header {
		h = strings.ToLower(strings.TrimSpace(h))
		if _, seen := at[h]; !seen {
			at[h] = i
		}
	}
	return at
}

func cell(row []string, at map[string]int, name string) string {
	i, ok := at[name]
	if !ok || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}

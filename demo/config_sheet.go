package demo

import "fmt"

// unitTable is the table of the units' names and codes that goes with the spreadsheets, because those who fill them in write
// names.
const unitTable = "units.csv"

// sheets tells where a spreadsheet keeps the unit, the period and the time, and which header is which field.
func (w *configWriter) sheets(s *systemSpec, f *form) {
	w.source("form-"+f.spec.id, "spreadsheet", "40 * * * *")
	name := "*.xlsx"
	if s.data == inCSV {
		name = "*.csv"
	}
	w.line("path: %q", w.file(sheetFolder, s.id, name))
	w.line("system: %s", s.id)
	w.line("form: %s", f.spec.id)
	w.line("cycle: %s", f.spec.cycle)
	var heads map[int]string
	switch s.data {
	case inCSV:
		heads = f.plainHeads()
		w.line("unit: {column: %q}", f.fields[f.unitField()].label)
		w.line(`period: {title: '(\d{4}年\d{1,2}月)'}`)
		w.line("submitted_at: {column: 上报时间}")
		w.line("except: [所属乡镇]")
		w.line("units: %q", w.file(sheetFolder, unitTable))
	case inBook:
		heads = f.groupedHeads()
		w.line("unit: {column: 行政区划代码}")
		w.line(`period: {title: '报告期[:：](\d{4}年\d{1,2}月)'}`)
		w.line(`submitted_at: {title: '汇总日期[:：](\d{4}年\d{1,2}月\d{1,2}日)'}`)
	default:
		heads = f.plainHeads()
		w.line("unit: {cell: B3}")
		w.line("period: {column: 季度}")
		w.line("submitted_at: {column: 填报日期}")
	}
	w.line("per: unit")
	w.line("fields:")
	for _, i := range f.sheetFields() {
		w.line("  %q: %s", heads[i], f.fields[i].id)
	}
}

func (f *form) unitField() int {
	for i := range f.fields {
		if f.fields[i].source == fromUnit {
			return i
		}
	}
	return 0
}

// plainHeads are the headers of a table with one row of them: the labels.
func (f *form) plainHeads() map[int]string {
	out := map[int]string{}
	for _, i := range f.sheetFields() {
		out[i] = f.fields[i].label
	}
	return out
}

// groupedHeads are the headers of a table with two rows of them: the group before the label.
func (f *form) groupedHeads() map[int]string {
	out := f.plainHeads()
	for _, g := range headGroups(f, f.sheetFields()) {
		for _, i := range g.columns {
			if g.title != "" {
				out[i] = fmt.Sprintf("%s/%s", g.title, f.fields[i].label)
			}
		}
	}
	return out
}

// headGroup is a run of columns below one title, or a column by itself.
type headGroup struct {
	title   string
	columns []int
}

// headGroups puts neighbours together that are counted alike.
func headGroups(f *form, columns []int) []headGroup {
	titles := map[string]string{"stock": "期末情况", "flow": "本期工作", "rate": "比率"}
	var out []headGroup
	for _, i := range columns {
		title := titles[f.fields[i].measure()]
		if n := len(out); title != "" && n > 0 && out[n-1].title == title {
			out[n-1].columns = append(out[n-1].columns, i)
			continue
		}
		out = append(out, headGroup{title, []int{i}})
	}
	return out
}

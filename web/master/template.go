package master

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// template writes a sheet that a department can send out or fill in: one column for each question, above it who asks, unit of
// measure, codes and source.
func (b *book) template(f *Form, number int) {
	name := sheetName(fmt.Sprintf("%d %s", number, b.title(f)))
	columns := []string{b.text("plan.master.reporting_unit"), b.text("plan.master.period"), b.text("plan.master.reporter")}
	rows := make([][]any, 6)
	head := []string{"plan.master.row.owner", "plan.master.row.question", "plan.master.row.measure", "plan.master.row.codes", "plan.master.row.source", "plan.master.row.asked"}
	for i := range rows {
		rows[i] = append(rows[i], b.text(head[i]))
	}
	for _, c := range columns {
		rows[0], rows[1] = append(rows[0], ""), append(rows[1], c)
		for i := 2; i < len(rows); i++ {
			rows[i] = append(rows[i], "")
		}
	}
	for k := range f.Questions {
		q := &f.Questions[k]
		owner := q.Owner
		codes := codeText(q.Codes)
		if q.Item != nil && q.Item.CodeSet != "" {
			codes = strings.TrimSpace(q.Item.CodeSet + "\n" + codes)
		}
		for i, v := range []string{
			owner, q.Label, q.Field.UnitOf, codes, b.name("form", q.Form) + "\n" + b.name("field", q.Form+"."+q.Field.ID),
			strings.Join(b.owners(q), "\n"),
		} {
			rows[i] = append(rows[i], plain(v))
		}
	}
	b.sheet(name, append([][]any{{b.title(f)}}, rows...))
	b.style(name, f)
}

// style merges the departments over their questions and makes the head readable and printable.
func (b *book) style(name string, f *Form) {
	const first = 5 // column of the first question
	last := first + len(f.Questions) - 1
	for start := 0; start < len(f.Questions); {
		end := start
		for end+1 < len(f.Questions) && f.Questions[end+1].Owner == f.Questions[start].Owner {
			end++
		}
		if end > start {
			b.fail(b.file.MergeCell(name, cell(first+start, 2), cell(first+end, 2)))
		}
		start = end + 1
	}
	border := []excelize.Border{{Type: "left", Color: "999999", Style: 1}, {Type: "right", Color: "999999", Style: 1}, {Type: "top", Color: "999999", Style: 1}, {Type: "bottom", Color: "999999", Style: 1}}
	head, err := b.file.NewStyle(&excelize.Style{Border: border, Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top", Horizontal: "center"}})
	b.fail(err)
	note, err := b.file.NewStyle(&excelize.Style{Border: border, Font: &excelize.Font{Size: 9, Color: "555555"}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	b.fail(err)
	title, err := b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 16}})
	b.fail(err)
	b.fail(b.file.SetCellStyle(name, "A1", "A1", title))
	b.fail(b.file.SetCellStyle(name, "A2", cell(last, 3), head))
	b.fail(b.file.SetCellStyle(name, "A4", cell(last, 7), note))
	column, err := excelize.ColumnNumberToName(last)
	b.fail(err)
	b.fail(b.file.SetColWidth(name, "A", column, 16))
	b.fail(b.file.SetPanes(name, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: 7, TopLeftCell: "C8", ActivePane: "bottomRight"}))
	b.fail(b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: pointer("landscape"), Size: pointer(9)}))
}

func pointer[T any](v T) *T { return &v }

func cell(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return "A1"
	}
	return name
}

// sheetName keeps to what workbooks allow: 31 characters, none of them a bracket, slash, colon, asterisk or question mark.
func sheetName(s string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return ' '
		}
		return r
	}, s))
	return strings.TrimSpace(string(runes[:min(len(runes), 31)]))
}

// reference says for every question which fields of which forms it takes the place of, and how their values follow.
func (b *book) reference(forms []Form) {
	rows := [][]any{{}}
	for _, key := range []string{"form", "question", "name", "codes", "item", "old_form", "old_field", "owner", "action", "relation", "mapping", "factor"} {
		rows[0] = append(rows[0], b.text("plan.master.column."+key))
	}
	for i := range forms {
		f := &forms[i]
		for k := range f.Questions {
			q := &f.Questions[k]
			item, codes := "", ""
			if q.Item != nil {
				item, codes = q.Item.ID, q.Item.CodeSet
			}
			row := func(form, label, owner, action, relation, mapping string, factor any) {
				rows = append(rows, []any{
					plain(b.title(f)), plain(q.Label), q.Name, codes, item, plain(b.name("form", form)), plain(label), plain(owner),
					action, relation, plain(mapping), factor,
				})
			}
			row(q.Form, q.Field.Label, q.Owner, b.text("plan.master.kept"), "", "", "")
			for _, old := range q.Replaces {
				factor := any("")
				if old.Factor > 0 {
					factor = old.Factor
				}
				row(old.Form, b.name("field", old.Form+"."+old.Field), old.Owner, b.text("plan.action."+old.Action), b.text("relation."+old.Relation),
					codeText(arrows(old.Codes)), factor)
			}
		}
	}
	b.sheet(sheetName(b.text("plan.master.reference")), rows)
}

// arrows writes a code mapping for reading.
func arrows(codes map[string]string) map[string]string {
	out := map[string]string{}
	for from, to := range codes {
		out[from] = "→ " + to
	}
	return out
}

package demo

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// sheetJobs writes the spreadsheets that townships send in: csv as older programs save it (GB18030) and xlsx, both with the
// titles, merged headers, total rows and notes that such tables have.
func (c *County) sheetJobs() []job {
	jobs := []job{c.writeUnits}
	for f, form := range c.forms {
		s := &c.systems[form.system]
		switch s.data {
		case inCSV, inBook:
			for p, at := range c.periods[f] {
				rows := c.rowsOf(f, func(sub *submission) bool { return int(sub.period) == p })
				if len(rows) == 0 {
					continue
				}
				if s.data == inCSV {
					jobs = append(jobs, func() error { return c.writeCSV(form, at, rows) })
				} else {
					jobs = append(jobs, func() error { return c.writeBook(form, at, rows) })
				}
			}
		case inUnitBook:
			for v := range c.world.villages {
				rows := c.rowsOf(f, func(sub *submission) bool { return int(sub.unit) == v })
				if len(rows) > 0 {
					jobs = append(jobs, func() error { return c.writeUnitBook(form, v, rows) })
				}
			}
		}
	}
	return jobs
}

// writeUnits is the table of units that an operator keeps beside the spreadsheets.
func (c *County) writeUnits() error {
	table := [][]string{{"name", "code"}}
	for _, places := range [][]place{c.world.towns, c.world.villages} {
		for i := range places {
			table = append(table, []string{places[i].name, places[i].code})
		}
	}
	return c.writeFile(filepath.Join(c.Options.Dir, sheetFolder, unitTable), c.world.calendar.start, func(file *os.File) error {
		return csv.NewWriter(file).WriteAll(table)
	})
}

func (c *County) rowsOf(form int, wanted func(*submission) bool) []*submission {
	var out []*submission
	for i := range c.submissions[form] {
		if sub := &c.submissions[form][i]; wanted(sub) {
			out = append(out, sub)
		}
	}
	return out
}

// sheetPeriod is how people write a month or a quarter in a title.
func sheetPeriod(f *form, at period) string {
	if f.spec.cycle == "quarter" {
		return fmt.Sprintf("%d年第%s季度", at.start.Year(), []string{"一", "二", "三", "四"}[(at.start.Month()-1)/3])
	}
	return at.start.Format("2006年1月")
}

// lastOf is the time of the last submission: when the table was put together.
func lastOf(rows []*submission) time.Time {
	last := int64(0)
	for _, sub := range rows {
		last = max(last, sub.submitted)
	}
	return time.Unix(last, 0).In(beijing)
}

func (c *County) sheetPath(f *form, name string) string {
	return filepath.Join(c.Options.Dir, sheetFolder, c.systems[f.system].id, name)
}

// sheetFields are the columns of a table: the unit and what it reports. Who filled it in stands below the table, if at all.
func (f *form) sheetFields() []int {
	var out []int
	for i := range f.fields {
		switch f.fields[i].source {
		case fromPeriod, fromReporter, fromPhone:
		default:
			out = append(out, i)
		}
	}
	return out
}

// totals adds the columns up, where that means anything.
func totals(f *form, columns []int, rows []*submission) []string {
	out := make([]string, len(columns))
	for n, i := range columns {
		if !f.fields[i].numeric() || f.fields[i].measure() == "rate" {
			continue
		}
		sum := 0.0
		for _, sub := range rows {
			sum += sub.values[i].number
		}
		out[n] = strconv.FormatFloat(sum, 'f', f.fields[i].digits, 64)
	}
	return out
}

func (c *County) writeCSV(f *form, at period, rows []*submission) error {
	last := lastOf(rows)
	columns := f.sheetFields()
	head := []string{"序号", "所属乡镇"}
	for _, i := range columns {
		head = append(head, f.fields[i].label)
	}
	head = append(head, "上报时间")
	blank := make([]string, len(head)-1)
	table := [][]string{
		append([]string{countyName + f.spec.title + "（" + sheetPeriod(f, at) + "）"}, blank...),
		append([]string{"填报单位：" + c.systems[f.system].owner}, append(blank[:len(blank)-1:len(blank)-1], "单位见表头")...),
		head,
	}
	for n, sub := range rows {
		v := &c.world.villages[sub.unit]
		row := []string{strconv.Itoa(n + 1), c.world.towns[v.town].name}
		for _, i := range columns {
			row = append(row, sheetText(&f.fields[i], &sub.values[i]))
		}
		table = append(table, append(row, time.Unix(sub.submitted, 0).In(beijing).Format("2006-01-02 15:04")))
	}
	table = append(table, append(append([]string{"合计", ""}, totals(f, columns, rows)...), ""))
	table = append(table, append([]string{"注：本表由各村（社区）填报，乡镇汇总后报县。"}, blank...))
	name := fmt.Sprintf("%s_%s.csv", f.spec.title, at.start.Format("200601"))
	return c.writeFile(c.sheetPath(f, name), last, func(file *os.File) error {
		encoded := simplifiedchinese.GB18030.NewEncoder().Writer(file)
		out := csv.NewWriter(encoded)
		out.UseCRLF = true
		return out.WriteAll(table)
	})
}

func sheetText(fd *field, v *value) string {
	switch x := cell(fd, v).(type) {
	case nil:
		return ""
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'f', fd.digits, 64)
	default:
		return fmt.Sprint(x)
	}
}

// writeBook is a month's table of all villages: a title, the date, a header of two rows in which flows and stocks are put
// together, a total and a note.
func (c *County) writeBook(f *form, at period, rows []*submission) error {
	book := excelize.NewFile()
	w := &sheetWriter{book: book, sheet: "Sheet1"}
	columns := f.sheetFields()
	width := len(columns) + 2
	w.put(1, 1, countyName+f.spec.title)
	w.merge(1, 1, 1, width)
	w.put(2, 1, "报告期："+sheetPeriod(f, at))
	w.put(2, width-1, "汇总日期："+lastOf(rows).Format("2006年1月2日"))
	w.head(f, columns)
	for n, sub := range rows {
		w.put(5+n, 1, n+1)
		w.put(5+n, 2, c.world.villages[sub.unit].code)
		for k, i := range columns {
			w.put(5+n, 3+k, cell(&f.fields[i], &sub.values[i]))
		}
	}
	end := 5 + len(rows)
	w.put(end, 1, "合计")
	w.merge(end, 1, end, 2)
	for k, total := range totals(f, columns, rows) {
		if x, err := strconv.ParseFloat(total, 64); err == nil {
			w.put(end, 3+k, x)
		}
	}
	w.put(end+1, 1, "说明：1. 本表由村级填报；2. 存量指标为月末数。")
	w.merge(end+1, 1, end+1, width)
	name := fmt.Sprintf("%s（%s）.xlsx", f.spec.title, sheetPeriod(f, at))
	return c.saveBook(w, c.sheetPath(f, name), lastOf(rows))
}

// writeUnitBook is the file of one village, with a row a quarter.
func (c *County) writeUnitBook(f *form, v int, rows []*submission) error {
	book := excelize.NewFile()
	w := &sheetWriter{book: book, sheet: "Sheet1"}
	village := &c.world.villages[v]
	var columns []int
	for _, i := range f.sheetFields() {
		if f.fields[i].source != fromUnit {
			columns = append(columns, i)
		}
	}
	width := len(columns) + 2
	w.put(1, 1, f.spec.title)
	w.merge(1, 1, 1, width)
	w.put(2, 1, "填报单位：")
	w.put(2, 2, c.world.towns[village.town].name+village.name)
	w.put(3, 1, "单位代码：")
	w.put(3, 2, village.code)
	w.put(4, 1, "季度")
	for k, i := range columns {
		w.put(4, 2+k, f.fields[i].label)
	}
	w.put(4, width, "填报日期")
	periods := c.periods[f.index]
	for n, sub := range rows {
		w.put(5+n, 1, periods[sub.period].name)
		for k, i := range columns {
			w.put(5+n, 2+k, cell(&f.fields[i], &sub.values[i]))
		}
		w.put(5+n, width, time.Unix(sub.submitted, 0).In(beijing).Format(time.DateOnly))
	}
	w.put(6+len(rows), 1, "填表说明：房屋数量为季末数，维修加固为本季数。")
	return c.saveBook(w, c.sheetPath(f, village.code+"_"+strings.TrimSpace(village.name)+".xlsx"), lastOf(rows))
}

// sheetWriter fills a sheet and remembers the first error.
type sheetWriter struct {
	book  *excelize.File
	sheet string
	err   error
}

func (w *sheetWriter) put(row, column int, v any) {
	if w.err != nil || v == nil {
		return
	}
	var name string
	if name, w.err = excelize.CoordinatesToCellName(column, row); w.err == nil {
		w.err = w.book.SetCellValue(w.sheet, name, v)
	}
}

func (w *sheetWriter) merge(row1, column1, row2, column2 int) {
	if w.err != nil {
		return
	}
	from, err := excelize.CoordinatesToCellName(column1, row1)
	to, err2 := excelize.CoordinatesToCellName(column2, row2)
	if w.err = errors.Join(err, err2); w.err == nil {
		w.err = w.book.MergeCell(w.sheet, from, to)
	}
}

// head is the header of two rows: what belongs together has one cell above it, the rest is merged downwards.
func (w *sheetWriter) head(f *form, columns []int) {
	w.put(3, 1, "序号")
	w.merge(3, 1, 4, 1)
	w.put(3, 2, "行政区划代码")
	w.merge(3, 2, 4, 2)
	at := 3
	for _, g := range headGroups(f, columns) {
		end := at + len(g.columns) - 1
		if g.title == "" {
			w.put(3, at, f.fields[g.columns[0]].label)
			w.merge(3, at, 4, at)
		} else {
			w.put(3, at, g.title)
			if end > at {
				w.merge(3, at, 3, end)
			}
			for k, i := range g.columns {
				w.put(4, at+k, f.fields[i].label)
			}
		}
		at = end + 1
	}
}

func (c *County) saveBook(w *sheetWriter, path string, changed time.Time) error {
	if w.err != nil {
		return errors.Join(fmt.Errorf("unable to fill %s: %w", path, w.err), w.book.Close())
	}
	err := c.writeFile(path, changed, func(f *os.File) error { return w.book.Write(f) })
	return errors.Join(err, w.book.Close())
}

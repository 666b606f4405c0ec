package spreadsheet

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// binding is a table whose columns have been given their meaning: what turns its rows into submissions.
type binding struct {
	source *source
	table  *Table
	path   string
	form   string

	unit, period, submitted, reporter, subject, id lookup
	fields                                         []string // by column; empty for those that are no fields

	latest  time.Time         // no submission can be later
	units   map[string]string // what was written -> code
	periods map[string]string // what was written -> period
}

// lookup gives a key's text for a row: that of a column, or one for the whole table.
type lookup struct {
	column  int // -1 when the text is the table's
	text    string
	names   map[string]string
	missing string // why there is none
}

func (l *lookup) of(cells []string) string {
	text := l.text
	if l.column >= 0 {
		text = cells[l.column]
	}
	if to, ok := l.names[text]; ok {
		return to
	}
	if to, ok := l.names["*"]; ok && text != "" {
		return to
	}
	return text
}

// bind finds the columns and texts that the configuration names. Its faults are those of the whole table.
func (s *source) bind(t *Table, path string) (*binding, *queries.Rejected) {
	b := &binding{
		source: s, table: t, path: path, latest: s.Now().Add(24 * time.Hour), units: make(map[string]string), periods: make(map[string]string),
	}
	reject := func(key, reason string) (*binding, *queries.Rejected) {
		return nil, &queries.Rejected{Line: uint64(max(t.HeaderLine, 1)), Field: key, Kind: "unmapped", Reason: reason}
	}
	taken := map[int]bool{}
	find := func(key string, p *place) (lookup, string) {
		l, fault := b.find(key, p)
		if fault == "" && l.column >= 0 {
			taken[l.column] = true
		}
		return l, fault
	}
	form, fault := b.find("form", &s.config.Form)
	if fault != "" {
		return reject("form", fault)
	}
	if b.form = form.of(nil); b.form == "" {
		return reject("form", "form was not found: "+form.missing)
	}
	b.unit, b.period = lookup{column: -1}, lookup{column: -1}
	for _, k := range []struct {
		key string
		at  *lookup
		p   *place
	}{
		{"unit", &b.unit, &s.config.Unit},
		{"period", &b.period, &s.config.Period},
		{"submitted_at", &b.submitted, &s.config.Submitted},
		{"reporter", &b.reporter, &s.config.Reporter},
		{"subject", &b.subject, &s.config.Subject},
		{"record_id", &b.id, &s.config.ID},
	} {
		if *k.at, fault = find(k.key, k.p); fault != "" {
			return reject(k.key, fault)
		}
	}
	if b.unit.column < 0 && b.unit.text == "" && !s.config.Unit.set() {
		b.unit = b.guessUnit()
		if b.unit.column >= 0 {
			taken[b.unit.column] = true
		}
	}
	if b.period.column < 0 && b.period.text == "" && !s.config.Period.set() {
		b.period = b.guessPeriod()
		if b.period.column >= 0 {
			taken[b.period.column] = true
		}
	}
	b.fields = make([]string, len(t.Header))
	for c, name := range t.Header {
		if taken[c] || slices.Contains(s.except, name) || isSerial(name) {
			continue
		}
		b.fields[c] = name
		if id, ok := s.fields[name]; ok {
			b.fields[c] = id
		}
	}
	return b, nil
}

// find settles one key.
func (b *binding) find(key string, p *place) (lookup, string) {
	l := lookup{column: -1, names: p.Map}
	t, c := b.table, &b.source.config
	var ok bool
	switch {
	case p.Column != "":
		if l.column = t.Column(p.Column); l.column < 0 {
			return l, fmt.Sprintf("there is no column %q%s; name the column of the %s as its header does, or set header_row", p.Column, collector.Nearest(p.Column, t.Header), key)
		}
	case p.Cell != "":
		column, line, _ := cellAt(strings.ToUpper(p.Cell))
		l.text, l.missing = t.top[[2]int{line, column}], "the cell "+p.Cell+" is empty"
	case p.Title.set():
		for _, above := range t.Above {
			if l.text, ok = p.Title.find(above.Text()); ok {
				break
			}
		}
		l.missing = fmt.Sprintf("no row above the header fits %q", p.Title.re)
	case p.File.set():
		if l.text, ok = p.File.find(filepath.Base(b.path)); !ok {
			l.text, _ = p.File.find(b.relative())
		}
		l.missing = fmt.Sprintf("the file's path does not fit %q", p.File.re)
	case p.Sheet.set():
		l.text, _ = p.Sheet.find(t.Name)
		l.missing = fmt.Sprintf("the sheet's name %q does not fit %q", t.Name, p.Sheet.re)
	case p.Value != "":
		l.text = p.Value
	default:
		for _, text := range []string{filepath.Base(b.path), b.relative()} {
			if l.text, ok = c.File.named(key, text); ok {
				return l, ""
			}
		}
		for _, above := range t.Above {
			if l.text, ok = c.Title.named(key, above.Text()); ok {
				return l, ""
			}
		}
		if slices.Contains(c.File.names(), key) || slices.Contains(c.Title.names(), key) {
			l.missing = "neither the file's path nor a title fits the pattern that names it"
		}
	}
	l.text = strings.TrimFunc(l.text, isBlank)
	return l, ""
}

// relative is what patterns look at that do not find anything in the file's name: its last two folders and its name.
func (b *binding) relative() string {
	parts := strings.Split(filepath.ToSlash(b.path), "/")
	return strings.Join(parts[max(0, len(parts)-3):], "/")
}

// isSerial tells the column that numbers the rows.
func isSerial(name string) bool {
	return slices.Contains([]string{"序号", "行号", "行次", "No.", "No", "NO.", "NO", "#"}, name)
}

var (
	codeColumn = regexp.MustCompile(`(?i)^(行政)?区划代码$|^(填报)?单位(代码|编码)$|^村(级)?(代码|编码)$|^(unit|division|village)[ _]?code$`)
	unitColumn = regexp.MustCompile(`(?i)^(行政)?村((\(|/)?(社区|居)\)?)?(名称?)?$|^村(名|名称|居|级)$|^社区(名称)?$|^(填报|填表|报送)单位(名称)?$|^单位名称$|^(unit|village)([ _]?name)?$`)
	bareColumn = regexp.MustCompile(`^单位$`) // it may also be the unit of measure, so it comes last
	unitLabel  = regexp.MustCompile(`(?:填报|填表|报送)单位(?:[(（]盖章[)）])?\s*[:：]\s*([^\s:：]+)`)
	whenLabel  = regexp.MustCompile(`(?:报表期|报告期|所属期|所属时期|统计时间|统计期|月份)\s*[:：]\s*(\S+)`)
)

// guessUnit looks for the unit where people put it: a column of codes, a column of names, or behind 填报单位.
func (b *binding) guessUnit() lookup {
	for _, pattern := range []*regexp.Regexp{codeColumn, unitColumn, bareColumn} {
		if c := slices.IndexFunc(b.table.Header, pattern.MatchString); c >= 0 {
			return lookup{column: c}
		}
	}
	for _, l := range slices.Concat(b.table.Above, b.table.Notes) {
		if found := unitLabel.FindStringSubmatch(l.Text()); found != nil {
			return lookup{column: -1, text: found[1]}
		}
	}
	return lookup{column: -1, missing: "no column is called 单位, 村 or 区划代码, and no row above says 填报单位; set unit"}
}

// guessPeriod looks for the period in the titles, in the path, in the sheet's name, and in a column of that name.
func (b *binding) guessPeriod() lookup {
	var texts []string
	for _, l := range b.table.Above {
		if !isMeta(l.Cells) {
			texts = append(texts, l.Text())
		} else if found := whenLabel.FindStringSubmatch(l.Text()); found != nil {
			texts = append(texts, found[1])
		}
	}
	if c := slices.IndexFunc(b.table.Header, func(name string) bool {
		return slices.Contains([]string{"报表期", "报告期", "所属期", "统计时间", "统计期", "月份", "年月", "period", "Period"}, name)
	}); c >= 0 {
		return lookup{column: c}
	}
	for _, text := range append(texts, filepath.Base(b.path), b.table.Name) {
		if FindPeriod(text) != "" {
			return lookup{column: -1, text: text}
		}
	}
	return lookup{column: -1, missing: "neither the titles nor the file's name tell a period such as 2026年7月; set period"}
}

// declaration is what the table says about its form.
func (b *binding) declaration(period string) queries.Form {
	c := &b.source.config
	f := queries.Form{ID: b.form, System: c.System, Title: b.title(), Cycle: c.Cycle, Per: c.Per}
	if f.Cycle == "" && period != "" {
		f.Cycle = cycleOf(period)
	}
	if f.Per == "" {
		f.Per = choose(b.unit.column >= 0 || c.Layout == "pairs", "unit", "record")
	}
	for i, id := range b.fields {
		if id != "" {
			f.Fields = append(f.Fields, queries.Field{Form: b.form, ID: id, Label: b.table.Header[i], Position: uint16(len(f.Fields)), Target: noTarget})
		}
	}
	return f
}

// title is the form's title: the first text above the header, without its period.
func (b *binding) title() string {
	for _, l := range b.table.Above {
		if title := withoutPeriod(l.Text()); !isMeta(l.Cells) && title != "" {
			return title
		}
	}
	return b.form
}

// submission makes a submission of a row.
func (b *binding) submission(line int, cells []string, changed time.Time, values []queries.Value) (queries.Submission, *queries.Rejected) {
	s := queries.Submission{Form: b.form, Channel: "import", Lat: noPlace, Lon: noPlace, SubmittedAt: changed}
	reject := func(key, kind, reason string) (queries.Submission, *queries.Rejected) {
		return s, &queries.Rejected{Line: uint64(line), Field: key, Kind: kind, Reason: reason, Raw: b.raw(cells)}
	}
	if s.Unit = remember(b.units, b.unit.of(cells), b.source.unitCode); s.Unit == "" {
		return reject(b.name("unit", b.unit), "unmapped", "the unit is missing: "+b.why(b.unit))
	}
	written := b.period.of(cells)
	if written == "" {
		return reject(b.name("period", b.period), "unmapped", "the period is missing: "+b.why(b.period))
	}
	if s.Period = remember(b.periods, written, FindPeriod); s.Period == "" {
		return reject(b.name("period", b.period), "malformed", fmt.Sprintf("the period is %s; expected one such as 2026年7月, 2026-07, 2026年第三季度 or 2026", quoted(written)))
	}
	var err error
	if s.Period, err = inCycle(s.Period, b.source.config.Cycle); err != nil {
		return reject(b.name("period", b.period), "malformed", err.Error()+"; correct the period, or the key cycle")
	}
	if b.source.config.Submitted.set() {
		if s.SubmittedAt, err = collector.RowTime(b.submitted.of(cells), b.source.Location); err != nil {
			return reject(b.name("submitted_at", b.submitted), "malformed", "submitted_at "+err.Error())
		}
	}
	if s.SubmittedAt.Year() < 1990 || s.SubmittedAt.After(b.latest) {
		return reject(b.name("submitted_at", b.submitted), "clock", "submitted_at is "+s.SubmittedAt.Format(time.RFC3339)+", before 1990 or more than a day in the future; correct it, or the clock of the computer that wrote the file")
	}
	s.Reporter, s.Subject, s.ID = b.reporter.of(cells), b.subject.of(cells), b.id.of(cells)
	for c, id := range b.fields {
		if id == "" {
			continue
		}
		v := queries.Value{Field: id}
		if text := cells[c]; text != "" {
			v.Kind, v.Text = queries.TextValue, text
		}
		values = append(values, v)
	}
	s.Values = values
	return s, nil
}

// remember works a text out once, because units and periods repeat in most rows.
func remember(known map[string]string, text string, workOut func(string) string) string {
	if found, ok := known[text]; ok {
		return found
	}
	if len(known) >= 1<<16 {
		clear(known)
	}
	found := workOut(text)
	known[text] = found
	return found
}

// name is the field that a rejection names: the column's header where there is one.
func (b *binding) name(key string, l lookup) string {
	if l.column >= 0 {
		return b.table.Header[l.column]
	}
	return key
}

func (b *binding) why(l lookup) string {
	switch {
	case l.column >= 0:
		return "its column is empty; fill it in, or remove the row"
	case l.missing != "":
		return l.missing
	}
	return "nothing was found"
}

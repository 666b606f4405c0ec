package report

import (
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/page"
)

func (d document) place() string {
	if d.Called.Place == "" {
		return d.T("report.whole")
	}
	return d.Called.Place
}

// scopeWords says what the report covers.
func (d document) scopeWords() string {
	var words []string
	say := func(key, name, value string) {
		if value != "" {
			words = append(words, d.T(key, name, value))
		}
	}
	say("report.scope_finding", "id", d.Scope.Finding)
	say("report.scope_case", "id", d.Scope.Case)
	say("report.scope_system", "system", d.Scope.System)
	say("report.scope_department", "department", d.Scope.Department)
	say("report.scope_unit", "unit", d.Scope.Unit)
	if len(words) == 0 {
		words = append(words, d.T("report.scope_all"))
	}
	joined := d.Cell("words", anyList(words))
	if d.Scope.From.IsZero() && d.Scope.To.IsZero() {
		return joined
	}
	from, to := d.T("report.open_from"), d.T("report.open_to")
	if !d.Scope.From.IsZero() {
		from = d.Date(d.Scope.From)
	}
	if !d.Scope.To.IsZero() {
		to = d.Date(d.Scope.To)
	}
	return d.T("report.scope_period", "words", joined, "from", from, "to", to)
}

func anyList(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	return out
}

// heading numbers the parts of the report in the order in which they are written.
func (d document) heading(key string, pairs ...any) string {
	*d.parts++
	return d.T("letter.numbered", "number", d.T("letter.number."+strconv.Itoa(*d.parts)), "words", d.T(key, pairs...))
}

func (d document) authorityWords() string {
	if d.authority == "" {
		return d.T("report.authority_blank")
	}
	return d.T("report.authority_named", "name", d.authority)
}

// period is the span of data behind the findings.
func (d document) period() string {
	var from, to string
	for _, f := range d.Data.Findings {
		if a := d.Date(f.From); a != locale.Absent && (from == "" || a < from) {
			from = a
		}
		if z := d.Date(f.To); z != locale.Absent && z > to {
			to = z
		}
	}
	if from == "" {
		return locale.Absent
	}
	return d.T("word.range", "from", from, "to", to)
}

// judged are the findings that say something; the others could not be judged.
func (d document) judged() []queries.Finding {
	return slices.DeleteFunc(slices.Clone(d.Data.Findings), func(f queries.Finding) bool { return f.Status == "not_assessed" })
}

func (d document) notAssessed() []queries.Finding {
	return slices.DeleteFunc(slices.Clone(d.Data.Findings), func(f queries.Finding) bool { return f.Status != "not_assessed" })
}

// counts is a table of findings by family and severity.
func (d document) counts() [][]string {
	var rows [][]string
	for _, family := range component.Families {
		total, by := 0, map[string]int{}
		for _, f := range d.judged() {
			if f.Family == family {
				total++
				by[f.Severity]++
			}
		}
		if total == 0 {
			continue
		}
		row := []string{d.T("family." + family), d.Num(float64(total))}
		for _, s := range component.Severities {
			row = append(row, d.Num(float64(by[s])))
		}
		rows = append(rows, row)
	}
	return rows
}

func (d document) countsHead() []string {
	head := []string{d.T("column.family"), d.T("report.all")}
	for _, s := range component.Severities {
		head = append(head, d.T("severity."+s))
	}
	return head
}

// verifyFirst is how many recommended cases stand in the summary, which is to fit on one page.
const verifyFirst = 5

func (d document) verifyRows(n int) [][]string {
	var rows [][]string
	for _, item := range d.Verify[:min(n, len(d.Verify))] {
		families := make([]any, 0, len(item.Families))
		for _, f := range item.Families {
			families = append(families, d.Known("evidence_family."+f, d.Known("family."+f, f)))
		}
		rows = append(rows, []string{
			d.Num(float64(item.Priority)), d.Name("unit", item.Unit), d.Name("form", item.Form), item.Period,
			d.Cell("words", families),
		})
	}
	return rows
}

// casesPrinted is how many recommended cases a report prints in full.
const casesPrinted = 40

// cases are the recommended cases with those of their findings that the report holds.
func (d document) cases() []page.VerifyCase {
	byID := make(map[string]queries.Finding, len(d.Data.Findings))
	for _, f := range d.Data.Findings {
		byID[f.ID] = f
	}
	var out []page.VerifyCase
	for _, item := range d.Verify[:min(casesPrinted, len(d.Verify))] {
		c := page.VerifyCase{View: d.View, VerifyItem: item, Called: d.Called}
		for _, id := range item.Findings {
			if f, ok := byID[id]; ok {
				c.Findings = append(c.Findings, f)
			}
		}
		out = append(out, c)
	}
	return out
}

func (d document) verifyHead() []string {
	return []string{d.T("column.priority"), d.T("column.unit"), d.T("column.form"), d.T("column.period"), d.T("column.agreeing")}
}

// gaps are the sources that were not seen every day or hold something in quarantine: those that a reader has to know of.
func (d document) gaps() []queries.SourceRow {
	return slices.DeleteFunc(slices.Clone(d.Sources), func(s queries.SourceRow) bool {
		seen, days := page.Covered(s)
		return days > 0 && seen == days && s.Quarantined == 0
	})
}

func (d document) sourceWords() string {
	return d.T("report.sources", "n", len(d.Sources), "whole", len(d.Sources)-len(d.gaps()))
}

// sourceRows say how far each source was seen.
func (d document) sourceRows(sources []queries.SourceRow) [][]string {
	var rows [][]string
	for _, s := range sources {
		seen, days := page.Covered(s)
		share := locale.Absent
		if days > 0 {
			share = d.T("report.days_of", "n", seen, "days", days)
		}
		rows = append(rows, []string{s.ID, d.Moment(s.LastSuccess), share, d.Int(s.Quarantined)})
	}
	return rows
}

func (d document) sourceHead() []string {
	return []string{d.T("nav.sources"), d.T("sources.last_success"), d.T("report.days"), d.T("sources.held")}
}

// limits are the texts of the statement of limits.
var limits = []string{"lead", "coverage", "statistics", "causes", "privacy", "decision"}

func (d document) annexHead() []string {
	return []string{d.T("column.priority"), d.T("finding.id"), d.T("column.detector"), d.T("finding.hash")}
}

// thresholdRows are the thresholds in force, with the detector's name on its first line only.
func (d document) thresholdRows() [][]string {
	var rows [][]string
	last := ""
	for _, t := range d.thresholds() {
		name := ""
		if t.detector != last {
			name, last = d.Known("detector."+t.detector+".name", t.detector), t.detector
		}
		rows = append(rows, []string{name, d.thresholdName(t), d.Num(t.value)})
	}
	return rows
}

// annex lists the fingerprint of every finding.
func (d document) annex() [][]string {
	var rows [][]string
	for _, c := range d.parted {
		for _, f := range c.all() {
			rows = append(rows, []string{d.Num(float64(f.n)), f.ID, f.Detector + " v" + d.Num(float64(f.Version)), Hash(f.Finding)})
		}
	}
	return rows
}

// tableLimit is how many rows of a finding's table are printed.
const tableLimit = 20

// shortened is a table cut to what is printed, and how many rows were left out.
func shortened(t *queries.Table) (*queries.Table, int) {
	if t == nil || len(t.Rows) <= tableLimit {
		return t, 0
	}
	return &queries.Table{Columns: t.Columns, Rows: t.Rows[:tableLimit]}, len(t.Rows) - tableLimit
}

func (d document) line(f queries.Finding) string {
	words := d.T("report.line", "from", d.Date(f.From), "to", d.Date(f.To), "n", f.N)
	if f.Effect != nil {
		words += d.T("report.line_effect", "effect", *f.Effect)
	}
	if f.Q != nil {
		words += d.T("report.line_q", "q", locale.Probability(*f.Q))
	} else if f.P != nil {
		words += d.T("report.line_p", "p", locale.Probability(*f.P))
	}
	return words
}

// evidenceTable is a table of evidence in words.
func (d document) evidenceTable(t *queries.Table) (head []string, rows [][]string) {
	for _, column := range t.Columns {
		head = append(head, d.Known(column, d.Known("column."+column, column)))
	}
	for _, cells := range t.Rows {
		row := make([]string, len(t.Columns))
		for i := range min(len(cells), len(row)) {
			row[i] = d.Cell(t.Columns[i], cells[i])
		}
		rows = append(rows, row)
	}
	return head, rows
}

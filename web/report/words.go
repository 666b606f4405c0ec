package report

import (
	"slices"

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
	switch {
	case d.Scope.Finding != "":
		return d.T("report.scope_finding", "id", d.Scope.Finding)
	case d.Scope.System != "":
		return d.T("report.scope_system", "system", d.Scope.System)
	case d.Scope.Unit != "":
		return d.T("report.scope_unit", "unit", d.Scope.Unit)
	default:
		return d.T("report.scope_all")
	}
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

// chapter is the findings of one department.
type chapter struct {
	owner    string
	findings []numbered
}

type numbered struct {
	n int
	queries.Finding
}

// owner is the department that a finding concerns: that of its first system, or of the system of its first form.
func (d document) owner(f queries.Finding) string {
	systems := f.Subject.Systems
	if len(systems) == 0 && len(f.Subject.Forms) > 0 {
		systems = []string{d.Called.FormSystems[f.Subject.Forms[0]]}
	}
	for _, id := range systems {
		if owner := d.Called.Owners[id]; owner != "" {
			return owner
		}
	}
	return d.T("word.unknown_owner")
}

// chapters are the findings by department, the department with the most first, numbered through.
func (d document) chapters() []chapter {
	var out []chapter
	at := map[string]int{}
	for _, f := range d.judged() {
		owner := d.owner(f)
		i, ok := at[owner]
		if !ok {
			i = len(out)
			at[owner] = i
			out = append(out, chapter{owner: owner})
		}
		out[i].findings = append(out[i].findings, numbered{Finding: f})
	}
	slices.SortStableFunc(out, func(a, b chapter) int { return len(b.findings) - len(a.findings) })
	n := 0
	for i := range out {
		for j := range out[i].findings {
			n++
			out[i].findings[j].n = n
		}
	}
	return out
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

func (d document) verifyRows() [][]string {
	var rows [][]string
	for _, item := range d.Verify {
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

// sourceRows say how far each source was seen.
func (d document) sourceRows() [][]string {
	var rows [][]string
	for _, s := range d.Sources {
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

// annex lists the fingerprint of every finding.
func (d document) annex() [][]string {
	var rows [][]string
	for _, c := range d.chapters() {
		for _, f := range c.findings {
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

package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/page"
)

// chapter is the findings of one department: what is about systems and forms first, then what is about several units, then unit
// by unit.
type chapter struct {
	owner  string
	last   bool // what is about no department stands last
	groups []group
}

// group is the findings about one unit, or about none or several.
type group struct {
	title    string
	order    string // groups stand in order of this
	findings []numbered
}

type numbered struct {
	n int
	queries.Finding
}

func (c chapter) all() []numbered {
	var out []numbered
	for _, g := range c.groups {
		out = append(out, g.findings...)
	}
	return out
}

func (c chapter) count(severity string) int {
	n := 0
	for _, f := range c.all() {
		if severity == "" || f.Severity == severity {
			n++
		}
	}
	return n
}

// owner is the department that a finding concerns: that of its first system, or of the system of its first form. Where a report
// is about one department, it stands under this one. What is about no system has none.
func (d document) owner(f queries.Finding) string {
	if d.Scope.Department != "" {
		return d.Scope.Department
	}
	systems := f.Subject.Systems
	if len(systems) == 0 && len(f.Subject.Forms) > 0 {
		systems = []string{d.Called.FormSystems[f.Subject.Forms[0]]}
	}
	for _, id := range systems {
		if owner := d.Called.Owners[id]; owner != "" {
			return owner
		}
	}
	if len(systems) == 0 {
		return ""
	}
	return d.T("word.unknown_owner")
}

// place says under which heading of its department a finding stands.
func (d document) groupOf(f queries.Finding) group {
	switch units := f.Subject.Units; len(units) {
	case 0:
		return group{title: d.T("report.group_general")}
	case 1:
		return group{title: d.Name("unit", units[0]), order: "2" + units[0]}
	default:
		return group{title: d.T("report.group_many"), order: "1"}
	}
}

// chapters are the findings by department, the department with the most first, and within by unit, numbered through.
func (d document) chapters() []chapter {
	departments := map[string]map[string]*group{}
	for _, f := range d.judged() {
		owner, g := d.owner(f), d.groupOf(f)
		if departments[owner] == nil {
			departments[owner] = map[string]*group{}
		}
		if departments[owner][g.order] == nil {
			departments[owner][g.order] = &g
		}
		into := departments[owner][g.order]
		into.findings = append(into.findings, numbered{Finding: f})
	}
	var out []chapter
	for _, owner := range slices.Sorted(maps.Keys(departments)) {
		c := chapter{owner: cmp.Or(owner, d.T("report.no_owner")), last: owner == ""}
		for _, order := range slices.Sorted(maps.Keys(departments[owner])) {
			c.groups = append(c.groups, *departments[owner][order])
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b chapter) int {
		if a.last != b.last {
			return map[bool]int{true: 1, false: -1}[a.last]
		}
		return cmp.Compare(b.count(""), a.count(""))
	})
	n := 0
	for _, c := range out {
		for _, g := range c.groups {
			for i := range g.findings {
				n++
				g.findings[i].n = n
			}
		}
	}
	return out
}

// The summary is to fit on one page.
const (
	firstFindings    = 5
	firstDepartments = 5
	firstWidth       = 260 // of the words about a finding: three lines, counted in halves of a Chinese character
)

// first are the findings to read first: the strongest of high or medium severity, with the numbers under which they stand.
func (d document) first() []string {
	number := map[string]int{}
	for _, c := range d.parted {
		for _, f := range c.all() {
			number[f.ID] = f.n
		}
	}
	var out []string
	for _, f := range d.judged() {
		if len(out) == firstFindings {
			break
		}
		if f.Severity != "low" && f.Status != "waived" {
			out = append(out, d.T("report.first_line", "n", number[f.ID], "text", clipped(page.Short(d.View, f), firstWidth)))
		}
	}
	return out
}

// clipped is a text cut to a width, which is counted in halves of a Chinese character.
func clipped(text string, width int) string {
	taken := 0
	for i, r := range text {
		taken++
		if r >= 0x2e80 { // where the scripts begin whose characters are as wide as high
			taken++
		}
		if taken > width {
			return strings.TrimRight(text[:i], " ") + "…"
		}
	}
	return text
}

// departments are the rows of the table of departments, and how many it leaves out.
func (d document) departments() (rows [][]string, left int) {
	for _, c := range d.parted[:min(len(d.parted), firstDepartments)] {
		all := c.all()
		span := d.T("report.numbers_range", "from", all[0].n, "to", all[len(all)-1].n)
		if len(all) == 1 {
			span = locale.Number(float64(all[0].n))
		}
		rows = append(rows, []string{c.owner, d.Num(float64(len(all))), d.Num(float64(c.count("high"))), span})
	}
	return rows, max(0, len(d.parted)-firstDepartments)
}

func (d document) departmentsHead() []string {
	return []string{d.T("column.owner"), d.T("report.all"), d.T("report.share"), d.T("report.numbers")}
}

func (d document) lead() string {
	by := map[string]int{}
	for _, f := range d.judged() {
		by[f.Severity]++
	}
	return d.T("report.lead", "n", len(d.judged()), "high", by["high"], "medium", by["medium"], "low", by["low"], "unjudged", len(d.notAssessed()))
}

// burden is what reporting takes of a unit, where the report is about everything.
func (d document) burden() string {
	o := d.Data.Overview
	if o.Hours <= 0 || len(d.Scope.Parameters()) > 0 {
		return ""
	}
	return d.T("report.burden", "hours", o.Hours, "low", o.Low, "high", o.High)
}

// policy is the version of the policy file under which the findings were made.
func (d document) policy() string {
	for _, f := range d.Data.Findings {
		if f.Evidence.Policy != "" {
			return f.Evidence.Policy
		}
	}
	return locale.Absent
}

// threshold is one threshold in force when the findings were made.
type threshold struct {
	detector, name string
	version        uint16
	value          float64
	policy         string
}

// thresholds are those of the detectors that speak in the report, each once, in order.
func (d document) thresholds() []threshold {
	seen := map[threshold]bool{}
	for _, f := range d.Data.Findings {
		for name, value := range f.Evidence.Thresholds {
			seen[threshold{f.Detector, name, f.Version, value, f.Evidence.Policy}] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b threshold) int {
		return cmp.Or(cmp.Compare(a.detector, b.detector), cmp.Compare(a.name, b.name), cmp.Compare(a.value, b.value), cmp.Compare(a.policy, b.policy))
	})
}

// thresholdName says in words what a threshold is.
func (d document) thresholdName(t threshold) string {
	return d.Known("threshold."+t.detector+"."+t.name, t.name)
}

package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Burden is the page of the hours that reporting takes.
type Burden struct {
	component.View
	queries.BurdenPage
	Called *queries.NameTable
	Unit   string // the hours of this unit and those below it; all where empty
	// Department, System and Form narrow what is shown to what one of them asks; all where empty.
	Department, System, Form string
	Month                    time.Time // compared with those before; the last whole one where zero
	Measures                 []queries.MeasureChange
	Accepted                 []AcceptedDay

	root      string // the unit that holds all, empty where there is more than one
	span      queries.BurdenSpan
	sum       queries.BurdenSum
	reporting uint64 // units with hours, of those shown
	tree      []BurdenNode
	months    []burdenMonth
	places    []burdenPlace
	within    queries.Hours // hours of the place, whoever asks
	compared  []comparison
}

// AcceptedDay is how many lines of the merge plan hold from a day.
type AcceptedDay struct {
	Day   time.Time
	Lines int
}

// BurdenNode is a department, system, form or field with its hours of the analysed window.
type BurdenNode struct {
	Kind, ID string
	Hours    queries.Hours
	Share    float64   // of all hours shown
	Change   float64   // against the year before, NaN where not known
	Course   []float64 // hours of the last whole months, up to twelve
	Method   string
	Sent     uint64
	Below    []BurdenNode
	Rest     int // fields that are not shown
}

// burdenMonth is a month with its hours.
type burdenMonth struct {
	month time.Time
	sum   queries.BurdenSum
	whole bool
}

// burdenPlace is a unit below the one shown, with all that report below it.
type burdenPlace struct {
	code        string
	own         bool // what the unit shown reports itself
	units       uint64
	hours       queries.Hours
	submissions uint64
}

// fieldsShown is how many fields of a form are shown, those that take most first.
const fieldsShown = 15

// Prepare adds up what the page shows.
func (p *Burden) Prepare() {
	p.root = rootOf(p.Called)
	p.span = queries.WholeBurden(p.Cells, p.Run)
	p.within = queries.SumBurden(recent(p.Cells), p.Paces).Span()
	p.Cells = p.Asked(p.Cells)
	p.Fields = slices.DeleteFunc(slices.Clone(p.Fields), func(f queries.FieldHours) bool { return !p.asks(f.Form) })
	p.sum = queries.SumBurden(recent(p.Cells), p.Paces)
	p.tree = p.nodes()
	for range p.depth() {
		if len(p.tree) == 1 {
			p.tree = p.tree[0].Below
		}
	}
	p.byMonth()
	p.byPlace()
	p.compare()
}

// rootOf is the lowest unit that holds all others.
func rootOf(names *queries.NameTable) string {
	below := map[string][]string{}
	for code := range names.Units {
		parent := names.Parents[code]
		if _, known := names.Units[parent]; !known {
			parent = ""
		}
		below[parent] = append(below[parent], code)
	}
	at := ""
	for depth := 0; len(below[at]) == 1 && depth < 10; depth++ {
		at = below[at][0]
	}
	return at
}

func recent(cells []queries.BurdenCell) []queries.BurdenCell {
	return slices.DeleteFunc(slices.Clone(cells), func(c queries.BurdenCell) bool { return !c.Recent })
}

// nodes is the tree of departments, systems and forms, each with the most hours first.
func (p *Burden) nodes() []BurdenNode {
	byForm := map[string][]queries.BurdenCell{}
	for _, c := range p.Cells {
		byForm[c.Form] = append(byForm[c.Form], c)
	}
	fields := map[string][]queries.FieldHours{}
	for _, f := range p.Fields {
		fields[f.Form] = append(fields[f.Form], f)
	}
	systems, owners := map[string][]string{}, map[string][]string{}
	for form := range byForm {
		system := p.Called.FormSystems[form]
		if len(systems[system]) == 0 {
			owner := p.Called.Owners[system]
			owners[owner] = append(owners[owner], system)
		}
		systems[system] = append(systems[system], form)
	}
	var out []BurdenNode
	for owner, of := range owners {
		var all []queries.BurdenCell
		department := BurdenNode{Kind: "department", ID: owner}
		for _, system := range of {
			var cells []queries.BurdenCell
			node := BurdenNode{Kind: "system", ID: system}
			for _, form := range systems[system] {
				leaf := p.node(BurdenNode{Kind: "form", ID: form}, byForm[form])
				leaf.Below, leaf.Rest = p.fieldNodes(fields[form], leaf.Hours)
				node.Below, cells = append(node.Below, leaf), append(cells, byForm[form]...)
			}
			department.Below, all = append(department.Below, p.node(node, cells)), append(all, cells...)
		}
		out = append(out, p.node(department, all))
	}
	return ordered(out)
}

// node fills in the hours of some cells, and leaves out what took none in the window.
func (p *Burden) node(n BurdenNode, cells []queries.BurdenCell) BurdenNode {
	sum := queries.SumBurden(recent(cells), p.Paces)
	n.Hours, n.Method, n.Sent, n.Change = sum.Span(), sum.Method(), sum.Submissions, p.span.Change(cells)
	n.Share = n.Hours.Mid / math.Max(p.sum.Hours(), 1e-9)
	if !p.span.First.IsZero() {
		hours := map[time.Time]float64{}
		for _, c := range cells {
			hours[c.Month] += c.Hours()
		}
		from := p.span.Last.AddDate(0, -11, 0)
		if from.Before(p.span.First) {
			from = p.span.First
		}
		for m := from; !m.After(p.span.Last); m = m.AddDate(0, 1, 0) {
			n.Course = append(n.Course, hours[m])
		}
	}
	n.Below = ordered(n.Below)
	return n
}

func ordered(nodes []BurdenNode) []BurdenNode {
	nodes = slices.DeleteFunc(nodes, func(n BurdenNode) bool { return n.Sent == 0 && n.Kind != "field" })
	slices.SortFunc(nodes, func(a, b BurdenNode) int {
		return cmp.Or(cmp.Compare(b.Hours.Mid, a.Hours.Mid), cmp.Compare(a.ID, b.ID))
	})
	return nodes
}

// fieldNodes shares the hours of a form among its fields as those of all units are.
func (p *Burden) fieldNodes(fields []queries.FieldHours, form queries.Hours) (nodes []BurdenNode, rest int) {
	all := 0.0
	for _, f := range fields {
		all += f.Hours.Mid
	}
	for _, f := range fields {
		if all <= 0 {
			continue
		}
		scale := form.Mid / all
		n := BurdenNode{Kind: "field", ID: f.Form + "." + f.Field, Method: f.Kind, Change: math.NaN()}
		n.Hours = queries.Hours{Mid: f.Hours.Mid * scale, Low: f.Hours.Low * scale, High: f.Hours.High * scale}
		n.Share = n.Hours.Mid / math.Max(p.sum.Hours(), 1e-9)
		nodes = append(nodes, n)
	}
	nodes = ordered(nodes)
	rest = max(0, len(nodes)-fieldsShown)
	return nodes[:len(nodes)-rest], rest
}

func (p *Burden) byMonth() {
	byMonth := map[time.Time][]queries.BurdenCell{}
	for _, c := range p.Cells {
		byMonth[c.Month] = append(byMonth[c.Month], c)
	}
	for month, cells := range byMonth {
		whole := !month.Before(p.span.First) && !month.After(p.span.Last)
		p.months = append(p.months, burdenMonth{month, queries.SumBurden(cells, p.Paces), whole})
	}
	slices.SortFunc(p.months, func(a, b burdenMonth) int { return a.month.Compare(b.month) })
}

// byPlace adds up the units below the one shown: each with all that report below it.
func (p *Burden) byPlace() {
	places := map[string]*burdenPlace{}
	for _, u := range p.Units {
		child, within := p.childOf(u.Unit)
		if !within {
			continue
		}
		p.reporting++
		own := child == ""
		if own {
			child = u.Unit
		}
		if places[child] == nil {
			places[child] = &burdenPlace{code: child, own: own}
		}
		at := places[child]
		low, high := u.Interval()
		at.units, at.submissions = at.units+1, at.submissions+u.Submissions
		at.hours = at.hours.Plus(queries.Hours{Mid: u.Hours(), Low: low, High: high})
	}
	for _, at := range places {
		p.places = append(p.places, *at)
	}
	slices.SortFunc(p.places, func(a, b burdenPlace) int {
		return cmp.Or(cmp.Compare(p.each(b), p.each(a)), cmp.Compare(a.code, b.code))
	})
}

// childOf is the unit right below the one shown that a unit belongs to, empty for the one shown itself, and whether it
// belongs there at all. Where all is shown, the first level with more than one unit counts.
func (p *Burden) childOf(unit string) (child string, within bool) {
	root := cmp.Or(p.Unit, p.root)
	for at, depth := unit, 0; at != "" && depth < 10; at, depth = p.Called.Parents[at], depth+1 {
		if at == root {
			return child, true
		}
		child = at
	}
	return child, p.Unit == ""
}

// each is the hours of one unit in one month.
func (p *Burden) each(at burdenPlace) float64 {
	return at.hours.Mid / float64(max(1, at.units)) / p.monthsLong()
}

// monthsLong is the length of the analysed window in twelfths of a year.
func (p *Burden) monthsLong() float64 {
	return math.Max(1, (p.Run.Last.Sub(p.Run.Recent).Hours()/24+1)/365.25*12)
}

// BurdenPath is the address of the hours of a unit.
func BurdenPath(unit string) string {
	if unit == "" {
		return "/burden"
	}
	return component.Address("/burden", nil, "unit", unit)
}

// BurdenName is what a row of hours is called.
func BurdenName(v component.View, by, id string) string {
	switch {
	case id == "":
		return v.T("word.unknown_owner")
	case by == "unit" || by == "system" || by == "form" || by == "field":
		return v.Name(by, id)
	case by == "level":
		return v.Known("level."+id, id)
	}
	return id
}

func (p Burden) title() string {
	span := p.sum.Span()
	per := span.Mid / float64(max(1, p.reporting)) / p.monthsLong()
	pairs := []any{"hours", Amount(p.View, span), "each", locale.Fixed(per, 1), "n", p.reporting}
	if p.narrowed() {
		return p.T("burden.page.title_asked", append(pairs, "what", p.subject(), "place", p.placeName(), "share", span.Mid/math.Max(p.within.Mid, 1e-9))...)
	}
	if p.Unit != "" {
		return p.T("burden.page.title_unit", append(pairs, "unit", p.Unit)...)
	}
	return p.T("burden.page.title", pairs...)
}

func (p Burden) note() string {
	return p.T("burden.page.note", "from", p.Date(p.Run.Recent), "to", p.Date(p.Run.Last))
}

// changeWords writes a change against the year before.
func changeWords(change float64) string {
	if math.IsNaN(change) {
		return locale.Absent
	}
	sign := "▲ "
	if change < 0 {
		sign = "▼ "
	}
	if math.Abs(change) < 0.0005 {
		sign = ""
	}
	return sign + locale.Percent(math.Abs(change), 1)
}

func (p Burden) courseWords(n BurdenNode) string {
	if len(n.Course) == 0 {
		return ""
	}
	return p.T("burden.page.course", "name", BurdenName(p.View, n.Kind, n.ID), "n", len(n.Course), "first", hoursNumber(n.Course[0]), "last", hoursNumber(n.Course[len(n.Course)-1]))
}

// parts are the shares of hours by how they are known.
func (p Burden) parts() [][2]string {
	all := math.Max(p.sum.Hours(), 1e-9)
	var out [][2]string
	for _, x := range []struct {
		key   string
		hours float64
	}{{"started", p.sum.Observed - p.sum.Logged}, {"logged", p.sum.Logged}, {"filled", p.sum.Filled}, {"estimated", p.sum.Estimated}} {
		if x.hours > 0 {
			out = append(out, [2]string{p.T("burden.page.part." + x.key), locale.Percent(x.hours/all, 1)})
		}
	}
	return out
}

// trend draws the whole months, with measures marked.
func (p Burden) trend() component.Figure {
	f := chart.Figure{Kind: "line", Number: locale.Number, Unit: p.T("burden.unit.hours"), BandName: p.T("burden.page.band")}
	hours := chart.Series{Name: p.T("burden.series.hours")}
	place := map[string]int{}
	for _, m := range p.months {
		if !m.whole {
			continue
		}
		span := m.sum.Span()
		place[m.month.Format("2006-01")] = len(f.X)
		f.X = append(f.X, m.month.Format("2006-01"))
		hours.Values = append(hours.Values, math.Round(span.Mid))
		f.Low, f.High = append(f.Low, math.Round(span.Low)), append(f.High, math.Round(span.High))
	}
	if len(f.X) < 2 {
		return component.Figure{}
	}
	f.Series = []chart.Series{hours}
	f.Title = p.T("burden.page.trend", "change", changeWords(p.span.Change(p.Cells)), "n", len(f.X))
	f.Description = p.T("chart.describe", "series", hours.Name, "n", len(f.X), "first", f.X[0], "last", f.X[len(f.X)-1])
	mark := func(day time.Time, name string) {
		if at, shown := place[day.Format("2006-01")]; shown {
			f.Marks = append(f.Marks, chart.Mark{At: float64(at), Value: hours.Values[at], Name: name})
		}
	}
	for i, m := range p.Measures {
		mark(m.Effective, p.T("burden.page.measure_n", "n", i+1))
	}
	for _, a := range p.Accepted {
		mark(a.Day, p.T("burden.page.accepted", "n", a.Lines))
	}
	return p.Draw(f)
}

// monthRows is the table of months.
func (p Burden) monthRows() (head []string, rows [][]string) {
	for _, key := range []string{"month", "hours", "yuan", "submissions", "forms", "method"} {
		head = append(head, p.T("burden.cli.column."+key))
	}
	for _, m := range slices.Backward(p.months) {
		span := m.sum.Span()
		name := m.month.Format("2006-01")
		if !m.whole {
			name = p.T("burden.page.partial", "month", name)
		}
		rows = append(rows, []string{
			name, hoursNumber(span.Mid) + " " + interval(span), locale.Number(math.Round(span.Mid * p.Run.Tariff)), p.Int(m.sum.Submissions), p.Num(float64(m.sum.Forms)),
			p.T("burden.cli.method." + m.sum.Method()),
		})
	}
	return head, rows
}

// fieldName is what a field is called, or what a form takes besides its fields.
func (p Burden) fieldName(n BurdenNode) string {
	if n.Method == "base" {
		return p.T("burden.page.base")
	}
	return p.Name("field", n.ID)
}

// crumbs lead from the county down to the unit shown.
func (p Burden) crumbs() []string {
	var out []string
	for at, depth := p.Unit, 0; at != "" && at != p.root && depth < 10; at, depth = p.Called.Parents[at], depth+1 {
		out = append([]string{at}, out...)
	}
	return out
}

// about is what a measure is about.
func (p Burden) about(m queries.Measure) string {
	switch m.Kind {
	case queries.ScopeAll:
		return p.T("burden.scope_all")
	case queries.ScopeSystem, queries.ScopeForm:
		return p.Name(m.Kind, m.Subject)
	}
	return m.Subject
}

func share(x float64) string {
	sign := "+"
	if x < 0 {
		sign = "−"
	}
	return sign + locale.Percent(math.Abs(x), 1)
}

func changeSpan(h queries.Hours) string {
	return fmt.Sprintf("%s (%s\u2060–\u2060%s)", share(h.Mid), share(h.Low), share(h.High))
}

// claimed is what was announced of a measure.
func (p Burden) claimed(c *queries.Claim) string {
	if c == nil {
		return p.T("burden.page.no_claim")
	}
	words := p.T("burden.metric."+c.Metric) + " " + share(c.Change)
	if !math.IsNaN(c.Before) {
		words += fmt.Sprintf(" (%s → %s)", p.Num(c.Before), p.Num(c.After))
	}
	return words
}

// verdict is the state of a measure, with its words.
func (p Burden) verdict(m queries.MeasureChange) (component.State, string) {
	switch m.Verdict {
	case queries.ClaimSupported:
		return component.NoProblem, p.T("burden.verdict.supported")
	case queries.ClaimNotSupported:
		return component.ToVerify, p.T("burden.verdict.not_supported")
	case queries.ClaimUnknown:
		return component.NotAssessed, p.T("burden.verdict.cannot_tell")
	}
	if len(m.Reasons) > 0 {
		return component.NotAssessed, p.T("burden.page.not_compared")
	}
	return component.NoProblem, p.T("burden.page.compared")
}

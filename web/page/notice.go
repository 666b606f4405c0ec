package page

import (
	"maps"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// Notice is the notice to departments about what is no longer asked.
type Notice struct {
	component.View
	Called *queries.NameTable
	Draft  bool // of steps that nobody accepted yet
	lines  map[string][]NoticeLine
	gives  map[string][]NoticeLine
}

// NoticeLine is a line of the plan from its day on.
type NoticeLine struct {
	queries.PlanLine
	Effective time.Time // zero in a draft
}

// Add puts a line under the department that asks, and under the one that has to give the data.
func (n *Notice) Add(l NoticeLine) {
	if n.lines == nil {
		n.lines, n.gives = map[string][]NoticeLine{}, map[string][]NoticeLine{}
	}
	owner := n.Called.Owners[n.Called.FormSystems[l.Form]]
	n.lines[owner] = append(n.lines[owner], l)
	if from := n.Called.Owners[n.Called.FormSystems[l.FromForm]]; l.FromForm != "" && from != owner {
		n.gives[from] = append(n.gives[from], l)
	}
}

// Narrow keeps one department.
func (n *Notice) Narrow(owner string) {
	if owner == "" {
		return
	}
	maps.DeleteFunc(n.lines, func(o string, _ []NoticeLine) bool { return o != owner })
	maps.DeleteFunc(n.gives, func(o string, _ []NoticeLine) bool { return o != owner })
}

// owners are the departments that get a notice.
func (n Notice) owners() []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(n.lines)), maps.Keys(n.gives))
	slices.Sort(all)
	return slices.Compact(all)
}

// part is a numbered part of a notice: lines of one kind.
type part struct {
	words string
	lines []NoticeLine
}

// parts of the notice to a department, those that have lines.
func (n Notice) parts(owner string) []part {
	var out []part
	for _, action := range []string{queries.ActionMerge, queries.ActionDrop, queries.ActionPrefill, queries.ActionAuthority} {
		lines := slices.DeleteFunc(slices.Clone(n.lines[owner]), func(l NoticeLine) bool { return l.Action != action })
		if len(lines) > 0 {
			out = append(out, part{n.T("notice.part."+action, "n", len(lines)), lines})
		}
	}
	if lines := n.gives[owner]; len(lines) > 0 {
		out = append(out, part{n.T("notice.part.gives", "n", len(lines)), lines})
	}
	for i := range out {
		out[i].words = n.T("notice.numbered", "number", n.T("notice.number."+string(rune('1'+i))), "words", out[i].words)
	}
	return out
}

// needs are what has to be done before, each once.
func (n Notice) needs(owner string) []string {
	var lines []queries.PlanLine
	for _, l := range slices.Concat(n.lines[owner], n.gives[owner]) {
		lines = append(lines, l.PlanLine)
	}
	return needsOf(n.View, lines)
}

// forms counts the forms of a department that change.
func (n Notice) forms(owner string) int {
	seen := map[string]bool{}
	for _, l := range n.lines[owner] {
		seen[l.Form] = true
	}
	return len(seen)
}

func (n Notice) saves(owner string) queries.Hours {
	var sum queries.Hours
	for _, l := range n.lines[owner] {
		sum = sum.Plus(l.Hours)
	}
	return sum
}

// field names a field of a form, or says that the whole form is meant.
func (n Notice) field(form, field string) string {
	if field == "" {
		return n.T("notice.whole_form")
	}
	return n.Name("field", form+"."+field)
}

// from says where the data come from from now on.
func (n Notice) from(l NoticeLine) string {
	switch {
	case l.FromForm == "":
		return n.T("notice.itself")
	case l.From == "":
		return n.T("notice.from_form", "form", l.FromForm)
	default:
		return n.T("notice.from", "form", l.FromForm, "field", l.FromForm+"."+l.From)
	}
}

func (n Notice) day(l NoticeLine) string {
	if l.Effective.IsZero() {
		return n.T("notice.day_open")
	}
	return n.Date(l.Effective)
}

func (n Notice) lead(owner string) string {
	if len(n.lines[owner]) == 0 {
		return n.T("notice.lead_gives", "n", len(n.gives[owner]))
	}
	return n.T("notice.lead", "forms", n.forms(owner), "n", len(n.lines[owner]), "hours", Amount(n.View, n.saves(owner)))
}

package page

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Steps is a set of steps of the plan.
type Steps map[uint32]bool

// FreeSteps are the steps that wait for no legal basis.
func FreeSteps(lines []queries.PlanLine) Steps {
	out := Steps{}
	for _, step := range queries.PlanSteps(lines) {
		if !step.Apart {
			out[step.Step] = true
		}
	}
	return out
}

// ParseSteps reads "1-40,45". What is no step from 1 to most is left out.
func ParseSteps(text string, most uint32) Steps {
	out := Steps{}
	for part := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(part, "-")
		low, err := strconv.ParseUint(strings.TrimSpace(from), 10, 32)
		if err != nil {
			continue
		}
		high := low
		if isRange {
			if high, err = strconv.ParseUint(strings.TrimSpace(to), 10, 32); err != nil {
				continue
			}
		}
		for n := max(low, 1); n <= min(high, uint64(most)); n++ {
			out[uint32(n)] = true
		}
	}
	return out
}

// FormatSteps writes a set of steps as ParseSteps reads it.
func FormatSteps(set Steps) string {
	all := slices.Sorted(maps.Keys(set))
	var parts []string
	for i := 0; i < len(all); {
		end := i
		for end+1 < len(all) && all[end+1] == all[end]+1 {
			end++
		}
		part := strconv.FormatUint(uint64(all[i]), 10)
		if end > i {
			part += "-" + strconv.FormatUint(uint64(all[end]), 10)
		}
		parts = append(parts, part)
		i = end + 1
	}
	return strings.Join(parts, ",")
}

// PlanStep is lines of the plan that are decided together.
type PlanStep struct {
	queries.PlanStep
	On      bool
	Needed  []uint32               // steps that make its sources authoritative and are not ticked
	Lost    []uint32               // ticked steps that drop what it takes its data from
	Decided []queries.PlanDecision // on its lines, in force
}

// StepsOf puts the lines of a plan together by step, with the decisions in force and what each step misses where only the
// chosen ones are done.
func StepsOf(lines []queries.PlanLine, decisions []queries.PlanDecision, chosen Steps) []PlanStep {
	byLine := map[string]queries.PlanDecision{}
	for _, d := range decisions {
		byLine[d.Line.ID] = d
	}
	authority, dropped := map[string]uint32{}, map[[2]string]uint32{}
	for _, l := range lines {
		switch l.Action {
		case queries.ActionAuthority:
			authority[l.Item] = l.Step
		case queries.ActionDrop, queries.ActionPrefill:
			dropped[[2]string{l.Form, l.Field}] = l.Step
		case queries.ActionMerge:
			dropped[[2]string{l.Form, ""}] = l.Step
		}
	}
	var out []PlanStep
	for _, step := range queries.PlanSteps(lines) {
		t := PlanStep{PlanStep: step, On: chosen[step.Step]}
		for _, l := range t.Lines {
			if d, decided := byLine[l.ID]; decided {
				t.Decided = append(t.Decided, d)
			}
			if !t.On || l.Action == queries.ActionAuthority {
				continue
			}
			if n := authority[l.Item]; l.Item != "" && n != 0 && n != l.Step && !chosen[n] && !slices.Contains(t.Needed, n) {
				t.Needed = append(t.Needed, n)
			}
			for _, source := range [][2]string{{l.FromForm, l.From}, {l.FromForm, ""}} {
				if n := dropped[source]; n != 0 && n != l.Step && chosen[n] && !slices.Contains(t.Lost, n) {
					t.Lost = append(t.Lost, n)
				}
			}
		}
		out = append(out, t)
	}
	return out
}

// changes are the lines of a step that change a form, without those that only settle a source.
func changes(t PlanStep) []queries.PlanLine {
	return slices.DeleteFunc(slices.Clone(t.Lines), func(l queries.PlanLine) bool { return l.Action == queries.ActionAuthority })
}

// subjectOf is the form that a step is about.
func subjectOf(t PlanStep) string {
	if all := changes(t); len(all) > 0 {
		return all[0].Form
	}
	return t.Lines[0].Form
}

// headline says in a line what a step does to its form.
func (p Plan) headline(t PlanStep) string {
	var words []string
	for _, action := range []string{queries.ActionMerge, queries.ActionDrop, queries.ActionPrefill} {
		n := 0
		for _, l := range t.Lines {
			if l.Action == action {
				n++
			}
		}
		if n > 0 {
			words = append(words, p.T("plan.count."+action, "n", n))
		}
	}
	if len(words) == 0 {
		words = append(words, p.T("plan.count."+queries.ActionAuthority, "n", len(t.Lines)))
	}
	return p.T("plan.headline", "form", subjectOf(t), "list", words)
}

// lineWords says what a line does, without the form where the whole step is about it.
func (p Plan) lineWords(t PlanStep, l queries.PlanLine) string {
	if l.Action == queries.ActionMerge || l.From == "" || l.Form != subjectOf(t) {
		return LineWords(p.View, l)
	}
	return p.T("plan.short", "field", l.Form+"."+l.Field, "form_source", l.FromForm, "field_source", l.FromForm+"."+l.From)
}

// sources say which form a step makes the only source of how many items.
func (p Plan) sources(t PlanStep) []string {
	var forms, out []string
	n := map[string]int{}
	for _, l := range t.Lines {
		if l.Action == queries.ActionAuthority {
			if n[l.Form] == 0 {
				forms = append(forms, l.Form)
			}
			n[l.Form]++
		}
	}
	for _, form := range forms {
		out = append(out, p.T("plan.settles", "form", form, "n", n[form]))
	}
	return out
}

// needsOf is what has to be done before lines of the plan, each once.
func needsOf(v component.View, lines []queries.PlanLine) []string {
	var out []string
	for _, l := range lines {
		for _, need := range l.Needs {
			if words := v.M(need); !slices.Contains(out, words) {
				out = append(out, words)
			}
		}
	}
	return out
}

// sourcesOf are the pairs of forms that a step joins: the form that changes and where its data come from.
func sourcesOf(t PlanStep) [][2]string {
	var out [][2]string
	for _, l := range changes(t) {
		if pair := [2]string{l.Form, l.FromForm}; l.FromForm != "" && l.FromForm != l.Form && !slices.Contains(out, pair) {
			out = append(out, pair)
		}
	}
	return out
}

// unitsOf is how many units fill in the form of a step.
func unitsOf(t PlanStep) uint64 {
	var most uint64
	for _, l := range t.Lines {
		most = max(most, l.Units)
	}
	return most
}

// eachOf is what a step saves one of these units in a year.
func (p Plan) eachOf(t PlanStep) string {
	if unitsOf(t) == 0 {
		return locale.Absent
	}
	return locale.Fixed(t.Hours.Mid/float64(unitsOf(t)), 1)
}

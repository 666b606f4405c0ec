package page

import (
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

func (p System) savedHours(s queries.Suggestion) string {
	if s.Hours.Mid <= 0 {
		return p.T("systems.saves_none")
	}
	return Amount(p.View, s.Hours)
}

func (p System) savedYuan(s queries.Suggestion) string {
	if s.Yuan.Mid <= 0 {
		return locale.Absent
	}
	return Money(p.View, s.Yuan)
}

func (p System) concerned(s queries.Suggestion) string {
	return p.T("systems.concerned_n", "people", s.People, "n", s.Units)
}

// DependantWords names who or what relies on a system.
func DependantWords(v component.View, d queries.Dependant) string {
	switch d.Kind {
	case "unit", "system", "form":
		return v.Name(d.Kind, d.ID)
	}
	if d.ID == "" {
		return v.Known("systems.dependant."+d.Kind, d.Kind)
	}
	return v.T("systems.dependant_of", "name", v.Known("systems.dependant."+d.Kind, d.Kind), "id", d.ID)
}

func dependantPath(d queries.Dependant) string {
	switch d.Kind {
	case "system":
		return SystemPath(d.ID)
	case "form":
		return component.Address("/findings", nil, "form", d.ID)
	case "unit":
		return component.Address("/findings", nil, "unit", d.ID)
	}
	return ""
}

// groundWords says why a system can take the place of another.
func groundWords(v component.View, c queries.Successor) string {
	var out []string
	if c.Declared {
		out = append(out, v.T("systems.ground.declared"))
	}
	if c.Forms > 0 || c.Share > 0 {
		out = append(out, v.T("systems.ground.overlap"))
	}
	if len(out) == 0 {
		return locale.Absent
	}
	return strings.Join(out, v.T("systems.comma"))
}

func shareOrAbsent(share float64) string {
	if share <= 0 {
		return locale.Absent
	}
	return locale.Percent(share, 0)
}

// SpanWords is the span of the submissions that have to be moved.
func SpanWords(v component.View, m queries.DataToMove) string {
	if m.From.IsZero() || m.Submissions == 0 {
		return locale.Absent
	}
	return v.T("word.range", "from", day(v, m.From), "to", day(v, m.To))
}

// planStep is one step of the dated plan in words.
type planStep struct{ day, words, needs, done string }

// steps are those of the case where there is one, with what was done already, else those of the suggestion.
func (p System) steps() []planStep {
	var out []planStep
	if p.Case != nil && len(p.Case.Plan) > 0 {
		for _, s := range p.Case.Plan {
			t := planStep{day: p.Date(s.Planned), words: p.Known("systems.step."+s.Step, s.Step), needs: said(p.View, s.Needs)}
			if !s.Done.IsZero() {
				t.done = p.T("systems.step_done", "day", p.Date(s.Done))
			}
			out = append(out, t)
		}
		return out
	}
	for _, s := range suggestionOf(p.SystemRow).Steps {
		out = append(out, planStep{day: p.Date(s.Day), words: p.Known("systems.step."+s.Step, s.Step), needs: said(p.View, s.Needs)})
	}
	return out
}

// reachTitle says how many of the units that ought to use the system did.
func (p System) reachTitle(towns []town) string {
	used, all := 0, 0
	for _, t := range towns {
		used, all = used+t.used, all+len(t.units)
	}
	return p.T("systems.reach_title", "n", used, "of", all)
}

func (p System) meter(t town) string { return chart.Meter(float64(t.used) / float64(len(t.units))) }

// judgedDays are the days over which units and people are counted.
func (p System) judgedDays() int {
	if n := p.assessed().Use.Needed; n > 0 {
		return n
	}
	return 90
}

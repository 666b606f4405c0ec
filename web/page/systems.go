package page

import (
	"math"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Systems is the list of upstream systems.
type Systems struct {
	component.View
	Rows []queries.SystemRow
}

func (p Systems) title() string {
	var idle, uncovered int
	for _, s := range p.Rows {
		if s.Verdict != nil && s.Verdict.Status == "open" {
			idle++
		}
		if !s.UsageCovered {
			uncovered++
		}
	}
	return p.T("systems.title", "n", len(p.Rows), "idle", idle, "uncovered", uncovered)
}

// weekly draws the course of use, or nothing where use is not seen.
func weekly(v component.View, s queries.SystemRow) string {
	if !s.UsageCovered && s.LastEvent.IsZero() {
		return ""
	}
	sum := 0.0
	for _, w := range s.Weeks {
		sum += w
	}
	return chart.Sparkline(s.Weeks, v.T("systems.spark", "n", len(s.Weeks), "events", sum))
}

// seen writes a count of use, which says nothing where use is not collected.
func seen(v component.View, s queries.SystemRow, n uint64) string {
	if n == 0 && !s.UsageCovered {
		return locale.Absent
	}
	return v.Int(n)
}

// verdict is the state of a system in a word.
func verdict(v component.View, s queries.SystemRow) (component.State, string) {
	switch {
	case s.Verdict != nil && s.Verdict.Status == "not_assessed":
		return component.NotAssessed, v.T("systems.not_assessed")
	case s.Verdict != nil && component.StateOf(s.Verdict.Status) == component.ToVerify:
		return component.ToVerify, v.Known("verdict."+detail(s.Verdict, "verdict"), v.T("systems.flagged"))
	case s.Verdict != nil:
		return component.StateOf(s.Verdict.Status), v.Known("status."+s.Verdict.Status, s.Verdict.Status)
	case !s.UsageCovered && s.Events == 0:
		return component.NotAssessed, v.T("systems.not_covered")
	default:
		return component.NoProblem, v.T("systems.no_problem")
	}
}

// detail is a word among the numbers of a finding, or empty.
func detail(f *queries.Finding, name string) string {
	word, _ := f.Evidence.Detail[name].(string)
	return word
}

// test is one of the five official tests of a system that ought to go, with its answer.
type test struct {
	words  string
	state  component.State
	answer string
}

// tests are the five tests of 国办发〔2017〕39号 as the detector of unused systems answered them.
func (p System) tests() []test {
	if p.Verdict == nil {
		return nil
	}
	answers, ok := p.Verdict.Evidence.Detail["tests"].(map[string]any)
	if !ok {
		return nil
	}
	var out []test
	for _, name := range []string{"detached", "replaceable", "resources_idle", "unmaintained", "narrow"} {
		t := test{words: p.T("systems.test." + name), state: component.NotAssessed, answer: p.T("systems.answer_unknown")}
		switch answers[name] {
		case "yes":
			t.state, t.answer = component.ToVerify, p.T("systems.answer_yes")
		case "no":
			t.state, t.answer = component.NoProblem, p.T("systems.answer_no")
		}
		out = append(out, t)
	}
	return out
}

// suggestion is what the detector proposes; people decide.
func (p System) suggestion() string {
	if p.Verdict == nil {
		return ""
	}
	name := detail(p.Verdict, "suggestion")
	if name == "" || !p.Has("systems.suggest."+name) {
		return ""
	}
	return p.T("systems.suggest."+name, "system", p.Successor)
}

// lastUse says when a system was last really used, or why that is not known.
func lastUse(v component.View, s queries.SystemRow) string {
	switch {
	case !s.LastUse.IsZero():
		return v.Moment(s.LastUse)
	case !s.LastEvent.IsZero():
		return v.T("systems.only_noise")
	case s.UsageCovered:
		return v.T("systems.none_seen")
	default:
		return v.T("systems.not_covered")
	}
}

// System is one system in full.
type System struct {
	component.View
	queries.SystemPage
	Findings []queries.Finding
	Overlaps []queries.FormOverlap // of its forms with others, those that cost most first
}

func (p System) facts() [][2]string {
	or := func(text string) string { return orWord(text, p.T("word.not_declared")) }
	out := [][2]string{
		{p.T("column.owner"), or(p.Owner)},
		{p.T("column.level"), or(p.Known("level."+p.Level, p.Level))},
		{p.T("column.kind"), or(p.Known("kind."+p.Kind, p.Kind))},
		{p.T("column.cycle"), or(p.Known("cycle."+p.Cycle, p.Cycle))},
		{p.T("column.launched"), or(strings.TrimPrefix(p.Date(p.Launched), locale.Absent))},
		{p.T("column.last_use"), lastUse(p.View, p.SystemRow)},
		{p.T("column.people"), p.reach()},
	}
	if p.AnnualCost > 0 {
		out = append(out, [2]string{p.T("column.cost"), p.T("systems.yuan", "n", p.AnnualCost)})
	}
	if p.Waiver.Rule != "" {
		out = append(out, [2]string{p.T("column.waiver"), p.T("systems.waiver", "basis", p.Waiver.Basis, "until", p.Date(p.Waiver.Until))})
	}
	return out
}

func (p System) reach() string {
	if p.EntitledUsers == 0 {
		return p.T("systems.people", "n", p.People)
	}
	return p.T("systems.people_of", "n", p.People, "entitled", p.EntitledUsers, "share", float64(p.People)/float64(p.EntitledUsers))
}

func (p System) sentence() string {
	if p.Verdict != nil {
		return Short(p.View, *p.Verdict)
	}
	return p.Name("system", p.ID)
}

func (p System) use() component.Figure {
	f := chart.Figure{Kind: "line", Title: p.T("systems.use"), Unit: p.T("unit_of.actions_week"), Number: locale.Number}
	for _, w := range p.WeekStarts {
		f.X = append(f.X, w.Format("01-02"))
	}
	f.Series = []chart.Series{{Name: p.T("systems.use_series"), Values: p.Weeks}}
	if len(f.X) == 0 {
		return component.Figure{}
	}
	f.Description = p.T("chart.describe", "series", f.Series[0].Name, "n", len(f.X), "first", f.X[0], "last", f.X[len(f.X)-1])
	return p.Draw(f)
}

func minutes(v component.View, m float64) string {
	if math.IsNaN(m) || m <= 0 {
		return locale.Absent
	}
	return v.T("word.minutes", "n", math.Round(m*10)/10)
}

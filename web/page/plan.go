package page

import (
	"fmt"
	"math"
	"strconv"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Plan is the merge plan with what ticking steps saves and what became of those accepted.
type Plan struct {
	component.View
	Called   *queries.NameTable
	Run      queries.DuplicateRun
	Units    uint64 // that report
	Steps    []PlanStep
	Shown    []PlanStep // on this page
	Chosen   Steps
	WhatIf   bool   // whether the reader ticked steps; else all count
	Only     uint32 // the one step shown in full, 0 for a page of steps
	Progress []queries.PlanProgress
	Decided  []queries.PlanDecision // in force, the newest first
	Paging   component.Paging
	Writable bool
}

// StepPath is the address of one step.
func StepPath(n uint32) string { return fmt.Sprintf("/plan?step=%d", n) }

// LineWords says what a line of the plan does.
func LineWords(v component.View, l queries.PlanLine) string {
	pairs := []any{"form", l.Form, "form_source", l.FromForm, "field", l.Form + "." + l.Field, "field_source", l.FromForm + "." + l.From}
	key := "plan.line." + l.Action
	if l.From == "" && v.Has(key+"_form") {
		key += "_form"
	}
	return v.T(key, pairs...)
}

// howWords says what turns the source's values into the field's, empty where they are the same.
func howWords(v component.View, l queries.PlanLine) string {
	switch {
	case l.Factor != 0 && l.Factor != 1:
		return v.T("plan.factor", "factor", l.Factor)
	case len(l.Codes) > 0:
		codes := sortedCodes(l.Codes)
		return v.T("pair.codes", "list", codes[:min(4, len(codes))], "n", len(codes))
	case l.Relation == "aggregate" || l.Relation == "computed":
		return v.T("plan.how." + l.Relation)
	}
	return ""
}

// free is what all steps save that wait for no legal basis.
func (p Plan) free() queries.Hours {
	if len(p.Steps) == 0 {
		return queries.Hours{}
	}
	return p.Steps[len(p.Steps)-1].After
}

// total is what the ticked steps save.
func (p Plan) total() queries.Hours {
	var sum queries.Hours
	for _, t := range p.Steps {
		if t.On {
			sum = sum.Plus(t.Hours)
		}
	}
	return sum
}

// apart counts the steps that wait for a legal basis, and what they would save.
func (p Plan) apart() (n int, sum queries.Hours) {
	for _, t := range p.Steps {
		if t.Apart {
			n, sum = n+1, sum.Plus(t.Hours)
		}
	}
	return n, sum
}

func (p Plan) ticked() int {
	n := 0
	for _, t := range p.Steps {
		if t.On {
			n++
		}
	}
	return n
}

// each is hours of all units as hours of one.
func (p Plan) each(h queries.Hours) queries.Hours {
	n := float64(max(1, p.Units))
	return queries.Hours{Mid: h.Mid / n, Low: h.Low / n, High: h.High / n}
}

func (p Plan) title() string {
	first, all := 0, p.free()
	for first < len(p.Steps) && p.Steps[first].After.Mid < 0.8*all.Mid {
		first++
	}
	first = min(first+1, len(p.Steps))
	return p.T("plan.title", "n", len(p.Steps), "hours", Amount(p.View, all), "first", first, "share", p.Steps[first-1].After.Mid/math.Max(all.Mid, 1e-9))
}

func (p Plan) note() string {
	n, sum := p.apart()
	if n == 0 {
		return p.T("plan.note", "date", p.Date(p.Run.AsOf))
	}
	return p.T("plan.note_apart", "date", p.Date(p.Run.AsOf), "n", n, "hours", Amount(p.View, sum))
}

const curvePoints = 60

// curve draws what is saved after the first k steps, with what the ticked ones save.
func (p Plan) curve() component.Figure {
	n := len(p.Steps)
	if n == 0 || p.free().Mid <= 0 {
		return component.Figure{}
	}
	sums := make([]queries.Hours, n+1)
	for i, t := range p.Steps {
		sums[i+1] = t.After
	}
	f := chart.Figure{Kind: "line", Title: p.T("plan.curve"), Unit: p.T("duplicates.unit.hours"), Number: locale.Number}
	points := min(n, curvePoints)
	mid := chart.Series{Name: p.T("plan.curve_series")}
	for i := range points + 1 {
		k := i * n / points
		f.X = append(f.X, strconv.Itoa(k))
		mid.Values = append(mid.Values, math.Round(sums[k].Mid))
		f.Low, f.High = append(f.Low, math.Round(sums[k].Low)), append(f.High, math.Round(sums[k].High))
	}
	f.Series, f.BandName = []chart.Series{mid}, p.T("plan.curve_band")
	if p.WhatIf && p.ticked() > 0 {
		f.Marks = []chart.Mark{{
			At: float64(p.ticked()) / float64(n) * float64(points), Value: math.Round(p.total().Mid),
			Name: p.T("plan.curve_mark", "n", p.ticked(), "hours", hoursNumber(p.total().Mid)),
		}}
	}
	f.Description = p.T("chart.describe", "series", mid.Name, "n", len(f.X), "first", f.X[0], "last", f.X[len(f.X)-1])
	return p.Draw(f)
}

// state is what was decided on a step.
func (p Plan) state(t PlanStep) (component.State, string) {
	accepted, rejected := 0, 0
	for _, d := range t.Decided {
		switch d.Decision {
		case queries.DecisionAccepted:
			accepted++
		case queries.DecisionRejected:
			rejected++
		}
	}
	switch {
	case accepted == len(t.Lines):
		return component.Confirmed, p.T("plan.decided.accepted", "date", p.Date(t.Decided[0].Effective), "by", t.Decided[0].By)
	case accepted > 0:
		return component.Confirmed, p.T("plan.decided.partly", "n", accepted, "of", len(t.Lines))
	case rejected > 0:
		return component.NoProblem, p.T("plan.decided.rejected", "by", t.Decided[0].By)
	default:
		return component.ToVerify, p.T("plan.decided.open")
	}
}

// stepNumbers lists steps in words.
func stepNumbers(all []uint32) []string {
	out := make([]string, 0, len(all))
	for _, n := range all {
		out = append(out, strconv.FormatUint(uint64(n), 10))
	}
	return out
}

const (
	linesShown     = 10 // of a step
	decisionsShown = 60
)

// lines are the changes of a step that a page shows: all where the step stands alone.
func (p Plan) lines(t PlanStep) []queries.PlanLine {
	all := changes(t)
	if p.Only != 0 {
		return all
	}
	return all[:min(linesShown, len(all))]
}

// shownSteps are the steps of this page, as the form sends them.
func (p Plan) shownSteps() string {
	set := Steps{}
	for _, t := range p.Shown {
		set[t.Step] = true
	}
	return FormatSteps(set)
}

// chosenSteps are all steps that count, as addresses hold them.
func (p Plan) chosenSteps() string { return FormatSteps(p.Chosen) }

// firsts are shortcuts: the first k steps, or all.
func (p Plan) firsts() []int {
	var out []int
	for _, k := range []int{5, 10, 20, 50} {
		if k < len(p.Steps) {
			out = append(out, k)
		}
	}
	return append(out, len(p.Steps))
}

// saved tells what the reader just did.
func (p Plan) saved() string {
	if key := "plan.saved." + p.Query.Get("saved"); p.Has(key) {
		return p.T(key)
	}
	return ""
}

// promised and kept add up the accepted lines: what was promised of those that could be measured, and what was saved.
func (p Plan) promised() (all, measured, kept queries.Hours, n int) {
	for _, g := range p.Progress {
		all = all.Plus(g.Decision.Line.Hours)
		if g.State == queries.ProgressMeasured || g.State == queries.ProgressStillAsked {
			measured, kept = measured.Plus(g.Decision.Line.Hours), kept.Plus(g.Saved)
			n++
		}
	}
	return all, measured, kept, n
}

func (p Plan) progressTitle() string {
	all, measured, kept, n := p.promised()
	if n == 0 {
		return p.T("plan.measured.title_none", "n", len(p.Progress), "hours", Amount(p.View, all))
	}
	return p.T("plan.measured.title", "n", n, "promised", Amount(p.View, measured), "saved", Amount(p.View, kept))
}

// progressState is the state of an accepted line with its shape and words.
func (p Plan) progressState(g queries.PlanProgress) (component.State, string) {
	words := p.T("plan.measured."+g.State, "n", g.Periods, "of", g.Needed, "date", p.Date(g.Decision.Effective))
	switch g.State {
	case queries.ProgressMeasured:
		return component.Confirmed, words
	case queries.ProgressStillAsked:
		return component.ToVerify, words
	default:
		return component.NotAssessed, words
	}
}

// savedWords is what an accepted line saved, where that could be measured.
func (p Plan) savedWords(g queries.PlanProgress) string {
	if g.State != queries.ProgressMeasured && g.State != queries.ProgressStillAsked {
		return locale.Absent
	}
	return hoursNumber(g.Saved.Mid) + " " + interval(g.Saved)
}

// stillAsked counts the accepted lines whose data are still filled in.
func (p Plan) stillAsked() int {
	n := 0
	for _, g := range p.Progress {
		if g.State == queries.ProgressStillAsked {
			n++
		}
	}
	return n
}

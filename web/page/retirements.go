package page

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Retirements is the board of all cases.
type Retirements struct {
	component.View
	Called *queries.NameTable
	Today  time.Time
	All    []queries.RetirementCase
	Shown  []queries.RetirementCase
	Saving map[string]queries.RetirementSaving
	Paging component.Paging
	Rows   []queries.RetirementCase // of this page
}

// UnderWay says that somebody has something to do: a case that is closed, or exempt for a while, waits for nobody.
func UnderWay(c queries.RetirementCase) bool {
	return !c.Closed() && c.State != queries.RetirementExempt
}

// FitsRetirement says whether a case falls under a filter: state (also open, late, escalated) or owner.
func FitsRetirement(c queries.RetirementCase, called *queries.NameTable, today time.Time, filter, value string) bool {
	switch {
	case value == "":
		return true
	case filter == "owner":
		return called.Owners[c.System] == value
	case value == "open":
		return UnderWay(c)
	case value == "late":
		return c.Late(today)
	case value == "escalated":
		return !c.Escalated.IsZero()
	}
	return c.State == value
}

func (p Retirements) count(state string) int {
	n := 0
	for _, c := range p.All {
		if FitsRetirement(c, p.Called, p.Today, "state", state) {
			n++
		}
	}
	return n
}

func (p Retirements) owners() []string {
	var out []string
	for _, c := range p.All {
		if name := p.Called.Owners[c.System]; name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// promised is what the cases that are not closed without an end promise in a year.
func (p Retirements) promised() queries.Hours {
	var sum queries.Hours
	for _, c := range p.Shown {
		if c.State != queries.RetirementKept && c.State != queries.RetirementWithdrawn && c.State != queries.RetirementExempt {
			sum = sum.Plus(c.Assessment.Suggestion.Hours)
		}
	}
	return sum
}

// measured are the cases whose saving can be told.
func (p Retirements) measured() (rows []queries.RetirementSaving, promised queries.Hours, saved, soFar float64) {
	for _, c := range p.Shown {
		if x, ok := p.Saving[c.System]; ok {
			rows = append(rows, x)
			if x.Measured {
				promised, saved, soFar = promised.Plus(x.Promised), saved+x.Saved, soFar+x.SoFar
			}
		}
	}
	return rows, promised, saved, soFar
}

func (p Retirements) title() string {
	key := "retirements.title"
	if p.count("late") > 0 {
		key = "retirements.title_late"
	}
	return p.T(key, "n", p.count("open"), "late", p.count("late"), "done", p.count(queries.RetirementDone))
}

func (p Retirements) offBy(c queries.RetirementCase) string {
	for _, s := range c.Plan {
		if s.Step == "off" {
			if !s.Done.IsZero() {
				return p.Date(s.Done)
			}
			if c.Closed() || c.Assessment.Suggestion.Action == queries.SuggestSimplify {
				return locale.Absent
			}
			return p.Date(s.Planned)
		}
	}
	return locale.Absent
}

// RetirementHead and RetirementLine are the list for spreadsheets.
func RetirementHead(v component.View) []string {
	var out []string
	for _, key := range []string{"id", "system", "owner", "action", "into", "state", "since", "step", "due", "days", "late", "escalated", "until", "off", "hours_low", "hours", "hours_high", "saved", "events"} {
		out = append(out, v.T("retirements.csv."+key))
	}
	return out
}

// Line is a case as the cells of a spreadsheet.
func (p Retirements) Line(c queries.RetirementCase) []string {
	s := c.Assessment.Suggestion
	yes := func(b bool) string {
		if b {
			return p.T("word.yes")
		}
		return p.T("word.no")
	}
	blank := func(t time.Time) string { return strings.TrimPrefix(p.Date(t), locale.Absent) }
	days, saved, into := "", "", ""
	if !c.Due.IsZero() {
		days = fmt.Sprint(queries.DayNumber(c.Due) - queries.DayNumber(p.Today))
	}
	if x, ok := p.Saving[c.System]; ok && x.Measured {
		saved = fmt.Sprintf("%.1f", x.Saved)
	}
	if s.Into != "" {
		into = p.Name("system", s.Into)
	}
	step := ""
	if c.Step != "" {
		step = p.T("retirement.step." + c.Step)
	}
	return []string{
		c.System, p.Name("system", c.System), p.Called.Owners[c.System], p.Known("systems.action."+s.Action, s.Action), into, p.T("retirement.state." + c.State), blank(c.Since),
		step, blank(c.Due), days, yes(c.Late(p.Today)), blank(c.Escalated), blank(c.Until), strings.TrimPrefix(p.offBy(c), locale.Absent),
		fmt.Sprintf("%.1f", s.Hours.Low), fmt.Sprintf("%.1f", s.Hours.Mid), fmt.Sprintf("%.1f", s.Hours.High), saved, fmt.Sprint(len(c.Events)),
	}
}

package page

import (
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Systems is the list of upstream systems.
type Systems struct {
	component.View
	All    []queries.SystemRow // of every system, for the summary and the counts beside the filters
	Rows   []queries.SystemRow // of this page
	Paging component.Paging
	Owners []string
}

// SystemFilters are the conditions of the list, by the names of their parameters.
var SystemFilters = []string{"verdict", "seen", "owner", "suggestion", "case", "q"}

// What the filter of verdicts offers beside the verdicts: those that wait for a person, those without one.
const (
	VerdictOpen    = "open"
	VerdictNone    = "none"
	VerdictUnknown = "unknown"
)

var (
	verdictsInOrder    = []string{VerdictOpen, "unused", "underused", "declining", "forced", "write-only", "superseded", VerdictNone, VerdictUnknown}
	seenInOrder        = []string{queries.SeenUsed, queries.SeenNoUse, queries.SeenNotCovered, queries.SeenStale}
	suggestionsInOrder = []string{queries.SuggestRetire, queries.SuggestMerge, queries.SuggestSimplify, queries.SuggestKeep}
)

// waiting are the states of a retirement in which somebody has to decide.
var waiting = []string{
	queries.RetirementSuggested, queries.RetirementNotified, queries.RetirementDisputed, queries.RetirementExemption, queries.RetirementReopened,
}

// NeedsDecision says that a verdict waits for a person: nobody has decided what becomes of the system.
func NeedsDecision(s queries.SystemRow) bool {
	if s.Case != nil {
		return slices.Contains(waiting, s.Case.State)
	}
	return VerdictOf(s) != "" && suggestionOf(s).Action != queries.SuggestKeep
}

// FitsSystem says whether a system meets one condition of the list.
func FitsSystem(s queries.SystemRow, filter, value string) bool {
	switch filter {
	case "verdict":
		switch value {
		case VerdictOpen:
			return NeedsDecision(s)
		case VerdictUnknown:
			kind := unjudgedKind(s)
			return kind == "not_assessed" || kind == "deferred"
		case VerdictNone:
			return VerdictOf(s) == "" && !FitsSystem(s, filter, VerdictUnknown)
		}
		return VerdictOf(s) == value
	case "seen":
		return SeenOf(s) == value
	case "owner":
		return s.Owner == value
	case "suggestion":
		return suggestionOf(s).Action == value
	case "case":
		return s.Case != nil && s.Case.State == value
	}
	return true
}

// choice is one value of a filter with how many systems it leaves.
type filterChoice struct {
	value, words string
	n            int
}

// choices are the values of a filter that any system has.
func (p Systems) choices(filter string) []filterChoice {
	values := map[string][]string{"verdict": verdictsInOrder, "seen": seenInOrder, "owner": p.Owners, "suggestion": suggestionsInOrder, "case": queries.RetirementStates}[filter]
	var out []filterChoice
	for _, value := range values {
		n := 0
		for _, s := range p.All {
			if FitsSystem(s, filter, value) {
				n++
			}
		}
		if n > 0 {
			out = append(out, filterChoice{value, p.filterWords(filter, value), n})
		}
	}
	return out
}

func (p Systems) filterWords(filter, value string) string {
	switch filter {
	case "verdict":
		return p.Known("verdict."+value, p.Known("systems.filter_verdict."+value, value))
	case "seen":
		return p.Known("systems.seen."+value, value)
	case "suggestion":
		return p.Known("systems.action."+value, value)
	case "case":
		return p.Known("retirement.state."+value, value)
	}
	return value
}

// active are the conditions in force, as words.
func (p Systems) active() [][2]string {
	var out [][2]string
	for _, name := range SystemFilters {
		if value := p.Query.Get(name); value != "" {
			out = append(out, [2]string{name, p.T("filter.chip", "name", p.T("systems.filter."+name), "value", p.filterWords(name, value))})
		}
	}
	return out
}

// systemsSum is what all systems amount to.
type systemsSum struct {
	judged, deciding, unknown, costed int
	cost                              float64
	hours, yuan                       queries.Hours
	forms                             uint64
}

func (p Systems) sum() systemsSum {
	var out systemsSum
	for _, s := range p.All {
		if VerdictOf(s) != "" {
			out.judged++
			if g := suggestionOf(s); g.Action != queries.SuggestKeep {
				out.hours, out.yuan = out.hours.Plus(g.Hours), out.yuan.Plus(g.Yuan)
			}
		}
		if NeedsDecision(s) {
			out.deciding++
		}
		if slices.Contains([]string{"not_assessed", "deferred"}, unjudgedKind(s)) {
			out.unknown++
		}
		if s.AnnualCost > 0 {
			out.costed++
		}
		out.cost += s.AnnualCost
		out.forms += s.Forms
	}
	return out
}

func (p Systems) title() string {
	sum := p.sum()
	if sum.judged == 0 {
		return p.T("systems.title_fine", "n", len(p.All), "unknown", sum.unknown)
	}
	return p.T("systems.title", "n", len(p.All), "judged", sum.judged, "deciding", sum.deciding, "unknown", sum.unknown)
}

// weekly draws the course of use, or nothing where use is not seen.
func weekly(v component.View, s queries.SystemRow) string {
	weeks := s.Weeks
	if a := s.Assessment; a != nil && len(a.Use.Weeks) > 0 {
		weeks = a.Use.Weeks[max(0, len(a.Use.Weeks)-26):]
	} else if !s.UsageCovered && s.LastEvent.IsZero() {
		return ""
	}
	sum := 0.0
	for _, w := range weeks {
		sum += w
	}
	return chart.Sparkline(weeks, v.T("systems.spark", "n", len(weeks), "events", sum))
}

// people writes active of entitled people, shortly.
func (p Systems) people(s queries.SystemRow) string {
	n, ok := activePeople(s)
	switch {
	case !ok:
		return locale.Absent
	case s.EntitledUsers == 0:
		return p.Int(n)
	case n > s.EntitledUsers:
		return p.T("systems.people_over", "n", n, "entitled", s.EntitledUsers)
	}
	return p.T("systems.people_short", "n", n, "entitled", s.EntitledUsers, "share", float64(n)/float64(s.EntitledUsers))
}

package page

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// letterPath is the address of the letter about a system.
func letterPath(id string) string { return SystemPath(id) + "/letter" }

// unjudgedKind says why there is no verdict of a system: waived, not_assessed (nothing was seen of its use), deferred (in
// season, new, used elsewhere), or empty where it was judged.
func unjudgedKind(s queries.SystemRow) string {
	a := s.Assessment
	switch {
	case a == nil && s.Verdict != nil && s.Verdict.Status == "not_assessed", a == nil && s.Verdict == nil && !s.UsageCovered && s.Events == 0:
		return "not_assessed"
	case a == nil:
		return ""
	case a.Waived:
		return "waived"
	case a.Verdict != "":
		return ""
	case a.Seen == queries.SeenNotCovered || a.Seen == queries.SeenStale:
		return "not_assessed"
	case slices.ContainsFunc(a.Reasons, func(m queries.Message) bool { return !saysUsed(m) }):
		return "deferred"
	}
	return ""
}

// saysUsed says that a reason against a verdict is plain use: then there is nothing to wait for.
func saysUsed(m queries.Message) bool { return m.Key == "idle.reason.used" }

// VerdictOf is the verdict that stands: that of the analysis, unless a person found the case explained. It is empty for none.
func VerdictOf(s queries.SystemRow) string {
	open := s.Verdict != nil && s.Verdict.Status != "not_assessed"
	if open && component.StateOf(s.Verdict.Status) == component.NoProblem || unjudgedKind(s) != "" {
		return ""
	}
	if s.Assessment != nil {
		return s.Assessment.Verdict
	}
	if open {
		return detail(s.Verdict, "verdict")
	}
	return ""
}

// verdict is the state of a system in a word.
func verdict(v component.View, s queries.SystemRow) (component.State, string) {
	if name := VerdictOf(s); name != "" {
		state := component.ToVerify
		if s.Verdict != nil && s.Verdict.Status == "verified" {
			state = component.Confirmed
		}
		return state, v.Known("verdict."+name, v.T("systems.flagged"))
	}
	switch kind := unjudgedKind(s); kind {
	case "waived":
		return component.NoProblem, v.T("status.waived")
	case "not_assessed", "deferred":
		return component.NotAssessed, v.T("systems." + kind)
	}
	switch {
	case s.Verdict != nil && s.Verdict.Status != "not_assessed" && component.StateOf(s.Verdict.Status) == component.NoProblem:
		return component.NoProblem, v.Known("status."+s.Verdict.Status, s.Verdict.Status)
	case s.Verdict != nil && component.StateOf(s.Verdict.Status) == component.ToVerify:
		return component.ToVerify, v.T("systems.flagged")
	}
	return component.NoProblem, v.T("systems.no_problem")
}

// SeenOf is what was seen of a system's use: one of the Seen constants.
func SeenOf(s queries.SystemRow) string {
	switch {
	case s.Assessment != nil && s.Assessment.Seen != "":
		return s.Assessment.Seen
	case s.Events > 0:
		return queries.SeenUsed
	case s.UsageCovered && !s.LastEvent.IsZero():
		return queries.SeenNoUse
	}
	return queries.SeenNotCovered
}

// seenWords says what was seen and how far the log reaches.
func seenWords(v component.View, s queries.SystemRow) string {
	words := v.T("systems.seen." + SeenOf(s))
	if a := s.Assessment; a != nil && a.Use.Coverage != nil && SeenOf(s) != queries.SeenNotCovered {
		return v.T("systems.seen_share", "words", words, "share", a.Use.Coverage.Share)
	}
	return words
}

// lastUse says when a system was last really used, or why that is not known.
func lastUse(v component.View, s queries.SystemRow) string {
	last := s.LastUse
	if a := s.Assessment; a != nil && a.Seen != queries.SeenNotCovered {
		last = a.Use.LastUse
	}
	switch {
	case !last.IsZero():
		return day(v, last)
	case !s.LastEvent.IsZero():
		return v.T("systems.only_noise")
	case s.UsageCovered:
		return v.T("systems.none_seen")
	default:
		return v.T("systems.not_covered")
	}
}

// day writes the day of a moment. Days of the calendar come at midnight UTC and mean the same in every zone east of it.
func day(v component.View, t time.Time) string {
	if t.IsZero() || t.Unix() <= 0 {
		return locale.Absent
	}
	if v.Zone != nil {
		t = t.In(v.Zone)
	}
	return t.Format(time.DateOnly)
}

// activePeople are who did something meaningful in the days judged, and whether that can be known.
func activePeople(s queries.SystemRow) (n uint64, ok bool) {
	if a := s.Assessment; a != nil {
		return a.Use.Active, a.Seen != queries.SeenNotCovered
	}
	return s.People, s.UsageCovered || s.People > 0
}

// unitsWords writes the units that used a system of those that ought to.
func unitsWords(v component.View, s queries.SystemRow) string {
	a := s.Assessment
	switch {
	case a == nil || a.Seen == queries.SeenNotCovered:
		return locale.Absent
	case a.Use.Entitling == 0:
		return v.Int(a.Use.Units)
	}
	return v.T("systems.units_of", "n", a.Use.Units, "of", a.Use.Entitling)
}

// CostPerPerson is the yearly cost for each active person in yuan, NaN where it is unknown or nobody is active.
func CostPerPerson(s queries.SystemRow) float64 {
	n, ok := activePeople(s)
	if !ok || n == 0 || s.AnnualCost <= 0 {
		return math.NaN()
	}
	return s.AnnualCost / float64(n)
}

// yuan writes an amount of money: from ten thousand on in 万元.
func yuan(v component.View, x float64) string {
	switch a := math.Abs(x); {
	case math.IsNaN(x):
		return locale.Absent
	case a >= 10000 && v.Lang == locale.Chinese:
		decimals := 1
		if a >= 1e6 {
			decimals = 0
		}
		return v.T("systems.wan", "n", locale.Fixed(x/10000, decimals))
	}
	return v.T("systems.yuan", "n", locale.Fixed(x, 0))
}

// moneyOrAbsent writes a cost that is zero where it was not declared.
func moneyOrAbsent(v component.View, x float64) string {
	if x <= 0 {
		return locale.Absent
	}
	return yuan(v, x)
}

// Money writes yuan of a year with their interval.
func Money(v component.View, h queries.Hours) string {
	if h.Low == h.High {
		return yuan(v, h.Mid)
	}
	return v.T("systems.money", "mid", yuan(v, h.Mid), "low", yuan(v, h.Low), "high", yuan(v, h.High))
}

// suggestionOf is what is suggested for a system, empty where nothing was judged.
func suggestionOf(s queries.SystemRow) queries.Suggestion {
	if s.Assessment == nil {
		return queries.Suggestion{}
	}
	return s.Assessment.Suggestion
}

// suggestionWords names a suggestion shortly, with the successor.
func suggestionWords(v component.View, s queries.Suggestion) string {
	if s.Action == queries.SuggestMerge && s.Into != "" {
		return v.T("systems.action.merge_into", "system", s.Into)
	}
	if s.Action == "" {
		return locale.Absent
	}
	return v.Known("systems.action."+s.Action, s.Action)
}

// caseWords says where the retirement of a system stands, and until when the next step has to be done.
func caseWords(v component.View, c *queries.RetirementCase) string {
	words := v.Known("retirement.state."+c.State, c.State)
	if c.Due.IsZero() || c.Closed() {
		return words
	}
	return v.T("systems.case_due", "words", words, "day", v.Date(c.Due))
}

// said is a message that has its text, rendered; an empty message says nothing.
func said(v component.View, m queries.Message) string {
	if m.Key == "" {
		return ""
	}
	return v.M(m)
}

// saidAll are messages, rendered, each once.
func saidAll(v component.View, all []queries.Message) []string {
	var out []string
	for _, m := range all {
		if text := said(v, m); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// detail is a word among the numbers of a finding, or empty.
func detail(f *queries.Finding, name string) string {
	word, _ := f.Evidence.Detail[name].(string)
	return word
}

// SystemText is what the list says of a system, as plain texts.
type SystemText struct{ Verdict, Suggestion, Into, Case, Reasons string }

// SystemWords puts a row of the list into words, for spreadsheets.
func SystemWords(v component.View, s queries.SystemRow) SystemText {
	_, words := verdict(v, s)
	g := suggestionOf(s)
	out := SystemText{Verdict: words}
	if g.Action != "" {
		out.Suggestion = v.Known("systems.action."+g.Action, g.Action)
	}
	if g.Into != "" {
		out.Into = v.Name("system", g.Into)
	}
	if s.Case != nil {
		out.Case = v.Known("retirement.state."+s.Case.State, s.Case.State)
	}
	if s.Assessment != nil {
		out.Reasons = strings.Join(saidAll(v, s.Assessment.Reasons), " ")
	}
	return out
}

package page

import (
	"math"
	"net/url"
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Verify is the list of what deserves verification.
type Verify struct {
	component.View
	Called      *queries.NameTable
	Shown       string         // one of VerifyViews
	Counts      map[string]int // of each view
	Tally       Tally
	Calibration []CalibrationRow
	Rows        []VerifyRow
	Found       int // rows under the conditions
	Paging      component.Paging
	Towns       []Choice
	Owners      []Choice
	Forms       []Choice
}

// VerifyRow is one line of the list with its strongest finding, nil where none is left.
type VerifyRow struct {
	queries.VerifyItem
	Strongest *queries.Finding
}

// VerifyViews are the parts of the list.
var VerifyViews = []string{"recommended", "all", "audit", "checked"}

// InVerifyView says whether a row belongs to a part of the list.
func InVerifyView(view string, i queries.VerifyItem) bool {
	switch view {
	case "all":
		return i.Priority > 0
	case "audit":
		return i.Audit
	case "checked":
		return i.Outcome != nil
	default:
		return i.Recommended
	}
}

// VerifyPath is the address of one case.
func VerifyPath(unit, form string) string {
	return "/verify/" + url.PathEscape(unit) + "/" + url.PathEscape(form)
}

// UnitPath is the address of a unit.
func UnitPath(code string) string { return "/units/" + url.PathEscape(code) }

// Share is a share of a whole with its 95 % interval after Wilson (1927).
type Share struct {
	Of, All   int
	Low, High float64
}

// ShareOf reckons a share; a whole of nothing has none.
func ShareOf(of, all int) Share {
	s := Share{Of: of, All: all, High: 1}
	if all == 0 {
		return s
	}
	const z = 1.959964
	n, p := float64(all), float64(of)/float64(all)
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	s.Low, s.High = max(0, centre-half), min(1, centre+half)
	return s
}

// Words of a share with its interval.
func (s Share) Words(v component.View) string {
	if s.All == 0 {
		return locale.Absent
	}
	return v.T("verify.share", "share", float64(s.Of)/float64(s.All), "low", locale.Fixed(100*s.Low, 0), "high", locale.Fixed(100*s.High, 0))
}

// Tally counts what checks found, by the newest outcome of every case.
type Tally struct {
	Checked                                         int
	Confirmed, Explained, NotConfirmed, Unreachable int
	Listed                                          Share // confirmed of the recommended that were settled
}

// TallyOf counts outcomes, one a case.
func TallyOf(outcomes []queries.VerifyOutcome) Tally {
	var t Tally
	of, all := 0, 0
	for _, o := range outcomes {
		t.Checked++
		switch o.Outcome {
		case queries.OutcomeConfirmed:
			t.Confirmed++
		case queries.OutcomeExplained:
			t.Explained++
		case queries.OutcomeNotConfirmed:
			t.NotConfirmed++
		default:
			t.Unreachable++
		}
		if o.Recommended && !o.Audit && o.Settled() {
			all++
			if o.Outcome == queries.OutcomeConfirmed {
				of++
			}
		}
	}
	t.Listed = ShareOf(of, all)
	return t
}

// CalibrationRow holds what was expected against what was found.
type CalibrationRow struct {
	Key      string  // recommended cases by step of expectation, or audit
	Expected float64 // mean of what was expected, NaN for the audit sample
	Found    Share
}

// calibrationSteps are the upper bounds of the steps of expectation.
var calibrationSteps = []float64{0.2, 0.4, 0.6, 0.8, 1}

// CalibrationOf groups the settled outcomes by what the list expected of them, and the audit sample apart: it alone says how
// much the list misses.
func CalibrationOf(outcomes []queries.VerifyOutcome) []CalibrationRow {
	type bin struct {
		n, confirmed int
		expected     float64
	}
	bins, audit := make([]bin, len(calibrationSteps)), bin{}
	for _, o := range outcomes {
		at := &audit
		switch {
		case !o.Settled():
			continue
		case o.Audit:
		case math.IsNaN(o.Expected):
			continue
		default:
			i, _ := slices.BinarySearch(calibrationSteps, min(o.Expected, 1))
			at = &bins[i]
			at.expected += o.Expected
		}
		at.n++
		if o.Outcome == queries.OutcomeConfirmed {
			at.confirmed++
		}
	}
	var out []CalibrationRow
	for i, b := range bins {
		if b.n > 0 {
			out = append(out, CalibrationRow{"step" + string(rune('1'+i)), b.expected / float64(b.n), ShareOf(b.confirmed, b.n)})
		}
	}
	if audit.n > 0 {
		out = append(out, CalibrationRow{"audit", math.NaN(), ShareOf(audit.confirmed, audit.n)})
	}
	return out
}

func (p Verify) title() string {
	return p.T("verify.title", "n", p.Counts["recommended"], "all", p.Counts["all"])
}

// viewPath is the address of a part of the list under the same conditions.
func (p Verify) viewPath(view string) string {
	if view == VerifyViews[0] {
		view = ""
	}
	return p.With("view", view, "page", "")
}

// filePath is the address of the list under the same conditions in another form.
func (p Verify) filePath(path string) string { return component.Address(path, p.Query, "page", "") }

// narrowed says whether any condition is in force.
func (p Verify) narrowed() bool {
	return slices.ContainsFunc([]string{"town", "owner", "form", "family"}, func(name string) bool { return p.Query.Get(name) != "" })
}

func (p Verify) calibration() [][]string {
	var out [][]string
	for _, r := range p.Calibration {
		expected := locale.Absent
		if !math.IsNaN(r.Expected) {
			expected = locale.Percent(r.Expected, 0)
		}
		out = append(out, []string{p.T("verify.calibration." + r.Key), expected, p.T("verify.of", "n", r.Found.Of, "all", r.Found.All), r.Found.Words(p.View)})
	}
	return out
}

// ExpectedWords is the probability that a check confirms a case.
func ExpectedWords(x float64) string {
	if math.IsNaN(x) || x <= 0 {
		return locale.Absent
	}
	return locale.Percent(x, 0)
}

// OutcomeState is the state in which an outcome is shown.
func OutcomeState(o *queries.VerifyOutcome) component.State {
	switch {
	case o == nil:
		return component.ToVerify
	case o.Outcome == queries.OutcomeConfirmed:
		return component.Confirmed
	case o.Outcome == queries.OutcomeUnreachable:
		return component.NotAssessed
	}
	return component.NoProblem
}

// StandingWords is how a case stands: its outcome, or that it waits.
func StandingWords(v component.View, i queries.VerifyItem) (component.State, string) {
	switch {
	case i.Outcome != nil:
		return OutcomeState(i.Outcome), v.Known("verify.outcome."+i.Outcome.Outcome, i.Outcome.Outcome)
	case i.Recommended:
		return component.ToVerify, v.T("verify.advised")
	case i.Audit:
		return component.NotAssessed, v.T("verify.audit")
	}
	return component.NoProblem, v.T("verify.ordered")
}

// VerifyHead are the columns of the list as a file.
func VerifyHead(v component.View) []string {
	var out []string
	for _, key := range []string{
		"priority", "advice", "audit", "unit_code", "unit", "town", "form_id", "form", "owner", "period", "families", "strongest", "since", "expected", "stakes",
		"outcome", "reason", "by", "at", "findings",
	} {
		out = append(out, v.T("verify.csv."+key))
	}
	return out
}

// Line is a row of the list as a file: texts, numbers, and nil where nothing is known.
func (p Verify) Line(r VerifyRow) []any {
	families := ""
	for i, f := range r.Families {
		if i > 0 {
			families += "; "
		}
		families += p.Known("evidence_family."+f, f)
	}
	var priority, strongest, since, expected, stakes, outcome, reason, by, at any
	if r.Priority > 0 {
		priority = r.Priority
	}
	if r.Strongest != nil {
		strongest = Short(p.View, *r.Strongest)
	}
	if !r.Since.IsZero() {
		since = p.Date(r.Since)
	}
	if !math.IsNaN(r.Expected) && r.Expected > 0 {
		expected = math.Round(r.Expected*1000) / 1000
	}
	if r.Stakes > 0 {
		stakes = math.Round(r.Stakes*100) / 100
	}
	if o := r.Outcome; o != nil {
		outcome, reason, by, at = p.Known("verify.outcome."+o.Outcome, o.Outcome), o.Reason, o.By, p.Moment(o.At)
	}
	yes := func(b bool) string {
		if b {
			return p.T("word.yes")
		}
		return p.T("word.no")
	}
	return []any{
		priority, yes(r.Recommended), yes(r.Audit), r.Unit, p.Name("unit", r.Unit), p.Name("unit", p.Called.Parents[r.Unit]), r.Form, p.Name("form", r.Form),
		ownerOfForm(p.View, p.Called, r.Form), r.Period, families, strongest, since, expected, stakes, outcome, reason, by, at, len(r.Findings),
	}
}

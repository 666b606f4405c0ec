package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// Row compares what one detector found with what was planted for it.
type Row struct {
	Family    string   `json:"family"`    // one of familyOrder
	Detector  string   `json:"detector"`  // empty in the row that sums a family up
	Planted   int      `json:"planted"`   // that it should see
	Found     int      `json:"found"`     // what it says: pairs, systems, findings or rows of the list
	Right     int      `json:"right"`     // of Found: what was planted
	Caught    int      `json:"caught"`    // of Planted
	Precision float64  `json:"precision"` // Right/Found; 1 where nothing was found
	Recall    float64  `json:"recall"`    // Caught/Planted; 1 where nothing was planted
	Wrong     []string `json:"wrong"`     // what was found and not planted
	Missed    []string `json:"missed"`    // what was planted and not found
}

// Report is the comparison of a whole analysis with the truth.
type Report struct {
	Rows        []Row      `json:"rows"` // detectors, each family followed by its sum
	Units       int        `json:"units"`
	Recommended int        `json:"recommended"` // units with a recommended row of the verification list
	Share       float64    `json:"share"`       // Recommended/Units
	Traps       []TrapRow  `json:"traps"`       // by kind; the last, of an empty kind, is their sum
	Plan        *PlanScore `json:"plan"`        // nil where no plan was scored
}

// Score measures findings and the verification list of an analysis against the truth. Findings that are not assessed,
// waived or set aside say nothing. What was planted but is too slight or open to judgement counts as right when it is found
// and is not asked for when it is not.
func Score(t *Truth, findings []queries.Finding, verify []queries.VerifyItem) Report {
	said := map[string][]queries.Finding{}
	for _, f := range findings {
		switch f.Status {
		case "not_assessed", "waived", "explained", "false_alarm", "resolved":
		default:
			said[f.Detector] = append(said[f.Detector], f)
		}
	}
	r := Report{}
	r.family("duplicate", t.formRow(said["dup-form"]), t.itemRow(said["dup-item"]), t.entryRow(said["dup-entry"]))
	both := slices.Concat(said["dup-form"], said["dup-item"])
	r.family("pairs", t.pairRow(both))
	r.family("aggregates", t.aggregateRow(both))
	r.family("codes", t.codeRow(slices.Concat(both, said["std-conflict"])))
	r.family("entry-hours", t.entryHours(said["dup-entry"]))
	r.family("standard", t.conflictRow(said["std-conflict"]))
	r.Traps = t.trapRows(said)
	r.family("unused",
		t.systemRow("idle-system", said["idle-system"], func(s SystemUse) bool { return s.Idle }, func(s SystemUse) bool { return s.Forced }),
		t.systemRow("idle-forced", said["idle-forced"], func(s SystemUse) bool { return s.Forced }, nil),
		t.idleFormRow(said["idle-form"]), t.idleFieldRow(said["idle-field"]))
	var fabrication []Row
	for _, detector := range t.fabricationDetectors(said) {
		fabrication = append(fabrication, t.fabricationRow(detector, said[detector]))
	}
	r.family("fabrication", fabrication...)
	burden := []Row{t.burdenRow(said["burden-hours"])}
	for _, detector := range t.ruleDetectors("burden-", said) {
		burden = append(burden, t.ruleRow(detector, said[detector]))
	}
	r.family("burden", burden...)
	for family, prefix := range map[string]string{"rules": "policy-", "privacy": "pi-"} {
		var rows []Row
		for _, detector := range t.ruleDetectors(prefix, said) {
			rows = append(rows, t.ruleRow(detector, said[detector]))
		}
		r.family(family, rows...)
	}
	r.verifyList(t, verify)
	return r
}

// family adds the rows of a family and their sum, where there is more than one.
func (r *Report) family(name string, rows ...Row) {
	sum := Row{Family: name}
	for _, row := range rows {
		row.Family = name
		row.finish()
		r.Rows = append(r.Rows, row)
		sum.Planted += row.Planted
		sum.Found += row.Found
		sum.Right += row.Right
		sum.Caught += row.Caught
	}
	if len(rows) > 1 {
		sum.finish()
		r.Rows = append(r.Rows, sum)
	}
}

func (r *Row) finish() {
	r.Precision, r.Recall = 1, 1
	if r.Found > 0 {
		r.Precision = float64(r.Right) / float64(r.Found)
	}
	if r.Planted > 0 {
		r.Recall = float64(r.Caught) / float64(r.Planted)
	}
}

// claims compares the set of what was said with what is demanded and what is allowed beside it.
func (r *Row) claims(said, demanded, allowed map[string]bool) {
	for _, s := range sorted(said) {
		r.Found++
		if demanded[s] || allowed[s] {
			r.Right++
		} else {
			r.Wrong = append(r.Wrong, s)
		}
	}
	for _, d := range sorted(demanded) {
		r.Planted++
		if said[d] {
			r.Caught++
		} else {
			r.Missed = append(r.Missed, d)
		}
	}
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for s := range set {
		out = append(out, s)
	}
	sort.Strings(out)
	return out
}

// pairKey is the same for (a, b) and (b, a).
func pairKey(a, b string) string {
	if b < a {
		a, b = b, a
	}
	return a + " | " + b
}

// formRow: a finding of dup-form speaks of every pair among its forms.
func (t *Truth) formRow(findings []queries.Finding) Row {
	row := Row{Detector: "dup-form"}
	said, demanded, allowed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range findings {
		for i, a := range f.Subject.Forms {
			for _, b := range f.Subject.Forms[i+1:] {
				said[pairKey(a, b)] = true
			}
		}
	}
	for _, p := range t.DuplicateForms {
		if p.Required {
			demanded[pairKey(p.A, p.B)] = true
		} else {
			allowed[pairKey(p.A, p.B)] = true
		}
	}
	row.claims(said, demanded, allowed)
	return row
}

// itemRow: a finding of dup-item speaks of its pairs of fields or, where it lists fields that stand alone, of every pair
// among them. What is caught is asked of the closure of each finding: a group of three needs only two pairs to be told. To
// say that one field follows from the other is right where it does.
func (t *Truth) itemRow(findings []queries.Finding) Row {
	row := Row{Detector: "dup-item"}
	told, implied, demanded, allowed := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range findings {
		for _, c := range claims(&findings[i]) {
			implied[pairKey(c.a, c.b)] = true
			if !c.implied {
				told[pairKey(c.a, c.b)] = true
			}
		}
	}
	for _, p := range t.DuplicateFields {
		if p.Required {
			demanded[pairKey(p.A, p.B)] = true
		} else {
			allowed[pairKey(p.A, p.B)] = true
		}
	}
	for _, a := range t.Aggregates {
		for _, of := range a.Of {
			allowed[pairKey(a.Total, of)] = true
		}
	}
	row.claims(told, demanded, allowed)
	row.caught(demanded, implied)
	return row
}

// formOf is the form of "form.field".
func formOf(field string) string {
	form, _, _ := strings.Cut(field, ".")
	return form
}

func (t *Truth) systemRow(detector string, findings []queries.Finding, demand, allow func(SystemUse) bool) Row {
	row := Row{Detector: detector}
	said, demanded, allowed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range findings {
		for _, s := range f.Subject.Systems {
			said[s] = true
			break // the system that is judged comes first; a successor may follow
		}
	}
	for _, s := range t.Systems {
		if demand(s) {
			demanded[s.System] = true
		} else if allow != nil && allow(s) {
			allowed[s.System] = true
		}
	}
	row.claims(said, demanded, allowed)
	return row
}

// burdenTolerance is how far the hours of a unit may be from those really spent to count as right: what is not recorded is
// estimated, and METHODS asks for an interval, not for a point.
const burdenTolerance = 0.25

// burdenRow compares the hours of a year that findings give of one unit, or of one form.
func (t *Truth) burdenRow(findings []queries.Finding) Row {
	row := Row{Detector: "burden-hours"}
	real := map[string]float64{}
	for _, b := range t.Burden {
		real[b.Unit] = b.Hours
	}
	for _, f := range t.FormHours {
		real[f.Form] = f.Hours
	}
	for _, f := range findings {
		subject := f.Subject.Units
		if len(subject) == 0 {
			subject = f.Subject.Forms
		}
		if len(subject) != 1 {
			continue
		}
		hours, given := yearlyHours(f)
		want, known := real[subject[0]]
		if !given || !known {
			continue
		}
		row.Found++
		row.Planted++
		if math.Abs(hours-want) <= burdenTolerance*want {
			row.Right++
			row.Caught++
		} else {
			row.Wrong = append(row.Wrong, compared(subject[0], hours, want))
		}
	}
	return row
}

func compared(subject string, hours, want float64) string {
	return fmt.Sprintf("%s: %.0f h instead of %.0f h", subject, hours, want)
}

// yearlyHours reads the hours of a year from a finding's detail.
func yearlyHours(f queries.Finding) (float64, bool) {
	for _, key := range []string{"hours_per_year", "hours"} {
		switch x := f.Evidence.Detail[key].(type) {
		case float64:
			return x, true
		case int:
			return float64(x), true
		}
	}
	return 0, false
}

// verifyList counts the recommended rows, and the units that they name.
func (r *Report) verifyList(t *Truth, verify []queries.VerifyItem) {
	row := Row{Detector: "verify-list"}
	said, demanded, allowed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	units := map[string]bool{}
	for _, v := range verify {
		if v.Recommended {
			said[v.Unit+" "+v.Form] = true
			units[v.Unit] = true
		}
	}
	for _, f := range t.Fabricated {
		if f.Required {
			demanded[f.Unit+" "+f.Form] = true
		} else {
			allowed[f.Unit+" "+f.Form] = true
		}
	}
	row.claims(said, demanded, allowed)
	r.family("verify-list", row)
	r.Recommended = len(units)
	for _, b := range t.Burden {
		if b.Kind != "town" {
			r.Units++
		}
	}
	r.Share = float64(r.Recommended) / float64(max(r.Units, 1))
	slices.SortStableFunc(r.Rows, func(a, b Row) int { return cmp.Compare(familyOrder[a.Family], familyOrder[b.Family]) })
}

var familyOrder = map[string]int{
	"duplicate": 0, "pairs": 1, "aggregates": 2, "codes": 3, "entry-hours": 4, "standard": 5, "unused": 6, "verdicts": 7, "seen": 8, "suggestions": 9, "changes": 10,
	"fabrication": 11, "verify-list": 12, "burden": 13, "rules": 14, "privacy": 15, "refused": 16,
}

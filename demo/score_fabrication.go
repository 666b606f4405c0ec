package demo

import (
	"slices"
	"sort"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// fabricationDetectors are those that something was planted for and those that spoke.
func (t *Truth) fabricationDetectors(said map[string][]queries.Finding) []string {
	set := map[string]bool{}
	for detector := range said {
		if strings.HasPrefix(detector, "fab-") {
			set[detector] = true
		}
	}
	for _, detectors := range detectorsOf {
		for _, detector := range detectors {
			set[detector] = true
		}
	}
	set["fab-benford"] = true
	return sorted(set)
}

// fabricationRow counts findings: one is right if a unit that it names invents a form that it names, or if it names a pooled
// field that departs. The copied unit is not at fault, so a finding that names it alone is wrong.
func (t *Truth) fabricationRow(detector string, findings []queries.Finding) Row {
	// A list of slips of the pen asks to correct figures, and says of nobody that data are invented.
	findings = slices.DeleteFunc(slices.Clone(findings), func(f queries.Finding) bool { return f.Evidence.Detail["slips"] != nil && len(f.Subject.Units) == 0 })
	row := Row{Detector: detector, Found: len(findings)}
	planted := map[string]Fabricated{}
	for _, f := range t.Fabricated {
		planted[f.Unit+" "+f.Form] = f
	}
	seen := map[string]bool{}
	for _, f := range findings {
		right := false
		for _, claim := range claimsOf(f) {
			if _, invented := planted[claim]; invented || t.pooled(detector, claim) {
				right, seen[claim] = true, true
			}
		}
		if right {
			row.Right++
		} else {
			row.Wrong = append(row.Wrong, strings.Join(claimsOf(f), ", "))
		}
	}
	demand := func(what string) {
		row.Planted++
		if seen[what] {
			row.Caught++
		} else {
			row.Missed = append(row.Missed, what)
		}
	}
	for _, f := range t.Fabricated {
		if f.Required && slices.Contains(f.Detectors, detector) {
			demand(f.Unit + " " + f.Form)
		}
	}
	for _, p := range t.Pooled {
		if p.Detector == detector {
			demand(p.Form + "." + p.Field)
		}
	}
	sort.Strings(row.Wrong)
	return row
}

func (t *Truth) pooled(detector, claim string) bool {
	return slices.ContainsFunc(t.Pooled, func(p Pooled) bool { return p.Detector == detector && p.Form+"."+p.Field == claim })
}

// claimsOf is what a finding of suspicious data speaks of: "unit form" pairs or, without units, "form.field".
func claimsOf(f queries.Finding) []string {
	forms := slices.Clone(f.Subject.Forms)
	var out []string
	for _, pair := range f.Subject.Fields {
		for _, field := range pair {
			if field == "" {
				continue
			}
			if form := formOf(field); !slices.Contains(forms, form) {
				forms = append(forms, form)
			}
			if len(f.Subject.Units) == 0 {
				out = append(out, field)
			}
		}
	}
	for _, unit := range f.Subject.Units {
		for _, form := range forms {
			out = append(out, unit+" "+form)
		}
	}
	return out
}

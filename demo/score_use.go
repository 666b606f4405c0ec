package demo

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// idleFormRow: a finding speaks of every form that it names.
func (t *Truth) idleFormRow(findings []queries.Finding) Row {
	row := Row{Detector: "idle-form"}
	said, demanded, allowed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range findings {
		for _, id := range f.Subject.Forms {
			said[id] = true
		}
	}
	for _, f := range t.IdleForms {
		if f.Required {
			demanded[f.Form] = true
		} else {
			allowed[f.Form] = true
		}
	}
	row.claims(said, demanded, allowed)
	return row
}

// idleFieldRow: a finding speaks of every field that it names.
func (t *Truth) idleFieldRow(findings []queries.Finding) Row {
	row := Row{Detector: "idle-field"}
	said, demanded, allowed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range findings {
		for _, pair := range f.Subject.Fields {
			for _, id := range pair {
				if id != "" {
					said[id] = true
				}
			}
		}
	}
	for _, f := range t.IdleFields {
		if f.Required {
			demanded[f.Field] = true
		} else {
			allowed[f.Field] = true
		}
	}
	row.claims(said, demanded, allowed)
	return row
}

// ruleDetectors are the detectors of rules that something was planted for, and those of their families that spoke.
func (t *Truth) ruleDetectors(prefix string, said map[string][]queries.Finding) []string {
	set := map[string]bool{}
	for _, r := range t.Rules {
		set[r.Detector] = true
	}
	for detector := range said {
		set[detector] = true
	}
	var out []string
	for _, detector := range sorted(set) {
		if strings.HasPrefix(detector, prefix) && detector != "burden-hours" {
			out = append(out, detector)
		}
	}
	return out
}

// ruleRow: a finding speaks of its subjects of the kind that the detector is about. Systems but the first are beside the point
// where one system is judged; where a department is judged, all its systems stand for it.
func (t *Truth) ruleRow(detector string, findings []queries.Finding) Row {
	row := Row{Detector: detector}
	said, demanded, allowed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	owner := map[string]string{}
	for _, s := range t.Systems {
		owner[s.System] = s.Owner
	}
	for i := range findings {
		for _, subject := range subjectsOf(kindsOfRules[detector], &findings[i], owner) {
			said[subject] = true
		}
	}
	for _, r := range t.Rules {
		switch {
		case r.Detector != detector || r.Trap:
		case r.Required:
			demanded[r.Subject] = true
		default:
			allowed[r.Subject] = true
		}
	}
	row.claims(said, demanded, allowed)
	return row
}

func subjectsOf(kind string, f *queries.Finding, owner map[string]string) []string {
	switch kind {
	case "unit":
		return f.Subject.Units
	case "form":
		return f.Subject.Forms
	case "owner":
		if name, told := f.Evidence.Detail["owner"].(string); told {
			return []string{name}
		}
		set := map[string]bool{}
		for _, s := range f.Subject.Systems {
			set[owner[s]] = true
		}
		return sorted(set)
	case "systems":
		if len(f.Subject.Systems) == 2 {
			return []string{pairKey(f.Subject.Systems[0], f.Subject.Systems[1])}
		}
	}
	return f.Subject.Systems[:min(1, len(f.Subject.Systems))]
}

// Assess measures what an analysis says of every system: the verdict, what was seen, the suggestion, and when use fell.
func (r *Report) Assess(t *Truth, all []queries.Assessment) {
	byID := map[string]*queries.Assessment{}
	for i := range all {
		byID[all[i].System] = &all[i]
	}
	verdicts := map[string]bool{}
	for _, s := range t.Systems {
		if s.Idle || s.Forced {
			verdicts[s.Verdict] = true
		}
	}
	for i := range all {
		if all[i].Verdict != "" {
			verdicts[all[i].Verdict] = true
		}
	}
	var rows []Row
	for _, v := range sorted(verdicts) {
		rows = append(rows, t.verdictRow(v, byID))
	}
	r.family("verdicts", rows...)
	r.family("seen", t.seenRow(byID))
	r.family("suggestions", t.suggestionRow(byID))
	r.family("changes", t.changeRow(byID))
	slices.SortStableFunc(r.Rows, func(a, b Row) int { return cmp.Compare(familyOrder[a.Family], familyOrder[b.Family]) })
}

// verdictRow: a system counts for the verdict that fits it best, and caught is one with any verdict that fits.
func (t *Truth) verdictRow(verdict string, byID map[string]*queries.Assessment) Row {
	row := Row{Detector: "verdict-" + verdict}
	for i := range t.Systems {
		s := &t.Systems[i]
		said := ""
		if a := byID[s.System]; a != nil && !a.Waived {
			said = a.Verdict
		}
		planted := s.Idle || s.Forced
		fits := planted && (said == s.Verdict || slices.Contains(s.Verdicts, said))
		if said == verdict {
			row.Found++
			if fits {
				row.Right++
			} else {
				row.Wrong = append(row.Wrong, s.System)
			}
		}
		if planted && s.Verdict == verdict {
			row.Planted++
			if fits {
				row.Caught++
			} else {
				row.Missed = append(row.Missed, s.System+" ("+said+")")
			}
		}
	}
	return row
}

func (t *Truth) seenRow(byID map[string]*queries.Assessment) Row {
	row := Row{Detector: "seen"}
	for i := range t.Systems {
		s := &t.Systems[i]
		row.Planted++
		a := byID[s.System]
		if a == nil {
			row.Missed = append(row.Missed, s.System)
			continue
		}
		row.Found++
		if slices.Contains(s.Seen, a.Seen) {
			row.Right++
			row.Caught++
		} else {
			row.Wrong = append(row.Wrong, s.System+" ("+a.Seen+")")
		}
	}
	return row
}

// suggestionRow: what is suggested counts where it is more than to keep the system. A merger needs the right system to merge into.
func (t *Truth) suggestionRow(byID map[string]*queries.Assessment) Row {
	row := Row{Detector: "suggestions"}
	for i := range t.Systems {
		s := &t.Systems[i]
		action, into := queries.SuggestKeep, ""
		if a := byID[s.System]; a != nil && a.Suggestion.Action != "" {
			action, into = a.Suggestion.Action, a.Suggestion.Into
		}
		right := slices.Contains(s.Actions, action) && (action != queries.SuggestMerge || slices.Contains(s.Into, into))
		told := s.System + " (" + strings.TrimSpace(action+" "+into) + ")"
		if action != queries.SuggestKeep {
			row.Found++
			if right {
				row.Right++
			} else {
				row.Wrong = append(row.Wrong, told)
			}
		}
		if s.Idle || s.Forced {
			row.Planted++
			if right {
				row.Caught++
			} else {
				row.Missed = append(row.Missed, told)
			}
		}
	}
	return row
}

// changeDays is how far a change of level may be told from the day on which it happened.
const changeDays = 7

// changeRow asks for the day on which use fell at once. A fall that is told where none was planted is no fault: use has many.
func (t *Truth) changeRow(byID map[string]*queries.Assessment) Row {
	row := Row{Detector: "changes"}
	for i := range t.Systems {
		s := &t.Systems[i]
		day, err := time.Parse(time.DateOnly, s.Change)
		if err != nil {
			continue
		}
		row.Planted++
		row.Found++
		near := false
		if a := byID[s.System]; a != nil {
			near = slices.ContainsFunc(a.Use.Changes, func(c queries.LevelChange) bool {
				return c.After < c.Before && c.Week.Sub(day).Abs() <= changeDays*24*time.Hour
			})
		}
		if near {
			row.Right++
			row.Caught++
		} else {
			row.Wrong = append(row.Wrong, s.System)
		}
	}
	return row
}

// Refuse compares the fields ("form.field") of which something was refused on arrival with those that had to be.
func (r *Report) Refuse(t *Truth, fields []string) {
	row := Row{Detector: "refused"}
	said, demanded := map[string]bool{}, map[string]bool{}
	for _, f := range fields {
		said[f] = true
	}
	for _, f := range t.Refused {
		demanded[f] = true
	}
	row.claims(said, demanded, nil)
	r.family("refused", row)
	slices.SortStableFunc(r.Rows, func(a, b Row) int { return cmp.Compare(familyOrder[a.Family], familyOrder[b.Family]) })
}

package queries

import "strings"

// PlanStep is what one department decides at once: the lines of one form.
type PlanStep struct {
	Step  uint32
	Form  string
	Units uint64 // that fill in the form
	Lines []PlanLine
	Hours Hours
	Apart bool  // waits for a legal basis, and does not count in After
	After Hours // hours a year saved by this step and all before it
}

// legalNeeds are the keys of needs without which the law keeps data apart.
var legalNeeds = []string{"plan.need.legal.law", "plan.need.legal.grounds"}

// Apart says that the law keeps the data apart for now: the line waits for a legal basis.
func (p *PlanLine) Apart() bool {
	for _, need := range p.Needs {
		for _, key := range legalNeeds {
			if strings.HasPrefix(need.Key, key) {
				return true
			}
		}
	}
	return false
}

// PlanSteps gathers the lines of the plan by step, with the curve of hours saved after the first steps.
func PlanSteps(lines []PlanLine) []PlanStep {
	var out []PlanStep
	for _, line := range lines {
		if len(out) == 0 || out[len(out)-1].Step != line.Step {
			out = append(out, PlanStep{Step: line.Step})
		}
		s := &out[len(out)-1]
		s.Lines = append(s.Lines, line)
		s.Hours = s.Hours.Plus(line.Hours)
		if line.Action != ActionAuthority {
			s.Form, s.Units = line.Form, line.Units
			s.Apart = s.Apart || line.Apart()
		}
	}
	var after Hours
	for i := range out {
		if !out[i].Apart {
			after = after.Plus(out[i].Hours)
		}
		out[i].After = after
	}
	return out
}

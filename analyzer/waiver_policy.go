package analyzer

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// PolicyWaiver is a waiver of the policy file. Exactly one of System, Form and Owner says whom it exempts. Days are YYYY-MM-DD.
type PolicyWaiver struct {
	Rule   string `yaml:"rule"`   // a detector, a family, a beginning such as policy-*; empty for all
	System string `yaml:"system"` // id
	Form   string `yaml:"form"`   // id
	Owner  string `yaml:"owner"`  // department, as systems name it
	Basis  string `yaml:"basis"`  // the law, plan or decision that it rests on
	From   string `yaml:"from"`
	Until  string `yaml:"until"`
}

// waiver is the same with days as times. Its faults were reported when the file was read.
func (w PolicyWaiver) waiver() waiver {
	from, _ := waiverDay(w.From)
	until, _ := waiverDay(w.Until)
	return waiver{rule: w.Rule, system: w.System, form: w.Form, owner: w.Owner, basis: w.Basis, from: from, until: until}
}

func waiverDay(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, text)
}

// families are those of docs/interchange.md.
var families = []string{"duplicate", "unused", "fabrication", "burden", "standard", "privacy", "policy"}

// waiverFaults checks the waivers of a policy file: every fault names the file, the line and the key.
func waiverFaults(name string, text []byte, all []PolicyWaiver, detectors map[string]map[string]float64) []error {
	var faults []error
	for i, w := range all {
		fault := func(key, what string) {
			faults = append(faults, fmt.Errorf("%s:%d: waivers[%d].%s: %s", name, waiverLine(text, i, key), i, key, what))
		}
		if !knownRule(w.Rule, detectors) {
			fault("rule", fmt.Sprintf("there is no rule %q; give a detector (such as policy-checkin), a family (%s), or a beginning with a star (policy-*)", w.Rule, strings.Join(families, ", ")))
		}
		switch scopes := countSet(w.System, w.Form, w.Owner); {
		case scopes == 0:
			fault("system", "it exempts nobody; give one of system, form and owner")
		case scopes > 1:
			fault("system", "give one of system, form and owner, not several; write a waiver for each")
		}
		if strings.TrimSpace(w.Basis) == "" {
			fault("basis", "it is missing; name the law, plan or decision that the exemption rests on")
		}
		from, err := waiverDay(w.From)
		if err != nil {
			fault("from", fmt.Sprintf("%q is no day; write it as 2026-12-31", w.From))
		}
		until, err := waiverDay(w.Until)
		if err != nil {
			fault("until", fmt.Sprintf("%q is no day; write it as 2026-12-31", w.Until))
		}
		if w.Until == "" && reachesPolicy(w.Rule) {
			fault("until", "it is missing; an exemption from a rule of policy ends on a day")
		}
		if !until.IsZero() && until.Before(from) {
			fault("until", fmt.Sprintf("%s is before %s", w.Until, w.From))
		}
	}
	return faults
}

func countSet(texts ...string) (n int) {
	for _, t := range texts {
		if t != "" {
			n++
		}
	}
	return n
}

func knownRule(rule string, detectors map[string]map[string]float64) bool {
	if rule == "" || rule == "*" || slices.Contains(families, rule) {
		return true
	}
	if _, ok := detectors[rule]; ok {
		return true
	}
	beginning, starred := strings.CutSuffix(rule, "*")
	for id := range detectors {
		if starred && strings.HasPrefix(id, beginning) {
			return true
		}
	}
	return false
}

// reachesPolicy says whether a rule may speak of a detector of the family policy.
func reachesPolicy(rule string) bool {
	if rule == "" || rule == "policy" || strings.HasPrefix(rule, "policy-") {
		return true
	}
	beginning, starred := strings.CutSuffix(rule, "*")
	return starred && strings.HasPrefix("policy-", beginning)
}

// waiverLine is the line of a key of a waiver, or that of the waiver where it lacks the key.
func waiverLine(text []byte, i int, key string) int {
	for _, path := range []string{fmt.Sprintf("$.waivers[%d].%s", i, key), fmt.Sprintf("$.waivers[%d]", i)} {
		p, err := yaml.PathString(path)
		if err != nil {
			continue
		}
		if node, err := p.ReadNode(bytes.NewReader(text)); err == nil && node != nil {
			return node.GetToken().Position.Line
		}
	}
	return 0
}

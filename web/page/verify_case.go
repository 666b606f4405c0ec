package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// VerifyCase is one form of one unit on the verification list, with all that is known of it.
type VerifyCase struct {
	component.View
	queries.VerifyItem
	Called   *queries.NameTable
	Findings []queries.Finding // about this unit and form, the strongest first
	Above    []queries.Finding // about the form or about what the unit is asked for: causes that lie above it
	Outcomes []queries.VerifyOutcome
	History  []queries.VerifyDay
	Looked   *queries.Case // that looks into it, nil for none
	Writable bool
	Saved    bool
}

// LooksShown is how many places a case is looked at on site.
const LooksShown = 12

func (p VerifyCase) path() string { return VerifyPath(p.Unit, p.Form) }

func (p VerifyCase) title() string {
	if p.Outcome != nil {
		return p.T("verify.case.title_done", "unit", p.Unit, "form", p.Form, "outcome", p.Known("verify.outcome."+p.Outcome.Outcome, p.Outcome.Outcome))
	}
	if len(p.Families) == 0 {
		return p.T("verify.case.title_plain", "unit", p.Unit, "form", p.Form)
	}
	return p.T("verify.case.title", "unit", p.Unit, "form", p.Form, "families", p.familyWords())
}

func (p VerifyCase) familyWords() []string {
	out := make([]string, 0, len(p.Families))
	for _, f := range p.Families {
		out = append(out, p.Known("evidence_family."+f, f))
	}
	return out
}

// Why is the rule that applied, in words.
func (p VerifyCase) Why() string {
	proven := slices.ContainsFunc(p.Findings, func(f queries.Finding) bool { yes, _ := f.Evidence.Detail["deterministic"].(bool); return yes })
	switch {
	case p.Recommended && proven:
		return p.T("verify.why.contradiction")
	case p.Recommended && len(p.Families) > 1:
		return p.T("verify.why.agree", "n", len(p.Families), "families", p.familyWords())
	case p.Recommended:
		return p.T("verify.why.overwhelming", "families", p.familyWords())
	case p.Priority > 0:
		return p.T("verify.why.ordered", "families", p.familyWords())
	case p.Audit:
		return p.T("verify.why.audit")
	}
	return p.T("verify.why.past")
}

// familyEvidence is what one family of evidence says.
type familyEvidence struct {
	family   string
	findings []queries.Finding
}

func (p VerifyCase) evidence() []familyEvidence { return byEvidence(p.Findings) }

// byEvidence groups findings by their family of evidence, the families in the order of their first finding.
func byEvidence(findings []queries.Finding) []familyEvidence {
	var out []familyEvidence
	for _, f := range findings {
		family, _ := f.Evidence.Detail["family"].(string)
		at := slices.IndexFunc(out, func(e familyEvidence) bool { return e.family == family })
		if at < 0 {
			out = append(out, familyEvidence{family: family})
			at = len(out) - 1
		}
		out[at].findings = append(out[at].findings, f)
	}
	return out
}

// Looks are what to look at on site: the findings take turns, so that every kind of evidence is looked at, and nothing
// stands twice.
func (p VerifyCase) Looks() []queries.Look {
	type place struct{ period, date, field, household string }
	seen := map[place]bool{}
	var out []queries.Look
	for turn := 0; ; turn++ {
		more := false
		for _, f := range p.Findings {
			if turn >= len(f.Evidence.Look) {
				continue
			}
			more = true
			l := f.Evidence.Look[turn]
			at := place{l.Period, l.Date, l.Field, l.Household}
			if seen[at] {
				continue
			}
			seen[at] = true
			if out = append(out, l); len(out) == LooksShown {
				return out
			}
		}
		if !more {
			return out
		}
	}
}

// cause is an innocent explanation with its outcome.
type cause struct {
	words, outcome string
	state          component.State
}

// causeStates are the outcomes of an innocent explanation, those that are open first.
var causeStates = []struct {
	outcome string
	state   component.State
}{{"open", component.ToVerify}, {"unlikely", component.NoProblem}, {"excluded", component.NoProblem}, {"absent", component.NotAssessed}, {"", component.NotAssessed}}

// causes are the innocent explanations of all findings, each once, what is open first.
func (p VerifyCase) causes() []cause {
	var out []cause
	seen := map[string]bool{}
	for _, f := range p.Findings {
		for _, e := range f.Explanations {
			words := p.M(e)
			if seen[words] {
				continue
			}
			seen[words] = true
			c := cause{words: words, outcome: outcomeOf(e)}
			for _, s := range causeStates {
				if s.outcome == c.outcome {
					c.state = s.state
				}
			}
			out = append(out, c)
		}
	}
	rank := func(c cause) int {
		for i, s := range causeStates {
			if s.outcome == c.outcome {
				return i
			}
		}
		return len(causeStates)
	}
	slices.SortStableFunc(out, func(a, b cause) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

// outcomeOf is the last part of the key of an explanation's outcome, whether it comes from memory or through JSON.
func outcomeOf(m queries.Message) string {
	key := ""
	switch o := m.Params["outcome"].(type) {
	case queries.Message:
		key = o.Key
	case map[string]any:
		key, _ = o["key"].(string)
	}
	outcome := key[strings.LastIndexByte(key, '.')+1:]
	if slices.ContainsFunc(causeStates, func(s struct {
		outcome string
		state   component.State
	},
	) bool {
		return s.outcome == outcome
	}) {
		return outcome
	}
	return ""
}

// unproven is what the findings do not prove, each sentence once.
func (p VerifyCase) unproven() []string {
	out := []string{p.T("finding.not_proof_default")}
	for _, f := range p.Findings {
		if f.Evidence.NotProof.Key == "" {
			continue
		}
		if words := p.M(f.Evidence.NotProof); !slices.Contains(out, words) {
			out = append(out, words)
		}
	}
	return out
}

func (p VerifyCase) coverage() string {
	for _, f := range p.Findings {
		if f.Evidence.Coverage != nil {
			return coverageWords(p.View, f.Evidence.Coverage)
		}
	}
	return p.T("coverage.unknown")
}

// facts of a finding that a reader needs to judge it, in one line.
func (p VerifyCase) factsOf(f queries.Finding) string {
	words := p.T("verify.case.facts", "n", f.N)
	if f.Effect != nil {
		words += p.T("report.line_effect", "effect", p.Maybe(f.Effect))
	}
	switch {
	case f.Q != nil:
		words += p.T("report.line_q", "q", p.Probability(f.Q))
	case f.P != nil:
		words += p.T("report.line_p", "p", p.Probability(f.P))
	}
	return words
}

// checked are the outcomes of earlier checks, the newest first.
func (p VerifyCase) checked() []queries.VerifyOutcome {
	out := slices.Clone(p.Outcomes)
	slices.Reverse(out)
	return out
}

// course says on how many days of analysis the case was listed and recommended.
func (p VerifyCase) course() string {
	if len(p.History) == 0 {
		return ""
	}
	recommended := 0
	for _, d := range p.History {
		if d.Recommended {
			recommended++
		}
	}
	return p.T("verify.case.history", "n", len(p.History), "recommended", recommended, "first", p.Date(p.History[0].AsOf), "last", p.Date(p.History[len(p.History)-1].AsOf))
}

// VerifySheet is the cases as sheets of paper to take along.
type VerifySheet struct {
	component.View
	Cases []VerifyCase
	Left  int // cases that are not printed
}

package analyzer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// identityDetector is its id.
const identityDetector = "fab-identity"

// fabIdentity looks for figures that contradict the arithmetic of their own form.
type fabIdentity struct{ panels *panelModel }

// Meta implements Detector.
func (fabIdentity) Meta() Meta {
	return Meta{ID: identityDetector, Family: "fabrication", Version: 1, Evidence: "consistency"}
}

// PolicyIdentity is a rule of arithmetic that the policy file declares for a form.
type PolicyIdentity struct {
	Form    string `yaml:"form"`    // id
	Rule    string `yaml:"rule"`    // "total = a + b", "a <= b", "rate = 100*a/b within rounding", "stock_t = stock_{t-1} + in_t - out_t"
	Since   string `yaml:"since"`   // first day of the periods that it binds, YYYY-MM-DD; empty for all
	Version string `yaml:"version"` // printed in every finding; empty for a hash of the rule
}

// identityRule is one rule of one form: declared, or learnt from the data.
type identityRule struct {
	*arithmetic
	text, version string
	kind          string // declared, sum, balance, carried, cumulative, part, rate, equal
	declared      bool
	inYear        bool // binds periods of one year only
	since         time.Time
	all, held     int // submissions in which it could be worked out, and held
}

func newIdentityRule(kind, text string) (*identityRule, error) {
	r, err := parseArithmetic(text)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(text))
	return &identityRule{arithmetic: r, text: text, kind: kind, version: hex.EncodeToString(sum[:4])}, nil
}

// declaredIdentities are the policy's rules for a form. A rule that does not fit the form is answered with a reason.
func declaredIdentities(in Input, form queries.Form, place func(string) int, weigh func(*identityRule)) (rules []*identityRule, reasons []queries.Message) {
	for _, declared := range in.Policy.Identities {
		if declared.Form != form.ID {
			continue
		}
		rule, err := newIdentityRule("declared", declared.Rule)
		if err == nil {
			err = rule.bind(place)
		}
		if err != nil {
			reasons = append(reasons, fabReason("identity_rule", map[string]any{"form": form.ID, "rule": declared.Rule, "fault": err.Error()}))
			continue
		}
		rule.declared = true
		weigh(rule)
		rule.since, _ = waiverDay(declared.Since) // its faults were reported when the file was read
		if declared.Version != "" {
			rule.version = declared.Version
		}
		rules = append(rules, rule)
	}
	return rules, reasons
}

// identityFaults checks the rules of a policy file: every fault names the file, the line and the key.
func identityFaults(name string, text []byte, all []PolicyIdentity) []error {
	var faults []error
	for i, x := range all {
		fault := func(key, what string) {
			faults = append(faults, fmt.Errorf("%s:%d: identities[%d].%s: %s", name, identityLine(text, i, key), i, key, what))
		}
		if x.Form == "" {
			fault("form", "it is missing; give the id of the form that the rule binds")
		}
		if _, err := parseArithmetic(x.Rule); err != nil {
			fault("rule", fmt.Sprintf("%q: %v; write it as total = a + b, a <= b, rate = 100*a/b within rounding, or stock_t = stock_{t-1} + in_t - out_t", x.Rule, err))
		}
		if _, err := waiverDay(x.Since); err != nil {
			fault("since", fmt.Sprintf("%q is no day; write it as 2026-12-31", x.Since))
		}
	}
	return faults
}

// identityLine is the line of a key of a rule, or that of the rule where it lacks the key.
func identityLine(text []byte, i int, key string) int {
	for _, path := range []string{fmt.Sprintf("$.identities[%d].%s", i, key), fmt.Sprintf("$.identities[%d]", i)} {
		if p, err := yaml.PathString(path); err == nil {
			if node, err := p.ReadNode(bytes.NewReader(text)); err == nil && node != nil {
				return node.GetToken().Position.Line
			}
		}
	}
	return 0
}

// identityForm is a form with its rules and what they say of its units.
type identityForm struct {
	panel *panel
	rules []*identityRule
	units []*identityUnit
	rate  float64 // of submissions with a contradiction, among honest units
	rho   float64 // and how it differs between units
}

// identityUnit is one unit and form.
type identityUnit struct {
	at       int
	unit     string
	rows     int // submissions that some rule could judge
	breaks   []identityBreak
	periods  []int // with a contradiction beyond rounding
	standing []int // of them those that no innocent cause explains
	causes   map[string]int
	reading  bool // the unit reads the form in another way
	p, q     float64
}

func (u *identityUnit) share() float64 {
	return float64(len(u.periods)) / float64(max(1, u.rows))
}

// Detect implements Detector.
func (d fabIdentity) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(identityDetector)
	var out []queries.Finding
	var forms []*identityForm
	silent := func(form queries.Form, reason queries.Message) {
		out = append(out, NotAssessed(identityDetector, fabSubject(form), reason, form.ID))
	}
	err := d.panels.each(ctx, in, limits, func(p *panel) error {
		form, reasons := identitiesOf(in, p, limits)
		for _, r := range reasons {
			silent(p.form, r)
		}
		if form != nil {
			forms = append(forms, form)
		}
		return ctx.Err()
	}, silent)
	if err != nil {
		return nil, err
	}
	tests := judgeIdentities(forms, limits)
	for _, form := range forms {
		out = append(out, form.findings(in, limits, tests)...)
	}
	return out, nil
}

// identitiesOf learns the rules of a form and holds every submission against them.
func identitiesOf(in Input, p *panel, limits map[string]float64) (*identityForm, []queries.Message) {
	form := &identityForm{panel: p}
	declared, reasons := declaredIdentities(in, p.form, p.everyIndex, p.weigh)
	form.rules = append(declared, p.learnIdentities(limits)...)
	if len(form.rules) == 0 {
		if len(reasons) == 0 {
			reasons = []queries.Message{fabReason("no_rules", map[string]any{"form": p.form.ID, "n": len(p.every.fields)})}
		}
		return nil, reasons
	}
	form.hold(limits)
	return form, reasons
}

// everyIndex is the place of a numeric field, -1 for none.
func (p *panel) everyIndex(id string) int {
	return slices.IndexFunc(p.every.fields, func(f queries.Field) bool { return f.ID == id })
}

// judgeIdentities gives every unit its p, corrected over all units and forms, and returns how many tests there are. What
// honest units get wrong now and then is estimated from those with one contradiction at most; that some are more careless
// than others widens the binomial to a beta-binomial.
func judgeIdentities(forms []*identityForm, limits map[string]float64) int {
	var all []*identityUnit
	var everyone []tally
	for _, form := range forms {
		everyone = append(everyone, form.tallies()...)
	}
	odds := mistakeOdds(everyone, 0, 0)
	var p []float64
	for _, form := range forms {
		tallies := form.tallies()
		form.rate = honestRate(tallies, odds, limits["least_rate"])
		form.rho = spreadOf(tallies, limits["least_spread"])
		null := stats.BetaBinomial{Mean: form.rate, Rho: form.rho}
		for _, u := range form.units {
			u.p = 1
			if n := len(u.periods); n > 0 {
				u.p = null.Upper(n, u.rows)
			}
			all, p = append(all, u), append(p, u.p)
		}
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	return len(all)
}

func (form *identityForm) tallies() []tally {
	out := make([]tally, len(form.units))
	for i, u := range form.units {
		out[i] = tally{len(u.periods), u.rows}
	}
	return out
}

// spreadOf is the correlation within units of a sign, among all but the units that show it most; a given one at the least.
func spreadOf(units []tally, least float64) float64 {
	sorted := slices.Clone(units)
	slices.SortStableFunc(sorted, func(a, b tally) int { return compareFloat(a.share(), b.share()) })
	sorted = sorted[:len(sorted)-int(trimmedTop*float64(len(sorted)))]
	k, n := make([]float64, len(sorted)), make([]float64, len(sorted))
	for i, u := range sorted {
		k[i], n[i] = float64(u.hits), float64(u.of)
	}
	return max(least, stats.FitBetaBinomial(k, n).Rho)
}

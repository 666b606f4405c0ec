package queries

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// What a check on site can end in.
const (
	OutcomeConfirmed    = "confirmed"     // 属实: the doubt was confirmed
	OutcomeExplained    = "explained"     // 解释合理: what was seen is there and has an innocent cause
	OutcomeNotConfirmed = "not_confirmed" // 不属实: the data are right
	OutcomeUnreachable  = "unreachable"   // 无法核查: it could not be checked; says nothing either way
)

// VerifyOutcomes lists all outcomes.
var VerifyOutcomes = []string{OutcomeConfirmed, OutcomeExplained, OutcomeNotConfirmed, OutcomeUnreachable}

// VerifyOutcome is what a check of one form of one unit found. Outcomes are only ever added: a later one corrects an earlier
// one by standing after it. What the list said at the time is kept with it, so that what was expected can be held against
// what was found.
type VerifyOutcome struct {
	Unit        string    `json:"unit"`
	Form        string    `json:"form"`
	Period      string    `json:"period"`
	Outcome     string    `json:"outcome"`
	Reason      string    `json:"reason"`
	By          string    `json:"by"`
	Account     string    `json:"-"` // whose it is, for the case that it decides; not kept with the outcome
	At          time.Time `json:"at"`
	Audit       bool      `json:"audit"` // it was a row of the random audit sample
	Expected    float64   `json:"-"`     // probability that the list gave it, NaN for none
	Families    []string  `json:"families"`
	Recommended bool      `json:"recommended"`
	Policy      string    `json:"policy"`
	Findings    []string  `json:"findings"`          // the evidence as it was then
	Stratum     string    `json:"stratum,omitempty"` // of the audit sample
	Weight      float64   `json:"weight,omitempty"`
}

// Settled says that the check answered the question.
func (o *VerifyOutcome) Settled() bool { return o.Outcome != OutcomeUnreachable }

// RecordOutcome keeps what a check found. What is empty of Period, Families, Findings, Policy and the figures of the list and
// the sample is filled in from the newest list and sample; At is now where zero. The findings of the row take the status that
// answers them (verified, explained, false_alarm); none is deleted. A unit or form that nobody knows, an outcome that is none,
// and a missing reason or name are errors. A case that looks into the row is decided by it.
func (s *Store) RecordOutcome(ctx context.Context, o VerifyOutcome) error {
	o.Reason, o.By = strings.TrimSpace(o.Reason), strings.TrimSpace(o.By)
	switch {
	case !slices.Contains(VerifyOutcomes, o.Outcome):
		return fmt.Errorf("the outcome %q is not one of %s", o.Outcome, strings.Join(VerifyOutcomes, ", "))
	case o.By == "":
		return errors.New("the name of the person who checked is missing: a machine only suggests, a named person decides")
	case o.Reason == "":
		return errors.New("the reason is missing: say what was looked at and what was found")
	}
	if err := s.knows(ctx, o.Unit, o.Form); err != nil {
		return err
	}
	if o.At.IsZero() {
		o.At = time.Now()
	}
	if err := s.keepOutcome(ctx, o); err != nil {
		return err
	}
	return s.decideByOutcome(context.WithoutCancel(ctx), o)
}

// keepOutcome stores an outcome with what the list and the sample say of its row, and answers the findings.
func (s *Store) keepOutcome(ctx context.Context, o VerifyOutcome) error {
	o, err := s.storeOutcome(ctx, o)
	if err != nil {
		return err
	}
	return s.answer(ctx, o)
}

// storeOutcome stores an outcome with what the list and the sample say of its row, gives it so, and leaves the findings as they are.
func (s *Store) storeOutcome(ctx context.Context, o VerifyOutcome) (VerifyOutcome, error) {
	if err := s.recall(ctx, &o); err != nil {
		return o, err
	}
	err := s.insert(ctx, "verification.InsertOutcome", columns([]string{o.Unit}, []string{o.Form}, []string{o.Period}, []string{o.Outcome}, []string{o.Reason},
		[]string{o.By}, []time.Time{o.At.UTC()}, []bool{o.Audit}, []float64{o.Expected}, [][]string{orEmpty(o.Families)}, []bool{o.Recommended},
		[]string{o.Policy}, [][]string{orEmpty(o.Findings)}, []string{o.Stratum}, []float64{o.Weight}))
	if err != nil {
		return o, fmt.Errorf("unable to keep the outcome: %w", err)
	}
	return o, nil
}

// knows checks that a unit and a form are in the registry.
func (s *Store) knows(ctx context.Context, unit, form string) error {
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return err
	}
	if _, ok := registry.Unit(unit); !ok {
		return fmt.Errorf("there is no unit with the code %q", unit)
	}
	if _, ok := registry.Form(form); !ok {
		return fmt.Errorf("there is no form %q", form)
	}
	return nil
}

// recall fills in what the list and the sample say of the row.
func (s *Store) recall(ctx context.Context, o *VerifyOutcome) error {
	if o.Expected == 0 {
		o.Expected = math.NaN()
	}
	items, err := s.verifyItems(ctx)
	if err != nil {
		return err
	}
	for _, v := range items {
		if v.Unit != o.Unit || v.Form != o.Form {
			continue
		}
		o.Recommended, o.Expected = v.Recommended, v.Expected
		if o.Period == "" {
			o.Period = v.Period
		}
		if o.Families == nil {
			o.Families = v.Families
		}
		if o.Findings == nil {
			o.Findings = v.Findings
		}
	}
	sample, err := s.auditRows(ctx)
	if err != nil {
		return err
	}
	if drawn, ok := sample[[2]string{o.Unit, o.Form}]; ok {
		o.Audit, o.Stratum, o.Weight = true, drawn.Stratum, drawn.Weight
		if o.Period == "" {
			o.Period = drawn.Period
		}
	}
	if o.Policy == "" {
		err = s.Each(ctx, "verification.Policy", nil, func(scan func(...any) error) error { return scan(&o.Policy) })
	}
	return err
}

// answer gives the findings of a checked row the status that answers them.
func (s *Store) answer(ctx context.Context, o VerifyOutcome) error {
	status := map[string]string{OutcomeConfirmed: "verified", OutcomeExplained: "explained", OutcomeNotConfirmed: "false_alarm"}[o.Outcome]
	if status == "" {
		return nil
	}
	return s.setStatus(ctx, o.Findings, status)
}

// ReopenFindings gives findings that people have answered their say again.
func (s *Store) ReopenFindings(ctx context.Context, ids []string) error {
	return s.setStatus(ctx, ids, "open")
}

// setStatus is the one way in which what people decide reaches findings.
func (s *Store) setStatus(ctx context.Context, ids []string, status string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.exec(ctx, "verification.Answer", Params{"ids": ids, "status": status}); err != nil {
		return fmt.Errorf("unable to answer findings: %w", err)
	}
	return s.exec(ctx, "findings.Merge", nil)
}

// SettledOutcomes is, of some outcomes in the order of their time, the newest for each unit, form and period that answered
// the question.
func SettledOutcomes(all []VerifyOutcome) []VerifyOutcome {
	at := map[[3]string]int{}
	var out []VerifyOutcome
	for _, o := range all {
		if !o.Settled() {
			continue
		}
		key := [3]string{o.Unit, o.Form, o.Period}
		if i, ok := at[key]; ok {
			out[i] = o
			continue
		}
		at[key] = len(out)
		out = append(out, o)
	}
	return out
}

// Outcomes reads all outcomes, oldest first.
func (s *Store) Outcomes(ctx context.Context) ([]VerifyOutcome, error) {
	var out []VerifyOutcome
	err := s.Each(ctx, "verification.Outcomes", nil, func(scan func(...any) error) error {
		var o VerifyOutcome
		err := scan(&o.Unit, &o.Form, &o.Period, &o.Outcome, &o.Reason, &o.By, &o.At, &o.Audit, &o.Expected, &o.Families, &o.Recommended,
			&o.Policy, &o.Findings, &o.Stratum, &o.Weight)
		out = append(out, o)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the outcomes of verification: %w", err)
	}
	return out, nil
}

// newestOutcomes is the newest outcome of every (unit, form).
func (s *Store) newestOutcomes(ctx context.Context) (map[[2]string]*VerifyOutcome, error) {
	all, err := s.Outcomes(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[[2]string]*VerifyOutcome, len(all))
	for i := range all {
		out[[2]string{all[i].Unit, all[i].Form}] = &all[i]
	}
	return out, nil
}

package queries

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// CaseOpening is what a case is opened for: findings, or one form of one unit.
type CaseOpening struct {
	Findings   []string
	Unit, Form string
	Account    string
	Name       string
	Text       string
	Now        time.Time // its year, in its zone, is that of the case's number
}

// openAttempts bounds how often a number is looked for while others open cases too.
const openAttempts = 20

// OpenCase opens a case and gives it. What cannot be opened is a *CaseRefusal, an unknown finding ErrNotFound. A finding, or a
// form of a unit, is looked into by one case at a time.
func (s *Store) OpenCase(ctx context.Context, o CaseOpening) (Case, error) {
	if strings.TrimSpace(o.Name) == "" || o.Account == "" {
		return Case{}, &CaseRefusal{Code: CaseRefusedNobody}
	}
	subject, said, err := s.caseSubject(ctx, o)
	if err != nil {
		return Case{}, err
	}
	for range openAttempts {
		all, err := s.Cases(ctx)
		if err != nil {
			return Case{}, err
		}
		if taken := caseAbout(all, subject); taken != "" {
			return Case{}, &CaseRefusal{Code: CaseRefusedAlready, Case: taken}
		}
		e := CaseEvent{
			Case: nextCase(all, o.Now), Number: 1, Recorded: o.Now.UTC().Truncate(time.Microsecond), Account: o.Account, Name: strings.TrimSpace(o.Name),
			Kind: CaseEventOpened, To: CaseOpen, Text: strings.TrimSpace(o.Text), Subject: &subject, Said: said,
		}
		err = s.appendCase(ctx, e)
		switch {
		case errors.Is(err, errCaseTaken):
			continue
		case err != nil:
			return Case{}, err
		}
		folded, err := FoldCases([]CaseEvent{e})
		if err != nil {
			return Case{}, err
		}
		return folded[0], nil
	}
	return Case{}, errors.New("unable to open a case: too many others are being opened; try again")
}

// caseAbout is the number of a case that looks into the same already, empty for none. A closed case looks into nothing.
func caseAbout(all []Case, subject CaseSubject) string {
	for _, c := range all {
		same := subject.Unit != "" && subject.Form != "" && c.Unit == subject.Unit && c.Form == subject.Form
		if c.State != CaseClosed && (same || slices.ContainsFunc(subject.Findings, c.Holds)) {
			return c.ID
		}
	}
	return ""
}

// nextCase is the first free number of a year.
func nextCase(all []Case, now time.Time) string {
	year, most := now.Year(), 0
	for _, c := range all {
		var y, n int
		if _, err := fmt.Sscanf(c.ID, "%d-%d", &y, &n); err == nil && y == year {
			most = max(most, n)
		}
	}
	return fmt.Sprintf("%d-%04d", year, most+1)
}

// caseSubject is what an opening is about, and the findings as they are.
func (s *Store) caseSubject(ctx context.Context, o CaseOpening) (CaseSubject, []CaseSaid, error) {
	subject := CaseSubject{Unit: o.Unit, Form: o.Form, Findings: slices.Clone(o.Findings)}
	switch {
	case o.Unit != "" && o.Form != "":
		if err := s.knows(ctx, o.Unit, o.Form); err != nil {
			return subject, nil, errors.Join(ErrNotFound, err)
		}
		items, err := s.verifyItems(ctx)
		if err != nil {
			return subject, nil, err
		}
		for _, v := range items {
			if v.Unit == o.Unit && v.Form == o.Form {
				subject.Period = v.Period
				subject.Findings = append(subject.Findings, v.Findings...)
			}
		}
	case len(o.Findings) == 0:
		return subject, nil, &CaseRefusal{Code: CaseRefusedEmpty}
	}
	slices.Sort(subject.Findings)
	subject.Findings = slices.Compact(subject.Findings)
	found, err := s.findingsOf(ctx, subject.Findings)
	if err != nil {
		return subject, nil, err
	}
	for _, id := range o.Findings {
		if !slices.ContainsFunc(found, func(f Finding) bool { return f.ID == id }) {
			return subject, nil, fmt.Errorf("unable to open a case: there is no finding %q: %w", id, ErrNotFound)
		}
	}
	if slices.ContainsFunc(found, func(f Finding) bool { return f.Status == "not_assessed" }) {
		return subject, nil, &CaseRefusal{Code: CaseRefusedSilent}
	}
	subject, said, err := gatherSubject(subject, found)
	if err == nil && o.Unit == "" && subject.Unit != "" { // what is checked is the form of the unit, with all that was found about it
		o.Unit, o.Form = subject.Unit, subject.Form
		return s.caseSubject(ctx, o)
	}
	return subject, said, err
}

// gatherSubject fills in what findings are about, and refuses findings that have nothing in common.
func gatherSubject(subject CaseSubject, found []Finding) (CaseSubject, []CaseSaid, error) {
	parts := [3][]string{}
	common := [3][]string{}
	for i, f := range found {
		for k, of := range [][]string{f.Subject.Units, f.Subject.Forms, f.Subject.Systems} {
			parts[k] = append(parts[k], of...)
			if i == 0 {
				common[k] = of
				continue
			}
			common[k] = slices.DeleteFunc(slices.Clone(common[k]), func(x string) bool { return !slices.Contains(of, x) })
		}
	}
	if len(found) > 1 && len(common[0])+len(common[1])+len(common[2]) == 0 {
		return subject, nil, &CaseRefusal{Code: CaseRefusedMixed}
	}
	if subject.Unit != "" {
		parts[0], parts[1] = append(parts[0], subject.Unit), append(parts[1], subject.Form)
	}
	for k := range parts {
		slices.Sort(parts[k])
		parts[k] = slices.Compact(parts[k])
	}
	subject.Units, subject.Forms, subject.Systems = parts[0], parts[1], parts[2]
	if subject.Unit == "" && len(subject.Units) == 1 && len(subject.Forms) == 1 && found[0].Family == "fabrication" {
		subject.Unit, subject.Form = subject.Units[0], subject.Forms[0]
	}
	if len(found) > 0 {
		subject.Family = found[0].Family
	}
	return subject, saidOf(found), nil
}

func saidOf(found []Finding) []CaseSaid {
	out := []CaseSaid{}
	for _, f := range found {
		out = append(out, CaseSaid{
			ID: f.ID, Detector: f.Detector, Version: f.Version, Family: f.Family, Severity: f.Severity, Status: f.Status,
			From: f.From, To: f.To, Score: f.Score, Message: f.Evidence.Message,
		})
	}
	return out
}

// findingsOf reads findings by id, in the order of the ids.
func (s *Store) findingsOf(ctx context.Context, ids []string) ([]Finding, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	page, err := s.ReadFindings(ctx, FindingQuery{IDs: ids, NotAssessed: true, Limit: uint64(len(ids))})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(page.Rows, func(a, b Finding) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return page.Rows, nil
}

// ActOnCase does what a person asks and gives the event that keeps it. What cannot be done is a *CaseRefusal, a decision on an
// older state a *StaleCase, an unknown case ErrNotFound. The findings of the case take the status that follows from it, and a
// decision about one form of one unit is kept as the outcome of its verification.
func (s *Store) ActOnCase(ctx context.Context, cmd CaseCommand) (CaseEvent, error) {
	for range openAttempts {
		c, err := s.Case(ctx, cmd.Case)
		if err != nil {
			return CaseEvent{}, err
		}
		e, err := c.Act(cmd)
		if err != nil {
			return e, err
		}
		if e.Kind == CaseEventDecided {
			found, err := s.findingsOf(ctx, c.Findings)
			if err != nil {
				return e, err
			}
			if len(found) > 0 {
				e.Said = saidOf(found)
			}
		}
		err = s.appendCase(ctx, e)
		if errors.Is(err, errCaseTaken) { // somebody was faster: look at what they did and refuse, or add behind it
			continue
		}
		if err == nil { // whoever asked may have gone away meanwhile; SettleCases does the same after a crash
			err = s.followCase(context.WithoutCancel(ctx), c, e)
		}
		return e, err
	}
	return CaseEvent{}, fmt.Errorf("unable to act on the case %s: too many others do; try again", cmd.Case)
}

// outcomeOfVerdict is how a decision is kept as the outcome of a verification.
var outcomeOfVerdict = map[string]string{CaseVerified: OutcomeConfirmed, CaseExplained: OutcomeExplained, CaseFalseAlarm: OutcomeNotConfirmed}

// followCase gives the findings of a case the status that follows from an event that has just happened to it.
func (s *Store) followCase(ctx context.Context, c Case, e CaseEvent) error {
	if e.Kind == CaseEventCommented || e.Kind == CaseEventAttached {
		return nil
	}
	if e.Kind == CaseEventDecided && c.Unit != "" && c.Form != "" {
		return s.keepOutcome(ctx, c.outcome(e))
	}
	if err := c.apply(e); err != nil {
		return err
	}
	return s.setStatus(ctx, c.Findings, c.Status())
}

// outcome is a decision about a row of the verification list as the outcome of its verification.
func (c *Case) outcome(e CaseEvent) VerifyOutcome {
	return VerifyOutcome{
		Unit: c.Unit, Form: c.Form, Period: c.Period, Outcome: outcomeOfVerdict[e.Verdict], Reason: e.Text, By: e.Name, At: e.Recorded, Findings: c.Findings,
	}
}

// decideByOutcome decides the case that looks into a form of a unit, if any, as its verification came out.
func (s *Store) decideByOutcome(ctx context.Context, o VerifyOutcome) error {
	all, err := s.Cases(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.Unit != o.Unit || c.Form != o.Form || !c.Active() {
			continue
		}
		for verdict, outcome := range outcomeOfVerdict {
			if outcome != o.Outcome {
				continue
			}
			account := o.Account
			if account == "" {
				account = "local"
			}
			e, err := c.Act(CaseCommand{Case: c.ID, Verb: "decide", Account: account, Name: o.By, Text: o.Reason, Verdict: verdict, Now: o.At})
			if err != nil {
				return err
			}
			found, err := s.findingsOf(ctx, c.Findings)
			if err != nil {
				return err
			}
			e.Said = saidOf(found)
			if err := s.appendCase(ctx, e); err != nil && !errors.Is(err, errCaseTaken) { // taken: somebody decided it the other way round
				return err
			}
		}
	}
	return nil
}

// errCaseTaken says that another event has the number already.
var errCaseTaken = errors.New("another event has this number")

// appendCase stores one event. The token of the insert names the case and the number, so that of two events on one state the
// table takes the first, also when they come from different processes.
func (s *Store) appendCase(ctx context.Context, e CaseEvent) error {
	bodies := jsonColumn{}
	body := bodies.text(e)
	if bodies.err != nil {
		return fmt.Errorf("unable to write an event of the case %s: %w", e.Case, bodies.err)
	}
	id := rand.Text()
	once := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": fmt.Sprintf("case %d %s", e.Number, e.Case)}))
	err := s.insert(once, "case.Insert", columns([]string{e.Case}, []uint32{e.Number}, []string{id}, []time.Time{e.Recorded}, []string{e.Account}, []string{e.Name},
		[]string{e.Kind}, []string{e.From}, []string{e.To}, []string{e.Verdict}, []string{e.Assignee}, []string{e.Text}, []string{body}))
	if err != nil {
		return fmt.Errorf("unable to keep an event of the case %s: %w", e.Case, err)
	}
	var mine uint64
	err = s.Each(ctx, "case.Mine", Params{"case": e.Case, "number": e.Number, "id": id}, func(scan func(...any) error) error { return scan(&mine) })
	if err != nil {
		return err
	}
	if mine == 0 {
		return errCaseTaken
	}
	return nil
}

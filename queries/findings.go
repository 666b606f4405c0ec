package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Analysis is one run of the analyzer.
type Analysis struct {
	Run         uint64 // grows with time
	AsOf        time.Time
	From, To    time.Time
	Policy      string
	Started     time.Time
	Finished    time.Time
	Findings    uint64
	NotAssessed uint64
}

// SaveFindings stores the findings of a run. A finding that an earlier run had keeps its first_seen and what people decided
// about it (assigned, verified, explained, false_alarm); one that this run no longer makes becomes resolved, unless people
// decided on it. Detectors names those that ran: findings of others stay as they are. The statuses that people decided are
// written into all, so that what is made of the findings afterwards respects them.
func (s *Store) SaveFindings(ctx context.Context, run Analysis, detectors []string, all []Finding) error {
	earlier, err := s.findingStates(ctx)
	if err != nil {
		return err
	}
	remedied, err := s.remedied(ctx)
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	c := newFindingColumns(len(all))
	current := make(map[string]bool, len(all))
	for i := range all {
		f := &all[i]
		if current[f.ID] {
			return fmt.Errorf("unable to store the findings: %s gives the id %s twice", f.Detector, f.ID)
		}
		current[f.ID] = true
		first := now
		if old, ok := earlier[f.ID]; ok {
			first = old.first
			if decided(old.status) {
				f.Status = old.status
			}
			// What was put right stays so, unless it is found again in data that all came afterwards.
			if closed, ok := remedied[f.ID]; ok && old.status == "resolved" && !f.From.After(closed) {
				f.Status = old.status
			}
		}
		if err := c.add(*f, first, run.Run); err != nil {
			return err
		}
	}
	if len(all) > 0 {
		if err := s.insert(ctx, "findings.Insert", c.columns()); err != nil {
			return err
		}
	}
	var gone []string
	for id, old := range earlier {
		if !current[id] && !decided(old.status) && old.status != "resolved" && contains(detectors, old.detector) {
			gone = append(gone, id)
		}
	}
	if len(gone) > 0 {
		if err := s.exec(ctx, "findings.Resolve", Params{"ids": gone, "run": run.Run}); err != nil {
			return err
		}
	}
	if err := s.exec(ctx, "findings.Merge", nil); err != nil {
		return err
	}
	return s.insert(ctx, "analyses.Insert", columns(
		[]uint64{run.Run}, []time.Time{run.AsOf}, []time.Time{run.From}, []time.Time{run.To}, []string{run.Policy},
		[]time.Time{run.Started}, []time.Time{run.Finished}, []uint64{run.Findings}, []uint64{run.NotAssessed}))
}

func contains(all []string, one string) bool {
	for _, x := range all {
		if x == one {
			return true
		}
	}
	return false
}

func decided(status string) bool {
	switch status {
	case "assigned", "verified", "explained", "false_alarm":
		return true
	}
	return false
}

type findingState struct {
	detector, status string
	first            time.Time
}

func (s *Store) findingStates(ctx context.Context) (map[string]findingState, error) {
	states := map[string]findingState{}
	err := s.Each(ctx, "findings.States", nil, func(scan func(...any) error) error {
		var id string
		var f findingState
		if err := scan(&id, &f.detector, &f.status, &f.first); err != nil {
			return err
		}
		states[id] = f
		return nil
	})
	return states, err
}

type findingColumns struct {
	id, detector, family                                   []string
	version                                                []uint16
	systems, forms, units, reporters                       [][]string
	fields                                                 [][][]any
	from, to                                               []time.Time
	score                                                  []float64
	p, q, effect                                           []*float64
	n                                                      []uint64
	severity, status, reason, evidence, explanations, rule []string
	first                                                  []time.Time
	run                                                    []uint64
	updated                                                []time.Time
}

func newFindingColumns(n int) *findingColumns {
	return &findingColumns{id: make([]string, 0, n), detector: make([]string, 0, n)}
}

func (c *findingColumns) add(f Finding, first time.Time, run uint64) error {
	reason, err1 := json.Marshal(f.Reason)
	evidence, err2 := json.Marshal(f.Evidence)
	explanations, err3 := json.Marshal(f.Explanations)
	rule, err4 := json.Marshal(f.Rule)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			return fmt.Errorf("unable to write the finding %s of %s (a number may be NaN or infinite): %w", f.ID, f.Detector, err)
		}
	}
	c.id, c.detector, c.family, c.version = append(c.id, f.ID), append(c.detector, f.Detector), append(c.family, f.Family), append(c.version, f.Version)
	c.systems, c.forms = append(c.systems, orEmpty(f.Subject.Systems)), append(c.forms, orEmpty(f.Subject.Forms))
	c.units, c.reporters = append(c.units, orEmpty(f.Subject.Units)), append(c.reporters, orEmpty(f.Subject.Reporters))
	pairs := make([][]any, len(f.Subject.Fields))
	for i, p := range f.Subject.Fields {
		pairs[i] = []any{p[0], p[1]}
	}
	c.fields = append(c.fields, pairs)
	c.from, c.to, c.score = append(c.from, day(f.From)), append(c.to, day(f.To)), append(c.score, f.Score)
	c.p, c.q, c.effect, c.n = append(c.p, f.P), append(c.q, f.Q), append(c.effect, f.Effect), append(c.n, f.N)
	c.severity, c.status, c.reason = append(c.severity, f.Severity), append(c.status, f.Status), append(c.reason, string(reason))
	c.evidence, c.explanations, c.rule = append(c.evidence, string(evidence)), append(c.explanations, string(explanations)), append(c.rule, string(rule))
	c.first, c.run, c.updated = append(c.first, first), append(c.run, run), append(c.updated, time.Now())
	return nil
}

func (c *findingColumns) columns() [][]any {
	return columns(c.id, c.detector, c.version, c.family, c.systems, c.forms, c.fields, c.units, c.reporters, c.from, c.to, c.score,
		c.p, c.q, c.effect, c.n, c.severity, c.status, c.reason, c.evidence, c.explanations, c.rule, c.first, c.run, c.updated)
}

// FindingFilter narrows Findings; empty parts do not.
type FindingFilter struct {
	ID, Family, Detector, Unit, System string
	All                                bool // with not_assessed and resolved ones
}

// Findings reads findings in order of family, detector and falling score, one call of each for every finding.
func (s *Store) Findings(ctx context.Context, filter FindingFilter, each func(Finding) error) error {
	params := Params{
		"id": filter.ID, "family": filter.Family, "detector": filter.Detector, "unit": filter.Unit, "system": filter.System, "all": filter.All,
	}
	return s.Each(ctx, "findings.List", params, func(scan func(...any) error) error {
		f, err := scanFinding(scan)
		if err != nil {
			return err
		}
		return each(f)
	})
}

// scanFinding reads one row of the columns that findings.List.sql selects.
func scanFinding(scan func(...any) error) (Finding, error) {
	var f Finding
	var fields [][]string
	var reason, evidence, explanations, rule string
	err := scan(&f.ID, &f.Detector, &f.Version, &f.Family, &f.Subject.Systems, &f.Subject.Forms, &fields, &f.Subject.Units,
		&f.Subject.Reporters, &f.From, &f.To, &f.Score, &f.P, &f.Q, &f.Effect, &f.N, &f.Severity, &f.Status,
		&reason, &evidence, &explanations, &rule)
	if err != nil {
		return f, err
	}
	for _, pair := range fields {
		f.Subject.Fields = append(f.Subject.Fields, [2]string{pair[0], pair[1]})
	}
	for _, part := range []struct {
		text string
		into any
	}{{reason, &f.Reason}, {evidence, &f.Evidence}, {explanations, &f.Explanations}, {rule, &f.Rule}} {
		if err := json.Unmarshal([]byte(part.text), part.into); err != nil {
			return f, fmt.Errorf("unable to read the finding %s: %w", f.ID, err)
		}
	}
	return f, nil
}

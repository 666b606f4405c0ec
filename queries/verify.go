package queries

import (
	"context"
	"fmt"
	"time"
)

// VerifyItem is one (unit, form) of the verification list. Its keys are those of docs/interchange.md; what has no key is for
// pages and commands of people.
type VerifyItem struct {
	Unit        string   `json:"unit"`
	Form        string   `json:"form"`
	Period      string   `json:"period"`
	Priority    int      `json:"priority"` // 1 first
	Families    []string `json:"families"` // families of evidence that speak
	Findings    []string `json:"findings"` // ids, the strongest first
	Recommended bool     `json:"recommended"`

	Audit    bool           `json:"-"` // a row of the random audit sample
	Expected float64        `json:"-"` // estimated probability that a check confirms the doubt, 0..1; NaN where nothing is known
	Stakes   float64        `json:"-"` // what hangs on the data, 1 for the least; a factor of the priority
	Since    time.Time      `json:"-"` // day of the first analysis that listed it, zero when unknown
	Outcome  *VerifyOutcome `json:"-"` // the newest, nil for none
	Stratum  string         `json:"-"` // of the audit sample: kind of unit and band of evidence
	Weight   float64        `json:"-"` // of the audit sample: how many pairs of its stratum the row stands for (Horvitz-Thompson)
}

// SaveVerifyList replaces the verification list, and keeps its day in the history.
func (s *Store) SaveVerifyList(ctx context.Context, run Analysis, items []VerifyItem) error {
	if n := len(items); n > 0 {
		get := func(f func(VerifyItem) string) []string { return column(items, f) }
		units, forms := get(func(v VerifyItem) string { return v.Unit }), get(func(v VerifyItem) string { return v.Form })
		priority := column(items, func(v VerifyItem) uint32 { return uint32(v.Priority) })
		families := column(items, func(v VerifyItem) []string { return orEmpty(v.Families) })
		recommended := column(items, func(v VerifyItem) bool { return v.Recommended })
		expected := column(items, func(v VerifyItem) float64 { return v.Expected })
		err := s.insert(ctx, "verify.Insert", columns(units, forms, get(func(v VerifyItem) string { return v.Period }), priority, families,
			column(items, func(v VerifyItem) []string { return orEmpty(v.Findings) }), recommended, expected,
			column(items, func(v VerifyItem) float64 { return v.Stakes }), column(items, func(v VerifyItem) time.Time { return day(v.Since) }), repeat(run.Run, n)))
		if err != nil {
			return err
		}
		err = s.insert(ctx, "verify.InsertHistory", columns(units, forms, repeat(day(run.AsOf), n), priority, recommended, families, expected, repeat(run.Run, n)))
		if err != nil {
			return err
		}
	}
	if err := s.exec(ctx, "verify.DeleteOlder", Params{"run": run.Run}); err != nil {
		return fmt.Errorf("unable to replace the verification list: %w", err)
	}
	if err := s.exec(ctx, "verify.DeleteHistory", Params{"run": run.Run, "as_of": run.AsOf.Format(time.DateOnly)}); err != nil {
		return fmt.Errorf("unable to replace a day of the history of the verification list: %w", err)
	}
	return nil
}

// ReadVerifyList reads the list in order of priority, with the newest outcome of each row and whether it is in the newest
// audit sample.
func (s *Store) ReadVerifyList(ctx context.Context) ([]VerifyItem, error) {
	sample, err := s.auditRows(ctx)
	if err != nil {
		return nil, err
	}
	newest, err := s.newestOutcomes(ctx)
	if err != nil {
		return nil, err
	}
	out, err := s.verifyItems(ctx)
	if err != nil {
		return nil, err
	}
	for i := range out {
		v := &out[i]
		v.Outcome = newest[[2]string{v.Unit, v.Form}]
		if drawn, ok := sample[[2]string{v.Unit, v.Form}]; ok {
			v.Audit, v.Stratum, v.Weight = true, drawn.Stratum, drawn.Weight
		}
	}
	return out, nil
}

// verifyItems reads the list as it was saved.
func (s *Store) verifyItems(ctx context.Context) ([]VerifyItem, error) {
	var out []VerifyItem
	err := s.Each(ctx, "verify.List", nil, func(scan func(...any) error) error {
		var v VerifyItem
		var priority uint32
		err := scan(&v.Unit, &v.Form, &v.Period, &priority, &v.Families, &v.Findings, &v.Recommended, &v.Expected, &v.Stakes, &v.Since)
		v.Priority, v.Since = int(priority), orZero(v.Since)
		out = append(out, v)
		return err
	})
	return out, err
}

// VerifyDay is how one (unit, form) stood on the list on the day of an analysis.
type VerifyDay struct {
	Unit        string    `json:"unit"`
	Form        string    `json:"form"`
	AsOf        time.Time `json:"as_of"`
	Priority    int       `json:"priority"`
	Recommended bool      `json:"recommended"`
	Families    []string  `json:"families"`
	Expected    float64   `json:"-"`
}

// VerifyHistory reads on which days of analysis a (unit, form) stood on the list, oldest first; of all forms or all units
// where one of them is empty.
func (s *Store) VerifyHistory(ctx context.Context, unit, form string) ([]VerifyDay, error) {
	var out []VerifyDay
	err := s.Each(ctx, "verify.History", Params{"unit": unit, "form": form}, func(scan func(...any) error) error {
		var d VerifyDay
		var priority uint32
		err := scan(&d.Unit, &d.Form, &d.AsOf, &priority, &d.Recommended, &d.Families, &d.Expected)
		d.Priority = int(priority)
		out = append(out, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the history of the verification list: %w", err)
	}
	return out, nil
}

// VerifySince is the first analysis that listed each (unit, form), among those before a day.
func (s *Store) VerifySince(ctx context.Context, before time.Time) (map[[2]string]time.Time, error) {
	out := map[[2]string]time.Time{}
	err := s.Each(ctx, "verify.Since", Params{"before": before.Format(time.DateOnly)}, func(scan func(...any) error) error {
		var pair [2]string
		var first time.Time
		err := scan(&pair[0], &pair[1], &first)
		out[pair] = first
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the history of the verification list: %w", err)
	}
	return out, nil
}

// orZero reads back a missing day.
func orZero(t time.Time) time.Time {
	if t.Unix() == 0 {
		return time.Time{}
	}
	return t
}

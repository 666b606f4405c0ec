package queries

import (
	"context"
	"fmt"
	"time"
)

// AuditRow is one (unit, form) of the random audit sample of a month: a pair that was not recommended, drawn by lot.
type AuditRow struct {
	Unit       string
	Form       string
	Month      time.Time // first day
	Stratum    string    // kind of unit and band of evidence
	Population int       // pairs in the stratum
	Drawn      int       // of them in the sample
	Period     string    // months of the data
}

// Weight is how many pairs of its stratum a row stands for: the inverse of its chance to be drawn.
func (a AuditRow) Weight() float64 {
	if a.Drawn == 0 {
		return 0
	}
	return float64(a.Population) / float64(a.Drawn)
}

// ReportedPair is a (unit, form) with submissions, and the first and the last day on which a period of them begins.
type ReportedPair struct {
	Unit, Form string
	From, To   time.Time
}

// ReportedPairs lists the pairs of unit and form with submissions for periods that begin on the days from to to.
func (s *Store) ReportedPairs(ctx context.Context, from, to time.Time) ([]ReportedPair, error) {
	var out []ReportedPair
	err := s.Each(ctx, "verification.Pairs", days(from, to), func(scan func(...any) error) error {
		var p ReportedPair
		err := scan(&p.Unit, &p.Form, &p.From, &p.To)
		out = append(out, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read which units report on which forms: %w", err)
	}
	return out, nil
}

// SaveAuditSample keeps the sample of a month, and replaces an earlier one of the same month.
func (s *Store) SaveAuditSample(ctx context.Context, run Analysis, rows []AuditRow) error {
	if len(rows) == 0 {
		return nil
	}
	get := func(f func(AuditRow) string) []string { return column(rows, f) }
	err := s.insert(ctx, "verification.InsertSample", columns(
		column(rows, func(a AuditRow) time.Time { return day(a.Month) }), get(func(a AuditRow) string { return a.Unit }), get(func(a AuditRow) string { return a.Form }),
		get(func(a AuditRow) string { return a.Stratum }), column(rows, func(a AuditRow) uint32 { return uint32(a.Population) }),
		column(rows, func(a AuditRow) uint32 { return uint32(a.Drawn) }), get(func(a AuditRow) string { return a.Period }), repeat(run.Run, len(rows))))
	if err != nil {
		return err
	}
	err = s.exec(ctx, "verification.DropSample", Params{"run": run.Run, "month": rows[0].Month.Format(time.DateOnly)})
	if err != nil {
		return fmt.Errorf("unable to replace the audit sample: %w", err)
	}
	return nil
}

// AuditSamples reads the rows of all samples, oldest month first.
func (s *Store) AuditSamples(ctx context.Context) ([]AuditRow, error) {
	var out []AuditRow
	err := s.Each(ctx, "verification.Samples", nil, func(scan func(...any) error) error {
		var a AuditRow
		var population, drawn uint32
		err := scan(&a.Month, &a.Unit, &a.Form, &a.Stratum, &population, &drawn, &a.Period)
		a.Population, a.Drawn = int(population), int(drawn)
		out = append(out, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the audit sample: %w", err)
	}
	return out, nil
}

// AuditSample reads the newest random audit sample as rows of the list: Audit is true, Priority 0 and Recommended false where
// a pair is not on the list.
func (s *Store) AuditSample(ctx context.Context) ([]VerifyItem, error) {
	rows, err := s.newestSample(ctx)
	if err != nil {
		return nil, err
	}
	listed, err := s.ReadVerifyList(ctx)
	if err != nil {
		return nil, err
	}
	newest, err := s.newestOutcomes(ctx)
	if err != nil {
		return nil, err
	}
	byPair := make(map[[2]string]VerifyItem, len(listed))
	for _, v := range listed {
		byPair[[2]string{v.Unit, v.Form}] = v
	}
	out := make([]VerifyItem, len(rows))
	for i, a := range rows {
		pair := [2]string{a.Unit, a.Form}
		v, ok := byPair[pair]
		if !ok {
			v = VerifyItem{Unit: a.Unit, Form: a.Form, Period: a.Period, Families: []string{}, Findings: []string{}, Outcome: newest[pair], Since: a.Month}
		}
		v.Audit, v.Stratum, v.Weight = true, a.Stratum, a.Weight()
		out[i] = v
	}
	return out, nil
}

func (s *Store) newestSample(ctx context.Context) ([]AuditRow, error) {
	rows, err := s.AuditSamples(ctx)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].Month.Equal(rows[len(rows)-1].Month) {
			return rows[i:], nil
		}
	}
	return nil, nil
}

// auditRows is the newest sample by unit and form, as far as a row of the list says it.
func (s *Store) auditRows(ctx context.Context) (map[[2]string]VerifyItem, error) {
	rows, err := s.newestSample(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[[2]string]VerifyItem, len(rows))
	for _, a := range rows {
		out[[2]string{a.Unit, a.Form}] = VerifyItem{Stratum: a.Stratum, Weight: a.Weight(), Period: a.Period}
	}
	return out, nil
}

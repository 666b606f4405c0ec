package analyzer

import (
	"context"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// reopenFindings gives findings that people have answered their say again, where they rest on so much new data that the
// check could not have seen it.
func reopenFindings(ctx context.Context, in Input, all []queries.Finding) error {
	outcomes, err := in.Store.Outcomes(ctx)
	if err != nil || len(outcomes) == 0 {
		return err
	}
	days := int(in.Policy.Of("verify-list")["renew_days"])
	until := map[string]time.Time{}
	for _, o := range (verifyPast{outcomes: outcomes}).newest() {
		for _, id := range o.Findings {
			until[id] = checkedUntil(*o)
		}
	}
	var again []string
	for _, f := range all {
		if end, ok := until[f.ID]; ok && f.Status != "not_assessed" && !f.To.Before(end.AddDate(0, 0, days)) {
			again = append(again, f.ID)
		}
	}
	return in.Store.ReopenFindings(ctx, again)
}

// keepVerification makes the verification list of a run and the random audit sample beside it, and keeps what the run has
// looked at. Repeating the analysis of a day repeats its result.
func keepVerification(ctx context.Context, in Input, run queries.Analysis, all []queries.Finding) error {
	limit := in.Policy.Of("verify-list")
	past, err := readPast(ctx, in, run, all, limit)
	if err != nil {
		return err
	}
	items, looks := verifyList(all, in.Policy, past)
	for i := range items {
		if items[i].Since.IsZero() {
			items[i].Since = run.AsOf
		}
	}
	if err := in.Store.SaveVerifyList(ctx, run, items); err != nil {
		return err
	}
	if err := in.Store.SaveVerifyLooks(ctx, run, past.month, looks); err != nil {
		return err
	}
	return keepSample(ctx, in, run, items, past, limit)
}

func readPast(ctx context.Context, in Input, run queries.Analysis, all []queries.Finding, limit map[string]float64) (verifyPast, error) {
	past := verifyPast{month: time.Date(run.AsOf.Year(), run.AsOf.Month(), 1, 0, 0, 0, 0, time.UTC)}
	var err error
	// A look's weight depends on the one before it, which may lie as far back again.
	if past.looks, err = in.Store.VerifyLooks(ctx, past.month.AddDate(0, -2*int(limit["memory_months"]), 0), past.month); err != nil {
		return past, err
	}
	if past.since, err = in.Store.VerifySince(ctx, run.AsOf); err != nil {
		return past, err
	}
	if past.outcomes, err = in.Store.Outcomes(ctx); err != nil {
		return past, err
	}
	forms, err := in.Store.BurdenByForm(ctx)
	if err != nil {
		return past, err
	}
	hours := make(map[string]float64, len(forms))
	for _, f := range forms {
		hours[f.Form] = f.Observed + f.Filled + f.Estimated
	}
	past.stakes = verifyStakes(in.Registry, hours, unitsOverloaded(all), limit)
	return past, nil
}

// keepSample draws the audit sample of the month, unless an earlier run of the month has.
func keepSample(ctx context.Context, in Input, run queries.Analysis, items []queries.VerifyItem, past verifyPast, limit map[string]float64) error {
	drawn, err := in.Store.AuditSamples(ctx)
	if err != nil {
		return err
	}
	for _, a := range drawn {
		if a.Month.Equal(past.month) {
			return nil
		}
	}
	pairs, err := in.Store.ReportedPairs(ctx, in.Window.From, in.Window.To)
	if err != nil {
		return err
	}
	checked := map[[2]string]bool{}
	for pair, o := range past.newest() {
		if in.Window.To.Before(checkedUntil(*o).AddDate(0, 0, int(limit["renew_days"]))) {
			checked[pair] = true
		}
	}
	kind := func(unit string) string {
		u, _ := in.Registry.Unit(unit)
		return u.Kind
	}
	return in.Store.SaveAuditSample(ctx, run, auditSample(pairs, items, checked, kind, past.month, int(limit["sample_size"])))
}

package analyzer

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/queries"
)

// Run judges the window that ends with the day of asOf and stores the findings and the verification list. A detector that
// fails is reported and does not stop the others; its earlier findings stay.
func Run(ctx context.Context, store *queries.Store, policy *Policy, asOf time.Time, log zerolog.Logger) (queries.Analysis, error) {
	zone, err := time.LoadLocation(policy.Timezone)
	if err != nil {
		return queries.Analysis{}, fmt.Errorf("unable to use the policy's timezone: %w", err)
	}
	registry, err := queries.OpenRegistry(ctx, store)
	if err != nil {
		return queries.Analysis{}, err
	}
	waivers, err := LoadWaivers(ctx, store)
	if err != nil {
		return queries.Analysis{}, err
	}
	asOf = asOf.In(zone)
	to := time.Date(asOf.Year(), asOf.Month(), asOf.Day(), 0, 0, 0, 0, time.UTC)
	started := time.Now()
	run := queries.Analysis{
		Run: uint64(started.UnixNano()), AsOf: to, From: to.AddDate(0, 0, 1-policy.Window), To: to, Policy: policy.Version, Started: started,
	}
	in := Input{Store: store, Registry: registry, Policy: policy, Window: Window{From: run.From, To: run.To, AsOf: asOf}, Waivers: waivers}
	for _, name := range in.strayWaivers() {
		log.Warn().Str("waiver", name).Msg("a waiver of the policy file names a system, form or department that nobody knows; it exempts nobody")
	}
	var all []queries.Finding
	var ran []string
	var failed int
	results, err := detectAll(ctx, in, run, Detectors(), log)
	if err != nil {
		return run, err
	}
	for _, r := range results {
		if r.err != nil {
			failed++
			continue
		}
		ran = append(ran, r.meta.ID)
		for i := range r.findings {
			complete(&r.findings[i], r.meta, in)
			if r.findings[i].Status == "not_assessed" {
				run.NotAssessed++
			} else {
				run.Findings++
			}
		}
		all = append(all, r.findings...)
	}
	towns, err := townFindings(ctx, in, all)
	if err != nil {
		return run, err
	}
	all, ran, run.Findings = append(all, towns...), append(ran, townDetector), run.Findings+uint64(len(towns))
	if err := addCauses(ctx, in, &run, &all); err != nil {
		return run, err
	}
	if err := reopenFindings(ctx, in, all); err != nil {
		return run, err
	}
	run.Finished = time.Now()
	if err := store.SaveFindings(ctx, run, ran, all); err != nil {
		return run, err
	}
	if err := keepVerification(ctx, in, run, all); err != nil {
		return run, err
	}
	if failed > 0 {
		return run, fmt.Errorf("unable to complete the analysis: %d detectors failed; their reasons are in the log", failed)
	}
	return run, nil
}

// complete fills in what every finding of a detector has in common.
func complete(f *queries.Finding, meta Meta, in Input) {
	f.Detector, f.Family, f.Version = meta.ID, meta.Family, meta.Version
	f.Evidence.Policy = in.Policy.Version
	if f.Evidence.Thresholds == nil {
		f.Evidence.Thresholds = in.Policy.Of(meta.ID)
	}
	if f.Status == "" {
		f.Status = "open"
	}
	if f.From.IsZero() {
		f.From, f.To = in.Window.From, in.Window.To
	}
	if f.Rule.Key == "" {
		f.Rule.Key = "rule." + meta.ID
	}
	if f.Evidence.NotProof.Key == "" && f.Status != "not_assessed" {
		f.Evidence.NotProof.Key = "not_proof." + meta.ID
	}
}

// NotAssessed is a detector's answer for a subject that it may not judge.
func NotAssessed(detector string, subject queries.Subject, reason queries.Message, parts ...string) queries.Finding {
	return queries.Finding{
		ID: queries.FindingID(detector, append([]string{"not_assessed"}, parts...)...), Subject: subject,
		Status: "not_assessed", Severity: "low", Reason: reason, Evidence: queries.Evidence{Message: reason},
	}
}

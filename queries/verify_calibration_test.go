package queries_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

var somePrior = queries.VerifyPrior{Recommended: 0.8, Listed: 0.2, Weight: 4}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 5e-4 || math.IsNaN(got) != math.IsNaN(want) {
		t.Errorf("%s: %.4f, want %.4f", what, got, want)
	}
}

// checks makes n outcomes of one kind; each is of a unit of its own.
func checks(all []queries.VerifyOutcome, n int, like queries.VerifyOutcome) []queries.VerifyOutcome {
	for range n {
		o := like
		o.Unit, o.Form, o.At = time.Unix(int64(len(all)), 0).UTC().Format("150405"), "f", time.Unix(int64(len(all)), 0)
		all = append(all, o)
	}
	return all
}

func TestExpectationLearns(t *testing.T) {
	none := queries.NewExpectation(nil, somePrior)
	near(t, "before outcomes, recommended", none.Of([]string{"copying"}, true), 0.8)
	near(t, "before outcomes, listed", none.Of([]string{"copying"}, false), 0.2)
	like := queries.VerifyOutcome{Outcome: queries.OutcomeExplained, Families: []string{"copying"}, Recommended: true}
	all := checks(nil, 6, like)
	like.Outcome = queries.OutcomeUnreachable
	all = checks(all, 50, like)
	e := queries.NewExpectation(all, somePrior)
	near(t, "six were explained", e.Of([]string{"copying"}, true), 0.128) // (3.2/10 * 4) / 10
	near(t, "others follow in part", e.Of([]string{"digits"}, true), 0.32)
	near(t, "listed rows do not", e.Of([]string{"copying"}, false), 0.2)
}

// Figures by hand and by R 4.2: prop.test(17, 20, correct = FALSE)$conf.int: 0.6396, 0.9476; qbeta(c(.025, .975), 20.2, 3.8):
// 0.6749, 0.9551.
func TestCalibration(t *testing.T) {
	like := queries.VerifyOutcome{Outcome: queries.OutcomeConfirmed, Families: []string{"copying", "timing"}, Recommended: true, Expected: 0.8}
	all := checks(nil, 17, like)
	like.Outcome = queries.OutcomeExplained
	all = checks(all, 3, like)
	like.Outcome = queries.OutcomeUnreachable
	all = checks(all, 2, like)
	audit := queries.VerifyOutcome{Outcome: queries.OutcomeNotConfirmed, Audit: true, Expected: math.NaN()}
	audit.Stratum = "village/none"
	all = checks(all, 10, audit)
	audit.Stratum, audit.Families, audit.Expected = "village/some", []string{"digits"}, 0.2
	all = checks(all, 3, audit)
	audit.Outcome = queries.OutcomeConfirmed
	all = checks(all, 1, audit)
	samples := []queries.AuditRow{
		{Month: day("2026-05-01"), Stratum: "village/none", Population: 1, Drawn: 1}, // an earlier month
		{Month: day("2026-06-01"), Stratum: "village/none", Population: 400, Drawn: 10},
		{Month: day("2026-06-01"), Stratum: "village/some", Population: 40, Drawn: 10},
	}
	c := queries.Calibrate(all, samples, 30, somePrior)
	if c.Checked != 36 || c.Settled != 34 || c.Unreachable != 2 || c.Hits.Count != 17 || c.Hits.Of != 20 || c.Random.Count != 1 || c.Random.Of != 14 {
		t.Errorf("%+v", c)
	}
	near(t, "hits low", c.Hits.Low, 0.6396)
	near(t, "hits high", c.Hits.High, 0.9476)
	near(t, "Brier", c.Brier, (17*0.04+3*0.64+3*0.04+0.64)/24)
	top := c.Bands[4]
	if top.Confirmed.Count != 17 || top.Confirmed.Of != 20 || c.Bands[1].Confirmed.Of != 4 {
		t.Errorf("%+v", c.Bands)
	}
	near(t, "expected in the top band", top.Expected, 0.8)
	near(t, "an empty band", c.Bands[2].Expected, math.NaN())
	near(t, "posterior of the recommended", c.Classes[0].Mean, 20.2/24)
	near(t, "its lower bound", c.Classes[0].Low, 0.6749)
	near(t, "its upper bound", c.Classes[0].High, 0.9551)
	if diff := cmp.Diff([]string{"copying", "timing"}, c.Classes[1].Families); diff != "" {
		t.Error(diff)
	}
	// 400 pairs with 0 of 10, 40 with 1 of 4: ten of 440; 440^2 / (400^2/10 + 40^2/4) = 11.8 effective audits.
	if c.Pairs != 440 {
		t.Error(c.Pairs)
	}
	near(t, "missed", c.MissedShare, 10.0/440)
	near(t, "escaped", c.Escaped, 10/(10+0.85*30))
	if !(c.MissedLow < c.MissedShare && c.MissedShare < c.MissedHigh && c.MissedHigh < 0.4 && c.EscapedLow < c.Escaped && c.Escaped < c.EscapedHigh) {
		t.Errorf("%+v", c)
	}
	empty := queries.Calibrate(nil, nil, 0, somePrior)
	if empty.Checked != 0 || !math.IsNaN(empty.Brier) || !math.IsNaN(empty.MissedShare) || !math.IsNaN(empty.Escaped) || len(empty.Bands) != 5 {
		t.Errorf("%+v", empty)
	}
}

// A later outcome of the same data corrects an earlier one; of other data it stands beside it.
func TestLaterOutcomesCorrect(t *testing.T) {
	of := func(period, outcome string) queries.VerifyOutcome {
		return queries.VerifyOutcome{Unit: "u", Form: "f", Period: period, Outcome: outcome}
	}
	got := queries.SettledOutcomes([]queries.VerifyOutcome{
		of("2026-05", queries.OutcomeConfirmed), of("2026-06", queries.OutcomeConfirmed), of("2026-05", queries.OutcomeExplained), of("2026-06", queries.OutcomeUnreachable),
	})
	if diff := cmp.Diff([]queries.VerifyOutcome{of("2026-05", queries.OutcomeExplained), of("2026-06", queries.OutcomeConfirmed)}, got); diff != "" {
		t.Error(diff)
	}
}

func TestOnSite(t *testing.T) {
	finding := func(looks ...string) queries.Finding {
		var f queries.Finding
		for _, period := range looks {
			f.Evidence.Look = append(f.Evidence.Look, queries.Look{Period: period})
		}
		return f
	}
	periods := func(findings ...queries.Finding) (out []string) {
		for _, l := range queries.OnSite(findings) {
			out = append(out, l.Period)
		}
		return out
	}
	if diff := cmp.Diff([]string{"a", "d", "b", "c"}, periods(finding("a", "b", "c"), finding("d", "a"), finding())); diff != "" {
		t.Error(diff)
	}
	if got := periods(finding("1", "2", "3", "4", "5", "6", "7", "8"), finding("a", "b", "c", "d", "e", "f", "g", "h")); len(got) != 12 || got[1] != "a" || got[11] != "f" {
		t.Error(got)
	}
	if got := periods(); got != nil {
		t.Error(got)
	}
}

// The shares of the calibration lie within their intervals, whatever was found.
func TestCalibrationIntervalsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []queries.VerifyOutcome
		samples := []queries.AuditRow{}
		for _, stratum := range []string{"a", "b", "c"} {
			n := rapid.IntRange(1, 9).Draw(t, "n")
			samples = append(samples, queries.AuditRow{Stratum: stratum, Population: n + rapid.IntRange(0, 500).Draw(t, "more"), Drawn: n})
			all = checks(all, rapid.IntRange(0, n).Draw(t, "confirmed"), queries.VerifyOutcome{Outcome: queries.OutcomeConfirmed, Audit: true, Stratum: stratum, Expected: math.NaN()})
			all = checks(all, rapid.IntRange(0, n).Draw(t, "not"), queries.VerifyOutcome{Outcome: queries.OutcomeNotConfirmed, Audit: true, Stratum: stratum, Expected: math.NaN()})
		}
		all = checks(all, 3, queries.VerifyOutcome{Outcome: queries.OutcomeConfirmed, Recommended: true, Families: []string{"copying"}, Expected: 0.5})
		c := queries.Calibrate(all, samples, 7, somePrior)
		if math.IsNaN(c.MissedShare) {
			return
		}
		if !(c.MissedLow-1e-9 <= c.MissedShare && c.MissedShare <= c.MissedHigh+1e-9 && c.MissedHigh <= 1 && c.Escaped >= c.EscapedLow-1e-9 && c.Escaped <= c.EscapedHigh+1e-9) {
			t.Fatalf("%+v", c)
		}
	})
}

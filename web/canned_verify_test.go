package web_test

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/jianfu/jianfu/queries"
)

// verifying is what the canned county has of verification besides the list.
type verifying struct {
	sample   []queries.VerifyItem
	outcomes []queries.VerifyOutcome
}

func (c *canned) AuditSample(context.Context) ([]queries.VerifyItem, error) { return c.sample, c.err }

func (c *canned) Outcomes(context.Context) ([]queries.VerifyOutcome, error) { return c.outcomes, c.err }

func (c *canned) VerifyHistory(_ context.Context, unit, form string) ([]queries.VerifyDay, error) {
	var out []queries.VerifyDay
	for _, i := range c.verify {
		if i.Unit == unit && i.Form == form {
			out = append(out, queries.VerifyDay{Unit: unit, Form: form, AsOf: i.Since, Recommended: i.Recommended}, queries.VerifyDay{Unit: unit, Form: form, AsOf: i.Since.AddDate(0, 1, 0)})
		}
	}
	return out, c.err
}

func (c *canned) RecordOutcome(_ context.Context, o queries.VerifyOutcome) error {
	if c.writeErr != nil {
		return c.writeErr
	}
	if o.Reason == "" || o.By == "" {
		return errors.New("nobody said anything")
	}
	for i := range c.verify {
		if c.verify[i].Unit == o.Unit && c.verify[i].Form == o.Form {
			o.Recommended, o.Expected = c.verify[i].Recommended, c.verify[i].Expected
			c.verify[i].Outcome = &o
		}
	}
	c.outcomes = append(c.outcomes, o)
	return nil
}

func (c *canned) ReadUnit(_ context.Context, code string, first [][2]string) (*queries.UnitPage, error) {
	p := &queries.UnitPage{Unit: queries.Unit{Code: code, Name: c.names.Units[code]}, From: date("2025-07-01"), To: date("2026-06-30")}
	for _, u := range c.units {
		if u.Code == code {
			p.Unit = u.Unit
		} else {
			p.Peers = append(p.Peers, u.Code)
		}
	}
	if p.Kind == "" {
		return p, c.err
	}
	for i := range 60 {
		p.Days = append(p.Days, queries.UnitDay{Day: p.From.AddDate(0, 0, 6*i), Submissions: uint64(1 + i%4)})
	}
	p.Forms = []queries.UnitForm{{Form: "f1", Submissions: 12, Periods: 12, Last: now}, {Form: "f4", Submissions: 9, Periods: 9, Last: now}}
	p.Indicators = []queries.UnitIndicator{
		{Form: "f1", Field: "a", N: 12, Own: 96, Peers: 40, Spread: []float64{4, 9, 12, 18, 40}},
		{Form: "f1", Field: "c", N: 12, Own: 3, Peers: 40, Spread: []float64{3, 3, 3, 3, 3}},
	}
	course := queries.UnitCourse{Form: "f1", Field: "a", Spread: make([][]float64, 5)}
	for m := range 6 {
		course.Periods, course.Own = append(course.Periods, fmt.Sprintf("2026-%02d", m+1)), append(course.Own, 96+float64(m%2))
		for i, v := range p.Indicators[0].Spread {
			course.Spread[i] = append(course.Spread[i], v+float64(m))
		}
	}
	course.Own[2] = math.NaN()
	p.Courses = []queries.UnitCourse{course}
	return p, c.err
}

// addVerification gives the county pictures of all kinds, an audit sample and outcomes.
func (c *canned) addVerification() {
	looks := []queries.Look{
		{Period: "2026-05", Field: "f1.a", Value: f64(12.5), Compare: f64(12.5), With: "2026-04"},
		{Date: "2026-05-09T14:03:00+08:00", Household: "h:91c2f0aa3d", Reporter: "r:1"},
		{Period: "2026-06", Field: "f1.c", Value: f64(31), Compare: f64(22)},
	}
	pictures := []*queries.Chart{
		{
			Kind: "band", Title: key("canned.picture"), X: []string{"2026-01", "2026-02", "2026-03"}, Series: []queries.Series{{Name: key("canned.repeats"), Values: []float64{3, 3, 3}}},
			Bands: [][]float64{{1, 1, 1}, {2, 2, 2}, {3, 4, 3}, {5, 6, 5}, {9, 9, 9}},
		},
		{Kind: "strip", Title: key("canned.picture"), Rows: []string{"330199003203", "330199003204"}, Points: []queries.Point{{X: 1778306580, Y: 0, Marked: true, Label: "r1"}, {X: 1778306640, Y: 1}}},
		{Kind: "heat", Title: key("canned.picture"), X: []string{"2026-01", "2026-02"}, Rows: []string{"f1.a", "f1.c"}, Cells: [][]float64{{1, 0.5}, {-1, 1}}},
		{
			Kind: "funnel", Title: key("canned.picture"), Unit: "%", Points: []queries.Point{{X: 30, Y: 96, Label: "330199003203", Marked: true}, {X: 90, Y: 40, Label: "330199003204"}},
			Sizes: []float64{10, 100}, Bands: [][]float64{{10, 30}, {80, 60}},
		},
	}
	for i, picture := range pictures {
		outcome := []string{"open", "excluded", "absent", "unlikely"}[i]
		c.add(queries.Finding{
			Detector: "fab-near-duplicate", Family: "fabrication", Score: 0.8, P: f64(1e-6), Q: f64(1e-4), Effect: f64(0.5), N: 40,
			Subject: queries.Subject{Systems: []string{"env"}, Forms: []string{"f1"}, Units: []string{"330199003203"}},
			Evidence: queries.Evidence{
				Message: key("canned.copy", "unit", "330199003203", "form", "f1", "n", 7-i, "fields", 8, "peers", 0.04), Chart: picture, Look: looks,
				Detail: map[string]any{"family": []string{"copying", "timing", "digits", "target"}[i], "deterministic": false}, NotProof: key("canned.copy_not"),
			},
			Explanations: []queries.Message{
				{Key: "canned.considered", Params: map[string]any{"outcome": queries.Message{Key: "fab.outcome." + outcome}}},
				{Key: "canned.considered", Params: map[string]any{"outcome": map[string]any{"key": "fab.outcome." + outcome}}},
			},
		})
		c.verify[0].Findings = append(c.verify[0].Findings, c.findings[len(c.findings)-1].ID)
	}
	c.add(queries.Finding{
		Detector: "fab-copy-forward", Family: "fabrication", Subject: queries.Subject{Forms: []string{"f1"}},
		Evidence: queries.Evidence{Message: key("fab.copy.above", "form", "f1", "n", 40, "of", 48, "share", 0.83), Detail: map[string]any{"above": true, "family": "copying"}},
	})
	c.verify[0].Since, c.verify[0].Expected, c.verify[0].Stakes = date("2026-05-31"), 0.82, 2
	c.verify[1].Expected, c.verify[2].Expected = math.NaN(), 0.1
	c.sample = []queries.VerifyItem{{Unit: "330199004203", Form: "f4", Period: "2026-06", Audit: true, Since: date("2026-06-01"), Families: []string{}, Findings: []string{}}}
	c.outcomes = []queries.VerifyOutcome{
		{Unit: "330199005202", Form: "f1", Outcome: queries.OutcomeUnreachable, Reason: "路断", By: "李四", At: now.AddDate(0, 0, -9), Recommended: true, Expected: 0.7},
		{Unit: "330199005202", Form: "f1", Outcome: queries.OutcomeConfirmed, Reason: "原始台账只有三期", By: "李四", At: now.AddDate(0, 0, -3), Recommended: true, Expected: 0.7},
		{Unit: "330199006200", Form: "f4", Outcome: queries.OutcomeExplained, Reason: "系统预填", By: "王五", At: now.AddDate(0, 0, -30), Recommended: true, Expected: 0.9, Families: []string{"copying"}},
		{Unit: "330199006201", Form: "f4", Outcome: queries.OutcomeNotConfirmed, Reason: "台账相符", By: "王五", At: now.AddDate(0, 0, -30), Audit: true, Expected: math.NaN(), Weight: 12},
	}
	c.verify[1].Outcome = &c.outcomes[1]
}

package web_test

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// exporting is how many rows the canned county gives to an export of submissions or usage, and where it fails.
type exporting struct {
	rows   int // 3 where zero
	failAt int // row before which reading fails; never where zero
	seen   func(row int)
}

func (x exporting) each(ctx context.Context, row func(i int) error) error {
	n := x.rows
	if n == 0 {
		n = 3
	}
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		if x.failAt > 0 && i+1 == x.failAt {
			return fmt.Errorf("the store went away before row %d", i+1)
		}
		if x.seen != nil {
			x.seen(i)
		}
		if err := row(i); err != nil {
			return err
		}
	}
	return nil
}

func (c *canned) EachFinding(ctx context.Context, q queries.FindingQuery, each func(queries.Finding) error) error {
	var found []queries.Finding
	for _, f := range c.findings {
		if matches(f, q) {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return nil
	}
	x := c.exporting
	if x.rows == 0 {
		x.rows = len(found)
	}
	return x.each(ctx, func(i int) error { return each(found[i%len(found)]) })
}

func (c *canned) EachSubmission(ctx context.Context, q queries.SubmissionQuery, each func(*queries.SentForm) error) error {
	return c.exporting.each(ctx, func(i int) error {
		return each(&queries.SentForm{
			Unit: c.units[i%len(c.units)].Code, Period: "2026-06", SubmittedAt: now.Add(time.Duration(i) * time.Second), StartedAt: time.Unix(0, 0),
			Reporter: 0xabc, Subject: 0, Channel: "web", Fields: []string{"a", "c", "name"}, Numbers: []float64{float64(i), math.NaN(), math.NaN()},
			Texts: []string{"", "=1+1", "张三"},
		})
	})
}

func (c *canned) EachUsageSum(ctx context.Context, q queries.UsageQuery, each func(queries.UsageSum) error) error {
	return c.exporting.each(ctx, func(i int) error {
		return each(queries.UsageSum{
			System: "smart", Day: now.AddDate(0, 0, -i%365), Action: "view", Traffic: "business", Events: uint64(i), People: 3, Units: 2, Last: now,
		})
	})
}

func (c *canned) LastAnalysis(context.Context) (queries.Analysis, error) {
	return queries.Analysis{Run: 1, Started: now.Add(-time.Minute), Finished: now}, c.err
}

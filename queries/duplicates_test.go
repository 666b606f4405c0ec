package queries_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func someDuplicates() queries.Duplicates {
	return queries.Duplicates{
		Run: queries.DuplicateRun{AsOf: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC), Forms: 2, Fields: 9, Compared: 8, Hours: queries.Hours{Mid: 50, Low: 40, High: 60}},
		Overlaps: []queries.FormOverlap{{
			A: "f1", B: "f2", Share: [2]float64{0.8, 0.5}, Shared: [2]uint32{4, 4}, Payload: [2]uint32{5, 8}, Rows: 300, Agreement: math.NaN(), Score: 0.97,
			Suggestion: "prefill", Hours: queries.Hours{Mid: 12, Low: 10, High: 14},
		}},
		Matches: []queries.FieldMatch{
			{FormA: "f1", FieldA: "sex", FormB: "f2", FieldB: "xb", Relation: "recode", Kind: "payload", Score: 0.99, Agreement: 1, Baseline: 0.5, Rows: 300, Join: "period", Codes: map[string]string{"男": "1", "女": "2"}, Why: `{"prior":-3}`},
			{FormA: "f1", FieldA: "area", FormB: "f2", FieldB: "mj", Relation: "scale", Kind: "payload", Score: 0.9, Factor: 15, Codes: map[string]string{}},
		},
		Items: []queries.DataItem{{
			ID: "i1", Name: "性别", Definition: queries.Message{Key: "item.code"}, CodeSet: "GB/T 2261.1", SourceForm: "f2", Source: "xb",
			Reasons: []queries.Message{{Key: "dup.authority.coverage", Params: map[string]any{"form": "f2"}}}, Agreement: 1, Rows: 300,
			Hours: queries.Hours{Mid: 3, Low: 2, High: 4}, Saved: queries.Hours{Mid: 1, Low: 0.5, High: 2},
			Fields: []queries.DataItemField{
				{Form: "f2", Field: "xb", Label: "性别", Member: true, Agreement: math.NaN(), Complete: 1, Units: 20, Submissions: 240, Hours: queries.Hours{Mid: 2}},
				{Form: "f1", Field: "sex", Label: "性 别", Member: true, Relation: "recode", Agreement: 1, Rows: 300, Delay: 3.5},
			},
		}},
		PlanLines: []queries.PlanLine{
			{ID: "p1", Step: 1, Action: queries.ActionDrop, Form: "f1", Field: "sex", FromForm: "f2", From: "xb", Relation: "recode", Item: "i1", Hours: queries.Hours{Mid: 1, Low: 0.5, High: 2}, Units: 20, Needs: []queries.Message{{Key: "need.codes"}}, Codes: map[string]string{"男": "1"}},
			{ID: "p2", Step: 1, Action: queries.ActionAuthority, Form: "f2", Field: "xb", Codes: map[string]string{}},
		},
	}
}

func TestDuplicatesAreReplacedAsAWhole(t *testing.T) {
	s := querytest.New(t)
	ctx := t.Context()
	want := someDuplicates()
	other := someDuplicates()
	other.Overlaps[0].A, other.Items[0].ID, other.PlanLines = "older", "older", other.PlanLines[:1]
	for i, d := range []queries.Duplicates{other, want} {
		if err := s.SaveDuplicates(ctx, uint64(i+1), d); err != nil {
			t.Fatal(err)
		}
	}
	run, err1 := s.DuplicateRun(ctx)
	overlaps, err2 := s.FormOverlaps(ctx)
	matches, err3 := s.FieldMatches(ctx, "f2", "f1")
	items, err4 := s.DataItems(ctx)
	lines, err5 := s.PlanLines(ctx)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	want.Run.Run = 2
	got := queries.Duplicates{Run: run, Overlaps: overlaps, Matches: matches, Items: items, PlanLines: lines}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if one, err := s.DataItem(ctx, "i1"); err != nil || len(one.Fields) != 2 {
		t.Errorf("%+v, %v", one, err)
	}
	if _, err := s.DataItem(ctx, "none"); !errors.Is(err, queries.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if none, err := s.FieldMatches(ctx, "f1", "f3"); err != nil || len(none) != 0 {
		t.Errorf("%+v, %v", none, err)
	}
}

func TestPlanDecisionsStay(t *testing.T) {
	s := querytest.New(t)
	ctx := t.Context()
	line := someDuplicates().PlanLines[0]
	decision := queries.PlanDecision{
		Line: line, Decision: "accepted", Effective: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), By: "王主任", Note: "县府办〔2026〕7号",
		Decided: time.Date(2026, 6, 30, 9, 0, 0, 0, time.UTC), Before: 1.5,
	}
	withdrawn := decision
	withdrawn.Decision, withdrawn.Decided = "withdrawn", decision.Decided.Add(time.Hour)
	if err := errors.Join(s.Decide(ctx, []queries.PlanDecision{decision}), s.Decide(ctx, []queries.PlanDecision{withdrawn}), s.SaveDuplicates(ctx, 9, queries.Duplicates{})); err != nil {
		t.Fatal(err)
	}
	got, err := s.PlanDecisions(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := []queries.PlanDecision{decision, withdrawn}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(queries.PlanLine{}, "Step", "Item", "Units", "Needs", "Codes", "Factor"), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

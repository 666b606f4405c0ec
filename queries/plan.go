package queries

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// What people decide about a line of the plan.
const (
	DecisionAccepted  = "accepted"
	DecisionRejected  = "rejected"
	DecisionWithdrawn = "withdrawn" // as if nothing had been decided
)

// FieldHours is what one field of a form takes in a year. Kind says why it stands there:
//
//	payload    it asks for data
//	key        it identifies the unit, the period or the person
//	header     it says who filled in the form, and when
//	note       remarks
//	identity   a name, sex or birth beside an identifier
//	prefilled  its system fills it in
//	base       no field: opening and sending the form
type FieldHours struct {
	Form, Field, Kind string
	Hours             Hours
}

// SaveFieldHours replaces what fields take.
func (s *Store) SaveFieldHours(ctx context.Context, run uint64, all []FieldHours) error {
	if len(all) > 0 {
		out := []any{repeat(run, len(all)), column(all, func(f FieldHours) string { return f.Form }), column(all, func(f FieldHours) string { return f.Field }), column(all, func(f FieldHours) string { return f.Kind })}
		out = append(out, hourColumns(all, func(f FieldHours) Hours { return f.Hours })...)
		if err := s.insert(ctx, "plan.SetFieldHours", columns(out...)); err != nil {
			return err
		}
	}
	if err := s.exec(ctx, "plan.DropFieldHours", Params{"run": run}); err != nil {
		return fmt.Errorf("unable to drop earlier hours of fields: %w", err)
	}
	return nil
}

// FieldHours reads what fields take, by form and field.
func (s *Store) FieldHours(ctx context.Context) ([]FieldHours, error) {
	var out []FieldHours
	err := s.Each(ctx, "plan.FieldHours", nil, func(scan func(...any) error) error {
		var f FieldHours
		err := scan(&f.Form, &f.Field, &f.Kind, &f.Hours.Mid, &f.Hours.Low, &f.Hours.High)
		out = append(out, f)
		return err
	})
	return out, err
}

// NewestDecisions is the decision in force on each line, the earliest first; withdrawn ones are left out.
func NewestDecisions(all []PlanDecision) []PlanDecision {
	place := map[string]int{}
	for i, d := range all {
		if at, before := place[d.Line.ID]; !before || !d.Decided.Before(all[at].Decided) {
			place[d.Line.ID] = i
		}
	}
	var out []PlanDecision
	for i, d := range all {
		if place[d.Line.ID] == i && d.Decision != DecisionWithdrawn {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(x, y PlanDecision) int { return x.Decided.Compare(y.Decided) })
	return out
}

// The states of an accepted line of the plan.
const (
	ProgressPlanned    = "planned"     // its day has not come
	ProgressEarly      = "early"       // too few periods have passed to say
	ProgressMeasured   = "measured"    // as promised or not: Saved says
	ProgressStillAsked = "still_asked" // the field is still filled in
	ProgressUnmeasured = "unmeasured"  // it cannot be told: no start times, or the form is not handed in any more
)

// PlanProgress is what became of one accepted line of the plan that promised hours.
type PlanProgress struct {
	Decision        PlanDecision // the one in force
	State           string
	Until           time.Time // the newest day with data
	Periods, Needed uint32    // whole periods of the form since the effective day, and how many it takes to say anything
	Submissions     uint64    // of the form since then
	Answered        uint64    // of them those that answer the field; all of them where the line has no field
	Timed           bool      // whether Saved rests on observed times and not on answers alone
	Saved           Hours     // a year, at what was measured since; zero in other states than measured and still_asked
	SoFar           float64   // hours saved since the effective day
}

// PlanProgress measures the accepted lines of the plan after their effective days, promised against saved, in the order in
// which they were decided.
func (s *Store) PlanProgress(ctx context.Context) ([]PlanProgress, error) {
	decisions, err := s.PlanDecisions(ctx)
	if err != nil {
		return nil, err
	}
	var accepted []PlanDecision
	for _, d := range NewestDecisions(decisions) {
		if d.Decision == DecisionAccepted && d.Line.Action != ActionAuthority {
			accepted = append(accepted, d)
		}
	}
	if len(accepted) == 0 {
		return nil, nil
	}
	m, err := s.measurements(ctx, accepted)
	if err != nil {
		return nil, fmt.Errorf("unable to measure the accepted lines of the plan: %w", err)
	}
	return m.progress(accepted), nil
}

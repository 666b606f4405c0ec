package queries

import (
	"context"
	"time"
)

// SentForm is one stored submission. Reporter and Subject are pseudonyms, 0 where nobody was named; a value is a number, or
// a text beside a NaN.
type SentForm struct {
	Unit, Period, Channel  string
	SubmittedAt, StartedAt time.Time // StartedAt is 1970 where it is not known
	Reporter, Subject      uint64
	Fields, Texts          []string
	Numbers                []float64
}

// SubmissionQuery says which submissions are meant: those of one form. No units are all units.
type SubmissionQuery struct {
	Form     string
	Units    []string
	From, To time.Time // first and last day on which periods begin; all where zero
}

// UsageQuery says which days of usage are meant. No systems are all systems.
type UsageQuery struct {
	Systems  []string
	From, To time.Time // first and last day; all where zero
}

// UsageSum is what was done in a system on one day by one kind of action and traffic.
type UsageSum struct {
	System, Action, Traffic string
	Day, Last               time.Time
	Events, Failed          uint64
	People, Units           uint64 // distinct
}

// dates are the parameters of a span of days, open ends as the ends of ClickHouse's dates.
func dates(from, to time.Time) Params {
	if to.IsZero() {
		to = time.Date(2149, 6, 6, 0, 0, 0, 0, time.UTC)
	}
	if from.IsZero() {
		from = time.Unix(0, 0).UTC()
	}
	return Params{"from": from.Format(time.DateOnly), "to": to.Format(time.DateOnly)}
}

// EachFinding reads the findings under the conditions of a query, whatever their number, without its order and its bounds.
func (s *Store) EachFinding(ctx context.Context, q FindingQuery, each func(Finding) error) error {
	params := Params{
		"family": q.Family, "detector": q.Detector, "severity": q.Severity, "status": q.Status, "system": q.System, "form": q.Form,
		"units": q.Units, "text": q.Text, "text_ids": q.TextIDs, "not_assessed": q.NotAssessed,
	}
	return s.Each(ctx, "export.Findings", q.Scope.into(params), func(scan func(...any) error) error {
		f, err := scanFinding(scan)
		if err != nil {
			return err
		}
		return each(f)
	})
}

// EachSubmission reads the submissions of a form in order of unit and period. What each is given holds until it returns.
func (s *Store) EachSubmission(ctx context.Context, q SubmissionQuery, each func(*SentForm) error) error {
	params := dates(q.From, q.To)
	params["form"], params["units"] = q.Form, q.Units
	return s.Each(ctx, "export.Submissions", params, func(scan func(...any) error) error {
		var x SentForm
		err := scan(&x.Unit, &x.Period, &x.SubmittedAt, &x.StartedAt, &x.Reporter, &x.Channel, &x.Subject, &x.Fields, &x.Numbers, &x.Texts)
		if err != nil {
			return err
		}
		return each(&x)
	})
}

// EachUsageSum reads what was done in systems, by system and day.
func (s *Store) EachUsageSum(ctx context.Context, q UsageQuery, each func(UsageSum) error) error {
	params := dates(q.From, q.To)
	params["systems"] = q.Systems
	return s.Each(ctx, "export.UsageSums", params, func(scan func(...any) error) error {
		var x UsageSum
		if err := scan(&x.System, &x.Day, &x.Action, &x.Traffic, &x.Events, &x.Failed, &x.People, &x.Units, &x.Last); err != nil {
			return err
		}
		return each(x)
	})
}

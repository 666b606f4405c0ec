package analyzer

import (
	"context"
	"fmt"
	"math"

	"github.com/jianfu/jianfu/queries"
)

// savings is what the saving is reckoned from.
type savings struct {
	tariff     float64                  // yuan an hour
	year       map[string]queries.Hours // hours of a year by form, as they are now
	attendance map[string]queries.Attendance
}

// loadSavings reads what forms take in a year at the pace of now: where a form of at most a month's cycle fell, the last quarter
// counts four times, so that hours that are gone already are not promised again.
func (s *suggester) loadSavings(ctx context.Context, all []judgedUse) error {
	s.saving = savings{tariff: s.in.Policy.Of("burden-hours")["tariff_yuan"], year: map[string]queries.Hours{}}
	forms, err := s.in.Store.BurdenByForm(ctx)
	if err != nil {
		return fmt.Errorf("unable to read the hours of forms: %w", err)
	}
	months, err := s.in.Store.BurdenByMonth(ctx)
	if err != nil {
		return fmt.Errorf("unable to read the hours of forms by month: %w", err)
	}
	// Whole months only: the month of the day that is judged is not over.
	end := s.in.Window.To.AddDate(0, 0, 1-s.in.Window.To.Day())
	if s.in.Window.To.AddDate(0, 0, 1).Day() == 1 {
		end = s.in.Window.To.AddDate(0, 0, 1)
	}
	quarter := map[string]float64{}
	for _, m := range months {
		if !m.Month.Before(end.AddDate(0, -3, 0)) && m.Month.Before(end) {
			quarter[m.Form] += m.Hours
		}
	}
	perYear := 365 / (s.in.Window.To.Sub(s.in.Window.From).Hours()/24 + 1)
	for _, f := range forms {
		form, known := s.in.Registry.Form(f.Form)
		hours := (f.Observed + f.Filled + f.Estimated) * perYear
		switch {
		case !known || hours <= 0 || !s.living(form):
			continue
		case cycleDays[form.Cycle] > 0 && cycleDays[form.Cycle] <= cycleDays["month"]:
			hours = math.Min(hours, 4*quarter[f.Form])
		}
		s.saving.year[f.Form] = s.doubted(f, hours)
	}
	var spans []queries.Span
	for _, u := range all {
		if u.forced.holds {
			spans = append(spans, queries.Span{System: u.system.ID, From: u.coverage.mark - u.recent + 1, To: u.coverage.mark})
		}
	}
	s.saving.attendance, err = s.in.Store.Attendances(ctx, spans)
	return err
}

// doubted gives hours their interval: that of the form's fields where it is known, else that of how the hours came about.
func (s *suggester) doubted(f queries.FormBurden, hours float64) queries.Hours {
	var sum queries.Hours
	for _, x := range s.asked[f.Form] {
		sum = sum.Plus(x.Hours)
	}
	if sum.Mid > 0 {
		return timesHours(sum, hours/sum.Mid)
	}
	limits := s.in.Policy.Of("burden-hours")
	doubt := math.Hypot(f.Observed*limits["observed_spread"], f.Filled*limits["least_spread"])
	doubt = math.Hypot(doubt, f.Estimated*limits["estimate_spread"]) * hours / (f.Observed + f.Filled + f.Estimated)
	low, high := queries.HoursInterval(hours, doubt)
	return queries.Hours{Mid: hours, Low: low, High: high}
}

// saved is what following a suggestion saves in a year: all hours of a system's forms where it is retired, those of what the
// successor asks as well where it is merged, those of forms nobody reads where nobody reads, those of the merge plan where it is
// simplified, and the time of being present where people are made to be. Yuan are the declared cost of a system that ends, and the hours at the tariff.
func (s *suggester) saved(u judgedUse, verdict string, x *queries.Suggestion) (hours, yuan queries.Hours) {
	for _, f := range s.forms[u.system.ID] {
		year := s.saving.year[f.ID]
		switch {
		case x.Action == queries.SuggestRetire:
			hours = hours.Plus(year)
		case x.Action == queries.SuggestMerge:
			hours = hours.Plus(timesHours(year, s.coveredShare(f, x.Into)))
		case x.Action == queries.SuggestSimplify && verdict == "write-only" && !s.lawful(f):
			hours = hours.Plus(year)
		}
	}
	if x.Action == queries.SuggestSimplify && verdict != "write-only" {
		hours = hours.Plus(s.planned[u.system.ID])
	}
	if a, ok := s.saving.attendance[u.system.ID]; ok && verdict == "forced" {
		perYear := 365 / float64(u.recent)
		low := a.Hours * u.forced.empty * perYear
		high := low + float64(a.Visits)*u.forced.empty*s.limits["visit_seconds"]/3600*perYear
		hours = hours.Plus(queries.Hours{Mid: (low + high) / 2, Low: low, High: high})
	}
	yuan = timesHours(hours, s.saving.tariff)
	if x.Action == queries.SuggestRetire || x.Action == queries.SuggestMerge {
		cost := u.system.AnnualCost
		yuan = yuan.Plus(queries.Hours{Mid: cost, Low: cost, High: cost})
	}
	return hours, yuan
}

// coveredShare is the part of a form's hours that goes when the successor stands for what it asks too. All of a form goes where
// nothing of its own is left to ask.
func (s *suggester) coveredShare(f queries.Form, into string) float64 {
	c := s.covers[f.System][into]
	if c == nil {
		return 0
	}
	var covered, payload, all float64
	own := 0
	for field, effort := range s.payload(f) {
		payload += effort
		if c.fields[[2]string{f.ID, field}] {
			covered += effort
		} else {
			own++
		}
	}
	for _, x := range s.asked[f.ID] {
		all += x.Hours.Mid
	}
	switch {
	case own == 0 && len(c.fields) > 0 && payload > 0:
		return 1
	case all > 0:
		return covered / all
	}
	return 0
}
